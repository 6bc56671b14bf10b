"""The parts of a job's quantum time: each a sum in seconds with the lines that tell it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from qplan.model.backend import Backend
from qplan.model.fact import Fact, Status
from qplan.model.usage import CircuitDefaults, Executions, PubExecutions, Term, UsageModel
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
    defaults: CircuitDefaults,
    executions: Executions,
) -> Setting:
    """Gather what the parts of ``job``'s time need; the model's own circuit duration goes before the shipped one."""
    if model.default_circuit_duration_s is not None:
        own = named(model.facts, "default_circuit_duration_s")
        defaults = replace(defaults, duration_s=model.default_circuit_duration_s, facts=(*defaults.facts, own))
    pubs = (job.pubs[pub.first - 1] for pub in executions.pubs)
    circuits = tuple(circuit_time(pub, job.qubits, backend, defaults) for pub in pubs)
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
    beyond = _beyond(delay_s, model)
    if not (model.counts_reset and job.options.init_qubits):
        return Part(seconds=seconds, terms=tuple(terms), assumed=beyond)
    if backend.reset_ns is None:
        told = assumption("reset", "0 us (the least)", f"reset length of {backend.name} is not known")
        return Part(seconds=seconds, terms=tuple(terms), assumed=(*beyond, told), lower_bound=True)
    reset_s = exact(backend.reset_ns) * NS
    terms.append(term("reset", in_us(reset_s), "init_qubits", named(backend.facts, "reset_ns")))
    return Part(seconds=seconds + reset_s, terms=tuple(terms), assumed=beyond)


def _beyond(delay_s: Decimal, model: UsageModel) -> tuple[Fact, ...]:
    """What to tell of a rep_delay longer than those of the charges behind the model."""
    longest_s = model.longest_rep_delay_s
    if longest_s is None or delay_s <= longest_s:
        return ()
    why = f"usage model {model.name} was fitted to charges of at most {in_us(longest_s)}"
    return (assumption("rep_delay", f"{in_us(delay_s)}: the time of executions is taken to grow with it", why),)


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
    """The model's constant per circuit loaded, where it has one; more for wide or deep circuits."""
    wide = is_wide(at.job, at.model)
    constants = [("per circuit", "per_circuit_s", at.model.per_circuit_s)]
    constants += [("per wide circuit", "per_wide_circuit_s", at.model.per_wide_circuit_s)] if wide else []
    loaded = at.executions.loaded
    terms = tuple(
        term(name, in_s(each * loaded), f"{in_s(each)} x {_loaded(at.executions)}", named(at.model.facts, field))
        for name, field, each in constants
        if each
    )
    return Part(seconds=loaded * sum((each for _, _, each in constants), Decimal()), terms=terms)


def is_wide(job: Job, model: UsageModel) -> bool:
    """Whether a job's circuits are wide or deep by the model's borders."""
    depth = max(pub.depth or pub.two_qubit_depth or 0 for pub in job.pubs)
    wide = model.wide_qubits is not None and (job.qubits or 0) >= model.wide_qubits
    return wide or (model.wide_depth is not None and depth > model.wide_depth)


def _loaded(executions: Executions) -> str:
    """The words for the circuits loaded: randomizations and noise factors make each circuit several."""
    loaded = times(executions.loaded, "circuit")
    return loaded if executions.loaded == executions.circuits else f"{loaded} loaded"


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
    """TREX: by hand in full, automatic as the model says."""
    by_hand, automatic = at.executions.learning_trex_manual, at.executions.trex_automatic
    if by_hand:
        seconds = by_hand * (at.overhead.seconds + at.circuit_s)
        formula = f"{times(by_hand, 'execution')} x {at.each(at.circuit_s)}"
        return Part(seconds=seconds, terms=(_readout(seconds, formula, _derived(at.model)),))
    return _sum(_fixed_calibration(at), _calibration_by_shots(at)) if automatic else Part()


def _fixed_calibration(at: Setting) -> Part:
    """The part of an automatic readout calibration that no shots change: short circuits that hold a measurement."""
    count = at.model.trex_executions
    seconds = count * at.overhead.seconds
    formula = f"{plain(count)} executions x {at.each(Decimal())}"
    fact = named(at.model.facts, "trex_executions")
    return Part(seconds=seconds, terms=(_readout(seconds, formula, fact),)) if count else Part()


def _calibration_by_shots(at: Setting) -> Part:
    """The part that grows with the shots of the job, at the length of the job's circuits, as IBM's formula has it."""
    share, shots = at.model.automatic_trex_share, at.executions.trex_automatic
    seconds = share * shots * (at.overhead.seconds + at.circuit_s)
    formula = f"{plain(share)} x {times(shots, 'execution')} x {at.each(at.circuit_s)}"
    fact = named(at.model.facts, "automatic_trex_share")
    return Part(seconds=seconds, terms=(_readout(seconds, formula, fact),)) if share else Part()


def _sum(*parts: Part) -> Part:
    terms = tuple(line for part in parts for line in part.terms)
    return Part(seconds=sum((part.seconds for part in parts), Decimal()), terms=terms)


def _readout(seconds: Decimal, formula: str, fact: Fact) -> Term:
    return term("readout calibration (TREX)", in_s(seconds), formula, fact)


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
