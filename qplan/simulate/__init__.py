"""Submission in, trace out: what happens to a workload on the lanes and the QPU."""

from __future__ import annotations

from qplan.model.submission import Submission
from qplan.model.trace import ForeignRun, Trace
from qplan.simulate.kernel import run
from qplan.simulate.program import Program, Work, program_of, work_for

__all__ = ["simulate"]


def simulate(submission: Submission) -> Trace:
    """Run a submission once, every duration at its median."""
    program = program_of(submission)
    work = work_for(program)
    run(program, work)
    return _trace(program, work)


def _trace(p: Program, w: Work) -> Trace:
    rows, windows, calibrations = w.out
    spans = tuple(zip(w.window_start[:windows], w.window_end[:windows], strict=True))
    end_us = max(max(w.finished[:rows], default=0), spans[-1][1] if spans else 0, 0)
    return Trace(
        jobs=p.jobs,
        job=w.row_job[:rows],
        submitted_us=w.submitted[:rows],
        is_entry=w.is_entry[:rows],
        next_in_line_us=w.in_line[:rows],
        lane_us=w.lane_at[:rows],
        lane=w.lane[:rows],
        ready_us=w.ready[:rows],
        qpu_start_us=w.qpu_start[:rows],
        qpu_end_us=w.qpu_end[:rows],
        finished_us=w.finished[:rows],
        learning=w.learning[:rows],
        state=w.state[:rows],
        windows_us=spans,
        foreign=_foreign(p, w, end_us),
        calibrations_us=tuple(
            (start, start + length)
            for start, length in zip(w.calibration_start[:calibrations], p.calibration_length, strict=False)
            if start < end_us
        ),
        end_us=end_us,
    )


def _foreign(p: Program, w: Work, end_us: int) -> tuple[ForeignRun, ...]:
    """Lanes held from the start, and foreign jobs that got a lane before the end."""
    held = [
        ForeignRun(lane=lane, lane_us=0, ready_us=-1, qpu_start_us=-1, qpu_end_us=-1, finished_us=until)
        for lane, until in enumerate(p.busy)
        if until > 0 and end_us > 0
    ]
    ran = [
        ForeignRun(
            lane=w.foreign_lane[i],
            lane_us=w.foreign_lane_at[i],
            ready_us=_reached(w.foreign_ready[i], end_us),
            qpu_start_us=_reached(w.foreign_qpu_start[i], end_us),
            qpu_end_us=_reached(w.foreign_qpu_end[i], end_us),
            finished_us=_reached(w.foreign_finished[i], end_us),
        )
        for i in range(len(p.foreign_at))
        if 0 <= w.foreign_lane_at[i] < end_us
    ]
    return tuple(sorted(held + ran, key=lambda job: (job.lane_us, job.lane)))


def _reached(instant_us: int, end_us: int) -> int:
    return instant_us if instant_us <= end_us else -1
