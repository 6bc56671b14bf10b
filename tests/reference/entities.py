"""What moves about in the reference model: jobs, their attempts, other people's jobs, calibrations, lanes."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal

import simpy

from qplan.model.submission import JobKind
from qplan.model.trace import NEVER, State
from qplan.model.workload import FailureKind, OnFailure


@dataclass(slots=True, kw_only=True, eq=False)
class Job:
    """A job as its client knows it: ``final`` happens when no further attempt at it will be made."""

    number: int
    kind_index: int
    kind: JobKind
    planned_attempts: int
    is_failing: bool
    final: simpy.Event
    attempts: list[Attempt] = field(default_factory=list)

    @property
    def has_attempts_left(self) -> bool:
        return len(self.attempts) < self.planned_attempts

    def outcome(self, quantum_us: int) -> tuple[State, int]:
        """How the attempt at hand, the last one made, leaves the QPU, and after how many microseconds."""
        failure = self.kind.failure
        fails = failure is not None and self.is_failing and len(self.attempts) <= failure.times
        share_us = _share_us(failure.at, quantum_us) if failure and fails else quantum_us
        if share_us > self.kind.limit_us:
            return State.CANCELLED, self.kind.limit_us
        return (State.FAILED if fails else State.COMPLETED), share_us


@dataclass(slots=True, kw_only=True, eq=False)
class Run:
    """Whatever holds a lane, and on its way the QPU."""

    sequence: int
    before_us: int
    after_us: int
    on_qpu_us: int = NEVER
    next_in_line_us: int = NEVER
    lane: Lane | None = None
    lane_us: int = NEVER
    ready_us: int = NEVER
    qpu_start_us: int = NEVER
    qpu_end_us: int = NEVER
    finished_us: int = NEVER
    verdict: State = State.COMPLETED
    gets_qpu: simpy.Event
    process: simpy.Process | None = None

    @property
    def place_in_line(self) -> tuple[int, int]:
        return self.next_in_line_us, self.sequence

    @property
    def place_at_qpu(self) -> tuple[int, int, int]:
        return self.ready_us, 1, self.sequence


@dataclass(slots=True, kw_only=True, eq=False)
class Attempt(Run):
    """A job of ours, sent; ``verdict`` says how it leaves the QPU, ``state`` where it has got to."""

    job: Job
    submitted_us: int
    is_entry: bool = False
    learning: bool = False
    state: State = State.QUEUED

    @property
    def is_waiting(self) -> bool:
        """Whether it has been sent and has no lane yet, nor come to its end without one."""
        return self.state is State.QUEUED and self.lane is None

    @property
    def is_charged(self) -> bool:
        """Whether it is charged when it leaves the QPU as ``verdict`` says."""
        failure = self.job.kind.failure
        return not (self.verdict is State.FAILED and failure is not None and failure.kind is FailureKind.SYSTEM)


@dataclass(slots=True, kw_only=True, eq=False)
class Foreign(Run):
    """Somebody else's job; one that holds its lane from the start never wants the QPU."""

    is_busy_lane: bool = False


@dataclass(slots=True, kw_only=True, eq=False)
class Calibration:
    """Wants the QPU from ``due_us`` on; ``index`` is its source's place in the background's list."""

    index: int
    due_us: int
    on_qpu_us: int
    qpu_start_us: int = NEVER
    qpu_end_us: int = NEVER
    gets_qpu: simpy.Event

    @property
    def place_at_qpu(self) -> tuple[int, int, int]:
        return self.due_us, 0, self.index


@dataclass(slots=True, kw_only=True, eq=False)
class Lane:
    """An execution lane and what holds it."""

    number: int
    holder: Run | None = None


def planned_attempts(kind: JobKind, is_failing: bool) -> int:
    """How often the client means to send a job that fails, or does not, as its kind says."""
    failure = kind.failure
    retries = failure is not None and is_failing and failure.then is OnFailure.RETRY
    return 1 + failure.times if failure and retries else 1


def _share_us(at: float, quantum_us: int) -> int:
    return int((Decimal(repr(at)) * quantum_us).to_integral_value(ROUND_HALF_EVEN))
