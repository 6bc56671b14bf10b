"""The same circuits in fewer or in more jobs (rules U-02 to U-05).

Only jobs of one name in one step are joined. Compiling is work per circuit, so classical times grow and shrink
with the circuits (assumed). A modelled quantum time follows from the new circuits; a stated one is ``per_job_us``
that each job pays, and a rest that is divided.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from qplan.model.duration import Duration, Spread
from qplan.model.workload import End, Job, Pub, Workload


def merged(workload: Workload, job_name: str, into: int, per_job_us: int = 0) -> Workload | None:
    """The ``count`` jobs of a name sent as ``into`` jobs, as equal as can be; ``None`` where they must stay apart.

    A division that leaves a rest gives two kinds of jobs, the larger under the old name.
    """
    job = _named(workload, job_name)
    if _is_bound(workload, job) or not 1 <= into <= job.count:
        return None
    each, rest = divmod(job.count, into)
    larger = [_joined(job, workload, each + 1, rest, per_job_us)] if rest else []
    equal = _joined(job, workload, each, into - rest, per_job_us)
    if larger:
        equal = replace(equal, name=_unused(workload, f"{job_name}-of-{each}"))
    return _with_jobs(workload, job_name, (*larger, equal))


def split(workload: Workload, job_name: str, into: int, per_job_us: int = 0) -> Workload | None:
    """Each job of a name as ``into`` jobs with as many circuits each; ``None`` where its circuits do not divide."""
    job = _named(workload, job_name)
    pubs = _divided(job.pubs, into)
    if _is_bound(workload, job) or pubs is None or into < 1:
        return None
    if job.qpu is not None and min(job.qpu.values_us) <= per_job_us:
        return None
    by = Fraction(1, into)
    parts = replace(
        job,
        pubs=pubs,
        qpu=job.qpu and scaled(job.qpu, by, per_job_us * (into - 1) // into),
        classical_before=scaled(job.classical_before or workload.classical.before_of(job), by),
        classical_after=scaled(job.classical_after or workload.classical.after, by),
        count=job.count * into,
        sub_jobs=-(-job.sub_jobs // into),
    )
    return _with_jobs(workload, job_name, (parts,))


def scaled(duration: Duration, by: Fraction, shift_us: int = 0) -> Duration:
    """A duration times ``by``, every value then moved by ``shift_us``; never below the value it had if moved down."""

    def moved(us: int) -> int:
        return max(round(us * by) + shift_us, us if shift_us < 0 else 0)

    values = [moved(us) for us in duration.values_us]
    if duration.spread is Spread.MEAN_SD:
        values[1] = round(duration.values_us[1] * by)
    return replace(duration, values_us=tuple(values))


def _joined(job: Job, workload: Workload, jobs: int, count: int, per_job_us: int) -> Job:
    """``count`` jobs with the circuits of ``jobs`` jobs each; own limits grow with them."""
    if jobs == 1:
        return replace(job, count=count)
    by, limit_s = Fraction(jobs), job.options.max_execution_time_s
    return replace(
        job,
        pubs=tuple(replace(pub, circuits=pub.circuits * jobs) for pub in job.pubs),
        qpu=job.qpu and scaled(job.qpu, by, -per_job_us * (jobs - 1)),
        classical_before=scaled(job.classical_before or workload.classical.before_of(job), by),
        classical_after=scaled(job.classical_after or workload.classical.after, by),
        count=count,
        sub_jobs=job.sub_jobs * jobs if job.sub_jobs > 1 else 1,
        options=replace(job.options, max_execution_time_s=limit_s and limit_s * jobs),
    )


def _divided(pubs: tuple[Pub, ...], into: int) -> tuple[Pub, ...] | None:
    parts = [part for pub in pubs for part in _part_of(pub, into)]
    return tuple(parts) if len(parts) == len(pubs) else None


def _part_of(pub: Pub, into: int) -> Iterator[Pub]:
    """An ``into``-th of a PUB: of its circuits, else of its parameter sets; nothing where neither divides."""
    if pub.circuits % into == 0:
        yield replace(pub, circuits=pub.circuits // into)
    elif pub.parameter_sets % into == 0:
        yield replace(pub, parameter_sets=pub.parameter_sets // into)


def _is_bound(workload: Workload, job: Job) -> bool:
    """Whether the jobs are told apart: by a failure of some of them, or by a number of results waited for."""
    return job.failure is not None or End.CANCEL in (workload.batch.end, workload.session.end)


def _named(workload: Workload, job_name: str) -> Job:
    return next(job for item in workload.items for job in item.jobs if job.name == job_name)


def _unused(workload: Workload, name: str) -> str:
    taken = {job.name for item in workload.items for job in item.jobs}
    while name in taken:
        name += "-"
    return name


def _with_jobs(workload: Workload, job_name: str, jobs: tuple[Job, ...]) -> Workload:
    """The workload with ``jobs`` in place of one job."""
    items = []
    for item in workload.items:
        step = [new for job in item.jobs for new in (jobs if job.name == job_name else (job,))]
        items.append(replace(item, jobs=tuple(step)))
    return replace(workload, items=tuple(items))
