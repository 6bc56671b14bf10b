"""A fair-share queue (rule Q-03): our share, the other instances and their jobs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from qplan.model.duration import Duration
from qplan.model.fact import Fact
from qplan.model.workload import FairShare, QueueModel, Rival
from qplan.parse import catalog, schema_others
from qplan.parse.assumptions import assumed, below
from qplan.parse.document import Path
from qplan.parse.findings import Findings
from qplan.parse.job_defaults import for_jobs
from qplan.parse.moments import largest_us, mean_us
from qplan.parse.others import WITHOUT_END, gap_of, shown, warn_of_load
from qplan.parse.spreads import Spreads
from qplan.units import US_PER_HOUR, us_from_s

BOTH, SAME_NAME = "QP204", "QP201"
NAME = "fair share"
PLACE: Path = ("queue", "fair_share")
A_DAY_US = 24 * US_PER_HOUR
MOST_JOBS = 20_000
"""How many jobs of the others may be expected in the warm-up, or in a day: each replication simulates them."""


def fair_queue_of(
    shape: schema_others.Queue, fair: schema_others.FairShare, spreads: Spreads
) -> tuple[QueueModel, tuple[Fact, ...]]:
    """The queue of a file with ``fair_share``, and what was taken for granted about it."""
    found = spreads.findings
    for key in ("profile", "wait", "between", "correlation"):
        if getattr(shape, key) is not None:
            told = f"fair_share and {key} exclude each other: waits emerge from the others' jobs"
            found.error(BOTH, told, ("queue", key), "keep one of them")
    defaults = catalog.fair_share_defaults()
    given = {key: getattr(fair, key) for key in defaults.times_us}
    times_us = {key: defaults.times_us[key] if given[key] is None else us_from_s(given[key]) for key in given}
    rivals = tuple(_rival(i, other, defaults.times_us["used"], spreads) for i, other in enumerate(fair.others))
    model = FairShare(
        allocation_us=us_from_s(fair.allocation),
        used_us=times_us["used"],
        window_us=times_us["window"],
        warm_up_us=times_us["warm_up"],
        rivals=rivals,
    )
    _check(model, found)
    facts = {fact.name: fact for fact in defaults.facts}
    unsaid = [rival.name for rival, other in zip(rivals, fair.others, strict=True) if other.used is None]
    return QueueModel(name=NAME, wait=Duration.fixed(0), fair_share=model), (
        assumed("queue.wait", f"emerges from the jobs of {len(rivals)} other instance{'s' * (len(rivals) > 1)}"),
        *below("queue.fair_share", (fact for key, fact in facts.items() if given[key] is None)),
        *below("queue.fair_share.others", _told_of(unsaid, facts["used"])),
    )


def _told_of(names: list[str], fact: Fact) -> Iterator[Fact]:
    if names:
        yield replace(fact, value=f"{fact.value} {for_jobs(names)}")


def _rival(i: int, other: schema_others.Other, used_us: int, spreads: Spreads) -> Rival:
    place = (*PLACE, "others", i)
    return Rival(
        name=other.name or f"instance-{i + 1}",
        allocation_us=us_from_s(other.allocation),
        used_us=used_us if other.used is None else us_from_s(other.used),
        every=gap_of(other.every, (*place, "every"), spreads),
        qpu=spreads.noun(other.qpu, (*place, "qpu")),
    )


def _check(model: FairShare, found: Findings) -> None:
    """Names are unique, jobs end, and there are not more of them than can be simulated."""
    places = [(*PLACE, "others", i) for i in range(len(model.rivals))]
    seen: set[str] = set()
    for rival, place in zip(model.rivals, places, strict=True):
        if rival.name in seen:
            found.error(SAME_NAME, f"two of the others are called {rival.name!r}", (*place, "name"), "rename one")
        seen.add(rival.name)
        if largest_us(rival.qpu) > model.window_us:
            told = f"a job of {rival.name!r} could take longer than the window of {shown(model.window_us)}"
            found.error(WITHOUT_END, told, (*place, "qpu"), "write the QPU time of one of its jobs")
    span_us = max(model.warm_up_us, A_DAY_US)
    jobs = sum(span_us / mean_us(rival.every) for rival in model.rivals)
    if jobs > MOST_JOBS:
        told = f"the others send some {jobs:,.0f} jobs in {shown(span_us)}; at most {MOST_JOBS:,} are simulated"
        found.error(WITHOUT_END, told, (*PLACE, "others"), "lengthen every, or shorten warm_up where it is longer")
    work = [(rival.qpu, rival.every) for rival in model.rivals]
    warn_of_load(work, "the other instances", (*PLACE, "others"), found)
