"""What the gate found, for a terminal: the verdict, workloads, limits, and in sentences whatever is not in order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from qplan.model.gate import Check, GateReport, Kind, Limit, Measure, Scope, Verdict, worst
from qplan.render import numbers
from qplan.render.base import Options
from qplan.render.gate_told import (
    DRIVERS,
    Row,
    driver_words,
    footer,
    guarded_words,
    headline,
    level,
    limit_name,
    names,
    problem_words,
    rows,
    total_row,
)
from qplan.units import us_from_s

if TYPE_CHECKING:
    from rich.console import RenderableType

MOST_ROWS, MOST_TOLD = 60, 60
"""Workloads and sentences of a kind that are shown; JSON has all of them."""
STYLES = {Verdict.FAIL: "bold red", Verdict.WARN: "yellow", Verdict.PASS: "green"}


def table(report: GateReport, options: Options) -> str:
    """The whole report; of very many workloads the worst."""
    from qplan.render import terminal

    width = terminal.fitting(options.width)
    parts: list[RenderableType] = [terminal.text(headline(report), STYLES[report.verdict])]
    for part in (_workloads(report), _limits(report), *_sentences(report)):
        parts += ["", *part] if part else []
    return terminal.draw([*parts, "", terminal.text(footer(report))], width=width, color=options.color)


def _workloads(report: GateReport) -> list[RenderableType]:
    from qplan.render import terminal

    shown = rows(report)
    if not shown:
        return []
    compared = bool(report.baseline or report.changes)
    drawn = terminal.table()
    terminal.word_column(drawn, f"workload at {level(report)}", ratio=1, least=10)
    if not compared:
        terminal.word_column(drawn, "mode")
    for header in ("usage", "cost", "wall-clock"):
        terminal.number_column(drawn, header)
    if compared:
        terminal.word_column(drawn, "change")
    terminal.word_column(drawn, "verdict")
    walls = _walls(report)
    for row in shown[:MOST_ROWS]:
        drawn.add_row(*map(terminal.text, _cells(row, walls.get(row.name, ""), compared)))
    if len(report.priced) > 1:
        drawn.add_section()
        total = total_row(report)
        drawn.add_row(*map(terminal.text, _cells(total, "", compared, name="total")))
    more = len(shown) - MOST_ROWS
    return [
        drawn,
        *([terminal.text(f"and {numbers.counted(more, 'more workload')} that fared no worse")] if more > 0 else []),
    ]


def _cells(row: Row, wall: str, compared: bool, name: str = "") -> list[str]:
    middle = [row.usage, row.cost, wall]
    verdict = "" if row.verdict is None else row.verdict.upper()
    return [name or row.name, *([] if compared else [row.mode]), *middle, *([row.change] if compared else []), verdict]


def _walls(report: GateReport) -> dict[str, str]:
    called = names(report)
    return {
        called[priced.name, priced.file]: numbers.duration(amounts.wall_us)
        for priced, amounts in zip(report.priced, report.amounts, strict=True)
        if amounts.wall_us is not None
    }


def _limits(report: GateReport) -> list[RenderableType]:
    """Each limit once, with what became of all that it was held against."""
    from qplan.render import terminal

    if not report.checks:
        return []
    drawn = terminal.table()
    terminal.word_column(drawn, "limit")
    terminal.number_column(drawn, "allows")
    terminal.number_column(drawn, "checks")
    terminal.number_column(drawn, "over")
    terminal.word_column(drawn, "verdict")
    terminal.word_column(drawn, "set by")
    for limit, checks in by_limit(report.checks).items():
        over = sum(check.verdict is not Verdict.PASS for check in checks)
        verdict = worst([check.verdict for check in checks]).upper()
        shared = limit.measure is Measure.ALLOCATION and limit.scope is Scope.TOTAL
        name = f"total {limit_name(limit)}" if shared else limit_name(limit)
        told = (name, allowed(limit, report.currency), str(len(checks)), str(over), verdict, limit.source)
        drawn.add_row(*map(terminal.text, told))
    return [drawn]


def by_limit(checks: Sequence[Check]) -> dict[Limit, list[Check]]:
    """The checks of each limit, in the order of the limits."""
    found: dict[Limit, list[Check]] = {}
    for check in checks:
        found.setdefault(check.limit, []).append(check)
    return found


def allowed(limit: Limit, currency: str) -> str:
    """What a limit allows, in its unit."""
    match limit.bound, limit.measure:
        case "increase_percent", _:
            return f"{numbers.decimal(limit.value)} %"
        case _, "cost":
            return f"{numbers.decimal(limit.value)} {currency}".rstrip()
        case _:
            return numbers.duration(us_from_s(limit.value))


def _sentences(report: GateReport) -> Iterator[list[RenderableType]]:
    """What failed or warns and why, what changed by what, what is wrong with files, what was not read."""
    bad = [check for check in report.checks if check.verdict is not Verdict.PASS]
    bad.sort(key=lambda check: check.verdict is not Verdict.FAIL)
    yield _listed("", [(check.verdict.upper(), check.text) for check in bad])
    yield _listed(DRIVERS, list(_drivers(report)))
    yield _listed("Changes to what limits it", [("", guarded_words(each)) for each in report.guarded])
    yield _listed("Problems in files", [("", f"{each.mark}: {problem_words(each)}") for each in report.problems])
    yield _listed("Not read", [("", f"{path}: {why}") for path, why in report.unread])


def _drivers(report: GateReport) -> Iterator[tuple[str, str]]:
    for change in report.changes:
        if change.kind is Kind.CHANGED and change.drivers:
            currency = next((each.currency for each in report.priced if each.file == change.file), report.currency)
            told = "; ".join(driver_words(driver, currency) for driver in change.drivers)
            yield "", f"{change.name}: {told}"


def _listed(title: str, lines: Sequence[tuple[str, str]]) -> list[RenderableType]:
    from qplan.render import terminal

    if not lines:
        return []
    more = [("", f"and {len(lines) - MOST_TOLD:,} more")] if len(lines) > MOST_TOLD else []
    shown = [(mark or "-", text) for mark, text in (*lines[:MOST_TOLD], *more)]
    return [*([terminal.heading(title)] if title else []), terminal.hanging(shown, gap=1)]
