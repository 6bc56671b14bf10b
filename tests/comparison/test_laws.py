"""Laws of the recommendation on random workloads of up to six jobs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from qplan.model.account import Account
from qplan.model.comparison import BreakEven, Objective
from qplan.model.duration import Duration
from qplan.model.variant import Goal
from qplan.model.workload import Item, Mode, Workload
from tests.comparison.flow import (
    BATCH,
    JOB,
    SESSION,
    advise,
    evaluate,
    fixed,
    item,
    job,
    limited,
    outcome,
    workload,
)

SECONDS = st.sampled_from([0.5, 1, 2, 3.3, 7, 10, 25, 40])
GOALS = st.builds(
    Goal,
    objective=st.sampled_from(list(Objective)),
    deadline_us=st.none() | st.integers(10, 600).map(lambda s: s * 1_000_000),
    budget=st.none() | st.integers(5, 300).map(Decimal),
)


@st.composite
def items(draw: st.DrawFn, name: str, most: int) -> Item:
    count = draw(st.integers(1, most))
    iterations = draw(st.integers(1, most // count))
    copies = draw(st.integers(1, most // (count * iterations)))
    part = job(name, draw(SECONDS), draw(SECONDS), draw(st.sampled_from([0, 1])), count=count, circuits=12)
    return item(part, iterations=iterations, copies=copies, think=draw(SECONDS))


@st.composite
def workloads(draw: st.DrawFn) -> Workload:
    """One or two items of up to six jobs in all, some with limits that cut them."""
    parts = [draw(items("a", draw(st.sampled_from([3, 6]))))]
    if parts[0].size <= 3 and draw(st.booleans()):
        parts.append(replace(draw(items("b", 3)), after=draw(st.sampled_from([(), ("a",)]))))
    whole = workload(
        *parts,
        wait=draw(st.sampled_from([0, 3, 30, 300])),
        lanes=draw(st.integers(1, 5)),
        session_max=draw(st.sampled_from([20, 28_800])),
        batch_max=draw(st.sampled_from([20, 28_800])),
    )
    if draw(st.integers(0, 3)) == 0:
        whole = replace(whole, plan=limited(draw(st.sampled_from([5, 20, 1000]))))
    return whole


def score(account: Account, objective: Objective) -> tuple[Fraction, ...]:
    """Smaller is better; straight from the words of the objectives, in seconds."""
    run = account.sample
    usage, wall = Fraction(run.usage_us, 1_000_000), Fraction(run.wall_us, 1_000_000)
    return {
        Objective.COST: (usage, wall),
        Objective.TIME: (wall, usage),
        Objective.BALANCED: (usage * wall,),
    }[objective]


def keeps(account: Account, goal: Goal) -> bool:
    run = account.sample
    in_time = goal.deadline_us is None or run.wall_us <= goal.deadline_us
    return in_time and (goal.budget is None or (run.cost is not None and run.cost <= goal.budget))


def good(workload: Workload, goal: Goal) -> Iterator[tuple[tuple[Fraction, ...], int, Mode]]:
    """Each mode that does everything and keeps the limits: its score, its place among equals, itself."""
    order = [JOB] if workload.size == 1 else [BATCH, JOB, SESSION]
    for account in evaluate(workload):
        if account.mode in order and account.sample.completed == workload.size and keeps(account, goal):
            yield score(account, goal.objective), order.index(account.mode), account.mode


@settings(max_examples=150, deadline=None)
@given(workloads(), GOALS)
def test_the_choice_is_the_optimum_by_brute_force(whole: Workload, goal: Goal) -> None:
    from qplan.comparison import choose

    choice = choose(outcome(whole), goal)
    optimum = min(good(whole, goal), default=None)
    if whole.size == 1:
        assert choice.mode is JOB
    elif optimum is not None:
        assert choice.mode is optimum[2]
    else:
        finished = [a for a in evaluate(whole) if a.sample.completed == whole.size]
        assert choice.mode is None or (choice.leaves_undone and not finished)


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 6), SECONDS, SECONDS, st.integers(1, 5), st.sampled_from(list(Objective)))
def test_the_merge_is_the_best_of_all_divisions(
    count: int, qpu: float, before: float, lanes: int, objective: Objective
) -> None:
    """Brute force builds each division by hand: sizes as equal as can be, two seconds of overhead for each job."""
    goal = Goal(objective=objective)
    whole = workload(item(job("a", qpu, before, count=count)), lanes=lanes)
    scores = []
    for into in range(1, count):
        sizes = [count // into + (n < count % into) for n in range(into)]
        parts = [job(f"a{n}", max(qpu, qpu * n - 2 * (n - 1)), before * n, count=sizes.count(n)) for n in set(sizes)]
        parts.sort(key=lambda part: part.classical_before.median_us, reverse=True)  # type: ignore[union-attr]
        scores += [score_and_mode[0] for score_and_mode in good(workload(item(*parts), lanes=lanes), goal)]
    as_written = min(good(whole, goal))[0]
    merges = [action for action in advise(whole, goal, turn=False).actions if action.kind == "merge"]
    assert bool(merges) == (min(scores) < as_written)
    if merges:
        usage, wall = (getattr(best(whole, goal), name) for name in ("usage_us", "wall_us"))
        usage, wall = (
            Fraction(n, 1_000_000) for n in (usage - merges[0].saves_usage_us, wall - merges[0].saves_wall_us)
        )
        table = {Objective.COST: (usage, wall), Objective.TIME: (wall, usage), Objective.BALANCED: (usage * wall,)}
        assert table[objective] == min(scores)


def best(whole: Workload, goal: Goal) -> object:
    mode = min(good(whole, goal))[2]
    return next(account.sample for account in evaluate(whole) if account.mode is mode)


def turned(whole: Workload, point: BreakEven, by: Decimal) -> Workload:
    """The workload with the figure of a break-even at ``by`` times its value; written out, not by the knobs."""
    value = point.value * by
    if point.name == "price":
        return replace(whole, plan=replace(whole.plan, price_per_second=value))
    duration = Duration.fixed(int((value * 1_000_000).to_integral_value()))
    if point.name == "queue wait":
        return replace(whole, queue=replace(whole.queue, wait=duration))
    loops = [part for part in whole.items if part.iterations > 1]
    assert point.name in ("think time", *(f"think time of {part.name}" for part in loops))
    turn = [part for part in loops if point.name in ("think time", f"think time of {part.name}")]
    return replace(whole, items=tuple(replace(p, think=duration) if p in turn else p for p in whole.items))


@settings(max_examples=60, deadline=None)
@given(workloads(), GOALS)
def test_one_percent_either_side_of_a_break_even_flips_the_choice(whole: Workload, goal: Goal) -> None:
    from qplan.comparison import choose

    for point in advise(whole, goal).break_evens:
        below, beyond = (
            choose(outcome(turned(whole, point, by)), goal).mode for by in (Decimal("0.99"), Decimal("1.01"))
        )
        assert below is not beyond
        assert point.flips_to is (beyond if " above " in point.text else below)


@settings(max_examples=80, deadline=None)
@given(workloads(), GOALS)
def test_the_max_time_advised_cuts_no_healthy_run(whole: Workload, goal: Goal) -> None:
    """The same figures with it as without any maximum, in which every job completes."""
    advice = advise(whole, goal, turn=False)
    if advice.max_time_us is None or advice.mode is None:
        return
    unlimited, advised = (
        replace(
            whole,
            session=replace(whole.session, max_time_us=us),
            batch=replace(whole.batch, max_time_us=us),
        )
        for us in (10**15, advice.max_time_us)
    )
    runs = [{a.mode: a.runs for a in evaluate(part)}[advice.mode] for part in (unlimited, advised)]
    assert runs[0] == runs[1]
    if whole.plan.remaining_us is None:
        assert runs[1][0].completed == whole.size


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 3), st.integers(2, 6), SECONDS, SECONDS, st.integers(1, 5), st.sampled_from([0, 100, 10_000]))
def test_u_05_a_split_is_proposed_only_when_its_session_is_really_better(
    iterations: int, circuits: int, qpu: float, before: float, lanes: int, wait: float
) -> None:
    part = job("a", qpu, before, circuits=circuits)
    whole = workload(item(part, iterations=iterations), lanes=lanes, wait=wait)
    splits = [action for action in advise(whole, turn=False).actions if action.kind == "split"]
    as_written = min(good(whole, Goal()))[0]
    scores = []
    for into in range(2, lanes + 1):
        if circuits % into or qpu <= 2:
            continue
        smaller = job("a", 0, 0, count=into, circuits=circuits // into)
        times = {"qpu": fixed((qpu - 2) / into + 2), "classical_before": fixed(before / into)}
        divided = workload(item(replace(smaller, **times), iterations=iterations), lanes=lanes, wait=wait)  # type: ignore[arg-type]
        scores += [entry[0] for entry in good(divided, Goal())]
    assert bool(splits) == (bool(scores) and min(scores) < as_written)
    for action in splits:
        assert action.rule == ("U-05" if action.mode is SESSION else "U-04")
