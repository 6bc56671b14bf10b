"""The error of a usage model as a random factor of the quantum times that come from it.

An error band says that 10 % of charges lie below ``band_low`` times the estimate and 10 % above ``band_high`` times it.
The factor's median is 1, so that a fixed run takes the estimate; so does the middle hundredth of the draws, which lie
evenly, and the p50 of some hundred replications is then the estimate to the last digit. Below and above the band it
goes on to twice the band's distance from 1 on a logarithmic scale, and no farther: what was measured says nothing of
such tails, and a tail without end would make the mean.

A band that lies on one side of 1 contradicts the estimate itself. Then the factor is never on the other side: a band of
1.2 to 3 gives 1 in half of the cases, and its p10 is not met.
"""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal

from qplan.model.duration import Duration, Spread
from qplan.model.usage import QuantumTime
from qplan.units import PPM

PROBABILITIES = (0.0, 0.1, 0.495, 0.505, 0.9, 1.0)
LARGEST = Decimal(100)
"""A model that errs by more is none; the kernel multiplies by no more."""


def model_error(quantum: QuantumTime) -> Duration | None:
    """The factor of a modelled quantum time, in parts per million; ``None`` of a stated time and of an exact model."""
    if not quantum.modelled or not quantum.main_us + quantum.learning_us:
        return None
    low, high = min(quantum.band_low, Decimal(1)), max(quantum.band_high, Decimal(1))
    factors = (low * low, low, Decimal(1), Decimal(1), high, high * high)
    error = Duration(spread=Spread.QUANTILES, values_us=tuple(map(_in_ppm, factors)), probabilities=PROBABILITIES)
    return error if error.is_random else None


def ends(quantum: QuantumTime) -> tuple[Decimal, Decimal] | None:
    """The p10 and the p90 of the factor, ``None`` where there is none."""
    error = model_error(quantum)
    return None if error is None else (Decimal(error.values_us[1]) / PPM, Decimal(error.values_us[4]) / PPM)


def _in_ppm(factor: Decimal) -> int:
    return int((min(factor, LARGEST) * PPM).to_integral_value(ROUND_HALF_EVEN))
