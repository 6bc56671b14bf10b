"""Usage models: the constants that turn circuits and shots into quantum time."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from qplan.model.fact import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageModel:
    """One named set of constants; seconds, exact decimals.

    quantum = per_job_s[class] x sub-jobs + per_circuit_s x circuits loaded
              [+ per_wide_circuit_s x circuits loaded, for a wide or deep job]
              + (main + explicit learning + trex_executions [+ automatic_trex_share x shots of the job])
                x (rep_delay + circuit duration [+ reset if counts_reset] + per_execution_s)

    Classes of ``per_job_s``: "sampler", "estimator_0", "estimator_1", "estimator_2" (by resilience
    level). ``trex_executions`` and the share are those of an automatic readout calibration (TREX), whose size the
    service does not tell: a fixed part, and one that grows with the shots. ``rounding`` is "none", "nearest" or "up".
    ``band_low`` and ``band_high`` multiply an estimate to give its error band, between which 80 % of charges
    lie; ``wide_band_*`` take their place for a job of at least ``wide_qubits`` qubits or deeper than ``wide_depth``
    (``None``: the model knows no such border).
    ``default_circuit_duration_s`` is what a circuit of unknown depth counts (``None``: the shipped default);
    ``longest_rep_delay_s`` the longest rep_delay of the charges that the model was fitted to.
    """

    name: str
    per_job_s: dict[str, Decimal]
    per_circuit_s: Decimal
    per_execution_s: Decimal
    automatic_trex_share: Decimal
    counts_reset: bool
    rounding: str
    minimum_s: Decimal
    band_low: Decimal
    band_high: Decimal
    facts: tuple[Fact, ...] = ()
    per_wide_circuit_s: Decimal = Decimal()
    trex_executions: Decimal = Decimal()
    wide_qubits: int | None = None
    wide_depth: int | None = None
    wide_band_low: Decimal | None = None
    wide_band_high: Decimal | None = None
    default_circuit_duration_s: Decimal | None = None
    longest_rep_delay_s: Decimal | None = None

    def __hash__(self) -> int:
        return hash(self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class CircuitDefaults:
    """What is taken of a circuit where its PUB is silent.

    ``duration_s``: where neither duration, depth nor gates are known. ``two_qubit_share``: the share of a circuit's
    layers that hold two-qubit gates. ``filling``: the share of the qubits that are busy in such a layer.
    """

    duration_s: Decimal
    two_qubit_share: Decimal = Decimal("0.5")
    filling: Decimal = Decimal(1)
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PrimitiveDefaults:
    """What Qiskit's client takes where a job's options are silent; shots, counts and factors, no units.

    ``twirling_*``: shots per randomization are at least the minimum and give about ``twirling_randomizations``.
    ``learning_*``: layer noise learning; a layer runs bases x depths x randomizations circuits.
    ``single_sub_job_executions``: the largest job known to have paid the per-job constant once.
    """

    sampler_shots: int
    estimator_precision: float
    resilience_level: int
    zne_noise_factors: tuple[float, ...]
    zne_amplifier: str
    twirling_randomizations: int
    twirling_minimum_shots: int
    pec_shots_per_randomization: int
    trex_randomizations: int
    learning_max_layers: int
    learning_randomizations: int
    learning_shots: int
    learning_depths: tuple[int, ...]
    learning_bases: int
    single_sub_job_executions: int
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class JobLimits:
    """What IBM's validation refuses or cuts; ``weight_*`` are control instructions per instruction of a qubit."""

    sampler_executions: int
    instructions_per_qubit: int
    two_qubit_gates_per_circuit: int
    qpu_time_s: int
    weight_one_qubit: int
    weight_two_qubit: int
    weight_measure: int
    weight_init: int
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One line of a figure's derivation: a named value in seconds (or a count), its formula and its source."""

    name: str
    value: str
    formula: str
    source: str
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mitigation:
    """The mitigation methods in force in a job. ``level`` is the resilience level asked for, 0 for the sampler.

    ``noise_factors`` is (1,) without ZNE; ``folding`` tells that gates are repeated (ZNE without PEA).
    """

    level: int = 0
    twirled: bool = False
    trex: bool = False
    zne: bool = False
    pea: bool = False
    pec: bool = False
    noise_factors: tuple[float, ...] = (1,)
    assumed: tuple[Fact, ...] = ()

    @property
    def folding(self) -> bool:
        """Whether circuits grow with the noise factor."""
        return self.zne and not self.pea

    @property
    def learns_layers(self) -> bool:
        """Whether the noise of two-qubit layers is needed."""
        return self.pea or self.pec

    @property
    def equivalent_level(self) -> int:
        """The level whose per-job work this is: it follows the readout calibration (TREX), then ZNE."""
        if not self.trex:
            return 0
        return 2 if self.zne else 1


