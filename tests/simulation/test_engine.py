"""Interpreted or compiled, one worker or many: the same figures to the last bit."""

import random
from dataclasses import fields, replace

import pytest

from qplan.errors import UsageError
from qplan.model.duration import Duration, Spread
from qplan.model.trace import Columns
from qplan.model.workload import Background, Calibration, FairShare, ForeignStream, Mode, QueueModel, Rival
from qplan.simulation import Engine, Runner, engine, kept, replicate, simulate
from tests.reference.generator import random_submission
from tests.scenes import fixed, item, submission

S = 1_000_000
HOUR = 3600 * S
INTERPRETED, COMPILED = Runner(engine=Engine.INTERPRETED), Runner(engine=Engine.COMPILED)
needs_numba = pytest.mark.skipif(not kept.can_compile(), reason="Numba is not installed")


def exponential(mean: float) -> Duration:
    return Duration(spread=Spread.EXPONENTIAL, values_us=(int(mean * S),))


def busy(mode: Mode):
    """Loops, a stream of foreign jobs, calibrations and a random wait: everything that is drawn."""
    kind, stage, part, iterations, copies = item(name="a", qpu=3, iterations=4, copies=2, count=3, think=2)
    random_kind = replace(kind, before=exponential(4), qpu=exponential(3))
    work = submission(mode, (random_kind, stage, part, iterations, copies), max_time=200)
    return replace(
        work,
        name="busy",
        queue=QueueModel(name="q", wait=exponential(30), between=exponential(5), correlation_us=60 * S),
        background=Background(
            busy_lanes=(exponential(20),),
            stream=ForeignStream(every=exponential(9), before=exponential(3), qpu=exponential(4), after=fixed(1)),
            calibrations=(Calibration(first=exponential(30), length=exponential(9), every_us=60 * S),),
        ),
    )


def shared(mode: Mode):
    rivals = (
        Rival(name="r", allocation_us=10 * HOUR, used_us=0, every=exponential(20), qpu=exponential(9)),
        Rival(name="s", allocation_us=5 * HOUR, used_us=HOUR, every=exponential(40), qpu=exponential(20)),
    )
    fair = FairShare(allocation_us=HOUR, used_us=0, window_us=672 * HOUR, warm_up_us=600 * S, rivals=rivals)
    work = submission(mode, item(name="a", iterations=3, think=5))
    return replace(work, name="shared", queue=QueueModel(name="fair", wait=fixed(0), fair_share=fair))


def test_a_replication_is_what_a_single_run_of_it_is():
    for make in (busy, shared):
        columns = replicate([make(mode) for mode in Mode], 5, 10, 8, INTERPRETED)
        for mode, own in zip(Mode, columns, strict=True):
            for r in range(8):
                run = simulate(make(mode), 5, 10 + r).measures
                assert (own.usage_us[r], own.wall_us[r], own.queue_us[r]) == (run.usage_us, run.wall_us, run.queue_us)
                assert (own.completed[r], own.ttl_cut[r]) == (run.completed, run.ttl_cut)


@pytest.mark.parametrize("make", [busy, shared])
def test_workers_change_nothing(make, monkeypatch):
    monkeypatch.setattr(engine, "WORTH_PROCESSES_S", 0)
    work = [make(mode) for mode in Mode]
    one = replicate(work, 1, 0, 40, INTERPRETED)
    assert one == replicate(work, 1, 0, 40, replace(INTERPRETED, workers=3))


@needs_numba
@pytest.mark.parametrize("make", [busy, shared])
@pytest.mark.parametrize("workers", [1, 3])
def test_the_compiled_kernel_is_the_interpreted_one(make, workers):
    work = [make(mode) for mode in Mode]
    assert replicate(work, 1, 0, 60, INTERPRETED) == replicate(work, 1, 0, 60, replace(COMPILED, workers=workers))


def outcome(work, seed: int, runner: Runner):
    """The columns, or that there was no room for the background."""
    try:
        return replicate(work, seed, 0, 3, runner)
    except UsageError:
        return "no room"


@needs_numba
def test_the_compiled_kernel_is_the_interpreted_one_on_random_workloads(monkeypatch):
    monkeypatch.setattr(engine, "MOST_ROOM", 1 << 12)
    ran = 0
    for seed in range(300):
        work = [random_submission(random.Random(seed))]
        interpreted = outcome(work, seed, INTERPRETED)
        assert interpreted == outcome(work, seed, COMPILED), seed
        ran += interpreted != "no room"
    assert ran > 250


