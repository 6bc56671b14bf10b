"""The other ways to run a workload that are worth simulating."""

from __future__ import annotations

from collections.abc import Mapping

from qplan.model.account import Account
from qplan.model.variant import Candidate
from qplan.model.workload import End, Mode, Workload
from qplan.plan.division_search import merges, splits
from qplan.plan.expand import PlannedJob
from qplan.plan.transform import (
    separate_sessions,
    with_batch_ttl,
    with_end,
    with_job_times,
    with_max_time,
    with_reused_noise_model,
)
from qplan.say import say_us
from qplan.units import US_PER_MINUTE, US_PER_S

MOST_SESSIONS = 8
"""Separate sessions that are simulated to tell what sharing one saves."""


def candidates(workload: Workload, planned: Mapping[str, PlannedJob]) -> tuple[Candidate, ...]:
    """Every alternative, the ones that change least first; ``planned`` holds the quantum times by job name."""
    return (
        *documented_ttl(workload),
        *_longer_jobs(workload, planned),
        *_endings(workload),
        *_separate(workload),
        *_reused_noise(workload, planned),
        *merges(workload, planned),
        *splits(workload, planned),
    )


def documented_ttl(workload: Workload) -> tuple[Candidate, ...]:
    """The batch with the interactive TTL that the documentation gives, where the plan's measured one applies."""
    documented_us = workload.plan.batch_interactive_ttl_documented_us
    if documented_us is None or workload.batch.interactive_ttl_us != workload.plan.batch_interactive_ttl_us:
        return ()
    other = with_batch_ttl(workload, documented_us)
    return (Candidate(kind="documented-ttl", rule="B-08", text="count on the documented TTL", workload=other),)


def bounded(workload: Workload, healthy: tuple[Account, ...]) -> tuple[Candidate, ...]:
    """For batch and session the ``max_time`` to advise; ``healthy``: the accounts with nothing in the run's way.

    None is given where the longest run does not fit the maximum of the plan.
    """
    plan = workload.plan
    limits = {Mode.BATCH: (plan.batch_max_time_us, "B-06"), Mode.SESSION: (plan.session_max_time_us, "S-05")}
    found = []
    for account in healthy:
        if account.mode not in limits or not account.allowed:
            continue
        most_us, rule = limits[account.mode]
        us = advised_max_time_us(account, most_us)
        if us is not None:
            other = with_max_time(workload, us, account.mode)
            text = f"set max_time to {say_us(us)}"
            found.append(Candidate(kind="max_time", rule=rule, text=text, workload=other, mode=account.mode))
    return tuple(found)


def advised_max_time_us(healthy: Account, most_us: int) -> int | None:
    """A quarter more than the longest run from its first start, up to the minute, at most ``most_us``."""
    longest_us = healthy.longest_us
    if longest_us is None or longest_us >= most_us:
        return None
    minutes = -(-longest_us * 5 // (4 * US_PER_MINUTE))
    return min(max(1, minutes) * US_PER_MINUTE, most_us)


def _longer_jobs(workload: Workload, planned: Mapping[str, PlannedJob]) -> tuple[Candidate, ...]:
    """``max_execution_time`` raised where it cuts a job (rule U-07)."""
    need_us = {name: plan.quantum.main_us + plan.quantum.learning_us for name, plan in planned.items()}
    need_s = {name: -(-us // US_PER_S) for name, us in need_us.items()}
    own_s = {name: plan.job.options.max_execution_time_s for name, plan in planned.items()}
    cut = {name: need_s[name] for name, s in own_s.items() if s is not None and s * US_PER_S < need_us[name]}
    if not cut:
        return ()
    said = " and ".join(f"of {name!r} to {say_us(s * US_PER_S)}" for name, s in cut.items())
    text = f"raise max_execution_time {said}"
    return (Candidate(kind="max_execution_time", rule="U-07", text=text, workload=with_job_times(workload, cut)),)


def _endings(workload: Workload) -> tuple[Candidate, ...]:
    """Closing where the file leaves it open, and leaving it open where the file closes (rule P-01)."""
    ends = {workload.batch.end, workload.session.end}
    closed = Candidate(
        kind="close", rule="P-01", text="close it after the last job", workload=with_end(workload, End.CLOSE)
    )
    forgotten = Candidate(kind="forget", rule="P-01", text="leave it open", workload=with_end(workload, End.NONE))
    return (*([closed] if End.NONE in ends else []), *([forgotten] if End.CLOSE in ends else []))


def _separate(workload: Workload) -> tuple[Candidate, ...]:
    """A session for each independent part of the workload (rule S-08)."""
    parts = separate_sessions(workload)
    if not 2 <= len(parts) <= MOST_SESSIONS:
        return ()
    return tuple(
        Candidate(
            kind="separate", rule="S-08", text=f"a session for {part.items[0].name}", workload=part, mode=Mode.SESSION
        )
        for part in parts
    )


def _reused_noise(workload: Workload, planned: Mapping[str, PlannedJob]) -> tuple[Candidate, ...]:
    """Noise learned once for each activation of a batch (rule S-11)."""
    learns = any(plan.quantum.learning_us for plan in planned.values())
    if not learns or workload.size == 1 or workload.batch.reuse_noise_model:
        return ()
    text = "reuse the learned noise model in a batch"
    other = with_reused_noise_model(workload)
    return (Candidate(kind="reuse-noise", rule="S-11", text=text, workload=other, mode=Mode.BATCH),)
