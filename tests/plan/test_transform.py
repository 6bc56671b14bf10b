"""The transformations of a workload: what changes, and that all else stays."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from qplan.model.duration import Duration, Spread
from qplan.model.workload import End, Failure, Job, Mode, Options, Pub, Workload
from qplan.plan.alternatives import advised_max_time_us, candidates
from qplan.plan.division import merged, split
from qplan.plan.division_search import merges, splits
from qplan.plan.jobs import plan_jobs
from qplan.plan.knobs import knobs
from qplan.plan.transform import (
    separate_sessions,
    uncut,
    with_end,
    with_max_time,
    with_think,
    with_wait,
)
from qplan.units import US_PER_MINUTE
from tests.comparison.flow import constants, evaluate, fixed, item, job, limited, workload

S = 1_000_000
OVERHEAD_US = 2 * S


def jobs_of(changed: Workload | None) -> list[Job]:
    assert changed is not None
    return [job for item in changed.items for job in item.jobs]


def kinds(workload: Workload) -> set[str]:
    return {candidate.kind for candidate in candidates(workload, plan_jobs(workload, constants()).jobs)}


@pytest.mark.parametrize(
    ("into", "sizes"),
    [(1, [(1, 6)]), (2, [(2, 3)]), (3, [(3, 2)]), (4, [(2, 2), (2, 1)]), (5, [(1, 2), (4, 1)]), (6, [(6, 1)])],
)
def test_merging_keeps_every_circuit(into: int, sizes: list[tuple[int, int]]) -> None:
    """``sizes``: (jobs, circuits of each)."""
    got = jobs_of(merged(workload(item(job(count=6))), "job", into))
    assert [(part.count, part.pubs[0].circuits) for part in got] == sizes
    assert len({part.name for part in got}) == len(got)


def test_merged_jobs_pay_their_overhead_once_and_compile_longer() -> None:
    [got] = jobs_of(merged(workload(item(job(qpu=6, before=4, after=1, count=3))), "job", 1, OVERHEAD_US))
    assert (got.qpu, got.classical_before, got.classical_after) == (fixed(14), fixed(12), fixed(3))


def test_merged_jobs_take_no_less_than_one_of_them() -> None:
    [got] = jobs_of(merged(workload(item(job(qpu=1, count=3))), "job", 1, OVERHEAD_US))
    assert got.qpu == fixed(1)


def test_own_limits_grow_with_the_merged_job() -> None:
    bounded = replace(job(count=3), options=Options(max_execution_time_s=10), sub_jobs=2)
    [got] = jobs_of(merged(workload(item(bounded)), "job", 1))
    assert (got.options.max_execution_time_s, got.sub_jobs) == (30, 6)


def test_a_spread_of_quantum_times_scales_as_a_whole() -> None:
    spread = Duration(spread=Spread.QUANTILES, values_us=(4 * S, 8 * S), probabilities=(0.5, 0.9))
    moments = Duration(spread=Spread.MEAN_SD, values_us=(6 * S, S))
    two = [replace(job(count=2), qpu=qpu) for qpu in (spread, moments)]
    got = [jobs_of(merged(workload(item(part)), "job", 1, OVERHEAD_US))[0].qpu for part in two]
    assert [qpu and qpu.values_us for qpu in got] == [(6 * S, 14 * S), (10 * S, 2 * S)]


@pytest.mark.parametrize(
    ("name", "part", "end"),
    [
        ("a failure of one of them", job(count=3, failure=Failure(numbers=(1,))), End.CLOSE),
        ("a number of results waited for", job(count=3), End.CANCEL),
    ],
)
def test_jobs_that_are_told_apart_stay_apart(name: str, part: Job, end: End) -> None:
    whole = workload(item(part), end=end)
    assert merged(whole, "job", 1) is None, name
    assert split(whole, "job", 1) is None, name


def test_splitting_divides_circuits_and_pays_the_overhead_again() -> None:
    [got] = jobs_of(split(workload(item(job(qpu=6, before=4, circuits=80))), "job", 2, OVERHEAD_US))
    assert (got.count, got.pubs[0].circuits, got.qpu, got.classical_before) == (2, 40, fixed(4), fixed(2))


def test_split_and_merged_again_is_the_same_workload() -> None:
    whole = workload(item(job(qpu=6, before=4, after=1, circuits=80)))
    halves = split(whole, "job", 2, OVERHEAD_US)
    assert halves is not None
    assert merged(halves, "job", 1, OVERHEAD_US) == whole


@pytest.mark.parametrize(
    ("name", "pubs", "parts"),
    [
        ("circuits", (Pub(circuits=4),), (Pub(circuits=2),)),
        ("parameter sets", (Pub(parameter_sets=4),), (Pub(parameter_sets=2),)),
        ("neither", (Pub(circuits=3, parameter_sets=3),), None),
        ("one of two does not", (Pub(circuits=4), Pub(circuits=3)), None),
    ],
)
def test_what_divides(name: str, pubs: tuple[Pub, ...], parts: tuple[Pub, ...] | None) -> None:
    halves = split(workload(item(replace(job(), pubs=pubs))), "job", 2)
    assert (jobs_of(halves)[0].pubs if halves else None) == parts, name


def test_a_job_of_overhead_alone_is_not_split() -> None:
    assert split(workload(item(job(qpu=2, circuits=80))), "job", 2, OVERHEAD_US) is None


def test_names_of_parts_are_new() -> None:
    whole = workload(item(job("a", count=3), job("a-of-1")))
    got = jobs_of(merged(whole, "a", 2))
    assert [part.name for part in got] == ["a", "a-of-1-", "a-of-1"]


def test_settings() -> None:
    whole = workload(item(job(), iterations=2, think=5), item(job("other")), plan=limited(9))
    assert with_wait(whole, 7).queue.wait == Duration.fixed(7)
    assert [part.think for part in with_think(whole, 7).items] == [Duration.fixed(7), None]
    assert with_end(whole, End.NONE).session.end is End.NONE
    capped = with_max_time(whole, 7, Mode.BATCH)
    assert (capped.batch.max_time_us, capped.session.max_time_us) == (7, whole.session.max_time_us)
    free = uncut(whole)
    assert free.plan.remaining_us is None
    assert free.batch.max_time_us == free.session.max_time_us == 10**16


def test_separate_sessions_follow_the_dependencies() -> None:
    whole = workload(item(job("a")), item(job("b"), copies=2), item(job("c"), after=("a",), copies=2))
    parts = [[(part.name, part.copies) for part in apart.items] for apart in separate_sessions(whole)]
    assert parts == [[("a", 1), ("c", 2)], [("b", 1)], [("b", 1)]]


def test_u_03_only_jobs_under_a_minute_are_merged() -> None:
    small, large = (workload(item(job(qpu=qpu, count=2))) for qpu in (59.9, 60))
    assert "merge" in kinds(small)
    assert "merge" not in kinds(large)


def test_every_division_of_few_jobs_is_tried() -> None:
    whole = workload(item(job("a", count=3), job("b", count=2)))
    tried = [
        tuple(part.count for part in jobs_of(candidate.workload) if part.name in ("a", "b"))
        for candidate in merges(whole, plan_jobs(whole, constants()).jobs)
    ]
    assert tried == [(3, 1), (1, 2), (1, 1), (1, 2), (1, 1)]


def test_divisions_of_many_jobs_stay_few() -> None:
    whole = workload(item(job(count=100_000)))
    counts = [candidate.workload.size for candidate in merges(whole, plan_jobs(whole, constants()).jobs)]
    assert counts[:3] == [1, 2, 3]
    assert counts[-1] == 50_000
    assert len(counts) < 30


def test_splits_go_up_to_the_lanes() -> None:
    whole = workload(item(job(circuits=60)), lanes=3)
    assert [c.workload.size for c in splits(whole, plan_jobs(whole, constants()).jobs)] == [2, 3]


@pytest.mark.parametrize(
    ("length_s", "advised_min"),
    [(40, 1), (48, 1), (49, 2), (96, 2), (3600, 75), (28_000, 480), (28_800, None)],
)
def test_max_time_is_a_quarter_more_up_to_the_minute(length_s: int, advised_min: int | None) -> None:
    session = evaluate(workload(item(job(qpu=1, before=length_s - 1)), session_max=99_999))[2]
    got = advised_max_time_us(session, 480 * US_PER_MINUTE)
    assert got == (advised_min and advised_min * US_PER_MINUTE)


def test_knobs_stand_where_the_workload_stands() -> None:
    whole = workload(item(job(), iterations=2, think=5), item(job("once")), wait=100)
    found = {knob.name: (knob.current, knob.unit) for knob in knobs(whole, price=True)}
    assert found == {"queue wait": (100 * S, "s"), "think time": (5 * S, "s"), "price": (1_600_000, "USD/s")}
    price = next(knob for knob in knobs(whole, price=True) if knob.name == "price")
    assert price.apply(2_000_000).plan.price_per_second == Decimal(2)
