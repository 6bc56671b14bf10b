"""The parts of a job's quantum time: each a sum in seconds with the lines that tell it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from qplan.model.backend import Backend
from qplan.model.fact import Fact, Status
from qplan.model.usage import Executions, PubExecutions, Term, UsageModel
from qplan.model.workload import Job, Primitive
from qplan.plan.circuit_time import NS, CircuitTime, circuit_time
from qplan.plan.count import FILE, assumption, exact, in_s, in_us, named, plain, term, times
from qplan.plan.executions import label


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A time in seconds, the lines that tell it and what it rests on."""

    seconds: Decimal = Decimal()
    terms: tuple[Term, ...] = ()
    assumed: tuple[Fact, ...] = ()
    lower_bound: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What every part of one job's time needs; ``overhead`` is what each execution adds to its circuit."""

    job: Job
    model: UsageModel
    executions: Executions
    circuits: tuple[CircuitTime, ...]
    overhead: Part
    circuit_s: Decimal

    def each(self, circuit_s: Decimal, words: str = "circuit") -> str:
        """The words for the time of one execution."""
        parts = [f"{line.value} {line.name}" for line in self.overhead.terms]
        parts += [f"{in_us(circuit_s)} {words}"] if circuit_s else []
        return f"({' + '.join(parts)})"


def setting(
    job: Job,
    backend: Backend,
    model: UsageModel,
    default_circuit_duration_s: Decimal,
    executions: Executions,
) -> Setting:
    """Gather what the parts of ``job``'s time need."""
    pubs = (job.pubs[pub.first - 1] for pub in executions.pubs)
    default = named(model.facts, "default_circuit_duration_s") if model.default_circuit_duration_s is not None else None
    circuits = tuple(circuit_time(pub, backend, default_circuit_duration_s, default) for pub in pubs)
    return Setting(
        job=job,
        model=model,
        executions=executions,
        circuits=circuits,
        overhead=_overhead(job, backend, model),
        circuit_s=_mean_circuit_s(executions, circuits),
    )


def _mean_circuit_s(executions: Executions, circuits: tuple[CircuitTime, ...]) -> Decimal:
    """The duration of an unfolded circuit, weighted by executions; learning circuits are taken to last as long."""
    weights = [pub.copies * pub.circuits * pub.shots for pub in executions.pubs]
    weighted = (weight * circuit.seconds for weight, circuit in zip(weights, circuits, strict=True))
    return sum(weighted, Decimal()) / sum(weights)


def _overhead(job: Job, backend: Backend, model: UsageModel) -> Part:
    """rep_delay, the model's constant per execution, and the reset where the model counts it."""
    own = job.options.rep_delay_s
    if own is None:
        fact, formula = named(backend.facts, "rep_delay_s"), f"default of {backend.name}"
    else:
        fact, formula = FILE, "stated"
    delay_s = exact(backend.rep_delay_s if own is None else own)
    terms = [term("rep_delay", in_us(delay_s), formula, fact)]
    if model.per_execution_s:
        constant = named(model.facts, "per_execution_s")
        terms.append(term("per execution", in_us(model.per_execution_s), "constant of the usage model", constant))
    seconds = delay_s + model.per_execution_s
    if not (model.counts_reset and job.options.init_qubits):
        return Part(seconds=seconds, terms=tuple(terms))
    if backend.reset_ns is None:
        told = assumption("reset", "0 us (the least)", f"reset length of {backend.name} is not known")
        return Part(seconds=seconds, terms=tuple(terms), assumed=(told,), lower_bound=True)
    reset_s = exact(backend.reset_ns) * NS
    terms.append(term("reset", in_us(reset_s), "init_qubits", named(backend.facts, "reset_ns")))
    return Part(seconds=seconds + reset_s, terms=tuple(terms))


