"""Accounts in, comparison and advice out; pure."""

from __future__ import annotations

from qplan.compare.case import Case
from qplan.compare.choice import choose
from qplan.compare.devices import compare_devices
from qplan.compare.odds import odds
from qplan.compare.recommend import recommend
from qplan.compare.relative import compare
from qplan.compare.sampling import sampling
from qplan.compare.ttl import documented_ttl_note

__all__ = ["Case", "choose", "compare", "compare_devices", "documented_ttl_note", "odds", "recommend", "sampling"]
