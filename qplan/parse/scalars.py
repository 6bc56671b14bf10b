"""Plain scalars of YAML 1.2's core schema: ``1e3`` is a number, ``no`` a word, ``017`` seventeen."""

from __future__ import annotations

import math
import re
from typing import Final

Scalar = str | int | float | bool | None

_WORDS: Final[dict[str, bool | None]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_FIRST: Final = frozenset("0123456789+-.")
_DECIMAL: Final = re.compile(r"[-+]?[0-9]+")
_BASED: Final = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT: Final = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_BEYOND: Final = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_LONGEST: Final = 24
_LIMIT: Final = 10**18


def plain_scalar(text: str) -> Scalar:
    """The value of an unquoted scalar. Raises ``OverflowError`` for a number that is out of range.

    In range is: integers of at most 18 digits, and finite floating-point numbers.
    """
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _FIRST:
        return text
    if _DECIMAL.fullmatch(text):
        return _integer(text, 10)
    if _FLOAT.fullmatch(text):
        return _finite(text)
    if _BASED.fullmatch(text):
        return _integer(text, 0)
    if _BEYOND.fullmatch(text):
        raise OverflowError(f"{text} is not a finite number")
    return text


def _integer(text: str, base: int) -> int:
    value = int(text, base) if len(text) <= _LONGEST else _LIMIT
    if abs(value) >= _LIMIT:
        raise OverflowError(f"{_clipped(text)} is out of range: a whole number has at most 18 digits")
    return value


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise OverflowError(f"{_clipped(text)} is out of range: larger than any floating-point number")
    return value


def _clipped(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:8]}... ({len(text):,} characters)"
