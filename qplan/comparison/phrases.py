"""The words for a mode and for what it costs and takes."""

from __future__ import annotations

from decimal import Decimal

from qplan.model.account import Account
from qplan.say import say_money, say_ratio, say_us


def cost_of(account: Account) -> Decimal | None:
    """Median cost; ``None`` where the price is unknown."""
    return account.cost.p50 if account.cost else None


def billed(account: Account) -> str:
    """Median usage, and what it costs where that is known: ``30 s of usage (48.00 USD)``."""
    return billed_as(account.usage.p50, cost_of(account), account.currency)


def billed_as(usage_us: int, cost: Decimal | None, currency: str) -> str:
    """Usage and what it costs."""
    money = "" if cost is None else f" ({say_money(cost, currency)})"
    return f"{say_us(usage_us)} of usage{money}"


def figures(account: Account) -> str:
    """Median usage, cost and wall-clock: ``30 s of usage (48.00 USD), done in 40 s``."""
    return f"{billed(account)}, done in {say_us(account.wall.p50)}"


def against(other: Account, best: Account) -> str:
    """Another account in multiples of the best, or by how much they differ: ``1.3x the usage, 2 s less time``.

    Where one of them does less work, what the other does: ``100 of 100 jobs done: ...``.
    """
    if not same_work(other, best):
        return f"{other.done:,} of {of_jobs(other.sample.jobs)} done: {figures(other)}"
    usage = _beside(other.usage.p50, best.usage.p50, "usage")
    time = _beside(other.wall.p50, best.wall.p50, "time")
    return (
        "the same usage and time" if usage == time == "" else f"{usage or 'the same usage'}, {time or 'the same time'}"
    )


def same_work(one: Account, other: Account) -> bool:
    """Whether of the same jobs as many complete; other divisions of the work have other numbers of jobs."""
    return one.sample.jobs != other.sample.jobs or one.done == other.done


def is_billed(account: Account) -> bool:
    """Whether usage costs money that is known; else it is only spent."""
    return bool(account.cost and account.cost.p50)


def of_jobs(count: int, noun: str = "job") -> str:
    """A count and its noun."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _beside(us: int, best_us: int, noun: str) -> str:
    """A multiple where it says something; nothing where both are the same."""
    if us == best_us:
        return ""
    ratio = say_ratio(us, best_us)
    if ratio in ("1.0x", "-"):
        return f"{say_us(abs(us - best_us))} {'more' if us > best_us else 'less'} {noun}"
    return f"{ratio} the {noun}"
