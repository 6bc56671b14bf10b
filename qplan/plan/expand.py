"""A workload in one mode: items become stages and chains, jobs become kinds with their quantum time."""

from __future__ import annotations

from dataclasses import dataclass

from qplan.model.duration import Duration
from qplan.model.submission import Chain, JobKind, Stage, StepPart, Submission, UsageLimit
from qplan.model.usage import QuantumTime
from qplan.model.workload import Background, Container, Item, Job, Mode, QueueModel, Rounding, Workload
from qplan.plan.model_error import model_error


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedJob:
    """A job with the quantum time it is given; ``limit_us`` is where the service cuts it."""

    job: Job
    quantum: QuantumTime
    limit_us: int


def submission_for(
    workload: Workload, mode: Mode, planned: dict[str, PlannedJob], *, limited: bool = True
) -> Submission:
    """What is sent in ``mode``. ``planned`` holds each job by name; ``limited=False`` lifts the usage limit.

    Local testing has no scheduling and no queue: on a simulator every mode is sent as jobs (rule P-03).
    """
    queue = workload.queue
    if workload.backend.simulator:
        mode, queue = Mode.JOB, QueueModel(name="none", wait=Duration.fixed(0))
    kinds: list[JobKind] = []
    stages: list[Stage] = []
    chains: list[Chain] = []
    number = {item.name: i for i, item in enumerate(workload.items)}
    for i, item in enumerate(workload.items):
        step = tuple(_part(job, kinds, planned, workload) for job in item.jobs)
        stages.append(Stage(name=item.name, after=tuple(number[name] for name in item.after), think=_delay(item)))
        think = _think(item, workload)
        chains += [Chain(stage=i, step=step, iterations=item.iterations, think=think)] * item.copies
    return Submission(
        name=workload.name,
        mode=mode,
        lanes=workload.backend.lanes,
        kinds=tuple(kinds),
        stages=tuple(stages),
        chains=tuple(chains),
        queue=queue,
        background=workload.background or Background(),
        container=container_of(workload, mode),
        rounding=rounding_of(workload),
        limit=_limit(workload) if limited else None,
    )


def container_of(workload: Workload, mode: Mode) -> Container | None:
    """The batch or session settings that a mode runs under."""
    match mode:
        case Mode.JOB:
            return None
        case Mode.BATCH:
            return workload.batch
        case Mode.SESSION:
            return workload.session


def rounding_of(workload: Workload) -> Rounding:
    """The file's rounding, else the usage model's."""
    return workload.usage.rounding or Rounding(workload.usage.model.rounding)


def _part(job: Job, kinds: list[JobKind], planned: dict[str, PlannedJob], workload: Workload) -> StepPart:
    plan = planned[job.name]
    kinds.append(
        JobKind(
            name=job.name,
            before=job.classical_before or workload.classical.before_of(job),
            qpu=job.qpu or Duration.fixed(plan.quantum.main_us),
            after=job.classical_after or workload.classical.after,
            learning_us=plan.quantum.learning_us,
            minimum_us=plan.quantum.minimum_us,
            limit_us=plan.limit_us,
            failure=job.failure,
            error=model_error(plan.quantum),
        )
    )
    return StepPart(kind=len(kinds) - 1, count=job.count)


def _think(item: Item, workload: Workload) -> Duration:
    """Between the steps of a loop: the file's, else the profile's spread; nothing repeats, nothing thinks."""
    if item.think is not None or item.iterations == 1:
        return item.think or Duration.fixed(0)
    return workload.classical.think


def _delay(item: Item) -> Duration:
    """Between what an item waits for and its first step: 0 where the file says nothing (contract section 8)."""
    return item.think or Duration.fixed(0)


def _limit(workload: Workload) -> UsageLimit | None:
    if workload.plan.remaining_us is None or workload.backend.simulator:
        return None
    return UsageLimit(remaining_us=workload.plan.remaining_us, action=workload.plan.limit_action)
