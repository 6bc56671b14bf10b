"""Which divisions of a workload's circuits over jobs are tried (rules U-03 to U-05, P-02)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import product
from math import prod

from qplan.model.variant import Candidate
from qplan.model.workload import Job, Primitive, Workload
from qplan.plan.division import merged, split
from qplan.plan.expand import PlannedJob
from qplan.units import US_PER_MINUTE, us_from_s

Planned = Mapping[str, PlannedJob]
Choices = dict[str, list[int]]
Divide = Callable[[Workload, str, int, int], Workload | None]

MERGE_BELOW_US = US_PER_MINUTE
"""Quantum time below which IBM advises to combine a job with others (rule U-03)."""
MOST_DIVISIONS = 64
"""Divisions of all jobs together that are tried; beyond, one name at a time."""
ALL_UP_TO = 12
"""Every number of jobs is tried up to this one, beyond it only some."""


def merges(workload: Workload, planned: Planned) -> Iterator[Candidate]:
    """The jobs of a step under one minute each, sent as fewer jobs: every number of them, for all names together."""
    choices = {
        job.name: _fewer(job.count, workload.backend.lanes)
        for job in _jobs(workload)
        if job.count > 1 and _quantum_us(planned[job.name]) < MERGE_BELOW_US
    }
    for division in _divisions(choices):
        other = _divide(workload, division, planned, merged)
        if other is not None:
            yield Candidate(kind="merge", rule="U-03", text=_merge_text(workload, division), workload=other)


def splits(workload: Workload, planned: Planned) -> Iterator[Candidate]:
    """Each job as several, up to one for each lane."""
    lanes = workload.backend.lanes
    choices = {job.name: list(range(2, lanes + 1)) for job in _jobs(workload) if job.count < lanes}
    for division in _divisions(choices):
        other = _divide(workload, division, planned, split)
        if other is not None:
            yield Candidate(kind="split", rule="U-05", text=_split_text(division), workload=other)


def per_job_us(workload: Workload, plan: PlannedJob) -> int:
    """What the usage model charges each such job before its first circuit, by class."""
    level = plan.quantum.methods.equivalent_level
    name = "sampler" if plan.job.primitive is Primitive.SAMPLER else f"estimator_{level}"
    return us_from_s(workload.usage.model.per_job_s[name])


def _divisions(choices: Choices) -> Iterator[dict[str, int]]:
    """All combinations of leaving a name alone and each of its choices; too many: one name at a time, then all."""
    if prod(len(values) + 1 for values in choices.values()) <= MOST_DIVISIONS:
        for combination in product(*([None, *values] for values in choices.values())):
            division = {name: n for name, n in zip(choices, combination, strict=True) if n is not None}
            if division:
                yield division
        return
    for name, values in choices.items():
        yield from ({name: n} for n in values)
    if len(choices) > 1:
        yield {name: values[0] for name, values in choices.items() if values}


def _divide(workload: Workload, division: dict[str, int], planned: Planned, by: Divide) -> Workload | None:
    changed: Workload | None = workload
    for name, into in division.items():
        changed = changed and by(changed, name, into, per_job_us(workload, planned[name]))
    return changed


def _fewer(count: int, lanes: int) -> list[int]:
    """Numbers of jobs below ``count``: all of them, or some up to twice the lanes and then by halving."""
    if count <= ALL_UP_TO:
        return list(range(1, count))
    halves = {-(-count // 2**i) for i in range(1, count.bit_length())}
    return sorted({n for n in {*range(1, 2 * lanes + 1), *halves} if n < count})


def _merge_text(workload: Workload, division: dict[str, int]) -> str:
    counts = {job.name: job.count for job in _jobs(workload)}
    steps = {job.name: " of a step" for item in workload.items if item.iterations > 1 for job in item.jobs}
    parts = [
        f"the {counts[name]:,} jobs {name!r}{steps.get(name, '')} into {into:,}" for name, into in division.items()
    ]
    return f"merge {' and '.join(parts)}"


def _split_text(division: dict[str, int]) -> str:
    return f"split {' and '.join(f'each job {name!r} into {into}' for name, into in division.items())}"


def _quantum_us(plan: PlannedJob) -> int:
    return plan.quantum.main_us + plan.quantum.learning_us


def _jobs(workload: Workload) -> Iterator[Job]:
    return (job for item in workload.items for job in item.jobs)
