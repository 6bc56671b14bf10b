"""Several reports together: sums over workloads, and the best of several backends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from qplan.model.account import Account
from qplan.model.report import Report
from qplan.render import numbers
from qplan.render.words import chosen, cost


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Sums of the means of the chosen modes (means add up, quantiles do not); ``None`` where a part is missing."""

    usage_us: int | None
    cost: Decimal | None
    currency: str | None


def several_backends(reports: Sequence[Report]) -> bool:
    """Whether these are one workload on several backends, whose figures are choices and not parts of a sum."""
    return len({report.workload.backend.name for report in reports}) > 1 and _workloads(reports) < len(reports)


def totals(reports: Sequence[Report]) -> Totals:
    """What all workloads need together, each in its chosen mode."""
    accounts = [chosen(report) for report in reports]
    found = [account for account in accounts if account is not None]
    if several_backends(reports) or not found or len(found) < len(accounts):
        return Totals(usage_us=None, cost=None, currency=None)
    costs = [account.cost.mean for account in found if account.cost is not None]
    currencies = {account.currency for account in found}
    priced = len(costs) == len(found) and len(currencies) == 1
    return Totals(
        usage_us=sum(account.usage.mean for account in found),
        cost=sum(costs, Decimal()) if priced else None,
        currency=currencies.pop() if priced else None,
    )


def headline(reports: Sequence[Report]) -> str:
    """The verdict over several reports."""
    if several_backends(reports):
        return _best(reports)
    summed, what = totals(reports), numbers.counted(_workloads(reports), "workload")
    if summed.usage_us is None:
        return f"{what}; at least one cannot run as it stands, so there is no total."
    price = "no total cost" if summed.cost is None else numbers.money(summed.cost, summed.currency or "")
    return f"{what} together: {numbers.duration(summed.usage_us)} of usage, {price}."


def _workloads(reports: Sequence[Report]) -> int:
    return len({(report.workload.file, report.workload.name) for report in reports})


def _best(reports: Sequence[Report]) -> str:
    found = [(report, account) for report in reports if (account := chosen(report)) is not None]
    if not found:
        return "No backend can run this workload as it stands."
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
