"""What the user wants to run: the workload file, read, checked and with its profiles resolved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from qplan.errors import Mark, Problem
from qplan.model.backend import Backend
from qplan.model.duration import Duration
from qplan.model.fact import Fact
from qplan.model.inputs import Inputs
from qplan.model.pricing import PricingPlan
from qplan.model.usage import UsageModel


class Mode(StrEnum):
    """IBM's execution modes."""

    JOB = "job"
    BATCH = "batch"
    SESSION = "session"

    def said(self, jobs: int = 2) -> str:
        """How the mode of a workload of so many jobs stands in a sentence, after "as" or as its subject."""
        if self is Mode.JOB:
            return "single jobs" if jobs > 1 else "a single job"
        return f"a {self.value}"


class Primitive(StrEnum):
    """Qiskit's primitives."""

    SAMPLER = "sampler"
    ESTIMATOR = "estimator"


class End(StrEnum):
    """How the client ends a batch or session."""

    CLOSE = "close"
    CANCEL = "cancel"
    NONE = "none"


class FailureKind(StrEnum):
    """Who caused a failure: system errors are free since 2026-03, user errors are charged."""

    SYSTEM = "system"
    USER = "user"


class OnFailure(StrEnum):
    """What the client does with a failed job: carry on, send it again, or stop the workload."""

    CONTINUE = "continue"
    RETRY = "retry"
    STOP = "stop"


class Rounding(StrEnum):
    """How charged quantum time is rounded to whole seconds."""

    NONE = "none"
    NEAREST = "nearest"
    UP = "up"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pub:
    """A primitive unified bloc; each count multiplies: circuits x parameter sets x observable groups.

    ``by_default`` tells that ``shots`` are ``options.default_shots``, which give way to the sizes of twirling.
    """

    circuits: int = 1
    parameter_sets: int = 1
    observable_groups: int = 1
    shots: int | None = None
    by_default: bool = False
    precision: float | None = None
    depth: int | None = None
    two_qubit_depth: int | None = None
    two_qubit_gates: int | None = None
    circuit_duration_s: float | None = None

    @property
    def obeyed_shots(self) -> int | None:
        """Shots that are part of the call, and run as they are whatever the options say; ``None`` if there are none."""
        return None if self.by_default else self.shots

    @property
    def executed_circuits(self) -> int:
        """Circuits after broadcasting and grouping."""
        return self.circuits * self.parameter_sets * self.observable_groups


@dataclass(frozen=True, slots=True, kw_only=True)
class Twirling:
    """``options.twirling``; ``None`` where the primitive's default applies ("auto")."""

    enable_gates: bool | None = None
    enable_measure: bool | None = None
    num_randomizations: int | None = None
    shots_per_randomization: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureNoiseLearning:
    """``options.resilience.measure_noise_learning`` (TREX); ``None`` is automatic."""

    num_randomizations: int | None = None
    shots_per_randomization: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerNoiseLearning:
    """``options.resilience.layer_noise_learning`` (PEA, PEC); ``None`` is the client's default."""

    max_layers_to_learn: int | None = None
    shots_per_randomization: int | None = None
    num_randomizations: int | None = None
    layer_pair_depths: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The primitive options that change time or executions, under Qiskit's own names.

    ``beside`` are the others that the file sets, by dotted name: they change no figure, and results all the same.
    """

    resilience_level: int | None = None
    max_execution_time_s: int | None = None
    rep_delay_s: float | None = None
    init_qubits: bool = True
    measure_mitigation: bool | None = None
    measure_noise_learning: MeasureNoiseLearning = MeasureNoiseLearning()
    zne_mitigation: bool | None = None
    zne_noise_factors: tuple[float, ...] | None = None
    zne_amplifier: str | None = None
    pec_mitigation: bool | None = None
    pec_max_overhead: float | None = 100.0
    layer_noise_learning: LayerNoiseLearning = LayerNoiseLearning()
    layer_noise_model: bool = False
    twirling: Twirling = Twirling()
    beside: tuple[tuple[str, object], ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Jobs of one name that fail on the QPU: by running number, after a share ``at`` of their quantum time.

    The first ``times`` attempts fail; with ``then: retry`` the job is sent again after each of them.
    """

    numbers: tuple[int, ...]
    kind: FailureKind = FailureKind.SYSTEM
    at: float = 1.0
    times: int = 1
    then: OnFailure = OnFailure.CONTINUE


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One primitive request, sent ``count`` times at once in each step.

    ``None`` for a duration: the profile's spread applies (``qpu``: the usage model's time).
    ``pec_gamma`` is the gamma of the noisy circuit, ``noise_layers`` its unique two-qubit layers,
    ``sub_jobs`` into how many parts the service divides the job (its threshold is not published).
    """

    name: str
    primitive: Primitive = Primitive.SAMPLER
    pubs: tuple[Pub, ...] = (Pub(),)
    qubits: int | None = None
    options: Options = Options()
    pec_gamma: float | None = None
    noise_layers: int | None = None
    sub_jobs: int = 1
    qpu: Duration | None = None
    classical_before: Duration | None = None
    classical_after: Duration | None = None
    count: int = 1
    failure: Failure | None = None
    mark: Mark = field(default=Mark(), compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An entry of ``jobs:``: one step of jobs sent together, repeated ``iterations`` times, in parallel ``copies``.

    ``is_loop`` tells a file's ``loop:`` from a plain job; ``think`` is ``None`` where the file says nothing.
    """

    name: str
    jobs: tuple[Job, ...]
    iterations: int = 1
    copies: int = 1
    think: Duration | None = None
    after: tuple[str, ...] = ()
    is_loop: bool = False
    mark: Mark = field(default=Mark(), compare=False)

    @property
    def size(self) -> int:
        """Jobs in all iterations of all copies."""
        return sum(job.count for job in self.jobs) * self.iterations * self.copies


