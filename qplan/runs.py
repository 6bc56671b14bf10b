"""One workload in its modes, run once or many times, and accounted: what the pipeline calls for every figure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from qplan.account import costs_of, figures_of, timeline_of, usage_for
from qplan.comparison import sampling
from qplan.errors import Problem, Severity, UsageError
from qplan.model.account import Account, Figures, Quantity
from qplan.model.pricing import LimitAction, PricingPlan
from qplan.model.report import Sampling
from qplan.model.submission import Submission
from qplan.model.trace import Columns, Trace
from qplan.model.variant import Evaluate
from qplan.model.workload import Mode, Workload
from qplan.plan import PlannedJobs, refusal, submission_for
from qplan.simulation import Runner, jobs_to_expect, replicate, simulate

DEFAULT_REPLICATIONS = 1_000
DEFAULT_WORK, FEWEST_REPLICATIONS = 20_000_000, 20
"""Jobs times replications that are run in a mode when nobody says how many; never fewer replications than these."""
MOST_PRECISE = 100_000
"""Replications after which a wished precision is given up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draws:
    """How often to run, and how: ``replications`` is ``None`` for the default, ``precision`` the error wished for.

    ``most_work`` bounds jobs times replications; a precision ends at ``MOST_PRECISE`` of these in any case. ``watched``
    are the modes whose quantiles are to be that sure.
    """

    seed: int = 0
    replications: int | None = None
    precision: float | None = None
    percents: tuple[Decimal, ...] = ()
    most_work: int = 100_000_000
    watched: tuple[Mode, ...] = tuple(Mode)
    runner: Runner = Runner()


