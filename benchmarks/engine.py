"""Jobs simulated per second: SimPy, the interpreted kernel, and the compiled one at several numbers of replications.

``python -m benchmarks.engine [--rounds 5]``

All run one scenario: a batch of four chains of 100 jobs, other people's jobs that compete for lanes and QPU, hourly
calibrations, and a maximum TTL that cuts some runs. Jobs are our own that ran and those of others that got a lane.
Times are processor time; in each round the engines take turns and the best of each counts; ratios are medians over the
rounds. All that a call does counts, such as laying the workload out; only the machine code was loaded before.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from benchmarks import simpy_peer
from benchmarks.simpy_peer import Inputs, Moments, Scenario
from qplan.model.duration import Duration, Spread
from qplan.model.submission import Chain, JobKind, Stage, StepPart, Submission
from qplan.model.trace import Columns, Trace
from qplan.model.workload import Background, Calibration, Container, ForeignJob, ForeignStream, Mode, QueueModel
from qplan.simulation import Engine, Runner, replicate, simulate

S = 1_000_000
CHAINS, JOBS = 4, 100
SCENARIO = Scenario(lanes=5, wait=600 * S, max_time=1_650 * S, calibration_first=1_800 * S, calibration_every=3_600 * S)
MOMENTS = Moments(
    think=(5 * S // 2, S),
    before=(4 * S, 2 * S),
    qpu=(3 * S, S),
    foreign_gap=30 * S,
    foreign_before=(3 * S, 2 * S),
    foreign_qpu=(6 * S, 4 * S),
    calibration=(60 * S, 5 * S),
)
FOREIGN = 400
"""Jobs of others drawn beforehand: more than come before the end."""
CHECKED = 25
SIMPY_RUNS, INTERPRETED_RUNS, TURNS = 16, 60, 3
LEAST_REPLICATIONS = 60
"""So many replications are long enough for the clock."""
ENGINES = (
    ("interpreted", INTERPRETED_RUNS, Engine.INTERPRETED),
    *((f"compiled, {count:,} replications", count, Engine.COMPILED) for count in (1, 100, 1_000, 8_192)),
)
NOTHING = Duration.fixed(0)


def main() -> None:
    """Check that all agree, then print jobs per second, ratios to SimPy with their aims, and the growth."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    for name, draw, build in FIXED:
        cuts = sum(agreed(inputs, build(inputs)) for inputs in map(draw, range(CHECKED)))
        print(f"{name}: {CHECKED} runs agree with SimPy to the microsecond in every job; the maximum TTL cut {cuts}")
    columns = replicated(random_batch(CHAINS, JOBS), 8_192, Engine.COMPILED)
    print(f"draws counted: the maximum TTL cut {sum(columns.ttl_cut) / len(columns):.0%} of the runs")
    for name, draw, build in FIXED:
        report(name, [fixed_round(inputs, build(inputs)) for inputs in map(draw, range(rounds))])
    report("draws counted", [random_round(seed) for seed in range(rounds)])
    growth(rounds)


def inputs_of(seed: int) -> Inputs:
    """Inputs drawn beforehand."""
    inputs = simpy_peer.drawn(MOMENTS, CHAINS, JOBS, random.Random(seed))
    return simpy_peer.fixed(inputs, FOREIGN, 3)


def even_inputs(seed: int) -> Inputs:
    """The same, but all jobs of a chain take as long as its first one."""
    inputs = inputs_of(seed)
    return replace(inputs, chains=tuple([next(iter(chain))] * JOBS for chain in inputs.chains))


def looped_batch(inputs: Inputs) -> Submission:
    """The batch for chains whose jobs are alike: loops of fixed durations."""
    firsts = [next(iter(chain)) for chain in inputs.chains]
    chains = [
        Chain(stage=0, step=(StepPart(kind=i, count=1),), iterations=JOBS, think=Duration.fixed(think))
        for i, (think, _, _) in enumerate(firsts)
    ]
    return fixed_batch(inputs, firsts, (Stage(name="loops", after=(), think=NOTHING),), chains)


def listed_batch(inputs: Inputs) -> Submission:
    """The batch with every duration as drawn: a stage for each job, after the one before it."""
    jobs = [job for chain in inputs.chains for job in chain]
    stages = [
        Stage(name=f"job{i}", after=(i - 1,) if i % JOBS else (), think=Duration.fixed(think))
        for i, (think, _, _) in enumerate(jobs)
    ]
    chains = [Chain(stage=i, step=(StepPart(kind=i, count=1),), iterations=1, think=NOTHING) for i in range(len(jobs))]
    return fixed_batch(inputs, jobs, stages, chains)


