"""Small random submissions in which everything the rules speak of happens, often at one instant."""

from __future__ import annotations

import random
from collections import Counter

from qplan.model.duration import Duration
from qplan.model.pricing import LimitAction
from qplan.model.submission import Chain, JobKind, Stage, StepPart, Submission, UsageLimit
from qplan.model.workload import (
    Background,
    CalibrationWindow,
    Container,
    End,
    Failure,
    FailureKind,
    ForeignJob,
    Mode,
    OnFailure,
    QueueModel,
    Rounding,
)
from qplan.units import US_PER_S

MAX_JOBS = 25
HOUR_US = 3_600 * US_PER_S


def random_submission(rng: random.Random) -> Submission:
    """A submission of at most 25 jobs; equal generators give equal submissions."""
    mode = rng.choices([Mode.JOB, Mode.BATCH, Mode.SESSION], [25, 33, 42])[0]
    lanes = rng.randint(1, 5)
    stages = _stages(rng)
    kinds_wanted = rng.randint(1, 4)
    chains = _chains(rng, len(stages), kinds_wanted)
    kinds = _kinds(rng, kinds_wanted, chains)
    is_limited = rng.random() < (0.35 if any(kind.failure for kind in kinds) else 0.2)
    return Submission(
        mode=mode,
        lanes=lanes,
        kinds=kinds,
        stages=stages,
        chains=chains,
        queue=_queue(rng),
        background=_background(rng, lanes) if rng.random() < 0.7 else Background(),
        container=None if mode is Mode.JOB else _container(rng, sum(chain.size for chain in chains)),
        rounding=rng.choice(list(Rounding)),
        limit=_limit(rng) if is_limited else None,
    )


def _us(rng: random.Random, seconds: list[float]) -> int:
    """One of a few lengths, so that many instants coincide; now and then an odd number of microseconds more."""
    odd_us = rng.randint(1, 999_999) if rng.random() < 0.06 else 0
    return int(rng.choice(seconds) * US_PER_S) + odd_us


def _lasting(rng: random.Random, seconds: list[float]) -> Duration:
    return Duration.fixed(_us(rng, seconds))


def _stages(rng: random.Random) -> tuple[Stage, ...]:
    """One to four stages; each waits for some that come before it in an order that need not be the file's."""
    number = rng.choice([1, 1, 2, 2, 3, 4])
    order = list(range(number))
    if rng.random() < 0.2:
        rng.shuffle(order)
    after = {
        stage: tuple(sorted(other for other in order[:place] if rng.random() < 0.45))
        for place, stage in enumerate(order)
    }
    return tuple(
        Stage(name=f"stage{index}", after=after[index], think=_lasting(rng, [0, 0, 1, 2, 5])) for index in range(number)
    )


