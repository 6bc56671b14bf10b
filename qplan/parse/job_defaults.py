"""What jobs leave to defaults that no later room tells: primitive, circuits, classical parts, think time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from qplan.model.fact import Fact
from qplan.model.workload import ClassicalDefaults, Item, Job, Primitive
from qplan.parse.assumptions import assumed
from qplan.parse.schema import WorkloadFile
from qplan.parse.schema_jobs import Job as JobShape
from qplan.parse.schema_jobs import Loop

_SHOWN = 3


def of_jobs(file: WorkloadFile, items: tuple[Item, ...], classical: ClassicalDefaults) -> Iterator[Fact]:
    """One fact for each kind of default, with the jobs that it is taken for.

    Shots, precision and resilience level are told with the quantum times that rest on them.
    """
    shapes = [
        (shape, job.name) for entry, item in zip(file.jobs, items, strict=True) for shape, job in _jobs(entry, item)
    ]
    yield from _told("primitive", "sampler", (name for shape, name in shapes if shape.primitive is None))
    yield from _told("circuits", "1", (name for shape, name in shapes if _counts_nothing(shape)))
    facts = {fact.name: fact for fact in classical.facts}
    before_open = {job.primitive for item in items for job in item.jobs if job.classical_before is None}
    estimators = classical.before_estimator is not None and Primitive.ESTIMATOR in before_open
    left_open = {
        "classical_before": bool(before_open - {Primitive.ESTIMATOR} if estimators else before_open),
        "classical_before_estimator": estimators,
        "classical_after": any(shape.classical_after is None for shape, _ in shapes),
        "think": any(item.think is None for item in items),
    }
    yield from (facts[key] for key, is_open in left_open.items() if is_open and key in facts)


def _jobs(entry: JobShape | Loop, item: Item) -> Iterator[tuple[JobShape, Job]]:
    shapes = entry.jobs if isinstance(entry, Loop) else [entry]
    return zip(shapes, item.jobs, strict=True)


def _counts_nothing(shape: JobShape) -> bool:
    return shape.qpu is None and shape.pubs is None and shape.circuits is None


def _told(name: str, value: str, jobs: Iterable[str]) -> Iterator[Fact]:
    names = list(jobs)
    if names:
        yield assumed(name, f"{value} {for_jobs(names)}")


def for_jobs(names: Sequence[str]) -> str:
    """Whom a default is taken for: ``(for a, b, c and 4 more)``."""
    more = f" and {len(names) - _SHOWN:,} more" if len(names) > _SHOWN else ""
    return f"(for {', '.join(names[:_SHOWN])}{more})"
