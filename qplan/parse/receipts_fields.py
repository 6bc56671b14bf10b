"""Single values of a receipt: text, times and instants, each checked and told of at its place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from qplan.parse.document import Path, Tree
from qplan.parse.durations import MAX_S
from qplan.parse.kinds import LONGEST_NAME, given
from qplan.parse.receipts_json import Beyond
from qplan.parse.receipts_page import Page
from qplan.units import US_PER_S, us_from_s

UNKNOWN_KEY, MISSING_KEY, WRONG_KIND, OUT_OF_RANGE = "QP101", "QP102", "QP103", "QP104"
EXCLUSIVE, NOT_AN_INSTANT = "QP204", "QP613"
LONGEST_FILE_NAME = 1000
NS_PER_S = Decimal(1_000_000_000)
_NUMERIC = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]{1,3})?")
_LONGEST_INSTANT = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Instant:
    """A day, or with ``at`` a moment of it."""

    date: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields:
    """One mapping of a file. What is missing is ``None`` or ''; so is what is wrong, and a problem says so."""

    page: Page
    path: Path
    mapping: dict[str, Any]

    def holds(self, key: str) -> bool:
        """Whether the key is there with a value."""
        return self.mapping.get(key) not in (None, "")

    def name(self, key: str) -> str:
        """How a message names the value."""
        return self.page.name((*self.path, key))

    def error(self, code: str, key: str, message: str, hint: str = "") -> None:
        """A problem of the value; its name is put before the message."""
        self.page.error(code, f"{self.name(key)}{message}", (*self.path, key), hint)

    def unknown(self, known: Sequence[str], kind: str = "key") -> None:
        """Tell of the keys that are not known, save those left to other programs (``x-``)."""
        for key in self.mapping:
            if key not in known and not key.startswith("x-"):
                path = (*self.path, key)
                self.page.error(UNKNOWN_KEY, f"unknown {kind} {given(key)}", path, hint_for(key, known, kind))

    def inner(self, key: str) -> Fields:
        """A mapping in the mapping, empty if there is none."""
        value = self.mapping.get(key)
        if not isinstance(value, dict | None):
            self.error(WRONG_KIND, key, f" must be a mapping of keys to values, not {given(value)}")
        return Fields(page=self.page, path=(*self.path, key), mapping=value if isinstance(value, dict) else {})

    def text(self, key: str, most: int = LONGEST_NAME) -> str:
        """One line of printable characters, '' if there is none."""
        value = self.mapping.get(key)
        if value is None or isinstance(value, Beyond):
            return ""
        if not isinstance(value, str):
            hint = "" if isinstance(value, dict | list) else "put it in quotes to make it text"
            self.error(WRONG_KIND, key, f" must be text, not {_given(value)}", hint)
            return ""
        if len(value) > most or not value.isprintable():
            self.error(OUT_OF_RANGE, key, f" must be text of at most {most} printable characters")
            return ""
        return value

    def choice(self, key: str, known: dict[str, str]) -> str:
        """The meaning of a word among a few, in capitals or not."""
        value = self.text(key)
        word = value.lower()
        if word and word not in known:
            *others, last = known
            told = f" must be {', '.join(others)} or {last}, not {given(value)}"
            self.error(WRONG_KIND, key, told, _nearest(word, known))
        return known.get(word, "")

    def number(self, key: str, unit: str = "seconds") -> Decimal | None:
        """A number of at least 0, ``None`` if there is none."""
        value = self.mapping.get(key)
        if value is None or value == "" or isinstance(value, Beyond):
            return None
        if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
            self.error(WRONG_KIND, key, f" must be a number of {unit}, not {given(value)}", _bare(value, unit))
            return None
        exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
        if not exact.is_finite() or exact < 0:
            self.error(OUT_OF_RANGE, key, f" must be a number of {unit} of at least 0, not {_given(value)}")
            return None
        return exact

    def us(self, key: str, *, per_s: Decimal = Decimal(1), unit: str = "seconds") -> int | None:
        """A time in microseconds, half to even; ``per_s`` is how many of the ``unit`` make a second."""
        exact = self.number(key, unit)
        if exact is None:
            return None
        if exact > MAX_S * per_s:
            self.error(OUT_OF_RANGE, key, f" is longer than the clock's range of {MAX_S:,f} s")
            return None
        return us_from_s(exact / per_s)

    def instant(self, key: str) -> Instant | None:
        """A moment in ISO 8601, ``None`` if there is none; without an offset it counts as UTC."""
        value = self.mapping.get(key)
        if value is None or value == "" or isinstance(value, Beyond):
            return None
        try:
            return _instant(value)
        except ValueError:
            told = f" must be an instant such as 2026-09-20T10:00:05Z, not {_given(value)}"
            self.error(NOT_AN_INSTANT, key, told)
            return None


def between_us(earlier: Instant | None, later: Instant | None) -> int | None:
    """From one instant to another, negative if they go backwards; ``None`` if one of them is only a day or unknown."""
    if earlier is None or later is None or earlier.at is None or later.at is None:
        return None
    passed = later.at - earlier.at
    return (passed.days * 86_400 + passed.seconds) * US_PER_S + passed.microseconds


def hint_for(unknown: str, known: Iterable[str], kind: str = "key") -> str:
    """What an unknown key may have been meant to be."""
    return _nearest(unknown, known) or f"known {kind}s: {', '.join(known)}"


def number_of(text: str) -> Decimal | str:
    """The number that a cell of CSV holds; the text itself if it holds none, or one that nobody means."""
    return Decimal(text) if len(text) <= LONGEST_NAME and _NUMERIC.fullmatch(text) else text


def _instant(value: Tree) -> Instant:
    if not isinstance(value, str) or len(value) > _LONGEST_INSTANT:
        raise ValueError
    at = datetime.fromisoformat(value)
    if len(value) <= len("2026-09-20"):
        return Instant(date=at.date().isoformat())
    return Instant(date=at.date().isoformat(), at=at if at.tzinfo else at.replace(tzinfo=UTC))


def _nearest(word: str, known: Iterable[str]) -> str:
    nearest = get_close_matches(word, list(known), n=1)
    return f"did you mean {nearest[0]!r}?" if nearest else ""


def _bare(value: object, unit: str) -> str:
    if isinstance(value, str) and _NUMERIC.fullmatch(value):
        return "write it without quotes"
    return f"write {unit} as a bare number, such as 5"


def _given(value: object) -> str:
    """A value as a message shows it, a number in as few characters as text gets."""
    text = given(value)
    return text if len(text) <= LONGEST_NAME else f"{text[:60]}..."
