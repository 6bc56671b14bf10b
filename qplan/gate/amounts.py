"""What workloads cost at a quantile: each by itself, and all together."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TypeVar

from qplan.model.account import rank
from qplan.model.gate import Amounts, Priced

T = TypeVar("T", int, Decimal)


def amounts_of(priced: Priced, percent: Decimal) -> Amounts:
    """The figures of one workload at a quantile in percent; ``None`` of what is unknown or refused."""
    return Amounts(
        usage_us=_at(priced.usage_us, percent),
        wall_us=_at(priced.wall_us, percent),
        cost=None if priced.costs is None else _at(priced.costs, percent),
    )


def total_of(priced: Sequence[Priced], percent: Decimal) -> Amounts:
    """The quantile of the sums, replication by replication: quantiles do not add up.

    A figure that one workload lacks the total lacks too, and so does a cost in several currencies. Files are run
    independently of each other, so they have no wall-clock together. Nothing at all costs nothing.
    """
    return Amounts(
        usage_us=_at(_sums([p.usage_us for p in priced], 0), percent), wall_us=None, cost=_cost(priced, percent)
    )


def currency_of(priced: Sequence[Priced]) -> str:
    """The currency that all workloads are in; '' where they are in several."""
    found = {each.currency for each in priced}
    return found.pop() if len(found) == 1 else ""


def _cost(priced: Sequence[Priced], percent: Decimal) -> Decimal | None:
    costs = [each.costs for each in priced if each.costs is not None]
    if len(costs) < len(priced) or (priced and not currency_of(priced)):
        return None
    return _at(_sums(costs, Decimal()), percent)


def _sums(columns: Sequence[Sequence[T]], nothing: T) -> Sequence[T]:
    """The sums of the replications; () if a column is empty.

    A fixed run counts the same in each; one of fewer replications than others begins again from its first.
    """
    if not all(columns):
        return ()
    count = max(map(len, columns), default=1)
    full = [_repeated(column, count) for column in columns]
    return [sum(row, nothing) for row in zip(*full, strict=True)] if full else [nothing]


def _repeated(column: Sequence[T], count: int) -> Sequence[T]:
    return column if len(column) == count else [column[i % len(column)] for i in range(count)]


def _at(values: Sequence[T], percent: Decimal) -> T | None:
    return sorted(values)[rank(len(values), percent)] if values else None
