"""Durations as integers that the kernel draws from, all in one list.

A spread is a place in that list: its shape, then what the shape needs. Three small tables at the head of the list serve
every spread: the standard normal quantile, the exponential one, and powers of two, as fixed-point numbers of 24 (the
powers of 30) binary places. Each entry is the exact one rounded; a test shows that none lies so close to a half that
another mathematics library could round it the other way.
"""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from functools import lru_cache

from qplan.model.duration import Duration, Spread

ONE = 1 << 24
UNIFORMS = 1 << 31
SLOPE_BITS = 32
FIXED, QUANTILES, LOGNORMAL, EXPONENTIAL, RESAMPLED = 0, 1, 2, 3, 4
NORMAL, NORMAL_TAIL, EXPONENTS, EXPONENTS_TAIL, POWERS, SPREADS = 0, 1000, 2001, 3001, 4002, 5027
"""Where the tables begin: a knot each thousandth, each millionth in the last thousandth; 1,024 powers; the spreads."""


class Shelf:
    """Collects the durations of programs, each once; ``fixed`` takes each at its median.

    At the place of a spread stands its shape. Fixed: then the microseconds. Quantiles: the number of points, and for
    each its probability in 2^-31, its microseconds, and the slope to the next: octaves (from zero: the share of the
    way) in 2^-24, for each 2^-31 of probability, times 2^32. Log-normal: the median, the deviation and the median's
    surplus in octaves, 2^-24. Exponential: the mean. Resampled: the number of values, and these.
    """

    def __init__(self, *, fixed: bool) -> None:
        self._fixed = fixed
        self._places: dict[Duration, int] = {}
        self._numbers: list[int] = []
        self.is_random = False
        """Whether two replications can differ."""

    def place(self, duration: Duration) -> int:
        """Where a duration stands."""
        found = self._places.get(duration)
        if found is None:
            found = self._places[duration] = len(self._numbers) + (0 if self._fixed else SPREADS)
            self._numbers += self._row(duration)
        return found

    def varies(self, place: int) -> bool:
        """Whether two draws of a spread can differ."""
        return not self._fixed and self._numbers[place - SPREADS] != FIXED

    def spreads(self) -> list[int]:
        """All of them, behind the tables if any can be random."""
        return self._numbers if self._fixed else [*tables(), *self._numbers]

    def _row(self, duration: Duration) -> list[int]:
        if self._fixed or not duration.is_random:
            return [FIXED, duration.median_us]
        self.is_random = True
        match duration.spread:
            case Spread.QUANTILES:
                return [QUANTILES, len(duration.values_us), *_points(duration)]
            case Spread.MEAN_SD:
                return [LOGNORMAL, *_lognormal(*duration.values_us)]
            case Spread.EXPONENTIAL:
                return [EXPONENTIAL, duration.values_us[0]]
            case Spread.RESAMPLED:
                return [RESAMPLED, len(duration.values_us), *duration.values_us]
            case Spread.FIXED:
                return [FIXED, duration.values_us[0]]


def _points(duration: Duration) -> list[int]:
    points = []
    values = duration.values_us
    places = [int((Decimal(repr(p)) * UNIFORMS).to_integral_value(ROUND_HALF_EVEN)) for p in duration.probabilities]
    for i, (at, us) in enumerate(zip(places, values, strict=True)):
        slope = 0
        if i + 1 < len(values):
            rise = _octaves(us, values[i + 1]) if us else ONE
            slope = (rise << SLOPE_BITS) // max(1, places[i + 1] - at)
        points += [at, us, slope]
    return points


def _octaves(low_us: int, high_us: int) -> int:
    with localcontext(prec=30):
        return _in_24_places((Decimal(high_us) / Decimal(low_us)).ln() / Decimal(2).ln())


def _lognormal(mean_us: int, sd_us: int) -> tuple[int, int, int]:
    """The median of a log-normal with this mean and deviation, the deviation of its logarithm, and a surplus.

    The surplus is the octaves by which the median is too large: so it has thirty binary places however short it is.
    """
    with localcontext(prec=40):
        cv = Decimal(sd_us) / Decimal(mean_us)
        median = Decimal(mean_us) / (1 + cv * cv).sqrt()
        places = max(0, 30 - int(median.ln() / Decimal(2).ln()))
        sigma = (1 + cv * cv).ln().sqrt() / Decimal(2).ln()
        whole = int((median * 2**places).to_integral_value(ROUND_HALF_EVEN))
        return whole, _in_24_places(sigma), places * ONE


def _in_24_places(exact: Decimal) -> int:
    return int((exact * ONE).to_integral_value(ROUND_HALF_EVEN))


@lru_cache(maxsize=1)
def tables() -> tuple[int, ...]:
    """The tables, one behind the other; the lower half of the normal one is zero, for ``draw`` mirrors the upper."""
    from math import log
    from statistics import NormalDist

    quantile = NormalDist().inv_cdf
    normal = [0.0] * 500 + [quantile(k / 1000) for k in range(500, 1000)]
    normal_tail = [-quantile((1000 - k) / 1e6) for k in range(1000)] + [-quantile(2.0**-32)]
    exponents = [log(1000 / (1000 - k)) for k in range(1000)]
    exponents_tail = [log(1e6 / (1000 - k)) for k in range(1000)] + [log(2.0**32)]
    powers = [2.0 ** (k / 1024) * 2**6 for k in range(1025)]
    return tuple(round(x * ONE) for x in (*normal, *normal_tail, *exponents, *exponents_tail, *powers))
