"""CSV for spreadsheets: a row for each workload, backend and mode; units in the column names, no assumptions."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from decimal import ROUND_HALF_UP, Decimal
from io import StringIO

from qplan.errors import Problem
from qplan.model.account import Account, Odds
from qplan.model.report import Report
from qplan.render.base import Options, Page
from qplan.render.odds import odds_of
from qplan.render.safe import csv_cell
from qplan.render.spread import done, in_order, values
from qplan.render.summary import distinct
from qplan.render.words import recommended, shown
from qplan.units import s_from_us

Cell = str | int | float | bool | None
_QUANTILES = ("p10", "p50", "p90", "mean")
_SHARES = tuple(field.name for field in fields(Odds))


def estimate(reports: Sequence[Report], options: Options) -> str:
    """A row for each mode of each report; a refused mode has a reason and empty figures."""
    pairs = [(report, account) for report in distinct(reports) for account in shown(report)]
    asked = in_order({label for _, account in pairs if account.allowed for label, _ in account.usage.others})
    return _written(dict(_cells(report, account, asked)) for report, account in pairs)


def compare(reports: Sequence[Report], options: Options) -> str:
    """As ``estimate``."""
    return estimate(reports, options)


def recommend(reports: Sequence[Report], options: Options) -> str:
    """As ``estimate``; the column ``recommended`` is the answer."""
    return estimate(reports, options)


def problems(problems: Sequence[Problem], files: Sequence[str], options: Options) -> str:
    """A row for each finding."""
    header = ("severity", "code", "file", "line", "column", "path", "message", "hint")
    rows = (
        (p.severity, p.code, p.mark.file, p.mark.line or None, p.mark.column or None, p.path, p.message, p.hint)
        for p in problems
    )
    return _table(header, rows)


def page(page: Page, options: Options) -> str:
    """The rows of a leaf of the catalogue."""
    return _table(page.headers, page.rows)


def _cells(report: Report, account: Account, asked: Sequence[str]) -> Iterator[tuple[str, Cell]]:
    workload, run = report.workload, account.sample if account.allowed else None
    yield from (("workload", workload.name), ("file", workload.file))
    yield from (("backend", workload.backend.name), ("plan", workload.plan.name), ("mode", account.mode))
    yield from (("allowed", account.allowed), ("reason", account.reason))
    yield "recommended", account is recommended(report)
    for name in ("usage", "wall", "queue", "qpu_busy", "drift"):
        quantity = getattr(account, name) if run else None
        for at in _QUANTILES:
            yield f"{name}_{at}_s", s_from_us(getattr(quantity, at)) if quantity else None
        for at, us in zip(asked, values(quantity, asked) if quantity else _nothing(asked), strict=True):
            yield f"{name}_{at}_s", None if us is None else s_from_us(us)
    for at in _QUANTILES:
        yield f"cost_{at}", _cents(getattr(account.cost, at)) if account.cost else None
    for at, amount in zip(asked, values(account.cost, asked) if account.cost else _nothing(asked), strict=True):
        yield f"cost_{at}", None if amount is None else _cents(amount)
    yield from (("currency", account.currency if account.cost else None), ("cost_reason", account.cost_reason))
    yield "jobs_total", run.jobs if run else None
    for name in ("completed", "failed", "cancelled", "not_submitted", "queued"):
        yield f"jobs_{name}", getattr(run, name) if run else None
    yield from (("retries", run.retries if run else None), ("activations", run.activations if run else None))
    for at in ("p10", "p50", "p90"):
        yield f"completed_{at}", getattr(done(account), at) if run else None
    yield "lane_use", round(run.lane_use, 6) if run else None
    yield from (("seed", report.seed), ("replications", report.replications))
    odds = odds_of(report, account)
    for name in _SHARES:
        share = getattr(odds, name) if odds else None
        yield f"odds_{name}", None if share is None else round(share, 6)


def _nothing(asked: Sequence[str]) -> list[None]:
    """A cell without a figure for each quantile asked for."""
    return [None] * len(asked)


def _cents(amount: Decimal) -> str:
    return f"{amount.quantize(Decimal('0.01'), ROUND_HALF_UP):f}"


def _written(records: Iterable[dict[str, Cell]]) -> str:
    rows = list(records)
    return _table(tuple(rows[0]) if rows else (), (row.values() for row in rows))


def _table(header: Sequence[str], rows: Iterable[Iterable[Cell]]) -> str:
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([_safe(cell) for cell in row] for row in rows)
    return out.getvalue()


def _safe(cell: Cell) -> Cell:
    if isinstance(cell, bool):
        return str(cell).lower()
    return csv_cell(cell) if isinstance(cell, str) else cell
