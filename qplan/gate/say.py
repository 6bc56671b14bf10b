"""A check in a sentence: what the figure is, what it may be, and where that was set. Plain text, not escaped."""

from __future__ import annotations

from decimal import Decimal

from qplan.model.gate import Measure
from qplan.say import CENT, say_money, say_us
from qplan.units import US_PER_S, us_from_s

_WORDS = {Measure.WALL: "wall-clock", Measure.ALLOCATION: "usage"}


def measure_word(measure: Measure) -> str:
    """How a measure is called in a sentence."""
    return _WORDS.get(measure, str(measure))


def level_text(percent: Decimal) -> str:
    """A quantile: ``p90``, ``p99.5``."""
    return f"p{percent.normalize():f}"


def amount_text(measure: Measure, value: Decimal, currency: str) -> str:
    """An amount of money or of time; money that has more than cents, and time of parts of a microsecond, whole."""
    if measure is Measure.COST:
        return say_money(value, currency).rstrip() if value == value.quantize(CENT) else _exact(value, currency)
    return say_us(us_from_s(value)) if value * US_PER_S == us_from_s(value) else _exact(value, "s")


def apart(measure: Measure, value: Decimal, limit: Decimal, currency: str) -> tuple[str, str]:
    """Two amounts, so exact that what differs does not look the same."""
    texts = (amount_text(measure, value, currency), amount_text(measure, limit, currency))
    if value == limit or texts[0] != texts[1]:
        return texts
    unit = currency if measure is Measure.COST else "s"
    return _exact(value, unit), _exact(limit, unit)


def percent_text(value: Decimal) -> str:
    """A percentage, exact."""
    return _exact(value, "%")


def _exact(value: Decimal, unit: str) -> str:
    text = f"{value:,f}"
    return f"{text.rstrip('0').rstrip('.') if '.' in text else text} {unit}".rstrip()
