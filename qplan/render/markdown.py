"""Markdown for pull requests and notebooks: the headline, one table, the rest folded. No user text is interpreted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from qplan.errors import Problem
from qplan.model.fact import Fact
from qplan.model.report import Report
from qplan.render import devices, numbers, summary, words
from qplan.render.base import Options, Page
from qplan.render.notes import notes, refusals
from qplan.render.odds import odds_table, shortfall
from qplan.render.problems import tally
from qplan.render.rows import ModeRow, jobs_done, mode_rows
from qplan.render.safe import markdown as safe
from qplan.render.safe import markdown_block as block
from qplan.render.safe import markdown_code as code
from qplan.render.sources import shared
from qplan.render.timeline import drawing, legend
from qplan.render.verdict import verdict

_TIMELINE_WIDTH = 100


def estimate(reports: Sequence[Report], options: Options) -> str:
    """Several workloads in one table; a single one as ``compare`` shows it."""
    told, reports = summary.repeats(reports), summary.distinct(reports)
    if len(reports) == 1:
        return _joined([*map(safe, told), *_all_compared(reports, options)])
    parts = [*map(safe, told), f"### {safe(summary.headline(reports))}", _overview(reports)]
    for report in reports:
        parts += _notes(report, [*refusals(report), *notes(report)], f"{code(report.workload.name)}: ")
        parts += _timelines(report) if options.timeline else []
    return _joined([*parts, *_foot(reports)])


def compare(reports: Sequence[Report], options: Options) -> str:
    """The verdict, the modes side by side, notes; timelines and assumptions folded."""
    return _joined([*map(safe, summary.repeats(reports)), *_all_compared(summary.distinct(reports), options)])


def recommend(reports: Sequence[Report], options: Options) -> str:
    """The headline, reasons, actions, runners-up, break-even figures and the snippet."""
    parts, reports = [safe(line) for line in summary.repeats(reports)], summary.distinct(reports)
    parts += _devices(reports) if summary.one_workload(reports) else []
    for report in reports:
        parts += _advice(report)
        parts += _timelines(report) if options.timeline else []
    return _joined([*parts, *_foot(reports)])


def problems(problems: Sequence[Problem], files: Sequence[str], options: Options) -> str:
    """Findings in a table, after their count."""
    rows = [(code(str(p.mark)), p.severity, p.code, safe(p.message), safe(p.hint)) for p in problems]
    table = [_table(("place", "severity", "code", "problem", "cure"), rows)] if rows else []
    return _joined([f"### {safe(tally(problems, files))}", *table])


def page(page: Page, options: Options) -> str:
    """A leaf of the catalogue."""
    headers = [header.replace("_", " ") for header in page.headers]
    rows = [tuple(_field(page, row, i) for i in range(len(row))) for row in page.rows]
    table = [_table(headers, rows)] if rows else []
    return _joined([f"### {safe(page.title)}", *map(safe, page.text), *table])


def _field(page: Page, row: Sequence[str], column: int) -> str:
    """A cell of a page; sources are shown as code, so that their addresses stay whole and are no links."""
    name = row[0] if page.record else page.headers[column]
    return code(row[column]) if name == "source" and column and row[column] else safe(row[column])


def _all_compared(reports: Sequence[Report], options: Options) -> Iterator[str]:
    if len(reports) > 1:
        yield from (f"### {safe(summary.headline(reports))}", _overview(reports, all_modes=False))
    for report in reports:
        yield from _compared(report)
        if options.timeline:
            yield from _timelines(report)
    yield from _foot(reports)


def _devices(reports: Sequence[Report]) -> Iterator[str]:
    """Which backend to choose, and the others with what speaks against them."""
    ranked = devices.ranked(reports)
    yield f"### {safe(devices.headline(ranked))}"
    rows = [(code(device.backend), *map(safe, devices.figures(device))) for device in ranked]
    yield _table(devices.HEADERS, rows)


def _compared(report: Report) -> Iterator[str]:
    first, *others = verdict(report)
    yield f"### {safe(first)}"
    yield from map(safe, others)
    yield _subject(report)
    reference, currency = report.comparison.reference, words.shown(report)[0].currency
    headers = (
        "mode",
        "usage",
        f"vs {reference}",
        f"cost, {currency}",
        "wall-clock",
        f"vs {reference}",
        "queue",
        "jobs",
        "activations",
    )
    yield _table(headers, [_mode(row) for row in mode_rows(report)], numbers_from=1)
    if words.tells_windows(report):
        yield f"Activations: of {words.MEDIAN_RUN}."
    yield from _notes(report, notes(report))
    yield from _odds(report)


def _odds(report: Report) -> Iterator[str]:
    """The odds of the modes side by side, where there are any worth telling."""
    odds = odds_table(report)
    if odds:
        rows = [(safe(label), *map(safe, cells)) for label, cells in odds.rows]
        names = (f"**{mode}**" if mode is odds.chosen else str(mode) for mode in odds.modes)
        table = _table(("", *names), rows, numbers_from=1)
        title = f"{odds.title[0].upper()}{odds.title[1:]}"
        yield _folded(safe(title), "\n\n".join([table, *([safe(odds.note)] if odds.note else [])]))


def _mode(row: ModeRow) -> tuple[str, ...]:
    if row.refused:
        return (row.mode, f"refused: {safe(row.refused)}", *[""] * 7)
    name = f"**{row.mode}** (recommended)" if row.chosen else row.mode
    cells = (_range(cell, row.levels) for cell in (row.usage, row.cost, row.wall, row.queue, row.jobs))
    usage, cost, wall, queue, jobs = cells
    return (name, usage, row.usage_ratio, cost, wall, row.wall_ratio, queue, jobs, row.activations)


def _range(cell: Sequence[str], levels: Sequence[str]) -> str:
    """The median, below it p10 to p90, and below that the quantiles asked for; nothing below what does not vary."""
    median, *others = map(safe, cell)
    if not set(others) - {median}:
        return median
    at = dict(zip(levels, others, strict=True))
    lines = [median, f"({at.pop('p10')} to {at.pop('p90')})", *(f"{level} {told}" for level, told in at.items())]
    return "<br>".join(lines)


def _overview(reports: Sequence[Report], *, all_modes: bool = True) -> str:
    rows = []
    for report in reports:
        best = words.chosen(report)
        for account in words.shown(report) if all_modes or best is None else (best,):
            place = (code(report.workload.name), code(report.workload.backend.name), account.mode)
            figures = ("refused", "", "", "")
            if account.allowed:
                usage, wall = numbers.duration(account.usage.p50), numbers.duration(account.wall.p50)
                figures = (usage, words.cost(account), wall, jobs_done(account))
            rows.append((*place, *figures))
    return _table(("workload", "backend", "mode", "usage", "cost", "wall-clock", "jobs"), rows, numbers_from=3)


def _advice(report: Report) -> Iterator[str]:
    advice, currency = report.recommendation, report.comparison.accounts[0].currency
    yield f"### {safe(advice.headline or verdict(report)[0])}"
    yield _subject(report)
    if best := words.recommended(report):
        yield from (safe(told) for told in (words.ranges(best), shortfall(report, best)) if told)
    for title, speaks_for in (("For it", True), ("Against it", False)):
        if reasons := [f"- {r.rule}: {safe(r.text)}" for r in advice.reasons if r.speaks_for is speaks_for]:
            yield "\n".join([f"**{title}**", "", *reasons])
    if advice.actions:
        lines = [f"- {safe(a.text)} ({a.rule}) {words.saving(a, currency)}".rstrip() for a in advice.actions]
        yield "\n".join(["**What to do**", "", *lines])
    yield from _odds(report)
    if advice.alternatives:
        rows = [
            (
                safe(o.name),
                o.mode,
                numbers.duration(o.usage_us),
                numbers.money(o.cost, currency, words.cost_reason(report, o.mode)),
                numbers.duration(o.wall_us),
                safe(o.why_not),
            )
            for o in advice.alternatives
        ]
        yield "**Also simulated**"
        yield _table(("what", "mode", "usage", "cost", "wall-clock", "why not"), rows)
    if advice.break_evens:
        yield "\n".join(["**Where the choice flips**", "", *(f"- {safe(point.text)}" for point in advice.break_evens)])
    if lines := list(_notes(report, notes(report))):
        yield "\n\n".join(["**Notes**", *lines])
    if advice.snippet:
        yield block(advice.snippet, "python")


def _subject(report: Report) -> str:
    workload = report.workload
    return f"{code(workload.name)} on {code(workload.backend.name)}, plan {code(workload.plan.name)}"


def _notes(report: Report, lines: Iterable[str], prefix: str = "") -> Iterator[str]:
    told = [*lines, *map(words.diagnostic, report.diagnostics)]
    if told:
        yield "\n".join(f"- {prefix}{safe(line)}" for line in told)


def _timelines(report: Report) -> Iterator[str]:
    accounts = [account for account in words.shown(report) if account.allowed]
    lines = []
    for account in accounts:
        drawn = drawing(account, _TIMELINE_WIDTH)
        lines += [words.drawn_run(account), *("".join(text for text, _ in line) for line in drawn), ""]
    told = [*(line.rstrip() for line in lines), "   ".join(legend(accounts))]
    yield _folded(f"Timeline of {code(report.workload.name)}", block("\n".join(told)))


def _foot(reports: Sequence[Report]) -> Iterator[str]:
    for title, facts in shared(reports):
        yield _folded(f"{safe(title)} ({len(facts)})", _facts(facts))
    yield safe(words.footer(reports))


def _facts(facts: Sequence[Fact]) -> str:
    rows = [(safe(f.name), safe(f.value), f.status, code(f.source), f.date) for f in facts]
    return _table(("name", "value", "status", "source", "date"), rows)


def _folded(summary: str, body: str) -> str:
    return f"<details><summary>{summary}</summary>\n\n{body}\n\n</details>"


def _table(headers: Sequence[str], rows: Iterable[Sequence[str]], numbers_from: int | None = None) -> str:
    rules = ("--:" if numbers_from is not None and i >= numbers_from else "---" for i in range(len(headers)))
    return "\n".join("| " + " | ".join(cells) + " |" for cells in (headers, tuple(rules), *rows))


def _joined(parts: Iterable[str]) -> str:
    return "\n\n".join(parts) + "\n"
