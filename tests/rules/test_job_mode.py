"""J-01, J-02: every job by itself."""

from qplan.model.pricing import LimitAction
from tests.scenes import BATCH, JOB, item, play, submission


def test_j_01_each_job_has_a_queue_wait_of_its_own():
    jobs = play(submission(JOB, item(count=3), wait=100))
    batch = play(submission(BATCH, item(count=3), wait=100))
    assert sum(jobs.trace.is_entry) == 3
    assert sum(batch.trace.is_entry) == 1
    assert (jobs.queue, batch.queue) == (300, 100)


def test_j_02_usage_is_quantum_time_without_classical_time():
    quick = play(submission(JOB, item(before=1, qpu=6, after=0)))
    slow = play(submission(JOB, item(before=50, qpu=6, after=30)))
    assert quick.usage == slow.usage == 6
    assert (quick.wall, slow.wall) == (7, 86)


def test_q_01_the_first_job_of_every_mode_waits_in_the_queue():
    assert play(submission(JOB, item(), wait=100)).starts == [100]
    assert play(submission(BATCH, item(), wait=100)).starts == [100]


def test_q_02_each_iteration_queues_again_in_job_mode():
    once = play(submission(JOB, item(iterations=1, think=5), wait=100))
    thrice = play(submission(JOB, item(iterations=3, think=5), wait=100))
    assert (once.wall, thrice.wall) == (110, 340)
    assert thrice.qpu == [(104, 110), (219, 225), (334, 340)]


def test_u_10_an_allocation_used_up_leaves_the_rest_queued():
    free = play(submission(JOB, item(4, 6, iterations=3)))
    short = play(submission(JOB, item(4, 6, iterations=3), limit=(12, LimitAction.HOLD)))
    assert (free.states, free.usage) == ("ccc", 18)
    assert (short.states, short.usage) == ("ccq", 12)


def test_u_10_a_cost_limit_stops_the_running_job_which_is_billed():
    run = play(submission(JOB, item(4, 6, iterations=3), limit=(8, LimitAction.STOP)))
    assert (run.states, run.usage, run.wall) == ("cxn", 8, 16)


def test_u_10_an_active_batch_goes_on_past_the_allocation():
    run = play(submission(BATCH, item(4, 6, count=3), limit=(7, LimitAction.HOLD)))
    assert (run.states, run.usage) == ("ccc", 18)
