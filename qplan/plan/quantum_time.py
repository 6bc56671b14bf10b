"""From a job to its quantum time: counts x constants of a usage model, each term told."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal, localcontext

from qplan.model.backend import Backend
from qplan.model.usage import CircuitDefaults, Executions, PrimitiveDefaults, QuantumTime, Term, UsageModel
from qplan.model.workload import Job
from qplan.plan.bounds import band, sub_jobs
from qplan.plan.count import FILE, term
from qplan.plan.executions import count_executions
from qplan.plan.time_parts import (
    Setting,
    is_wide,
    layer_learning,
    per_circuit,
    per_job,
    pub_times,
    readout_calibration,
    setting,
)
from qplan.units import US_PER_S, s_from_us, us_from_s

EXECUTIONS, READOUT, LEARNING = "executions", "readout calibration", "noise learning"
DIGITS = 60
"""Enough for every product of a count and a constant to be exact, so that a time is rounded once."""


def quantum_time(
    job: Job,
    backend: Backend,
    model: UsageModel,
    circuits: CircuitDefaults,
    defaults: PrimitiveDefaults,
) -> QuantumTime:
    """The quantum time of one ``job`` in microseconds, by the formula that ``UsageModel`` states.

    ``learning_us`` is the time of layer noise learning, which jobs of a session can share; readout
    calibration (TREX) stays in ``main_us``. A stated ``qpu`` is taken as it is, at its median.
    """
    executions = count_executions(job, defaults)
    if job.qpu is not None:
        return _stated(job.qpu.median_us, executions)
    with localcontext(prec=DIGITS):
        at = setting(job, backend, model, circuits, executions)
        return _modelled(at, defaults)


def breakdown(
    job: Job, backend: Backend, model: UsageModel, circuits: CircuitDefaults, defaults: PrimitiveDefaults
) -> tuple[tuple[str, Decimal], ...]:
    """The terms of a modelled quantum time, in seconds, by their names; of a stated one, that alone."""
    executions = count_executions(job, defaults)
    if job.qpu is not None:
        return (("stated", Decimal(job.qpu.median_us) / US_PER_S),)
    with localcontext(prec=DIGITS):
        at = setting(job, backend, model, circuits, executions)
        return (
            ("per job", per_job(at).seconds),
            ("per circuit", per_circuit(at).seconds),
            (EXECUTIONS, sum((part.seconds for part in pub_times(at)), Decimal())),
            (READOUT, readout_calibration(at).seconds),
            (LEARNING, layer_learning(at).seconds),
        )


def _modelled(at: Setting, defaults: PrimitiveDefaults) -> QuantumTime:
    main = (per_job(at), per_circuit(at), *pub_times(at), readout_calibration(at))
    learning = layer_learning(at)
    main_us = us_from_s(sum((part.seconds for part in main), Decimal()))
    learning_us = us_from_s(learning.seconds)
    parts = (at.overhead, *main, learning, sub_jobs(at, defaults))
    low, high = band(at.job, at.model)
    terms = (*at.executions.factors, *(line for part in parts for line in part.terms))
    assumed = (*at.executions.assumed, *(fact for part in parts for fact in part.assumed))
    return replace(
        _counted(at.executions),
        main_us=main_us,
        learning_us=learning_us,
        minimum_us=us_from_s(at.model.minimum_s),
        modelled=True,
        lower_bound=at.executions.lower_bound or any(part.lower_bound for part in parts),
        band_low=low,
        band_high=high,
        wide=is_wide(at.job, at.model),
        terms=(*terms, _sum(main_us, learning_us, at.model)),
        assumed=tuple(dict.fromkeys(assumed)),
    )


def _stated(qpu_us: int, executions: Executions) -> QuantumTime:
    shown = term("quantum time", f"{s_from_us(qpu_us):,} s", "stated", FILE)
    return replace(_counted(executions), main_us=qpu_us, terms=(shown,))


def _counted(executions: Executions) -> QuantumTime:
    """The counts of a job whose time is still to come."""
    return QuantumTime(
        main_us=0,
        learning_us=0,
        minimum_us=0,
        circuits=executions.circuits,
        executions_main=executions.main,
        executions_learning=executions.learning_layers,
        executions_trex=executions.learning_trex_manual + executions.trex_automatic,
        modelled=False,
        lower_bound=False,
        band_low=Decimal(1),
        band_high=Decimal(1),
        methods=executions.methods,
    )


def _sum(main_us: int, learning_us: int, model: UsageModel) -> Term:
    learned = f" + {s_from_us(learning_us):,} s of noise learning" if learning_us else ""
    return Term(
        name="quantum time",
        value=f"{s_from_us(main_us + learning_us):,} s",
        formula=f"{s_from_us(main_us):,} s{learned}: the sum of the terms, rounded once to the microsecond",
        source=f"usage model {model.name}",
        status="derived",
    )
