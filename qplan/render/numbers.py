"""The one place where numbers become text for people; machine formats write numbers as they are.

* Durations take the two largest units that matter. Under a millisecond ``18 us``; under 0.1 s ``20 ms``; under a
  minute one decimal of a second, left out when zero (``0.8 s``, ``40 s``); then ``12 min 20 s``, ``1 h 35 min``,
  ``3 d 4 h``, the second part left out when zero. Rounded half up before the unit is chosen: 59.96 s is ``1 min``.
* Money has two decimals, halves up, with its currency behind: ``1,184.00 USD``; more than nothing but less than
  half a cent is ``<0.01``; an unknown price is ``unknown``, usage not paid by the second ``not billed``: never zero.
* Ratios have one decimal below ten (``3.4x``), none above (``12x``), two below 0.095; nothing over nothing is
  ``1.0x``, something over nothing has no ratio and is ``-``.
* Shares are percents: whole (``42 %``), with a tenth near both ends (``97.3 %``), ``100 %`` and ``0 %`` only where it
  is all or none (``>99.9 %``, ``<0.1 %``). Margins have two digits, rounded up. Counts are grouped by thousands.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import ROUND_CEILING, Decimal

from qplan.say import say_money, say_ratio, say_share, say_us

UNKNOWN = "unknown"
NOT_BILLED = "not billed"
_BEFORE_UNIT = re.compile(
    r"(?<=\d) (?=(?:us|ms|s|min|h|d|[A-Z]{3})\b|%|to \d+ %)|(?<=\d to) (?=\d+ %)"
    r"|(?<=\d min) (?=\d+ s\b)|(?<=\d h) (?=\d+ min\b)|(?<=\d d) (?=\d+ h\b)"
)


duration = say_us
ratio = say_ratio
percent = say_share


def money(amount: Decimal | None, currency: str, reason: str | None = None) -> str:
    """An amount with its currency; ``None`` in words, which ``reason`` decides."""
    return unpriced(reason) if amount is None else f"{cents(amount)} {currency}"


def unpriced(reason: str | None) -> str:
    """What stands in place of an amount: no price is known, or none is asked."""
    return NOT_BILLED if (reason or "").casefold().startswith(NOT_BILLED) else UNKNOWN


def cents(amount: Decimal) -> str:
    """An amount without its currency, for a column that names it."""
    return say_money(amount, "").rstrip()


def margin(share: float) -> str:
    """Half the width of an interval as a share of what lies in its middle: ``4.3 %``."""
    hundredths = Decimal(repr(share)) * 100
    if hundredths > 1000:
        return "more than 1,000 %"
    digit = Decimal(1).scaleb(hundredths.adjusted() - 1) if hundredths else Decimal(1)
    return f"{decimal(hundredths.quantize(digit, ROUND_CEILING))} %"


def count(number: int) -> str:
    """A whole number."""
    return f"{number:,}"


def counted(number: int, noun: str, plural: str = "") -> str:
    """A number and its noun: ``1 job``, ``60 jobs``."""
    return f"{count(number)} {noun if number == 1 else plural or noun + 's'}"


def listed(words: Sequence[str]) -> str:
    """Words in a sentence: ``a``, ``a and b``, ``a, b and c``."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def decimal(value: Decimal) -> str:
    """An exact decimal without exponent or trailing zeros, grouped."""
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def tied(text: str, space: str) -> str:
    """The text with ``space`` between each number and its unit, so that no line breaks there."""
    return _BEFORE_UNIT.sub(space, text)
