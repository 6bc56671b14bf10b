"""Sentences that several formats share: the verdict, what was left undone, how sure the figures are. Plain text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from qplan.errors import Problem, Severity
from qplan.model.account import Account, Figures
from qplan.model.comparison import Action
from qplan.model.report import Report
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


def subject(report: Report) -> str:
    """What the figures are about."""
    workload = report.workload
    return f"{workload.name} on {workload.backend.name}, plan {workload.plan.name}"


def cost(account: Account) -> str:
    """The median cost with its currency, or why there is none."""
    median = account.cost.p50 if account.cost else None
    return numbers.money(median, account.currency, account.cost_reason)


def verdict(report: Report) -> tuple[str, ...]:
    """What to do in one line, and in a second what the other modes would be against it."""
    best = chosen(report)
    if best is None:
        return (_no_verdict(report),)
    first = f"Run it as {best.mode.said(best.sample.jobs)}: {price(best)}."
    others = [account for account in shown(report) if account.allowed and account is not best]
    return (first, f"Against that: {'; '.join(_against(others, best))}.") if others else (first,)


def price(account: Account) -> str:
    """Usage, cost and wall-clock of an account in a sentence."""
    usage, wall = numbers.duration(account.usage.p50), numbers.duration(account.wall.p50)
    return f"{usage} of usage, {_cost_in_a_sentence(account)}, done in {wall}"


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
    for account in shown(report):
        if account.allowed:
            yield from _notes_on(account)
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


def _no_verdict(report: Report) -> str:
    accounts = shown(report)
    if report.recommendation.mode is None and len(accounts) > 1:
        return report.recommendation.headline or "No mode can run this workload as it stands."
    refused = [account for account in accounts if not account.allowed]
    return "; ".join(f"{a.mode.said().capitalize()} is refused: {a.reason}" for a in refused) or "No verdict."


def _cost_in_a_sentence(account: Account) -> str:
    said = cost(account)
    return "cost unknown" if said == numbers.UNKNOWN else said


def _against(others: Sequence[Account], best: Account) -> Iterator[str]:
    """Each other mode's ratios; modes of the same ratios together."""
    told: dict[str, list[str]] = {}
    for other in others:
        told.setdefault(_ratios(other, best), []).append(other.mode.said(other.sample.jobs))
    return (f"{numbers.listed(modes)} {ratios}" for ratios, modes in told.items())


def _ratios(other: Account, best: Account) -> str:
    done = other.sample.completed
    if done < best.sample.completed:
        return f"only {numbers.count(done)} of {numbers.counted(other.sample.jobs, 'job')}"
    if other.cost and best.cost and best.cost.p50:
        what, times = "cost", numbers.ratio(other.cost.p50, best.cost.p50)
    else:
        what, times = "usage", numbers.ratio(other.usage.p50, best.usage.p50)
    return f"{times} the {what}, {numbers.ratio(other.wall.p50, best.wall.p50)} the time"


def _notes_on(account: Account) -> Iterator[str]:
    run = account.sample
    if undone := unfinished(run):
        yield f"{account.mode}: {numbers.count(run.completed)} of {numbers.counted(run.jobs, 'job')} done; {undone}."
    if run.retries:
        yield f"{account.mode}: {numbers.counted(run.retries, 'job', 'jobs')} sent again after a failure."
    if need := account.need:
        whole = f"{numbers.duration(need.usage_us)} of usage"
        if need.cost is not None:
            whole += f" ({numbers.money(need.cost, account.currency)})"
        yield f"{account.mode}: the plan's limit stops it; to the end it needs {whole}."


def _change(by: int | Decimal, saves: str, costs: str, say: Callable[[Any], str]) -> str:
    return (saves if by > 0 else costs).format(say(abs(by))) if by else ""
