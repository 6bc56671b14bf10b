"""Sentences that several formats share: what a mode costs, what is left undone, how sure figures are. Plain text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from qplan.errors import Problem, Severity
from qplan.model.account import Account, Figures
from qplan.model.comparison import Action
from qplan.model.pricing import LimitAction
from qplan.model.report import Report
from qplan.model.workload import Mode
from qplan.render import numbers
from qplan.units import us_from_s


def shown(report: Report) -> tuple[Account, ...]:
    """The accounts of the modes that the report shows, in the order of the comparison."""
    return tuple(account for account in report.comparison.accounts if account.mode in report.modes)


def chosen(report: Report) -> Account | None:
    """The account of the recommended mode, or of the only one shown; ``None`` when that is refused or absent."""
    accounts = shown(report)
    picked = [account for account in accounts if account.mode is report.recommendation.mode] or (
        accounts if len(accounts) == 1 else []
    )
    return picked[0] if picked and picked[0].allowed else None


def recommended(report: Report) -> Account | None:
    """The account of the recommended mode, if the report shows it and the plan admits it."""
    best = chosen(report)
    return best if best and best.mode is report.recommendation.mode else None


def subject(report: Report) -> str:
    """What the figures are about."""
    workload = report.workload
    return f"{workload.name} on {workload.backend.name}, plan {workload.plan.name}"


def cost(account: Account) -> str:
    """The median cost with its currency, or why there is none."""
    median = account.cost.p50 if account.cost else None
    return numbers.money(median, account.currency, account.cost_reason)


def cost_reason(report: Report, mode: Mode) -> str | None:
    """Why there is no cost in a mode."""
    return next((account.cost_reason for account in report.comparison.accounts if account.mode is mode), None)


def price(account: Account) -> str:
    """Usage, cost and wall-clock of an account in a sentence."""
    run = account.sample
    usage, wall = numbers.duration(account.usage.p50), numbers.duration(account.wall.p50)
    end = "done in" if run.completed == run.jobs else f"{jobs_of(account)} done in"
    return f"{usage} of usage, {_cost_in_a_sentence(account)}, {end} {wall}"


def jobs_of(account: Account) -> str:
    """Completed jobs of all: ``14 of 40 jobs``."""
    return f"{numbers.count(account.sample.completed)} of {numbers.counted(account.sample.jobs, 'job')}"


def unfinished(run: Figures) -> str:
    """The jobs that did not complete, by what became of them; empty when all did."""
    left = {
        "failed": run.failed,
        "cancelled": run.cancelled,
        "not submitted": run.not_submitted,
        "left in the queue": run.queued,
    }
    return numbers.listed([f"{numbers.count(n)} {state}" for state, n in left.items() if n])


def notes(report: Report) -> Iterator[str]:
    """What the table cannot hold: undone jobs, limits met, unknown prices, retries; diagnostics come apart."""
    yield from _by_mode((account, text) for account in _allowed(report) for text in _notes_on(report, account))
    reasons = {account.cost_reason for account in shown(report) if account.cost_reason and account.cost is None}
    yield from (f"Cost: {reason}" for reason in sorted(reasons))


def diagnostic(problem: Problem, *, place: bool = True) -> str:
    """A finding in one sentence, with its cure."""
    said = "" if problem.severity is Severity.NOTE else f"{problem.severity}: "
    where = f"{problem.mark}: " if place and problem.mark.line else ""
    cure = f" ({problem.hint})" if problem.hint else ""
    return f"{where}{said}{problem.message}{cure} [{problem.code}]"


def saving(action: Action, currency: str) -> str:
    """What an action saves or costs in usage, money and time; empty when it changes none of them."""
    amount = action.saves_cost
    parts = [
        _change(action.saves_usage_us, "saves {} of usage", "needs {} more usage", numbers.duration),
        _change(amount or 0, "saves {}", "costs {} more", lambda by: numbers.money(Decimal(by), currency)),
        _change(action.saves_wall_us, "done {} sooner", "done {} later", numbers.duration),
    ]
    return "; ".join(part for part in parts if part)


def with_unit(amount: Decimal, unit: str) -> str:
    """A figure of the input: seconds as a duration, anything else as it is."""
    if unit == "s":
        return numbers.duration(us_from_s(amount))
    return f"{numbers.decimal(amount)} {unit}".rstrip()


def refusals(report: Report) -> Iterator[str]:
    """The modes that the report shows and the plan or workload does not admit, with the reason."""
    refused = (account for account in shown(report) if not account.allowed)
    return (f"{account.mode} is refused: {account.reason}" for account in refused)


def footer(reports: Sequence[Report]) -> str:
    """One line of humility: what the figures are, how old, how often drawn, by which version."""
    date = max((report.data_date for report in reports), default="")
    runs = max((report.replications for report in reports), default=1)
    drawn = "one run"
    if runs > 1:
        drawn = f"p50 of {numbers.count(runs)} runs, p10 and p90 below it, seed {reports[0].seed}"
    parts = [
        "Pre-run estimate, not a quote",
        f"data of {date}" if date else "",
        drawn,
        f"qplan {reports[0].version}" if reports and reports[0].version else "",
    ]
    return "; ".join(part for part in parts if part) + "."


def _cost_in_a_sentence(account: Account) -> str:
    said = cost(account)
    return "cost unknown" if said == numbers.UNKNOWN else said


def _allowed(report: Report) -> list[Account]:
    return [account for account in shown(report) if account.allowed]


def _by_mode(texts: Iterable[tuple[Account, str]]) -> Iterator[str]:
    """Notes in the order found; what is said of several modes is said once."""
    told: dict[str, list[str]] = {}
    for account, text in texts:
        told.setdefault(text, []).append(account.mode)
    return (f"{numbers.listed(modes)}: {text}" for text, modes in told.items())


def _notes_on(report: Report, account: Account) -> Iterator[str]:
    run = account.sample
    if left := unfinished(run):
        yield f"{jobs_of(account)} done; {left}."
    if run.retries:
        yield f"{numbers.counted(run.retries, 'attempt')} repeated after a failure."
    if account.need:
        yield f"{_limit(report, account, account.need)}."


def _limit(report: Report, account: Account, need: Figures) -> str:
    """Whether the usage limit cuts the run or the run outlasts it, and by how much (rule U-10)."""
    plan, left = report.workload.plan, need.completed - account.sample.completed
    what = "cost limit" if plan.limit_action is LimitAction.STOP else "allocation"
    said = f"the {what} cuts it" if left > 0 else f"finishes, but overdraws the {what}"
    needs = f"needs {numbers.duration(need.usage_us)} of usage"
    if need.cost is not None:
        needs += f" ({numbers.money(need.cost, account.currency)})"
    parts = [needs]
    if plan.remaining_us is not None:
        short_us = need.usage_us - plan.remaining_us
        if left <= 0 and short_us <= 0:
            return f"finishes, and uses up the {what}: {numbers.duration(plan.remaining_us)} left, {needs}"
        parts = [f"{numbers.duration(plan.remaining_us)} left", needs]
        parts += [f"{numbers.duration(short_us)} short"] if short_us > 0 else []
    parts += [f"{numbers.counted(left, 'job')} undone"] if left > 0 else []
    return f"{said}: {', '.join(parts)}"


def _change(by: int | Decimal, saves: str, costs: str, say: Callable[[Any], str]) -> str:
    return (saves if by > 0 else costs).format(say(abs(by))) if by else ""
