"""How sure quantiles over replications are: intervals between order statistics, free of any assumed distribution."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from math import ceil, floor, inf, sqrt

from qplan.model.account import TOLD, label_of, rank
from qplan.model.report import Sampling
from qplan.model.trace import Columns
from qplan.model.workload import Mode

NORMAL_95 = 1.959964
"""The normal deviate that leaves 2.5 % above it."""


def interval(ranked: Sequence[int], percent: Decimal) -> tuple[int, int] | None:
    """The 95 % interval of a percentile: the values of the ranks between which it lies with that probability.

    ``None`` where there are too few values to have such ranks.
    """
    n, p = len(ranked), float(percent) / 100
    spread = NORMAL_95 * sqrt(n * p * (1 - p))
    low, high = floor(n * p - spread) - 1, ceil(n * p + spread)
    return (ranked[low], ranked[high]) if low >= 0 and high < n else None


def sampling(columns: Mapping[Mode, Columns], percents: Sequence[Decimal] = ()) -> Sampling:
    """The least sure of the quantiles told of usage and wall-clock in some modes, at least one."""
    error, figure = max(error for mode, own in columns.items() for error in _errors(own, percents, mode))
    return Sampling(error=error, figure=figure)


def _errors(columns: Columns, percents: Sequence[Decimal], mode: Mode) -> Iterator[tuple[float, str]]:
    """Half of each interval as a share of the quantile; least and largest value have no interval."""
    for name, values in (("usage", columns.usage_us), ("wall-clock", columns.wall_us)):
        ranked = sorted(values)
        for percent in (*TOLD, *(percent for percent in percents if 0 < percent < 100)):
            found = interval(ranked, percent)
            value = ranked[rank(len(ranked), percent)]
            error = inf if found is None else (found[1] - found[0]) / 2 / max(1, value)
            yield error, f"{label_of(percent)} of {name} as {mode.said()}"
