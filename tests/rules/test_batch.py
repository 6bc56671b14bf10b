"""B-01 to B-13: scheduled together, not exclusive."""

from qplan.account import timeline_of
from qplan.model.trace import Phase
from qplan.model.workload import End, Failure, FailureKind, OnFailure
from tests.scenes import BATCH, JOB, item, play, submission


def test_b_01_one_queue_span_for_all_jobs_of_a_batch():
    sent = submission(BATCH, item(count=4), wait=100)
    run = play(sent)
    queue = [span for span in timeline_of(run.trace, sent) if span.phase is Phase.QUEUE]
    assert [(span.job, span.start_us, span.end_us) for span in queue] == [("job[1]", 0, 100_000_000)]


def test_b_02_once_active_its_jobs_come_before_foreign_ones():
    run = play(submission(BATCH, item(2, 1, count=3), lanes=1, arrivals=((0.5, 1, 1, 0),)))
    assert run.starts == [0, 3, 6]
    assert run.foreign == [], "the foreign job would have started at 9, when all is over"
    alone = play(submission(JOB, item(2, 1, count=3), lanes=1, wait=1, arrivals=((0.5, 1, 1, 0),)))
    assert alone.foreign == [(0.5, 0)]


def test_b_03_foreign_jobs_take_the_lanes_it_leaves_empty():
    sparse = play(submission(BATCH, item(10, 5, count=4), arrivals=((1, 2, 1, 0),)))
    full = play(submission(BATCH, item(10, 5, count=5), arrivals=((1, 2, 1, 0),)))
    assert sparse.foreign == [(1, 4)]
    assert full.foreign == [(15, 0)]


def test_b_04_a_calibration_holds_the_qpu_between_jobs():
    calm = play(submission(BATCH, item(4, 6, count=2)))
    early = play(submission(BATCH, item(4, 6, count=2), calibrations=((3, 30),)))
    late = play(submission(BATCH, item(4, 6, count=2), calibrations=((7, 30),)))
    assert calm.qpu == [(4, 10), (10, 16)]
    assert early.qpu == [(33, 39), (39, 45)]
    assert late.qpu == [(4, 10), (10, 16)], "the second job was ready at 4, before the calibration was due"
    assert early.usage == calm.usage


def test_b_05_compilation_is_not_usage():
    quick = play(submission(BATCH, item(before=1, count=3)))
    slow = play(submission(BATCH, item(before=60, count=3)))
    assert quick.usage == slow.usage == 18


def test_b_06_the_maximum_time_cancels_what_is_queued_and_lets_the_running_finish():
    cut = play(submission(BATCH, item(4, 6, iterations=3, think=5), wait=100, ttl=60, max_time=30))
    whole = play(submission(BATCH, item(4, 6, iterations=3, think=5), wait=100, ttl=60, max_time=31))
    assert (cut.states, cut.usage, cut.wall) == ("ccx", 12, 130), "the third job would start at the very instant"
    assert (whole.states, whole.usage, whole.wall) == ("ccc", 18, 140)


def test_b_06_the_maximum_time_does_not_pause_while_inactive():
    run = play(submission(BATCH, item(4, 6, iterations=3, think=20), wait=10, ttl=1, max_time=45))
    assert run.windows == [(10, 21), (50, 60)]
    assert run.states == "ccn"


def test_b_07_a_hundred_thousand_jobs_are_accepted():
    run = play(submission(BATCH, item(1, 0.001, count=100_000), max_time=10**6))
    assert run.figures.completed == 100_000


def test_b_08_past_the_interactive_ttl_the_next_job_queues_again():
    short = play(submission(BATCH, item(4, 6, iterations=3, think=5), wait=100, ttl=1))
    long = play(submission(BATCH, item(4, 6, iterations=3, think=5), wait=100, ttl=60))
    assert (short.wall, short.figures.activations) == (340, 3)
    assert (long.wall, long.figures.activations) == (140, 1)
    assert short.usage == long.usage == 18


def test_b_09_left_open_it_ends_by_its_timeout_at_no_cost():
    closed = play(submission(BATCH, item(4, 6)))
    left_open = play(submission(BATCH, item(4, 6), end=End.NONE))
    assert (closed.windows, left_open.windows) == ([(0, 10)], [(0, 11)])
    assert (closed.wall, closed.usage) == (left_open.wall, left_open.usage) == (10, 6)


def test_b_10_the_rest_can_be_cancelled_after_the_first_results():
    run = play(submission(BATCH, item(4, 6, count=4), lanes=2, end=End.CANCEL, cancel_after=1))
    assert run.states == "ccxx", "the second was running when the first came back"
    assert (run.usage, run.wall) == (12, 16)


def test_b_10_one_failed_job_can_be_sent_again():
    failing = Failure(numbers=(2,), kind=FailureKind.USER, at=0.5, then=OnFailure.RETRY)
    run = play(submission(BATCH, item(4, 6, count=2, failure=failing)))
    assert run.qpu == [(4, 10), (10, 13), (17, 23)]
    assert (run.states, run.usage, run.wall, run.figures.retries) == ("cfc", 15, 23, 1)
    assert (run.figures.completed, run.figures.failed) == (2, 0)


def test_b_12_a_batch_runs_closer_together_than_iterations_that_queue():
    batch = play(submission(BATCH, item(4, 6, count=3), wait=100))
    chained = play(submission(JOB, item(4, 6, iterations=3), wait=100))
    assert (batch.figures.drift_us, chained.figures.drift_us) == (18_000_000, 226_000_000)


def test_b_13_a_batch_is_faster_than_the_same_jobs_in_turn():
    batch = play(submission(BATCH, item(10, 5, count=5)))
    serial = play(submission(JOB, item(10, 5, iterations=5)))
    assert (batch.wall, serial.wall) == (35, 75)
    assert batch.usage == serial.usage