def fixed_batch(
    inputs: Inputs, kinds: Sequence[tuple[int, int, int]], stages: Sequence[Stage], chains: Sequence[Chain]
) -> Submission:
    """A batch without anything random: kinds of jobs as (think, before, QPU), others and calibrations as listed."""
    return Submission(
        mode=Mode.BATCH,
        lanes=SCENARIO.lanes,
        kinds=tuple(
            JobKind(name=f"job{i}", before=Duration.fixed(before), qpu=Duration.fixed(qpu), after=NOTHING)
            for i, (_, before, qpu) in enumerate(kinds)
        ),
        stages=tuple(stages),
        chains=tuple(chains),
        queue=QueueModel(name="fixed", wait=Duration.fixed(SCENARIO.wait)),
        background=Background(arrivals=arrivals(inputs), calibrations=calibrations(inputs)),
        container=Container(interactive_ttl_us=600 * S, max_time_us=SCENARIO.max_time),
        name="fixed",
    )


def arrivals(inputs: Inputs) -> tuple[ForeignJob, ...]:
    """Jobs of others as drawn."""
    jobs, now = [], 0
    for gap, before, qpu in inputs.foreign:
        now += gap
        jobs.append(ForeignJob(arrival_us=now, before=Duration.fixed(before), qpu=Duration.fixed(qpu)))
    return tuple(jobs)


def calibrations(inputs: Inputs) -> tuple[Calibration, ...]:
    """Calibrations as drawn, one an hour."""
    return tuple(
        Calibration(
            first=Duration.fixed(SCENARIO.calibration_first + i * SCENARIO.calibration_every),
            length=Duration.fixed(length),
        )
        for i, length in enumerate(inputs.calibrations)
    )


