"""The shapes of ``jobs:``: a job, a loop of jobs, a PUB, a failure."""

from typing import Annotated, Any

from pydantic import Discriminator, Field, Tag

from qplan.parse.holders import Omitted, OneOrMore, OpenShape, Shape, key, nothing
from qplan.parse.kinds import Choice, Name, Number, Text, Whole
from qplan.parse.schema_durations import Seconds, Spread
from qplan.parse.schema_options import Options

Count = Annotated[int, Whole()]
NameText = Annotated[str, Name()]


class Failure(Shape):
    """Jobs that fail on the QPU."""

    numbers: OneOrMore[Count] = key("running numbers (from 1) of the jobs that fail", default=..., example=[2, 5])
    kind: Annotated[str, Choice(of=("system", "user"))] = key(
        "whose fault: a system error is free, a user error charged", default="system", example="user"
    )
    at: Annotated[float, Number(most=1)] = key(
        "share of the quantum time after which it fails", default=1.0, example=0.5
    )
    times: Annotated[int, Whole(most=1000)] = key("how many attempts fail", default=1, example=2)
    then: Annotated[str, Choice(of=("continue", "retry", "stop"))] = key(
        "what the client does", default="continue", example="retry"
    )


class Circuits(OpenShape):
    """What a PUB says of its circuits; a job that says it means one PUB, or what its PUBs leave open."""

    circuits: Omitted[Count] = key("circuits", example=12, otherwise="1")
    parameter_sets: Omitted[OneOrMore[Count]] = key(
        "parameter sets of each circuit, or the shape of their array", example=[5, 4], otherwise="1"
    )
    observable_groups: Omitted[Count] = key("groups of commuting observables", example=3, otherwise="1")
    shots: Omitted[Count] = key(
        "shots of each circuit; not with precision", example=4096, otherwise="options.default_shots, else 4096"
    )
    precision: Omitted[Annotated[float, Number(least=1e-6, most=1)]] = key(
        "estimator: standard error wanted; shots are 1/precision squared", example=0.015625, otherwise="0.015625"
    )
    depth: Omitted[Annotated[int, Whole(least=0)]] = key(
        "layers of a circuit; not with circuit_duration", example=120, otherwise="a default duration"
    )
    two_qubit_depth: Omitted[Annotated[int, Whole(least=0)]] = key(
        "layers that hold two-qubit gates", example=60, otherwise="not known"
    )
    two_qubit_gates: Omitted[Annotated[int, Whole(least=0)]] = key(
        "two-qubit gates of a circuit, for IBM's limits", example=1800, otherwise="not known"
    )
    circuit_duration: Omitted[Seconds] = key("duration of a circuit; not with depth", example="18us")


class Pub(Circuits):
    """A primitive unified bloc; the counts multiply: circuits x parameter sets x observable groups."""


class Job(Circuits):
    """A primitive request, and how often it is sent."""

    name: Omitted[NameText] = key("name, unique in the file", example="energy", otherwise="job-1, by position")
    description: Annotated[str, Text()] = key("for readers only", default="", example="the energy of H2")
    primitive: Omitted[Annotated[str, Choice(of=("sampler", "estimator"))]] = key(
        "Qiskit's primitive", example="estimator", otherwise="sampler"
    )
    pubs: Omitted[Annotated[list[Pub], Field(min_length=1)]] = key(
        "its PUBs, instead of one by circuits", example=[{"circuits": 4, "parameter_sets": [5, 4]}]
    )
    qubits: Omitted[Count] = key("qubits used", example=40)
    pec_gamma: Omitted[Annotated[float, Number(least=1, most=1e12)]] = key(
        "gamma of the whole circuit: PEC multiplies executions by its square", example=1.6, otherwise="pec.max_overhead"
    )
    noise_layers: Omitted[Annotated[int, Whole(least=0)]] = key(
        "unique two-qubit layers, for noise learning", example=2, otherwise="max_layers_to_learn"
    )
    sub_jobs: Annotated[int, Whole(most=1_000_000)] = key(
        "parts into which the service divides the job", default=1, example=2
    )
    options: Options = key("Qiskit's primitive options", default=nothing(Options), example={"resilience_level": 1})
    qpu: Omitted[Spread] = key("states the quantum time instead of modelling it", example="6s")
    classical_before: Omitted[Spread] = key(
        "in the lane, before the QPU", example="4s", otherwise="the profile's measured spread"
    )
    classical_after: Omitted[Spread] = key(
        "in the lane, after the QPU", example="0s", otherwise="the profile's measured spread"
    )
    count: Count = key("independent jobs sent together in each step", default=1, example=5)
    failure: Omitted[Failure] = key("jobs that fail", example={"numbers": [2], "then": "retry"})
    iterations: Count = key("how often the step is sent, each after the last one's results", default=1, example=60)
    copies: Count = key("parallel loops", default=1, example=2)
    think: Omitted[Spread] = key(
        "client side: from the last result of a step to the next submission",
        example="2.5s",
        otherwise="the profile's measured spread in a loop, 0 after a dependency",
    )
    after: Omitted[OneOrMore[NameText]] = key("jobs or loops that finish first", example=["calibration"])


class Loop(OpenShape):
    """Several jobs sent together as a step that repeats."""

    loop: Omitted[NameText] = key("name, unique in the file", example="spsa", otherwise="loop-1, by position")
    description: Annotated[str, Text()] = key("for readers only", default="", example="SPSA, two energies a step")
    jobs: Annotated[list[Job], Field(min_length=1)] = key(
        "the jobs of a step", default=..., example=[{"name": "plus"}, {"name": "minus"}]
    )
    iterations: Count = key("how often the step is sent, each after the last one's results", default=1, example=60)
    copies: Count = key("parallel loops", default=1, example=2)
    think: Omitted[Spread] = key(
        "client side: from the last result of a step to the next submission",
        example="2.5s",
        otherwise="the profile's measured spread",
    )
    after: Omitted[OneOrMore[NameText]] = key("jobs or loops that finish first", example=["calibration"])


def _shape_of(value: Any) -> str:  # noqa: ANN401 - whatever YAML holds
    return "<loop>" if isinstance(value, dict) and ("loop" in value or "jobs" in value) else "<job>"


Item = Annotated[Annotated[Job, Tag("<job>")] | Annotated[Loop, Tag("<loop>")], Discriminator(_shape_of)]
