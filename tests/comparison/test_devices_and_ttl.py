"""Several devices side by side, and the two interactive TTLs that are told of a batch."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from qplan.comparison import compare_devices, documented_ttl_note
from qplan.model.comparison import Objective
from qplan.model.variant import Goal
from qplan.model.workload import Workload
from qplan.plan.alternatives import documented_ttl
from tests.comparison.flow import BATCH, JOB, PLAN, SESSION, item, job, limited, outcome, workload

S = 1_000_000
DOCUMENTED = replace(PLAN, batch_interactive_ttl_documented_us=60 * S)


def on(name: str, rep_delay_s: float, whole: Workload) -> Workload:
    return replace(whole, backend=replace(whole.backend, name=name, rep_delay_s=rep_delay_s))


def test_devices_that_differ_in_rep_delay_are_ranked_by_the_goal() -> None:
    shots = workload(item(job(qpu=None, before=0, shots=10_000)))
    slow, quick = on("slow", 0.004, shots), on("quick", 0.000001, shots)
    ranked = compare_devices([outcome(slow), outcome(quick)], Goal())
    assert [(device.backend, device.mode) for device in ranked] == [("quick", JOB), ("slow", JOB)]
    assert ranked[0].why_not == ""
    assert ranked[1].why_not.endswith("x the time")


def test_a_device_that_finishes_comes_before_one_that_does_not() -> None:
    loop = workload(item(job(), iterations=3, think=5), wait=10)
    short = replace(loop, plan=limited(5))
    barred = replace(short, plan=replace(short.plan, sessions_allowed=False))
    ranked = compare_devices([outcome(on("short", 0.001, barred)), outcome(on("whole", 0.001, loop))], Goal())
    assert [device.backend for device in ranked] == ["whole", "short"]
    assert "left undone" in ranked[1].why_not


def test_no_device_will_do() -> None:
    [only] = compare_devices([outcome(workload(item(job(count=2))))], Goal(budget=Decimal(1)))
    assert only.mode is None
    assert "over the budget of 1.00 USD" in only.why_not
    assert compare_devices([], Goal()) == ()


def note(think: float, wait: float, objective: Objective = Objective.BALANCED) -> str | None:
    whole = workload(item(job(), iterations=3, think=think), wait=wait, plan=DOCUMENTED)
    [candidate] = documented_ttl(whole)
    problem = documented_ttl_note(outcome(whole), outcome(candidate.workload), Goal(objective=objective))
    return problem.message if problem else None


def test_the_documented_ttl_is_told_where_it_would_change_the_verdict() -> None:
    assert note(5, 100) == (
        "the batch's interactive TTL is 1 s as measured; with the 1 min documented,"
        " the choice would be a batch instead of a session"
    )


def test_the_documented_ttl_is_not_told_where_nothing_changes() -> None:
    assert note(0.5, 100) is None
    assert note(70, 100) is None


def test_a_ttl_of_the_users_own_is_not_doubted() -> None:
    assert documented_ttl(workload(item(job()), plan=DOCUMENTED, batch_ttl=30)) == ()
    assert documented_ttl(workload(item(job()))) == ()


def test_the_modes_of_ranked_devices() -> None:
    loop = workload(item(job(), iterations=3, think=5), wait=100)
    crowded = replace(loop, queue=replace(loop.queue, wait=workload(wait=10).queue.wait))
    ranked = compare_devices([outcome(on("far", 0.001, loop)), outcome(on("near", 0.001, crowded))], Goal())
    assert [(device.backend, device.mode) for device in ranked] == [("near", BATCH), ("far", SESSION)]
