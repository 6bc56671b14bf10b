"""Waits, foreign streams, calibrations and fair share, worked out by hand, on every engine; figures in seconds."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from qplan.model.duration import Duration, Spread
from qplan.model.pricing import LimitAction
from qplan.model.submission import Submission, UsageLimit
from qplan.model.trace import NEVER
from qplan.model.workload import Background, Calibration, FairShare, ForeignStream, Mode, QueueModel, Rival

from .builders import container, kind, lasting, qpu_spans, seconds, us, workload
from .engines import Engine

REPLICATION = 7
NEVER_S = NEVER / us(1)


def one_of(*values: float) -> Duration:
    return Duration(spread=Spread.RESAMPLED, values_us=tuple(map(us, values)))


def queued(submission: Submission, **queue: object) -> Submission:
    """The submission with another queue, without wait where none is given."""
    return replace(submission, queue=replace(QueueModel(name="test", wait=lasting(0)), **queue))  # type: ignore[arg-type]


# Waits


def test_one_wait_for_the_whole_run_without_correlation(engine: Engine) -> None:
    submission = queued(workload(Mode.JOB, kind(), iterations=20, think=5), wait=one_of(1, 2, 3))
    trace = engine(submission, replication=REPLICATION)
    assert len(set(waits(trace.submitted_us, trace.next_in_line_us))) == 1


def test_wait_is_drawn_anew_in_each_correlation_step(engine: Engine) -> None:
    """Jobs of a step are sent together; from one to the next there are at least 5 s, a step of the wait."""
    job = workload(Mode.JOB, kind(), count=3, iterations=20, think=5)
    submission = queued(job, wait=one_of(1, 2, 3), correlation_us=us(5))
    trace = engine(submission, replication=REPLICATION)
    of_steps = [waits(trace.submitted_us[i : i + 3], trace.next_in_line_us[i : i + 3]) for i in range(0, 60, 3)]
    assert all(len(set(of_step)) == 1 for of_step in of_steps)
    assert {of_step[0] for of_step in of_steps} == {1, 2, 3}


def test_time_between_entries_is_drawn_for_each(engine: Engine) -> None:
    submission = queued(workload(Mode.JOB, kind(), count=30), between=one_of(0, 1, 4))
    trace = engine(submission, replication=REPLICATION)
    in_line = seconds(trace.next_in_line_us)
    assert in_line[0] == 0
    assert {later - sooner for sooner, later in pairwise(in_line)} == {0, 1, 4}


def waits(submitted_us, next_in_line_us) -> list[float]:
    return [later - sooner for sooner, later in zip(seconds(submitted_us), seconds(next_in_line_us), strict=True)]


# Foreign jobs and busy lanes


def test_stream_goes_on_until_the_run_ends(engine: Engine) -> None:
    """One at 4 takes the second lane and the QPU at 10, when all is over; that of 8 finds no lane."""
    stream = ForeignStream(every=lasting(4), before=lasting(1), qpu=lasting(2))
    trace = engine(workload(Mode.JOB, kind(qpu=10), lanes=2, background=Background(stream=stream)))
    (run,) = trace.foreign
    assert seconds([run.lane_us, run.ready_us, run.qpu_start_us, run.qpu_end_us]) == [4, 5, 10, NEVER_S]


def test_stream_ends_with_a_held_workload(engine: Engine) -> None:
    limit = UsageLimit(remaining_us=0, action=LimitAction.HOLD)
    stream = ForeignStream(every=lasting(4), before=lasting(0), qpu=lasting(2))
    assert engine(workload(Mode.JOB, kind(qpu=10), limit=limit, background=Background(stream=stream))).end_us == 0


def test_stream_without_gaps_moves_the_clock(engine: Engine) -> None:
    """One arrives each microsecond; all of no length are over as soon as ours has left the QPU."""
    nothing = ForeignStream(every=lasting(0), before=lasting(0), qpu=lasting(0))
    trace = engine(workload(Mode.JOB, kind(qpu=0.00001), lanes=2, background=Background(stream=nothing)))
    assert trace.foreign[0].lane_us == 1
    assert trace.end_us == 10


def test_busy_lanes_are_drawn_one_by_one(engine: Engine) -> None:
    busy = (one_of(0, 1, 2, 3),) * 12
    trace = engine(workload(Mode.JOB, kind(qpu=9), lanes=13, background=Background(busy_lanes=busy)), 0, REPLICATION)
    assert {run.finished_us for run in trace.foreign} == {us(1), us(2), us(3)}


# Calibrations


def calibrated(*sources: Calibration, qpu: float, count: int) -> Submission:
    background = Background(calibrations=sources)
    return workload(Mode.JOB, kind(qpu=qpu), count=count, lanes=1, background=background)


def source(first: float, length: float, every: float = 0) -> Calibration:
    return Calibration(first=lasting(first), length=lasting(length), every_us=us(every))


def test_calibration_comes_again(engine: Engine) -> None:
    """Due at 2, 7 and 12; that of 7 goes before the job that is ready at 7."""
    trace = engine(calibrated(source(2, 1, every=5), qpu=3, count=4))
    assert trace.calibrations_us == ((us(3), us(4)), (us(7), us(8)))
    assert qpu_spans(trace) == [(0, 3), (4, 7), (8, 11), (11, 14)]


def test_missed_calibrations_are_left_out(engine: Engine) -> None:
    """Due at 2 and started at 20: those of 7, 12 and 17 are left out, and the next is due at 22."""
    trace = engine(calibrated(source(2, 1, every=5), qpu=20, count=3))
    assert trace.calibrations_us == ((us(20), us(21)), (us(41), us(42)))
    assert qpu_spans(trace) == [(0, 20), (21, 41), (42, 62)]


def test_calibration_is_due_again_after_the_instant_of_its_start(engine: Engine) -> None:
    """Due at 2 and started at 12, when it would be due again: the next is that of 22."""
    trace = engine(calibrated(source(2, 1, every=10), qpu=12, count=2))
    assert trace.calibrations_us == ((us(12), us(13)),)
    assert qpu_spans(trace) == [(0, 12), (13, 25)]


@pytest.mark.parametrize(
    ("first", "order"),
    [
        pytest.param(2, [(10, 12), (12, 13)], id="due-earlier"),
        pytest.param(3, [(10, 11), (11, 13)], id="due-at-one-instant"),
    ],
)
def test_calibrations_go_by_due_time_then_by_place(
    engine: Engine, first: float, order: list[tuple[float, float]]
) -> None:
    trace = engine(calibrated(source(3, 1), source(first, 2), qpu=10, count=2))
    assert [tuple(seconds(span)) for span in trace.calibrations_us] == order


# Fair share


def shared(
    submission: Submission, *, every: float, qpu: float, used: float = 0, window: float = 1_000, warm_up: float = 0
) -> Submission:
    """A line shared with one rival who has used nothing; both have the same allocation."""
    rival = Rival(name="rival", allocation_us=us(100), used_us=0, every=lasting(every), qpu=lasting(qpu))
    fair = FairShare(
        allocation_us=us(100), used_us=us(used), window_us=us(window), warm_up_us=us(warm_up), rivals=(rival,)
    )
    return queued(submission, fair_share=fair)


def test_q_03_who_has_used_least_is_served_next(engine: Engine) -> None:
    """Ours of 7 s from 0; then the rival's two of 4 s until it has used more; ours comes at 15."""
    trace = engine(shared(workload(Mode.JOB, kind(qpu=7), count=2), every=5, qpu=4))
    assert seconds(trace.next_in_line_us) == [0, 15]


