"""What workloads cost against limits and against a baseline; pure arithmetic."""

from __future__ import annotations

from qplan.gate.amounts import amounts_of, currency_of, total_of
from qplan.gate.limits import checks, held
from qplan.gate.pairs import Pair, pairs_of
from qplan.gate.plans import allocations, refusals
from qplan.gate.status import status_of
from qplan.gate.subjects import Allow

__all__ = [
    "Allow",
    "Pair",
    "allocations",
    "amounts_of",
    "checks",
    "currency_of",
    "held",
    "pairs_of",
    "refusals",
    "status_of",
    "total_of",
]
