"""The Python API, one page: docs/python.md. ``import qplan`` offers all of it, each name loaded on first use."""

from __future__ import annotations

from qplan.api.building import LeftOutWarning, Loop, Run, from_pubs
from qplan.api.results import ModeResult, Quantiles, Result
from qplan.api.running import compare, recommend, simulate
from qplan.api.workload import Workload, load

__all__ = [
    "LeftOutWarning",
    "Loop",
    "ModeResult",
    "Quantiles",
    "Result",
    "Run",
    "Workload",
    "compare",
    "from_pubs",
    "load",
    "recommend",
    "simulate",
]
