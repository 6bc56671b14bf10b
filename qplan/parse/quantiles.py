"""Spreads given by quantiles (``{p50: 11m, p90: 4h, max: 32h}``), to the noun and back to text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from itertools import pairwise
from typing import Annotated

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from qplan.model.duration import Duration, Spread
from qplan.parse.durations import duration_text, parse_duration
from qplan.units import US_PER_S, us_from_s

_PERCENT = re.compile(r"p([0-9]{1,2}(?:\.[0-9]{1,4})?|100)")
_ENDS = {"min": Decimal(0), "max": Decimal(100)}


def quantiles_from(mapping: Mapping[str, object]) -> Duration:
    """A spread from its quantiles: keys ``p0`` to ``p100``, ``min``, ``max``; values never falling.

    Raises ``ValueError`` with a line fit for a user.
    """
    points = sorted((_percent(key), us_from_s(parse_duration(value))) for key, value in mapping.items())
    if not points:
        raise ValueError("no quantile is given; write {p50: 11m, p90: 4h, max: 32h}")
    for (low, low_us), (high, high_us) in pairwise(points):
        if low == high:
            raise ValueError(f"p{low:f} is given twice")
        if low_us > high_us:
            raise ValueError(f"p{high:f} is shorter than p{low:f}: quantiles cannot fall")
    return Duration(
        spread=Spread.QUANTILES,
        values_us=tuple(us for _, us in points),
        probabilities=tuple(float(percent / 100) for percent, _ in points),
    )


def spread_from(value: object) -> Duration:
    """A fixed duration, or a spread from its quantiles; raises ``ValueError``."""
    if isinstance(value, Mapping):
        return quantiles_from(value)
    return Duration.fixed(us_from_s(parse_duration(value)))


def spread_text(spread: Duration) -> str:
    """A fixed duration or quantiles as one readable line: ``p50 10m 44.5s, p90 15h 28m 57.7s, max 48h``."""
    texts = [duration_text(Decimal(us) / US_PER_S) for us in spread.values_us]
    if spread.spread is not Spread.QUANTILES:
        return ", ".join(texts)
    return ", ".join(f"{_name(p)} {text}" for p, text in zip(spread.probabilities, texts, strict=True))


def _percent(key: str) -> Decimal:
    if key in _ENDS:
        return _ENDS[key]
    found = _PERCENT.fullmatch(str(key))
    if not found:
        raise ValueError(f"{key!r} is not a quantile; write min, p50, p99.9 or max")
    return Decimal(found[1])


def _name(probability: float) -> str:
    names = {0.0: "min", 1.0: "max"}
    return names.get(probability) or f"p{(Decimal(repr(probability)) * 100).normalize():f}"


class _AsSpread:
    """Reads a noun where pydantic would take it for one of its own and work out a schema of its fields."""

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(spread_from)


SpreadField = Annotated[Duration, _AsSpread()]
"""A field of a profile file that holds a fixed or random duration."""
