"""Odds over replications, and how sure the quantiles of replications are."""

from array import array
from dataclasses import replace
from decimal import Decimal
from math import log

import pytest

from qplan.account import cost_of, costs_of, usage_for
from qplan.comparison import odds, sampling
from qplan.comparison.sampling import interval
from qplan.model.account import Account, Figures, Quantity, rank
from qplan.model.duration import Duration, Spread
from qplan.model.trace import Columns
from qplan.model.variant import Goal
from qplan.model.workload import Mode, QueueModel
from qplan.runs import Draws, columns_over
from qplan.say import say_share
from qplan.simulation import Engine, Runner
from tests.scenes import item, plan_of, submission

S = 1_000_000


def sure(value):
    """A value that is there."""
    assert value is not None
    return value


def columns(
    usage: list[int], wall: list[int], completed: list[int] | None = None, cut: list[int] | None = None
) -> Columns:
    n = len(usage)
    return Columns(
        usage_us=array("q", (u * S for u in usage)),
        wall_us=array("q", (w * S for w in wall)),
        queue_us=array("q", [0] * n),
        quantum_us=array("q", [0] * n),
        drift_us=array("q", [0] * n),
        container_us=array("q", [0] * n),
        completed=array("q", completed or [2] * n),
        ttl_cut=array("b", cut or [0] * n),
        limited=array("b", [0] * n),
    )


def account(mode: Mode, own: Columns | None, price: str | None = "1.60") -> Account:
    if own is None:
        return Account(mode=mode, runs=(), reason="no sessions")
    plan = plan_of(price_per_second=None if price is None else Decimal(price))
    run = Figures(
        usage_us=0, wall_us=0, queue_us=0, quantum_us=0, charged_us=0, drift_us=0, lane_held_us=0, lane_span_us=0,
        cost=None, completed=2, failed=0, cancelled=0, not_submitted=0, queued=0, retries=0, activations=0,
    )  # fmt: skip
    return Account(
        mode=mode, runs=(run,), columns=own, usage_for=None if price is None else lambda amount: usage_for(amount, plan)
    )


def test_modes_are_compared_replication_by_replication_and_ties_count_for_each():
    job = account(Mode.JOB, columns([5, 5, 5, 9], [10, 10, 10, 10]))
    batch = account(Mode.BATCH, columns([5, 5, 6, 8], [9, 11, 10, 8]))
    found = odds([job, batch, account(Mode.SESSION, None)], Goal())
    assert found[2] is None
    first, second = map(sure, found[:2])
    assert (first.cheapest, second.cheapest) == (0.75, 0.75)
    assert (first.fastest, second.fastest) == (0.5, 0.75)


def test_a_mode_that_leaves_jobs_undone_wins_nothing_in_that_replication():
    job = account(Mode.JOB, columns([5, 5], [10, 10]))
    batch = account(Mode.BATCH, columns([1, 1], [1, 1], completed=[2, 1], cut=[0, 1]))
    first, second = map(sure, odds([job, batch], Goal()))
    assert (first.cheapest, second.cheapest) == (0.5, 0.5)
    assert (second.complete, second.ttl_cut) == (0.5, 0.5)


def test_limits_are_kept_in_shares():
    job = account(Mode.JOB, columns([5, 6, 7, 8], [10, 20, 30, 40]))
    goal = Goal(deadline_us=30 * S, budget=Decimal("9.60"))
    [found] = map(sure, odds([job], goal, remaining_us=7 * S))
    assert (found.within_deadline, found.within_budget, found.over_allocation) == (0.75, 0.5, 0.25)


def test_a_budget_is_unknown_where_the_price_is():
    [found] = map(sure, odds([account(Mode.JOB, columns([5], [10]), price=None)], Goal(budget=Decimal(1))))
    assert found.within_budget is None


