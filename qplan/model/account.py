"""What a run cost and took, in one mode."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, Decimal
from fractions import Fraction
from functools import cached_property

from qplan.model.trace import Columns, Measures, Span
from qplan.model.workload import Mode


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures(Measures):
    """The measures of one run and what it costs; ``cost`` is ``None`` when unknown."""

    cost: Decimal | None
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
    """A quantity over the replications, as order statistics (nearest rank), and its mean.

    ``others`` are quantiles that were asked for besides, by label.
    """

    p10: int
    p50: int
    p90: int
    mean: int
    others: tuple[tuple[str, int], ...] = ()

    @classmethod
    def of(cls, values: Iterable[int], percents: Sequence[Decimal] = ()) -> Quantity:
        """Quantiles of whole microseconds; the mean rounded to the clock."""
        ranked = sorted(values)
        n = len(ranked)
        p10, p50, p90 = (ranked[rank(n, percent)] for percent in TOLD)
        others = tuple((label_of(percent), ranked[rank(n, percent)]) for percent in percents)
        return cls(p10=p10, p50=p50, p90=p90, mean=(2 * sum(ranked) + n) // (2 * n), others=others)


@dataclass(frozen=True, slots=True, kw_only=True)
class CostQuantity:
    """A cost over the replications: order statistics (nearest rank) and the exact mean."""

    p10: Decimal
    p50: Decimal
    p90: Decimal
    mean: Decimal
    others: tuple[tuple[str, Decimal], ...] = ()

    @classmethod
    def of(cls, values: Iterable[Decimal], percents: Sequence[Decimal] = ()) -> CostQuantity:
        """Quantiles of exact amounts, not rounded."""
        ranked = sorted(values)
        n = len(ranked)
        p10, p50, p90 = (ranked[rank(n, percent)] for percent in TOLD)
        others = tuple((label_of(percent), ranked[rank(n, percent)]) for percent in percents)
        return cls(p10=p10, p50=p50, p90=p90, mean=sum(ranked, Decimal()) / n, others=others)


TOLD = (Decimal(10), Decimal(50), Decimal(90))
"""The percentiles that are always told."""


def rank(n: int, percent: Decimal) -> int:
    """The index of a percentile among ``n`` ranked values: the least with at least that share at or below it."""
    return max(0, int((n * percent / 100).to_integral_value(ROUND_CEILING)) - 1)


def label_of(percent: Decimal) -> str:
    """A percentile's name: ``p99.5``."""
    return f"p{percent.normalize():f}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Odds:
    """Shares of the replications in which something holds; ``None`` where nothing was asked or it cannot be told.

    ``cheapest`` and ``fastest`` are among the modes that complete most in the same replication; ties count for each.
    ``complete``: all jobs completed. ``ttl_cut``: a maximum TTL cut something. ``over_allocation``: the usage limit
    held something back, or more was used than was left.
    """

    cheapest: float
    fastest: float
    complete: float
    ttl_cut: float
    over_allocation: float | None = None
    within_budget: float | None = None
    within_deadline: float | None = None


@dataclass(frozen=True, kw_only=True)
class Account:
    """One mode's outcome, or why the mode is refused; a refused mode has no runs.

    ``runs`` are the replications kept whole: the fixed run, or of many replications the one of median wall-clock (lower
    median, ties by number), whose ``timeline`` is kept. ``columns`` then hold the measures of all, ``costs`` what they
    cost; ``usage_for`` tells the largest usage that costs no more than an amount. ``need`` is the shown run had no
    usage limit held the workload back; ``None`` where none did. ``cost_reason`` says why a cost is unknown.
    """

    mode: Mode
    runs: tuple[Figures, ...]
    columns: Columns | None = None
    costs: CostQuantity | None = None
    percents: tuple[Decimal, ...] = ()
    usage_for: Callable[[Decimal], int] | None = field(default=None, compare=False)
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

    @property
    def is_complete(self) -> bool:
        """Whether all jobs complete in every replication; nothing is missing of a refused mode."""
        return not self.runs or self.complete_share == 1

    @property
    def complete_share(self) -> Fraction:
        """The share of the replications in which all jobs complete."""
        completed = self.completed
        return Fraction(sum(done == self.sample.jobs for done in completed), len(completed))

    @property
    def completed(self) -> Sequence[int]:
        """How many jobs complete in each replication."""
        return self.columns.completed if self.columns is not None else [run.completed for run in self.runs]

    @cached_property
    def done(self) -> int:
        """How many jobs complete: the median over the replications."""
        return Quantity.of(self.completed).p50

    @property
    def longest_us(self) -> int | None:
        """The longest time from the first start of a batch or session to its last result; ``None`` if none starts."""
        if self.columns is not None:
            return max(self.columns.container_us) or None
        return max((run.wall_us - run.windows_us[0][0] for run in self.runs if run.windows_us), default=None)

    @cached_property
    def sample(self) -> Figures:
        """The run that is shown."""
        order = sorted(range(len(self.runs)), key=lambda i: (self.runs[i].wall_us, i))
        return self.runs[order[(len(order) - 1) // 2]]

    @cached_property
    def usage(self) -> Quantity:
        """What is billed, in microseconds."""
        return self._quantity("usage_us")

    @cached_property
    def wall(self) -> Quantity:
        """From the submission to the last final state, in microseconds."""
        return self._quantity("wall_us")

    @cached_property
    def queue(self) -> Quantity:
        """Sum over queue entries from submission to the lane, in microseconds."""
        return self._quantity("queue_us")

    @cached_property
    def qpu_busy(self) -> Quantity:
        """Own time on the QPU, in microseconds."""
        return self._quantity("quantum_us")

    @cached_property
    def drift(self) -> Quantity:
        """First QPU start to last QPU end, in microseconds."""
        return self._quantity("drift_us")

    @cached_property
    def cost(self) -> CostQuantity | None:
        """What usage costs in ``currency``; ``None`` when the price is unknown or the mode refused."""
        if self.columns is not None:
            return self.costs
        costs = [run.cost for run in self.runs if run.cost is not None]
        return CostQuantity.of(costs, self.percents) if costs and len(costs) == len(self.runs) else None

    def _quantity(self, name: str) -> Quantity:
        if self.columns is not None:
            return Quantity.of(getattr(self.columns, name), self.percents)
        return Quantity.of((getattr(run, name) for run in self.runs), self.percents)
