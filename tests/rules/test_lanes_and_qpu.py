"""L-01 to L-05: five lanes in front of one QPU."""

from tests.scenes import BATCH, JOB, SESSION, item, play, submission


def test_l_01_five_lanes_run_five_jobs_at_once_and_two_lanes_two():
    five = play(submission(BATCH, item(10, 1, count=6), lanes=5))
    two = play(submission(BATCH, item(10, 1, count=6), lanes=2))
    assert five.starts == [0, 0, 0, 0, 0, 11]
    assert two.starts == [0, 0, 11, 12, 22, 23]


def test_l_02_classical_parts_overlap_quantum_parts_do_not():
    run = play(submission(BATCH, item(10, 5, count=2)))
    assert run.starts == [0, 0]
    assert run.qpu == [(10, 15), (15, 20)]


def test_l_03_waiting_for_the_qpu_in_a_lane_is_not_usage():
    contended = play(submission(JOB, item(4, 6, count=2)))
    alone = play(submission(JOB, item(4, 6, iterations=2)))
    assert contended.qpu == [(4, 10), (10, 16)], "the second job waits from 4 to 10"
    assert contended.usage == alone.usage == 12


def test_l_04_faq_example_five_lanes_two_taken_a_batch_of_six():
    run = play(submission(BATCH, item(10, 5, count=6), busy=(12, 40), arrivals=((20, 30, 1, 0),)))
    assert run.starts == [0, 0, 0, 12, 15, 20], "three start at once, then one as each lane frees"
    assert run.qpu == [(10, 15), (15, 20), (20, 25), (25, 30), (30, 35), (35, 40)]
    assert run.foreign == [(0, 0), (0, 1), (25, 4)], "at 25 the first lane is left over, for the next job in line"
    assert (run.wall, run.usage) == (40, 30)


def test_l_05_two_jobs_sent_together_in_a_session_overlap_their_classical_parts():
    together = play(submission(SESSION, item(10, 5, count=2)))
    in_turn = play(submission(SESSION, item(10, 5, iterations=2)))
    assert together.starts == [0, 0]
    assert (together.usage, in_turn.usage) == (20, 30)
