"""Small random submissions in which everything the rules speak of happens, often at one instant."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from qplan.model.duration import Duration, Spread
from qplan.model.pricing import LimitAction
from qplan.model.submission import Chain, JobKind, Stage, StepPart, Submission, UsageLimit
from qplan.model.workload import (
    Background,
    Calibration,
    Container,
    End,
    Failure,
    FailureKind,
    FairShare,
    ForeignJob,
    ForeignStream,
    Mode,
    OnFailure,
    QueueModel,
    Rival,
    Rounding,
)
from qplan.units import US_PER_S

MAX_JOBS = 25
MINUTE_US = 60 * US_PER_S
NEVER_CUT_US = 180 * MINUTE_US
SHAPES = tuple(Spread)
PROBABILITIES = ((0.0, 0.5, 1.0), (0.1, 0.5, 0.9), (0.25, 0.75, 1.0))
ERRORS = (
    (500_000, 500_000, 2_000_000, 2_000_000),
    (250_000, 500_000, 2_000_000, 4_000_000),
    (722_500, 850_000, 1_500_000, 2_250_000),
    (1_000_000, 1_000_000, 3_670_001, 13_468_907),
    (0, 0, 1_000_000, 1_000_000),
    (1_000_000, 1_000_000, 1_000_000, 1_000_000),
)
"""The ends and the p10 and p90 of errors of usage models, in millionths."""
MANNERS = ((1, 0, 0, 0, 0), (4, 0, 0, 0, 6), (5, 1, 1, 1, 2), (2, 2, 2, 2, 2))
"""Weights of the shapes: all fixed, fixed and resampled (so that instants coincide in replications too), all sorts."""


class Dice(random.Random):
    """What a submission is drawn with; ``manner`` are the weights of the shapes of its durations."""

    manner: tuple[int, ...] = MANNERS[0]


def random_submission(rng: random.Random) -> Submission:
    """A submission of at most 25 jobs; equal generators give equal submissions."""
    dice = Dice(rng.getrandbits(64))
    dice.manner = dice.choices(MANNERS, [2, 5, 2, 1])[0]
    mode = dice.choices([Mode.JOB, Mode.BATCH, Mode.SESSION], [25, 33, 42])[0]
    lanes = dice.randint(1, 5)
    stages = _stages(dice)
    kinds_wanted = dice.randint(1, 4)
    chains = _chains(dice, len(stages), kinds_wanted)
    kinds = _kinds(dice, kinds_wanted, chains)
    is_limited = dice.random() < (0.35 if any(kind.failure for kind in kinds) else 0.2)
    submission = Submission(
        mode=mode,
        lanes=lanes,
        kinds=kinds,
        stages=stages,
        chains=chains,
        queue=_queue(dice),
        background=_background(dice, lanes) if dice.random() < 0.75 else Background(),
        container=None if mode is Mode.JOB else _container(dice, sum(chain.size for chain in chains)),
        rounding=dice.choice(list(Rounding)),
        limit=_limit(dice) if is_limited else None,
        name=dice.choice(["", "vqe", "qaoa"]),
    )
    return _modelled(dice, submission) if dice.random() < 0.7 else submission


def _us(dice: Dice, seconds: Sequence[float]) -> int:
    """One of a few lengths, so that many instants coincide; now and then an odd number of microseconds more."""
    odd_us = dice.randint(1, 999_999) if dice.random() < 0.06 else 0
    return int(dice.choice(seconds) * US_PER_S) + odd_us


def _lasting(dice: Dice, seconds: Sequence[float]) -> Duration:
    """A duration of any shape, of about those lengths."""
    shape = dice.choices(SHAPES, dice.manner)[0]
    number = {Spread.FIXED: 1, Spread.EXPONENTIAL: 1, Spread.MEAN_SD: 2, Spread.QUANTILES: 3}.get(shape, 4)
    values_us = [_us(dice, seconds) for _ in range(number)]
    if shape is Spread.QUANTILES:
        return Duration(spread=shape, values_us=tuple(sorted(values_us)), probabilities=dice.choice(PROBABILITIES))
    if shape is Spread.MEAN_SD and not values_us[0]:
        values_us[1] = 0
    return Duration(spread=shape, values_us=tuple(values_us))


def _stages(dice: Dice) -> tuple[Stage, ...]:
    """One to four stages; each waits for some that come before it in an order that need not be the file's."""
    number = dice.choice([1, 1, 2, 2, 3, 4])
    order = list(range(number))
    if dice.random() < 0.2:
        dice.shuffle(order)
    after = {
        stage: tuple(sorted(other for other in order[:place] if dice.random() < 0.45))
        for place, stage in enumerate(order)
    }
    return tuple(
        Stage(name=f"stage{index}", after=after[index], think=_lasting(dice, [0, 0, 1, 2, 5]))
        for index in range(number)
    )


