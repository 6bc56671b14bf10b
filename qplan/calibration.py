"""A usage model's constants from a user's own receipts: the fit, and how far it holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from math import ceil, exp, floor, log, log1p, log10, sqrt

import numpy as np

from qplan import __version__
from qplan.calibrate import HALF_S, NOISE_S, RELATIVE, Array, Charges, Fit, Prior, fit, held_out, widened
from qplan.errors import Mark, Problem, Severity, WorkloadError
from qplan.features import CLASSES, EXECUTION, FIELDS, NAMES, UNITS, Features, features, with_values
from qplan.model.calibration import Calibration, Check, Constant, Matched, Observed
from qplan.model.receipt import ReceiptBook
from qplan.model.usage import UsageModel
from qplan.model.workload import Job, Primitive, Rounding
from qplan.parse import catalog
from qplan.parse.quantiles import quantiles_from
from qplan.plan.time_parts import is_wide
from qplan.units import ROUNDINGS, charge_us, s_from_us

MIXED, NOTHING, UNDONE, STATED_TIME, TOO_FEW, UNUSED = "QP701", "QP702", "QP703", "QP704", "QP705", "QP706"
HINT_MIXED = "a profile is of one device: give the receipts of each by themselves"
COMPLETED = ("", "completed")
FEW = 5
"""Different jobs below which a spread is not told and the constants are called near the prior's."""
FOLDS = 200
BAND_WEIGHT = 5
NORMAL_90 = 1.2816
EXECUTED_NOISE_S = 0.05
"""What a circuits' execution time strays from a model: it is told to the nanosecond, but depths are known roughly."""
DEVICES = np.array([1, 1.5, 1.5, 1.5, 2, 5, 8, 1])
"""How far one device may lie from the shipped constants, in the units of the fit: as far as a refit without the ten
receipts of ibm_phoenix, or without all of IBM's documentation, moves them."""
SURE = np.array([0.1, 0.1, 0.1, 0.1, 0, 0, 0, 0])
"""No constant per job is known better: charges are whole seconds, and what they stray they may stray alike."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """The receipts of jobs that are alike, which tell of one time: repeats know nothing more of it.

    ``charged_s`` is their mean charge, ``executed_s`` their mean execution time where all tell one.
    """

    pairs: tuple[Matched, ...]
    features: Features
    wide: bool

    @property
    def charged_s(self) -> float:
        """The mean of the charges."""
        return sum(pair.receipt.charged_us for pair in self.pairs) / len(self.pairs) / 1e6

    @property
    def executed_s(self) -> float:
        """The mean of the execution times, 0 where one is not told."""
        told = [pair.receipt.executed_us for pair in self.pairs if pair.receipt.executed_us]
        return sum(told) / len(told) / 1e6 if len(told) == len(self.pairs) else 0.0

    @property
    def half_s(self) -> float:
        """Half of a charge's last digit; of different charges of one job the mean tells more than a whole second."""
        charges = {pair.receipt.charged_us for pair in self.pairs}
        return HALF_S if len(charges) == 1 else HALF_S / sqrt(len(self.pairs))


def calibrate(matched: Sequence[Matched], book: ReceiptBook, prior: UsageModel) -> Calibration:
    """Fit ``prior``'s constants to receipts of one backend. Raises ``WorkloadError`` for several, or for none."""
    backend = _one_backend(matched, book)
    fitted = [pair for pair in matched if pair.receipt.state in COMPLETED and pair.job.qpu is None]
    if not fitted:
        hint = "receipts of jobs that ran to their end and do not state qpu"
        raise WorkloadError([*_findings(matched, 0, book), _problem(NOTHING, "no receipt that could be fitted", hint)])
    runs = _runs(fitted, prior)
    held, charges, executed = _prior(prior), _charges(runs, prior), [i for i, run in enumerate(runs) if run.executed_s]
    parts = np.arange(len(runs)) % min(len(runs), FOLDS)
    both = charges.beside(_executed(charges.part(np.array(executed, dtype=np.int_)), [runs[i] for i in executed]))
    unseen = held_out(both, held, np.concatenate([parts, parts[executed]]))[: len(runs)]
    constants = tuple(_constants(_honest(fit(both, held), charges, unseen)))
    checked = [(run, _charge_s(float(time), prior)) for run, time in zip(runs, unseen, strict=True)]
    dates = sorted(pair.receipt.date[:10] for pair in fitted if pair.receipt.date)
    return Calibration(
        backend=backend,
        prior=prior,
        model=_model(prior, constants, checked),
        constants=constants,
        checks=tuple(_checks(checked)),
        jobs=len(runs),
        folds=len(np.unique(parts)),
        observed=tuple(_observed(fitted)),
        usages=book.usages,
        first=dates[0] if dates else "",
        last=dates[-1] if dates else "",
        diagnostics=tuple(_findings(matched, len(runs), book)),
        version=__version__,
    )


