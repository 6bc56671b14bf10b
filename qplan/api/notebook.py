"""A result in a notebook: the verdict, the modes as a table, and the command's own text folded below."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from qplan.model.report import Report
from qplan.render import summary
from qplan.render.rows import ModeRow, mode_rows
from qplan.render.safe import plain
from qplan.render.verdict import verdict
from qplan.render.words import shown, subject

COLUMNS = ("mode", "usage", "cost", "wall-clock", "queue", "jobs")


def html(reports: Sequence[Report], text: str) -> str:
    """HTML without styles or scripts of its own; ``text`` is what the terminal would show."""
    alone = summary.distinct(reports)
    parts = [f"<p><b>{_safe(summary.headline(alone))}</b></p>"] if len(alone) > 1 else []
    parts += [part for report in alone for part in _report(report)]
    folded = f"<details><summary>All of it</summary><pre>{escape(text)}</pre></details>"
    return f"<div>{''.join(parts)}{folded}</div>"


def _report(report: Report) -> Iterator[str]:
    first, *others = verdict(report)
    yield f"<p>{_safe(subject(report))}<br><b>{_safe(first)}</b>{''.join(f'<br>{_safe(line)}' for line in others)}</p>"
    rows = mode_rows(report)
    currency = shown(report)[0].currency
    levels = next((row.levels for row in rows if row.levels), ())
    headers = [f"cost ({currency})" if name == "cost" else name for name in COLUMNS]
    yield f"<table><thead><tr>{_cells('th', headers)}</tr></thead><tbody>{''.join(map(_row, rows))}</tbody></table>"
    if levels:
        yield f"<p><small>Medians; below them {_safe(', '.join(levels))}.</small></p>"


def _row(row: ModeRow) -> str:
    name = f"<b>{_safe(row.mode)}</b>" if row.chosen else _safe(row.mode)
    if row.refused:
        return f'<tr><td>{name}</td><td colspan="{len(COLUMNS) - 1}">refused: {_safe(row.refused)}</td></tr>'
    figures = (row.usage, row.cost, row.wall, row.queue, row.jobs)
    return f"<tr><td>{name}</td>{''.join(f'<td>{_figure(cell)}</td>' for cell in figures)}</tr>"


def _figure(cells: Sequence[str]) -> str:
    """The median, and below it the other quantiles."""
    median, *others = cells
    return _safe(median) + (f"<br><small>{_safe(' · '.join(others))}</small>" if others else "")


def _cells(tag: str, names: Sequence[str]) -> str:
    return "".join(f"<{tag}>{_safe(name)}</{tag}>" for name in names)


def _safe(text: str) -> str:
    return escape(plain(text))