def per_job(at: Setting) -> Part:
    """The per-job constant of the job's class, once a sub-job."""
    job, level = at.job, at.executions.methods.equivalent_level
    name = "sampler" if job.primitive is Primitive.SAMPLER else f"estimator_{level}"
    constant = at.model.per_job_s[name]
    seconds = constant * job.sub_jobs
    formula = f"{in_s(constant)} ({name}) x {times(job.sub_jobs, 'sub-job')}"
    shown = term("per job", in_s(seconds), formula, named(at.model.facts, f"per_job_s.{name}"))
    if level == at.executions.methods.level:
        return Part(seconds=seconds, terms=(shown,))
    told = assumption(
        "per-job time",
        f"as at resilience level {level}: it follows the readout calibration (TREX) and ZNE",
        f"options override resilience level {at.executions.methods.level}; no such job has been measured",
    )
    return Part(seconds=seconds, terms=(shown,), assumed=(told,), lower_bound=level < at.executions.methods.level)


def per_circuit(at: Setting) -> Part:
    """The model's constant per circuit, where it has one."""
    constant, circuits = at.model.per_circuit_s, at.executions.circuits
    if not constant:
        return Part()
    formula = f"{in_s(constant)} x {times(circuits, 'circuit')}"
    shown = term("per circuit", in_s(constant * circuits), formula, named(at.model.facts, "per_circuit_s"))
    return Part(seconds=constant * circuits, terms=(shown,))


def pub_times(at: Setting) -> Iterator[Part]:
    """The time of each kind of PUB: executions x (overhead + circuit)."""
    for pub, circuit in zip(at.executions.pubs, at.circuits, strict=True):
        yield _pub_time(at, pub, circuit)


def _pub_time(at: Setting, pub: PubExecutions, circuit: CircuitTime) -> Part:
    count, folding = len(pub.noise_factors), at.executions.methods.folding
    circuit_s = circuit.total_s(pub.noise_factors, folding=folding)
    seconds = pub.copies * pub.circuits * pub.shots * (count * at.overhead.seconds + circuit_s)
    words = "circuit" if circuit_s == count * circuit.seconds else "circuit, mean over the noise factors"
    told = circuit.fact.value or in_us(circuit.seconds)
    duration = term(f"circuit duration, {label(pub)}", told, circuit.formula, circuit.fact)
    formula = f"{times(pub.executions, 'execution')} x {at.each(circuit_s / count, words)}"
    shown = term(f"time on the QPU, {label(pub)}", in_s(seconds), formula, _derived(at.model))
    unknown = folding and circuit.two_qubit_s is None
    assumed = [circuit.fact] if circuit.fact.status is Status.ASSUMED else []
    if unknown:
        assumed.append(assumption("gate folding", "circuits not lengthened", "two_qubit_depth is not given"))
    return Part(seconds=seconds, terms=(duration, shown), assumed=tuple(assumed), lower_bound=unknown)


def readout_calibration(at: Setting) -> Part:
    """TREX: by hand in full, automatic by the model's share."""
    by_hand, automatic = at.executions.learning_trex_manual, at.executions.trex_automatic
    share = at.model.automatic_trex_share
    seconds = (by_hand + share * automatic) * (at.overhead.seconds + at.circuit_s)
    if not seconds:
        return Part()
    count = times(by_hand, "execution") if by_hand else f"{plain(share)} x {times(automatic, 'execution')}"
    fact = _derived(at.model) if by_hand else named(at.model.facts, "automatic_trex_share")
    shown = term("readout calibration (TREX)", in_s(seconds), f"{count} x {at.each(at.circuit_s)}", fact)
    return Part(seconds=seconds, terms=(shown,))


def layer_learning(at: Setting) -> Part:
    """Noise learning of two-qubit layers: the part that jobs of a session can share."""
    learned = at.executions.learning_layers
    if not learned:
        return Part()
    seconds = learned * (at.overhead.seconds + at.circuit_s)
    formula = f"{times(learned, 'execution')} x {at.each(at.circuit_s)}"
    return Part(seconds=seconds, terms=(term("noise learning", in_s(seconds), formula, _derived(at.model)),))


def _derived(model: UsageModel) -> Fact:
    return Fact(name="formula", value="", source=f"usage model {model.name}", status=Status.DERIVED)
