"""A usage model's constants from a user's own receipts: how charges follow from them, the fit, and how far it holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from math import ceil, exp, floor, log, log1p, log10, sqrt

import numpy as np
from numpy.typing import NDArray

from qplan import __version__
from qplan.calibrate import HALF_S, NOISE_S, Charges, Fit, Prior, fit, held_out, widened
from qplan.calibrate.ridge import RELATIVE, Array
from qplan.errors import Mark, Problem, Severity, WorkloadError
from qplan.model.backend import Backend
from qplan.model.calibration import Calibration, Check, Constant, Matched, Observed
from qplan.model.receipt import InstanceUsage
from qplan.model.usage import Constants, UsageModel
from qplan.model.workload import Job, Primitive
from qplan.parse import catalog
from qplan.parse.quantiles import quantiles_from
from qplan.plan.quantum_time import quantum_time
from qplan.units import s_from_us

MIXED, NOTHING, UNDONE, STATED_TIME, TOO_FEW = "QP701", "QP702", "QP703", "QP704", "QP705"
HINT_MIXED = "a profile is of one device: give the receipts of each by themselves"
COMPLETED = ("", "completed")
FEW = 5
"""Receipts below which a spread is not told and the constants are called near the prior's."""
FOLDS = 50
BAND_WEIGHT = 5
NORMAL_90 = 1.2816
EXECUTED_NOISE_S = 0.05
"""What a circuits' execution time strays from a model: it is told to the nanosecond, but depths are known roughly."""

CLASSES = ("sampler", "estimator_0", "estimator_1", "estimator_2")
NAMES = (
    *(f"per_job.{name}" for name in CLASSES),
    "per_circuit",
    "per_wide_circuit",
    "per_execution",
    "trex_executions",
)
"""The constants that can be fitted, by their keys in a usage model's file; seconds, or counts of executions."""
EXECUTION = NAMES.index("per_execution")
FIELDS = {
    "per_circuit": "per_circuit_s",
    "per_wide_circuit": "per_wide_circuit_s",
    "per_execution": "per_execution_s",
    "trex_executions": "trex_executions",
}
DEVICES = np.array([1, 1.5, 1.5, 1.5, 2, 5, 8, 1])
"""How far one device may lie from the shipped constants, in the units of the fit: as far as a refit without the ten
receipts of ibm_phoenix, or without all of IBM's documentation, moves them."""
UNITS = np.array([1, 1, 1, 1, 1e-3, 1e-3, 1e-6, 1e4])
"""What one of each is in a fit, so that all are of the size of one: s, ms, us, ten thousand executions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """The time of a job (s) under any constants of a model: base + slopes . c + c[EXECUTION] x (cross . c)."""

    base: float
    slopes: Array
    cross: Array


def features(job: Job, backend: Backend, model: UsageModel, constants: Constants) -> Features:
    """The features of a job, read off ``quantum_time`` itself: what one of each constant alone makes of the job.

    ``model`` gives what is not fitted: the borders of wide jobs, the default circuit duration, the reset.
    """

    def time_s(*ones: str) -> float:
        return _time_s(job, backend, _only(ones, model), constants)

    nothing = time_s()
    alone = {name: time_s(name) - nothing for name in NAMES}
    execution = NAMES[EXECUTION]
    both = {name: time_s(name, execution) - nothing - alone[name] - alone[execution] for name in NAMES[EXECUTION + 1 :]}
    return Features(
        base=nothing,
        slopes=np.array([alone[name] for name in NAMES]),
        cross=np.array([both.get(name, 0.0) for name in NAMES]),
    )


def _time_s(job: Job, backend: Backend, model: UsageModel, constants: Constants) -> float:
    time = quantum_time(job, backend, model, constants.circuits, constants.primitives)
    return float(s_from_us(time.main_us + time.learning_us))


def _only(names: Iterable[str], model: UsageModel) -> UsageModel:
    """The model with the constants named at one of their units and all others at nothing."""
    units = {name: float(unit) if name in names else 0.0 for name, unit in zip(NAMES, UNITS, strict=True)}
    return with_values(model, units)


def with_values(model: UsageModel, values: dict[str, float]) -> UsageModel:
    """The model with constants replaced, in seconds or executions, by their keys."""
    exact = {name: Decimal(repr(value)) for name, value in values.items()}
    return replace(
        model,
        name=f"{model.name}-fit",
        per_job_s={name: exact[f"per_job.{name}"] for name in CLASSES},
        per_circuit_s=exact["per_circuit"],
        per_wide_circuit_s=exact["per_wide_circuit"],
        per_execution_s=exact["per_execution"],
        trex_executions=exact["trex_executions"],
        automatic_trex_share=Decimal(),
    )


def calibrate(matched: Sequence[Matched], usages: Sequence[InstanceUsage], prior: UsageModel) -> Calibration:
    """Fit ``prior``'s constants to receipts of one backend. Raises ``WorkloadError`` for several, or for none."""
    backend = _one_backend(matched)
    fitted = [pair for pair in matched if pair.receipt.state in COMPLETED]
    if not fitted:
        raise WorkloadError(
            [_problem(NOTHING, "no receipt of a job that completed", "receipts of jobs that ran to their end")]
        )
    held = _prior(prior)
    charges, runs = _charges(fitted, prior, backend), _executed(fitted, prior, backend)
    parts = np.arange(len(fitted)) % min(len(fitted), FOLDS)
    both, both_parts = charges.beside(runs[1]), np.concatenate([parts, parts[runs[0]]])
    unseen = held_out(both, held, both_parts)[: len(fitted)]
    found = _honest(fit(both, held), charges, unseen)
    checks = tuple(_check(pair, float(time), prior) for pair, time in zip(fitted, unseen, strict=True))
    constants = tuple(_constants(found))
    dates = sorted(pair.receipt.date[:10] for pair in fitted if pair.receipt.date)
    return Calibration(
        backend=backend.name,
        prior=prior,
        model=_model(prior, constants, checks),
        constants=constants,
        checks=checks,
        folds=len(np.unique(parts)),
        observed=tuple(_observed(fitted)),
        usages=tuple(usages),
        first=dates[0] if dates else "",
        last=dates[-1] if dates else "",
        diagnostics=tuple(_findings(matched, fitted)),
        version=__version__,
    )


