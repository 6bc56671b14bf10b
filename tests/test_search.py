"""The search by itself: break-even figures of plain functions, and the bounds of what is simulated."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qplan.model.variant import Candidate, Flip, Knob, Outcome
from qplan.model.workload import Mode, Workload
from qplan.search import break_even, explore, flips, outcome_of
from tests.comparison.flow import BATCH, JOB, SESSION, evaluate, item, job, limited, workload


def above(threshold: int, low: Mode = BATCH, high: Mode = SESSION) -> object:
    return lambda steps: high if steps >= threshold else low


@pytest.mark.parametrize(
    ("name", "choice", "current", "found"),
    [
        ("flips above", above(5000), 1000, [(5000, SESSION)]),
        ("flips below", above(500), 1000, [(500, BATCH)]),
        ("never flips", above(0), 1000, []),
        ("flips beyond the range", above(2_000_000), 1000, []),
        ("from zero upwards", above(5000), 0, [(5000, SESSION)]),
        ("below the range of the search", above(5), 1000, []),
        ("nowhere lasting: a spike that 1 % steps over", lambda n: JOB if n == 2000 else BATCH, 1000, []),
    ],
)
def test_break_even_of_a_step(name: str, choice: object, current: int, found: list[tuple[int, Mode]]) -> None:
    got = break_even(choice, current, 10, 1_000_000)  # type: ignore[arg-type]
    assert [turn.flips_to for turn in got] == [mode for _, mode in found], name
    for turn, (wanted, _) in zip(got, found, strict=True):
        assert turn.value == pytest.approx(wanted, rel=0.002)


def test_both_sides_are_told_nearest_first() -> None:
    def choice(steps: int) -> Mode:
        return BATCH if steps < 300 else SESSION if steps < 9000 else JOB

    assert [(round(turn.value, -2), *turn[1:]) for turn in break_even(choice, 1000, 10, 1_000_000)] == [
        (300, BATCH, False),
        (9000, JOB, True),
    ]


def test_the_side_is_told_where_the_value_is_the_current_one() -> None:
    [turn] = break_even(lambda steps: BATCH if steps <= 1000 else JOB, 1000, 10, 1_000_000)
    assert turn == (1000, JOB, True)


@settings(max_examples=50)
@given(st.integers(100, 900_000), st.integers(1, 1_000_000))
def test_one_percent_either_side_flips(threshold: int, current: int) -> None:
    choice = above(threshold)
    for turn in break_even(choice, current, 10, 1_000_000):  # type: ignore[arg-type]
        below, beyond = choice(turn.value * 99 // 100), choice(-(-turn.value * 101 // 100))  # type: ignore[operator]
        assert below is not beyond
        assert turn.flips_to is (beyond if turn.above else below)


def candidate(workload: Workload) -> Candidate:
    return Candidate(kind="merge", rule="U-03", text="", workload=workload)


def test_alternatives_beyond_the_cap_are_left_out_and_it_is_said() -> None:
    three, ten = (workload(item(job(count=n))) for n in (3, 10))
    explored = explore([candidate(three), candidate(ten), candidate(three)], evaluate, lambda w: w, most_jobs=6)
    assert [variant.candidate.workload.size for variant in explored.variants] == [3, 3]
    assert [problem.message for problem in explored.problems] == ["1 alternatives were not simulated"]


def test_what_the_service_would_refuse_is_no_alternative() -> None:
    explored = explore([candidate(workload(item(job())))], lambda w: (), lambda w: w)
    assert explored.variants == ()


def test_nothing_is_lifted_when_every_job_completes() -> None:
    lifted = []
    outcome_of(workload(item(job(count=2))), evaluate, lambda w: lifted.append(w) or w)  # type: ignore[func-returns-value]
    assert not lifted


def test_a_cut_run_is_simulated_again_with_nothing_in_its_way() -> None:
    cut = workload(item(job(), iterations=2), plan=limited(1))
    outcome = outcome_of(cut, evaluate, lambda w: replace(w, plan=replace(w.plan, remaining_us=None)))
    assert outcome is not None
    assert [account.sample.completed for account in outcome.accounts] == [1, 2, 2]
    assert [account.sample.completed for account in outcome.uncut] == [2, 2, 2]


def test_break_even_figures_of_a_large_workload_are_not_searched_and_it_is_said() -> None:
    knob = Knob(name="wait", unit="s", steps_per_unit=1, current=1, low=1, high=9, apply=lambda _: workload())
    found, problems = flips(workload(item(job(count=2001))), [knob], evaluate, lambda w: w, lambda _: JOB)
    assert found == ()
    assert [(problem.code, problem.message) for problem in problems] == [
        ("QP502", "break-even figures were not searched")
    ]


def test_flips_are_found_by_turning_the_knob() -> None:
    def apply(count: int) -> Workload:
        return workload(item(job(count=count)))

    def decide(outcome: Outcome) -> Mode:
        return JOB if outcome.workload.size < 20 else BATCH

    knob = Knob(name="jobs", unit="", steps_per_unit=1, current=4, low=1, high=100, apply=apply)
    found, _ = flips(apply(4), [knob], evaluate, lambda w: w, decide)
    assert found == (Flip(knob=knob, value=19, flips_to=BATCH, above=True),)
