"""What to do: the mode, why, what else, and where the choice would flip."""

from __future__ import annotations

from qplan.compare.actions import actions
from qplan.compare.alternatives import alternatives
from qplan.compare.break_evens import break_evens
from qplan.compare.case import Case
from qplan.compare.max_time import max_time_us
from qplan.compare.obstacles import left_undone
from qplan.compare.phrases import against, figures
from qplan.compare.reasons import reasons
from qplan.model.account import Account
from qplan.model.comparison import Recommendation


def recommend(case: Case) -> Recommendation:
    """Decide from simulated figures alone; the snippet is left to be filled in."""
    return Recommendation(
        mode=case.choice.mode,
        objective=case.goal.objective,
        headline=_headline(case),
        reasons=reasons(case),
        actions=actions(case),
        alternatives=alternatives(case),
        break_evens=break_evens(case),
        max_time_us=max_time_us(case),
    )


def _headline(case: Case) -> str:
    choice, best = case.choice, case.best
    if best is None:
        return f"No mode can run it: {'; '.join(choice.obstacles.values())}."
    mode = best.mode.said(case.jobs)
    if choice.mode is None:
        return f"No mode will do. The closest: {mode} {choice.obstacles[best.mode]}."
    if choice.leaves_undone:
        return f"Run it as {mode}, but {left_undone(case.outcome, best.mode)}."
    if kept_out := choice.obstacles.get(best.mode):
        return f"Run it as {mode}, though it {kept_out}."
    return f"Run it as {mode}: {figures(best)}{_runner_up(case, best)}."


def _runner_up(case: Case, best: Account) -> str:
    """The mode that comes next, in multiples of the choice."""
    others = [mode for mode in case.choice.ranked if mode is not best.mode and mode not in case.choice.obstacles]
    if not others:
        return ""
    other = case.outcome.of(others[0])
    return f"; as {other.mode.said(case.jobs)} {against(other, best)}"
