"""The shipped figures that count executions and bound a job, as nouns."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any, Final

import yaml

from qplan.model.fact import Fact, Status
from qplan.model.usage import JobLimits, PrimitiveDefaults

_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@cache
def primitive_defaults() -> PrimitiveDefaults:
    """Qiskit's option defaults that multiply executions, from ``data/primitive_options.yaml``."""
    values, facts = _figures("primitive_options.yaml")
    return PrimitiveDefaults(**values, facts=facts)


@cache
def job_limits() -> JobLimits:
    """IBM's limits of one job, from ``data/limits.yaml``."""
    values, facts = _figures("limits.yaml")
    return JobLimits(**values, facts=facts)


def _figures(name: str) -> tuple[dict[str, Any], tuple[Fact, ...]]:
    entries = yaml.load((files("qplan") / "data" / name).read_text(encoding="utf-8"), Loader=_LOADER)
    values = {key: _frozen(entry["value"]) for key, entry in entries.items()}
    return values, tuple(_fact(key, entry) for key, entry in entries.items())


def _fact(name: str, entry: dict[str, Any]) -> Fact:
    return Fact(
        name=name,
        value=str(entry["value"]),
        source=entry["source"],
        status=Status(entry["status"]),
        date=str(entry.get("date", "")),
    )


def _frozen(value: Any) -> Any:  # noqa: ANN401 - whatever YAML holds
    return tuple(value) if isinstance(value, list) else value
