"""Instants at which several things happen, and the rare cases that random submissions seldom reach."""

from __future__ import annotations

import pytest

from qplan.model.pricing import LimitAction
from qplan.model.submission import UsageLimit
from qplan.model.trace import NEVER, State
from qplan.model.workload import Background, Calibration, End, Failure, FailureKind, ForeignJob, Mode, OnFailure

from .builders import container, kind, lasting, qpu_spans, seconds, us, windows, with_kind, workload
from .engines import Engine

Q, C, F, X, N = State.QUEUED, State.COMPLETED, State.FAILED, State.CANCELLED, State.NOT_SUBMITTED


def test_l_02_jobs_ready_at_one_instant_go_by_submission(engine: Engine) -> None:
    """Ours, submitted first, gets lane and QPU at 5, when the other has just become ready."""
    other = ForeignJob(arrival_us=us(1), before=lasting(4), qpu=lasting(2))
    trace = engine(workload(Mode.JOB, kind(qpu=3), wait=5, background=Background(arrivals=(other,))))
    assert qpu_spans(trace) == [(5, 8)]
    assert seconds([trace.foreign[0].ready_us, trace.foreign[0].qpu_start_us]) == [5, 8]


def test_l_02_last_instant_is_settled_to_its_end(engine: Engine) -> None:
    """The other's job of no length follows ours at 5, which is the end of the run."""
    other = ForeignJob(arrival_us=us(1), before=lasting(0), qpu=lasting(0))
    trace = engine(workload(Mode.JOB, kind(qpu=5), background=Background(arrivals=(other,))))
    run = trace.foreign[0]
    assert trace.end_us == us(5)
    assert seconds([run.ready_us, run.qpu_start_us, run.qpu_end_us, run.finished_us]) == [1, 5, 5, 5]


@pytest.mark.parametrize(
    ("think", "active"),
    [
        pytest.param(5, [(0, 11)], id="at-the-timeout"),
        pytest.param(5.000001, [(0, 8), (8.000001, 11.000001)], id="a-microsecond-later"),
    ],
)
def test_b_08_job_at_the_interactive_timeout_keeps_the_batch_active(
    engine: Engine, think: float, active: list[tuple[float, float]]
) -> None:
    box = container(interactive_ttl=5)
    submission = workload(Mode.BATCH, kind(qpu=3), iterations=2, think=think, container=box)
    assert windows(engine(submission)) == active


def test_b_10_cancel_acts_before_arrivals(engine: Engine) -> None:
    """At 3 the first result cancels the second job and forestalls the next iteration."""
    box = container(end=End.CANCEL, cancel_after=1)
    submission = workload(Mode.BATCH, kind(qpu=3), copies=2, iterations=2, lanes=1, container=box)
    trace = engine(submission)
    assert list(trace.state) == [C, N, X, N]
    assert windows(trace) == [(0, 3)]


def test_s_06_running_job_outlives_a_cancel(engine: Engine) -> None:
    box = container(end=End.CANCEL, cancel_after=1)
    trace = engine(workload(Mode.SESSION, kind(qpu=3), count=2, container=box))
    assert list(trace.state) == [C, C]
    assert windows(trace) == [(0, 6)]


def test_u_07_cut_job_is_not_sent_again(engine: Engine) -> None:
    """It would fail at 5 and be sent again, but is cut at 2: nothing is left, and the batch closes."""
    failure = Failure(numbers=(1,), times=3, then=OnFailure.RETRY)
    cut = kind(qpu=5, limit_us=us(2), failure=failure)
    trace = engine(workload(Mode.BATCH, cut, container=container()))
    assert list(trace.state) == [X]
    assert windows(trace) == [(0, 2)]


@pytest.mark.parametrize(
    ("cause", "states"),
    [pytest.param(FailureKind.SYSTEM, [F, C], id="system"), pytest.param(FailureKind.USER, [F, Q], id="user")],
)
def test_u_01_system_failure_leaves_the_limit_untouched(
    engine: Engine, cause: FailureKind, states: list[State]
) -> None:
    job = kind(qpu=5, failure=Failure(numbers=(1,), kind=cause))
    limit = UsageLimit(remaining_us=us(4), action=LimitAction.HOLD)
    assert list(engine(workload(Mode.JOB, job, count=2, lanes=1, limit=limit)).state) == states


def test_u_10_queued_jobs_of_a_stopped_batch_stay_queued(engine: Engine) -> None:
    limit = UsageLimit(remaining_us=us(3), action=LimitAction.STOP)
    box = container(max_time=4)
    trace = engine(workload(Mode.BATCH, kind(qpu=5), count=2, lanes=1, container=box, limit=limit))
    assert list(trace.state) == [X, Q]
    assert list(trace.finished_us) == [us(3), NEVER]
    assert windows(trace) == [(0, 3)]


def test_u_10_held_session_lets_others_start_and_fails_at_its_maximum_ttl(engine: Engine) -> None:
    """Active 0-6 with 5 s left: the reactivation at 15 is held, another's job starts at 16, and at 30 it is over."""
    other = ForeignJob(arrival_us=us(16), before=lasting(0), qpu=lasting(1))
    submission = workload(
        Mode.SESSION,
        kind(qpu=5),
        iterations=2,
        think=10,
        container=container(interactive_ttl=1, max_time=30),
        limit=UsageLimit(remaining_us=us(5), action=LimitAction.HOLD),
        background=Background(arrivals=(other,)),
    )
    trace = engine(submission)
    assert list(trace.state) == [C, F]
    assert seconds(trace.finished_us) == [5, 30]
    assert seconds([trace.foreign[0].lane_us, trace.foreign[0].finished_us]) == [16, 17]


@pytest.mark.parametrize(
    ("due", "active", "calibration"),
    [
        pytest.param(4, [(7, 10)], (4, 7), id="calibration-first"),
        pytest.param(5, [(5, 8)], None, id="at-one-instant"),
    ],
)
def test_s_01_session_and_calibration_wait_for_each_other(
    engine: Engine, due: float, active: list[tuple[float, float]], calibration: tuple[float, float] | None
) -> None:
    background = Background(calibrations=(Calibration(first=lasting(due), length=lasting(3)),))
    submission = workload(Mode.SESSION, kind(qpu=3), wait=5, container=container(), background=background)
    trace = engine(submission)
    assert windows(trace) == active
    assert trace.calibrations_us == (((us(calibration[0]), us(calibration[1])),) if calibration else ())


def test_l_02_no_time_at_all(engine: Engine) -> None:
    """Jobs of no length, one after the other, all at the first instant."""
    submission = workload(Mode.SESSION, kind(), iterations=3, container=container(interactive_ttl=0))
    trace = engine(submission)
    assert list(trace.state) == [C] * 3
    assert windows(trace) == [(0, 0)]
    slower = engine(with_kind(submission, after=lasting(1)))
    assert seconds(slower.finished_us) == [1, 2, 3]
