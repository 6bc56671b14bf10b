"""What IBM's job validation would refuse or cut, told before anything is sent."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from qplan.errors import Problem, Severity
from qplan.model.backend import Backend
from qplan.model.usage import JobLimits, Mitigation, QuantumTime
from qplan.model.workload import Job, Primitive, Pub
from qplan.plan.count import exact, in_us, plain
from qplan.say import say_us
from qplan.units import MAX_US, US_PER_S, s_from_us


def job_problems(job: Job, quantum: QuantumTime, backend: Backend, limits: JobLimits) -> list[Problem]:
    """Every problem of one ``job`` with its limits, in the order of their codes (QP401 to QP409)."""
    methods = quantum.methods
    return [
        *_too_many_executions(job, quantum, limits),
        *_too_many_instructions(job, methods, limits),
        *_too_many_gates(job, methods, limits),
        *_over_service_time(job, quantum, limits),
        *_over_own_time(job, quantum),
        *_too_wide(job, backend),
        *_rep_delay(job, backend),
        *_pec_with_zne(job, methods),
        *_beyond_clock(job, quantum),
    ]


def _problem(job: Job, code: str, message: str, hint: str, severity: Severity = Severity.ERROR) -> Problem:
    return Problem(
        code=code, message=f"job {job.name!r}: {message}", hint=hint, path=job.name, mark=job.mark, severity=severity
    )


def _too_many_executions(job: Job, quantum: QuantumTime, limits: JobLimits) -> Iterator[Problem]:
    if job.primitive is Primitive.SAMPLER and quantum.executions_main > limits.sampler_executions:
        yield _problem(
            job,
            "QP401",
            f"{quantum.executions_main:,} executions; a Sampler job may have {limits.sampler_executions:,}",
            "use fewer shots, or split the circuits over several jobs",
        )


def _too_many_instructions(job: Job, methods: Mitigation, limits: JobLimits) -> Iterator[Problem]:
    estimate = round(sum(_instructions(pub, job, methods, limits) for pub in job.pubs))
    if estimate > limits.instructions_per_qubit:
        yield _problem(
            job,
            "QP402",
            f"about {estimate:,} control instructions per qubit, estimated from the depth;"
            f" a job may have {limits.instructions_per_qubit:,}",
            "split the circuits over several jobs, or use shallower circuits or fewer noise factors",
            Severity.WARNING,
        )


def _instructions(pub: Pub, job: Job, methods: Mitigation, limits: JobLimits) -> Decimal:
    """Of the busiest qubit: a gate in every layer, a measurement and, with ``init_qubits``, an init a circuit.

    Half of the layers hold two-qubit gates where ``two_qubit_depth`` is not given.
    """
    depth = pub.depth or 0
    two_qubit = depth // 2 if pub.two_qubit_depth is None else pub.two_qubit_depth
    rest = max(depth - two_qubit, 0)
    fixed = rest * limits.weight_one_qubit + limits.weight_measure
    fixed += limits.weight_init if job.options.init_qubits else 0
    folded = two_qubit * limits.weight_two_qubit * _repeats(methods)
    return pub.executed_circuits * (len(methods.noise_factors) * fixed + folded)


def _repeats(methods: Mitigation) -> Decimal:
    """How often the two-qubit gates of a circuit stand in all its items: the sum of folding's noise factors."""
    if not methods.folding:
        return Decimal(len(methods.noise_factors))
    return sum((exact(factor) for factor in methods.noise_factors), Decimal())


def _too_many_gates(job: Job, methods: Mitigation, limits: JobLimits) -> Iterator[Problem]:
    factor = _repeats(methods) if methods.folding else Decimal(1)
    gates = max(pub.two_qubit_gates or pub.two_qubit_depth or 0 for pub in job.pubs)
    if gates * factor > limits.two_qubit_gates_per_circuit:
        folded = f" x {plain(factor)} (sum of the ZNE noise factors)" if methods.folding else ""
        yield _problem(
            job,
            "QP403",
            f"{gates:,} two-qubit gates{folded} in a circuit; at most {limits.two_qubit_gates_per_circuit:,} may be",
            "cut the circuit, or use fewer or smaller noise factors",
        )


def _over_service_time(job: Job, quantum: QuantumTime, limits: JobLimits) -> Iterator[Problem]:
    time_us = quantum.main_us + quantum.learning_us
    if time_us > limits.qpu_time_s * US_PER_S:
        yield _problem(
            job,
            "QP404",
            f"{_time(time_us)} of quantum time; the service will cut it at {_time(limits.qpu_time_s * US_PER_S)}",
            "split the job, or use fewer shots or less mitigation",
            Severity.WARNING,
        )


def _time(us: int) -> str:
    """A long time as a person says it, and in the seconds in which limits are given."""
    return f"{say_us(us)} ({s_from_us(us):,} s)"


def _over_own_time(job: Job, quantum: QuantumTime) -> Iterator[Problem]:
    own_s = job.options.max_execution_time_s
    time_us = quantum.main_us + quantum.learning_us
    if own_s is not None and own_s * US_PER_S < time_us:
        yield _problem(
            job,
            "QP405",
            f"max_execution_time is {own_s:,} s, but its quantum time is {s_from_us(time_us):,} s: it will be cut",
            f"set max_execution_time to at least {-(-time_us // US_PER_S):,} s, or make the job smaller",
            Severity.WARNING,
        )


def _too_wide(job: Job, backend: Backend) -> Iterator[Problem]:
    if job.qubits is not None and backend.qubits is not None and job.qubits > backend.qubits:
        yield _problem(
            job,
            "QP406",
            f"{job.qubits} qubits; {backend.name} has {backend.qubits}",
            f"use at most {backend.qubits} qubits, or another backend",
        )


def _rep_delay(job: Job, backend: Backend) -> Iterator[Problem]:
    delay, low, high = job.options.rep_delay_s, backend.rep_delay_min_s, backend.rep_delay_max_s
    if delay is None or ((low is None or delay >= low) and (high is None or delay <= high)):
        return
    least = in_us(exact(low)) if low is not None else "any"
    most = in_us(exact(high)) if high is not None else "any"
    yield _problem(
        job,
        "QP407",
        f"rep_delay {in_us(exact(delay))} is outside the range of {backend.name}, {least} to {most}",
        f"give rep_delay in seconds, inside the range; the default is {in_us(exact(backend.rep_delay_s))}",
    )


def _pec_with_zne(job: Job, methods: Mitigation) -> Iterator[Problem]:
    if methods.pec and methods.zne:
        why = "" if job.options.zne_mitigation else f" (resilience_level {methods.level} turns ZNE on)"
        yield _problem(
            job,
            "QP408",
            f"PEC and ZNE cannot be used together{why}",
            "set pec_mitigation or zne_mitigation to false",
        )


def _beyond_clock(job: Job, quantum: QuantumTime) -> Iterator[Problem]:
    if quantum.main_us + quantum.learning_us > MAX_US:
        yield _problem(
            job,
            "QP409",
            f"its quantum time is beyond the clock's range of {MAX_US // US_PER_S:,} s",
            "use fewer shots or circuits; PEC needs a max_overhead",
        )
