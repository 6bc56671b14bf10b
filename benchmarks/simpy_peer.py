"""One scenario as a user of SimPy writes it: a batch of parallel chains on a device that others use too.

It knows this scenario and no other, which is how such models are written: lanes with priorities, a QPU served in order,
a process for each chain, for each job of others, for the calibrations and for the maximum TTL. What it is fed with may
be lists drawn beforehand or generators that draw as they go.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import simpy
from simpy.events import ProcessGenerator

OWN, OTHERS = 0, 1
"""Who gets a lane first while our batch is active."""


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """The fixed figures, in microseconds."""

    lanes: int
    wait: int
    max_time: int
    calibration_first: int
    calibration_every: int


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """What varies: (think, before, QPU) of each job of each chain, (gap, before, QPU) of others, calibrations."""

    chains: tuple[Iterable[tuple[int, int, int]], ...]
    foreign: Iterable[tuple[int, int, int]]
    calibrations: Iterable[int]


@dataclass(kw_only=True)
class Result:
    """When each own job finished, by chain, and when each job of others got its lane."""

    finished: list[list[float]]
    foreign_lane: list[float] = field(default_factory=list)
    end: float = 0

    @property
    def jobs(self) -> int:
        """Jobs that ran: our own, and those of others that got a lane."""
        return sum(map(len, self.finished)) + len(self.foreign_lane)


def play(scenario: Scenario, inputs: Inputs) -> Result:
    """Run the scenario until our last job has left."""
    return _Device(scenario, inputs).run()


class _Device:
    """The device, our batch on it and the others."""

    def __init__(self, scenario: Scenario, inputs: Inputs) -> None:
        self.scenario, self.inputs = scenario, inputs
        self.env = simpy.Environment()
        self.lanes = simpy.PriorityResource(self.env, scenario.lanes)
        self.qpu = simpy.Resource(self.env)
        self.active = self.env.event()
        self.over = False
        self.running = [False] * len(inputs.chains)
        self.chains: list[simpy.Process] = []
        self.result = Result(finished=[[] for _ in inputs.chains])

    def run(self) -> Result:
        """Start all processes; the run is over with our chains."""
        env = self.env
        self.chains = [env.process(self.chain(number)) for number in range(len(self.inputs.chains))]
        env.process(self.others())
        env.process(self.calibrate())
        env.process(self.time_limit())
        env.run(env.all_of(self.chains))
        self.result.end = env.now
        return self.result

    def chain(self, number: int) -> ProcessGenerator:
        """Send the jobs of a chain, each when the result of the one before is in and thought about."""
        env, qpu, finished, running = self.env, self.qpu, self.result.finished[number], self.running
        yield env.timeout(self.scenario.wait) if number == 0 else self.active
        first = True
        try:
            for think, before, quantum in self.inputs.chains[number]:
                if not first:
                    yield env.timeout(think)
                is_entry = first and number == 0  # it stands in line like the jobs of others
                with self.lanes.request(OTHERS if is_entry else OWN) as lane:
                    yield lane
                    if is_entry:
                        self.active.succeed()
                    first, running[number] = False, True
                    yield env.timeout(before)
                    with qpu.request() as turn:
                        yield turn
                        yield env.timeout(quantum)
                running[number] = False
                finished.append(env.now)
                if self.over:
                    return
        except simpy.Interrupt:
            return

    def time_limit(self) -> ProcessGenerator:
        """At the maximum TTL nothing more is started; what runs is finished."""
        yield self.active
        yield self.env.timeout(self.scenario.max_time)
        self.over = True
        for running, chain in zip(self.running, self.chains, strict=True):
            if not running and chain.is_alive:
                chain.interrupt()

    def others(self) -> ProcessGenerator:
        """Jobs of others arrive."""
        env = self.env
        for gap, before, qpu in self.inputs.foreign:
            yield env.timeout(gap)
            env.process(self.foreign(before, qpu))

    def foreign(self, before: int, qpu: int) -> ProcessGenerator:
        """A job of somebody else."""
        env = self.env
        with self.lanes.request(OTHERS) as lane:
            yield lane
            self.result.foreign_lane.append(env.now)
            yield env.timeout(before)
            with self.qpu.request() as turn:
                yield turn
                yield env.timeout(qpu)

    def calibrate(self) -> ProcessGenerator:
        """Calibrations queue for the QPU like jobs; what falls due while one waits is left out."""
        env, every = self.env, self.scenario.calibration_every
        due: float = self.scenario.calibration_first
        for length in self.inputs.calibrations:
            yield env.timeout(due - env.now)
            with self.qpu.request() as turn:
                yield turn
                due += every * ((env.now - due) // every + 1)
                yield env.timeout(length)


@dataclass(frozen=True, kw_only=True)
class Moments:
    """Means and standard deviations in microseconds; the time between jobs of others has a mean only."""

    think: tuple[int, int]
    before: tuple[int, int]
    qpu: tuple[int, int]
    foreign_gap: int
    foreign_before: tuple[int, int]
    foreign_qpu: tuple[int, int]
    calibration: tuple[int, int]


def drawn(moments: Moments, chains: int, jobs: int, rng: random.Random) -> Inputs:
    """Inputs that are drawn when they are asked for."""
    own = (moments.think, moments.before, moments.qpu)
    return Inputs(
        chains=tuple(_jobs(own, jobs, rng) for _ in range(chains)),
        foreign=_foreign(moments, rng),
        calibrations=_calibrations(moments, rng),
    )


def fixed(inputs: Inputs, foreign: int, calibrations: int) -> Inputs:
    """The same drawn beforehand, as far as they are needed; odd microseconds, so that nothing coincides."""
    return Inputs(
        chains=tuple([(t | 1, b | 1, q | 1) for t, b, q in chain] for chain in inputs.chains),
        foreign=[(g | 1, b | 1, q | 1) for (g, b, q), _ in zip(inputs.foreign, range(foreign), strict=False)],
        calibrations=[length | 1 for length, _ in zip(inputs.calibrations, range(calibrations), strict=False)],
    )


def _jobs(own: tuple[tuple[int, int], ...], jobs: int, rng: random.Random) -> Iterator[tuple[int, int, int]]:
    (a, b), (c, d), (e, f) = map(_log_normal, own)
    draw = rng.lognormvariate
    for _ in range(jobs):
        yield int(draw(a, b)), int(draw(c, d)), int(draw(e, f))


def _foreign(moments: Moments, rng: random.Random) -> Iterator[tuple[int, int, int]]:
    (a, b), (c, d) = _log_normal(moments.foreign_before), _log_normal(moments.foreign_qpu)
    rate = 1 / moments.foreign_gap
    while True:
        yield int(rng.expovariate(rate)) + 1, int(rng.lognormvariate(a, b)), int(rng.lognormvariate(c, d))


def _calibrations(moments: Moments, rng: random.Random) -> Iterator[int]:
    mu, sigma = _log_normal(moments.calibration)
    while True:
        yield int(rng.lognormvariate(mu, sigma))


def _log_normal(moments: tuple[int, int]) -> tuple[float, float]:
    """The parameters of the log-normal with this mean and standard deviation."""
    mean, sd = moments
    variance = math.log1p((sd / mean) ** 2)
    return math.log(mean) - variance / 2, math.sqrt(variance)
