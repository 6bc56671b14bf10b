"""The measures of a run, reckoned from its trace alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from qplan.model.submission import Submission
from qplan.model.trace import NEVER, Measures, State, Trace
from qplan.model.workload import FailureKind, Mode, Rounding
from qplan.units import charge_us

ROUNDING_CODE = {Rounding.NONE: 0, Rounding.NEAREST: 1, Rounding.UP: 2}
NOT_IN_A_TRACE = ("ttl_cut", "limited")
"""What a trace does not tell: why something was left undone."""
NOTHING = Measures(
    usage_us=0, wall_us=0, queue_us=0, quantum_us=0, drift_us=0, charged_us=0, lane_held_us=0, lane_span_us=0,
    started_us=NEVER, completed=0, failed=0, cancelled=0, queued=0, not_submitted=0, retries=0, activations=0,
    ttl_cut=False, limited=False,
)  # fmt: skip
"""Stands for the measures of a trace that are not reckoned yet."""


def measures_of(trace: Trace, submission: Submission) -> Measures:
    """What the run comes to."""
    charged_us = sum(_charges_us(trace, submission))
    states = _final_states(trace)
    held = _spans(trace.lane_us, trace.finished_us)
    return Measures(
        usage_us=_length_us(trace.windows_us) if submission.mode is Mode.SESSION else charged_us,
        wall_us=max([0, *trace.finished_us]),
        queue_us=_length_us(_entry_spans(trace)),
        quantum_us=_length_us(_spans(trace.qpu_start_us, trace.qpu_end_us)),
        drift_us=_drift_us(trace),
        charged_us=charged_us,
        lane_held_us=_length_us(held),
        lane_span_us=_extent_us(held) * submission.lanes,
        started_us=min((start for start, _ in held), default=NEVER),
        completed=states[State.COMPLETED],
        failed=states[State.FAILED],
        cancelled=states[State.CANCELLED],
        queued=states[State.QUEUED],
        not_submitted=states[State.NOT_SUBMITTED],
        retries=len(trace.job) - trace.jobs,
        activations=len(trace.windows_us),
        ttl_cut=False,
        limited=False,
    )


def _charges_us(trace: Trace, submission: Submission) -> Iterator[int]:
    """The charge of every attempt that left the QPU; a system failure is free."""
    kinds = list(submission.kind_of_jobs())
    for job, state, start, end in zip(trace.job, trace.state, trace.qpu_start_us, trace.qpu_end_us, strict=True):
        kind = submission.kinds[kinds[job]]
        has_free_failures = kind.failure is not None and kind.failure.kind is FailureKind.SYSTEM
        if end != NEVER and not (state == State.FAILED and has_free_failures):
            yield charge_us(end - start, ROUNDING_CODE[submission.rounding], kind.minimum_us)


def _final_states(trace: Trace) -> Counter[int]:
    """How many jobs ended in each state; a job's state is that of its last attempt."""
    return Counter(dict(zip(trace.job, trace.state, strict=True)).values())


def _spans(starts: Sequence[int], ends: Sequence[int]) -> list[tuple[int, int]]:
    """From each start that was reached to its end, if that was reached too."""
    return [(start, end) for start, end in zip(starts, ends, strict=True) if NEVER not in (start, end)]


def _entry_spans(trace: Trace) -> list[tuple[int, int]]:
    """From submission to the lane, of the rows that were queue entries."""
    rows = [row for row, is_entry in enumerate(trace.is_entry) if is_entry]
    return _spans([trace.submitted_us[row] for row in rows], [trace.lane_us[row] for row in rows])


def _drift_us(trace: Trace) -> int:
    """First start on the QPU to last end there, of two jobs or more."""
    spans = _spans(trace.qpu_start_us, trace.qpu_end_us)
    return _extent_us(spans) if len(spans) > 1 else 0


def _length_us(spans: Iterable[tuple[int, int]]) -> int:
    return sum(end - start for start, end in spans)


def _extent_us(spans: list[tuple[int, int]]) -> int:
    return max(end for _, end in spans) - min(start for start, _ in spans) if spans else 0
