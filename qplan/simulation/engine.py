"""Many replications, interpreted or compiled, on one worker or several: the figures are the same to the last bit.

A replication is a pure function of its number, so that it does not matter who runs it, nor when. The compiled kernel
runs in threads, since it lets go of the interpreter; the interpreted one in processes.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from qplan.errors import UsageError
from qplan.model.submission import Submission
from qplan.model.trace import Columns
from qplan.processes import in_processes
from qplan.simulation import kept, places
from qplan.simulation.draws import QUANTITIES
from qplan.simulation.fair_share import MOST_SERVED
from qplan.simulation.kernel import draw_times, run
from qplan.simulation.many import restore, set_bases
from qplan.simulation.program import (
    ROOM,
    Program,
    Start,
    Times,
    Work,
    program_of,
    seed_key,
    start_of,
    times_for,
    work_for,
)
from qplan.simulation.spreads import Shelf

MOST_ROOM = 1 << 19
"""Foreign jobs or calibrations in one run: with more of them it is not going to end soon."""
NS_PER_JOB = 6_000
"""What the interpreted kernel takes for a job, roughly: only to choose how to run."""
WORTH_PROCESSES_S, WORTH_LOADING_S, WORTH_COMPILING_S = 0.4, 2, 90
"""From how much interpreted work on it pays to start processes, to load the compiled kernel, and to compile it."""
MOST_CHUNK, MOST_JOBS_IN_CHUNK = 256, 500_000
"""Replications, and their jobs, that are run between two looks at progress and interrupts."""
ELSEWHERE = 1 << 31
"""Added to a replication's number for quantities drawn apart: beyond any number that is run."""
LARGE = 20_000
"""Jobs of a workload from which on memory counts."""

T = TypeVar("T")
Progress = Callable[[int, int], None]
"""Told how many replications of how many are done; of none as long as the kernel is being compiled or loaded."""


class Engine(StrEnum):
    """How the kernel is run."""

    AUTO = "auto"
    INTERPRETED = "interpreted"
    COMPILED = "compiled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Runner:
    """How replications are run: the engine as wished for, on how many workers, and who is told of the progress."""

    engine: Engine = Engine.AUTO
    workers: int = 1
    progress: Progress | None = None


