"""One workload in its modes, run once or many times, and accounted: what the pipeline calls for every figure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from qplan.account import costs_of, figures_of, timeline_of, usage_for
from qplan.compare import sampling
from qplan.errors import Severity, UsageError
from qplan.model.account import Account, Figures, Quantity
from qplan.model.pricing import LimitAction, PricingPlan
from qplan.model.report import Sampling
from qplan.model.submission import Submission
from qplan.model.trace import Columns, Trace
from qplan.model.variant import Evaluate
from qplan.model.workload import Mode, Workload
from qplan.plan import PlannedJobs, refusal, submission_for
from qplan.simulate import Runner, jobs_to_expect, replicate, simulate

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


def expected_jobs(workload: Workload, planned: PlannedJobs) -> int:
    """Jobs of a run, and roughly how many of others pass before it is through."""
    return max((jobs_to_expect(submission) for _, submission in _submissions(workload, planned)), default=1)


def is_random(workload: Workload, planned: PlannedJobs) -> bool:
    """Whether two replications of the workload can differ in a mode that is allowed."""
    return any(submission.is_random for _, submission in _submissions(workload, planned))


def at_medians(planned: PlannedJobs) -> Evaluate:
    """Evaluates workloads whose jobs are those planned, every duration at its median; whatever else may differ."""
    if any(problem.severity is Severity.ERROR for problem in planned.problems):
        return lambda workload: ()
    return lambda workload: tuple(fixed_account(workload, mode, planned) for mode in Mode)


def over_replications(planned: PlannedJobs, draws: Draws, *, timeline: bool = False) -> Evaluate:
    """Evaluates a workload over replications; its jobs are those planned."""
    return lambda workload: _spread_accounts(workload, planned, draws, timeline=timeline)


def fixed_account(workload: Workload, mode: Mode, planned: PlannedJobs, *, timeline: bool = False) -> Account:
    """What one mode costs and takes in a fixed run, or why it is refused."""
    reason = refusal(workload, mode)
    if reason:
        return _refused(workload, mode, reason)
    submission, trace, figures = run(workload, mode, planned)
    return Account(
        mode=mode,
        runs=(figures,),
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
    sent = dict(_submissions(workload, planned))
    if not sent:
        return tuple(_refused(workload, mode, refusal(workload, mode)) for mode in Mode)
    columns = dict(zip(sent, columns_over(tuple(sent.values()), draws, tuple(sent)), strict=True))
    return tuple(
        _spread_account(workload, mode, planned, columns[mode], draws, timeline=timeline)
        if mode in columns
        else _refused(workload, mode, refusal(workload, mode))
        for mode in Mode
    )


def columns_over(sent: Sequence[Submission], draws: Draws, modes: Sequence[Mode] = tuple(Mode)) -> tuple[Columns, ...]:
    """The measures of as many replications as asked for, or as the precision takes."""
    jobs = max(jobs_to_expect(one) for one in sent)
    most = draws.most_work // jobs
    count = draws.replications or default_replications(jobs)
    if count > most:
        told = f"{count:,} replications of {jobs:,} jobs are more than {draws.most_work:,} simulated jobs"
        raise UsageError(f"{told}; --max-work lifts this")
    most = min(most, MOST_PRECISE)
    found = replicate(sent, draws.seed, 0, count, draws.runner)
    while draws.precision is not None and count < most and not _is_precise(found, draws, modes):
        more = min(count, most - count)
        found = tuple(map(Columns.then, found, replicate(sent, draws.seed, count, more, draws.runner)))
        count += more
    return found


def _is_precise(columns: Sequence[Columns], draws: Draws, modes: Sequence[Mode]) -> bool:
    watched = {mode: own for mode, own in zip(modes, columns, strict=False) if mode in draws.watched}
    reached = sampling(tuple(watched.values()), draws.percents, tuple(watched))
    return draws.precision is None or reached.error <= draws.precision


def sampling_of(accounts: Sequence[Account], draws: Draws) -> Sampling | None:
    """How sure the quantiles of all modes are; ``None`` for a fixed run."""
    ran = {account.mode: account.columns for account in accounts if account.columns is not None}
    spread = {mode: columns for mode, columns in ran.items() if mode in draws.watched}
    if not spread:
        return None
    return replace(sampling(tuple(spread.values()), draws.percents, tuple(spread)), wanted=draws.precision)


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
