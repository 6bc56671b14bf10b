"""Modes that cannot be run as asked."""

from __future__ import annotations

from qplan.model.workload import Mode, Workload


def refusal(workload: Workload, mode: Mode) -> str | None:
    """Why the plan or the backend does not admit a mode, in words; ``None`` where it does (rule S-09)."""
    if mode is Mode.SESSION and not workload.plan.sessions_allowed:
        return workload.plan.sessions_reason or f"the {workload.plan.name} plan does not allow sessions"
    return None
