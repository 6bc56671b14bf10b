"""What was estimated before, as a document holds it."""

from __future__ import annotations

import binascii
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import gcd

from qplan.model.gate import Amounts, Change, Priced
from qplan.units import MAX_US

MOST_VALUES, WIDEST = 1_000_000, 8
"""Replications in one column, and bytes of one value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """Whole numbers, one a replication: number i is ``least`` + ``step`` x the i-th unsigned integer of ``data``.

    ``data`` is base64 of ``count`` little-endian integers of ``width`` bytes each; with width 0 all are ``least``.
    The same numbers make the same text on any machine, which a compressor does not promise.
    """

    count: int
    least: int
    step: int
    width: int
    data: str

    @classmethod
    def of(cls, values: Sequence[int]) -> Packed:
        """Numbers, packed."""
        least = min(values, default=0)
        step = gcd(*(value - least for value in values)) or 1
        width = (((max(values, default=0) - least) // step).bit_length() + 7) // 8
        raw = b"".join(((value - least) // step).to_bytes(width, "little") for value in values)
        return cls(count=len(values), least=least, step=step, width=width, data=b64encode(raw).decode("ascii"))

    def values(self) -> tuple[int, ...]:
        """The numbers. Raises ``ValueError`` where they cannot be what ``of`` packed."""
        in_range = 0 <= self.count <= MOST_VALUES and 0 <= self.width <= WIDEST and 1 <= self.step <= MAX_US
        if not in_range or self.least < 0:
            raise ValueError("its count, least, step or width is out of range")
        try:
            raw = b64decode(self.data, validate=True)
        except (binascii.Error, ValueError):
            raise ValueError("its data is not base64") from None
        if len(raw) != self.count * self.width:
            raise ValueError(f"it says {self.count:,} values of {self.width} bytes and holds {len(raw):,} bytes")
        found = tuple(self._unpacked(raw)) if self.width else (self.least,) * self.count
        if found and max(found) > MAX_US:
            raise ValueError("a value is out of range")
        return found

    def _unpacked(self, raw: bytes) -> Sequence[int]:
        starts = range(0, len(raw), self.width)
        return [self.least + self.step * int.from_bytes(raw[at : at + self.width], "little") for at in starts]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDocument:
    """A document that `estimate`, `gate` or `report` wrote: what its workloads cost, and what that rests on."""

    file: str
    priced: tuple[Priced, ...]
    version: str = ""
    data_date: str = ""
    seed: int = 0

    @property
    def replications(self) -> int:
        """How often the workload that was run most often was run."""
        return max((len(priced.usage_us) for priced in self.priced), default=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDiff:
    """Two documents beside each other, at a quantile in percent; ``notes`` say why figures may differ besides."""

    before: StoredDocument
    after: StoredDocument
    quantile: Decimal
    changes: tuple[Change, ...]
    was_total: Amounts
    total: Amounts
    currency: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredReport:
    """Workloads of documents, each with its figures at a quantile in percent, and the quantile of their sum.

    ``documents`` are those that the workloads come from, one for each; ``repeats`` stood in several of them alike.
    """

    priced: tuple[Priced, ...]
    documents: tuple[StoredDocument, ...]
    amounts: tuple[Amounts, ...]
    total: Amounts
    quantile: Decimal
    currency: str
    repeats: int = 0
