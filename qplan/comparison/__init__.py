"""Accounts in, comparison and advice out; pure."""

from __future__ import annotations

from qplan.comparison.case import Case
from qplan.comparison.choice import choose
from qplan.comparison.devices import compare_devices
from qplan.comparison.odds import odds
from qplan.comparison.recommend import recommend
from qplan.comparison.relative import compare
from qplan.comparison.sampling import sampling
from qplan.comparison.ttl import documented_ttl_note

__all__ = ["Case", "choose", "compare", "compare_devices", "documented_ttl_note", "odds", "recommend", "sampling"]
