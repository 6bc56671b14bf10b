"""Where figures leave what is usual: the edge of the clock, tiny and huge spreads, killed workers, floods."""

import multiprocessing
import os
import signal
import threading
import time
from dataclasses import replace
from statistics import fmean

import pytest

from qplan.errors import UsageError
from qplan.model.duration import Duration, Spread
from qplan.model.workload import Background, Failure, FairShare, ForeignStream, Mode, QueueModel, Rival
from qplan.simulation import Engine, Runner, engine, kept, replicate, simulate
from qplan.simulation.kernel import MOST_SUM, _bounded, _share
from qplan.units import MAX_US
from tests.scenes import fixed, item, submission

S = 1_000_000
HOUR = 3600 * S
INTERPRETED = Runner(engine=Engine.INTERPRETED)
needs_numba = pytest.mark.skipif(not kept.can_compile(), reason="Numba is not installed")


def spread_item(qpu: Duration, **fields):
    kind, stage, part, iterations, copies = item(limit=10_800, **fields)
    return replace(kind, qpu=qpu), stage, part, iterations, copies


def equal_in_both(work) -> None:
    if kept.can_compile():
        assert replicate(work, 0, 0, 40, INTERPRETED) == replicate(work, 0, 0, 40, Runner(engine=Engine.COMPILED))


def test_a_share_of_the_longest_time_is_exact():
    for quantum in (MAX_US, MAX_US - 1, 1, 2_560 * HOUR + 7):
        for ppm in (0, 1, 250_000, 900_000, 999_999, 1_000_000):
            exact, rest = divmod(quantum * ppm, 1_000_000)
            assert _share(quantum, ppm) == exact + (rest > 500_000 or (rest == 500_000 and exact % 2))


def test_u_01_a_share_of_a_long_draw_is_no_negative_time():
    long = Duration(spread=Spread.QUANTILES, values_us=(S, 80_000 * HOUR), probabilities=(0.5, 1.0))
    failure = Failure(numbers=tuple(range(1, 11)), at=0.9)
    work = [submission(mode, spread_item(long, count=20, failure=failure)) for mode in Mode]
    for columns in replicate(work, 0, 0, 40, INTERPRETED):
        assert min(columns.wall_us) >= 0
    equal_in_both(work)


def test_sums_over_jobs_are_held_within_63_bits():
    assert _bounded(MOST_SUM - 1 + MAX_US) == MOST_SUM
    work = submission(Mode.JOB, item(0, 0, count=3_000))
    work = replace(work, queue=QueueModel(name="long", wait=Duration.fixed(MAX_US // 2)))
    assert simulate(work).measures.queue_us == MOST_SUM
    equal_in_both([work])


@pytest.mark.parametrize(("mean_us", "sd_us"), [(S, 2_000 * HOUR), (3, 5), (S, S), (HOUR, 1), (MAX_US, MAX_US)])
def test_any_mean_and_deviation_can_be_drawn_from(mean_us, sd_us):
    spread = Duration(spread=Spread.MEAN_SD, values_us=(mean_us, sd_us))
    work = submission(Mode.JOB, spread_item(spread))
    columns = replicate([work], 0, 0, 200, INTERPRETED)[0]
    assert min(columns.wall_us) >= 0
    if sd_us == 2_000 * HOUR:
        assert max(columns.quantum_us) > 0, "rarely long, but not always nothing"
    if mean_us == sd_us == S:
        assert 0.5 * S < fmean(columns.quantum_us) < 2 * S


def test_a_mean_that_is_no_time_at_all_is_not_random():
    assert not Duration(spread=Spread.MEAN_SD, values_us=(0, S)).is_random
    trace = simulate(submission(Mode.JOB, spread_item(Duration(spread=Spread.MEAN_SD, values_us=(0, S)))), 0, 0)
    assert trace.measures.quantum_us == 0


def rivals_first():
    rival = Rival(name="r", allocation_us=10**6 * HOUR, used_us=0, every=fixed(0.005), qpu=fixed(0.005))
    fair = FairShare(allocation_us=S, used_us=HOUR, window_us=8760 * HOUR, warm_up_us=S, rivals=(rival,))
    return replace(submission(Mode.JOB, item()), queue=QueueModel(name="f", wait=fixed(0), fair_share=fair))


def test_rivals_who_never_let_ours_through_are_told_of(monkeypatch):
    monkeypatch.setattr("qplan.simulation.fair_share.MOST_SERVED", 1_000)
    monkeypatch.setattr("qplan.simulation.kernel.MOST_SERVED", 1_000)
    with pytest.raises(UsageError, match="larger share"):
        simulate(rivals_first())
    with pytest.raises(UsageError, match="larger share"):
        replicate([rivals_first()], 0, 0, 2, INTERPRETED)


def test_a_flood_of_foreign_jobs_is_told_of(monkeypatch):
    monkeypatch.setattr(engine, "MOST_ROOM", 1_024)
    flood = ForeignStream(every=fixed(0.001), before=fixed(0), qpu=fixed(0))
    work = replace(submission(Mode.JOB, item(before=100)), background=Background(stream=flood))
    with pytest.raises(UsageError, match="less often"):
        simulate(work)


def test_a_killed_worker_is_told_of(monkeypatch):
    """As the system kills one that takes too much memory."""
    monkeypatch.setattr(engine, "WORTH_PROCESSES_S", 0)
    work = [
        submission(mode, spread_item(Duration(spread=Spread.EXPONENTIAL, values_us=(S,)), count=300)) for mode in Mode
    ]

    def kill() -> None:
        while not (children := multiprocessing.active_children()):
            time.sleep(0.01)
        assert children[0].pid is not None
        os.kill(children[0].pid, signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    with pytest.raises(UsageError, match="worker process was killed"):
        replicate(work, 0, 0, 5_000, replace(INTERPRETED, workers=2))
    killer.join()
