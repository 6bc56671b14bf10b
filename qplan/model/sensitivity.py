"""What drives cost and wall-clock: each input's share of their level and of their variance."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from qplan.errors import Problem
from qplan.model.workload import Mode, Workload


class Input(StrEnum):
    """What a workload is made of and can be set to nothing; named as in the file or in a usage model."""

    QUEUE_WAIT = "queue.wait"
    BETWEEN = "queue.between"
    FAIR_SHARE = "queue.fair_share"
    ARRIVALS = "background.arrivals"
    BUSY_LANES = "background.busy_lanes"
    CALIBRATIONS = "background.calibrations"
    BEFORE = "classical_before"
    QPU = "qpu"
    AFTER = "classical_after"
    THINK = "think"
    REP_DELAY = "rep_delay"
    CIRCUIT = "circuit_duration"
    RESET = "reset"
    PER_EXECUTION = "per_execution"
    PER_CIRCUIT = "per_circuit"
    PER_JOB = "per_job"
    READOUT_CALIBRATION = "readout_calibration"
    NOISE_LEARNING = "noise_learning"
    MITIGATION = "mitigation"
    MODEL_ERROR = "usage_model_error"


class Target(StrEnum):
    """What is driven; usage takes the place of a cost that is not known."""

    COST = "cost"
    USAGE = "usage"
    WALL = "wall-clock"


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A share of a variance, and half of its 95 % interval: sampling error only."""

    value: float
    error: float

    @property
    def is_nothing(self) -> bool:
        """Whether it cannot be told from zero."""
        return self.value <= self.error


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """An input's shares of a variance.

    ``total``: what it takes part in, so what would be left were all other inputs known. ``alone``: what it makes by
    itself, so what would go were it known.
    """

    total: Share
    alone: Share


@dataclass(frozen=True, slots=True, kw_only=True)
class Driver:
    """One input: ``now`` and ``source`` tell its value, ``without_us`` what the fixed run comes to without it.

    ``level`` is the share that goes then (below zero: it grows), ``None`` of nothing. ``variance`` is ``None`` where
    the input is not random or nothing varies.
    """

    input: Input
    now: str
    source: str
    without_us: int
    level: float | None
    variance: Shares | None = None
    is_random: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Drivers:
    """What drives one target, in the order of the larger of the two shares.

    ``level_us`` is the fixed run's; of a cost, the usage that is billed, ``amount`` what it costs. ``varies`` tells
    whether anything random changes it.
    """

    target: Target
    level_us: int
    drivers: tuple[Driver, ...]
    varies: bool = False
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensitivity:
    """What drives a workload in one mode, first its cost (or usage), then its wall-clock.

    ``replications`` of each of ``samples`` were run; none where nothing is random. ``jobs_done`` are the fixed run's.
    """

    workload: Workload
    mode: Mode
    targets: tuple[Drivers, ...]
    jobs_done: int
    seed: int
    replications: int = 0
    samples: int = 0
    diagnostics: tuple[Problem, ...] = ()
    version: str = ""
    data_date: str = ""
