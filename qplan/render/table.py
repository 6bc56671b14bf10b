"""The terminal: verdict first, then the table, then what the figures rest on. Fits 80 columns, grows to 120."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from qplan.errors import Problem
from qplan.model.fact import Fact
from qplan.model.report import Report
from qplan.render import devices, summary, terminal, words
from qplan.render.base import Options, Page
from qplan.render.modes import chances, modes_table, overview
from qplan.render.notes import notes, refusals
from qplan.render.sources import places, shared, short, without_place
from qplan.render.terminal import draw, fitting, heading, text
from qplan.render.verdict import verdict


def estimate(reports: Sequence[Report], options: Options) -> str:
    """Workloads in the modes that each report shows."""
    return estimate_table(reports, width=options.width, color=options.color, timeline=options.timeline)


def compare(reports: Sequence[Report], options: Options) -> str:
    """Modes side by side, and before them the reports side by side when there are several."""
    width = fitting(options.width)
    parts: list[RenderableType] = [*map(text, summary.repeats(reports))]
    reports = summary.distinct(reports)
    if len(reports) > 1:
        parts += [heading(summary.headline(reports)), Text(), *overview(reports, width, all_modes=False), Text()]
    for report in reports:
        parts += [*_compared(report, width, options.timeline, alone=len(reports) == 1), Text()]
    return draw([*parts, *_foot(reports, width)], width=width, color=options.color)


def recommend(reports: Sequence[Report], options: Options) -> str:
    """What to do and why; the snippets stand last, as they are."""
    alone = summary.distinct(reports)
    first = [*map(text, summary.repeats(reports)), *(_devices(alone) if summary.one_workload(alone) else ())]
    ranking = [draw(first, width=fitting(options.width), color=options.color)] if first else []
    told = (
        recommend_text(report, width=options.width, color=options.color, timeline=options.timeline) for report in alone
    )
    return "\n".join([*ranking, *told])


def problems(problems: Sequence[Problem], files: Sequence[str], options: Options) -> str:
    """Findings, one a line with its cure below, and their count."""
    from qplan.render.problems import problems_text

    return problems_text(problems, files)


def page(page: Page, options: Options) -> str:
    """A leaf of the catalogue."""
    width = fitting(options.width)
    parts: list[RenderableType] = [heading(page.title)]
    parts += [text(sentence) for sentence in page.text]
    if page.rows and page.record:
        parts += [Text(), terminal.hanging((f"{name}:" if name else "", value) for name, value in page.rows)]
    elif page.rows and page.derivation:
        parts += _derived(page)
    elif page.rows:
        parts += [Text(), _words(page.headers, [[without_place(cell) for cell in row] for row in page.rows])]
    if not page.record and (files := places(cell for row in page.rows for cell in row)):
        parts += [Text(), heading("Sources"), terminal.bullets(files)]
    return draw(parts, width=width, color=options.color)


def _devices(reports: Sequence[Report]) -> Iterator[RenderableType]:
    """Which backend to choose, and the others with what speaks against them."""
    ranked = devices.ranked(reports)
    drawn = terminal.table()
    terminal.word_column(drawn, devices.HEADERS[0], least=12)
    drawn.add_column(devices.HEADERS[1], no_wrap=True)
    for header in devices.HEADERS[2:5]:
        terminal.number_column(drawn, header)
    terminal.word_column(drawn, devices.HEADERS[5], least=16)
    for device in ranked:
        mode, usage, cost, wall, why_not = devices.figures(device)
        drawn.add_row(text(device.backend), mode, usage, cost, wall, text(why_not))
    yield from (heading(devices.headline(ranked)), Text(), drawn)


def _derived(page: Page) -> Iterator[RenderableType]:
    """Each term with its value, and below it the formula with the numbers put in and on whose word."""
    figure = ""
    for number, row in enumerate(page.rows):
        term = dict(zip(page.headers, row, strict=True))
        if number == 0 or term.get("figure", "") != figure:
            figure = term.get("figure", "")
            yield Text()
            if figure:
                yield heading(figure)
        yield text(f"{term['name']}: {term['value']}")
        yield terminal.hanging([("  =", term["formula"]), ("", f"{term['status']}: {without_place(term['source'])}")])


def compare_table(report: Report, *, width: int = 80, color: bool = False, timeline: bool = False) -> str:
    """One report: verdict, modes side by side, notes, the timelines if asked for, assumptions, one line of humility."""
    return compare([report], Options(width=width, color=color, timeline=timeline))


def estimate_table(reports: Sequence[Report], *, width: int = 80, color: bool = False, timeline: bool = False) -> str:
    """Workloads one below the other, and their sum; a single one as ``compare`` shows it."""
    alone = summary.distinct(reports)
    if len(alone) == 1:
        return compare(reports, Options(width=width, color=color, timeline=timeline))
    width = fitting(width)
    parts: list[RenderableType] = [*map(text, summary.repeats(reports)), heading(summary.headline(alone)), Text()]
    reports = alone
    parts += overview(reports, width)
    parts += _bulleted([line for report in reports for line in _labelled_notes(report)])
    for report in reports if timeline else ():
        parts += [Text(), heading(words.subject(report)), *_drawn(report, width)]
    return draw([*parts, Text(), *_foot(reports, width)], width=width, color=color)


def recommend_text(report: Report, *, width: int = 80, color: bool = False, timeline: bool = False) -> str:
    """The headline, reasons, actions, runners-up, break-even figures, assumptions; last the snippet, unwrapped."""
    from qplan.render.advice import advice

    width = fitting(width)
    parts = [*advice(report), *(_drawn(report, width) if timeline else []), Text(), *_foot([report], width)]
    told = draw(parts, width=width, color=color)
    snippet = report.recommendation.snippet.strip("\n")
    return f"{told}\n{draw([heading('Snippet')], width=width, color=color)}\n{snippet}\n" if snippet else told


def _compared(report: Report, width: int, timeline: bool, *, alone: bool) -> Iterator[RenderableType]:
    told, subject = verdict(report), words.subject(report)
    if alone:
        yield from (heading(told[0]), *map(text, told[1:]), Text(), text(subject, "dim"), Text())
    else:
        yield from (heading(subject), *map(text, told), Text())
    yield from modes_table(report, width)
    yield from chances(report)
    yield from _bulleted([*notes(report), *map(words.diagnostic, report.diagnostics)])
    if timeline:
        yield from _drawn(report, width)


def _labelled_notes(report: Report) -> Iterator[str]:
    lines = (*refusals(report), *notes(report), *map(words.diagnostic, report.diagnostics))
    return (f"{report.workload.name}: {line}" for line in lines)


def _bulleted(lines: Sequence[str]) -> Iterator[RenderableType]:
    if lines:
        yield from (Text(), terminal.bullets(lines))


def _drawn(report: Report, width: int) -> Iterator[RenderableType]:
    from qplan.render.timeline import drawing, legend

    accounts = [account for account in words.shown(report) if account.allowed]
    for account in accounts:
        yield Text()
        yield heading(words.drawn_run(account))
        yield from (Text.assemble(*line) for line in drawing(account, width))
    yield Text()
    yield terminal.phrases(legend(accounts))


def _foot(reports: Sequence[Report], width: int) -> Iterator[RenderableType]:
    for title, facts in shared(reports):
        yield heading(title)
        yield _assumptions(facts)
        yield Text()
    yield text(words.footer(reports), "dim")


def _assumptions(facts: Iterable[Fact]) -> Table:
    """Two columns of words only, for these lines are many: what is assumed, and on whose word."""
    rows = [(f"{fact.name}: {fact.value}", fact.status, short(fact)) for fact in facts]
    return _words(("what", "status", "source"), rows)


def _words(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    drawn = terminal.table()
    for header in headers:
        terminal.word_column(drawn, header.replace("_", " "), least=9 if header == "status" else None)
    for row in rows:
        drawn.add_row(*map(text, row))
    return drawn
