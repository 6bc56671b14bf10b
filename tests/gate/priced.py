"""Priced workloads for tests, in whole seconds at 1.60 USD a second."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from qplan.model.gate import Baseline, Bound, Limit, Measure, Priced, Scope, Verdict
from qplan.model.workload import Mode

S = 1_000_000
P90 = Decimal(90)


def priced(name: str, usage_s: Sequence[int] = (10,), **others: Any) -> Priced:
    """A workload that uses so much in each replication, waits a minute, and costs 1.60 USD a second."""
    told = Priced(
        name=name,
        file=f"{name}.yaml",
        mode=Mode.BATCH,
        backend="ibm_fez",
        plan="pay-as-you-go",
        currency="USD",
        usage_us=tuple(s * S for s in usage_s),
        wall_us=tuple((s + 60) * S for s in usage_s),
        costs=tuple(s * Decimal("1.60") for s in usage_s),
    )
    return replace(told, **others)


def unpriced(name: str, usage_s: Sequence[int] = (10,), **others: Any) -> Priced:
    return priced(name, usage_s, costs=None, cost_reason="its price is unknown", **others)


def refused(name: str, **others: Any) -> Priced:
    none: dict[str, Any] = {"usage_us": (), "wall_us": (), "costs": None, "complete_share": 0.0}
    return priced(name, **none, refused="the plan has no sessions", **others)


def limit(value: str, measure: str = "cost", bound: str = "most", scope: str = "workload", **others: Any) -> Limit:
    return Limit(
        measure=Measure(measure), bound=Bound(bound), scope=Scope(scope), value=Decimal(value), source="--x", **others
    )


def warning(value: str, **others: Any) -> Limit:
    return limit(value, action=Verdict.WARN, **others)


def baseline(*was: Priced) -> Baseline:
    return Baseline(label="base.json", priced=was)