@needs_numba
def test_a_large_workload_is_the_same_in_both(monkeypatch):
    monkeypatch.setattr(engine, "LARGE", 10)
    work = [busy(mode) for mode in Mode]
    assert replicate(work, 0, 0, 5, INTERPRETED) == replicate(work, 0, 0, 5, COMPILED)


def test_replications_are_the_same_however_they_are_cut():
    whole = replicate([busy(Mode.JOB)], 0, 0, 20, INTERPRETED)[0]
    parts = [replicate([busy(Mode.JOB)], 0, first, 10, INTERPRETED)[0] for first in (0, 10)]
    assert whole == parts[0].then(parts[1])


def test_quantities_drawn_apart_change_and_the_others_do_not():
    from qplan.simulation.draws import WAIT

    work = [submission(Mode.JOB, item(name="a"))]
    work = [replace(work[0], name="w", queue=QueueModel(name="q", wait=exponential(30)))]
    usual, apart = (replicate(work, 0, 0, 20, INTERPRETED, quantities)[0] for quantities in ((), (WAIT,)))
    assert usual.queue_us != apart.queue_us
    assert usual.usage_us == apart.usage_us


def test_room_grows_as_foreign_jobs_need_it(monkeypatch):
    monkeypatch.setattr(engine, "ROOM", 1)
    small = replicate([busy(Mode.BATCH)], 0, 0, 6, INTERPRETED)
    monkeypatch.undo()
    assert small == replicate([busy(Mode.BATCH)], 0, 0, 6, INTERPRETED)


def test_a_background_without_end_is_refused(monkeypatch):
    monkeypatch.setattr(engine, "MOST_ROOM", 128)
    flood = ForeignStream(every=fixed(0.001), before=fixed(0), qpu=fixed(0), after=fixed(0))
    work = replace(submission(Mode.JOB, item(before=1000)), background=Background(stream=flood))
    with pytest.raises(UsageError, match="foreign jobs"):
        replicate([work], 0, 0, 1, INTERPRETED)


@pytest.mark.parametrize(
    ("work_s", "can", "is_kept", "wanted", "word"),
    [
        (0.1, True, True, Engine.INTERPRETED, "too little to load for"),
        (5, True, True, Engine.COMPILED, "worth loading"),
        (5, True, False, Engine.INTERPRETED, "not worth compiling"),
        (500, True, False, Engine.COMPILED, "worth compiling"),
        (500, False, False, Engine.INTERPRETED, "not installed"),
    ],
)
def test_the_engine_is_chosen_by_what_pays(monkeypatch, work_s, can, is_kept, wanted, word):
    monkeypatch.setattr(kept, "can_compile", lambda: can)
    monkeypatch.setattr(kept, "is_kept", lambda: is_kept)
    assert engine.chosen(Engine.AUTO, work_s) is wanted


def test_the_compiled_engine_says_how_to_get_it(monkeypatch):
    monkeypatch.setattr(kept, "can_compile", lambda: False)
    with pytest.raises(UsageError, match=r"pip install 'qplan\[fast\]'"):
        engine.chosen(Engine.COMPILED, 1)


def test_a_numba_that_does_not_work_is_as_good_as_none(monkeypatch):
    def broken(_bench):
        raise RuntimeError("no LLVM")

    monkeypatch.setattr(engine, "Compiled", broken)
    monkeypatch.setattr(engine, "chosen", lambda *_: Engine.COMPILED)
    work = [busy(Mode.JOB)]
    assert replicate(work, 0, 0, 3, Runner()) == replicate(work, 0, 0, 3, INTERPRETED)


def test_progress_is_told_to_the_end():
    told = []
    replicate([busy(Mode.JOB)], 0, 0, 30, Runner(progress=lambda done, count: told.append((done, count))))
    assert told[0] == (0, 30)
    assert told[-1] == (30, 30)
    assert told == sorted(told)


def test_columns_are_as_long_as_there_are_replications():
    columns = replicate([busy(Mode.JOB)], 0, 0, 7, INTERPRETED)[0]
    assert {len(getattr(columns, field.name)) for field in fields(Columns)} == {7}
    assert columns.order() == sorted(range(7), key=lambda r: (columns.wall_us[r], r))
