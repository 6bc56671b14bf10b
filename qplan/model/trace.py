"""What happened: the output of the simulation, facts only."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, fields
from enum import IntEnum

NEVER = -1
"""Stands for an instant or a lane that a job never reached."""


class State(IntEnum):
    """Where a job ended. ``QUEUED``: still waiting when nothing more could start (a usage limit)."""

    NOT_SUBMITTED = 0
    QUEUED = 1
    COMPLETED = 2
    FAILED = 3
    CANCELLED = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignRun:
    """What became of a foreign job up to the end of the run; ``lane_us`` is when it got its lane."""

    lane: int
    lane_us: int
    ready_us: int
    qpu_start_us: int
    qpu_end_us: int
    finished_us: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """What a run comes to, as the kernel adds it up. Times in microseconds; the rest are numbers of jobs.

    ``usage_us`` is what the mode bills: active windows of a session, else ``charged_us``, the sum of charged quantum
    times; ``quantum_us`` is own time on the QPU. ``lane_held_us`` over ``lane_span_us`` (lanes x first start to last
    finish) is the lane use. ``started_us`` is the first start, ``NEVER`` without one. ``ttl_cut`` and ``limited`` tell
    that a maximum TTL or a usage limit came while something was still to be done.
    """

    usage_us: int
    wall_us: int
    queue_us: int
    quantum_us: int
    drift_us: int
    charged_us: int
    lane_held_us: int
    lane_span_us: int
    completed: int
    failed: int
    cancelled: int
    queued: int
    not_submitted: int
    retries: int
    activations: int
    started_us: int = NEVER
    ttl_cut: bool = False
    limited: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Measures over replications: one value each, in order of their number. Times in microseconds.

    ``container_us`` runs from the first start to the end of the wall-clock; ``ttl_cut`` and ``limited`` hold 0 or 1.
    """

    usage_us: array[int]
    wall_us: array[int]
    queue_us: array[int]
    quantum_us: array[int]
    drift_us: array[int]
    container_us: array[int]
    completed: array[int]
    ttl_cut: array[int]
    limited: array[int]

    def __len__(self) -> int:
        """How many replications."""
        return len(self.usage_us)

    def then(self, more: Columns) -> Columns:
        """These replications and more of them."""
        return Columns(**{f.name: getattr(self, f.name) + getattr(more, f.name) for f in fields(self)})

    def order(self) -> list[int]:
        """The replications by wall-clock, ties by number."""
        return sorted(range(len(self)), key=self.wall_us.__getitem__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """One run, in columns: row i is an attempt at job ``job[i]``; all instants in microseconds.

    The first ``jobs`` rows are the first attempts in the order of the file; retries follow in the
    order sent. ``NEVER`` stands where an attempt did not come so far. ``next_in_line_us`` is set on
    rows that are queue entries of their own (``is_entry``). ``finished_us`` is when the attempt
    completed, failed or was cancelled. ``learning`` is 1 where the attempt paid for noise learning.
    ``windows_us`` are the active windows of the batch or session (none in job mode), ``end_us`` the
    end of the run: the last of final states and windows.
    """

    jobs: int
    measures: Measures
    job: Sequence[int]
    submitted_us: Sequence[int]
    is_entry: Sequence[int]
    next_in_line_us: Sequence[int]
    lane_us: Sequence[int]
    lane: Sequence[int]
    ready_us: Sequence[int]
    qpu_start_us: Sequence[int]
    qpu_end_us: Sequence[int]
    finished_us: Sequence[int]
    learning: Sequence[int]
    state: Sequence[int]
    windows_us: tuple[tuple[int, int], ...] = ()
    foreign: tuple[ForeignRun, ...] = ()
    calibrations_us: tuple[tuple[int, int], ...] = ()
    end_us: int = 0


class Phase(IntEnum):
    """What a span of the timeline shows; ``name.lower()`` is its public name."""

    QUEUE = 0
    LANE_WAIT = 1
    CLASSICAL_BEFORE = 2
    QPU_WAIT = 3
    QPU = 4
    CLASSICAL_AFTER = 5
    THINK = 6
    IDLE = 7
    INACTIVE = 8
    CALIBRATION = 9
    FOREIGN = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """One stretch of the timeline; ``lane`` is ``None`` outside the lanes."""

    job: str
    phase: Phase
    lane: int | None
    start_us: int
    end_us: int
