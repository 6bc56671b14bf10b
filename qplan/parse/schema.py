"""The workload file as one model: the only source of the shape checks and of the JSON Schema."""

from typing import Annotated, Any

from pydantic import Field

from qplan.parse.holders import Omitted, OpenShape, key, nothing
from qplan.parse.kinds import Choice, Name, Text, Version
from qplan.parse.schema_jobs import Item
from qplan.parse.schema_others import BackgroundChoice, QueueChoice
from qplan.parse.schema_settings import BackendChoice, Batch, PlanChoice, Session, Usage

VERSION = 1


class WorkloadFile(OpenShape):
    """A workload: what to run, where, on which plan. Keys that begin with ``x-`` are left to other programs."""

    qplan: Annotated[int, Version(known=VERSION)] = key("version of the format", default=..., example=1)
    name: Omitted[Annotated[str, Name()]] = key("name of the workload", example="h2o-vqe", otherwise="the file's name")
    description: Annotated[str, Text()] = key("for readers only", default="", example="water, minimal basis")
    mode: Annotated[str, Choice(of=("job", "batch", "session", "any"))] = key(
        "what `estimate` prices", default="any", example="session"
    )
    backend: Omitted[BackendChoice] = key(
        "a QPU profile, or one with figures replaced", example="ibm_kingston", otherwise="a default, told in the output"
    )
    plan: Omitted[PlanChoice] = key(
        "a price plan, or one with figures replaced",
        example={"profile": "open", "remaining": "4m"},
        otherwise="a default, told in the output",
    )
    queue: Omitted[QueueChoice] = key(
        "a queue profile, a wait, or both in detail", example="quiet-2026", otherwise="a default, told in the output"
    )
    background: Omitted[BackgroundChoice] = key(
        "what others do on the backend, or `profile`", example={"busy_lanes": ["12s", "40s"]}, otherwise="nothing"
    )
    session: Session = key("how a session is run", default=nothing(Session), example={"max_time": "2h"})
    batch: Batch = key("how a batch is run", default=nothing(Batch), example={"max_time": "1h"})
    usage: Usage = key(
        "how quantum time is modelled and charged", default=nothing(Usage), example={"model": "published"}
    )
    jobs: Annotated[list[Item], Field(min_length=1)] = key("jobs and loops", default=..., example=[{"name": "energy"}])


def json_schema() -> dict[str, Any]:
    """The JSON Schema (draft 7) of workload files."""
    schema = _inclusive(WorkloadFile.model_json_schema(ref_template="#/definitions/{model}"))
    definitions = schema.pop("$defs")
    return {"$schema": "http://json-schema.org/draft-07/schema#", **schema, "definitions": definitions}


def _inclusive(schema: Any) -> Any:  # noqa: ANN401 - a tree of JSON
    """The same schema where several forms of a value may fit at once: ``5s`` is a duration and could be a name."""
    if isinstance(schema, dict):
        return {"anyOf" if key == "oneOf" else key: _inclusive(value) for key, value in schema.items()}
    return [_inclusive(entry) for entry in schema] if isinstance(schema, list) else schema
