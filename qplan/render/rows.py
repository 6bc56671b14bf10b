"""Accounts as cells: the rows that the terminal and markdown tables share. Plain text, not yet made safe."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qplan.model.account import Account, Quantity
from qplan.model.report import Report
from qplan.render import numbers
from qplan.render.spread import done, levels, values, varies
from qplan.render.undone import comparable
from qplan.render.words import recommended, shown

MARK = "▶"
"""Stands before the chosen mode."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModeRow:
    """A mode's cells. Quantities are the median, then the quantiles named in ``levels``, where anything spreads.

    So are the jobs done, for what befell the one run that is kept need not befall the others; below the median they
    stand only where they vary. ``activations`` are known of that run alone. The ratios are taken against the reference
    mode: empty on its own row, and everywhere if it is not shown, and ``-`` where the two do not do the same work.
    ``refused`` is the reason, and then there are no figures.
    """

    mode: str
    chosen: bool
    refused: str = ""
    levels: Sequence[str] = ()
    usage: Sequence[str] = ()
    usage_ratio: str = ""
    cost: Sequence[str] = ()
    wall: Sequence[str] = ()
    wall_ratio: str = ""
    queue: Sequence[str] = ()
    jobs: Sequence[str] = ()
    activations: str = ""


def mode_rows(report: Report) -> list[ModeRow]:
    """The modes that the report shows, refused ones with their reason."""
    best = recommended(report)
    accounts = shown(report)
    reference = next((a for a in accounts if a.mode is report.comparison.reference and a.allowed), None)
    return [_row(report, account, reference, account is best) for account in accounts]


def jobs_done(account: Account) -> str:
    """Completed of all: the median over the replications."""
    return _of_all(account.done, account)


def costs(account: Account, levels: Sequence[str] = ()) -> tuple[str, ...]:
    """The cost without its currency: the median, then some quantiles."""
    if account.cost is None:
        return (numbers.unpriced(account.cost_reason),)
    return tuple(map(numbers.cents, (account.cost.p50, *values(account.cost, levels))))


def told_levels(account: Account) -> tuple[str, ...]:
    """The quantiles to tell beside the median: none where no quantity differs between replications."""
    quantities = (account.usage, account.wall, account.queue, done(account))
    return levels(account) if any(map(varies, quantities)) else ()


def _row(report: Report, account: Account, reference: Account | None, is_chosen: bool) -> ModeRow:
    if not account.allowed:
        return ModeRow(mode=account.mode, chosen=False, refused=account.reason or "refused")
    at = told_levels(account)
    against = reference if reference is not account else None
    alike = against is not None and comparable(report, account, against)
    return ModeRow(
        mode=account.mode,
        chosen=is_chosen,
        levels=at,
        usage=_times(account.usage, at),
        usage_ratio=_ratio(account.usage, against.usage, alike) if against else "",
        cost=costs(account, at),
        wall=_times(account.wall, at),
        wall_ratio=_ratio(account.wall, against.wall, alike) if against else "",
        queue=_times(account.queue, at),
        jobs=_jobs(account, at),
        activations=numbers.count(account.sample.activations),
    )


def _ratio(quantity: Quantity, reference: Quantity, alike: bool) -> str:
    return numbers.ratio(quantity.p50, reference.p50) if alike else "-"


def _times(quantity: Quantity, levels: Sequence[str]) -> tuple[str, ...]:
    return tuple(map(numbers.duration, (quantity.p50, *values(quantity, levels))))


def _jobs(account: Account, levels: Sequence[str]) -> tuple[str, ...]:
    jobs = done(account)
    others = values(jobs, levels) if varies(jobs) else ()
    return tuple(_of_all(count, account) for count in (jobs.p50, *others))


def _of_all(count: int, account: Account) -> str:
    return f"{numbers.count(count)}/{numbers.count(account.sample.jobs)}"
