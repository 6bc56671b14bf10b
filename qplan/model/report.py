"""Everything a renderer may need, in one noun."""

from __future__ import annotations

from dataclasses import dataclass

from qplan.errors import Problem
from qplan.model.account import Odds
from qplan.model.comparison import Comparison, Recommendation
from qplan.model.fact import Fact
from qplan.model.gate import Priced
from qplan.model.variant import Goal
from qplan.model.workload import Mode, Workload

SCHEMA_VERSION = "1.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampling:
    """How sure the quantiles of usage and wall-clock are: half a 95 % interval's width, as a share of the quantile.

    ``error`` is infinite where there are too few replications to tell. It is sampling error only: what the inputs get
    wrong is not in it. ``wanted`` is what ``--precision`` asked for; ``figure`` names the least sure quantile.
    """

    error: float
    figure: str
    wanted: float | None = None

    @property
    def is_met(self) -> bool:
        """Whether the precision asked for was reached."""
        return self.wanted is None or self.error <= self.wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One workload on one backend and plan: the figures, the advice and what they rest on.

    ``modes`` are the modes to show (``estimate`` prices the file's mode, ``compare`` all three).
    ``odds`` go with the accounts of the comparison; a fixed run has none, nor a ``sampling`` error.
    ``data_date`` is the newest date among the shipped figures used. ``priced`` is what is stored of it to be compared
    with later, where that is wished for.
    """

    workload: Workload
    comparison: Comparison
    recommendation: Recommendation
    modes: tuple[Mode, ...]
    seed: int
    replications: int
    assumptions: tuple[Fact, ...]
    diagnostics: tuple[Problem, ...] = ()
    goal: Goal = Goal()
    sampling: Sampling | None = None
    odds: tuple[Odds | None, ...] = ()
    version: str = ""
    data_date: str = ""
    priced: Priced | None = None
