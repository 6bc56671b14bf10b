"""A calibration in every format, and the profile file it becomes."""

from __future__ import annotations

import json
from collections.abc import Iterator

from qplan.model.calibration import Calibration, Check, Constant, Observed
from qplan.model.duration import Duration
from qplan.render import numbers, words
from qplan.render.base import Format, Options, Page, renderer
from qplan.units import s_from_us

NORMAL_95 = 1.96
NOTHING = 1e-6
"""The share of a shipped constant below which it is told as nothing."""
SHOWN = 20
WORDS = {
    "per_job.sampler": "per job, sampler",
    "per_job.estimator_0": "per job, level 0",
    "per_job.estimator_1": "per job, level 1",
    "per_job.estimator_2": "per job, level 2",
    "per_circuit": "per circuit",
    "per_wide_circuit": "per wide circuit",
    "per_execution": "per execution",
    "trex_executions": "executions of TREX",
    "classical_before": "classical_before, sampler",
    "classical_before_estimator": "classical_before, estimator",
    "queue_wait": "queue wait",
}
_UNITS = {"per_circuit": (1e3, "ms"), "per_wide_circuit": (1e3, "ms"), "per_execution": (1e6, "us")}
_PERCENTS = {0.0: "min", 1.0: "max"}


def calibration(told: Calibration, format: Format, options: Options) -> str:
    """The text in one format."""
    pages = [_constants_page(told), _checks_page(told)]
    if format in (Format.JSON, Format.CSV):
        pages = pages[:1]
    return "\n".join(renderer(format).page(page, options) for page in pages)


def verdict(told: Calibration) -> str:
    """How well receipts are predicted that the fit has not seen."""
    n = len(told.checks)
    within = round(told.within_20 * n)
    near = round(told.within_20_or_a_second * n)
    return (
        f"{numbers.counted(n, 'receipt')} of {told.backend}: {within} of {n} within 20 %, {near} within 20 % or 1 s,"
        " each predicted without itself"
    )


def _constants_page(told: Calibration) -> Page:
    return Page(
        title=verdict(told),
        text=tuple(_sentences(told)),
        headers=("constant", "shipped", "calibrated", "95_percent", "from_receipts"),
        rows=tuple(map(_constant_row, told.constants)),
        data=_data(told),
    )


def _sentences(told: Calibration) -> Iterator[str]:
    span = f"{told.first} to {told.last}" if told.first != told.last else told.first or "date unknown"
    yield f"Receipts: {span}. Median error {numbers.percent(told.median_error)}. Prior: usage model {told.prior.name}."
    model = told.model
    yield f"80 % band of an estimate: x {model.band_low} to x {model.band_high}."
    if told.jobs < len(told.checks):
        yield f"{numbers.counted(told.jobs, 'different job')}; repeats of one count as one and are left out together."
    if told.folds < told.jobs:
        yield f"Jobs were left out in {told.folds} parts instead of one by one."
    yield from (_seen(seen) for seen in told.observed if seen.count)
    for usage in told.usages:
        if usage.remaining_us is None:
            yield f"The instance has used {numbers.duration(usage.consumed_us)}."
        else:
            yield (
                f"The instance has {numbers.duration(usage.remaining_us)} left"
                f"{f' ({usage.period})' if usage.period else ''}:"
                f" plan: {{profile: ..., remaining: {s_from_us(usage.remaining_us)}s}}"
            )
    yield from map(words.diagnostic, told.diagnostics)


def _constant_row(constant: Constant) -> tuple[str, ...]:
    shipped = _figure(constant, constant.prior)
    if constant.is_kept:
        return (WORDS[constant.name], shipped, "as shipped", "", "nothing")
    low, high = max(constant.value - NORMAL_95 * constant.sd, 0.0), constant.value + NORMAL_95 * constant.sd
    interval = f"{_plain(constant, low)} to {_plain(constant, high)}"
    return (WORDS[constant.name], shipped, _figure(constant, constant.value), interval, _whole(constant.informed))


