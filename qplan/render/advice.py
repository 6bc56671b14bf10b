"""The recommendation for the terminal: what to do, why, what else was tried, and when the choice would flip."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from qplan.model.comparison import Recommendation
from qplan.model.report import Report
from qplan.render import numbers, terminal, words
from qplan.render.modes import chances
from qplan.render.notes import notes
from qplan.render.odds import shortfall
from qplan.render.terminal import heading, text
from qplan.render.verdict import verdict


def advice(report: Report) -> Iterator[RenderableType]:
    """All of a recommendation but its snippet."""
    recommendation = report.recommendation
    yield heading(recommendation.headline or verdict(report)[0])
    yield text(f"{words.subject(report)}; objective: {recommendation.objective}", "dim")
    if best := words.recommended(report):
        lines = ((words.ranges(best), "dim"), (shortfall(report, best), ""))
        yield from (text(told, style) for told, style in lines if told)
    currency = report.comparison.accounts[0].currency
    yield from _reasons(recommendation)
    yield from _actions(recommendation, currency)
    yield from chances(report)
    yield from _alternatives(report, currency)
    yield from _break_evens(recommendation)
    yield from _diagnostics(report)


def _reasons(recommendation: Recommendation) -> Iterator[RenderableType]:
    for title, speaks_for in (("For it", True), ("Against it", False)):
        found = [(f"  {r.rule}", r.text) for r in recommendation.reasons if r.speaks_for is speaks_for]
        if found:
            yield from (Text(), heading(title), terminal.hanging(found))


def _actions(recommendation: Recommendation, currency: str) -> Iterator[RenderableType]:
    if not recommendation.actions:
        return
    yield from (Text(), heading("What to do"))
    grid = Table.grid(padding=(0, terminal.GAP, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for number, action in enumerate(recommendation.actions, 1):
        grid.add_row(text(f"  {number}."), text(f"{action.text} ({action.rule})"))
        if saving := words.saving(action, currency):
            grid.add_row("", text(saving, "dim"))
    yield grid


def _alternatives(report: Report, currency: str) -> Iterator[RenderableType]:
    others = report.recommendation.alternatives
    if not others:
        return
    drawn = terminal.table()
    terminal.word_column(drawn, "what", least=12)
    drawn.add_column("mode", no_wrap=True)
    for header in ("usage", f"cost, {currency}", "wall-clock"):
        terminal.number_column(drawn, header)
    terminal.word_column(drawn, "why not", least=16)
    for other in others:
        reason = words.cost_reason(report, other.mode)
        cost = numbers.unpriced(reason) if other.cost is None else numbers.cents(other.cost)
        usage, wall = numbers.duration(other.usage_us), numbers.duration(other.wall_us)
        drawn.add_row(text(other.name), other.mode, usage, cost, wall, text(other.why_not))
    yield from (Text(), heading("Also simulated"), drawn)


def _break_evens(recommendation: Recommendation) -> Iterator[RenderableType]:
    if not recommendation.break_evens:
        return
    drawn = terminal.table()
    terminal.word_column(drawn, "figure", least=10)
    for header in ("now", "flips at"):
        drawn.add_column(header, justify="right", overflow="fold")
    drawn.add_column("to", no_wrap=True)
    terminal.word_column(drawn, "that is")
    for point in recommendation.break_evens:
        now, value = (words.with_unit(amount, point.unit) for amount in (point.current, point.value))
        drawn.add_row(text(point.name), text(now), text(value), point.flips_to, text(point.text))
    yield from (Text(), heading("Where the choice flips"), drawn)


def _diagnostics(report: Report) -> Iterator[RenderableType]:
    lines = [*notes(report), *map(words.diagnostic, report.diagnostics)]
    if lines:
        yield from (Text(), terminal.bullets(lines))