def _chains(rng: random.Random, stages: int, kinds: int) -> tuple[Chain, ...]:
    """One or two equal chains a stage, as long as there is room for the stages to come."""
    chains: list[Chain] = []
    room = MAX_JOBS
    for stage in range(stages):
        chain = _chain(rng, stage, kinds)
        most = room - (stages - stage - 1)
        while chain.size > most:
            chain = _chain(rng, stage, kinds)
        copies = min(rng.choice([1, 1, 2, 3]), most // chain.size)
        chains += [chain] * copies
        room -= copies * chain.size
    return tuple(chains)


def _chain(rng: random.Random, stage: int, kinds: int) -> Chain:
    parts = rng.choice([1, 1, 2])
    step = tuple(StepPart(kind=rng.randrange(kinds), count=rng.choice([1, 1, 1, 2, 3, 5])) for _ in range(parts))
    iterations = rng.choice([1, 2, 2, 3, 4])
    return Chain(stage=stage, step=step, iterations=iterations, think=_lasting(rng, [0, 1, 2, 5, 6, 20]))


def _kinds(rng: random.Random, number: int, chains: tuple[Chain, ...]) -> tuple[JobKind, ...]:
    names = ["same"] * number if rng.random() < 0.05 else [f"kind{index}" for index in range(number)]
    jobs_named: Counter[str] = Counter()
    for chain in chains:
        for part in chain.step:
            jobs_named[names[part.kind]] += part.count * chain.iterations
    return tuple(_kind(rng, name, jobs_named[name]) for name in names)


def _kind(rng: random.Random, name: str, jobs: int) -> JobKind:
    failure = _failure(rng, jobs) if jobs and rng.random() < 0.3 else None
    return JobKind(
        name=name,
        before=_lasting(rng, [0, 0, 1, 2, 4, 6]),
        qpu=_lasting(rng, [0, 1, 2, 3, 5, 2.5]),
        after=_lasting(rng, [0, 0, 1, 2, 5]),
        learning_us=_us(rng, [1, 2, 3]) if rng.random() < 0.3 else 0,
        minimum_us=rng.choice([0, 0, 2 * US_PER_S]),
        limit_us=_us(rng, [0, 1, 2, 3, 4]) if rng.random() < (0.35 if failure else 0.1) else 3 * HOUR_US,
        failure=failure,
    )


def _failure(rng: random.Random, jobs: int) -> Failure:
    numbers = rng.sample(range(1, jobs + 1), k=min(jobs, rng.choice([1, 1, 2, 3])))
    return Failure(
        numbers=tuple(sorted(numbers)),
        kind=rng.choice(list(FailureKind)),
        at=rng.choice([0.0, 0.25, 0.5, 0.9, 1.0, 1.0]),
        times=rng.choice([1, 1, 2, 3]),
        then=rng.choices([OnFailure.CONTINUE, OnFailure.RETRY, OnFailure.STOP], [3, 5, 2])[0],
    )


def _queue(rng: random.Random) -> QueueModel:
    wait = _lasting(rng, [0, 0, 2, 5, 10, 30])
    return QueueModel(name="fixed", wait=wait, between_us=_us(rng, [0, 0, 1, 4, 10, 40]))


def _background(rng: random.Random, lanes: int) -> Background:
    busy = [_us(rng, [0, 1, 3, 6, 12, 40]) for _ in range(rng.randint(0, lanes))]
    arrivals = [_us(rng, [0, 1, 2, 4, 8, 10, 16, 30]) for _ in range(rng.choice([0, 1, 2, 3, 6]))]
    due = [_us(rng, [0, 1, 3, 5, 10, 15, 20, 40]) for _ in range(rng.choice([0, 0, 1, 2]))]
    return Background(
        busy_lanes_us=tuple(busy),
        arrivals=tuple(_foreign(rng, arrival_us) for arrival_us in sorted(arrivals)),
        calibrations=tuple(
            CalibrationWindow(due_us=due_us, length_us=_us(rng, [1, 2, 5, 10])) for due_us in sorted(due)
        ),
    )


def _foreign(rng: random.Random, arrival_us: int) -> ForeignJob:
    return ForeignJob(
        arrival_us=arrival_us,
        before_us=_us(rng, [0, 1, 2, 5]),
        qpu_us=_us(rng, [0, 1, 3, 6]),
        after_us=_us(rng, [0, 0, 1, 4]),
    )


def _container(rng: random.Random, jobs: int) -> Container:
    end = rng.choices([End.CLOSE, End.CANCEL, End.NONE], [5, 4, 3])[0]
    return Container(
        interactive_ttl_us=_us(rng, [0, 1, 1, 2, 3, 60]),
        max_time_us=_us(rng, [3, 6, 10, 12, 20, 40]) if rng.random() < 0.4 else 8 * HOUR_US,
        end=end,
        cancel_after=rng.randint(1, max(1, jobs // 2)) if end is End.CANCEL and rng.random() < 0.9 else None,
        reuse_noise_model=rng.random() < 0.5,
    )


def _limit(rng: random.Random) -> UsageLimit:
    return UsageLimit(remaining_us=_us(rng, [0, 2, 3, 6, 10, 15, 30]), action=rng.choice(list(LimitAction)))
