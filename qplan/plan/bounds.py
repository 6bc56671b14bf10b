"""How far a modelled quantum time can be trusted: its error band, and what can only add to it."""

from __future__ import annotations

from decimal import Decimal

from qplan.model.usage import PrimitiveDefaults, UsageModel
from qplan.model.workload import Job
from qplan.plan.count import assumption
from qplan.plan.time_parts import Part, Setting, is_wide


def sub_jobs(at: Setting, defaults: PrimitiveDefaults) -> Part:
    """A job above every size known to have run as one may be divided; the threshold is not published."""
    counted = at.executions
    total = counted.main + counted.learning_layers + counted.learning_trex_manual
    if at.job.sub_jobs > 1 or total <= defaults.single_sub_job_executions:
        return Part()
    why = f"{total:,} executions; the size at which the service divides a job is not published"
    return Part(assumed=(assumption("sub-jobs", "1 (the least)", why),), lower_bound=True)


def band(job: Job, model: UsageModel) -> tuple[Decimal, Decimal]:
    """The factors of the estimate's error band, the wide ones for wide or deep circuits."""
    low, high = model.wide_band_low, model.wide_band_high
    if not is_wide(job, model) or low is None or high is None:
        return model.band_low, model.band_high
    return low, high
