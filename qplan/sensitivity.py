"""What drives a workload: one input after the other set to nothing, and one after the other drawn anew."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from qplan import __version__
from qplan.account import cost_of
from qplan.comparison import choose
from qplan.comparison.drivers import BATCHES, shares, varies
from qplan.errors import UsageError
from qplan.model.account import Figures
from qplan.model.pricing import PricingPlan
from qplan.model.sensitivity import Driver, Drivers, Input, Sensitivity, Shares, Target
from qplan.model.submission import Submission
from qplan.model.trace import Columns
from qplan.model.usage import Constants
from qplan.model.variant import Goal
from qplan.model.workload import Mode, Workload
from qplan.parse import catalog
from qplan.plan import PlannedJobs, plan_jobs, refusal, submission_for
from qplan.plan.inputs import durations_of, told
from qplan.plan.transform import uncut
from qplan.plan.without import without
from qplan.runs import (
    Draws,
    at_medians,
    fewer,
    is_random,
    over_replications,
    price_plan,
    replications_for,
    run,
)
from qplan.search import outcome_of
from qplan.simulation import draws as drawn
from qplan.simulation import jobs_to_expect, replicate

DRAWN: Mapping[Input, tuple[int, ...]] = {
    Input.QUEUE_WAIT: (drawn.WAIT,),
    Input.BETWEEN: (drawn.BETWEEN,),
    Input.FAIR_SHARE: (drawn.RIVAL_GAP, drawn.RIVAL_SIZE),
    Input.ARRIVALS: (drawn.FOREIGN_GAP, drawn.FOREIGN_BEFORE, drawn.FOREIGN_QPU, drawn.FOREIGN_AFTER),
    Input.BUSY_LANES: (drawn.BUSY,),
    Input.CALIBRATIONS: (drawn.CALIBRATION_FIRST, drawn.CALIBRATION_LENGTH),
    Input.BEFORE: (drawn.BEFORE_QPU,),
    Input.QPU: (drawn.ON_QPU,),
    Input.AFTER: (drawn.AFTER_QPU,),
    Input.THINK: (drawn.THINK, drawn.DELAY),
    Input.MODEL_ERROR: (drawn.MODEL_ERROR,),
}
"""The quantities that are drawn for each input; the others are never random."""
SAMPLES = 2
"""Beside one for each random input: the base, and the one in which all is drawn anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A workload in the mode looked at, planned and laid out; ``random`` are the inputs that vary in it."""

    workload: Workload
    mode: Mode
    planned: PlannedJobs
    sent: Submission
    random: tuple[Input, ...]

    @property
    def samples(self) -> int:
        """How many samples its shares of the variance take."""
        return SAMPLES + len(self.random) if self.random else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampled:
    """The samples of a case: the base, all drawn anew, and each random input alone."""

    base: Columns
    other: Columns
    swapped: dict[Input, Columns]


def sensitivity(workload: Workload, draws: Draws, asked: Mode | None = None) -> Sensitivity:
    """What drives cost and wall-clock in the mode asked for, else in the file's, else in the recommended one."""
    constants = catalog.constants()
    planned = plan_jobs(workload, constants)
    mode = asked or workload.mode
    if mode is None:
        mode = _recommended(workload, planned, draws)
    elif reason := refusal(workload, mode):
        raise UsageError(f"{workload.name} as {mode.said(workload.size)}: {reason}")
    case = _case(workload, mode, planned)
    count = _count(case, draws)
    figures = run(workload, mode, planned)[2]
    lacking = dict(_lacking(case, constants))
    sampled = _sampled(case, draws, count) if case.random else None
    plan = price_plan(workload)
    priced = Target.COST if plan.price_per_second else Target.USAGE
    targets = (_drivers(target, case, figures, lacking, sampled, plan) for target in (priced, Target.WALL))
    return Sensitivity(
        workload=workload,
        mode=mode,
        targets=tuple(targets),
        jobs_done=figures.completed,
        seed=draws.seed,
        replications=count,
        samples=case.samples,
        diagnostics=(*workload.diagnostics, *planned.problems, *fewer(count, draws, " a sample")),
        version=__version__,
        data_date=catalog.data_date(),
    )


