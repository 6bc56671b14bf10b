"""Random draws as a pure function of their key, in integers only.

A key is hashed to 31 uniform bits, and these are turned into microseconds through quantile tables, so that a draw is
the same on every machine, interpreted or compiled, in whatever order draws are made. What is here keeps to the subset
of Python that is compiled, and no intermediate result leaves 63 bits.
"""

from __future__ import annotations

from qplan.simulation.spreads import (
    EXPONENTIAL,
    EXPONENTS,
    EXPONENTS_TAIL,
    FIXED,
    NORMAL,
    NORMAL_TAIL,
    POWERS,
    QUANTILES,
    RESAMPLED,
    SLOPE_BITS,
    UNIFORMS,
)
from qplan.units import MAX_US

LOW_32 = 0xFFFF_FFFF
FIRST_FACTOR, SECOND_FACTOR = 0x21F0_AAAD, 0x735A_2D97
"""Of a 32-bit hash of two rounds with little bias (C. Wellons, Hash Prospector, 2018 to 2024): odd, so that it is one
to one, and of 31 bits, so that no product leaves 63."""
SALT = 0x1E37_79B9
UNIFORM_BITS = 31
HALF = UNIFORMS >> 1

BEFORE_QPU, ON_QPU, AFTER_QPU, THINK, DELAY, WAIT, BETWEEN, BUSY = 1, 2, 3, 4, 5, 6, 7, 8
FOREIGN_GAP, FOREIGN_BEFORE, FOREIGN_QPU, FOREIGN_AFTER = 9, 10, 11, 12
CALIBRATION_FIRST, CALIBRATION_LENGTH, RIVAL_GAP, RIVAL_SIZE = 13, 14, 15, 16
MODEL_ERROR = 17
QUANTITIES = 18
"""Which quantity is drawn: the last part of a key, and how many there may be. That of a usage model's error is drawn
once a replication, so it is spread evenly over them."""
EVEN = 0xFFFF_FFFF
"""Of the key of what is spread evenly: no replication has this number."""


def mix(x: int) -> int:
    """Hash 32 bits to 32 bits, one to one."""
    x = ((x ^ (x >> 16)) * FIRST_FACTOR) & LOW_32
    x = ((x ^ (x >> 15)) * SECOND_FACTOR) & LOW_32
    return x ^ (x >> 15)


def key_of(base: int, part: int) -> int:
    """The key of 62 bits below ``base`` for another part: a number of what there may be many of, up to 2^32."""
    low, high = base & LOW_32, base >> 32
    own = mix(part ^ SALT)
    return (mix(mix(high ^ own) ^ low) >> 2) << 32 | mix(mix(low ^ own) ^ high)


def evenly(key: int, number: int) -> int:
    """31 bits for each number from 0 on that lie evenly, whatever numbers one stops at: for what is drawn once a run.

    Van der Corput's sequence in base two, its order and its values scrambled by ``key`` (nested uniform scrambling
    after Owen; B. Burley, "Practical Hash-based Owen Scrambling", 2020): of 2^k numbers in a row that begin at a
    multiple of 2^k, each falls into a 2^k-th of its own. A quantile over a thousand runs is then as sure as one over
    many more independent ones. Sequences of two keys know nothing of each other.
    """
    shuffled = nested(turned(number & LOW_32), key)
    return turned(nested(turned(shuffled), (mix(key & LOW_32) >> 2) << 32 | key >> 32)) >> 1


def nested(x: int, key: int) -> int:
    """Hash 32 bits so that each bit depends on the lower ones alone (N. Vegdahl, "Building a Better LK Hash", 2021)."""
    x ^= (x * 0x3D20_ADEA) & LOW_32
    x = (x + (key & LOW_32)) & LOW_32
    x = (x * (key >> 40 | 1)) & LOW_32
    x ^= (x * 0x0552_6C56) & LOW_32
    return x ^ ((x * 0x53A2_2864) & LOW_32)


