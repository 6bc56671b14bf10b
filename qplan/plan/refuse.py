"""Modes that cannot be run as asked."""

from __future__ import annotations

from qplan.model.workload import Mode, Workload


def refusal(workload: Workload, mode: Mode) -> str | None:
    """Why the plan does not admit a mode, in words; ``None`` where it does (rule S-09).

    A simulator admits all of them: it ignores the mode (rule P-03).
    """
    if workload.backend.simulator:
        return None
    if mode is Mode.SESSION and not workload.plan.sessions_allowed:
        return workload.plan.sessions_reason or f"the {workload.plan.name} plan does not allow sessions"
    return None
