"""One session for independent parts of a workload, or one for each (rule S-08)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from qplan.comparison.case import Case
from qplan.model.workload import Mode


@dataclass(frozen=True, slots=True, kw_only=True)
class Apart:
    """All parts of a workload, each in a session of its own; ``cost`` is ``None`` where the price is unknown."""

    parts: int
    usage_us: int
    wall_us: int
    cost: Decimal | None


def separate_sessions(case: Case) -> Apart | None:
    """The parts' simulated sessions together; ``None`` where there is one part, or not all were simulated.

    Sessions exclude each other, so together they take at least the first one's wait and all their windows.
    """
    variants = case.of_kind("separate")
    parts = [variant.outcome.of(Mode.SESSION) for variant in variants]
    ran = all(part.allowed and part.sample.windows_us for part in parts)
    if not parts or not ran or sum(variant.candidate.workload.size for variant in variants) != case.jobs:
        return None
    usage_us = sum(part.usage.p50 for part in parts)
    first_us = min(part.sample.windows_us[0][0] for part in parts)
    costs = [part.cost.p50 for part in parts if part.cost]
    return Apart(
        parts=len(parts),
        usage_us=usage_us,
        wall_us=max(first_us + usage_us, *(part.wall.p50 for part in parts)),
        cost=sum(costs, Decimal()) if len(costs) == len(parts) else None,
    )