def _whole(share: float) -> str:
    return f"{100 * share:.0f} %"


def _plain(constant: Constant, value: float) -> str:
    value = 0.0 if value < NOTHING * constant.prior else value
    if constant.name == "trex_executions":
        return f"{value:,.0f}"
    factor, _ = _UNITS.get(constant.name, (1.0, "s"))
    return f"{value * factor:.3g}"


def _figure(constant: Constant, value: float) -> str:
    if constant.name == "trex_executions":
        return f"{value:,.0f}"
    return f"{_plain(constant, value)} {_UNITS.get(constant.name, (1.0, 's'))[1]}"


def _seen(seen: Observed) -> str:
    """A sentence on a spread of classical times or waits."""
    receipts = numbers.counted(seen.count, "receipt")
    if seen.spread is None:
        return f"{WORDS[seen.key]}: {receipts}, too few; as shipped."
    ends = dict(zip(seen.spread.probabilities, seen.spread.values_us, strict=True))
    low, middle, high = (numbers.duration(ends[at]) for at in (0.1, 0.5, 0.9))
    return f"{WORDS[seen.key]}: p50 {middle}, p10 {low}, p90 {high}, from {receipts}."


def _checks_page(told: Calibration) -> Page:
    """Every receipt, or of many those that are furthest off."""
    shown = told.checks
    title = "Each receipt, predicted without itself"
    if len(shown) > SHOWN:
        shown = tuple(sorted(shown, key=lambda check: -abs(check.error))[:SHOWN])
        title = f"The {SHOWN} receipts that are furthest off, of {len(told.checks):,}, each predicted without itself"
    return Page(title=title, headers=("receipt", "charged", "predicted", "error"), rows=tuple(map(_check_row, shown)))


def _check_row(check: Check) -> tuple[str, ...]:
    error = f"{100 * check.error:+.0f} %"
    return (check.label, f"{check.charged_s:g} s", f"{check.predicted_s:g} s", error)


def _data(told: Calibration) -> dict[str, object]:
    from qplan.render.json import problem_object

    model = told.model
    return {
        "version": told.version,
        "calibration": {
            "backend": told.backend,
            "prior": told.prior.name,
            "receipts": len(told.checks),
            "jobs": told.jobs,
            "first": told.first or None,
            "last": told.last or None,
            "within_20": told.within_20,
            "within_20_or_a_second": told.within_20_or_a_second,
            "median_error": told.median_error,
            "folds": told.folds,
            "band": {"low": float(model.band_low), "high": float(model.band_high)},
            "constants": [
                {
                    "name": each.name,
                    "shipped": each.prior,
                    "calibrated": each.prior if each.is_kept else each.value,
                    "sd": each.sd,
                    "informed": each.informed,
                }
                for each in told.constants
            ],
            "observed": [
                {
                    "name": seen.key,
                    "receipts": seen.count,
                    "quantiles_s": _quantiles_s(seen.spread) if seen.spread else None,
                }
                for seen in told.observed
            ],
            "checks": [
                {
                    "receipt": check.label,
                    "file": check.receipt.file,
                    "charged_s": check.charged_s,
                    "predicted_s": check.predicted_s,
                    "error": check.error,
                }
                for check in told.checks
            ],
        },
        "diagnostics": [problem_object(problem) for problem in told.diagnostics],
    }


def _quantiles_s(spread: Duration) -> dict[str, float]:
    ranked = zip(spread.probabilities, spread.values_us, strict=True)
    return {_PERCENTS.get(at) or f"p{100 * at:g}": float(s_from_us(us)) for at, us in ranked}


