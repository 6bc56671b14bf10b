"""What can be said of a random duration beforehand: its mean, and the largest value that it can take."""

from __future__ import annotations

from decimal import Decimal, localcontext
from functools import lru_cache
from itertools import pairwise

from qplan.model.duration import Duration, Spread
from qplan.units import MAX_US

DEVIATIONS = Decimal("6.5")
"""A normal quantile beyond which no draw of 31 bits lies (exactly: 6.23)."""
MEANS = 30
"""An exponential quantile, in means, beyond which no draw of 31 bits lies (exactly: 22.2)."""
_DIGITS = 30


@lru_cache(maxsize=1024)
def largest_us(spread: Duration) -> int:
    """The longest that a draw can be, in microseconds; draws end at the clock's range."""
    match spread.spread:
        case Spread.FIXED | Spread.RESAMPLED:
            return max(spread.values_us)
        case Spread.QUANTILES:
            return spread.values_us[-1]
        case Spread.EXPONENTIAL:
            return min(MEANS * spread.values_us[0], MAX_US)
        case Spread.MEAN_SD:
            return _largest_lognormal_us(*spread.values_us)


@lru_cache(maxsize=1024)
def mean_us(spread: Duration) -> Decimal:
    """The mean, in microseconds."""
    match spread.spread:
        case Spread.FIXED | Spread.MEAN_SD | Spread.EXPONENTIAL:
            return Decimal(spread.values_us[0])
        case Spread.RESAMPLED:
            return Decimal(sum(spread.values_us)) / len(spread.values_us)
        case Spread.QUANTILES:
            return _mean_of_quantiles_us(spread)


def _largest_lognormal_us(mean: int, sd: int) -> int:
    """The median times e to so many deviations of the logarithm, those of a log-normal with this mean and ``sd``."""
    if mean == 0:
        return 0
    with localcontext(prec=_DIGITS):
        spread = 1 + (Decimal(sd) / Decimal(mean)) ** 2
        logarithm = Decimal(mean).ln() - spread.ln() / 2 + DEVIATIONS * spread.ln().sqrt()
        return MAX_US if logarithm > Decimal(MAX_US).ln() else int(logarithm.exp()) + 1


def _mean_of_quantiles_us(spread: Duration) -> Decimal:
    """Each stretch between two quantiles by its weight; below the first and above the last the value stays."""
    with localcontext(prec=_DIGITS):
        shares = [Decimal(repr(p)) for p in spread.probabilities]
        points = list(zip(shares, spread.values_us, strict=True))
        ends = shares[0] * spread.values_us[0] + (1 - shares[-1]) * spread.values_us[-1]
        return ends + sum((p1 - p0) * _mean_between_us(v0, v1) for (p0, v0), (p1, v1) in pairwise(points))


def _mean_between_us(low: int, high: int) -> Decimal:
    """The mean of what is interpolated on a logarithmic scale, or linearly from zero."""
    if low == high:
        return Decimal(low)
    if low == 0:
        return Decimal(high) / 2
    return (high - low) / (Decimal(high).ln() - Decimal(low).ln())