@dataclass(frozen=True, slots=True, kw_only=True)
class PubExecutions:
    """The executions of ``copies`` equal PUBs (from number ``first`` on, counted from 1).

    ``circuits`` are those of one PUB after broadcasting and grouping, ``shots`` those of one circuit at one
    noise factor, twirling and PEC overhead included; ``noise_factors`` is (1,) without ZNE. ``randomizations`` are
    the random circuits that twirling makes of one of them (1 without twirling).
    """

    first: int
    copies: int
    circuits: int
    shots: int
    noise_factors: tuple[float, ...]
    randomizations: int = 1

    @property
    def executions(self) -> int:
        """Executions of all copies."""
        return self.copies * self.circuits * self.shots * len(self.noise_factors)

    @property
    def loaded(self) -> int:
        """Circuits loaded for all copies: each randomization at each noise factor is one."""
        return self.copies * self.circuits * self.randomizations * len(self.noise_factors)


@dataclass(frozen=True, slots=True, kw_only=True)
class Executions:
    """How often a job runs a circuit once, by reason, and how each count came about.

    ``shots`` are the shots of the job as readout calibration counts them: the largest of its PUBs, without
    PEC overhead. ``trex_automatic`` is counted apart because a usage model weighs it. ``assumed`` lists the
    defaults taken; ``lower_bound`` tells that something unknown can only add. ``learning_circuits`` are the random
    circuits behind the learning executions of known size.
    """

    pubs: tuple[PubExecutions, ...]
    shots: int
    learning_layers: int
    learning_trex_manual: int
    trex_automatic: int
    factors: tuple[Term, ...] = ()
    assumed: tuple[Fact, ...] = ()
    lower_bound: bool = False
    methods: Mitigation = Mitigation()
    learning_circuits: int = 0

    @property
    def loaded(self) -> int:
        """Circuits loaded: those of the PUBs, and those that learn noise at a size that is known."""
        return sum(pub.loaded for pub in self.pubs) + self.learning_circuits

    @property
    def circuits(self) -> int:
        """Circuits after broadcasting and observable grouping, before mitigation multiplies them."""
        return sum(pub.copies * pub.circuits for pub in self.pubs)

    @property
    def main(self) -> int:
        """Executions of the job's own circuits."""
        return sum(pub.executions for pub in self.pubs)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuantumTime:
    """The quantum time of one job: main part, the noise learning that may be shared, and how both came about.

    ``executions_trex`` (readout calibration, by hand and automatic) belong to the main part; ``assumed``
    lists the defaults taken. ``wide`` tells that its circuits are wide or deep by the model's borders.
    """

    main_us: int
    learning_us: int
    minimum_us: int
    circuits: int
    executions_main: int
    executions_learning: int
    modelled: bool
    lower_bound: bool
    band_low: Decimal
    band_high: Decimal
    terms: tuple[Term, ...] = ()
    executions_trex: int = 0
    assumed: tuple[Fact, ...] = ()
    methods: Mitigation = Mitigation()
    wide: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Constants:
    """The shipped figures that every job's quantum time needs beside its backend and usage model."""

    circuits: CircuitDefaults
    primitives: PrimitiveDefaults
    limits: JobLimits

    def __hash__(self) -> int:
        return hash(self.circuits.duration_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """A figure with the terms it is made of; ``value`` is readable text."""

    figure: str
    value: str
    terms: tuple[Term, ...]
