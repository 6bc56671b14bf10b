"""The tables of modes for the terminal: one report in full, several in a row each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.table import Table

from qplan.model.account import Account
from qplan.model.report import Report
from qplan.render import numbers, terminal, words
from qplan.render.rows import MARK, ModeRow, jobs_done, mode_rows
from qplan.render.terminal import text

_LABEL = len(f"{MARK} session")
_RATIOS, _QUEUE, _WINDOWS = {1, 4}, {5}, {7}
_SHAPES = ((2, set[int]()), (2, _RATIOS), (1, _RATIOS), (1, _RATIOS | _QUEUE | _WINDOWS))
"""Gap between columns, and the columns that are left out (ratios then have a line of their own)."""


def modes_table(report: Report, width: int) -> Iterator[RenderableType]:
    """The modes side by side, in the first layout that needs no wrapping; refused ones below with their reason."""
    rows = mode_rows(report)
    figures = [row for row in rows if not row.refused]
    if figures:
        currency, reference = words.shown(report)[0].currency, report.comparison.reference
        layouts = [_table(figures, currency, reference, gap, without) for gap, without in _SHAPES]
        yield next((layout for layout in layouts if terminal.fits(layout, width)), layouts[-1])
    refused = [(f"  {row.mode}", f"refused: {row.refused}") for row in rows if row.refused]
    if refused:
        yield terminal.hanging(refused, "yellow", least=_LABEL)


def overview(reports: Sequence[Report], width: int, *, all_modes: bool = True) -> Table:
    """A line for each report and mode, or for each report's chosen mode; what the reports share is left out."""
    several_backends = len({report.workload.backend.name for report in reports}) > 1
    several_names = len({report.workload.name for report in reports}) > 1 or not several_backends
    drawn = terminal.table()
    for header, wanted in (("workload", several_names), ("backend", several_backends)):
        if wanted:
            terminal.word_column(drawn, header, least=10)
    drawn.add_column("mode", no_wrap=True)
    for header in ("usage", "cost", "wall-clock", "jobs"):
        terminal.number_column(drawn, header)
    for report in reports:
        label = [report.workload.name] if several_names else []
        label += [report.workload.backend.name] if several_backends else []
        for mode, *cells in _lines(report, all_modes):
            drawn.add_row(*map(text, label), mode, *cells)
            label = [""] * len(label)
    return drawn


def _lines(report: Report, all_modes: bool) -> Iterator[list[str]]:
    best = words.chosen(report)
    accounts = words.shown(report) if all_modes or best is None else (best,)
    for account in accounts:
        mark = f"{MARK} " if account is best and len(accounts) > 1 else "  " if len(accounts) > 1 else ""
        yield [mark + account.mode, *_figures(account)]


def _figures(account: Account) -> list[str]:
    if not account.allowed:
        return ["refused", "-", "-", "-"]
    usage, wall = numbers.duration(account.usage.p50), numbers.duration(account.wall.p50)
    return [usage, words.cost(account), wall, jobs_done(account)]


def _table(rows: Sequence[ModeRow], currency: str, reference: str, gap: int, without: set[int]) -> Table:
    drawn = terminal.table(gap=gap)
    drawn.add_column("  mode", no_wrap=True, vertical="bottom", min_width=_LABEL)
    against = f"vs\n{reference}"
    headers = ["usage", against, f"cost,\n{currency}", "wall-clock", against, "queue", "jobs", "active\nwindows"]
    if not any(row.usage_ratio for row in rows):
        without = without | _RATIOS
    for i, header in enumerate(headers):
        if i not in without:
            drawn.add_column(header, justify="right", no_wrap=True, vertical="bottom")
    for row in rows:
        _add(drawn, row, reference, without)
    return drawn


def _add(drawn: Table, row: ModeRow, reference: str, without: set[int]) -> None:
    def line(label: str, cells: Sequence[str], style: str) -> None:
        kept = [cell for i, cell in enumerate(cells) if i not in without]
        drawn.add_row(label, *kept, style=style)

    label, style = (f"{MARK} {row.mode}", "bold green") if row.chosen else (f"  {row.mode}", "")
    ratios = (row.usage_ratio, row.wall_ratio)
    for i, (usage, wall, queue) in enumerate(zip(row.usage, row.wall, row.queue, strict=True)):
        cost = row.cost[i] if i < len(row.cost) else ""
        if i == 0:
            line(label, [usage, ratios[0], cost, wall, ratios[1], queue, row.jobs, row.activations], style)
        else:
            line(f"    p{(10, 90)[i - 1]}", [usage, "", cost, wall, "", queue, "", ""], "dim")
    if any(ratios) and without:
        line(f"    vs {reference}", [ratios[0], "", "", ratios[1], "", "", "", ""], "dim")
