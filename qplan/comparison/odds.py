"""How often something holds over the replications; the modes run on the same draws, so they are compared in pairs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import neg

from qplan.model.account import Account, Odds
from qplan.model.trace import Columns
from qplan.model.variant import Goal


def odds(
    accounts: Sequence[Account], goal: Goal, remaining_us: int | None = None, included_us: int = 0
) -> tuple[Odds | None, ...]:
    """The odds of each account, ``None`` for a refused mode or a fixed run.

    ``remaining_us`` is what is left of the allocation or cost limit, ``included_us`` usage that is not charged.
    """
    columns = [account.columns for account in accounts]
    ran = [c for c in columns if c is not None]
    cheapest = _share_of_best(ran, lambda c: [max(0, us - included_us) for us in c.usage_us])
    fastest = _share_of_best(ran, lambda c: c.wall_us)
    found = iter(zip(cheapest, fastest, strict=True))
    return tuple(
        None if c is None else _odds(account, c, *next(found), goal, remaining_us)
        for account, c in zip(accounts, columns, strict=True)
    )


def share_within(values: Sequence[int], limit: int) -> float:
    """The share of values that are at most ``limit``."""
    return sum(value <= limit for value in values) / len(values)


def _odds(account: Account, c: Columns, cheapest: float, fastest: float, goal: Goal, remaining_us: int | None) -> Odds:
    jobs, n = account.sample.jobs, len(c)
    return Odds(
        cheapest=cheapest,
        fastest=fastest,
        complete=sum(done == jobs for done in c.completed) / n,
        ttl_cut=sum(c.ttl_cut) / n,
        over_allocation=None if remaining_us is None else _share_over(c, remaining_us),
        within_budget=_within_budget(account, c, goal),
        within_deadline=None if goal.deadline_us is None else share_within(c.wall_us, goal.deadline_us),
    )


def _share_over(c: Columns, remaining_us: int) -> float:
    return sum(limited or used > remaining_us for limited, used in zip(c.limited, c.usage_us, strict=True)) / len(c)


def _within_budget(account: Account, c: Columns, goal: Goal) -> float | None:
    """A larger usage never costs less, so the budget is a limit on usage; unknown where the price is."""
    if goal.budget is None or account.usage_for is None:
        return None
    return share_within(c.usage_us, account.usage_for(goal.budget))


def _share_of_best(ran: Sequence[Columns], measure: Callable[[Columns], Sequence[int]]) -> list[float]:
    """How often each has the least of a measure among those that complete most; ties count for each."""
    wins = [0] * len(ran)
    rows = zip(*(zip(map(neg, c.completed), measure(c), strict=True) for c in ran), strict=True)
    for row in rows:
        best = min(row)
        for i, own in enumerate(row):
            wins[i] += own == best
    return [won / len(c) for won, c in zip(wins, ran, strict=True)]