def _one_backend(matched: Sequence[Matched]) -> Backend:
    """The backend that all receipts are of."""
    backends: dict[str, list[Matched]] = {}
    for pair in matched:
        backends.setdefault(pair.workload.backend.name, []).append(pair)
    if len(backends) > 1:
        problems = [
            _problem(
                MIXED, f"{own[0].receipt.where}: the first of {len(own)} of {name}", HINT_MIXED, own[0].receipt.file
            )
            for name, own in backends.items()
        ]
        raise WorkloadError(problems)
    return matched[0].workload.backend if matched else Backend(name="", lanes=1, rep_delay_s=0.0)


def _problem(code: str, message: str, hint: str, file: str = "", severity: Severity = Severity.ERROR) -> Problem:
    return Problem(code=code, message=message, hint=hint, mark=Mark(file=file or "<receipts>"), severity=severity)


def _findings(matched: Sequence[Matched], fitted: Sequence[Matched]) -> Iterator[Problem]:
    """What a user should know of what was not fitted, or rests on little."""
    for pair in matched:
        if pair.receipt.state not in COMPLETED:
            told = f"{pair.receipt.where}: the job {pair.receipt.state}; its charge is not fitted"
            yield _problem(UNDONE, told, "", pair.receipt.file, Severity.WARNING)
        elif pair.job.qpu is not None:
            told = f"{pair.receipt.where}: {pair.job.name} states its quantum time: its charge tells no constant"
            yield _problem(
                STATED_TIME, told, "describe its circuits instead of qpu", pair.receipt.file, Severity.WARNING
            )
    if len(fitted) < FEW:
        told = f"{len(fitted)} receipts are few: the constants stay near those shipped"
        yield _problem(
            TOO_FEW, told, f"{FEW} and more, of jobs that differ in size and mitigation", severity=Severity.WARNING
        )


def _prior(model: UsageModel) -> Prior:
    """The shipped constants with the spread that one device may differ by."""
    values = {f"per_job.{name}": model.per_job_s[name] for name in CLASSES}
    values |= {name: getattr(model, FIELDS[name]) for name in NAMES if name in FIELDS}
    mean = np.array([float(values[name]) for name in NAMES]) / UNITS
    return Prior(names=NAMES, mean=mean, sd=DEVICES, execution=EXECUTION)


def _charges(pairs: Sequence[Matched], model: UsageModel, backend: Backend) -> Charges:
    rows = [features(pair.job, backend, model, catalog.constants()) for pair in pairs]
    n = len(pairs)
    return Charges(
        base=np.array([row.base for row in rows]),
        slopes=np.array([row.slopes for row in rows]),
        cross=np.array([row.cross for row in rows]),
        charged=np.array([pair.receipt.charged_us / 1e6 for pair in pairs]),
        half=np.full(n, HALF_S),
        noise=np.full(n, NOISE_S),
        floor=np.full(n, float(model.minimum_s)),
        trust=np.ones(n),
    )


def _executed(pairs: Sequence[Matched], model: UsageModel, backend: Backend) -> tuple[NDArray[np.int_], Charges]:
    """The execution times that receipts tell, as charges without time per job or per circuit, and whose they are."""
    numbers = np.array([i for i, pair in enumerate(pairs) if pair.receipt.executed_us], dtype=np.int_)
    whole = _charges(pairs, model, backend).part(numbers)
    n = len(numbers)
    executing = np.array([name in ("per_execution", "trex_executions") for name in NAMES])
    told = replace(
        whole,
        slopes=np.where(executing, whole.slopes, 0.0),
        charged=np.array([(pairs[i].receipt.executed_us or 0) / 1e6 for i in numbers]),
        half=np.zeros(n),
        noise=np.full(n, EXECUTED_NOISE_S),
        floor=np.zeros(n),
    )
    return numbers, told