def _recommended(workload: Workload, planned: PlannedJobs, draws: Draws) -> Mode:
    """The mode that ``recommend`` tells of, or would if any would do."""
    random = is_random(workload, planned)
    outcome = outcome_of(workload, over_replications(planned, draws) if random else at_medians(planned), uncut)
    mode = choose(outcome, Goal()).shown if outcome else None
    if mode is None:
        raise UsageError(f"{workload.name}: the plan admits no mode")
    return mode


def _case(workload: Workload, mode: Mode, planned: PlannedJobs) -> Case:
    sent = submission_for(workload, mode, planned.jobs)
    random = (i for i in DRAWN if any(duration.is_random for duration in durations_of(workload, sent, i)))
    return Case(workload=workload, mode=mode, planned=planned, sent=sent, random=tuple(random))


def _count(case: Case, draws: Draws) -> int:
    """Replications of each sample; none where nothing is random."""
    if not case.random:
        return 0
    count = replications_for(case.samples * jobs_to_expect(case.sent), draws)
    if count < BATCHES:
        raise UsageError(f"shares of a variance take at least {BATCHES} replications, not {count}")
    return count


def _lacking(case: Case, constants: Constants) -> Iterator[tuple[Input, Figures]]:
    """The fixed run without each input that the workload has."""
    for input in Input:
        changed = without(case.workload, input)
        planned = plan_jobs(changed, constants)
        if submission_for(changed, case.mode, planned.jobs) != case.sent:
            yield input, run(changed, case.mode, planned)[2]


def _sampled(case: Case, draws: Draws, count: int) -> Sampled:
    def sample(*inputs: Input) -> Columns:
        apart = [quantity for input in inputs for quantity in DRAWN[input]]
        return replicate([case.sent], draws.seed, 0, count, draws.runner, apart)[0]

    return Sampled(base=sample(), other=sample(*DRAWN), swapped={input: sample(input) for input in case.random})


def _drivers(
    target: Target,
    case: Case,
    figures: Figures,
    lacking: Mapping[Input, Figures],
    sampled: Sampled | None,
    plan: PricingPlan,
) -> Drivers:
    level_us = _level_us(target, figures, plan)
    variances = _variances(target, sampled, plan) if sampled else {}
    drivers = [
        _driver(input, case, level_us, _level_us(target, without_it, plan), variances.get(input))
        for input, without_it in lacking.items()
    ]
    return Drivers(
        target=target,
        level_us=level_us,
        drivers=tuple(sorted(drivers, key=_weight, reverse=True)),
        varies=bool(variances),
        amount=cost_of(figures.usage_us, plan) if target is Target.COST else None,
    )


def _driver(input: Input, case: Case, level_us: int, without_us: int, variance: Shares | None) -> Driver:
    now, source = told(case.workload, case.sent, case.planned, input)
    return Driver(
        input=input,
        now=now,
        source=source,
        without_us=without_us,
        level=(level_us - without_us) / level_us if level_us else None,
        variance=variance,
        is_random=input in case.random,
    )


def _weight(driver: Driver) -> float:
    """The larger of the two shares."""
    return max(driver.level or 0.0, driver.variance.total.value if driver.variance else 0.0)


def _level_us(target: Target, figures: Figures, plan: PricingPlan) -> int:
    return figures.wall_us if target is Target.WALL else _billed_us(target, figures.usage_us, plan)


def _billed_us(target: Target, usage_us: int, plan: PricingPlan) -> int:
    """Of a cost what is beyond the usage included, which the cost is in proportion to."""
    return max(0, usage_us - plan.included_us) if target is Target.COST else usage_us


def _variances(target: Target, sampled: Sampled, plan: PricingPlan) -> dict[Input, Shares]:
    """Each random input's shares; none where nothing varies."""

    def of(columns: Columns) -> list[int]:
        if target is Target.WALL:
            return [*columns.wall_us]
        return [_billed_us(target, us, plan) for us in columns.usage_us]

    base, other = of(sampled.base), of(sampled.other)
    if not varies(base, other):
        return {}
    return {input: shares(base, other, of(columns)) for input, columns in sampled.swapped.items()}
