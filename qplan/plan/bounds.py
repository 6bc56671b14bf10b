"""What a modelled quantum time leaves out: its error band, and what can only add to it."""

from __future__ import annotations

from decimal import Decimal

from qplan.model.usage import PrimitiveDefaults, UsageModel
from qplan.model.workload import Job
from qplan.plan.count import assumption, named, plain, renamed
from qplan.plan.time_parts import Part, Setting


def sub_jobs(at: Setting, defaults: PrimitiveDefaults) -> Part:
    """A job above every size known to have run as one may be divided; the threshold is not published."""
    counted = at.executions
    total = counted.main + counted.learning_layers + counted.learning_trex_manual
    if at.job.sub_jobs > 1 or total <= defaults.single_sub_job_executions:
        return Part()
    why = f"{total:,} executions; the size at which the service divides a job is not published"
    return Part(assumed=(assumption("sub-jobs", "1 (the least)", why),), lower_bound=True)


def loading(at: Setting) -> Part:
    """Loading wide or deep circuits is in no model; the band tells it, as published jobs lie on both sides."""
    low, high = band(at.job, at.model)
    if (low, high) == (at.model.band_low, at.model.band_high):
        return Part()
    fact = named(at.model.facts, "wide_band_high")
    words = f"loading them is not modelled; error band x {plain(low)} to x {plain(high)}"
    return Part(assumed=(renamed(fact, "wide or deep circuits", words),))


def band(job: Job, model: UsageModel) -> tuple[Decimal, Decimal]:
    """The factors of the estimate's error band, the wide ones for wide or deep circuits."""
    low, high = model.wide_band_low, model.wide_band_high
    if not _is_wide(job, model) or low is None or high is None:
        return model.band_low, model.band_high
    return low, high


def _is_wide(job: Job, model: UsageModel) -> bool:
    depth = max(pub.depth or pub.two_qubit_depth or 0 for pub in job.pubs)
    wide = model.wide_qubits is not None and (job.qubits or 0) > model.wide_qubits
    return wide or (model.wide_depth is not None and depth > model.wide_depth)
