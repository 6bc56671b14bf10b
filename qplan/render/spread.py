"""Figures over replications: which quantiles are told, and what stands for many runs where one number must."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Protocol, TypeVar

from qplan.model.account import Account, Quantity

T_co = TypeVar("T_co", covariant=True)


class Ranked(Protocol[T_co]):
    """Quantiles of times, of amounts or of numbers of jobs."""

    @property
    def p10(self) -> T_co:
        """The 10th percentile."""

    @property
    def p50(self) -> T_co:
        """The median."""

    @property
    def p90(self) -> T_co:
        """The 90th percentile."""

    @property
    def others(self) -> tuple[tuple[str, T_co], ...]:
        """Percentiles asked for, by name."""


def is_spread(account: Account) -> bool:
    """Whether the account rests on several replications, of which the run that is kept is only one."""
    return account.columns is not None and len(account.columns) > 1


def done(account: Account) -> Quantity:
    """Completed jobs over the replications; their mean is rounded."""
    return Quantity.of(account.completed, account.percents)


def at_median(account: Account) -> str:
    """Stands behind a number of jobs that other replications may not share."""
    return " at the median" if is_spread(account) else ""


def levels(account: Account) -> tuple[str, ...]:
    """The quantiles told besides the median, from the lowest up."""
    return in_order({"p10", "p90", *(label for label, _ in account.usage.others)})


def in_order(labels: set[str]) -> tuple[str, ...]:
    """Names of percentiles from the lowest up."""
    return tuple(sorted(labels, key=lambda label: Decimal(label[1:])))


def values(quantity: Ranked[T_co], labels: Sequence[str]) -> list[T_co]:
    """The quantiles of these names; one that was not asked for is that of a run that does not vary: its median."""
    known = {"p10": quantity.p10, "p90": quantity.p90, **dict(quantity.others)}
    return [known.get(label, quantity.p50) for label in labels]


def varies(quantity: Ranked[object]) -> bool:
    """Whether any of the quantiles told is another than the median."""
    known = (quantity.p10, quantity.p90, *(value for _, value in quantity.others))
    return any(value != quantity.p50 for value in known)
