"""Runs as spans, to the second."""

from qplan.account import timeline_of
from qplan.model.submission import Submission
from tests.scenes import BATCH, JOB, SESSION, item, play, submission

Spans = list[tuple[str, str, int | None, float, float]]


def spans(submitted: Submission) -> Spans:
    timeline = timeline_of(play(submitted).trace, submitted)
    return [(s.job, s.phase.name.lower(), s.lane, s.start_us / 1e6, s.end_us / 1e6) for s in timeline]


def test_a_session_thinks_idles_and_computes():
    assert spans(submission(SESSION, item(4, 6, iterations=2, think=5), wait=100)) == [
        ("job[1]", "queue", None, 0, 100),
        ("job[1]", "classical_before", 0, 100, 104),
        ("job[1]", "qpu", 0, 104, 110),
        ("job[2]", "think", None, 110, 115),
        ("session", "idle", None, 110, 115),
        ("job[2]", "classical_before", 0, 115, 119),
        ("job[2]", "qpu", 0, 119, 125),
    ]


def test_a_batch_goes_inactive_and_queues_again():
    assert spans(submission(BATCH, item(4, 6, iterations=2, think=5), wait=100, ttl=1)) == [
        ("job[1]", "queue", None, 0, 100),
        ("job[1]", "classical_before", 0, 100, 104),
        ("job[1]", "qpu", 0, 104, 110),
        ("job[2]", "think", None, 110, 115),
        ("batch", "idle", None, 110, 111),
        ("batch", "inactive", None, 111, 215),
        ("job[2]", "queue", None, 115, 215),
        ("job[2]", "classical_before", 0, 215, 219),
        ("job[2]", "qpu", 0, 219, 225),
    ]


def test_waits_for_a_lane_and_for_the_qpu_are_told_apart():
    assert spans(submission(JOB, item(4, 6, after=1, count=2), lanes=2, wait=3, busy=(10,))) == [
        ("job[1]", "queue", None, 0, 3),
        ("job[2]", "queue", None, 0, 3),
        ("foreign[1]", "foreign", 0, 0, 10),
        ("job[2]", "lane_wait", None, 3, 10),
        ("job[1]", "classical_before", 1, 3, 7),
        ("job[1]", "qpu", 1, 7, 13),
        ("job[2]", "classical_before", 0, 10, 14),
        ("job[1]", "classical_after", 1, 13, 14),
        ("job[2]", "qpu", 0, 14, 20),
        ("job[2]", "classical_after", 0, 20, 21),
    ]


def test_jobs_of_a_batch_wait_for_a_lane_only_once_it_is_active():
    run = spans(submission(BATCH, item(4, 6, count=2), lanes=1, wait=3))
    assert [span for span in run if span[1] in ("queue", "lane_wait")] == [
        ("job[1]", "queue", None, 0, 3),
        ("job[2]", "lane_wait", None, 3, 13),
    ]


def test_calibrations_and_foreign_jobs_are_cut_at_the_end():
    run = spans(submission(JOB, item(1, 2), arrivals=((0.5, 90, 1, 0),), calibrations=((2, 60), (70, 5))))
    assert run == [
        ("job[1]", "classical_before", 0, 0, 1),
        ("foreign[1]", "foreign", 1, 0.5, 3),
        ("job[1]", "qpu", 0, 1, 3),
    ]


def test_the_client_thinks_after_what_a_stage_waits_for_as_after_a_step():
    first, second = item(4, 6, name="a"), item(1, 2, name="b", think=5, wait_for=(0,))
    run = spans(submission(SESSION, first, second, wait=100))
    assert [span for span in run if span[1] == "think"] == [("b[1]", "think", None, 110, 115)]
    assert ("b[1]", "classical_before", 0, 115, 116) in run


def test_without_think_a_stage_that_waits_has_no_such_span():
    run = spans(submission(SESSION, item(4, 6, name="a"), item(1, 2, name="b", wait_for=(0,)), wait=100))
    assert [span for span in run if span[1] == "think"] == []


def test_a_foreign_job_on_the_qpu_is_drawn_there_too():
    run = spans(submission(JOB, item(4, 6), arrivals=((0, 2, 5, 0),)))
    assert [span for span in run if span[0] == "foreign[1]"] == [
        ("foreign[1]", "foreign", 1, 0, 7),
        ("foreign[1]", "foreign", None, 2, 7),
    ]
