"""What keeps a mode from being chosen, in words that a person can act on."""

from __future__ import annotations

from collections.abc import Iterator

from qplan.compare.phrases import of_jobs
from qplan.model.account import Account, Figures, Quantity
from qplan.model.variant import Goal, Outcome
from qplan.model.workload import Mode
from qplan.say import say_money, say_us


def undone(outcome: Outcome, mode: Mode) -> int:
    """Jobs that complete with nothing in the way, and not as the workload stands: cut by a TTL or a usage limit.

    The median over the replications; 0 for a refused mode. Failures and early stops that the file asks for are the
    same in both.
    """
    if not outcome.of(mode).allowed:
        return 0
    pairs = zip(outcome.uncut_of(mode).runs, outcome.of(mode).runs, strict=True)
    return Quantity.of(max(0, whole.completed - run.completed) for whole, run in pairs).p50


def obstacle(outcome: Outcome, mode: Mode, goal: Goal, *, complete: bool = True) -> str:
    """Why a mode will not do, or nothing. ``complete=False`` lets it leave jobs undone."""
    account = outcome.of(mode)
    if not account.allowed:
        return account.reason or "refused"
    found = [*_late(account, goal), *_over_budget(account, goal)]
    if complete and undone(outcome, mode):
        found.insert(0, left_undone(outcome, mode))
    return "; ".join(found)


def left_undone(outcome: Outcome, mode: Mode) -> str:
    """How many jobs stay undone, and why (rules B-06, S-05, U-10)."""
    left = of_jobs(undone(outcome, mode))
    if short := shortfall(outcome, mode):
        return f"{left} left undone: {short}"
    box = outcome.workload.session if mode is Mode.SESSION else outcome.workload.batch
    return f"{left} left undone: cut at the maximum TTL of {say_us(box.max_time_us)}"


def shortfall(outcome: Outcome, mode: Mode) -> str:
    """What the allocation or cost limit lacks: "needs 12 min 20 s, 4 min are left: 8 min 20 s short"; else nothing."""
    plan, need_us = outcome.workload.plan, _need(outcome, mode).usage_us
    if plan.remaining_us is None or need_us <= plan.remaining_us:
        return ""
    short_us = need_us - plan.remaining_us
    window = f" ({plan.window})" if plan.window else ""
    left = say_us(plan.remaining_us)
    return (
        f"needs {say_us(need_us)} of usage, {left} are left of the {plan.name} plan{window}: {say_us(short_us)} short"
    )


def _need(outcome: Outcome, mode: Mode) -> Figures:
    return outcome.uncut_of(mode).sample


def _late(account: Account, goal: Goal) -> Iterator[str]:
    if goal.deadline_us is not None and account.wall.p50 > goal.deadline_us:
        over = say_us(account.wall.p50 - goal.deadline_us)
        yield f"takes {say_us(account.wall.p50)}, {over} past the deadline of {say_us(goal.deadline_us)}"


def _over_budget(account: Account, goal: Goal) -> Iterator[str]:
    """A cost that is not known cannot keep a budget (rule U-09)."""
    if goal.budget is None:
        return
    budget = say_money(goal.budget, account.currency)
    if account.cost is None:
        why = account.cost_reason or "the price is unknown"
        yield f"its cost cannot be held against the budget of {budget}: {why}"
    elif account.cost.p50 > goal.budget:
        over = say_money(account.cost.p50 - goal.budget, account.currency)
        yield f"costs {say_money(account.cost.p50, account.currency)}, {over} over the budget of {budget}"