def _chains(dice: Dice, stages: int, kinds: int) -> tuple[Chain, ...]:
    """One or two equal chains a stage, as long as there is room for the stages to come."""
    chains: list[Chain] = []
    room = MAX_JOBS
    for stage in range(stages):
        chain = _chain(dice, stage, kinds)
        most = room - (stages - stage - 1)
        while chain.size > most:
            chain = _chain(dice, stage, kinds)
        copies = min(dice.choice([1, 1, 2, 3]), most // chain.size)
        chains += [chain] * copies
        room -= copies * chain.size
    return tuple(chains)


def _chain(dice: Dice, stage: int, kinds: int) -> Chain:
    parts = dice.choice([1, 1, 2])
    step = tuple(StepPart(kind=dice.randrange(kinds), count=dice.choice([1, 1, 1, 2, 3, 5])) for _ in range(parts))
    iterations = dice.choice([1, 2, 2, 3, 4])
    return Chain(stage=stage, step=step, iterations=iterations, think=_lasting(dice, [0, 1, 2, 5, 6, 20]))


def _kinds(dice: Dice, number: int, chains: tuple[Chain, ...]) -> tuple[JobKind, ...]:
    names = ["same"] * number if dice.random() < 0.05 else [f"kind{index}" for index in range(number)]
    jobs_named: Counter[str] = Counter()
    for chain in chains:
        for part in chain.step:
            jobs_named[names[part.kind]] += part.count * chain.iterations
    return tuple(_kind(dice, name, jobs_named[name]) for name in names)


def _kind(dice: Dice, name: str, jobs: int) -> JobKind:
    failure = _failure(dice, jobs) if jobs and dice.random() < 0.3 else None
    return JobKind(
        name=name,
        before=_lasting(dice, [0, 0, 1, 2, 4, 6]),
        qpu=_lasting(dice, [0, 1, 2, 3, 5, 2.5]),
        after=_lasting(dice, [0, 0, 1, 2, 5]),
        learning_us=_us(dice, [1, 2, 3]) if dice.random() < 0.3 else 0,
        minimum_us=dice.choice([0, 0, 2 * US_PER_S]),
        limit_us=_us(dice, [0, 1, 2, 3, 4]) if dice.random() < (0.35 if failure else 0.1) else NEVER_CUT_US,
        failure=failure,
    )


def _modelled(dice: Dice, submission: Submission) -> Submission:
    """The same with times that come from a usage model, some of its kinds at least, and so err."""
    kinds = tuple(replace(kind, error=_error(dice)) if dice.random() < 0.8 else kind for kind in submission.kinds)
    return replace(submission, kinds=kinds)


def _error(dice: Dice) -> Duration:
    """A factor of median 1 in millionths, some of them round, so that instants coincide in replications too."""
    least, low, high, most = dice.choice(ERRORS)
    return Duration(
        spread=Spread.QUANTILES,
        values_us=(least, low, 1_000_000, high, most),
        probabilities=(0.0, 0.1, 0.5, 0.9, 1.0),
    )


def _failure(dice: Dice, jobs: int) -> Failure:
    numbers = dice.sample(range(1, jobs + 1), k=min(jobs, dice.choice([1, 1, 2, 3])))
    return Failure(
        numbers=tuple(sorted(numbers)),
        kind=dice.choice(list(FailureKind)),
        at=dice.choice([0.0, 0.25, 0.5, 0.9, 1.0, 1.0]),
        times=dice.choice([1, 1, 2, 3]),
        then=dice.choices([OnFailure.CONTINUE, OnFailure.RETRY, OnFailure.STOP], [3, 5, 2])[0],
    )


def _queue(dice: Dice) -> QueueModel:
    wait = _lasting(dice, [0, 0, 2, 5, 10, 30])
    return QueueModel(
        name="random",
        wait=wait,
        between=_lasting(dice, [0, 0, 1, 4, 10, 40]),
        correlation_us=_us(dice, [0, 1, 3, 5, 20]),
        fair_share=_fair_share(dice) if dice.random() < 0.3 else None,
    )


def _fair_share(dice: Dice) -> FairShare:
    return FairShare(
        allocation_us=_us(dice, [10, 20, 40]),
        used_us=_us(dice, [0, 2, 10, 20]),
        window_us=_us(dice, [10, 60, 300, 1000]),
        warm_up_us=_us(dice, [0, 0, 5, 20, 60]),
        rivals=tuple(_rival(dice, index) for index in range(dice.choice([1, 1, 2, 3]))),
    )


def _rival(dice: Dice, index: int) -> Rival:
    return Rival(
        name=f"rival{index}",
        allocation_us=_us(dice, [10, 20, 40]),
        used_us=_us(dice, [0, 2, 10, 20]),
        every=_lasting(dice, [2, 3, 5, 10, 20]),
        qpu=_lasting(dice, [0, 1, 2, 3, 5]),
    )


def _background(dice: Dice, lanes: int) -> Background:
    """Lanes held, others' jobs by a list or as a stream, calibrations; a stream finds time to be served."""
    has_stream = dice.random() < 0.35
    return Background(
        busy_lanes=tuple(_lasting(dice, [0, 1, 3, 6, 12, 40]) for _ in range(dice.randint(0, lanes))),
        arrivals=() if has_stream else _arrivals(dice),
        stream=_stream(dice) if has_stream else None,
        calibrations=tuple(_calibration(dice, is_rare=has_stream) for _ in range(dice.choice([0, 0, 1, 2]))),
    )


def _arrivals(dice: Dice) -> tuple[ForeignJob, ...]:
    arrivals_us = sorted(_us(dice, [0, 1, 2, 4, 8, 10, 16, 30]) for _ in range(dice.choice([0, 1, 2, 3, 6])))
    return tuple(
        ForeignJob(
            arrival_us=arrival_us,
            before=_lasting(dice, [0, 1, 2, 5]),
            qpu=_lasting(dice, [0, 1, 3, 6]),
            after=_lasting(dice, [0, 0, 1, 4]),
        )
        for arrival_us in arrivals_us
    )


def _stream(dice: Dice) -> ForeignStream:
    return ForeignStream(
        every=_lasting(dice, [4, 6, 10, 20]),
        before=_lasting(dice, [0, 1, 2]),
        qpu=_lasting(dice, [0, 1, 2]),
        after=_lasting(dice, [0, 0, 1]),
    )


def _calibration(dice: Dice, *, is_rare: bool) -> Calibration:
    every = [20, 30] if is_rare else [1, 2, 3, 5, 10, 30]
    return Calibration(
        first=_lasting(dice, [0, 1, 3, 5, 10, 15, 20, 40]),
        length=_lasting(dice, [0, 1, 2, 5] if is_rare else [0, 1, 2, 5, 10]),
        every_us=_us(dice, every) if dice.random() < 0.5 else 0,
    )


def _container(dice: Dice, jobs: int) -> Container:
    end = dice.choices([End.CLOSE, End.CANCEL, End.NONE], [5, 4, 3])[0]
    return Container(
        interactive_ttl_us=_us(dice, [0, 1, 1, 2, 3, 60]),
        max_time_us=_us(dice, [3, 6, 10, 12, 20, 40]) if dice.random() < 0.4 else 5 * MINUTE_US,
        end=end,
        cancel_after=dice.randint(1, max(1, jobs // 2)) if end is End.CANCEL and dice.random() < 0.9 else None,
        reuse_noise_model=dice.random() < 0.5,
    )


def _limit(dice: Dice) -> UsageLimit:
    return UsageLimit(remaining_us=_us(dice, [0, 2, 3, 6, 10, 15, 30]), action=dice.choice(list(LimitAction)))
