"""Each job of a workload with its quantum time and where the service would cut it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from qplan.errors import Problem
from qplan.model.backend import Backend
from qplan.model.usage import Constants, QuantumTime, UsageModel
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
    """Work out the quantum time of every job; jobs alike but for name and number are worked out once."""
    jobs = {job.name: _planned(job, workload, constants) for item in workload.items for job in item.jobs}
    problems = [
        problem
        for plan in jobs.values()
        for problem in job_problems(plan.job, plan.quantum, workload.backend, constants.limits)
    ]
    return PlannedJobs(jobs=jobs, problems=tuple(problems))


def _planned(job: Job, workload: Workload, constants: Constants) -> PlannedJob:
    # What does not bear on the quantum time is taken out of the key, so that jobs alike are worked out once.
    alike = replace(job, name="", count=1, classical_before=None, classical_after=None, failure=None)
    quantum = _quantum_time(alike, workload.backend, workload.usage.model, constants)
    return PlannedJob(job=job, quantum=quantum, limit_us=_limit_us(job, constants))


@lru_cache(maxsize=1024)
def _quantum_time(job: Job, backend: Backend, model: UsageModel, constants: Constants) -> QuantumTime:
    return quantum_time(job, backend, model, constants.circuits, constants.primitives)


def _limit_us(job: Job, constants: Constants) -> int:
    """The service's maximum of quantum time, or the user's lower ``max_execution_time`` (rule U-07)."""
    service_s = constants.limits.qpu_time_s
    own_s = job.options.max_execution_time_s
    return us_from_s(min(service_s, own_s) if own_s is not None else service_s)
