"""The clock's unit, the conversions to and from it, and figures in a sentence.

The engine counts integer microseconds; people read and write seconds.
Each duration is rounded to the clock once, half to even.
"""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal

US_PER_S = 1_000_000
US_PER_MINUTE = 60 * US_PER_S
US_PER_HOUR = 60 * US_PER_MINUTE
PPM = 1_000_000
"""What shares and factors are counted in: parts per million."""
MAX_US = 10**16
"""The clock's range, about 317 years: no instant of a run may lie beyond it."""


def us_from_s(seconds: Decimal | float | int) -> int:
    """Seconds to whole microseconds, half to even; a float counts as the decimal it prints as."""
    exact = seconds if isinstance(seconds, Decimal) else Decimal(repr(seconds))
    return int((exact * US_PER_S).to_integral_value(ROUND_HALF_EVEN))


def s_from_us(us: int) -> float | int:
    """Microseconds to seconds, as an int when whole (so that JSON reads ``40``, not ``40.0``)."""
    return us // US_PER_S if us % US_PER_S == 0 else us / US_PER_S


ROUNDINGS = ("none", "nearest", "up")
"""The roundings of a charge, by the number that the kernel knows them by."""


def charge_us(quantum_us: int, rounding: int, minimum_us: int) -> int:
    """Quantum time to charged time: ``rounding`` 0 none, 1 nearest (halves up), 2 up; then the minimum.

    A job that never reached the QPU is never handed here; ``minimum_us`` is 0 for stated jobs.
    """
    charged = quantum_us
    if rounding == 1:
        charged = (quantum_us + 500_000) // 1_000_000 * 1_000_000
    elif rounding == 2:
        charged = (quantum_us + 999_999) // 1_000_000 * 1_000_000
    return charged if charged > minimum_us else minimum_us