def replicate(
    submissions: Sequence[Submission],
    seed: int,
    first: int,
    count: int,
    runner: Runner,
    apart: Iterable[int] = (),
) -> tuple[Columns, ...]:
    """Run replications ``first`` to ``first + count`` of one workload in several modes, on the same draws.

    The quantities (see ``qplan.simulation.draws``) in ``apart`` are drawn as in other replications, the same for each
    number: so one sees what they alone change.
    """
    bench = Bench(submissions, seed, apart)
    chunk = max(1, min(MOST_CHUNK, count // (4 * runner.workers), MOST_JOBS_IN_CHUNK // bench.jobs))
    chunks = [(at, min(chunk, first + count - at)) for at in range(first, first + count, chunk)]
    done = 0
    collectors = [Collector() for _ in submissions]
    if runner.progress:
        runner.progress(0, count)
    for part in _parts(bench, chunks, runner, bench.work_s(count)):
        for collector, rows in zip(collectors, part, strict=True):
            collector.add(rows)
        done += len(part[0]) // places.MEASURES
        if runner.progress:
            runner.progress(done, count)
    return tuple(collector.columns() for collector in collectors)


def chosen(engine: Engine, work_s: float) -> Engine:
    """The engine for so many seconds of interpreted work."""
    if engine is Engine.COMPILED and not kept.can_compile():
        raise UsageError("the compiled engine needs Numba: pip install 'qplan[fast]'")
    foreign = kept.foreign_settings()
    if engine is Engine.COMPILED and foreign:
        raise UsageError(f"the compiled engine is not used where {foreign} would change its settings: run elsewhere")
    if engine is not Engine.AUTO or foreign:
        return Engine.INTERPRETED if foreign else engine
    pays = work_s >= WORTH_LOADING_S and kept.can_compile() and (work_s >= WORTH_COMPILING_S or kept.is_kept())
    return Engine.COMPILED if pays else Engine.INTERPRETED


def wider(room: int, out: Sequence[int]) -> int:
    """Twice the room for foreign jobs and calibrations, within bounds."""
    if out[places.SHORT] == places.TOO_MANY:
        raise UsageError(
            f"the other instances send more than {MOST_SERVED:,} jobs before ours is served: let them come less often,"
            " or give ours a larger share"
        )
    if room >= MOST_ROOM:
        raise UsageError(
            f"more than {MOST_ROOM:,} foreign jobs or calibrations come before the workload ends:"
            " let them come less often, or be shorter"
        )
    return 2 * room


class Bench:
    """The programs of one workload in several modes, laid out for the kernel; they share spreads and job durations."""

    def __init__(self, submissions: Sequence[Submission], seed: int, apart: Iterable[int] = ()) -> None:
        shelf = Shelf(fixed=False)
        self.programs = [program_of(submission, shelf) for submission in submissions]
        self.spreads = shelf.spreads()
        self.key = seed_key(submissions[0], seed)
        self.room = ROOM
        self.jobs = max(map(jobs_to_expect, submissions))
        own = set(apart)
        self.shifts = [ELSEWHERE if quantity in own else 0 for quantity in range(QUANTITIES)]

    def work_s(self, count: int) -> float:
        """Roughly what so many replications take interpreted, on one worker."""
        return count * self.jobs * len(self.programs) * NS_PER_JOB / 1e9

    def interpreted(self, chunk: tuple[int, int]) -> list[array[int]]:
        """A chunk of replications in each mode, measures in rows; the jobs' durations are drawn once for all modes.

        The modes of a large workload are run one after the other, to hold the memory of one.
        """
        if self.programs[0].jobs <= LARGE:
            return self._interpreted(self.programs, chunk)
        return [rows for p in self.programs for rows in self._interpreted([p], chunk)]

    def _interpreted(self, programs: Sequence[Program], chunk: tuple[int, int]) -> list[array[int]]:
        first, count = chunk
        times = times_for(programs[0], self.spreads)
        works = [self._works(p) for p in programs]
        rows = [list[int]() for _ in programs]
        bases = [0] * QUANTITIES
        for r in range(count):
            set_bases(bases, self.key, first + r, self.shifts)
            draw_times(programs[0], self.spreads, times, bases)
            for i, p in enumerate(programs):
                self._run(p, times, works, i, bases)
                rows[i].extend(works[i][0].out[places.USAGE :])
        return [array("q", row) for row in rows]

    def _run(self, p: Program, times: Times, works: list[tuple[Work, Start]], i: int, bases: list[int]) -> None:
        """One replication of one program, with as much room as it takes."""
        while True:
            work, fresh = works[i]
            restore(work, fresh)
            run(p, self.spreads, times, work, bases)
            if not work.out[places.SHORT]:
                return
            self.room = wider(self.room, work.out)
            works[i] = self._works(p)

    def _works(self, p: Program) -> tuple[Work, Start]:
        work = work_for(p, self.room)
        return work, start_of(work)


def jobs_to_expect(sent: Submission) -> int:
    """Own jobs, and roughly how many of others pass before they are through."""
    fair, stream = sent.queue.fair_share, sent.background.stream
    jobs = float(sent.size)
    if fair:
        jobs += sum(fair.warm_up_us / max(1, rival.every.median_us) for rival in fair.rivals)
    if stream:
        own_us = sum(kind.before.median_us + kind.qpu.median_us for kind in sent.kinds) * sent.size // len(sent.kinds)
        jobs += min(MOST_ROOM, (sent.queue.wait.median_us + own_us) / max(1, stream.every.median_us))
    return max(1, round(jobs))


class Compiled:
    """A bench whose programs are arrays, for the compiled kernel."""

    def __init__(self, bench: Bench) -> None:
        from qplan.simulation.compiled import arrays, compiled

        self._many = compiled()
        self._arrays: Callable[..., Any] = arrays
        self._bench = bench
        self._spreads = arrays(bench.spreads)
        self._programs = [arrays(p) for p in bench.programs]
        self._shifts = arrays(bench.shifts)

    def run(self, chunk: tuple[int, int]) -> list[array[int]]:
        """A chunk of replications in each mode, measures in rows."""
        return [self._rows(i, *chunk) for i in range(len(self._programs))]

    def _rows(self, i: int, first: int, count: int) -> array[int]:
        import numpy as np

        bench, done = self._bench, 0
        times = self._arrays(times_for(bench.programs[i], bench.spreads))
        rows = np.zeros(count * places.MEASURES, dtype=np.int64)
        while True:
            room = bench.room
            fresh = work_for(bench.programs[i], room)
            work, start = self._arrays(fresh), self._arrays(start_of(fresh))
            rest = rows[done * places.MEASURES :]
            keys = (bench.key, self._shifts, self._arrays([0] * QUANTITIES))
            given = (self._programs[i], self._spreads, times, work, start)
            done += self._many(*given, *keys, first + done, count - done, rest)
            if done == count:
                return array("q", rows.tobytes())
            bench.room = max(bench.room, wider(room, work.out))  # other threads widen it too


def _parts(
    bench: Bench, chunks: Sequence[tuple[int, int]], runner: Runner, work_s: float
) -> Iterator[list[array[int]]]:
    """The chunks' rows in their order."""
    compiled = _compiled(bench, runner, work_s / runner.workers)
    if compiled:
        yield from _in_threads(compiled.run, chunks, runner.workers)
    elif runner.workers > 1 and work_s > WORTH_PROCESSES_S:
        yield from in_processes(Bench.interpreted, bench, chunks, runner.workers)
    else:
        yield from map(bench.interpreted, chunks)


def _compiled(bench: Bench, runner: Runner, work_s: float) -> Compiled | None:
    """The compiled bench if it is chosen; where nobody insists, a Numba that does not work is as good as none."""
    if chosen(runner.engine, work_s) is Engine.INTERPRETED:
        return None
    try:
        return unhurried(lambda: Compiled(bench), runner.progress or _nobody)
    except Exception:
        if runner.engine is Engine.COMPILED:
            raise
        return None


def _nobody(done: int, count: int) -> None:
    """Whom progress is told where nobody asks."""


def unhurried(make: Callable[[], T], progress: Progress) -> T:
    """Do it beside the main thread, which alone is interrupted: an interrupt inside of LLVM would be lost there."""
    import threading

    made: list[T] = []
    failed: list[Exception] = []

    def work() -> None:
        try:
            made.append(make())
        except Exception as error:
            failed.append(error)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    while thread.is_alive():
        thread.join(0.2)
        progress(0, 0)
    if failed:
        raise failed[0]
    return made[0]


def _in_threads(
    run: Callable[[tuple[int, int]], list[array[int]]], chunks: Sequence[tuple[int, int]], workers: int
) -> Iterator[list[array[int]]]:
    from concurrent.futures import ThreadPoolExecutor

    pool = ThreadPoolExecutor(workers)
    try:
        yield from pool.map(run, chunks)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


COLUMNS = {
    "usage_us": places.USAGE,
    "wall_us": places.WALL,
    "queue_us": places.QUEUE,
    "quantum_us": places.QUANTUM,
    "drift_us": places.DRIFT,
    "completed": places.DONE,
    "ttl_cut": places.CUT,
    "limited": places.LIMITED,
}
"""Where the columns stand in a row of measures."""


class Collector:
    """Gathers the rows of a mode chunk by chunk, and keeps only what the columns take."""

    def __init__(self) -> None:
        self._columns = {name: array("q") for name in COLUMNS}
        self._container = array("q")

    def add(self, rows: array[int]) -> None:
        """The next replications."""

        def column(place: int) -> array[int]:
            return rows[place - places.USAGE :: places.MEASURES]

        for name, place in COLUMNS.items():
            self._columns[name].extend(column(place))
        ends = zip(column(places.WALL), column(places.STARTED), strict=True)
        self._container.extend(end - start if start >= 0 else 0 for end, start in ends)

    def columns(self) -> Columns:
        """All that was added."""
        return Columns(container_us=self._container, **self._columns)
