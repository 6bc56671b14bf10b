"""Sentences that several formats share: what a mode costs and how sure figures are. Plain text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from math import isfinite
from typing import Any

from qplan.errors import Problem, Severity
from qplan.model.account import Account
from qplan.model.comparison import Action
from qplan.model.report import Report
from qplan.model.workload import Mode
from qplan.render import numbers
from qplan.render.spread import in_order, is_spread, levels, values, varies
from qplan.units import us_from_s

MEDIAN_RUN = "the replication of median wall-clock"
"""The one run of many that is kept whole."""


def shown(report: Report) -> tuple[Account, ...]:
    """The accounts of the modes that the report shows, in the order of the comparison."""
    return tuple(account for account in report.comparison.accounts if account.mode in report.modes)


def tells_windows(report: Report) -> bool:
    """Whether active windows are told that other replications may not share."""
    return any(is_spread(account) and account.sample.activations for account in shown(report))


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
    """Usage, cost and wall-clock of an account in a sentence: medians."""
    usage, wall = numbers.duration(account.usage.p50), numbers.duration(account.wall.p50)
    return f"{usage} of usage, {_cost_in_a_sentence(cost(account))}, {_done(account, account.done)} {wall}"


def time_range(account: Account) -> str:
    """Behind the wall-clock what it is in most replications: `` (10 to 90 %: 12 min to 4 h)``; empty for one run."""
    low, high = map(numbers.duration, (account.wall.p10, account.wall.p90))
    return "" if low == high else f" (10 to 90 %: {low} to {high})"


def ranges(account: Account) -> str:
    """The quantiles beside the medians of ``price``; empty where none differs."""
    asked = [label for label in levels(account) if label not in ("p10", "p90")]
    told = [f"10 to 90 %: {_between(account)}"] if _between(account) else []
    told += [f"{label}: {_at(account, label)}" for label in asked if _at(account, label)]
    return f"{'; '.join(told)}." if told else ""


def drawn_run(account: Account) -> str:
    """What a timeline shows: the run itself, or of many replications one, with that one's own figures."""
    if not is_spread(account):
        return f"{account.mode}: {price(account)}"
    run = account.sample
    usage, wall = numbers.duration(run.usage_us), numbers.duration(run.wall_us)
    amount = _cost_in_a_sentence(numbers.money(run.cost, account.currency, account.cost_reason))
    return f"{account.mode}, {MEDIAN_RUN}: {usage} of usage, {amount}, {_done(account, run.completed)} {wall}"


def jobs_of(account: Account) -> str:
    """Completed jobs of all: ``14 of 40 jobs``."""
    return _jobs_of(account, account.done)


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


def footer(reports: Sequence[Report]) -> str:
    """One line of humility: what the figures are, how old, how often drawn, how sure, by which version."""
    date = max((report.data_date for report in reports), default="")
    parts = [
        "Pre-run estimate, not a quote",
        f"data of {date}" if date else "",
        _drawn(reports),
        _sure(reports),
        f"qplan {reports[0].version}" if reports and reports[0].version else "",
    ]
    return "; ".join(part for part in parts if part) + "."


def _drawn(reports: Sequence[Report]) -> str:
    counts = sorted({report.replications for report in reports})
    random = [report for report in reports if report.sampling is not None]
    if not random:
        return "one run"
    if counts == [1]:
        return f"one replication, seed {random[0].seed}"
    least, most = numbers.count(counts[0]), numbers.count(counts[-1])
    often = most if least == most else f"{least} to {most}"
    told = {label for report in random for account in shown(report) if account.allowed for label in levels(account)}
    return f"p50 of {often} replications with {numbers.listed(in_order(told))}, seed {random[0].seed}"


def _sure(reports: Sequence[Report]) -> str:
    """The least sure figure of all; a single replication tells nothing of that."""
    found = [(r.sampling, r.workload.name) for r in reports if r.sampling and r.replications > 1]
    if not found:
        return ""
    worst, name = max(found, key=lambda pair: pair[0].error)
    figure = f"{worst.figure}, {name}" if len(reports) > 1 else worst.figure
    if not isfinite(worst.error):
        return f"too few replications to tell how sure the quantiles are (95 %; {figure})"
    within = numbers.margin(max(worst.error, 0.001))
    return f"quantiles sure to within {within} at worst ({figure}; 95 %, sampling error only)"


def _between(account: Account) -> str:
    """From the 10th to the 90th percentile, what varies."""
    return _joined(account, lambda told: " to ".join(told) if told[0] != told[1] else "", ("p10", "p90"))


def _at(account: Account, label: str) -> str:
    """At one percentile, what varies."""
    return _joined(account, lambda told: told[0], (label,))


def _joined(account: Account, say: Callable[[list[str]], str], labels: Sequence[str]) -> str:
    """Usage, cost and wall-clock that vary, in a row."""
    parts = []
    if varies(account.usage) and (usage := say([*map(numbers.duration, values(account.usage, labels))])):
        parts.append(f"{usage} of usage")
    if account.cost and varies(account.cost) and (amount := say([*map(numbers.cents, values(account.cost, labels))])):
        parts.append(f"{amount} {account.currency}")
    if varies(account.wall) and (wall := say([*map(numbers.duration, values(account.wall, labels))])):
        parts.append(f"done in {wall}")
    return ", ".join(parts)


def _done(account: Account, count: int) -> str:
    return "done in" if count == account.sample.jobs else f"{_jobs_of(account, count)} done in"


def _jobs_of(account: Account, count: int) -> str:
    return f"{numbers.count(count)} of {numbers.counted(account.sample.jobs, 'job')}"


def _cost_in_a_sentence(said: str) -> str:
    return "cost unknown" if said == numbers.UNKNOWN else said


def _change(by: int | Decimal, saves: str, costs: str, say: Callable[[Any], str]) -> str:
    return (saves if by > 0 else costs).format(say(abs(by))) if by else ""
