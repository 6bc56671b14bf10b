"""What the gate's settings are called, and what each takes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from typing import Any

from qplan.cli.limit_options import LIMITS
from qplan.parse.durations import parse_duration

MOST_MONEY, MOST_PERCENT = Decimal(10) ** 12, Decimal(10) ** 9
MOST_DIGITS = 18
_OTHERS = {
    "quantile": "QUANTILE",
    "strict": "FLAG",
    "plan": "NAME",
    "backend": "NAME",
    "usage-model": "NAME",
    "seed": "SEED",
    "replications": "COUNT",
    "warn-allocation": "FLAG",
    "allow-unknown-price": "FLAG",
    "allow-refused-mode": "FLAG",
    "allow-new": "FLAG",
    "allow-empty": "FLAG",
}
NOT_OF_FILES = {"compare-to": "NAME", "compare-to-git": "NAME", "allow-limit-changes": "FLAG"}
NAMES: Mapping[str, str] = {**LIMITS, **_OTHERS}
"""Every setting that a file may hold, and what it takes."""
EVERYWHERE: Mapping[str, str] = {**NAMES, **NOT_OF_FILES}
TRUE, FALSE = ("true", "1", "yes", "on"), ("false", "0", "no", "off")


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One setting as it was written, its name in the form of a flag, and where it stands."""

    name: str
    value: str
    source: str

    @property
    def file(self) -> str:
        """The file that it stands in, without the line."""
        return re.sub(r":[0-9]+\Z", "", self.source)


def nearest(name: str, known: Iterable[str], cutoff: float = 0.6) -> str:
    """Behind a name that is not known, the one that is most like it, unless none is by as much as ``cutoff`` of 1."""
    near = get_close_matches(name, list(known), n=1, cutoff=cutoff)
    return f"; did you mean {near[0]}?" if near else ""


def checked(name: str, text: str, source: str, problems: list[str]) -> list[Setting]:
    """The setting, if its value can be read; else one more problem."""
    kind = EVERYWHERE[name]
    try:
        VALUES[kind](text)
    except ValueError as error:
        problems.append(f"{source}: {str(error) or _must(kind, text)}")
        return []
    return [Setting(name=name, value=text, source=source)]


def _must(kind: str, text: str) -> str:
    return f"must be {WORDS[kind]}, not {text!r:.80}"


def text_of(value: object) -> str:
    """A value of a file or flag as its text."""
    return str(value).lower() if isinstance(value, bool) else f"{value:f}" if isinstance(value, Decimal) else str(value)


def _number(text: str, most: Decimal) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ValueError from None
    if not number.is_finite() or not 0 <= number <= most or len(number.as_tuple().digits) > MOST_DIGITS:
        raise ValueError
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int) or exponent < -MOST_DIGITS:
        raise ValueError
    return number


def _money(text: str) -> Decimal:
    return _number(text, MOST_MONEY)


def _percent(text: str) -> Decimal:
    return _number(text.removesuffix("%").strip(), MOST_PERCENT)


def percentile(text: str) -> Decimal:
    """``p99.5`` or ``99.5`` in percent; raises ``ValueError``."""
    percent = _number(text.removeprefix("p").removesuffix("%"), Decimal(100))
    if percent < 1:
        raise ValueError
    return percent


def _flag(text: str) -> bool:
    if text.lower() not in (*TRUE, *FALSE):
        raise ValueError
    return text.lower() in TRUE


def _whole(text: str, least: int, most: int) -> int:
    if not re.fullmatch(r"[0-9]{1,20}", text) or not least <= int(text) <= most:
        raise ValueError
    return int(text)


def _name(text: str) -> str:
    if not text.strip() or not text.isprintable():
        raise ValueError
    return text


VALUES: Mapping[str, Callable[[str], Any]] = {
    "AMOUNT": _money,
    "DURATION": parse_duration,
    "PERCENT": _percent,
    "QUANTILE": percentile,
    "FLAG": _flag,
    "NAME": _name,
    "SEED": lambda text: _whole(text, 0, 2**62),
    "COUNT": lambda text: _whole(text, 1, 1_000_000),
}
WORDS = {
    "AMOUNT": f"an amount of money from 0 to {MOST_MONEY:,f}, such as 250.00",
    "DURATION": "a duration such as 10m",
    "PERCENT": "a percentage such as 20",
    "QUANTILE": "a percentile from 1 to 100, such as p95",
    "FLAG": "true or false",
    "NAME": "a name",
    "SEED": "a whole number from 0",
    "COUNT": "a whole number from 1 to 1,000,000",
}
