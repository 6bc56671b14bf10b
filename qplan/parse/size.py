"""How much a workload asks for: counted, never expanded."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from qplan.model.duration import Duration
from qplan.model.workload import ClassicalDefaults, Item, Mode, QueueModel
from qplan.parse.findings import Findings
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


def check_clock(items: tuple[Item, ...], queue: QueueModel, classical: ClassicalDefaults, findings: Findings) -> None:
    """A run must end within the clock's range, whatever waits for what (medians; modelled times are short)."""
    total_us = sum(part for item in items for part in _times_us(item, queue, classical))
    if total_us > MAX_US:
        longest = max(range(len(items)), key=lambda i: sum(_times_us(items[i], queue, classical)))
        told = "the workload could take longer than the clock's range of 317 years"
        findings.error(BEYOND_CLOCK, told, ("jobs", longest), "use fewer iterations or shorter durations")


def _times_us(item: Item, queue: QueueModel, classical: ClassicalDefaults) -> Iterator[int]:
    """All of an item's jobs one after another, each step queued for anew."""
    steps = item.iterations * item.copies
    yield steps * _median_us(item.think or classical.think)
    yield steps * _median_us(queue.wait) + item.size * queue.between_us
    for job in item.jobs:
        parts = (
            job.classical_before or classical.before,
            job.qpu or Duration.fixed(0),
            job.classical_after or classical.after,
        )
        yield steps * job.count * sum(map(_median_us, parts))


@lru_cache(maxsize=1024)
def _median_us(spread: Duration) -> int:
    """Kept, for many jobs share the profile's spread."""
    return spread.median_us


def _short(number: int) -> str:
    return f"{number:,}" if number < 10**12 else "more than 10^12"
