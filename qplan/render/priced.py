"""A priced workload as JSON that is read again as a baseline, whoever writes it; ``parse.stored`` reads it."""

from __future__ import annotations

from dataclasses import asdict
from decimal import Decimal

from qplan.model.gate import Priced
from qplan.model.stored import Packed

Json = dict[str, object]
MOST_INPUTS = 20_000
"""A file of more keys is stored without them: it is compared as a whole."""


def workload_object(priced: Priced) -> Json:
    """What an entry of ``workloads`` must hold to be read again, beside ``version``, ``data_date`` and ``seed``."""
    return {
        "workload": {"name": priced.name, "file": priced.file},
        "backend": priced.backend,
        "plan": priced.plan,
        "priced": priced_object(priced),
    }


def priced_object(priced: Priced) -> Json:
    """The figures of each replication, and what they follow from."""
    return {
        "mode": priced.mode.value,
        "refused": priced.refused or None,
        "currency": priced.currency,
        "cost_reason": priced.cost_reason or None,
        "complete_share": round(priced.complete_share, 6),
        "limited_share": round(priced.limited_share, 6),
        "remaining_us": priced.remaining_us,
        "usage_us": _column(priced.usage_us),
        "wall_us": _column(priced.wall_us),
        "cost_cents": None if priced.costs is None else _column(tuple(map(_cents, priced.costs))),
        "digest": priced.digest or None,
        "inputs": dict(priced.inputs) if 0 < len(priced.inputs) <= MOST_INPUTS else None,
    }


def _column(values: tuple[int, ...]) -> Json:
    return asdict(Packed.of(values))


def _cents(amount: Decimal) -> int:
    """Whole cents: no cost is finer (contract section 5: rounded to the cent for each replication)."""
    cents = amount * 100
    if cents != cents.to_integral_value():
        raise ValueError(f"a cost of {amount} is not in whole cents")
    return int(cents)
