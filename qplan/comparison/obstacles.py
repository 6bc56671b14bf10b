"""What keeps a mode from being chosen, in words that a person can act on."""

from __future__ import annotations

from collections.abc import Iterator

from qplan.comparison.phrases import of_jobs
from qplan.model.account import Account, Figures, Quantity
from qplan.model.pricing import LimitAction
from qplan.model.variant import Goal, Outcome
from qplan.model.workload import Container, End, Mode, OnFailure, Workload
from qplan.say import say_money, say_us


def undone(outcome: Outcome, mode: Mode) -> int:
    """Jobs that would complete with nothing in the way, and do not: cut by a TTL, a usage limit or a limit on jobs.

    The median over the replications; 0 for a refused mode. Failures and early stops that the file asks for do not
    count.
    """
    if not outcome.of(mode).allowed:
        return 0
    pairs = zip(outcome.uncut_of(mode).completed, outcome.of(mode).completed, strict=True)
    too_long = too_long_jobs(outcome, mode)
    return Quantity.of(max(0, whole + too_long - done) for whole, done in pairs).p50


def too_long_jobs(outcome: Outcome, mode: Mode) -> int:
    """Jobs that ``max_execution_time`` or the service's limit cuts (rule U-07): undone with nothing else in the way."""
    run, workload = outcome.uncut_of(mode).sample, outcome.workload
    box = _box(workload, mode)
    enough = box.cancel_after if box and box.end is End.CANCEL else None
    failures = [job.failure for item in workload.items for job in item.jobs if job.failure]
    stopped = run.failed and any(failure.then is OnFailure.STOP for failure in failures)
    return 0 if stopped or (enough is not None and run.completed >= enough) else run.cancelled


def obstacle(outcome: Outcome, mode: Mode, goal: Goal, *, complete: bool = True) -> str:
    """Why a mode will not do, or nothing. ``complete=False`` lets it leave jobs undone."""
    account = outcome.of(mode)
    if not account.allowed:
        return account.reason or "refused"
    found = [*_late(account, goal), *_over_budget(account, goal)]
    if complete and undone(outcome, mode):
        found.insert(0, left_undone(outcome, mode))
    return "; ".join(found)


def left_undone(outcome: Outcome, mode: Mode) -> str:
    """How many jobs stay undone, and why (rules B-06, S-05, U-10)."""
    return f"{of_jobs(undone(outcome, mode))} left undone: {'; '.join(_causes(outcome, mode))}"


def is_held(outcome: Outcome, mode: Mode) -> bool:
    """Whether the usage limit keeps jobs from running; an active batch or session may go on beyond it."""
    plan, run = outcome.workload.plan, outcome.of(mode).sample
    if plan.remaining_us is None or outcome.workload.backend.simulator:
        return False
    return run.usage_us >= plan.remaining_us if plan.limit_action is LimitAction.STOP else run.queued > 0


def is_too_short(outcome: Outcome, mode: Mode) -> bool:
    """Whether the maximum TTL of a batch or session cuts the run."""
    left, too_long = undone(outcome, mode), too_long_jobs(outcome, mode)
    return mode is not Mode.JOB and left > too_long and not is_held(outcome, mode)


def shortfall(outcome: Outcome, mode: Mode) -> str:
    """What the allocation or cost limit lacks: "needs 12 min 20 s, 4 min are left: 8 min 20 s short"; else nothing."""
    plan, need_us = outcome.workload.plan, _need(outcome, mode).usage_us
    if plan.remaining_us is None or need_us <= plan.remaining_us:
        return ""
    short_us = need_us - plan.remaining_us
    window = f" ({plan.window})" if plan.window else ""
    left = say_us(plan.remaining_us)
    return (
        f"needs {say_us(need_us)} of usage, {left} are left of the {plan.name} plan{window}: {say_us(short_us)} short"
    )


def _causes(outcome: Outcome, mode: Mode) -> Iterator[str]:
    box, too_long = _box(outcome.workload, mode), too_long_jobs(outcome, mode)
    if is_held(outcome, mode) and (short := shortfall(outcome, mode)):
        yield short
    if box and is_too_short(outcome, mode):
        yield f"cut at the maximum TTL of {say_us(box.max_time_us)}"
    if too_long:
        which = "" if too_long == undone(outcome, mode) else f"{of_jobs(too_long)} "
        yield f"{which}cut by {_job_limit(outcome.workload)}"


def _job_limit(workload: Workload) -> str:
    """What may cut a job; which jobs it cuts, the diagnostics QP404 and QP405 say."""
    own = [job.options.max_execution_time_s is not None for item in workload.items for job in item.jobs]
    service = "the service's limit on the QPU time of a job"
    return "max_execution_time" if all(own) else f"max_execution_time or {service}" if any(own) else service


def _box(workload: Workload, mode: Mode) -> Container | None:
    return {Mode.JOB: None, Mode.BATCH: workload.batch, Mode.SESSION: workload.session}[mode]


def _need(outcome: Outcome, mode: Mode) -> Figures:
    return outcome.uncut_of(mode).sample


def _late(account: Account, goal: Goal) -> Iterator[str]:
    if goal.deadline_us is not None and account.wall.p50 > goal.deadline_us:
        over = say_us(account.wall.p50 - goal.deadline_us)
        yield f"takes {say_us(account.wall.p50)}, {over} past the deadline of {say_us(goal.deadline_us)}"


def _over_budget(account: Account, goal: Goal) -> Iterator[str]:
    """A cost that is not known cannot keep a budget (rule U-09)."""
    if goal.budget is None:
        return
    budget = say_money(goal.budget, account.currency)
    if account.cost is None:
        why = account.cost_reason or "the price is unknown"
        yield f"the budget of {budget} cannot be confirmed: {why}"
    elif account.cost.p50 > goal.budget:
        over = say_money(account.cost.p50 - goal.budget, account.currency)
        yield f"costs {say_money(account.cost.p50, account.currency)}, {over} over the budget of {budget}"