def random_batch(chains: int, jobs: int) -> Submission:
    """The batch as a workload file states it: spreads, which the kernel draws from."""
    kind = JobKind(name="job", before=spread(MOMENTS.before), qpu=spread(MOMENTS.qpu), after=NOTHING)
    chain = Chain(stage=0, step=(StepPart(kind=0, count=1),), iterations=jobs, think=spread(MOMENTS.think))
    return Submission(
        mode=Mode.BATCH,
        lanes=SCENARIO.lanes,
        kinds=(kind,),
        stages=(Stage(name="job", after=(), think=NOTHING),),
        chains=(chain,) * chains,
        queue=QueueModel(name="fixed", wait=Duration.fixed(SCENARIO.wait)),
        background=Background(
            stream=ForeignStream(
                every=Duration(spread=Spread.EXPONENTIAL, values_us=(MOMENTS.foreign_gap,)),
                before=spread(MOMENTS.foreign_before),
                qpu=spread(MOMENTS.foreign_qpu),
            ),
            calibrations=(
                Calibration(
                    first=Duration.fixed(SCENARIO.calibration_first),
                    length=spread(MOMENTS.calibration),
                    every_us=SCENARIO.calibration_every,
                ),
            ),
        ),
        container=Container(interactive_ttl_us=600 * S, max_time_us=SCENARIO.max_time * jobs // JOBS),
        name="random",
    )


def spread(moments: tuple[int, int]) -> Duration:
    """A log-normal of this mean and standard deviation."""
    return Duration(spread=Spread.MEAN_SD, values_us=moments)


def agreed(inputs: Inputs, submission: Submission) -> bool:
    """Whether the maximum TTL cut a run of which SimPy and the kernel agree; an error if they do not."""
    result, trace = simpy_peer.play(SCENARIO, inputs), simulate(submission)
    own = [at for at, end in zip(trace.finished_us, trace.qpu_end_us, strict=True) if end >= 0]
    assert own == [at for chain in result.finished for at in chain], "own jobs differ"
    foreign = [run.lane_us for run in trace.foreign]
    assert foreign == [at for at in result.foreign_lane if at < trace.end_us], "jobs of others differ"
    assert trace.measures.completed == len(own)
    return trace.measures.ttl_cut


def jobs_of(trace: Trace) -> int:
    """Own jobs that ran and jobs of others that got a lane."""
    return trace.measures.completed + len(trace.foreign)


def replicated(submission: Submission, count: int, engine: Engine) -> Columns:
    """The replications of one mode."""
    return replicate([submission], 0, 0, count, Runner(engine=engine))[0]


def speeds(submission: Submission, jobs: float, simpy_jobs: Callable[[], float]) -> dict[str, float]:
    """Jobs per second of all engines: the best of some turns. ``jobs`` are those of a replication.

    ``simpy_jobs`` runs SimPy and says how many jobs that were.
    """
    best = {"SimPy": speed(simpy_jobs)}
    for _ in range(TURNS):
        for name, count, engine in ENGINES:
            best[name] = max(best.get(name, 0), speed(lambda: many_jobs(submission, jobs, count, engine)))  # noqa: B023
        best["SimPy"] = max(best["SimPy"], speed(simpy_jobs))
    return best


def speed(action: Callable[[], float]) -> float:
    """What an action says that it did, per second of this process's processor time."""
    start = time.process_time()
    done = action()
    return done / (time.process_time() - start)


def many_jobs(submission: Submission, jobs: float, count: int, engine: Engine) -> float:
    """Run the replications, few of them several times, and say how many jobs that were."""
    repeats = max(1, LEAST_REPLICATIONS // count)
    for _ in range(repeats):
        replicated(submission, count, engine)
    return repeats * count * jobs


def fixed_round(inputs: Inputs, submission: Submission) -> dict[str, float]:
    """All engines on the same inputs."""
    jobs = jobs_of(simulate(submission))
    return speeds(submission, jobs, lambda: sum(simpy_peer.play(SCENARIO, inputs).jobs for _ in range(SIMPY_RUNS)))


def random_round(seed: int) -> dict[str, float]:
    """All engines with draws of their own from the same spreads."""
    submission = random_batch(CHAINS, JOBS)
    jobs = statistics.fmean(jobs_of(simulate(submission, 0, i)) for i in range(INTERPRETED_RUNS))
    rng = random.Random(seed)

    def simpy_jobs() -> float:
        inputs = (simpy_peer.drawn(MOMENTS, CHAINS, JOBS, rng) for _ in range(SIMPY_RUNS))
        return sum(simpy_peer.play(SCENARIO, drawn).jobs for drawn in inputs)

    return speeds(submission, jobs, simpy_jobs)


def report(title: str, rounds: Sequence[dict[str, float]]) -> None:
    """A line an engine: medians over the rounds."""
    print(f"\n{title}: jobs per second of one core, and times SimPy (medians of {len(rounds)} rounds)")
    for name in rounds[0]:
        jobs = statistics.median(found[name] for found in rounds)
        ratio = statistics.median(found[name] / found["SimPy"] for found in rounds)
        print(f"  {name:32} {jobs:14,.0f}   {1e9 / jobs:9,.0f} ns a job   {ratio:7.1f} x{aim_of(title, name)}")
    print(f"  (SimPy: {SIMPY_RUNS} replications a turn, interpreted: {INTERPRETED_RUNS}; extrapolated for more)")


def aim_of(title: str, name: str) -> str:
    """What is to be reached."""
    counted = title == "draws counted"
    if name == "interpreted" and not counted:
        return "   aim 6"
    if name.startswith(("compiled, 1,000", "compiled, 8")):
        return "   aim 100" if counted else "   aim 200, ambition 261"
    return ""


@dataclass(frozen=True)
class Size:
    """So many jobs, so many times."""

    jobs: int
    replications: int

    def ns_per_job(self) -> float:
        """Time of the compiled kernel for an own job."""
        submission = replace(random_batch(CHAINS, self.jobs // CHAINS), name="growth")
        return 1e9 / speed(lambda: many_jobs(submission, self.jobs, self.replications, Engine.COMPILED))


def growth(rounds: int) -> None:
    """Time per job for more and more jobs, and for more and more replications."""
    print("\ncompiled, draws counted: ns an own job, and times the first (minima)")
    for sizes in (
        [Size(100, 1_000), Size(1_000, 1_000), Size(10_000, 1_000)],
        [Size(400, 100), Size(400, 1_000), Size(400, 10_000)],
    ):
        taken = {size: min(size.ns_per_job() for _ in range(rounds)) for size in sizes}
        for size, ns in taken.items():
            print(f"  {size.jobs:6,} jobs x {size.replications:6,}   {ns:7.1f} ns   {ns / taken[sizes[0]]:5.2f}")


FIXED = (
    ("draws not counted, loops of equal jobs", even_inputs, looped_batch),
    ("draws not counted, each job listed", inputs_of, listed_batch),
)
"""What to call it, how its inputs are drawn, and the submission that states them."""


if __name__ == "__main__":
    main()
