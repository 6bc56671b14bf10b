"""What to do: the mode, why, what else, and where the choice would flip."""

from __future__ import annotations

from dataclasses import replace

from qplan.comparison.actions import actions
from qplan.comparison.alternatives import alternatives
from qplan.comparison.break_evens import break_evens
from qplan.comparison.case import Case
from qplan.comparison.max_time import max_time_us
from qplan.comparison.obstacles import left_undone, obstacle, undone
from qplan.comparison.phrases import against, billed, figures, of_jobs
from qplan.comparison.reasons import reasons
from qplan.model.account import Account
from qplan.model.comparison import Recommendation
from qplan.say import say_us


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
    if undone(case.outcome, best.mode):
        return _unfinished(case, best, mode)
    if unconfirmed := _unconfirmed(case, best):
        return unconfirmed
    if choice.mode is None:
        return f"No mode will do. The closest: {mode} {choice.obstacles[best.mode]}."
    if kept_out := choice.obstacles.get(best.mode):
        return f"Run it as {mode}, though it {kept_out}."
    return f"Run it as {mode}: {figures(best)}{_runner_up(case, best)}."


def _unfinished(case: Case, best: Account, mode: str) -> str:
    """That jobs stay undone comes before any figure."""
    left, jobs = left_undone(case.outcome, best.mode), best.sample.jobs
    allowed = (account.mode for account in case.outcome.accounts if account.allowed)
    if not all(undone(case.outcome, other) for other in allowed):
        return f"No mode will do. The closest: {mode}, with {left}."
    if not best.done:
        return f"No mode does any of it: {left}."
    closest = f"{best.done:,} of {of_jobs(jobs)} done in {say_us(best.wall.p50)}, {billed(best)}"
    return f"No mode finishes it: {left}. The most is done as {mode}: {closest}."


def _unconfirmed(case: Case, best: Account) -> str:
    """Nothing is against the choice but a price that is unknown (rule U-09)."""
    goal = case.goal
    if goal.budget is None or best.cost is not None or obstacle(case.outcome, best.mode, replace(goal, budget=None)):
        return ""
    why = case.choice.obstacles[best.mode].rstrip(".")
    run = f"As {best.mode.said(case.jobs)}: {figures(best)}"
    return f"{why[0].upper()}{why[1:]}; set plan.price_per_second. {run}."


def _runner_up(case: Case, best: Account) -> str:
    """The mode that comes next, in multiples of the choice."""
    others = [mode for mode in case.choice.ranked if mode is not best.mode and mode not in case.choice.obstacles]
    if not others:
        return ""
    other = case.outcome.of(others[0])
    return f"; as {other.mode.said(case.jobs)} {against(other, best)}"
