"""The simulation told a second time, with SimPy, from the written rules alone.

``reference_trace`` is the door. ``client.py`` sends the jobs, ``service.py`` runs them, ``container.py``
is the batch or session, ``fair_line.py`` the line shared with other instances, ``entities.py`` what moves
about. ``inputs.py`` hands out the lengths of time, ``accounts.py`` adds up what came of it. Clarity before
speed.

Where the rules leave a choice, this model reads them so:

1.  Completions of one instant need no order among themselves: nothing that can be seen depends on it.
2.  A job without classical time before the QPU is ready in the turn in which it got its lane, so it takes
    part in the QPU's choice of that turn. A job without classical time after the QPU gives back lane and
    QPU together.
3.  Lanes are given before the QPU, so a session that may start at the instant at which a calibration is
    due, or at which one that has waited could start, comes first, and the calibration waits for its end.
4.  What is spent of a usage limit is reckoned afresh whenever an entry of ours could start. It can fall:
    at a system failure, and when rounding to the nearest second charges less than has elapsed; an entry
    that was held may then start.
5.  A session entry that can never start any more (usage limit) does not block foreign jobs.
6.  The part of its quantum time after which a job fails is exact decimal arithmetic on the share as printed.
7.  ``think`` of a stage without ``after`` plays no part, nor does ``think`` after a chain's last iteration.
    A stage without chains has finished when it starts.
8.  A session keeps its learned noise models while it is inactive, whatever ``reuse_noise_model`` says.
    A kind without learning never counts as having paid it.
9.  ``cancel_after`` counts only with ``end: cancel``. A job that fails with ``then: stop`` ends a batch or
    session at the end of its last running job, like a cancel.
10. A foreign stage reached at exactly the end of the run is reported, the start on the QPU too; only a
    foreign job that gets its lane then is left out. A busy lane given back, or a calibration over, only
    after the end keeps that instant. Foreign jobs with equal lane and instant stand in the order of their
    starts.
11. A job sent again at an instant at which the workload is cancelled is not sent; a retry that is not sent
    has no row.
12. A batch or session keeps the deadline of its first window through all its windows.
13. Once a usage limit has stopped a batch or session, its maximum TTL changes nothing: queued jobs stay
    queued. One that is only held still has its maximum TTL, and its queued jobs come to their end there.
14. Sharing of learned noise goes by kind, the numbers of failing jobs by the kind's name.
15. The run ends with the last instant at which anything of ours can start, end, be sent or be dropped. An
    entry that a usage limit keeps from starting may wait on in a fair-share line; when it would become next
    in line after that instant is not told.
16. A job of no length holds a fair-share line for the round in which it is served: the next one is served at
    the same instant, in its next round.
17. A fair-share line serves a rival that has only rivals to compete with when the instant has nothing more to
    bring, so that an entry of ours that is sent late in the instant still takes part.
18. In a fair-share line nothing but rivals' jobs comes and goes before the submission; usage limits are not
    looked at until then.
"""

from __future__ import annotations

from dataclasses import replace

from qplan.model.submission import Submission
from qplan.model.trace import NEVER, ForeignRun, State, Trace

from .accounts import NOTHING, measures_of
from .entities import Attempt, Foreign
from .inputs import Inputs
from .service import Service


def reference_trace(submission: Submission, seed: int = 0, replication: int | None = None) -> Trace:
    """What happens to the submission in a replication, or with every duration at its median; in microseconds."""
    return trace_of(run_of(submission, seed, replication))


def run_of(submission: Submission, seed: int = 0, replication: int | None = None) -> Service:
    """The run itself, when it is over."""
    service = Service(submission, Inputs(submission, seed, replication))
    service.run()
    return service


def trace_of(service: Service) -> Trace:
    """What a run that is over leaves behind."""
    submission = service.submission
    windows_us = tuple(service.container.windows_us) if service.container else ()
    finishes_us = [attempt.finished_us for attempt in service.attempts]
    end_us = max([0, *finishes_us, *(end for _, end in windows_us)])
    rows = _rows(service)
    attempts = [attempt for _, attempt in rows]
    trace = Trace(
        jobs=submission.size,
        measures=NOTHING,
        job=[job for job, _ in rows],
        submitted_us=[attempt.submitted_us if attempt else NEVER for attempt in attempts],
        is_entry=[int(attempt.is_entry) if attempt else 0 for attempt in attempts],
        next_in_line_us=[attempt.next_in_line_us if attempt else NEVER for attempt in attempts],
        lane_us=[attempt.lane_us if attempt else NEVER for attempt in attempts],
        lane=[attempt.lane.number if attempt and attempt.lane else NEVER for attempt in attempts],
        ready_us=[attempt.ready_us if attempt else NEVER for attempt in attempts],
        qpu_start_us=[attempt.qpu_start_us if attempt else NEVER for attempt in attempts],
        qpu_end_us=[attempt.qpu_end_us if attempt else NEVER for attempt in attempts],
        finished_us=[attempt.finished_us if attempt else NEVER for attempt in attempts],
        learning=[int(attempt.learning) if attempt else 0 for attempt in attempts],
        state=[attempt.state if attempt else State.NOT_SUBMITTED for attempt in attempts],
        windows_us=windows_us,
        foreign=_foreign_runs(service.foreign, end_us),
        calibrations_us=_calibrations(service, end_us),
        end_us=end_us,
    )
    return replace(trace, measures=measures_of(trace, submission))


def _rows(service: Service) -> list[tuple[int, Attempt | None]]:
    """First attempts in the order of the file, those never sent too; then retries in the order sent."""
    first: list[tuple[int, Attempt | None]] = [
        (job.number, job.attempts[0] if job.attempts else None) for job in service.client.jobs
    ]
    retries = [attempt for attempt in service.attempts if attempt is not attempt.job.attempts[0]]
    return first + [(attempt.job.number, attempt) for attempt in retries]


def _foreign_runs(foreign: list[Foreign], end_us: int) -> tuple[ForeignRun, ...]:
    started = [run for run in foreign if run.lane_us < end_us]
    started.sort(key=lambda run: (run.lane_us, run.lane.number if run.lane else NEVER))
    return tuple(_foreign_run(run, end_us) for run in started)


def _foreign_run(run: Foreign, end_us: int) -> ForeignRun:
    def if_reached(instant_us: int) -> int:
        return instant_us if instant_us <= end_us else NEVER

    return ForeignRun(
        lane=run.lane.number if run.lane else NEVER,
        lane_us=run.lane_us,
        ready_us=if_reached(run.ready_us),
        qpu_start_us=if_reached(run.qpu_start_us),
        qpu_end_us=if_reached(run.qpu_end_us),
        finished_us=run.finished_us if run.is_busy_lane else if_reached(run.finished_us),
    )


def _calibrations(service: Service, end_us: int) -> tuple[tuple[int, int], ...]:
    started = [calibration for calibration in service.calibrations if NEVER < calibration.qpu_start_us < end_us]
    return tuple(sorted((it.qpu_start_us, it.qpu_start_us + it.on_qpu_us) for it in started))