def _honest(found: Fit, charges: Charges, unseen: Array) -> Fit:
    """Wider intervals where left-out charges stray further than the fit takes for granted."""
    off = np.maximum(np.abs(unseen - charges.charged) - charges.half, 0)
    scale = np.hypot(charges.noise, RELATIVE * charges.charged)
    return widened(found, max(1.0, float(np.sqrt(np.mean((off / scale) ** 2)))))


def _constants(found: Fit) -> Iterator[Constant]:
    for i, name in enumerate(NAMES):
        unit = float(UNITS[i])
        yield Constant(
            name=name,
            prior=_digits(found.prior.mean[i] * unit),
            value=_digits(found.values[i] * unit),
            sd=_digits(min(found.sd[i], found.prior.sd[i]) * unit),
            informed=round(float(found.informed[i]), 4),
        )


def _digits(value: float) -> float:
    """Six digits: the last bits of a fit are those of a machine's linear algebra."""
    return float(f"{value:.6g}")


def _check(pair: Matched, time_s: float, model: UsageModel) -> Check:
    receipt = pair.receipt
    label = receipt.id or receipt.job or receipt.where
    predicted_s = max(float(round(time_s)), float(model.minimum_s))
    return Check(receipt=receipt, label=label, charged_s=receipt.charged_us / 1e6, predicted_s=predicted_s)


def _model(prior: UsageModel, constants: Sequence[Constant], checks: Sequence[Check]) -> UsageModel:
    """The prior with the constants that receipts tell, written as a profile writes them, and its band drawn anew."""
    values = {each.name: each.prior if each.is_kept else significant(each.value, each.sd) for each in constants}
    low, high = _band(prior.band_low, prior.band_high, checks)
    fitted = replace(with_values(prior, values), name="calibrated", band_low=low, band_high=high)
    if prior.wide_band_low is None or prior.wide_band_high is None:
        return fitted
    wide_low, wide_high = _band(prior.wide_band_low, prior.wide_band_high, checks)
    return replace(fitted, wide_band_low=wide_low, wide_band_high=wide_high)


def _band(low: Decimal, high: Decimal, checks: Sequence[Check]) -> tuple[Decimal, Decimal]:
    """The shipped band narrowed or widened as the left-out receipts stray: it counts like ``BAND_WEIGHT`` receipts.

    What a second more or less explains is no straying: charges are whole seconds.
    """
    strays = [_stray(check) for check in checks]

    def end(shipped: Decimal) -> Decimal:
        shipped_sd = abs(log(float(shipped))) / NORMAL_90
        mean_square = sum(stray**2 for stray in strays) + BAND_WEIGHT * shipped_sd**2
        width = NORMAL_90 * sqrt(mean_square / (len(strays) + BAND_WEIGHT))
        return Decimal(f"{exp(width if shipped >= 1 else -width):.2f}")

    return end(low), end(high)


def _stray(check: Check) -> float:
    off = max(abs(check.predicted_s - check.charged_s) - HALF_S, 0.0)
    return log1p(off / max(min(check.predicted_s, check.charged_s), 1.0))


def significant(value: float, sd: float) -> float:
    """A value to the digit that two digits of its standard deviation reach."""
    if not sd:
        return value
    return round(value, 1 - floor(log10(sd)))


def _observed(pairs: Sequence[Matched]) -> Iterator[Observed]:
    """Classical times and queue waits, as far as receipts tell them."""
    for key, primitive in (
        ("classical_before", Primitive.SAMPLER),
        ("classical_before_estimator", Primitive.ESTIMATOR),
    ):
        own = [pair.receipt for pair in pairs if pair.job.primitive is primitive]
        yield _spread(key, [each.ran_us - each.charged_us for each in own if each.ran_us is not None])
    alone = [pair.receipt for pair in pairs if pair.receipt.mode in ("", "job")]
    yield _spread("queue_wait", [each.wait_us for each in alone if each.wait_us is not None])


def _spread(key: str, times_us: Sequence[int]) -> Observed:
    """Quantiles of what was seen: bounded by it, and none from fewer than ``FEW``."""
    ranked = sorted(max(time, 0) for time in times_us)
    if len(ranked) < FEW:
        return Observed(key=key, count=len(ranked), spread=None)
    percents = {"min": 0, "p10": 10, "p25": 25, "p50": 50, "p75": 75, "p90": 90, "max": 100}
    told = {
        name: s_from_us(ranked[max(ceil(percent * len(ranked) / 100) - 1, 0)]) for name, percent in percents.items()
    }
    return Observed(
        key=key, count=len(ranked), spread=quantiles_from({name: f"{value}s" for name, value in told.items()})
    )
