"""Each job of a workload with its quantum time and where the service would cut it."""

from __future__ import annotations

from dataclasses import dataclass

from qplan.errors import Problem
from qplan.model.usage import Constants
from qplan.model.workload import Job, Workload
from qplan.plan.expand import PlannedJob
from qplan.plan.job_limits import job_problems
from qplan.plan.quantum_time import quantum_time
from qplan.units import us_from_s


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedJobs:
    """The jobs of a workload by name, and what the service would refuse or cut."""

    jobs: dict[str, PlannedJob]
    problems: tuple[Problem, ...]


def plan_jobs(workload: Workload, constants: Constants) -> PlannedJobs:
    """Work out the quantum time of every job once; equal jobs of a step share it."""
    jobs = {job.name: _planned(job, workload, constants) for item in workload.items for job in item.jobs}
    problems = [
        problem
        for plan in jobs.values()
        for problem in job_problems(plan.job, plan.quantum, workload.backend, constants.limits)
    ]
    return PlannedJobs(jobs=jobs, problems=tuple(problems))


def _planned(job: Job, workload: Workload, constants: Constants) -> PlannedJob:
    quantum = quantum_time(
        job, workload.backend, workload.usage.model, constants.default_circuit_duration_s, constants.primitives
    )
    return PlannedJob(job=job, quantum=quantum, limit_us=_limit_us(job, constants))


def _limit_us(job: Job, constants: Constants) -> int:
    """The service's maximum of quantum time, or the user's lower ``max_execution_time`` (rule U-07)."""
    service_s = constants.limits.qpu_time_s
    own_s = job.options.max_execution_time_s
    return us_from_s(min(service_s, own_s) if own_s is not None else service_s)