def _one_backend(matched: Sequence[Matched], book: ReceiptBook) -> str:
    """The backend that all receipts, of jobs and of sessions, are of."""
    named = [(pair.workload.backend.name, pair.receipt.file, pair.receipt.where) for pair in matched]
    named += [(each.backend, each.file, each.where) for each in book.sessions if each.backend]
    first: dict[str, tuple[str, str]] = {}
    for name, file, where in named:
        first.setdefault(name, (file, where))
    if len(first) > 1:
        counts = {name: sum(other == name for other, _, _ in named) for name in first}
        problems = [
            _problem(MIXED, f"{where}: the first of {counts[name]} of {name}", HINT_MIXED, file)
            for name, (file, where) in first.items()
        ]
        raise WorkloadError(problems)
    return next(iter(first), "")


def _problem(code: str, message: str, hint: str, file: str = "", severity: Severity = Severity.ERROR) -> Problem:
    return Problem(code=code, message=message, hint=hint, mark=Mark(file=file or "<receipts>"), severity=severity)


def _findings(matched: Sequence[Matched], jobs: int, book: ReceiptBook) -> Iterator[Problem]:
    """What a user should know of what was not fitted, or rests on little."""
    for pair in matched:
        if pair.receipt.state not in COMPLETED:
            told = f"{pair.receipt.where}: the job is {pair.receipt.state}; its charge is not fitted"
            yield _problem(UNDONE, told, "", pair.receipt.file, Severity.WARNING)
        elif pair.job.qpu is not None:
            told = f"{pair.receipt.where}: {pair.job.name} states its quantum time: its charge tells no constant"
            hint = "describe its circuits instead of qpu"
            yield _problem(STATED_TIME, told, hint, pair.receipt.file, Severity.WARNING)
    for session in book.sessions:
        told = f"{session.where}: the time of a {session.mode or 'session'} is no constant of a usage model"
        yield _problem(UNUSED, told, "reconcile lays it beside an estimate", session.file, Severity.NOTE)
    if 0 < jobs < FEW:
        told = f"receipts of {jobs} different jobs are few: what they say is uncertain"
        hint = f"{FEW} and more, of jobs that differ in size and mitigation"
        yield _problem(TOO_FEW, told, hint, severity=Severity.WARNING)


def _runs(pairs: Sequence[Matched], model: UsageModel) -> list[Run]:
    """The receipts by what ran, in the order in which they come."""
    alike: dict[tuple[Job, str], list[Matched]] = {}
    for pair in pairs:
        job = replace(pair.job, name="", count=1, classical_before=None, classical_after=None, failure=None)
        alike.setdefault((job, pair.workload.backend.name), []).append(pair)
    constants = catalog.constants()
    return [
        Run(
            pairs=tuple(own),
            features=features(job, own[0].workload.backend, model, constants),
            wide=is_wide(job, model),
        )
        for (job, _), own in alike.items()
    ]


def _prior(model: UsageModel) -> Prior:
    """The shipped constants with the spread that one device may differ by."""
    values = {f"per_job.{name}": model.per_job_s[name] for name in CLASSES}
    values |= {name: getattr(model, field) for name, field in FIELDS.items()}
    mean = np.array([float(values[name]) for name in NAMES]) / UNITS
    return Prior(names=NAMES, mean=mean, sd=DEVICES, execution=EXECUTION)


