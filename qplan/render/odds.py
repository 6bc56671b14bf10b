"""How often something holds over the replications: a table that the formats share, and a sentence on one mode."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from qplan.model.account import Account, Odds
from qplan.model.pricing import LimitAction
from qplan.model.report import Report
from qplan.model.workload import Mode
from qplan.render import numbers
from qplan.render.spread import is_spread
from qplan.render.undone import asks_for_less
from qplan.render.words import recommended, shown

SURE = 0.995
"""A share from which on, and the other end, a sentence leaves it out."""
_NONE = "-"
_TIES = 1e-9

Share = Callable[[Odds], float | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class OddsTable:
    """What happens in which share of the replications, a column for each mode. ``chosen`` is the recommended one."""

    title: str
    modes: tuple[Mode, ...]
    chosen: Mode | None
    rows: tuple[tuple[str, tuple[str, ...]], ...]
    note: str


def odds_of(report: Report, account: Account) -> Odds | None:
    """The odds of an account; ``None`` for a refused mode and for a run that is only one."""
    pairs = zip(report.comparison.accounts, report.odds, strict=False)
    found = next((odds for other, odds in pairs if other.mode is account.mode), None)
    return found if is_spread(account) else None


def odds_table(report: Report) -> OddsTable | None:
    """The odds of the modes that the report shows; ``None`` where nothing is random or all goes without saying."""
    pairs = [(account, odds) for account in shown(report) if (odds := odds_of(report, account))]
    rows = (*_best(pairs), *_kept(report, pairs), *_cut(report, pairs))
    if not rows:
        return None
    best = recommended(report)
    return OddsTable(
        title=f"of {numbers.count(report.replications)} replications",
        modes=tuple(account.mode for account, _ in pairs),
        chosen=best.mode if best else None,
        rows=tuple((label, tuple(map(_cell, shares))) for label, shares in rows),
        note=_note(pairs, {label for label, _ in rows}),
    )


def sentence(report: Report, account: Account) -> str:
    """The odds of one mode that are neither close to none nor close to all; empty when there are none such."""
    odds = odds_of(report, account)
    if odds is None:
        return ""
    parts = [*_how_good(report, account, odds), *_how_whole(report, account, odds)]
    return f"Of {numbers.count(report.replications)} replications {'; '.join(parts)}." if parts else ""


def shortfall(report: Report, account: Account) -> str:
    """How often a mode does all its work, and what of it is left; empty where it goes without saying."""
    odds = odds_of(report, account)
    parts = list(_how_whole(report, account, odds)) if odds else []
    return f"Of {numbers.count(report.replications)} replications {'; '.join(parts)}." if parts else ""


def limit(report: Report) -> str:
    """What a plan calls the usage that is left."""
    return "cost limit" if report.workload.plan.limit_action is LimitAction.STOP else "allocation"


Pairs = Sequence[tuple[Account, Odds]]
Row = tuple[str, list[float | None]]


def _best(pairs: Pairs) -> Iterator[Row]:
    """The modes against one another; level throughout, they are told by their ratios alone."""
    if len(pairs) < 2:
        return
    if any(odds.cheapest < 1 for _, odds in pairs):
        yield _cheapest(pairs), [odds.cheapest for _, odds in pairs]
    if any(odds.fastest < 1 for _, odds in pairs):
        yield "fastest", [odds.fastest for _, odds in pairs]


def _kept(report: Report, pairs: Pairs) -> Iterator[Row]:
    """What was asked for."""
    goal, currency = report.goal, pairs[0][0].currency if pairs else ""
    budget = "the budget" if goal.budget is None else numbers.money(goal.budget, currency)
    deadline = "the deadline" if goal.deadline_us is None else numbers.duration(goal.deadline_us)
    rows: tuple[Row, ...] = (
        (f"within {budget}", [odds.within_budget for _, odds in pairs]),
        (f"within {deadline}", [odds.within_deadline for _, odds in pairs]),
    )
    yield from (row for row in rows if set(row[1]) - {None})


def _cut(report: Report, pairs: Pairs) -> Iterator[Row]:
    """What goes wrong, where it does; a job has no TTL."""
    asked = any(asks_for_less(report.workload, account.mode) for account, _ in pairs)
    if not asked and any(odds.complete < 1 for _, odds in pairs):
        yield "all jobs done", [odds.complete for _, odds in pairs]
    if any(odds.ttl_cut for _, odds in pairs):
        yield "cut by the maximum TTL", [None if a.mode is Mode.JOB else odds.ttl_cut for a, odds in pairs]
    if any(odds.over_allocation for _, odds in pairs):
        yield f"{limit(report)} not enough", [odds.over_allocation for _, odds in pairs]


def _cheapest(pairs: Pairs) -> str:
    """Where nothing is paid, the least usage is no lowest price."""
    paid = any(account.cost and account.cost.mean for account, _ in pairs)
    return "cheapest" if paid else "least usage"


def _cell(share: float | None) -> str:
    return _NONE if share is None else numbers.percent(share)


def _note(pairs: Pairs, labels: set[str]) -> str:
    """What the shares of the best modes mean, where that is not plain."""
    sums = {_cheapest(pairs): sum(odds.cheapest for _, odds in pairs), "fastest": sum(o.fastest for _, o in pairs)}
    compared = [label for label in sums if label in labels]
    parts = []
    if compared and "all jobs done" in labels:
        parts.append(f"{numbers.listed(compared)} among the modes that do most")
    if any(sums[label] > 1 + _TIES for label in compared):
        parts.append("ties count for each")
    return "; ".join(parts)


def _how_good(report: Report, account: Account, odds: Odds) -> Iterator[str]:
    """Against the other modes, and within what was asked for."""
    against = len([other for other in shown(report) if other.allowed]) > 1
    told = [
        (f"the {_cheapest([(account, odds)])}", odds.cheapest if against else None),
        ("the fastest", odds.fastest if against else None),
        ("within the budget", odds.within_budget),
        ("within the deadline", odds.within_deadline),
    ]
    parts = [f"{what} in {numbers.percent(share)}" for what, share in told if share is not None and _is_open(share)]
    if parts:
        yield f"that is {numbers.listed(parts)}"


def _how_whole(report: Report, account: Account, odds: Odds) -> Iterator[str]:
    """How often it is done, else how often it is cut."""
    if not asks_for_less(report.workload, account.mode):
        if _is_open(odds.complete):
            yield f"all jobs are done in {numbers.percent(odds.complete)}"
    elif _is_open(odds.ttl_cut):
        yield f"the maximum TTL cuts it in {numbers.percent(odds.ttl_cut)}"
    if odds.over_allocation is not None and _is_open(odds.over_allocation):
        yield f"the {limit(report)} is not enough in {numbers.percent(odds.over_allocation)}"


def _is_open(share: float) -> bool:
    return 1 - SURE < share < SURE
