"""A workload with one of its inputs set to nothing; what its jobs take is then planned anew."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from qplan.model.duration import Duration
from qplan.model.sensitivity import Input
from qplan.model.workload import Background, Job, MeasureNoiseLearning, Options, Primitive, Pub, Twirling, Workload

NOTHING = Duration.fixed(0)


def without(workload: Workload, input: Input) -> Workload:
    """The workload without that input; the same one where it has none."""
    return _REMOVED[input](workload)


def _wait(workload: Workload) -> Workload:
    return replace(workload, queue=replace(workload.queue, wait=NOTHING))


def _between(workload: Workload) -> Workload:
    return replace(workload, queue=replace(workload.queue, between=NOTHING))


def _fair_share(workload: Workload) -> Workload:
    """Alone in the line, one waits for nobody."""
    if workload.queue.fair_share is None:
        return workload
    return replace(workload, queue=replace(workload.queue, wait=NOTHING, between=NOTHING, fair_share=None))


def _background(**nothing: Any) -> Callable[[Workload], Workload]:  # noqa: ANN401 - fields of several types
    def apply(workload: Workload) -> Workload:
        background = replace(workload.background or Background(), **nothing)
        return replace(workload, background=background)

    return apply


def _before(workload: Workload) -> Workload:
    quick = _of_jobs(lambda job: replace(job, classical_before=NOTHING))(workload)
    return replace(quick, classical=replace(workload.classical, before=NOTHING, before_estimator=None))


def _after(workload: Workload) -> Workload:
    quick = _of_jobs(lambda job: replace(job, classical_after=NOTHING))(workload)
    return replace(quick, classical=replace(workload.classical, after=NOTHING))


def _think(workload: Workload) -> Workload:
    items = tuple(replace(item, think=NOTHING) for item in workload.items)
    return replace(workload, items=items, classical=replace(workload.classical, think=NOTHING))


def _of_jobs(change: Callable[[Job], Job]) -> Callable[[Workload], Workload]:
    def apply(workload: Workload) -> Workload:
        items = tuple(replace(item, jobs=tuple(map(change, item.jobs))) for item in workload.items)
        return replace(workload, items=items)

    return apply


def _of_options(change: Callable[[Options], Options]) -> Callable[[Workload], Workload]:
    return _of_jobs(lambda job: replace(job, options=change(job.options)))


def _stated(job: Job) -> Job:
    return job if job.qpu is None else replace(job, qpu=NOTHING)


def _rep_delay(workload: Workload) -> Workload:
    quick = _of_options(lambda options: replace(options, rep_delay_s=0.0))(workload)
    return replace(quick, backend=replace(workload.backend, rep_delay_s=0.0))


def _instant(job: Job) -> Job:
    return replace(job, pubs=tuple(map(_instant_pub, job.pubs)))


def _instant_pub(pub: Pub) -> Pub:
    return replace(pub, circuit_duration_s=0.0)


def _reset(workload: Workload) -> Workload:
    if workload.backend.reset_ns is None:
        return workload
    return replace(workload, backend=replace(workload.backend, reset_ns=0.0))


def _of_model(**constants: Decimal | None) -> Callable[[Workload], Workload]:
    def apply(workload: Workload) -> Workload:
        model = replace(workload.usage.model, **constants)  # type: ignore[arg-type] # of many types, these are such
        return replace(workload, usage=replace(workload.usage, model=model))

    return apply


def _per_job(workload: Workload) -> Workload:
    model = workload.usage.model
    free = replace(model, per_job_s=dict.fromkeys(model.per_job_s, Decimal()))
    return replace(workload, usage=replace(workload.usage, model=free))


def _readout_calibration(workload: Workload) -> Workload:
    """Left to the service, and of no weight there; the job stays one with readout calibration."""
    automatic = _of_options(lambda options: replace(options, measure_noise_learning=MeasureNoiseLearning()))(workload)
    return _of_model(automatic_trex_share=Decimal(), trex_executions=Decimal())(automatic)


def _unmitigated(job: Job) -> Job:
    options = replace(
        job.options,
        resilience_level=None if job.primitive is Primitive.SAMPLER else 0,
        measure_mitigation=False,
        zne_mitigation=False,
        pec_mitigation=False,
        twirling=Twirling(enable_gates=False, enable_measure=False),
    )
    return replace(job, options=options)


_REMOVED: Mapping[Input, Callable[[Workload], Workload]] = {
    Input.QUEUE_WAIT: _wait,
    Input.BETWEEN: _between,
    Input.FAIR_SHARE: _fair_share,
    Input.ARRIVALS: _background(arrivals=(), stream=None),
    Input.BUSY_LANES: _background(busy_lanes=()),
    Input.CALIBRATIONS: _background(calibrations=()),
    Input.BEFORE: _before,
    Input.QPU: _of_jobs(_stated),
    Input.AFTER: _after,
    Input.THINK: _think,
    Input.REP_DELAY: _rep_delay,
    Input.CIRCUIT: _of_jobs(_instant),
    Input.RESET: _reset,
    Input.PER_EXECUTION: _of_model(per_execution_s=Decimal()),
    Input.PER_CIRCUIT: _of_model(per_circuit_s=Decimal(), per_wide_circuit_s=Decimal()),
    Input.PER_JOB: _per_job,
    Input.READOUT_CALIBRATION: _readout_calibration,
    Input.NOISE_LEARNING: _of_options(lambda options: replace(options, layer_noise_model=True)),
    Input.MITIGATION: _of_jobs(_unmitigated),
    Input.MODEL_ERROR: _of_model(band_low=Decimal(1), band_high=Decimal(1), wide_band_low=None, wide_band_high=None),
}
