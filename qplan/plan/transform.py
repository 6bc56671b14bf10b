"""A workload with one figure of it changed: what alternatives and break-even figures are simulated with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from qplan.model.duration import Duration
from qplan.model.workload import End, Item, Job, Mode, Workload
from qplan.units import MAX_US


def with_wait(workload: Workload, us: int) -> Workload:
    """Every wait in the queue exactly ``us`` microseconds."""
    return replace(workload, queue=replace(workload.queue, wait=Duration.fixed(us)))


def with_think(workload: Workload, us: int, item_name: str | None = None) -> Workload:
    """Thinking exactly ``us`` microseconds between the steps of one loop, or of all loops."""
    think = Duration.fixed(us)
    items = (
        replace(item, think=think) if item.iterations > 1 and item_name in (None, item.name) else item
        for item in workload.items
    )
    return replace(workload, items=tuple(items))


def with_price(workload: Workload, per_second: Decimal) -> Workload:
    """Another price of a second of usage, in the plan's currency."""
    return replace(workload, plan=replace(workload.plan, price_per_second=per_second))


def with_end(workload: Workload, end: End) -> Workload:
    """Batch and session ended by the client as told, or not at all; ``end`` is not ``CANCEL``."""
    batch, session = (replace(box, end=end, cancel_after=None) for box in (workload.batch, workload.session))
    return replace(workload, batch=batch, session=session)


def with_max_time(workload: Workload, us: int, mode: Mode | None = None) -> Workload:
    """Another maximum TTL, of the batch, of the session, or of both."""
    batch = workload.batch if mode is Mode.SESSION else replace(workload.batch, max_time_us=us)
    session = workload.session if mode is Mode.BATCH else replace(workload.session, max_time_us=us)
    return replace(workload, batch=batch, session=session)


def with_job_times(workload: Workload, at_least_s: Mapping[str, int]) -> Workload:
    """Another ``max_execution_time`` for the jobs named."""

    def longer(job: Job) -> Job:
        if job.name not in at_least_s:
            return job
        return replace(job, options=replace(job.options, max_execution_time_s=at_least_s[job.name]))

    items = (replace(item, jobs=tuple(map(longer, item.jobs))) for item in workload.items)
    return replace(workload, items=tuple(items))


def with_batch_ttl(workload: Workload, us: int) -> Workload:
    """Another interactive TTL of the batch."""
    return replace(workload, batch=replace(workload.batch, interactive_ttl_us=us))


def with_reused_noise_model(workload: Workload) -> Workload:
    """A batch that learns its noise once for each activation."""
    return replace(workload, batch=replace(workload.batch, reuse_noise_model=True))


def uncut(workload: Workload) -> Workload:
    """Nothing in the way of the last job: no maximum TTL to speak of, and no usage limit."""
    plan = replace(workload.plan, remaining_us=None)
    return replace(with_max_time(workload, MAX_US), plan=plan)


def separate_sessions(workload: Workload) -> list[Workload]:
    """The workload's independent parts, each alone: items tied by ``after``, and every copy of an item tied to none.

    One workload with all of it where nothing is independent (rule S-08).
    """
    parts = [part for group in _tied(workload) for part in _copies(group)]
    return [replace(workload, items=part) for part in parts]


def _tied(workload: Workload) -> list[tuple[Item, ...]]:
    """Items in groups that ``after`` connects, in the order of the file."""
    order = {item.name: i for i, item in enumerate(workload.items)}
    group = {name: {name} for name in order}
    for item in workload.items:
        for name in item.after:
            joined = group[item.name] | group[name]
            group.update(dict.fromkeys(joined, joined))
    by_first = {min(order[name] for name in names): names for names in group.values()}
    return [tuple(item for item in workload.items if item.name in by_first[first]) for first in sorted(by_first)]


def _copies(group: tuple[Item, ...]) -> Iterator[tuple[Item, ...]]:
    if len(group) > 1:
        yield group
        return
    for _ in range(group[0].copies):
        yield (replace(group[0], copies=1),)
