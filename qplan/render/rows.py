"""Accounts as cells: the rows that the terminal and markdown tables share. Plain text, not yet made safe."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qplan.model.account import Account, Quantity
from qplan.model.report import Report
from qplan.render import numbers
from qplan.render.undone import comparable
from qplan.render.words import recommended, shown

MARK = "▶"
"""Stands before the chosen mode."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModeRow:
    """A mode's cells. Quantities are the median, then the 10th and 90th percentile where anything spreads.

    The ratios are taken against the reference mode: empty on its own row, and everywhere if it is not
    shown, and ``-`` where the two do not do the same work. ``refused`` is the reason, and then there are no figures.
    """

    mode: str
    chosen: bool
    refused: str = ""
    usage: Sequence[str] = ()
    usage_ratio: str = ""
    cost: Sequence[str] = ()
    wall: Sequence[str] = ()
    wall_ratio: str = ""
    queue: Sequence[str] = ()
    jobs: str = ""
    activations: str = ""


def mode_rows(report: Report) -> list[ModeRow]:
    """The modes that the report shows, refused ones with their reason."""
    best = recommended(report)
    accounts = shown(report)
    reference = next((a for a in accounts if a.mode is report.comparison.reference and a.allowed), None)
    return [_row(report, account, reference, account is best) for account in accounts]


def jobs_done(account: Account) -> str:
    """Completed of all, in the run that is shown."""
    return f"{numbers.count(account.sample.completed)}/{numbers.count(account.sample.jobs)}"


def costs(account: Account, *, spread: bool = False) -> tuple[str, ...]:
    """The cost without its currency: the median, with the percentiles when ``spread``."""
    if account.cost is None:
        return (numbers.unpriced(account.cost_reason),)
    values = (account.cost.p50, account.cost.p10, account.cost.p90) if spread else (account.cost.p50,)
    return tuple(map(numbers.cents, values))


def spreads(account: Account) -> bool:
    """Whether any quantity differs between replications."""
    quantities = (account.usage, account.wall, account.queue)
    return any(quantity.p10 != quantity.p90 for quantity in quantities)


def _row(report: Report, account: Account, reference: Account | None, is_chosen: bool) -> ModeRow:
    if not account.allowed:
        return ModeRow(mode=account.mode, chosen=False, refused=account.reason or "refused")
    wide = spreads(account)
    against = reference if reference is not account else None
    alike = against is not None and comparable(report, account, against)
    return ModeRow(
        mode=account.mode,
        chosen=is_chosen,
        usage=_times(account.usage, wide),
        usage_ratio=_ratio(account.usage, against.usage, alike) if against else "",
        cost=costs(account, spread=wide),
        wall=_times(account.wall, wide),
        wall_ratio=_ratio(account.wall, against.wall, alike) if against else "",
        queue=_times(account.queue, wide),
        jobs=jobs_done(account),
        activations=numbers.count(account.sample.activations),
    )


def _ratio(quantity: Quantity, reference: Quantity, alike: bool) -> str:
    return numbers.ratio(quantity.p50, reference.p50) if alike else "-"


def _times(quantity: Quantity, spread: bool) -> tuple[str, ...]:
    values = (quantity.p50, quantity.p10, quantity.p90) if spread else (quantity.p50,)
    return tuple(map(numbers.duration, values))
