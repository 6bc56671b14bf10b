"""The choice of a mode: objectives, limits, ties, and what it says when no mode will do."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from qplan.comparison import choose
from qplan.model.comparison import Objective
from qplan.model.pricing import LimitAction
from qplan.model.variant import Goal
from qplan.model.workload import End, Mode, Options, Workload
from tests.comparison.flow import BATCH, JOB, PLAN, SESSION, advise, item, job, limited, outcome, workload

COST, TIME, BALANCED = Objective.COST, Objective.TIME, Objective.BALANCED
LOOP = workload(item(job(), iterations=3, think=5), wait=100)
"""Example E2 of the contract: 18 s in 340 s as jobs or a batch, 40 s in 140 s as a session."""


def chosen(workload: Workload, goal: Goal = Goal()) -> Mode | None:
    return choose(outcome(workload), goal).mode


@pytest.mark.parametrize(
    ("objective", "mode"), [(COST, BATCH), (TIME, SESSION), (BALANCED, SESSION)], ids=["cost", "time", "balanced"]
)
def test_each_objective_has_its_own_optimum(objective: Objective, mode: Mode) -> None:
    assert chosen(LOOP, Goal(objective=objective)) is mode


@pytest.mark.parametrize(
    ("name", "wait", "mode"),
    [("2.24 times the usage in 0.45 of the time", 63, SESSION), ("in 0.46 of the time", 60, BATCH)],
)
def test_balanced_takes_time_for_usage_at_par(name: str, wait: float, mode: Mode) -> None:
    assert chosen(workload(item(job(), iterations=3, think=5), wait=wait)) is mode, name


@pytest.mark.parametrize(
    ("name", "goal", "mode"),
    [
        ("the session just makes it", Goal(objective=COST, deadline_us=140_000_000), SESSION),
        ("nothing does", Goal(objective=COST, deadline_us=139_999_999), None),
        ("the session just keeps it", Goal(budget=Decimal("64.00")), SESSION),
        ("only the others keep it", Goal(budget=Decimal("63.99")), BATCH),
        ("none keeps it", Goal(budget=Decimal("28.79")), None),
        ("both limits, met by none", Goal(deadline_us=140_000_000, budget=Decimal("63.99")), None),
    ],
)
def test_deadline_and_budget(name: str, goal: Goal, mode: Mode | None) -> None:
    assert chosen(LOOP, goal) is mode, name


def test_no_feasible_mode_is_said_with_the_closest() -> None:
    advice = advise(LOOP, Goal(objective=TIME, deadline_us=100_000_000))
    assert advice.mode is None
    assert advice.headline == (
        "No mode will do. The closest: a session takes 2 min 20 s, 40 s past the deadline of 1 min 40 s."
    )
    assert [other.mode for other in advice.alternatives] == [SESSION, BATCH, JOB]


def test_u_09_an_unknown_price_cannot_keep_a_budget() -> None:
    unknown = replace(PLAN, price_per_second=None, price_reason="the price is agreed with each customer")
    whole = workload(item(job(count=2)), plan=unknown)
    assert chosen(whole) is BATCH
    advice = advise(whole, Goal(budget=Decimal(10**6)))
    assert advice.mode is None
    assert "the price is agreed with each customer" in advice.headline


def test_exact_ties_go_to_the_batch_and_for_one_job_to_the_job() -> None:
    assert chosen(workload(item(job(count=2)))) is BATCH
    assert chosen(workload(item(job()))) is JOB


def test_j_03_one_job_is_sent_as_a_job_two_are_not() -> None:
    one, two = (workload(item(job(count=n, circuits=7)), wait=10) for n in (1, 2))
    assert chosen(one) is JOB
    assert chosen(two) is BATCH
    assert chosen(one, Goal(budget=Decimal(0))) is JOB


def test_p_03_a_simulator_is_sent_jobs() -> None:
    device, simulator = (
        workload(item(job(), iterations=3, think=5), wait=100, simulator=is_one) for is_one in (False, True)
    )
    assert chosen(device) is SESSION
    advice = advise(simulator)
    assert (advice.mode, [reason.rule for reason in advice.reasons], advice.actions) == (JOB, ["P-03"], ())


def test_s_09_a_plan_without_sessions_gets_the_next_best() -> None:
    refused = replace(PLAN, sessions_allowed=False, sessions_reason="the test plan has no sessions")
    assert chosen(replace(LOOP, plan=refused)) is BATCH
    advice = advise(replace(LOOP, plan=refused))
    assert [reason.text for reason in advice.reasons if reason.rule == "S-09"] == [
        "No session: the test plan has no sessions."
    ]
    assert SESSION not in [other.mode for other in advice.alternatives]


def test_s_05_a_session_that_its_maximum_ttl_cuts_is_not_feasible() -> None:
    cut, whole = (workload(item(job(), iterations=3, think=5), wait=100, session_max=seconds) for seconds in (30, 31))
    assert chosen(whole) is SESSION
    assert chosen(cut) is BATCH
    assert choose(outcome(cut), Goal()).obstacles == {SESSION: "1 job left undone: cut at the maximum TTL of 30 s"}


def test_u_10_a_shortfall_is_said_with_what_is_short() -> None:
    plenty, short = (
        workload(item(job(qpu=10, before=0), iterations=6), wait=10, plan=limited(seconds)) for seconds in (60, 25)
    )
    assert choose(outcome(plenty), Goal()).leaves_undone is False
    stopped = replace(short, plan=limited(25, LimitAction.STOP))
    advice = advise(stopped)
    assert advice.mode is BATCH
    assert advice.headline == (
        "No mode finishes it: 4 jobs left undone: needs 1 min of usage, 25 s are left of the test plan: 35 s short."
        " The most is done as a batch: 2 of 6 jobs done in 35 s, 25 s of usage (40.00 USD)."
    )


def test_u_10_of_modes_that_all_leave_jobs_undone_the_one_that_completes_most() -> None:
    """Single jobs and the batch, inactive while the client thinks, are held after 10 s; an active session goes on."""
    short = workload(item(job(qpu=10, before=0), iterations=4, think=2), wait=10, plan=limited(5))
    modes = {account.mode: account.sample.completed for account in outcome(short).accounts}
    assert modes == {JOB: 1, BATCH: 1, SESSION: 4}
    assert chosen(short) is SESSION
    barred = replace(short, plan=replace(short.plan, sessions_allowed=False))
    choice = choose(outcome(barred), Goal())
    assert (choice.mode, choice.leaves_undone, set(choice.obstacles)) == (JOB, True, {JOB, BATCH, SESSION})


def test_jobs_that_the_file_lets_fail_are_not_undone() -> None:
    from qplan.model.workload import Failure

    failing = workload(item(job(count=3, failure=Failure(numbers=(2,)))))
    assert choose(outcome(failing), Goal()).obstacles == {}


def test_u_07_jobs_that_their_own_limit_cuts_are_undone() -> None:
    cut = replace(job("cut", qpu=30), options=Options(max_execution_time_s=10))
    every, one = advise(workload(item(replace(cut, count=2)))), advise(workload(item(cut), item(job("whole"))))
    assert (every.mode, one.mode) == (None, BATCH)
    assert every.headline == "No mode does any of it: 2 jobs left undone: cut by max_execution_time."
    assert one.headline == (
        "No mode finishes it: 1 job left undone: cut by max_execution_time or the service's limit on the QPU time of"
        " a job. The most is done as a batch: 1 of 2 jobs done in 20 s, 16 s of usage (25.60 USD)."
    )
    assert [reason.rule for reason in one.reasons if not reason.speaks_for][-1] == "U-07"


def test_the_closest_is_the_least_over_the_budget() -> None:
    """Session 64.00, batch and jobs 28.80: balanced would prefer the session."""
    assert advise(LOOP, Goal(budget=Decimal(20))).headline == (
        "No mode will do. The closest: a batch costs 28.80 USD, 8.80 USD over the budget of 20.00 USD."
    )


def test_an_unknown_price_leaves_a_budget_unconfirmed() -> None:
    unknown = replace(workload(item(job(count=2))), plan=replace(PLAN, price_per_second=None, price_reason="unknown"))
    assert advise(unknown, Goal(budget=Decimal(50))).headline == (
        "The budget of 50.00 USD cannot be confirmed: unknown; set plan.price_per_second."
        " As a batch: 12 s of usage, done in 16 s."
    )


def test_b_10_an_early_stop_is_not_told_in_multiples() -> None:
    whole = workload(item(job(count=10)), end=End.CLOSE)
    box = replace(whole.batch, end=End.CANCEL, cancel_after=2)
    early = advise(replace(whole, batch=box, session=replace(box, interactive_ttl_us=60_000_000)))
    assert early.mode is BATCH
    told = [reason.text for reason in early.reasons if reason.rule == "B-10"]
    assert len(told) == 1
    assert told[0].endswith("as single jobs all do: 1 min of usage (96.00 USD), done in 1 min 4 s.")
    assert not {"S-11", "R-01"} & {reason.rule for reason in early.reasons}
    [job_mode] = (other for other in early.alternatives if other.mode is JOB)
    assert job_mode.why_not.startswith("10 of 10 jobs done: 1 min of usage")
