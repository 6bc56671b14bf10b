"""Submission in, trace out: what happens to a workload on the lanes and the QPU, once or many times."""

from __future__ import annotations

from qplan.model.submission import Submission
from qplan.model.trace import ForeignRun, Measures, Trace
from qplan.simulation import places
from qplan.simulation.draws import QUANTITIES
from qplan.simulation.engine import Engine, Runner, jobs_to_expect, replicate, wider
from qplan.simulation.kernel import draw_times, run
from qplan.simulation.many import set_bases
from qplan.simulation.program import ROOM, Program, Work, program_of, seed_key, times_for, work_for
from qplan.simulation.spreads import Shelf

__all__ = ["Engine", "Runner", "jobs_to_expect", "replicate", "simulate"]


def simulate(submission: Submission, seed: int = 0, replication: int | None = None) -> Trace:
    """Run a submission once: as the replication of that number, or with every duration at its median."""
    shelf = Shelf(fixed=replication is None)
    program = program_of(submission, shelf)
    spreads = shelf.spreads()
    bases = [0] * QUANTITIES
    if replication is not None:
        set_bases(bases, seed_key(submission, seed), replication, [0] * QUANTITIES)
    times = times_for(program, spreads)
    draw_times(program, spreads, times, bases)
    room = ROOM
    while True:
        work = work_for(program, room)
        run(program, spreads, times, work, bases)
        if not work.out[places.SHORT]:
            return _trace(program, work)
        room = wider(room, work.out)


def _trace(p: Program, w: Work) -> Trace:
    rows, windows, calibrations = w.out[places.ROWS], w.out[places.WINDOWS], w.out[places.CALIBRATIONS]
    spans = tuple(zip(w.window_start[:windows], w.window_end[:windows], strict=True))
    end_us = max(max(w.finished[:rows], default=0), spans[-1][1] if spans else 0, 0)
    return Trace(
        jobs=p.jobs,
        measures=_measures(p, w),
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
            (start, end)
            for start, end in zip(w.calibration_start[:calibrations], w.calibration_end, strict=False)
            if start < end_us
        ),
        end_us=end_us,
    )


def _measures(p: Program, w: Work) -> Measures:
    out = w.out
    final = out[places.DONE] + out[places.LOST] + out[places.DROPPED] + out[places.LEFT]
    return Measures(
        usage_us=out[places.USAGE],
        wall_us=out[places.WALL],
        queue_us=out[places.QUEUE],
        quantum_us=out[places.QUANTUM],
        drift_us=out[places.DRIFT],
        charged_us=out[places.CHARGED],
        lane_held_us=out[places.HELD],
        lane_span_us=out[places.SPAN],
        started_us=out[places.STARTED],
        completed=out[places.DONE],
        failed=out[places.LOST],
        cancelled=out[places.DROPPED],
        queued=out[places.LEFT],
        not_submitted=p.jobs - final,
        retries=out[places.ROWS] - p.jobs,
        activations=out[places.WINDOWS],
        ttl_cut=out[places.CUT] == 1,
        limited=out[places.LIMITED] == 1,
    )


def _foreign(p: Program, w: Work, end_us: int) -> tuple[ForeignRun, ...]:
    """Lanes held from the start, and foreign jobs that got a lane before the end."""
    held = [
        ForeignRun(lane=lane, lane_us=0, ready_us=-1, qpu_start_us=-1, qpu_end_us=-1, finished_us=until)
        for lane, until in enumerate(w.busy_until)
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
        for i in range(w.out[places.FOREIGNERS])
        if w.foreign_lane_at[i] < end_us
    ]
    return tuple(sorted(held + ran, key=lambda job: (job.lane_us, job.lane)))


def _reached(instant_us: int, end_us: int) -> int:
    return instant_us if instant_us <= end_us else -1
