"""Stored documents shown again, in every format: two beside each other, or the workloads of several together."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal
from io import StringIO

from qplan import __version__
from qplan.model.account import label_of
from qplan.model.gate import Amounts, Change, Driver, Kind, Priced
from qplan.model.stored import StoredDiff, StoredDocument, StoredReport
from qplan.render import numbers
from qplan.render.base import Format, Options, Page, renderer
from qplan.render.gate_told import difference
from qplan.render.priced import Json, workload_object
from qplan.render.safe import csv_cell
from qplan.units import s_from_us

SHOWN = (Kind.CHANGED, Kind.ADDED, Kind.REMOVED)
INPUTS = "What differs in their files"
DRIVEN = "How much each input drives is told by `qplan gate`, which prices them."
SUMMED = "The total is the quantile of the sum in each replication: quantiles do not add up."
FOOT = "Stored estimates, not simulated again and not quotes"
_NOTHING = Amounts(usage_us=None, wall_us=None, cost=None)
_CENT = Decimal("0.01")

Cell = str | int | float | None


def diff(told: StoredDiff, format: Format, options: Options) -> str:
    """How the workloads of two documents differ, in one format."""
    if format is Format.CSV:
        return _csv(_DIFF, map(_diff_cells, told.changes))
    pages = [_changes(told), *_drivers(told)]
    if format is Format.JSON:
        return renderer(format).page(pages[0], options)
    return "\n".join(renderer(format).page(page, options) for page in pages)


def report(told: StoredReport, format: Format, options: Options) -> str:
    """The workloads of documents and their total, in one format."""
    if format is Format.CSV:
        return _csv(_REPORT, _report_cells(told))
    return renderer(format).page(_workloads(told), options)


# Two documents beside each other.


def _changes(told: StoredDiff) -> Page:
    rows = [change for change in told.changes if change.kind in SHOWN]
    return Page(
        title=_diff_title(told),
        text=(_counted(told.changes), *told.notes, _foot((told.before, told.after))),
        headers=("workload", "change", f"usage_at_{label_of(told.quantile)}", "cost", "difference"),
        rows=tuple(_diff_row(change, told.currency) for change in rows),
        data={"version": __version__, "quantile": label_of(told.quantile), "diff": _diff_data(told)},
    )


def _diff_title(told: StoredDiff) -> str:
    what = f"{_file(told.before)} -> {_file(told.after)}"
    changed = difference(told.was_total, told.total, told.currency)
    if changed == "none":
        return f"{what}: together they come to the same at {label_of(told.quantile)}"
    return f"{what}: {changed} at {label_of(told.quantile)}"


def _file(document: StoredDocument) -> str:
    return document.file if len(document.file) <= 60 else f"...{document.file[-57:]}"


def _counted(changes: Sequence[Change]) -> str:
    kinds = Counter(change.kind for change in changes)
    told = [f"{numbers.count(kinds[kind])} {kind}" for kind in (*SHOWN, Kind.UNCHANGED) if kinds[kind]]
    return f"Workloads: {numbers.listed(told)}."


def _diff_row(change: Change, currency: str) -> tuple[str, ...]:
    was, now = change.was or _NOTHING, change.now or _NOTHING
    usage = _turned(_usage(was.usage_us), _usage(now.usage_us))
    cost = _turned(_money(was.cost, currency), _money(now.cost, currency))
    return change.name, change.kind, usage, cost, _by(change, currency)


def _by(change: Change, currency: str) -> str:
    """By how much it differs; one that is new or gone, by all of it."""
    free = Amounts(usage_us=0, wall_us=0, cost=Decimal())
    return difference(change.was or free, change.now or free, currency)


def _turned(before: str, after: str) -> str:
    return before if before == after else " -> ".join(text for text in (before, after) if text)


def _usage(us: int | None) -> str:
    return "" if us is None else numbers.duration(us)


def _money(amount: Decimal | None, currency: str) -> str:
    return "" if amount is None else numbers.money(amount, currency).rstrip()


def _drivers(told: StoredDiff) -> Iterator[Page]:
    rows = [(change.name, *_input(driver)) for change in told.changes for driver in change.drivers]
    if rows:
        headers = ("workload", "input", "before", "after")
        yield Page(title=INPUTS, text=(DRIVEN,), headers=headers, rows=tuple(rows))


def _input(driver: Driver) -> tuple[str, str, str]:
    return driver.path, driver.before, driver.after


def _diff_data(told: StoredDiff) -> Json:
    return {
        "before": _document(told.before),
        "after": _document(told.after),
        "notes": list(told.notes),
        "currency": told.currency or None,
        "total": _pair(told.was_total, told.total),
        "workloads": [
            {
                "kind": change.kind.value,
                "name": change.name,
                "file": change.file,
                **_pair(change.was, change.now),
                "inputs": [
                    dict(zip(("path", "before", "after"), _input(each), strict=True)) for each in change.drivers
                ],
            }
            for change in told.changes
        ],
    }


def _document(document: StoredDocument) -> Json:
    return {
        "file": document.file,
        "version": document.version,
        "data_date": document.data_date or None,
        "seed": document.seed,
        "workloads": len(document.priced),
    }


def _pair(was: Amounts | None, now: Amounts | None) -> Json:
    cost, usage_us, percent = _difference(was, now)
    return {
        "was": None if was is None else _amounts(was),
        "now": None if now is None else _amounts(now),
        "increase": {"cost": _cents(cost), "percent": _cents(percent), "usage_s": _s(usage_us)},
    }


def _difference(was: Amounts | None, now: Amounts | None) -> tuple[Decimal | None, int | None, Decimal | None]:
    """What more it costs and uses now, and in percent of the cost; ``None`` where a side is not known."""
    if was is None or now is None:
        return None, None, None
    cost = None if was.cost is None or now.cost is None else now.cost - was.cost
    usage_us = None if was.usage_us is None or now.usage_us is None else now.usage_us - was.usage_us
    percent = None if cost is None or not was.cost else cost / was.cost * 100
    return cost, usage_us, percent


def _amounts(amounts: Amounts) -> Json:
    return {"usage_s": _s(amounts.usage_us), "wall_s": _s(amounts.wall_us), "cost": _cents(amounts.cost)}


_DIFF = (
    "kind", "workload", "file", "usage_before_s", "usage_after_s", "wall_before_s", "wall_after_s",
    "cost_before", "cost_after", "cost_increase", "cost_increase_percent", "inputs",
)  # fmt: skip


def _diff_cells(change: Change) -> tuple[Cell, ...]:
    was, now = change.was or _NOTHING, change.now or _NOTHING
    cost, _, percent = _difference(change.was, change.now)
    times = (_s(us) for pair in ((was.usage_us, now.usage_us), (was.wall_us, now.wall_us)) for us in pair)
    amounts = (_cents(amount) for amount in (was.cost, now.cost, cost, percent))
    return change.kind, change.name, change.file, *times, *amounts, "; ".join(map(_said, change.drivers)) or None


def _said(driver: Driver) -> str:
    turned = f"{driver.before or '(none)'} -> {driver.after or '(none)'}"
    return f"{driver.path} {turned}" if driver.before or driver.after else driver.path


# Workloads of several documents.


def _workloads(told: StoredReport) -> Page:
    level = label_of(told.quantile)
    total = ("total", "", "", _usage(told.total.usage_us), _money(told.total.cost, told.currency), "")
    return Page(
        title=_report_title(told),
        text=tuple(_remarks(told)),
        headers=("workload", "backend", "mode", f"usage_at_{level}", "cost", "wall-clock"),
        rows=(*map(_report_row, told.priced, told.amounts), *([total] if len(told.priced) > 1 else [])),
        data=_report_data(told),
    )


def _report_title(told: StoredReport) -> str:
    cost = told.total.cost
    amount = "cost unknown" if cost is None else numbers.money(cost, told.currency)
    usage = _usage(told.total.usage_us) or "unknown"
    many = numbers.counted(len(told.priced), "workload")
    return f"{many}: {amount} for {usage} of usage at {label_of(told.quantile)}"


def _remarks(told: StoredReport) -> Iterator[str]:
    if told.repeats:
        yield f"{numbers.counted(told.repeats, 'repeated workload')} left out: each counts once."
    if len(told.priced) > 1:
        yield SUMMED
    yield _foot(told.documents)


def _report_row(priced: Priced, amounts: Amounts) -> tuple[str, ...]:
    figures = ("refused", "", "")
    if not priced.refused:
        cost = numbers.money(amounts.cost, priced.currency, priced.cost_reason)
        figures = (_usage(amounts.usage_us), cost, _usage(amounts.wall_us))
    return priced.name, priced.backend, priced.mode, *figures


def _report_data(told: StoredReport) -> Json:
    return {
        "version": __version__,
        "quantile": label_of(told.quantile),
        "report": {
            "workloads": len(told.priced),
            "repeats": told.repeats,
            "currency": told.currency or None,
            "total": _amounts(told.total),
        },
        "workloads": [
            {**workload_object(priced), **_basis(document), "mode": priced.mode.value, **_amounts(amounts)}
            for priced, document, amounts in zip(told.priced, told.documents, told.amounts, strict=True)
        ],
    }


def _basis(document: StoredDocument) -> Json:
    return {"version": document.version, "data_date": document.data_date or None, "seed": document.seed}


_REPORT = (
    "workload", "file", "backend", "plan", "mode", "refused", "usage_s", "wall_s", "cost", "currency", "cost_reason",
    "quantile", "seed", "replications",
)  # fmt: skip


def _report_cells(told: StoredReport) -> Iterator[tuple[Cell, ...]]:
    for priced, document, amounts in zip(told.priced, told.documents, told.amounts, strict=True):
        place = (priced.name, priced.file, priced.backend, priced.plan, priced.mode, priced.refused or None)
        figures = (_s(amounts.usage_us), _s(amounts.wall_us), _cents(amounts.cost))
        money = (priced.currency if amounts.cost is not None else None, priced.cost_reason or None)
        yield (*place, *figures, *money, label_of(told.quantile), document.seed, len(priced.usage_us))


# Of both.


def _foot(documents: Iterable[StoredDocument]) -> str:
    """One line of humility."""
    versions = numbers.listed(sorted({document.version for document in documents}))
    return f"{FOOT}; of qplan {versions}."


def _csv(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([_safe(cell) for cell in row] for row in rows)
    return out.getvalue()


def _safe(cell: Cell) -> Cell:
    """Words that could be taken for a formula are quoted; amounts are none, though they may begin with a minus."""
    if not isinstance(cell, str) or cell.removeprefix("-").replace(".", "", 1).isdecimal():
        return cell
    return csv_cell(cell)


def _s(us: int | None) -> float | None:
    return None if us is None else s_from_us(us)


def _cents(amount: Decimal | None) -> str | None:
    if amount is None:
        return None
    cents = amount.quantize(_CENT, ROUND_HALF_UP)
    return f"{cents if cents else abs(cents):f}"
