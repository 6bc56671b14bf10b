"""Everything a renderer may need, in one noun."""

from __future__ import annotations

from dataclasses import dataclass

from qplan.errors import Problem
from qplan.model.comparison import Comparison, Recommendation
from qplan.model.fact import Fact
from qplan.model.workload import Mode, Workload

SCHEMA_VERSION = "1.0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One workload on one backend and plan: the figures, the advice and what they rest on.

    ``modes`` are the modes to show (``estimate`` prices the file's mode, ``compare`` all three).
    ``data_date`` is the newest date among the shipped figures used.
    """

    workload: Workload
    comparison: Comparison
    recommendation: Recommendation
    modes: tuple[Mode, ...]
    seed: int
    replications: int
    assumptions: tuple[Fact, ...]
    diagnostics: tuple[Problem, ...] = ()
    version: str = ""
    data_date: str = ""
