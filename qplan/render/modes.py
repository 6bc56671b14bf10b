"""The tables of modes for the terminal: one report in full, several in a row each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from rich.cells import cell_len
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from qplan.model.account import Account
from qplan.model.report import Report
from qplan.render import numbers, terminal, words
from qplan.render.odds import odds_table
from qplan.render.rows import MARK, ModeRow, jobs_done, mode_rows
from qplan.render.safe import plain
from qplan.render.terminal import text

_LABEL = len(f"{MARK} session")
_RATIOS, _QUEUE, _WINDOWS = {1, 4}, {5}, {7}
_SHAPES = (
    (2, set[int]()),
    (2, _RATIOS),
    (2, _RATIOS | _WINDOWS),
    (2, _RATIOS | _QUEUE | _WINDOWS),
    (1, _RATIOS | _QUEUE | _WINDOWS),
)
"""Gap between columns, and the columns that are left out (ratios then have a line of their own)."""

_FIGURES = ("mode", "usage", "cost", "wall-clock", "jobs")


def modes_table(report: Report, width: int) -> Iterator[RenderableType]:
    """The modes side by side, in the first layout that needs no wrapping; refused ones below with their reason."""
    rows = mode_rows(report)
    figures = [row for row in rows if not row.refused]
    without = set[int]()
    if figures:
        currency, reference = words.shown(report)[0].currency, report.comparison.reference
        layouts = [(_table(figures, currency, reference, gap, without), without) for gap, without in _SHAPES]
        drawn, without = next((pair for pair in layouts if terminal.fits(pair[0], width)), layouts[-1])
        yield drawn
        if left := [name for name, at in (("queue", _QUEUE), ("active windows", _WINDOWS)) if at <= without]:
            yield text(f"  left out for want of width: {numbers.listed(left)}", "dim")
    refused = [(f"  {row.mode}", f"refused: {row.refused}") for row in rows if row.refused]
    if refused:
        yield terminal.hanging(refused, "yellow", least=_LABEL)
    if figures and not without >= _WINDOWS and words.tells_windows(report):
        yield text(f"  active windows: of {words.MEDIAN_RUN}", "dim")


def chances(report: Report) -> Iterator[RenderableType]:
    """The odds of the modes side by side, where there are any worth telling. Fits a terminal of 60 columns."""
    odds = odds_table(report)
    if odds is None:
        return
    drawn = terminal.table()
    drawn.add_column(text(odds.title), no_wrap=True)
    for mode in odds.modes:
        terminal.number_column(drawn, mode, "bold green" if mode is odds.chosen else "")
    for label, cells in odds.rows:
        drawn.add_row(text(label), *cells)
    yield from (Text(), drawn)
    if odds.note:
        yield terminal.hanging([("", odds.note)], "dim")


def overview(reports: Sequence[Report], width: int, *, all_modes: bool = True) -> Iterator[RenderableType]:
    """A line for each report and mode, or for each report's chosen mode; what the reports share is left out.

    Labels stand in columns where they fit without breaking a word, else on a line above their figures.
    """
    rows = [(_labels(report, reports), [*_lines(report, all_modes)]) for report in reports]
    widths = [max(map(len, column)) for column in zip(*(line for _, lines in rows for line in lines), strict=True)]
    widths = [max(own, len(header)) for own, header in zip(widths, _FIGURES, strict=True)]
    headers = _label_headers(reports)
    room = width - sum(widths) - terminal.GAP * (len(widths) + len(headers) - 1)
    labels = _label_widths(headers, [label for label, _ in rows], room)
    if labels is None:
        yield from _stacked(rows, widths)
        return
    drawn = _figures_table(widths, dict(zip(headers, labels, strict=True)))
    for label, lines in rows:
        for i, cells in enumerate(lines):
            drawn.add_row(*(text(name if i == 0 else "") for name in label), *cells)
    yield drawn


def _label_headers(reports: Sequence[Report]) -> list[str]:
    several_backends = len({report.workload.backend.name for report in reports}) > 1
    several_names = len({report.workload.name for report in reports}) > 1 or not several_backends
    return ["workload"] * several_names + ["backend"] * several_backends


def _labels(report: Report, reports: Sequence[Report]) -> list[str]:
    names = {"workload": report.workload.name, "backend": report.workload.backend.name}
    return [plain(names[header]) for header in _label_headers(reports)]


def _label_widths(headers: Sequence[str], labels: Sequence[Sequence[str]], room: int) -> list[int] | None:
    """The widths of labels, the first wrapped between words where need be; ``None`` if that is still too wide."""
    columns = [[header, *column] for header, column in zip(headers, zip(*labels, strict=True), strict=True)]
    whole = [max(map(cell_len, column)) for column in columns]
    first = min(whole[0], room - sum(whole[1:]))
    words_of_first = (word for label in columns[0] for word in label.split())
    return [first, *whole[1:]] if first >= max(map(cell_len, words_of_first), default=0) else None


def _stacked(rows: Sequence[tuple[list[str], list[list[str]]]], widths: Sequence[int]) -> Iterator[RenderableType]:
    """The header once, then each label on a line of its own above its figures, in the same columns."""
    yield _figures_table(widths, {})
    for label, lines in rows:
        drawn = _figures_table(widths, {}, show_header=False)
        for cells in lines:
            drawn.add_row(*cells)
        yield from (text(" on ".join(label)), drawn)


def _figures_table(widths: Sequence[int], labels: dict[str, int], *, show_header: bool = True) -> Table:
    drawn = terminal.table()
    drawn.show_header = show_header
    for header, wide in labels.items():
        drawn.add_column(header, width=wide, overflow="fold")
    for header, wide in zip(_FIGURES, widths, strict=True):
        drawn.add_column(header, width=wide, no_wrap=True, justify="left" if header == "mode" else "right")
    return drawn


def _lines(report: Report, all_modes: bool) -> Iterator[list[str]]:
    best, marked = words.chosen(report), words.recommended(report)
    accounts = words.shown(report) if all_modes or best is None else (best,)
    for account in accounts:
        mark = f"{MARK} " if account is marked and len(accounts) > 1 else "  " if len(accounts) > 1 else ""
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
    quantities = zip_longest(row.usage, row.cost, row.wall, row.queue, row.jobs, fillvalue="")
    for level, (usage, cost, wall, queue, jobs) in zip(("", *row.levels), quantities, strict=True):
        if not level:
            line(label, [usage, ratios[0], cost, wall, ratios[1], queue, jobs, row.activations], style)
        else:
            line(f"    {level}", [usage, "", cost, wall, "", queue, jobs, ""], "dim")
    if without and set(ratios) - {"", "-"}:
        line(f"    vs {reference}", [ratios[0], "", "", ratios[1], "", "", "", ""], "dim")
