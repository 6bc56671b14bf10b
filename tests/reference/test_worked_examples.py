"""The worked examples of the contract, E1 to E6, on every engine; figures in seconds, written down by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qplan.model.submission import Submission
from qplan.model.trace import NEVER, ForeignRun, State
from qplan.model.workload import Background, End, ForeignJob, Mode
from qplan.units import US_PER_S

from .builders import container, kind, lasting, qpu_spans, seconds, us, windows, workload
from .engines import Engine

C, F, X = State.COMPLETED, State.FAILED, State.CANCELLED
VQE = kind("vqe", before=4, qpu=6)


def vqe(mode: Mode, *, think: float = 5, copies: int = 1, **rules: object) -> Submission:
    """Three iterations, wait 100 per entry; ``rules`` are those of the batch or session."""
    box = None if mode is Mode.JOB else container(**rules)  # type: ignore[arg-type]
    return workload(mode, VQE, iterations=3, copies=copies, think=think, wait=100, container=box)


# E1: five lanes, two held by others until 12 and 40, a batch of six

OTHERS_NEXT = ForeignJob(arrival_us=us(5), before=lasting(30), qpu=lasting(1))
E1 = workload(
    Mode.BATCH,
    kind("b", before=10, qpu=5),
    count=6,
    container=container(interactive_ttl=1),
    background=Background(busy_lanes=(lasting(12), lasting(40)), arrivals=(OTHERS_NEXT,)),
)


def test_l_04_e1_jobs_start_as_lanes_free(engine: Engine) -> None:
    trace = engine(E1)
    assert seconds(trace.lane_us) == [0, 0, 0, 12, 15, 20]
    assert list(trace.lane) == [2, 3, 4, 0, 2, 3]
    assert seconds(trace.ready_us) == [10, 10, 10, 22, 25, 30]
    assert qpu_spans(trace) == [(10, 15), (15, 20), (20, 25), (25, 30), (30, 35), (35, 40)]


def test_l_04_e1_figures(engine: Engine) -> None:
    trace = engine(E1)
    assert list(trace.state) == [C] * 6
    assert list(trace.is_entry) == [1, 0, 0, 0, 0, 0]
    assert windows(trace) == [(0, 40)]
    assert (trace.measures.wall_us, trace.measures.usage_us) == (us(40), us(30))


def test_l_04_e1_lane_left_over_goes_to_the_next_in_line(engine: Engine) -> None:
    assert engine(E1).foreign == (
        ForeignRun(lane=0, lane_us=0, ready_us=NEVER, qpu_start_us=NEVER, qpu_end_us=NEVER, finished_us=us(12)),
        ForeignRun(lane=1, lane_us=0, ready_us=NEVER, qpu_start_us=NEVER, qpu_end_us=NEVER, finished_us=us(40)),
        ForeignRun(lane=4, lane_us=us(25), ready_us=NEVER, qpu_start_us=NEVER, qpu_end_us=NEVER, finished_us=NEVER),
    )


# E2: three iterations, one after the other's result

SESSION_TIMES = [(104, 110), (119, 125), (134, 140)]
QUEUED_TIMES = [(104, 110), (219, 225), (334, 340)]
ONE_WINDOW = [(100, 140)]
E2 = [
    pytest.param(vqe(Mode.SESSION), SESSION_TIMES, ONE_WINDOW, 140, 40, id="session"),
    pytest.param(vqe(Mode.JOB), QUEUED_TIMES, [], 340, 18, id="job"),
    pytest.param(
        vqe(Mode.BATCH, interactive_ttl=1), QUEUED_TIMES, [(100, 111), (215, 226), (330, 340)], 340, 18, id="batch-1s"
    ),
    pytest.param(vqe(Mode.BATCH, interactive_ttl=60), SESSION_TIMES, ONE_WINDOW, 140, 18, id="batch-60s"),
]


@pytest.mark.parametrize(("submission", "spans", "active", "wall", "usage"), E2)
def test_s_13_e2_iterations(
    engine: Engine,
    submission: Submission,
    spans: list[tuple[float, float]],
    active: list[tuple[float, float]],
    wall: float,
    usage: float,
) -> None:
    trace = engine(submission)
    assert qpu_spans(trace) == spans
    assert windows(trace) == active
    assert list(trace.state) == [C] * 3
    assert (trace.measures.wall_us, trace.measures.usage_us) == (us(wall), us(usage))


def test_q_02_e2_each_iteration_queues_again_in_job_mode(engine: Engine) -> None:
    trace = engine(vqe(Mode.JOB))
    assert seconds(trace.submitted_us) == [0, 115, 230]
    assert seconds(trace.next_in_line_us) == [100, 215, 330]
    assert seconds(trace.finished_us) == [110, 225, 340]


def test_s_13_e2_only_the_first_job_of_a_session_queues(engine: Engine) -> None:
    trace = engine(vqe(Mode.SESSION))
    assert list(trace.is_entry) == [1, 0, 0]
    assert list(trace.next_in_line_us) == [us(100), NEVER, NEVER]
    assert seconds(trace.lane_us) == [100, 115, 130]


# E3: think longer than the interactive TTL


def test_s_04_e3_session_goes_inactive_and_queues_again(engine: Engine) -> None:
    submission = vqe(Mode.SESSION, think=70)
    trace = engine(submission)
    assert windows(trace) == [(100, 170), (280, 350), (460, 470)]
    assert qpu_spans(trace) == [(104, 110), (284, 290), (464, 470)]
    assert list(trace.is_entry) == [1, 1, 1]
    assert (trace.measures.wall_us, trace.measures.usage_us) == (us(470), us(150))


def test_s_07_e3_a_session_left_open_costs_one_interactive_ttl(engine: Engine) -> None:
    submission = vqe(Mode.SESSION, think=70, end=End.NONE)
    trace = engine(submission)
    assert windows(trace) == [(100, 170), (280, 350), (460, 530)]
    assert (trace.measures.wall_us, trace.measures.usage_us, trace.end_us) == (us(470), us(210), us(530))


# E4 and E6: the maximum TTL


def test_s_05_e4_job_at_the_maximum_ttl_of_a_session_fails(engine: Engine) -> None:
    submission = vqe(Mode.SESSION, max_time=30)
    trace = engine(submission)
    assert list(trace.state) == [C, C, F]
    assert qpu_spans(trace) == SESSION_TIMES[:2]
    assert windows(trace) == [(100, 130)]
    assert (trace.measures.wall_us, trace.measures.usage_us) == (us(130), us(30))


def test_b_06_e6_job_at_the_maximum_ttl_of_a_batch_is_cancelled(engine: Engine) -> None:
    submission = vqe(Mode.BATCH, max_time=30, interactive_ttl=60)
    trace = engine(submission)
    assert list(trace.state) == [C, C, X]
    assert list(trace.submitted_us) == [us(0), us(115), us(130)]
    assert list(trace.lane_us) == [us(100), us(115), NEVER]
    assert (trace.measures.wall_us, trace.measures.usage_us) == (us(130), us(12))


@pytest.mark.parametrize(
    ("max_time_us", "states"),
    [
        pytest.param(30 * US_PER_S, [C, C, F], id="at-the-arrival"),
        pytest.param(30 * US_PER_S + 1, [C, C, C], id="a-microsecond-later"),
    ],
)
def test_s_05_e4_turns_on_one_microsecond(engine: Engine, max_time_us: int, states: list[State]) -> None:
    submission = vqe(Mode.SESSION)
    assert submission.container is not None
    box = replace(submission.container, max_time_us=max_time_us)
    assert list(engine(replace(submission, container=box)).state) == states


# E5: two loops in one session


def test_s_08_e5_two_loops_share_a_session(engine: Engine) -> None:
    submission = vqe(Mode.SESSION, copies=2)
    trace = engine(submission)
    assert qpu_spans(trace) == [(104, 110), (110, 116), (119, 125), (125, 131), (134, 140), (140, 146)]
    assert windows(trace) == [(100, 146)]
    assert (trace.measures.wall_us, trace.measures.usage_us) == (us(146), us(46))


def test_s_08_e5_two_sessions_cost_more(engine: Engine) -> None:
    alone = vqe(Mode.SESSION)
    assert 2 * engine(alone).measures.usage_us == us(80)
