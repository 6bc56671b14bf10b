"""Several reports together: sums over workloads, and the best of several backends."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from qplan.model.account import Account
from qplan.model.report import Report
from qplan.render import numbers
from qplan.render.spread import is_spread
from qplan.render.undone import mean_undone, undone
from qplan.render.words import chosen, cost


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Sums of the means of the chosen modes (means add up, quantiles do not); ``None`` where a part is missing."""

    usage_us: int | None
    cost: Decimal | None
    currency: str | None


def distinct(reports: Sequence[Report]) -> list[Report]:
    """The reports without those of a workload and backend that were handed in before."""
    found: list[Report] = []
    for report in reports:
        if all(report.workload != other.workload for other in found):
            found.append(report)
    return found


def repeats(reports: Sequence[Report]) -> list[str]:
    """What was handed in more than once, in words."""
    dropped = len(reports) - len(distinct(reports))
    return [f"{numbers.counted(dropped, 'repeated input')} left out: each counts once."] if dropped else []


def several_backends(reports: Sequence[Report]) -> bool:
    """Whether one workload stands on several backends, whose figures are choices and not parts of a sum."""
    return len(_backends(reports)) > 1 and _workloads(reports) < len(distinct(reports))


def one_workload(reports: Sequence[Report]) -> bool:
    """Whether these are choices of backend for a single workload."""
    return several_backends(reports) and _workloads(reports) == 1


def totals(reports: Sequence[Report]) -> Totals:
    """What all workloads need together, each in its chosen mode."""
    if several_backends(reports):
        return Totals(usage_us=None, cost=None, currency=None)
    return _summed(distinct(reports))


def headline(reports: Sequence[Report]) -> str:
    """The verdict over several reports."""
    alone = distinct(reports)
    if one_workload(alone):
        return _best(alone)
    if several_backends(alone):
        return _by_backend(alone)
    return f"{_counted_workloads(alone)}{_told(alone)}."


def _summed(reports: Sequence[Report]) -> Totals:
    accounts = [chosen(report) for report in reports]
    found = [account for account in accounts if account is not None]
    if not found or len(found) < len(accounts):
        return Totals(usage_us=None, cost=None, currency=None)
    costs = [account.cost.mean for account in found if account.cost is not None]
    currencies = {account.currency for account in found}
    priced = len(costs) == len(found) and len(currencies) == 1
    return Totals(
        usage_us=sum(account.usage.mean for account in found),
        cost=sum(costs, Decimal()) if priced else None,
        currency=currencies.pop() if priced else None,
    )


def _told(reports: Sequence[Report]) -> str:
    summed = _summed(reports)
    if summed.usage_us is None:
        return "; at least one cannot run as it stands, so there is no total"
    together = " together" if len(reports) > 1 else ""
    spread = any(is_spread(account) for report in reports if (account := chosen(report)))
    said = f"{together}: {numbers.duration(summed.usage_us)} of usage, {_price(reports, summed)}"
    left = sum(mean_undone(report, account) for report in reports if (account := chosen(report)))
    return f"{said}{' on average' if spread else ''}{_left(left)}"


def _left(jobs: float) -> str:
    """Jobs left undone, a mean over the replications."""
    if not jobs:
        return ""
    if not jobs.is_integer():
        return f"; {max(jobs, 0.1):,.1f} jobs stay undone"
    return f"; {numbers.counted(int(jobs), 'job stays', 'jobs stay')} undone"


def _price(reports: Sequence[Report], summed: Totals) -> str:
    if summed.cost is not None:
        return numbers.money(summed.cost, summed.currency or "")
    unpriced = {cost(account) for report in reports if (account := chosen(report))}
    return numbers.NOT_BILLED if unpriced == {numbers.NOT_BILLED} else "no total cost"


def _by_backend(reports: Sequence[Report]) -> str:
    """A sum for each backend; different workloads are never ranked against one another."""
    apart = {name: [r for r in reports if r.workload.backend.name == name] for name in _backends(reports)}
    return " ".join(f"On {name} {_counted_workloads(own)}{_told(own)}." for name, own in apart.items())


def _counted_workloads(reports: Sequence[Report]) -> str:
    return numbers.counted(_workloads(reports), "workload")


def _backends(reports: Iterable[Report]) -> list[str]:
    return list(dict.fromkeys(report.workload.backend.name for report in reports))


def _workloads(reports: Sequence[Report]) -> int:
    return len({(report.workload.file, report.workload.name) for report in reports})


def _best(reports: Sequence[Report]) -> str:
    runs = [(report, account) for report in reports if (account := chosen(report)) is not None]
    if not runs:
        return "No backend can run this workload as it stands."
    found = [(report, account) for report, account in runs if not undone(report, account)]
    if not found:
        return "No backend finishes this workload as it stands."
    fastest = min(found, key=lambda pair: pair[1].wall.p50)
    done = f"done in {numbers.duration(fastest[1].wall.p50)}"
    said = f"Fastest: {_place(*fastest)}, {done}."
    priced = [(pair, pair[1].cost.p50) for pair in found if pair[1].cost is not None]
    if len(priced) < len(found):
        return said
    cheapest = min(priced, key=lambda entry: entry[1])[0]
    if cheapest is fastest:
        return f"Cheapest and fastest: {_place(*cheapest)}, {cost(cheapest[1])}, {done}."
    return f"Cheapest: {_place(*cheapest)}, {cost(cheapest[1])}. {said}"


def _place(report: Report, account: Account) -> str:
    return f"{report.workload.backend.name} as {account.mode.said(account.sample.jobs)}"