def default_replications(jobs: int) -> int:
    """A thousand, or for a large workload as many as keep the work in bounds."""
    return max(FEWEST_REPLICATIONS, min(DEFAULT_REPLICATIONS, DEFAULT_WORK // max(1, jobs)))


def replications_for(jobs: int, draws: Draws) -> int:
    """How often to run what has so many jobs; raises ``UsageError`` where that is more work than allowed."""
    count = draws.replications or default_replications(jobs)
    if count * jobs > draws.most_work:
        told = f"{count:,} replications of {jobs:,} jobs are more than {draws.most_work:,} simulated jobs"
        raise UsageError(f"{told}; --max-work lifts this")
    return count


def fewer(count: int, draws: Draws, each: str = "") -> tuple[Problem, ...]:
    """A note where a large workload is run less often than others, and nobody asked for that (QP503)."""
    if draws.replications is not None or draws.precision is not None or not 1 < count < DEFAULT_REPLICATIONS:
        return ()
    told = f"{count:,} replications{each} instead of {DEFAULT_REPLICATIONS:,}, for the workload is large"
    hint = "--replications sets another number"
    return (Problem(code="QP503", message=told, hint=hint, severity=Severity.NOTE),)


def is_random(workload: Workload, planned: PlannedJobs) -> bool:
    """Whether two replications of the workload can differ in a mode that is allowed."""
    return any(submission.is_random for _, submission in _submissions(workload, planned))


def at_medians(planned: PlannedJobs, percents: tuple[Decimal, ...] = (), *, timeline: bool = False) -> Evaluate:
    """Evaluates workloads whose jobs are those planned, every duration at its median; whatever else may differ."""
    if any(problem.severity is Severity.ERROR for problem in planned.problems):
        return lambda workload: ()
    return lambda workload: tuple(_fixed_account(workload, mode, planned, percents, timeline=timeline) for mode in Mode)


def over_replications(planned: PlannedJobs, draws: Draws, *, timeline: bool = False) -> Evaluate:
    """Evaluates a workload over replications; its jobs are those planned."""
    return lambda workload: _spread_accounts(workload, planned, draws, timeline=timeline)


def _fixed_account(
    workload: Workload, mode: Mode, planned: PlannedJobs, percents: tuple[Decimal, ...], *, timeline: bool
) -> Account:
    """What one mode costs and takes in a fixed run, or why it is refused."""
    reason = refusal(workload, mode)
    if reason:
        return _refused(workload, mode, reason)
    submission, trace, figures = run(workload, mode, planned)
    return Account(
        mode=mode,
        runs=(figures,),
        percents=percents,
        currency=workload.plan.currency,
        cost_reason=price_plan(workload).price_reason or None,
        timeline=timeline_of(trace, submission) if timeline else (),
        need=_need(workload, mode, planned, figures),
        end_us=trace.end_us,
    )


def run(
    workload: Workload,
    mode: Mode,
    planned: PlannedJobs,
    *,
    limited: bool = True,
    seed: int = 0,
    replication: int | None = None,
) -> tuple[Submission, Trace, Figures]:
    """One run of one mode: the fixed one, or the replication of that number."""
    submission = submission_for(workload, mode, planned.jobs, limited=limited)
    trace = simulate(submission, seed, replication)
    return submission, trace, figures_of(trace, price_plan(workload))


def price_plan(workload: Workload) -> PricingPlan:
    """The plan that bills the workload; local testing locks no QPU, so nothing bills it."""
    if not workload.backend.simulator:
        return workload.plan
    return replace(workload.plan, price_per_second=None, price_reason="not billed: local testing uses no QPU")


def _refused(workload: Workload, mode: Mode, reason: str | None) -> Account:
    plan = price_plan(workload)
    return Account(mode=mode, runs=(), reason=reason, currency=plan.currency, cost_reason=plan.price_reason or None)


def _submissions(workload: Workload, planned: PlannedJobs) -> Iterator[tuple[Mode, Submission]]:
    """What is sent in each mode that is allowed."""
    for mode in Mode:
        if not refusal(workload, mode):
            yield mode, submission_for(workload, mode, planned.jobs)


def _spread_accounts(workload: Workload, planned: PlannedJobs, draws: Draws, *, timeline: bool) -> tuple[Account, ...]:
    """Every mode over replications of the same draws."""
    columns = columns_over(dict(_submissions(workload, planned)), draws)
    return tuple(
        _spread_account(workload, mode, planned, columns[mode], draws, timeline=timeline)
        if mode in columns
        else _refused(workload, mode, refusal(workload, mode))
        for mode in Mode
    )


def columns_over(sent: Mapping[Mode, Submission], draws: Draws) -> dict[Mode, Columns]:
    """The measures of as many replications as asked for, or as the precision takes; at least one mode is sent."""
    jobs = max(map(jobs_to_expect, sent.values()))
    count, most = replications_for(jobs, draws), min(draws.most_work // jobs, MOST_PRECISE)

    def more(first: int, count: int) -> dict[Mode, Columns]:
        return dict(zip(sent, replicate(tuple(sent.values()), draws.seed, first, count, draws.runner), strict=True))

    found = more(0, count)
    while draws.precision is not None and count < most and _error(found, draws) > draws.precision:
        further = more(count, min(count, most - count))
        found = {mode: own.then(further[mode]) for mode, own in found.items()}
        count = len(next(iter(found.values())))
    return found


def _error(columns: Mapping[Mode, Columns], draws: Draws) -> float:
    watched = {mode: own for mode, own in columns.items() if mode in draws.watched}
    return sampling(watched, draws.percents).error if watched else 0.0


def sampling_of(accounts: Sequence[Account], draws: Draws) -> Sampling | None:
    """How sure the quantiles of the watched modes are; ``None`` for a fixed run."""
    ran = {a.mode: a.columns for a in accounts if a.columns is not None and a.mode in draws.watched}
    return replace(sampling(ran, draws.percents), wanted=draws.precision) if ran else None


def _spread_account(
    workload: Workload, mode: Mode, planned: PlannedJobs, columns: Columns, draws: Draws, *, timeline: bool
) -> Account:
    plan = price_plan(workload)
    shown = columns.order()[(len(columns) - 1) // 2]
    submission, trace, figures = run(workload, mode, planned, seed=draws.seed, replication=shown)
    priced = plan.price_per_second is not None
    return Account(
        mode=mode,
        runs=(figures,),
        columns=columns,
        costs=costs_of(columns.usage_us, Quantity.of(columns.usage_us, draws.percents), plan),
        percents=draws.percents,
        usage_for=(lambda amount: usage_for(amount, plan)) if priced else None,
        currency=plan.currency,
        cost_reason=plan.price_reason or None,
        timeline=timeline_of(trace, submission) if timeline else (),
        need=_need(workload, mode, planned, figures, draws.seed, shown),
        end_us=trace.end_us,
    )


def _need(
    workload: Workload,
    mode: Mode,
    planned: PlannedJobs,
    figures: Figures,
    seed: int = 0,
    replication: int | None = None,
) -> Figures | None:
    """The figures without the usage limit, where it left something undone or was passed."""
    remaining_us = workload.plan.remaining_us
    if remaining_us is None or workload.backend.simulator:
        return None
    stopped = workload.plan.limit_action is LimitAction.STOP and figures.usage_us >= remaining_us
    if not (figures.queued or stopped or figures.usage_us > remaining_us):
        return None
    return run(workload, mode, planned, limited=False, seed=seed, replication=replication)[2]
