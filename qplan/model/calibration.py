"""A usage model fitted to receipts, and receipts laid beside an estimate."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from qplan.errors import Problem
from qplan.model.duration import Duration
from qplan.model.receipt import InstanceUsage, Receipt
from qplan.model.usage import UsageModel
from qplan.model.workload import Job, Workload


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """A receipt with the job it is for, in the workload that holds it; the workload's backend is the receipt's."""

    receipt: Receipt
    workload: Workload
    job: Job


@dataclass(frozen=True, slots=True, kw_only=True)
class Constant:
    """A constant of a usage model as receipts change it: ``prior`` to ``value`` +- ``sd``, in seconds or executions.

    ``informed`` is the share of it that the receipts tell: 0 if it is the prior's, near 1 if they settle it.
    """

    name: str
    prior: float
    value: float
    sd: float
    informed: float

    @property
    def is_kept(self) -> bool:
        """Whether the receipts say next to nothing of it, so that the prior's figure stays."""
        return self.informed < LEAST_INFORMED


LEAST_INFORMED = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A receipt predicted by constants fitted without it; seconds."""

    receipt: Receipt
    label: str
    charged_s: float
    predicted_s: float

    @property
    def error(self) -> float:
        """The error as a share of the charge, positive if predicted too high; of no charge, as a share of a second."""
        return (self.predicted_s - self.charged_s) / (self.charged_s or 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """A spread seen in ``count`` receipts, under the key of the profile that takes it; ``None``: too few to tell."""

    key: str
    count: int
    spread: Duration | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """What receipts of one backend make of a usage model.

    ``jobs`` of those fitted are different; repeats of one count as one. ``checks`` are out of sample: each job with its
    repeats, or with many each of ``folds`` parts of them, was left out of the fit that predicts it. ``first`` and
    ``last`` are the dates of the receipts, '' unknown.
    """

    backend: str
    prior: UsageModel
    model: UsageModel
    constants: tuple[Constant, ...]
    checks: tuple[Check, ...]
    jobs: int
    folds: int
    observed: tuple[Observed, ...]
    usages: tuple[InstanceUsage, ...]
    first: str
    last: str
    diagnostics: tuple[Problem, ...]
    version: str

    @property
    def within_20(self) -> float:
        """The share of receipts predicted within 20 %."""
        return sum(abs(check.error) <= WITHIN for check in self.checks) / len(self.checks)

    @property
    def within_20_or_a_second(self) -> float:
        """The share predicted within 20 % or a second, which is what whole seconds can tell."""
        near = (abs(check.error) <= WITHIN or abs(check.predicted_s - check.charged_s) <= 1 for check in self.checks)
        return sum(near) / len(self.checks)

    @property
    def median_error(self) -> float:
        """The median absolute error as a share of the charge."""
        errors = sorted(abs(check.error) for check in self.checks)
        middle = len(errors) // 2
        return errors[middle] if len(errors) % 2 else (errors[middle - 1] + errors[middle]) / 2


WITHIN = 0.2 + 1e-9
"""Charges are whole seconds: 12 s for 10 is 20 %, whatever binary fractions make of 0.2."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A part of the bill; seconds, of all receipts of a job. ``charged_s`` is ``None`` where none tells it."""

    name: str
    predicted_s: Decimal
    charged_s: Decimal | None = None

    @property
    def difference_s(self) -> Decimal | None:
        """Charged less predicted."""
        return None if self.charged_s is None else self.charged_s - self.predicted_s


@dataclass(frozen=True, slots=True, kw_only=True)
class JobBill:
    """The receipts of one job of a workload beside what was predicted for as many of it; seconds.

    ``terms`` make up ``total``; ``executed`` is the part of it that circuits ran, beside what receipts tell of that.
    ``low_s`` and ``high_s`` are the ends of the 80 % band of the total.
    """

    job: str
    jobs: int
    receipts: int
    total: Line
    executed: Line
    terms: tuple[Line, ...]
    low_s: Decimal
    high_s: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """An estimate beside its bill. ``container`` is a session's time beside its jobs; ``None`` where there is none."""

    workload: Workload
    bills: tuple[JobBill, ...]
    total: Line
    container: Line | None
    diagnostics: tuple[Problem, ...]
    version: str

    @property
    def drift(self) -> float | None:
        """Charged over predicted, less one; ``None`` where something is charged and nothing was predicted."""
        charged = self.total.charged_s or Decimal()
        if not self.total.predicted_s:
            return None if charged else 0.0
        return float(charged / self.total.predicted_s - 1)

    def is_within(self, max_drift: float) -> bool:
        """Whether the drift keeps to a limit; one that cannot be told does not."""
        return self.drift is not None and abs(self.drift) <= max_drift

    @property
    def largest(self) -> tuple[str, Line]:
        """Where the difference mainly lies: the part of the bill that is furthest off, and of which job."""
        parts = [(bill.job, line) for bill in self.bills for line in _told(bill)]
        parts += [("", self.container)] if self.container else []
        return max(parts, key=lambda part: abs(part[1].difference_s or Decimal()))


def _told(bill: JobBill) -> tuple[Line, ...]:
    """The parts of a bill that receipts tell apart: what circuits ran and the rest, or the whole."""
    if bill.executed.charged_s is None or bill.total.charged_s is None:
        return (bill.total,)
    rest = Line(
        name="time beside the executions",
        predicted_s=bill.total.predicted_s - bill.executed.predicted_s,
        charged_s=bill.total.charged_s - bill.executed.charged_s,
    )
    return (bill.executed, rest)