def profile_text(told: Calibration) -> str:
    """The profile file: a usage model of the user's own, named in a workload as ``usage: {model: FILE}``."""
    by_name = {each.name: each for each in told.constants}
    n = len(told.checks)
    source = f"{numbers.counted(n, 'receipt')} of {told.backend}"
    lines = [
        f"# A usage model made by qplan {told.version} from {source}: name this file as the usage model of a workload,",
        "# usage: {model: FILE}, or give it with --usage-model FILE.",
        f"title: {_quoted(f'calibrated on {source}')}",
        "sources:",
        f"  receipts: {{title: {_quoted(source)}{_dated(told.last)}}}",
        f"  prior: {{title: {_quoted(f'usage model {told.prior.name}')}}}",
        f"  left_out: {{title: {_quoted(f'{source}, each predicted without itself')}{_dated(told.last)}}}",
        f"calibration: {{version: 1, backend: {_quoted(told.backend)}, receipts: {n}{_dated(told.last)}, "
        f"within_20: {told.within_20:.2f}, median_error: {told.median_error:.3f}}}",
        "per_job:",
        *(f"  {_constant_line(each, told)}" for name, each in by_name.items() if name.startswith("per_job.")),
        *(_constant_line(each, told) for name, each in by_name.items() if not name.startswith("per_job.")),
        *_kept_lines(told),
        *(_observed_line(seen) for seen in told.observed if seen.spread is not None),
    ]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """A string that YAML reads as it is: JSON's are."""
    return json.dumps(text)


def _dated(date: str) -> str:
    return f", date: {_quoted(date)}" if date else ""


def _constant_line(constant: Constant, told: Calibration) -> str:
    key = constant.name.removeprefix("per_job.")
    count = constant.name == "trex_executions"
    model = told.prior if constant.is_kept else told.model
    exact = (
        model.per_job_s[key] if constant.name.startswith("per_job.") else getattr(model, key if count else f"{key}_s")
    )
    value = f"{exact.normalize():f}" + ("" if count else "s")
    if constant.is_kept:
        return f'{key}: {{value: {value}, source: prior, status: assumed, note: "the receipts say nothing of it"}}'
    note = f"+-{_figure(constant, constant.sd)}, {_whole(constant.informed)} from the receipts"
    return f"{key}: {{value: {value}, source: receipts, status: measured, note: {_quoted(note)}}}"


def _kept_lines(told: Calibration) -> Iterator[str]:
    """What is not fitted, from the prior, and the bands."""
    model = told.model
    if model.default_circuit_duration_s is not None:
        duration = f"{model.default_circuit_duration_s:f}s"
        yield f"default_circuit_duration: {{value: {duration}, source: prior, status: assumed}}"
    if model.longest_rep_delay_s is not None:
        yield f"longest_rep_delay: {{value: {model.longest_rep_delay_s:f}s, source: prior, status: assumed}}"
    yield f"automatic_trex_share: {{value: {model.automatic_trex_share:f}, source: prior, status: assumed}}"
    yield f"counts_reset: {{value: {'true' if model.counts_reset else 'false'}, source: prior, status: assumed}}"
    yield f"rounding: {{value: {model.rounding}, source: prior, status: assumed}}"
    yield f"minimum: {{value: {model.minimum_s:f}s, source: prior, status: assumed}}"
    bands = [("band_low", model.band_low), ("band_high", model.band_high)]
    if model.wide_band_low is not None and model.wide_band_high is not None:
        bands += [("wide_band_low", model.wide_band_low), ("wide_band_high", model.wide_band_high)]
    yield from (f"{key}: {{value: '{end}', source: left_out, status: derived}}" for key, end in bands)
    borders = (("wide_qubits", model.wide_qubits), ("wide_depth", model.wide_depth))
    yield from (f"{key}: {{value: {border}, source: prior, status: assumed}}" for key, border in borders if border)


def _observed_line(seen: Observed) -> str:
    assert seen.spread is not None
    ranked = ", ".join(f"{name}: {value:g}s" for name, value in _quantiles_s(seen.spread).items())
    return f"{seen.key}: {{value: {{{ranked}}}, source: receipts, status: measured}}"
