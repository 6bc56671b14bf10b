"""What the replications say for and against the choice: how often it is the best, and how often it keeps its limits."""

from __future__ import annotations

from collections.abc import Iterator

from qplan.comparison.case import Case
from qplan.comparison.choice import choose
from qplan.model.account import Account, Odds
from qplan.model.comparison import Objective, Reason
from qplan.model.workload import Mode
from qplan.say import say_money, say_share, say_us

SURE = 0.995
"""A share from which on nothing need be said of the rest."""


def of_odds(case: Case) -> Iterator[Reason]:
    """Q-04 with the odds of being best and of keeping deadline and budget; cuts by B-06, S-05, U-10; P-02."""
    best = case.best
    odds = case.odds_of(best.mode) if best else None
    if best is None or odds is None:
        return
    yield from _best_how_often(case, best, odds)
    yield from _limits_kept(case, best, odds)
    yield from _cut_how_often(case, best, odds)
    yield from _other_at_medians(case)


def _best_how_often(case: Case, best: Account, odds: Odds) -> Iterator[Reason]:
    """The modes side by side on the same draws."""
    ran = [account.mode for account in case.outcome.accounts if account.allowed]
    if case.jobs == 1 or len(ran) < 2:
        return
    chances = [(mode, other) for mode in ran if (other := case.odds_of(mode))]
    said = {
        "the cheapest": _listed(case, [(mode, other.cheapest) for mode, other in chances]),
        "the fastest": _listed(case, [(mode, other.fastest) for mode, other in chances]),
    }
    text = "; ".join(f"{what} is {modes} of the replications" for what, modes in said.items())
    wins = {Objective.COST: odds.cheapest, Objective.TIME: odds.fastest}
    speaks_for = wins.get(case.goal.objective, max(odds.cheapest, odds.fastest)) >= 0.5
    yield Reason(rule="Q-04", text=f"{text[0].upper()}{text[1:]}.", speaks_for=speaks_for)


def _listed(case: Case, shares: list[tuple[Mode, float]]) -> str:
    """The modes from the most frequent on, those that never win left out; level modes together."""
    ranked = sorted((pair for pair in shares if pair[1] > 0), key=lambda pair: -pair[1])
    groups: dict[float, list[str]] = {}
    for mode, share in ranked:
        groups.setdefault(share, []).append(mode.said(case.jobs))
    return ", ".join(f"{' or '.join(modes)} in {say_share(share)}" for share, modes in groups.items())


def _limits_kept(case: Case, best: Account, odds: Odds) -> Iterator[Reason]:
    goal = case.goal
    if goal.deadline_us is not None and odds.within_deadline is not None:
        text = f"The deadline of {say_us(goal.deadline_us)} is kept in {say_share(odds.within_deadline)}"
        yield Reason(rule="Q-04", text=f"{text} of the replications.", speaks_for=odds.within_deadline >= SURE)
    if goal.budget is not None and odds.within_budget is not None:
        text = f"The budget of {say_money(goal.budget, best.currency)} is kept in {say_share(odds.within_budget)}"
        yield Reason(rule="Q-04", text=f"{text} of the replications.", speaks_for=odds.within_budget >= SURE)


def _cut_how_often(case: Case, best: Account, odds: Odds) -> Iterator[Reason]:
    """Cuts that a single run at medians need not show."""
    if odds.ttl_cut:
        rule = "S-05" if best.mode is Mode.SESSION else "B-06"
        text = f"The maximum TTL cuts it in {say_share(odds.ttl_cut)} of the replications."
        yield Reason(rule=rule, text=text, speaks_for=False)
    if odds.over_allocation:
        text = f"It runs into the allocation or cost limit in {say_share(odds.over_allocation)} of the replications."
        yield Reason(rule="U-10", text=text, speaks_for=False)


def _other_at_medians(case: Case) -> Iterator[Reason]:
    """Where a single run at medians would have misled."""
    there = None if case.fixed is None or case.medians_agree else choose(case.fixed, case.goal).mode
    if there is not None:
        text = f"With every input at its median {there.said(case.jobs)} would be the choice: the spread decides."
        yield Reason(rule="P-02", text=text, speaks_for=False)
