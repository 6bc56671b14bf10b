"""How much a workload asks for: counted, never expanded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from qplan.model.duration import Duration
from qplan.model.workload import (
    Background,
    ClassicalDefaults,
    ForeignJob,
    ForeignStream,
    Item,
    Mode,
    QueueModel,
)
from qplan.parse.findings import Findings
from qplan.parse.moments import largest_us
from qplan.units import MAX_US

TOO_MANY_JOBS, BEYOND_CLOCK, ONE_JOB = "QP210", "QP214", "QP301"


def check_size(items: tuple[Item, ...], most: int, mode: Mode | None, findings: Findings) -> bool:
    """Whether there are not more jobs than the program takes; a batch or session of one job is warned of."""
    total = sum(item.size for item in items)
    if total > most:
        largest = max(range(len(items)), key=lambda i: items[i].size)
        told = f"{_short(total)} jobs in all, {_short(items[largest].size)} of them here; at most {most:,} are planned"
        findings.error(TOO_MANY_JOBS, told, ("jobs", largest), "--max-jobs lifts this")
    if total == 1 and mode in (Mode.BATCH, Mode.SESSION):
        findings.warn(ONE_JOB, f"a {mode} with one job brings nothing over job mode", ("mode",), "use mode: job")
    return total <= most


def check_clock(
    items: tuple[Item, ...],
    queue: QueueModel,
    background: Background | None,
    classical: ClassicalDefaults,
    findings: Findings,
) -> None:
    """A run must end within the clock's range, whatever is drawn and whatever waits (modelled times are short)."""
    delays = _delays(queue, background or Background(), classical)
    spans_us = [sum(_times_us(item, delays)) for item in items]
    if delays.once_us > MAX_US:
        told = "what others do could take longer than the clock's range of 317 years"
        findings.error(BEYOND_CLOCK, told, ("background",), "use shorter durations")
    elif delays.once_us + sum(spans_us) > MAX_US:
        longest = max(range(len(items)), key=lambda i: spans_us[i])
        told = "the workload could take longer than the clock's range of 317 years"
        findings.error(BEYOND_CLOCK, told, ("jobs", longest), "use fewer iterations or shorter durations")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Delays:
    """The most that surrounds jobs, in microseconds: once for all of them, at each step, at each job."""

    once_us: int
    step_us: int
    job_us: int
    classical: ClassicalDefaults


def _delays(queue: QueueModel, background: Background, classical: ClassicalDefaults) -> _Delays:
    """Others' listed jobs one after another; of a stream one job, of each calibration one before each own job."""
    once_us = sum(map(largest_us, background.busy_lanes))
    once_us += sum(job.arrival_us + largest_us(job.qpu) + _classical_us(job) for job in background.arrivals)
    once_us += sum(largest_us(one.first) for one in background.calibrations)
    job_us = largest_us(queue.between) + sum(largest_us(one.length) for one in background.calibrations)
    if background.stream:
        job_us += largest_us(background.stream.qpu) + _classical_us(background.stream)
    return _Delays(once_us=once_us, step_us=largest_us(queue.wait), job_us=job_us, classical=classical)


def _classical_us(job: ForeignJob | ForeignStream) -> int:
    return largest_us(job.before) + largest_us(job.after)


def _times_us(item: Item, delays: _Delays) -> Iterator[int]:
    """All of an item's jobs one after another, each step queued for anew."""
    steps, classical = item.iterations * item.copies, delays.classical
    yield steps * (delays.step_us + largest_us(item.think or classical.think)) + item.size * delays.job_us
    for job in item.jobs:
        parts = (
            job.classical_before or classical.before_of(job),
            job.qpu or Duration.fixed(0),
            job.classical_after or classical.after,
        )
        yield steps * job.count * sum(map(largest_us, parts))


def _short(number: int) -> str:
    return f"{number:,}" if number < 10**12 else "more than 10^12"