def _charges(runs: Sequence[Run], model: UsageModel) -> Charges:
    n = len(runs)
    # A charge that is rounded up stands for the second below it.
    below = HALF_S if model.rounding == Rounding.UP else 0.0
    return Charges(
        base=np.array([run.features.base for run in runs]),
        slopes=np.array([run.features.slopes for run in runs]),
        cross=np.array([run.features.cross for run in runs]),
        charged=np.array([max(run.charged_s - below, 0.0) for run in runs]),
        half=np.array([0.0 if model.rounding == Rounding.NONE else run.half_s for run in runs]),
        noise=np.full(n, NOISE_S),
        floor=np.full(n, float(model.minimum_s)),
        trust=np.ones(n),
    )


def _executed(charges: Charges, runs: Sequence[Run]) -> Charges:
    """The execution times that receipts tell, as charges without time per job or per circuit."""
    n = len(runs)
    executing = np.array([name in ("per_execution", "trex_executions") for name in NAMES])
    return replace(
        charges,
        slopes=np.where(executing, charges.slopes, 0.0),
        charged=np.array([run.executed_s for run in runs], dtype=np.float64),
        half=np.zeros(n),
        noise=np.full(n, EXECUTED_NOISE_S),
        floor=np.zeros(n),
    )


def _honest(found: Fit, charges: Charges, unseen: Array) -> Fit:
    """Wider intervals where left-out charges stray further than the fit takes for granted, and none too narrow."""
    off = np.maximum(np.abs(unseen - charges.charged) - charges.half, 0)
    scale = np.hypot(charges.noise, RELATIVE * charges.charged)
    wide = widened(found, max(1.0, float(np.sqrt(np.mean((off / scale) ** 2)))))
    return replace(wide, covariance=wide.covariance + np.diag(SURE**2))


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


def _charge_s(time_s: float, model: UsageModel) -> float:
    """What the model charges for a time."""
    us = charge_us(round(time_s * 1e6), ROUNDINGS.index(Rounding(model.rounding)), round(model.minimum_s * 10**6))
    return us / 1e6


def _checks(checked: Sequence[tuple[Run, float]]) -> Iterator[Check]:
    for run, predicted_s in checked:
        for pair in run.pairs:
            receipt = pair.receipt
            label = receipt.id or receipt.job or receipt.where
            yield Check(receipt=receipt, label=label, charged_s=receipt.charged_us / 1e6, predicted_s=predicted_s)


def _model(prior: UsageModel, constants: Sequence[Constant], checked: Sequence[tuple[Run, float]]) -> UsageModel:
    """The prior with the constants that receipts tell, written as a profile writes them, and its bands drawn anew."""
    values = {each.name: each.prior if each.is_kept else significant(each.value, each.sd) for each in constants}
    primitives = {pair.job.primitive for run, _ in checked for pair in run.pairs}
    strays = {wide: [_stray(run, s) for run, s in checked if run.wide is wide] for wide in (False, True)}
    # Jobs of a primitive that no receipt is of may stray as far as they did.
    narrower = len(primitives) == len(Primitive)
    low, high = _band(prior.band_low, prior.band_high, strays[False], narrower=narrower)
    fitted = replace(with_values(prior, values), name="calibrated", band_low=low, band_high=high)
    if prior.wide_band_low is None or prior.wide_band_high is None:
        return fitted
    wide_low, wide_high = _band(prior.wide_band_low, prior.wide_band_high, strays[True], narrower=narrower)
    return replace(fitted, wide_band_low=wide_low, wide_band_high=wide_high)


def _band(low: Decimal, high: Decimal, strays: Sequence[float], *, narrower: bool) -> tuple[Decimal, Decimal]:
    """A shipped band as the left-out jobs stray: it counts like ``BAND_WEIGHT`` jobs; narrower only if that may be.

    What a second more or less explains is no straying: charges are whole seconds.
    """

    def end(shipped: Decimal) -> Decimal:
        shipped_width = abs(log(float(shipped)))
        mean_square = sum(stray**2 for stray in strays) + BAND_WEIGHT * (shipped_width / NORMAL_90) ** 2
        width = NORMAL_90 * sqrt(mean_square / (len(strays) + BAND_WEIGHT))
        width = width if narrower else max(width, shipped_width)
        return Decimal(f"{exp(width if shipped >= 1 else -width):.2f}")

    return (end(low), end(high)) if strays else (low, high)


def _stray(run: Run, predicted_s: float) -> float:
    off = max(abs(predicted_s - run.charged_s) - HALF_S, 0.0)
    return log1p(off / max(min(predicted_s, run.charged_s), 1.0))


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
