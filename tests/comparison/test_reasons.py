"""Which rules speak for and against a choice: pairs of workloads that differ in one condition."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qplan.model.duration import Duration
from qplan.model.variant import Goal
from qplan.model.workload import Mode, Workload
from tests.comparison.flow import (
    BATCH,
    JOB,
    SESSION,
    advise,
    item,
    job,
    limited,
    outcome,
    reason,
    rules,
    workload,
)

LOOP = workload(item(job(), iterations=3, think=5), wait=100)
THREE = workload(item(job(count=3)), wait=100)
ONE = workload(item(job()), wait=100)


@pytest.mark.parametrize(
    ("rule", "applies", "does_not"),
    [
        ("J-03", ONE, THREE),
        ("J-04", THREE, ONE),
        ("J-06", ONE, THREE),
        ("R-01", THREE, LOOP),
        ("R-02", LOOP, THREE),
        ("R-03", LOOP, ONE),
        ("R-04", workload(item(job("a")), item(job("b"))), workload(item(job("a", count=2)))),
        ("R-05", LOOP, workload(item(job("a")), item(job("b"), after=("a",)), wait=100)),
        ("R-06", ONE, THREE),
        ("R-07", LOOP, THREE),
        ("Q-02", LOOP, THREE),
        ("B-08", LOOP, workload(item(job(), iterations=3, think=5), wait=100, batch_ttl=60)),
        ("S-03", LOOP, workload(item(job(before=0), iterations=3, think=0), wait=100)),
        (
            "S-10",
            workload(item(job(), iterations=3, think=5), wait=100, session_advice=39),
            workload(item(job(), iterations=3, think=5), wait=100, session_advice=40),
        ),
        (
            "U-04",
            replace(
                MINUTES := workload(item(job(qpu=60, count=2)), wait=100),
                queue=replace(MINUTES.queue, between=Duration.fixed(10**9)),
            ),
            MINUTES,
        ),
        (
            "U-10",
            workload(item(job(), iterations=3, think=5), wait=100, plan=limited(39)),
            workload(item(job(), iterations=3, think=5), wait=100, plan=limited(40)),
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_reasons_in_pairs(rule: str, applies: Workload, does_not: Workload) -> None:
    assert rule in rules(advise(applies))
    assert rule not in rules(advise(does_not))


def test_r_01_a_batch_when_all_is_ready_and_not_when_a_loop_must_wait() -> None:
    assert advise(THREE).mode is BATCH
    assert "R-01" in rules(advise(THREE), speaks_for=True)
    assert advise(LOOP).mode is not BATCH


def test_r_02_r_05_a_loop_gets_a_session_when_the_plan_and_the_wait_allow() -> None:
    short = workload(item(job(), iterations=3, think=5), wait=10)
    assert advise(LOOP).mode is SESSION
    assert {"R-02", "R-05"} <= rules(advise(LOOP), speaks_for=True)
    assert advise(short).mode is BATCH
    assert {"R-02", "R-05"} <= rules(advise(short), speaks_for=False)


def test_r_03_both_prices_are_shown() -> None:
    text = "A session usually costs more: 40 s of usage (64.00 USD) against 18 s of usage (28.80 USD) as a batch."
    assert reason(advise(LOOP), "R-03") == text
    assert "R-03" in rules(advise(LOOP), speaks_for=False)
    assert "R-03" in rules(advise(workload(item(job(), iterations=3, think=5), wait=10)), speaks_for=True)


def test_r_07_the_drift_of_both_is_shown() -> None:
    assert reason(advise(LOOP), "R-07") == (
        "A session runs as tightly together as can be: 36 s from the first to the last time on the QPU,"
        " 3 min 56 s as a batch."
    )


def test_b_12_the_drift_of_a_batch_and_of_single_jobs() -> None:
    spaced = replace(THREE, queue=replace(THREE.queue, between=Duration.fixed(60_000_000)))
    assert reason(advise(spaced), "B-12").startswith("A batch runs close together, which limits drift: 18 s")
    assert "B-12" not in rules(advise(THREE))


def test_q_02_tells_what_going_back_to_the_queue_costs() -> None:
    assert reason(advise(LOOP), "Q-02").startswith("As single jobs every step goes back through the queue: 5 min in")


def test_s_03_tells_what_of_the_bill_is_quantum_time() -> None:
    assert reason(advise(LOOP), "S-03").startswith("Of 40 s billed only 18 s are quantum time")


def test_s_11_noise_is_learned_once_in_a_session() -> None:
    """Learning as the simulation sees it: the session's jobs spend less on the QPU."""
    simulated = outcome(LOOP)
    session = simulated.of(SESSION)
    shared = replace(session, runs=(replace(session.runs[0], quantum_us=10_000_000),))
    from qplan.comparison import Case, recommend

    other = replace(simulated, accounts=(*simulated.accounts[:2], shared), uncut=(*simulated.uncut[:2], shared))
    assert "S-11" in rules(recommend(Case(outcome=other)))
    assert "S-11" not in rules(recommend(Case(outcome=simulated)))


def test_u_03_a_merge_that_is_no_better_is_told_as_such() -> None:
    slow = workload(item(job(qpu=6, before=30, count=5)))
    assert "merging them is no better" in reason(advise(slow), "U-03")
    quick = workload(item(job(qpu=6, before=0, count=5)))
    assert "merging them is better" in reason(advise(quick), "U-03")


def test_u_10_says_what_is_short() -> None:
    whole = workload(item(job(), iterations=3, think=5), wait=100, plan=limited(39))
    assert reason(advise(whole), "U-10") == (
        "It finishes, but overdraws the allocation: needs 40 s of usage, 39 s are left of the test plan: 1 s short."
    )


def test_p_02_a_close_call_is_said() -> None:
    near = reason(advise(workload(item(job(), iterations=3, think=5), wait=80)), "P-02")
    assert near == "A close call: with a think time above 5.8 s a batch would be the choice; now it is 5 s."
    assert "P-02" not in rules(advise(workload(item(job(), iterations=3, think=0), wait=1000)))


def test_a_cut_run_is_not_held_against_the_others() -> None:
    cut = workload(item(job(), iterations=3, think=5), wait=100, session_max=30)
    assert not {"R-02", "R-03", "R-05", "R-07", "S-11"} & rules(advise(cut))


def test_no_reasons_for_a_mode_when_none_will_do() -> None:
    assert rules(advise(LOOP, Goal(deadline_us=1))) == set()


def test_the_headline_gives_the_figures_and_the_runner_up() -> None:
    assert advise(LOOP).headline == (
        "Run it as a session: 40 s of usage (64.00 USD), done in 2 min 20 s; as a batch 0.5x the usage, 2.4x the time."
    )
    assert [other.mode for other in advise(LOOP).alternatives][:2] == [BATCH, JOB]
    assert isinstance(advise(ONE).mode, Mode)
    assert advise(ONE).mode is JOB


def test_p_02_figures_that_would_read_the_same_are_given_in_full() -> None:
    near = reason(advise(workload(item(job(), iterations=3, think=5), wait=62.85)), "P-02")
    assert near == ("A close call: with a queue wait above 62.87 s a session would be the choice; now it is 62.85 s.")


def test_r_02_equal_times_speak_for_neither_mode() -> None:
    """With no wait and no pause a session has no time to gain."""
    assert "R-02" not in rules(advise(workload(item(job(), iterations=3, think=0))))
