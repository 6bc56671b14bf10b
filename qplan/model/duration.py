"""A length of time, fixed or random."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from enum import StrEnum
from itertools import pairwise


class Spread(StrEnum):
    """How the values of a random duration are given."""

    FIXED = "fixed"
    QUANTILES = "quantiles"
    MEAN_SD = "mean_sd"
    EXPONENTIAL = "exponential"
    RESAMPLED = "resampled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Duration:
    """A length of time in microseconds.

    ``values_us`` holds, by spread: the one value; the quantiles; mean and standard deviation (a
    log-normal with those moments, so never negative); the mean; the sample. ``probabilities`` goes
    with quantiles, rising, 0 the minimum and 1 the maximum; below the first and above the last
    quantile the value stays there, so every spread of quantiles is bounded.
    """

    spread: Spread
    values_us: tuple[int, ...]
    probabilities: tuple[float, ...] = ()

    @classmethod
    def fixed(cls, us: int) -> Duration:
        """The duration that is always ``us`` microseconds."""
        return cls(spread=Spread.FIXED, values_us=(us,))

    @property
    def is_random(self) -> bool:
        """Whether two draws can differ."""
        match self.spread:
            case Spread.FIXED:
                return False
            case Spread.MEAN_SD | Spread.EXPONENTIAL:
                return min(self.values_us) > 0
            case _:
                return len(set(self.values_us)) > 1

    @property
    def median_us(self) -> int:
        """The median, lower for an even sample: what a fixed run (``--point``) uses."""
        match self.spread:
            case Spread.FIXED:
                return self.values_us[0]
            case Spread.QUANTILES:
                return self._quantile_us(Decimal("0.5"))
            case Spread.MEAN_SD:
                return _lognormal_median_us(*self.values_us)
            case Spread.EXPONENTIAL:
                return _round(Decimal(self.values_us[0]) * Decimal(2).ln())
            case Spread.RESAMPLED:
                return sorted(self.values_us)[(len(self.values_us) - 1) // 2]

    def _quantile_us(self, wanted: Decimal) -> int:
        points = [(Decimal(repr(p)), v) for p, v in zip(self.probabilities, self.values_us, strict=True)]
        if wanted <= points[0][0]:
            return points[0][1]
        for (p0, v0), (p1, v1) in pairwise(points):
            if wanted <= p1:
                return _between(v0, v1, (wanted - p0) / (p1 - p0))
        return points[-1][1]


def _between(low_us: int, high_us: int, share: Decimal) -> int:
    """Interpolate on a logarithmic scale; linearly where the lower end is zero and has no logarithm."""
    if low_us == 0:
        return _round(high_us * share)
    with localcontext(prec=30):
        log = Decimal(low_us).ln() * (1 - share) + Decimal(high_us).ln() * share
        return _round(log.exp())


def _lognormal_median_us(mean_us: int, sd_us: int) -> int:
    if mean_us == 0:
        return 0
    with localcontext(prec=30):
        cv = Decimal(sd_us) / Decimal(mean_us)
        return _round(Decimal(mean_us) / (1 + cv * cv).sqrt())


def _round(us: Decimal) -> int:
    return int(us.to_integral_value(ROUND_HALF_EVEN))
