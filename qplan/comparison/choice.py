"""Which mode to choose: what each mode is measured by, and what keeps a mode out."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from qplan.comparison.obstacles import obstacle, undone
from qplan.model.account import Account
from qplan.model.comparison import Objective
from qplan.model.variant import Goal, Outcome
from qplan.model.workload import Mode

SEVERAL_JOBS = (Mode.BATCH, Mode.JOB, Mode.SESSION)
ONE_JOB = (Mode.JOB, Mode.BATCH, Mode.SESSION)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The mode to choose (``None``: none will do), the allowed modes from the best on, and what keeps modes out.

    ``leaves_undone`` tells that even the chosen mode does not run all jobs.
    """

    mode: Mode | None
    ranked: tuple[Mode, ...]
    obstacles: dict[Mode, str]
    leaves_undone: bool = False

    @property
    def shown(self) -> Mode | None:
        """The mode that figures are told of: the choice, else the one that comes closest."""
        return self.mode or next(iter(self.ranked), None)


def choose(outcome: Outcome, goal: Goal) -> Choice:
    """Choose among the simulated modes.

    A mode is feasible if it is allowed, leaves nothing undone for want of time or allocation, and keeps deadline
    and budget. One job is sent as a job, always (rule J-03); a simulator schedules nothing (rule P-03). Where
    every mode leaves jobs undone, the one that completes most is the choice, if it completes any.
    """
    obstacles = {account.mode: obstacle(outcome, account.mode, goal) for account in outcome.accounts}
    kept_out = {mode: text for mode, text in obstacles.items() if text}
    allowed = [account for account in outcome.accounts if account.allowed]
    ranked = tuple(a.mode for a in sorted(allowed, key=lambda a: _rank(a, outcome, goal, a.mode in kept_out)))
    if (outcome.workload.size == 1 or outcome.workload.backend.simulator) and Mode.JOB in ranked:
        rest = tuple(mode for mode in ranked if mode is not Mode.JOB)
        left = bool(undone(outcome, Mode.JOB))
        return Choice(mode=Mode.JOB, ranked=(Mode.JOB, *rest), obstacles=kept_out, leaves_undone=left)
    if ranked and ranked[0] not in kept_out:
        return Choice(mode=ranked[0], ranked=ranked, obstacles=kept_out)
    return _most_complete(outcome, goal, ranked, kept_out)


def measure(account: Account, objective: Objective) -> tuple[int, ...]:
    """What an objective minimises, smaller is better; whole numbers, so that ties are exact.

    ``balanced`` takes the product of usage and wall-clock: half the time at less than twice the usage wins.
    """
    usage_us, wall_us = account.usage.p50, account.wall.p50
    match objective:
        case Objective.COST:
            return (usage_us, wall_us)
        case Objective.TIME:
            return (wall_us, usage_us)
        case Objective.BALANCED:
            return (max(usage_us, 1) * max(wall_us, 1),)


def _rank(account: Account, outcome: Outcome, goal: Goal, kept_out: bool) -> tuple[int | Fraction, ...]:
    order = ONE_JOB if outcome.workload.size == 1 else SEVERAL_JOBS
    left = undone(outcome, account.mode)
    over = _excess(account, goal)
    whole = -account.complete_share
    return (int(kept_out), left, over, *measure(account, goal.objective), whole, order.index(account.mode))


def _excess(account: Account, goal: Goal) -> Fraction:
    """How far a mode is past deadline and budget, as shares of them; nothing where it keeps both."""
    over = Fraction(0)
    if goal.deadline_us is not None:
        over += Fraction(max(0, account.wall.p50 - goal.deadline_us), max(1, goal.deadline_us))
    if goal.budget is not None and account.cost:
        over += max(Fraction(0), Fraction(account.cost.p50 - goal.budget)) / (Fraction(goal.budget) or 1)
    return over


def _most_complete(outcome: Outcome, goal: Goal, ranked: tuple[Mode, ...], kept_out: dict[Mode, str]) -> Choice:
    """No mode is feasible: the one that completes most, if all leave something undone and it keeps the limits."""
    finishes = [mode for mode in ranked if not undone(outcome, mode)]
    some = [mode for mode in ranked if outcome.of(mode).done]
    kept = [] if finishes else [mode for mode in some if not obstacle(outcome, mode, goal, complete=False)]
    if not kept:
        return Choice(mode=None, ranked=ranked, obstacles=kept_out)
    rest = tuple(mode for mode in ranked if mode is not kept[0])
    return Choice(mode=kept[0], ranked=(kept[0], *rest), obstacles=kept_out, leaves_undone=True)
