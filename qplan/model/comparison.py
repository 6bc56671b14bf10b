"""The modes side by side, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from qplan.model.account import Account
from qplan.model.workload import Mode


class Objective(StrEnum):
    """What a recommendation minimises."""

    COST = "cost"
    TIME = "time"
    BALANCED = "balanced"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why: a rule id of the catalogue, a sentence with figures, and whether it speaks for the choice."""

    rule: str
    text: str
    speaks_for: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """Something to do, simulated: what it saves against not doing it (negative: costs more).

    ``saves_cost`` is ``None`` where the price is unknown; ``mode`` is the mode to do it in, where it is the
    action that decides the mode.
    """

    kind: str
    rule: str
    text: str
    saves_usage_us: int = 0
    saves_wall_us: int = 0
    saves_cost: Decimal | None = None
    mode: Mode | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """Another way to run the workload, simulated; ``why_not`` says what speaks against it."""

    name: str
    mode: Mode
    usage_us: int
    wall_us: int
    cost: Decimal | None
    why_not: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakEven:
    """A figure of the input at which the choice flips: ``value`` in ``unit``, ``current`` what it is now."""

    name: str
    current: Decimal
    value: Decimal
    unit: str
    flips_to: Mode
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommendation:
    """The mode to choose, why, and what else to do; ``mode`` is ``None`` when no mode is feasible."""

    mode: Mode | None
    objective: Objective
    headline: str
    reasons: tuple[Reason, ...] = ()
    actions: tuple[Action, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    break_evens: tuple[BreakEven, ...] = ()
    max_time_us: int | None = None
    snippet: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The three modes in order job, batch, session; ``reference`` is what ratios are taken against.

    ``cheapest`` and ``fastest`` are ``None`` where no mode is allowed (or no price is known).
    """

    accounts: tuple[Account, ...]
    reference: Mode
    cheapest: Mode | None
    fastest: Mode | None

    def of(self, mode: Mode) -> Account:
        """The account of one mode."""
        return next(account for account in self.accounts if account.mode is mode)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceChoice:
    """A workload on one of several devices: its best mode there and what that costs and takes.

    ``mode`` is ``None`` when no mode will do, ``account`` then that of the closest, ``None`` when all are refused.
    ``why_not`` is empty for the device to choose.
    """

    backend: str
    mode: Mode | None
    account: Account | None
    why_not: str = ""