def turned(x: int) -> int:
    """32 bits in the opposite order."""
    x = (x >> 16) | ((x & 0xFFFF) << 16)
    x = ((x >> 8) & 0x00FF_00FF) | ((x & 0x00FF_00FF) << 8)
    x = ((x >> 4) & 0x0F0F_0F0F) | ((x & 0x0F0F_0F0F) << 4)
    x = ((x >> 2) & 0x3333_3333) | ((x & 0x3333_3333) << 2)
    return ((x >> 1) & 0x5555_5555) | ((x & 0x5555_5555) << 1)


def draw(t: list[int], base: int, key: int, quantity: int, spread: int) -> int:
    """Microseconds drawn from a spread; ``base`` is the replication's key, ``key`` what the draw is for."""
    shape = t[spread]
    if shape == FIXED:
        return t[spread + 1]
    own = base ^ key
    bits = mix(mix((own & LOW_32) ^ quantity) ^ (own >> 32)) >> 1
    if shape == QUANTILES:
        return between_quantiles(t, spread, bits)
    if shape == RESAMPLED:
        return t[spread + 2 + (bits * t[spread + 1] >> UNIFORM_BITS)]
    if shape == EXPONENTIAL:
        mean, share = t[spread + 1], knot(t, EXPONENTS, EXPONENTS_TAIL, bits)
        drawn = (mean >> 24) * share + ((mean & 0xFF_FFFF) * share >> 24)
        return drawn if drawn < MAX_US else MAX_US
    deviates = knot(t, NORMAL, NORMAL_TAIL, bits if bits >= HALF else UNIFORMS - 1 - bits)
    if bits < HALF:
        deviates = -deviates
    return scaled(t, t[spread + 1], (t[spread + 2] * deviates >> 24) - t[spread + 3])


def numbered(t: list[int], base: int, number: int, quantity: int, spread: int) -> int:
    """A draw for one of many of the same sort, such as the entries of a queue."""
    if t[spread] == FIXED:
        return t[spread + 1]
    return draw(t, base, key_of(number, 0), quantity, spread)


def gap(t: list[int], base: int, key: int, quantity: int, spread: int) -> int:
    """The time between two arrivals: at least a microsecond, so that they come to an end."""
    drawn = draw(t, base, key, quantity, spread)
    return drawn if drawn > 1 else 1


def knot(t: list[int], main: int, tail: int, bits: int) -> int:
    """The quantile at ``bits``: a knot each thousandth, in the last thousandth each millionth, straight in between."""
    place = bits * 1000
    cell = main + (place >> UNIFORM_BITS)
    rest = place & (UNIFORMS - 1)
    if cell == main + 999:
        place = rest * 1000
        cell = tail + (place >> UNIFORM_BITS)
        rest = place & (UNIFORMS - 1)
    low = t[cell]
    return low + ((t[cell + 1] - low) * (rest >> 7) >> 24)


def between_quantiles(t: list[int], spread: int, bits: int) -> int:
    """Between two quantiles on a logarithmic scale, linearly from zero; flat below the first and above the last."""
    at = spread + 2
    last = at + 3 * (t[spread + 1] - 1)
    if bits < t[at]:
        return t[at + 1]
    while at < last and bits >= t[at + 3]:
        at += 3
    if at == last:
        return t[at + 1]
    low, high = t[at + 1], t[at + 4]
    way = (bits - t[at]) * t[at + 2] >> SLOPE_BITS
    if low == 0:
        return (high >> 24) * way + ((high & 0xFF_FFFF) * way >> 24)
    drawn = scaled(t, low, way)
    return drawn if drawn < high else high


def scaled(t: list[int], us: int, exponent: int) -> int:
    """``us`` times two to the power of ``exponent`` (in 2^-24), at most the clock's range."""
    whole = exponent >> 24
    if us == 0 or whole < -60:
        return 0
    if whole > 53:
        return MAX_US
    cell = POWERS + ((exponent & 0xFF_FFFF) >> 14)
    low = t[cell]
    mantissa = low + ((t[cell + 1] - low) * (exponent & 0x3FFF) >> 14)
    drawn = (us >> 24) * mantissa + ((us & 0xFF_FFFF) * mantissa >> 24)  # in 2^-6
    if whole < 0:
        return drawn >> (6 - whole)
    if drawn > (MAX_US >> whole) << 6:
        return MAX_US
    return (drawn << whole) >> 6
