"""Durations as people write them: text or a number, to exact seconds; and back."""

from __future__ import annotations

import re
from decimal import Decimal

from qplan.units import MAX_US, US_PER_S

SECONDS_OF = {
    "h": Decimal(3600),
    "m": Decimal(60),
    "s": Decimal(1),
    "ms": Decimal("1e-3"),
    "us": Decimal("1e-6"),
    "ns": Decimal("1e-9"),
}
"""The units, largest first, in seconds."""

HOW = "write it like 500us, 20ms, 5s, 10m, 2h or 1h30m; a bare number is seconds"
LONGEST_TEXT = 64
MAX_S = Decimal(MAX_US) / US_PER_S

_PART = re.compile(r"([0-9]+(?:\.[0-9]+)?|\.[0-9]+) ?(h|ms|m|s|us|µs|ns)")
_NUMBER = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]{1,3})?")


def parse_duration(value: object) -> Decimal:
    """Exact seconds of ``500us 20ms 5s 10m 2h 1h30m``, also ``2h 30m 40s``; bare numbers are seconds.

    Nanoseconds (``84ns``) are read too, for the lengths of gates. Raises ``ValueError`` with a line fit
    for a user: not a duration, negative, not finite, or beyond the clock's range.
    """
    if isinstance(value, str):
        return _checked(_of_text(value.strip()))
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise ValueError(f"{_kind(value)} is not a duration; {HOW}")
    if isinstance(value, int):
        return _checked(Decimal(min(max(value, -1), MAX_US)))
    return _checked(Decimal(repr(value)) if isinstance(value, float) else value)


def duration_text(seconds: Decimal) -> str:
    """The shortest exact text that ``parse_duration`` reads back: ``250us``, ``84ns``, ``10m 44.5s``, ``8h``."""
    if seconds >= SECONDS_OF["m"]:
        return _compound(seconds)
    unit = next((name for name, size in SECONDS_OF.items() if seconds >= size), "ns" if seconds else "s")
    return f"{_plain(seconds / SECONDS_OF[unit])}{unit}"


def _of_text(text: str) -> Decimal:
    if len(text) > LONGEST_TEXT:
        raise ValueError(f"a text of {len(text)} characters is not a duration; {HOW}")
    if _NUMBER.fullmatch(text):
        return Decimal(text)
    parts = _PART.findall(text)
    if not parts or _PART.sub("", text).strip(" "):
        raise ValueError(f"{text!r} is not a duration{_hint(text)}; {HOW}")
    units = [unit.replace("µ", "u") for _, unit in parts]
    order = [list(SECONDS_OF).index(unit) for unit in units]
    if order != sorted(set(order)):
        raise ValueError(f"{text!r}: each unit may stand once, the larger before the smaller; {HOW}")
    return sum((Decimal(number) * SECONDS_OF[unit] for (number, _), unit in zip(parts, units, strict=True)), Decimal())


def _hint(text: str) -> str:
    """A word on the usual slips."""
    if text.startswith("-"):
        return ": it cannot be negative"
    if re.search(r"[0-9] ?(d|day|days)\b", text):
        return ": days are not a unit, 1 day is 24h"
    if re.search(r"[0-9] ?(min|mins|minutes?|secs?|seconds?|hours?|hrs?)\b", text):
        return ": the units are h, m, s, ms and us"
    return ": give a value" if not text else ""


def _checked(seconds: Decimal) -> Decimal:
    if not seconds.is_finite():
        raise ValueError(f"{seconds} is not a finite duration; {HOW}")
    if seconds < 0:
        raise ValueError(f"a duration cannot be negative; {HOW}")
    if seconds > MAX_S:
        raise ValueError(f"longer than the clock's range of {MAX_S:,f} s")
    return seconds


def _kind(value: object) -> str:
    if isinstance(value, bool):
        return "true or false"
    return {type(None): "nothing", dict: "a mapping", list: "a list"}.get(type(value), f"a {type(value).__name__}")


def _compound(seconds: Decimal) -> str:
    hours, rest = divmod(seconds, SECONDS_OF["h"])
    minutes, rest = divmod(rest, SECONDS_OF["m"])
    parts = ((hours, "h"), (minutes, "m"), (rest, "s"))
    return " ".join(f"{_plain(number)}{unit}" for number, unit in parts if number)


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
