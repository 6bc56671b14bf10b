"""What a run cost and took, in one mode."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from qplan.model.trace import Span
from qplan.model.workload import Mode


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The measures of one replication. Times in microseconds; ``cost`` is ``None`` when unknown.

    ``quantum_us`` is the own jobs' time on the QPU (QPU busy time), ``charged_us`` the same after
    rounding; ``usage_us`` what is billed. ``lane_held_us`` over ``lane_span_us`` (lanes x first start
    to last finish) is the lane use.
    """

    usage_us: int
    wall_us: int
    queue_us: int
    quantum_us: int
    charged_us: int
    drift_us: int
    lane_held_us: int
    lane_span_us: int
    cost: Decimal | None
    completed: int
    failed: int
    cancelled: int
    not_submitted: int
    queued: int
    retries: int
    activations: int
    windows_us: tuple[tuple[int, int], ...] = ()

    @property
    def jobs(self) -> int:
        """All jobs of the workload."""
        return self.completed + self.failed + self.cancelled + self.not_submitted + self.queued

    @property
    def lane_use(self) -> float:
        """Share of lane-seconds held by own jobs between first start and last finish; 0 with no job run."""
        return self.lane_held_us / self.lane_span_us if self.lane_span_us else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A quantity over the replications, as order statistics (nearest rank), and its mean."""

    p10: int
    p50: int
    p90: int
    mean: int

    @classmethod
    def of(cls, values: Iterable[int]) -> Quantity:
        """Quantiles of whole microseconds; the mean rounded to the clock."""
        ranked = sorted(values)
        n = len(ranked)
        at = [ranked[-(-n * percent // 100) - 1] for percent in (10, 50, 90)]
        return cls(p10=at[0], p50=at[1], p90=at[2], mean=(2 * sum(ranked) + n) // (2 * n))


@dataclass(frozen=True, slots=True, kw_only=True)
class CostQuantity:
    """A cost over the replications: order statistics (nearest rank) and the exact mean."""

    p10: Decimal
    p50: Decimal
    p90: Decimal
    mean: Decimal

    @classmethod
    def of(cls, values: Iterable[Decimal]) -> CostQuantity:
        """Quantiles of exact amounts, not rounded."""
        ranked = sorted(values)
        n = len(ranked)
        at = [ranked[-(-n * percent // 100) - 1] for percent in (10, 50, 90)]
        return cls(p10=at[0], p50=at[1], p90=at[2], mean=sum(ranked, Decimal()) / n)


@dataclass(frozen=True, kw_only=True)
class Account:
    """One mode's outcome: a row of figures for each replication, or why the mode is refused.

    A refused mode has no runs. ``sample`` is the replication of median wall-clock (lower median, ties
    by index), whose ``timeline`` is kept. ``need`` is the outcome had no usage limit held the
    workload back; ``None`` where none did. ``cost_reason`` says why a cost is unknown.
    """

    mode: Mode
    runs: tuple[Figures, ...]
    reason: str | None = None
    currency: str = "USD"
    cost_reason: str | None = None
    timeline: tuple[Span, ...] = ()
    need: Figures | None = None
    end_us: int = 0

    @property
    def allowed(self) -> bool:
        """Whether the plan admits this mode."""
        return bool(self.runs)

    @cached_property
    def sample(self) -> Figures:
        """The run that is shown."""
        order = sorted(range(len(self.runs)), key=lambda i: (self.runs[i].wall_us, i))
        return self.runs[order[(len(order) - 1) // 2]]

    @cached_property
    def usage(self) -> Quantity:
        """What is billed, in microseconds."""
        return Quantity.of(run.usage_us for run in self.runs)

    @cached_property
    def wall(self) -> Quantity:
        """From the submission to the last final state, in microseconds."""
        return Quantity.of(run.wall_us for run in self.runs)

    @cached_property
    def queue(self) -> Quantity:
        """Sum over queue entries from submission to the lane, in microseconds."""
        return Quantity.of(run.queue_us for run in self.runs)

    @cached_property
    def qpu_busy(self) -> Quantity:
        """Own time on the QPU, in microseconds."""
        return Quantity.of(run.quantum_us for run in self.runs)

    @cached_property
    def drift(self) -> Quantity:
        """First QPU start to last QPU end, in microseconds."""
        return Quantity.of(run.drift_us for run in self.runs)

    @cached_property
    def cost(self) -> CostQuantity | None:
        """What usage costs in ``currency``; ``None`` when the price is unknown or the mode refused."""
        costs = [run.cost for run in self.runs if run.cost is not None]
        return CostQuantity.of(costs) if costs and len(costs) == len(self.runs) else None
