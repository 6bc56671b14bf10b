"""What occurred in a run, by name: so that random submissions can be seen to reach every rule."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

from qplan.model.pricing import LimitAction
from qplan.model.submission import JobKind, Submission
from qplan.model.trace import NEVER, State, Trace
from qplan.model.workload import End, Mode

from .service import Service


def features(service: Service, trace: Trace) -> set[str]:
    """The names of what occurred."""
    seen = {name for name, occurred in FEATURES.items() if occurred(service.submission, trace)}
    return seen | {name for name, occurred in INSIDE.items() if occurred(service)}


def _reactivation(_submission: Submission, trace: Trace) -> bool:
    return len(trace.windows_us) > 1


def _drain(submission: Submission, trace: Trace) -> bool:
    """A session waited in line, and somebody else held a lane until later than it was next."""
    if submission.mode is not Mode.SESSION:
        return False
    entries = [row for row in range(len(trace.job)) if trace.is_entry[row] and trace.lane_us[row] != NEVER]
    return any(
        foreign.lane_us <= trace.next_in_line_us[row] < foreign.finished_us <= trace.lane_us[row]
        for row in entries
        for foreign in trace.foreign
    )


def _ttl_cut(submission: Submission, trace: Trace) -> bool:
    """Queued jobs came to their end at the maximum TTL."""
    if submission.container is None or not trace.windows_us:
        return False
    deadline_us = trace.windows_us[0][0] + submission.container.max_time_us
    lost = State.FAILED if submission.mode is Mode.SESSION else State.CANCELLED
    rows = zip(trace.state, trace.lane_us, trace.finished_us, strict=True)
    return (lost, NEVER, deadline_us) in rows


def _cancel(submission: Submission, trace: Trace) -> bool:
    """The wanted number of results came, and something was cancelled or not sent."""
    box = submission.container
    if box is None or box.end is not End.CANCEL or box.cancel_after is None:
        return False
    is_met = list(trace.state).count(State.COMPLETED) >= box.cancel_after
    return is_met and bool({State.CANCELLED, State.NOT_SUBMITTED} & set(trace.state))


def _retry(_submission: Submission, trace: Trace) -> bool:
    return len(trace.job) > trace.jobs


def _calibration_hit(_submission: Submission, trace: Trace) -> bool:
    return bool(trace.calibrations_us)


def _foreign_job(_submission: Submission, trace: Trace) -> bool:
    """An arrival, not a lane busy from the start, got its lane."""
    return any(foreign.lane_us > 0 or foreign.ready_us != NEVER for foreign in trace.foreign)


def _stream(submission: Submission, trace: Trace) -> bool:
    """A job of a stream went over the QPU."""
    return submission.background.stream is not None and any(foreign.qpu_end_us != NEVER for foreign in trace.foreign)


def _many_waits(submission: Submission, trace: Trace) -> bool:
    """Two entries, sent in two correlation steps, waited differently long."""
    step_us = submission.queue.correlation_us
    if not step_us or submission.queue.fair_share:
        return False
    entries = [row for row in range(len(trace.job)) if trace.is_entry[row]]
    steps = {trace.submitted_us[row] // step_us for row in entries}
    waits = {trace.next_in_line_us[row] - trace.submitted_us[row] for row in entries}
    return len(steps) > 1 and len(waits) > 1


def _stop(submission: Submission, trace: Trace) -> bool:
    limit = submission.limit
    return limit is not None and limit.action is LimitAction.STOP and trace.measures.usage_us >= limit.remaining_us


def _hold(submission: Submission, trace: Trace) -> bool:
    limit = submission.limit
    return limit is not None and limit.action is LimitAction.HOLD and State.QUEUED in trace.state


def _limit_cut(submission: Submission, trace: Trace) -> bool:
    return any(
        trace.state[row] == State.CANCELLED
        and trace.qpu_end_us[row] == trace.finished_us[row] == trace.qpu_start_us[row] + kind.limit_us
        for row, kind in _rows_on_qpu(submission, trace)
    )


def _learning_reused(submission: Submission, trace: Trace) -> bool:
    return any(kind.learning_us > 0 and not trace.learning[row] for row, kind in _rows_on_qpu(submission, trace))


def _failure(_submission: Submission, trace: Trace) -> bool:
    rows = zip(trace.state, trace.qpu_end_us, strict=True)
    return any(state == State.FAILED and qpu_end_us != NEVER for state, qpu_end_us in rows)


def _model_error(submission: Submission, trace: Trace) -> bool:
    """A job that was modelled and has completed took another time than its model says."""
    return any(
        trace.qpu_end_us[row] - trace.qpu_start_us[row] - kind.qpu.values_us[0] not in (0, kind.learning_us)
        for row, kind in _rows_on_qpu(submission, trace)
        if kind.error and not kind.qpu.is_random and trace.state[row] == State.COMPLETED
    )


def _many_at_once(_submission: Submission, trace: Trace) -> bool:
    """A lane was given back and another given at one instant."""
    return bool(({*trace.finished_us} & {*trace.lane_us}) - {NEVER})


def _rows_on_qpu(submission: Submission, trace: Trace) -> Iterator[tuple[int, JobKind]]:
    kinds = list(submission.kind_of_jobs())
    for row, job in enumerate(trace.job):
        if trace.qpu_start_us[row] != NEVER:
            yield row, submission.kinds[kinds[job]]


def _periodic_calibration(service: Service) -> bool:
    """A source has calibrated more than once."""
    sources = [it.index for it in service.calibrations if it.qpu_start_us != NEVER]
    return len(sources) > len({*sources})


def _calibration_left_out(service: Service) -> bool:
    sources = service.submission.background.calibrations
    planned = pairwise(sorted((it.index, it.due_us) for it in service.calibrations))
    return any(one == two and due_us - us > sources[one].every_us for (one, us), (two, due_us) in planned)


def _rival_before_ours(service: Service) -> bool:
    return service.fair_line is not None and any(not it.is_ours and it.ours_wait for it in service.fair_line.choices)


def _ours_before_rival(service: Service) -> bool:
    return service.fair_line is not None and any(it.is_ours and it.rivals_wait for it in service.fair_line.choices)


FEATURES: dict[str, Callable[[Submission, Trace], bool]] = {
    "reactivation": _reactivation,
    "drain": _drain,
    "ttl_cut": _ttl_cut,
    "cancel": _cancel,
    "retry": _retry,
    "calibration_hit": _calibration_hit,
    "foreign_job": _foreign_job,
    "stream": _stream,
    "many_waits": _many_waits,
    "stop": _stop,
    "hold": _hold,
    "limit_cut": _limit_cut,
    "learning_reused": _learning_reused,
    "failure": _failure,
    "many_at_once": _many_at_once,
    "model_error": _model_error,
}

INSIDE: dict[str, Callable[[Service], bool]] = {
    "periodic_calibration": _periodic_calibration,
    "calibration_left_out": _calibration_left_out,
    "rival_before_ours": _rival_before_ours,
    "ours_before_rival": _ours_before_rival,
}
"""What the trace does not show."""
