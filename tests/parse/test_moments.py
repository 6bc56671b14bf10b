"""The mean of a spread, and the largest value that a draw of it can take."""

from __future__ import annotations

from decimal import Decimal

import pytest

from qplan.model.duration import Duration, Spread
from qplan.parse.moments import DEVIATIONS, MEANS, largest_us, mean_us
from qplan.simulation.spreads import EXPONENTS, NORMAL, ONE, POWERS, tables
from qplan.units import MAX_US


def of(spread: Spread, *values_us: int) -> Duration:
    return Duration(spread=spread, values_us=values_us)


def quantiles(**values_us: int) -> Duration:
    points = {"min": 0.0, "p10": 0.1, "p50": 0.5, "p90": 0.9, "max": 1.0}
    return Duration(
        spread=Spread.QUANTILES, values_us=tuple(values_us.values()), probabilities=tuple(points[k] for k in values_us)
    )


MOMENTS: list[tuple[Duration, str, int, str]] = [
    (Duration.fixed(7), "7", 7, "fixed"),
    (of(Spread.RESAMPLED, 1, 9, 2), "4", 9, "a sample"),
    (of(Spread.EXPONENTIAL, 100), "100", 3000, "exponential"),
    (of(Spread.EXPONENTIAL, MAX_US), str(MAX_US), MAX_US, "exponential at the end of the clock"),
    (of(Spread.MEAN_SD, 100, 0), "100", 100, "log-normal without a deviation"),
    (of(Spread.MEAN_SD, 0, 0), "0", 0, "log-normal of nothing"),
    (of(Spread.MEAN_SD, 1000, 1000), "1000", 158_386, "log-normal"),
    (of(Spread.MEAN_SD, MAX_US, MAX_US), str(MAX_US), MAX_US, "log-normal at the end of the clock"),
    (quantiles(min=0, max=100), "50", 100, "linear from zero"),
    (quantiles(p50=5), "5", 5, "one quantile"),
    (quantiles(p10=10, p90=10), "10", 10, "level quantiles"),
    (quantiles(p50=0, max=0), "0", 0, "quantiles of nothing"),
    (quantiles(min=1_000, max=100_000), "21497.576854210", 100_000, "logarithmic"),
    (quantiles(p50=1_000, p90=100_000), "19099.030741684", 100_000, "constant outside"),
]


@pytest.mark.parametrize(("spread", "mean", "largest", "word"), MOMENTS, ids=[word for *_, word in MOMENTS])
def test_mean_and_largest(spread: Duration, mean: str, largest: int, word: str) -> None:
    assert abs(mean_us(spread) - Decimal(mean)) < Decimal("1e-6")
    assert largest - 1 <= largest_us(spread) <= largest + 1


def test_no_draw_lies_beyond_the_tables_that_all_draws_come_from() -> None:
    assert max(tables()[NORMAL:EXPONENTS]) < DEVIATIONS * ONE
    assert max(tables()[EXPONENTS:POWERS]) < MEANS * ONE