@pytest.mark.parametrize("price", ["1.60", "0.0133", "48", "0"])
@pytest.mark.parametrize("included_us", [0, 300 * S])
def test_the_usage_for_an_amount_is_the_largest_that_costs_no_more(price, included_us):
    plan = plan_of(price_per_second=Decimal(price), included_us=included_us)
    for amount in map(Decimal, ("0", "0.01", "9.60", "9.605", "1000")):
        most = usage_for(amount, plan)
        assert sure(cost_of(most, plan)) <= amount
        assert price == "0" or sure(cost_of(most + 1, plan)) > amount


def test_costs_over_replications_are_those_of_each():
    plan = plan_of(price_per_second=Decimal("1.37"), included_us=3 * S)
    usage = [1_234_567 * k for k in range(1, 40)]
    each = sorted(sure(cost_of(us, plan)) for us in usage)
    found = sure(costs_of(usage, Quantity.of(usage, [Decimal(95)]), plan))
    assert (found.p10, found.p50, found.p90) == (each[3], each[19], each[35])
    assert found.mean == sum(each) / len(each)
    assert found.others == (("p95", each[37]),)


@pytest.mark.parametrize(
    ("n", "percent", "index"),
    [(1, "50", 0), (3, "50", 1), (4, "50", 1), (10, "90", 8), (1000, "99.9", 998), (5, "0", 0)],
)
def test_percentiles_are_nearest_ranks(n, percent, index):
    assert rank(n, Decimal(percent)) == index


def wait_of(seed: int, precision: float | None) -> Columns:
    """A single job that waits 100 s on average, run as the command runs it."""
    wait = Duration(spread=Spread.EXPONENTIAL, values_us=(100 * S,))
    sent = submission(Mode.JOB, item(before=0, qpu=0))
    sent = replace(sent, queue=QueueModel(name="exponential", wait=wait))
    draws = Draws(seed=seed, precision=precision, runner=Runner(engine=Engine.INTERPRETED))
    return columns_over({Mode.JOB: sent}, draws)[Mode.JOB]


@pytest.mark.parametrize("precision", [None, 0.14])
def test_intervals_cover_as_they_should(precision):
    """The true quantiles lie in 95 % of the intervals, also of runs that stop once these are narrow enough."""
    repeats = 100
    hits = dict.fromkeys((10, 50, 90), 0)
    for seed in range(repeats):
        own = wait_of(seed, precision)
        if precision:
            assert sampling({Mode.JOB: own}).error <= precision
        ranked = sorted(own.wall_us)
        for percent in hits:
            low, high = sure(interval(ranked, Decimal(percent)))
            hits[percent] += low <= -100 * log(1 - percent / 100) * S <= high
    assert all(0.89 * repeats <= hit for hit in hits.values()), hits
    assert sum(hits.values()) < len(hits) * repeats, "an interval that always covers is too wide"


def test_the_error_told_is_the_half_width_of_the_widest_interval():
    own = columns([5] * 100, list(range(1, 101)))
    found = sampling({Mode.JOB: own})
    low, high = sure(interval([w * S for w in range(1, 101)], Decimal(10)))
    assert found.error == (high - low) / 2 / (10 * S)
    assert found.figure == "p10 of wall-clock as single jobs"


def test_too_few_replications_tell_nothing_of_a_quantile():
    assert interval([1, 2, 3], Decimal(50)) is None
    assert sampling({Mode.JOB: columns([5] * 20, list(range(1, 21)))}).error == float("inf")


def test_a_precision_is_met_or_said_not_to_be():
    found = sampling({Mode.JOB: columns([5] * 100, list(range(1, 101)))})
    assert not replace(found, wanted=0.01).is_met
    assert replace(found, wanted=0.9).is_met
    assert found.is_met


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (0, "0 %"),
        (1, "100 %"),
        (0.9996, ">99.9 %"),
        (0.97, "97.0 %"),
        (0.62, "62 %"),
        (0.031, "3.1 %"),
        (0.0004, "<0.1 %"),
    ],
)
def test_all_and_none_are_said_only_where_it_is_so(share, said):
    assert say_share(share) == said
