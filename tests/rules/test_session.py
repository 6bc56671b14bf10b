"""S-01 to S-14: exclusive while active, billed by the clock."""

from qplan.model.workload import End, Failure, FailureKind, OnFailure
from tests.scenes import BATCH, JOB, SESSION, item, play, submission

LOOP = item(4, 6, iterations=3, think=5)


def test_s_01_no_foreign_job_and_no_calibration_inside_an_active_window():
    others, calibrations = ((1, 2, 1, 0),), ((2, 30),)
    batch = play(submission(BATCH, LOOP, ttl=60, arrivals=others, calibrations=calibrations))
    session = play(submission(SESSION, LOOP, arrivals=others, calibrations=calibrations))
    assert batch.foreign == [(1, 1)]
    assert batch.calibrations == [(2, 32)]
    assert (session.foreign, session.calibrations) == ([], [])
    assert session.qpu == [(4, 10), (19, 25), (34, 40)]


def test_s_01_a_session_waits_for_foreign_jobs_to_leave():
    run = play(submission(SESSION, item(4, 6), busy=(12, 0, 0), arrivals=((5, 1, 1, 0),)))
    assert run.starts == [12]
    assert run.foreign == [(0, 0)], "while it is next in line no foreign job starts"


def test_s_02_usage_is_the_wall_clock_while_active():
    run = play(submission(SESSION, LOOP, wait=100))
    assert (run.windows, run.usage, run.wall) == ([(100, 140)], 40, 140)


def test_s_02_a_running_job_counts_after_the_close():
    run = play(submission(SESSION, item(4, 6, after=9)))
    assert (run.usage, run.windows) == (19, [(0, 19)])


def test_s_03_compilation_and_idle_time_count():
    assert play(submission(SESSION, item(4, 6))).usage == 10
    assert play(submission(SESSION, item(40, 6))).usage == 46
    assert play(submission(SESSION, item(4, 6, iterations=2, think=5))).usage == 25
    assert play(submission(SESSION, item(4, 6, iterations=2, think=50))).usage == 70


def test_s_04_past_sixty_seconds_of_idling_it_goes_inactive_and_queues_again():
    inside = play(submission(SESSION, item(4, 6, iterations=3, think=60), wait=100))
    outside = play(submission(SESSION, item(4, 6, iterations=3, think=70), wait=100))
    assert inside.windows == [(100, 250)], "a job that arrives at the very instant of the timeout keeps it active"
    assert outside.windows == [(100, 170), (280, 350), (460, 470)]
    assert (outside.usage, outside.wall, outside.figures.activations) == (150, 470, 3)


def test_s_05_at_the_maximum_ttl_queued_jobs_fail_and_running_ones_finish():
    cut = play(submission(SESSION, LOOP, wait=100, max_time=30))
    whole = play(submission(SESSION, LOOP, wait=100, max_time=31))
    assert (cut.states, cut.usage, cut.wall) == ("ccf", 30, 130)
    assert (whole.states, whole.usage) == ("ccc", 40)
    running = play(submission(SESSION, item(4, 6, count=3), lanes=2, max_time=12))
    assert (running.states, running.usage) == ("ccc", 22), "the third got its lane at 10"


def test_s_06_close_cancel_and_none_give_three_different_runs():
    jobs = item(4, 6, count=4)
    close = play(submission(SESSION, jobs, lanes=2, end=End.CLOSE))
    cancel = play(submission(SESSION, jobs, lanes=2, end=End.CANCEL, cancel_after=1))
    none = play(submission(SESSION, jobs, lanes=2, end=End.NONE))
    assert (close.states, close.usage) == ("cccc", 28)
    assert (cancel.states, cancel.usage) == ("ccxx", 16)
    assert (none.states, none.usage) == ("cccc", 88)


def test_s_06_a_cancel_never_met_ends_by_the_timeout():
    run = play(submission(SESSION, item(4, 6), end=End.CANCEL, cancel_after=5))
    assert (run.states, run.usage) == ("c", 70)


def test_s_07_forgetting_to_close_costs_one_interactive_ttl():
    loop = item(4, 6, iterations=3, think=70)
    closed = play(submission(SESSION, loop, wait=100))
    forgotten = play(submission(SESSION, loop, wait=100, end=End.NONE))
    assert forgotten.windows[-1] == (460, 530)
    assert forgotten.usage - closed.usage == 60


def test_s_08_two_loops_in_one_session_cost_less_than_two_sessions():
    shared = play(submission(SESSION, item(4, 6, iterations=3, think=5, copies=2), wait=100))
    alone = play(submission(SESSION, LOOP, wait=100))
    assert sorted(shared.qpu) == [(104, 110), (110, 116), (119, 125), (125, 131), (134, 140), (140, 146)]
    assert (shared.wall, shared.usage, 2 * alone.usage) == (146, 46, 80)


def test_s_11_learned_noise_is_paid_once_in_a_session_and_by_every_job_elsewhere():
    learner = item(4, 6, learning=20, count=3)
    assert play(submission(SESSION, learner)).figures.quantum_us == 38_000_000
    assert play(submission(JOB, learner)).usage == 78
    assert play(submission(BATCH, learner)).usage == 78, "off in a batch unless asked"
    assert play(submission(BATCH, learner, reuse=True)).usage == 38


def test_s_11_a_batch_that_reuses_learns_again_in_each_activation():
    loop = item(4, 6, learning=20, iterations=3, think=5)
    assert play(submission(BATCH, loop, wait=100, ttl=60, reuse=True)).usage == 38
    assert play(submission(BATCH, loop, wait=100, ttl=1, reuse=True)).usage == 78


def test_s_13_iterations_need_no_new_queue_wait():
    run = play(submission(SESSION, LOOP, wait=100))
    assert run.qpu == [(104, 110), (119, 125), (134, 140)]
    assert run.queue == 100


def test_s_14_a_session_can_stop_early_and_send_one_job_again():
    failing = Failure(numbers=(1,), kind=FailureKind.SYSTEM, at=0.5, then=OnFailure.RETRY)
    run = play(submission(SESSION, item(4, 6, count=2, failure=failing)))
    assert run.states == "fcc"
    assert run.qpu == [(4, 7), (7, 13), (13, 19)]
    assert run.usage == 19


def test_u_01_system_errors_are_free_and_user_errors_charged_to_the_point_of_failure():
    def failed(kind: FailureKind):
        return item(4, 6, failure=Failure(numbers=(1,), kind=kind, at=0.5))

    assert play(submission(JOB, failed(FailureKind.SYSTEM))).usage == 0
    assert play(submission(JOB, failed(FailureKind.USER))).usage == 3
    assert play(submission(BATCH, failed(FailureKind.USER))).usage == 3
    assert play(submission(SESSION, failed(FailureKind.SYSTEM))).usage == 7, "a session bills the wall-clock anyway"


def test_u_07_a_job_over_its_time_limit_is_cut_there_and_charged():
    cut = play(submission(JOB, item(4, 60, limit=20)))
    whole = play(submission(JOB, item(4, 20, limit=20)))
    assert (cut.states, cut.usage, cut.wall) == ("x", 20, 24)
    assert (whole.states, whole.usage) == ("c", 20)