@dataclass(frozen=True, slots=True, kw_only=True)
class Rival:
    """Another instance that shares the QPU: its jobs arrive ``every`` so often and hold the line for ``qpu``."""

    name: str
    allocation_us: int
    used_us: int
    every: Duration
    qpu: Duration


@dataclass(frozen=True, slots=True, kw_only=True)
class FairShare:
    """A queue in which the instance that has used the least share of its allocation is served next (rule Q-03).

    ``used_us`` is usage of the rolling ``window_us``; the rivals' jobs arrive from ``warm_up_us`` before the start.
    """

    allocation_us: int
    used_us: int
    window_us: int
    warm_up_us: int
    rivals: tuple[Rival, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueModel:
    """The instance's queue: one wait per correlation step of the clock, and the time between two entries of ours.

    ``correlation_us`` 0: one wait for the whole run. With ``fair_share`` waits emerge instead.
    """

    name: str
    wait: Duration
    between: Duration = Duration.fixed(0)
    correlation_us: int = 0
    fair_share: FairShare | None = None

    def durations(self) -> Iterator[Duration]:
        """All that may be random of it."""
        if self.fair_share is None:
            yield from (self.wait, self.between)
        else:
            for rival in self.fair_share.rivals:
                yield from (rival.every, rival.qpu)


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignJob:
    """Somebody else's single job; it is next in line the moment it arrives."""

    arrival_us: int
    before: Duration
    qpu: Duration
    after: Duration = Duration.fixed(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignStream:
    """Other people's single jobs without end, ``every`` so often from the submission on."""

    every: Duration
    before: Duration
    qpu: Duration
    after: Duration = Duration.fixed(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """A calibration that wants the QPU ``first`` after the submission and holds it for ``length``.

    Again ``every_us`` from there on (0: once); those that were due while one could not start are left out.
    """

    first: Duration
    length: Duration
    every_us: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Background:
    """Foreign load: lanes held from the start until an instant, arrivals in order of time or a stream, calibrations."""

    busy_lanes: tuple[Duration, ...] = ()
    arrivals: tuple[ForeignJob, ...] = ()
    stream: ForeignStream | None = None
    calibrations: tuple[Calibration, ...] = ()

    def durations(self) -> Iterator[Duration]:
        """All that may be random of it."""
        yield from self.busy_lanes
        for job in self.arrivals:
            yield from (job.before, job.qpu, job.after)
        if self.stream:
            yield from (self.stream.every, self.stream.before, self.stream.qpu, self.stream.after)
        for calibration in self.calibrations:
            yield from (calibration.first, calibration.length)


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """How a batch or a session is run; TTLs are resolved from plan and backend where the file says nothing."""

    interactive_ttl_us: int
    max_time_us: int
    end: End = End.CLOSE
    cancel_after: int | None = None
    reuse_noise_model: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageSettings:
    """Which usage model prices modelled jobs, and how charges are rounded (``None``: as the model says)."""

    model: UsageModel
    rounding: Rounding | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassicalDefaults:
    """The profile's spreads that apply where a workload says nothing.

    ``before`` is that of every primitive, but for the estimator where ``before_estimator`` is known.
    """

    before: Duration
    after: Duration
    think: Duration
    before_estimator: Duration | None = None
    facts: tuple[Fact, ...] = ()

    def before_of(self, job: Job) -> Duration:
        """The classical part before the QPU of a job that states none."""
        own = self.before_estimator if job.primitive is Primitive.ESTIMATOR else None
        return own or self.before


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """A workload file, complete: what to run, where, on which plan, and every default taken.

    ``mode`` is ``None`` for "any". ``assumptions`` lists what the file left to defaults and what it
    overrides; ``diagnostics`` what is allowed but unwise. ``inputs`` are the file laid flat, where that was asked for.
    """

    name: str
    file: str
    items: tuple[Item, ...]
    backend: Backend
    plan: PricingPlan
    queue: QueueModel
    session: Container
    batch: Container
    usage: UsageSettings
    classical: ClassicalDefaults
    background: Background | None = None
    mode: Mode | None = None
    assumptions: tuple[Fact, ...] = ()
    diagnostics: tuple[Problem, ...] = ()
    inputs: Inputs = field(default=(), compare=False, repr=False)

    @property
    def size(self) -> int:
        """How many jobs there are when every iteration is sent."""
        return sum(item.size for item in self.items)
