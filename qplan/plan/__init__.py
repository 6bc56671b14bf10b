"""Workload in, submissions out: what is sent in each mode, and the quantum time of each job."""

from __future__ import annotations

from qplan.plan.expand import PlannedJob, submission_for
from qplan.plan.jobs import PlannedJobs, plan_jobs
from qplan.plan.refuse import refusal

__all__ = ["PlannedJob", "PlannedJobs", "plan_jobs", "refusal", "submission_for"]
