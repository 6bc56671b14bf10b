"""What is sent, in what chains and in which container: the input of the simulation.

Jobs are numbered in the order of the file (item, copy, iteration, job of the step, number of the
count); that number is the tie-break of everything that happens at one instant.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from qplan.model.duration import Duration
from qplan.model.pricing import LimitAction
from qplan.model.workload import Background, Container, Failure, Mode, QueueModel, Rounding
from qplan.units import MAX_US


@dataclass(frozen=True, slots=True, kw_only=True)
class JobKind:
    """A kind of job: everything that two jobs of one name share.

    ``learning_us`` is quantum time spent on noise learning, paid by each job or once where it can be
    shared; ``minimum_us`` the least charge (0 for stated quantum times); ``limit_us`` the quantum
    time at which the service cuts the job. ``error`` is the error of the usage model that ``qpu`` and
    ``learning_us`` come from: a factor of both with median 1, in parts per million where a duration
    has microseconds; ``None`` of a stated time. One draw of it holds for all jobs of a replication.
    """

    name: str
    before: Duration
    qpu: Duration
    after: Duration
    learning_us: int = 0
    minimum_us: int = 0
    limit_us: int = MAX_US
    failure: Failure | None = None
    error: Duration | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepPart:
    """``count`` jobs of one kind, sent together; ``kind`` indexes ``Submission.kinds``."""

    kind: int
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """An item of the file: it starts when all chains of the stages in ``after`` have finished, plus ``think``."""

    name: str
    after: tuple[int, ...]
    think: Duration


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """One copy of a stage: its step, sent ``iterations`` times, ``think`` after each step's last result."""

    stage: int
    step: tuple[StepPart, ...]
    iterations: int
    think: Duration

    @property
    def step_size(self) -> int:
        """Jobs in one step."""
        return sum(part.count for part in self.step)

    @property
    def size(self) -> int:
        """Jobs in all iterations."""
        return self.step_size * self.iterations


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageLimit:
    """What is left of an allocation or cost limit, and what happens when it is used up."""

    remaining_us: int
    action: LimitAction


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A workload in one execution mode, ready to simulate. ``container`` is ``None`` in job mode.

    Random draws depend on ``name``, the workload's, and on nothing else of its surroundings.
    """

    mode: Mode
    lanes: int
    kinds: tuple[JobKind, ...]
    stages: tuple[Stage, ...]
    chains: tuple[Chain, ...]
    queue: QueueModel
    background: Background = Background()
    container: Container | None = None
    rounding: Rounding = Rounding.NONE
    limit: UsageLimit | None = None
    name: str = ""

    @property
    def size(self) -> int:
        """How many jobs there are when every iteration is sent."""
        return sum(chain.size for chain in self.chains)

    @property
    def is_random(self) -> bool:
        """Whether two replications can differ."""
        return any(duration.is_random for duration in self._durations())

    def _durations(self) -> Iterator[Duration]:
        for kind in self.kinds:
            yield from (kind.before, kind.qpu, kind.after)
            if kind.error is not None:
                yield kind.error
        yield from (chain.think for chain in self.chains if chain.iterations > 1)
        yield from (stage.think for stage in self.stages if stage.after)
        yield from self.queue.durations()
        yield from self.background.durations()

    def kind_of_jobs(self) -> Iterator[int]:
        """The kind of each job, in the order of the file."""
        for chain in self.chains:
            for _ in range(chain.iterations):
                for part in chain.step:
                    for _ in range(part.count):
                        yield part.kind

    def labels(self) -> list[str]:
        """Each job's label: its name and its running number from 1."""
        seen: dict[str, int] = {}
        labels = []
        for kind in self.kind_of_jobs():
            name = self.kinds[kind].name
            seen[name] = seen.get(name, 0) + 1
            labels.append(f"{name}[{seen[name]}]")
        return labels