@pytest.mark.parametrize(
    ("used", "window", "in_line"),
    [
        pytest.param(0, 10, 0, id="level"),
        pytest.param(1, 10, 3, id="half-of-the-window-is-left"),
        pytest.param(1, 5, 0, id="out-of-the-window"),
    ],
)
def test_q_03_both_arrive_at_the_instant_of_the_choice(
    engine: Engine, used: float, window: float, in_line: float
) -> None:
    """The rival's first job arrives 5 s after the warm-up begins, that is with ours at 0."""
    submission = shared(workload(Mode.JOB, kind(qpu=1)), every=5, qpu=3, used=used, window=window, warm_up=5)
    assert seconds(engine(submission).next_in_line_us) == [in_line]


def test_q_03_what_is_served_before_the_submission_counts(engine: Engine) -> None:
    """The rival is served from -4 and again at 0, having spent 3 s where we have used 4; then it is our turn twice."""
    submission = shared(workload(Mode.JOB, kind(qpu=1), count=2), every=4, qpu=3, used=4, warm_up=8)
    assert seconds(engine(submission).next_in_line_us) == [3, 4]


def test_q_03_batch_holds_the_line_until_its_window_closes(engine: Engine) -> None:
    """Active 0-3; the rival's job of 1 has the line until 23; the second iteration, sent at 12, waits for that."""
    box = container(interactive_ttl=1)
    submission = workload(Mode.BATCH, kind(qpu=2), iterations=2, think=10, container=box)
    trace = engine(shared(submission, every=1_000, qpu=20, warm_up=999))
    assert seconds(trace.next_in_line_us) == [0, 23]


def test_q_03_jobs_of_no_length_are_served_at_one_instant(engine: Engine) -> None:
    trace = engine(shared(workload(Mode.JOB, kind(after=1), count=3), every=5, qpu=3))
    assert seconds(trace.next_in_line_us) == [0, 0, 0]


def test_q_03_wait_and_between_play_no_part(engine: Engine) -> None:
    submission = shared(workload(Mode.JOB, kind(qpu=1), count=2), every=50, qpu=1)
    slow = replace(submission, queue=replace(submission.queue, wait=lasting(30), between=lasting(9)))
    assert seconds(engine(slow).next_in_line_us) == [0, 1]
