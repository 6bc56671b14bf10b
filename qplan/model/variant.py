"""Other ways to run a workload, what came of them when simulated, and the knobs whose turning may flip the choice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from qplan.model.account import Account
from qplan.model.comparison import Objective
from qplan.model.workload import Mode, Workload

Evaluate = Callable[[Workload], tuple[Account, ...]]
"""Plan, simulate and account a workload in its modes; nothing where the service would refuse or cut a job of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """What a recommendation minimises, and what it must keep: wall-clock up to ``deadline_us``, cost up to ``budget``.

    Both limits hold for the median; ``None`` is no limit. ``budget`` is in the currency of the plan.
    """

    objective: Objective = Objective.BALANCED
    deadline_us: int | None = None
    budget: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Another way to run a workload, not yet simulated; ``text`` is an order without a full stop.

    ``kind`` is "max_execution_time", "merge", "split", "close", "forget", "separate", "reuse-noise", "documented-ttl"
    or "max_time"; ``mode`` is the only mode that it is about (``None``: any).
    """

    kind: str
    rule: str
    text: str
    workload: Workload
    mode: Mode | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A workload simulated in its modes: as it is, and ``uncut``, with no maximum TTL and no usage limit in its way."""

    workload: Workload
    accounts: tuple[Account, ...]
    uncut: tuple[Account, ...]

    @property
    def is_spread(self) -> bool:
        """Whether the accounts are those of many replications."""
        return any(account.columns is not None for account in self.accounts)

    def of(self, mode: Mode) -> Account:
        """The account of one mode."""
        return next(account for account in self.accounts if account.mode is mode)

    def uncut_of(self, mode: Mode) -> Account:
        """The account of one mode with nothing in its way."""
        return next(account for account in self.uncut if account.mode is mode)


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """A candidate and what came of it."""

    candidate: Candidate
    outcome: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Knob:
    """A figure of the input that can be turned: ``apply`` gives the workload with another whole number of steps.

    ``steps_per_unit`` steps are one ``unit``; ``current`` is where the workload stands, ``low`` and ``high`` (at
    least 1) bound the search.
    """

    name: str
    unit: str
    steps_per_unit: int
    current: int
    low: int
    high: int
    apply: Callable[[int], Workload]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flip:
    """The steps of a knob above or below which the choice is ``flips_to`` (``None``: no mode will do).

    ``value`` is rounded, so where the knob stands close to it, only ``above`` tells the side.
    """

    knob: Knob
    value: int
    flips_to: Mode | None
    above: bool
