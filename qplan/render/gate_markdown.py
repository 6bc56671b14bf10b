"""The gate in markdown, for a comment on a pull request or a step summary: the verdict first, the rest folded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from qplan.errors import Problem, Severity
from qplan.model.gate import Change, GateReport, Kind, Verdict
from qplan.render.fit import Part, fitted
from qplan.render.gate_told import (
    DRIVERS,
    LONGEST_NAME,
    LONGEST_PLACE,
    LONGEST_VALUE,
    Row,
    clipped,
    driver_words,
    footer,
    guarded_words,
    headline,
    level,
    names,
    problem_words,
    rows,
    total_row,
)
from qplan.render.safe import markdown as safe
from qplan.render.safe import markdown_code

MARKER = "<!-- qplan-gate -->"
"""The first line, which nobody sees: by it the comment is found again, to be updated in place."""
COMMENT_BYTES, SUMMARY_BYTES = 65_000, 1_000_000
"""Below what GitHub takes: 65,536 characters a comment, 1 MiB a step summary."""
_TABLE, _REASONS, _DRIVERS, _GUARDED, _PROBLEMS, _CHECKS, _SETTINGS = range(7, 0, -1)


def markdown(report: GateReport, limit_bytes: int = COMMENT_BYTES) -> str:
    """The whole report; in UTF-8 at most ``limit_bytes`` (4,000 or more), what is too much left out in the middle.

    The headline, the rows that fail and the last line stay.
    """
    parts = [
        Part(head=MARKER),
        Part(head=f"### {safe(headline(report))}"),
        *_listed("", _reasons(report), _REASONS),
        _table(report),
        *_folded(DRIVERS, _drivers(report), _DRIVERS),
        *_folded("Changes to what limits it", [safe(guarded_words(each)) for each in report.guarded], _GUARDED),
        *_folded("Problems in files", _problems(report), _PROBLEMS),
        *_folded("All checks", _checks(report), _CHECKS),
        *_folded("Settings used", _settings(report), _SETTINGS),
        Part(head=safe(footer(report))),
    ]
    return fitted(parts, limit_bytes)


def _reasons(report: GateReport) -> list[str]:
    """Why it fails or warns, in words."""
    return [
        *(_said("not read", f"{path}: {why}") for path, why in report.unread),
        *(_said("not allowed", guarded_words(each)) for each in report.guarded if not each.allowed),
        *(_said("fails", check.text) for check in report.checks if check.verdict is Verdict.FAIL),
        *(_said("error", f"{each.mark}: {problem_words(each)}") for each in report.problems if _is_error(each)),
        *(_said("warns", check.text) for check in report.checks if check.verdict is Verdict.WARN),
    ]


def _table(report: GateReport) -> Part:
    """The total, then a line for each workload, the worst first."""
    compared = bool(report.baseline or report.changes)
    found = rows(report)
    headers = ("workload", "mode", f"usage, {level(report)}", f"cost, {level(report)}", "change", "verdict")
    drawn = [_line(_cells(row), compared) for row in found]
    rules = ("---", "---", "--:", "--:", "--:", "---")
    fails = sum(row.verdict is Verdict.FAIL for row in found)
    first = [_line(headers, compared), _line(rules, compared), _line(_cells(total_row(report), len(found)), compared)]
    return Part(
        head="\n".join([*first, ""]),
        lines=tuple(drawn),
        must=fails,
        rank=_TABLE,
        gap=lambda dropped, failing: _line((_left_out(dropped, failing), *[""] * 5), compared),
    )


def _left_out(dropped: int, failing: int) -> str:
    of_these = f" ({failing:,} of them fail)" if failing else ""
    return f"… {dropped:,} more rows{of_these} …"


def _cells(row: Row, of: int = 0) -> tuple[str, ...]:
    name = _code(row.name) if row.name else "**total**"
    verdict = str(row.verdict or "")
    figures = (safe(row.usage), safe(row.cost), safe(row.change))
    return (name, row.mode, *figures, f"**{verdict.upper()}**" if row.verdict is Verdict.FAIL else verdict)


def _line(cells: Sequence[str], compared: bool) -> str:
    """A row of the table; the change is only told if there is something to compare with."""
    shown = cells if compared else (*cells[:4], *cells[5:])
    return f"| {' | '.join(shown)} |"


def _drivers(report: GateReport) -> Iterator[str]:
    called = names(report)
    for change in report.changes:
        if change.kind in (Kind.ADDED, Kind.REMOVED):
            yield f"{_code(called[change.name, change.file])}: {change.kind}"
        yield from (f"{_code(called[change.name, change.file])}: {told}" for told in _driven(change, report.currency))


def _driven(change: Change, currency: str) -> Iterator[str]:
    return (safe(driver_words(driver, currency)) for driver in change.drivers)


def _problems(report: GateReport) -> Iterator[str]:
    for path, why in report.unread:
        yield f"{_code(clipped(path, LONGEST_PLACE))}: {safe(clipped(why))}"
    for each in report.problems:
        yield f"{_code(clipped(str(each.mark), LONGEST_PLACE))}: {safe(problem_words(each))}"


def _checks(report: GateReport) -> Iterator[str]:
    return (f"{check.verdict}: {safe(clipped(check.text))}" for check in report.checks)


def _settings(report: GateReport) -> Iterator[str]:
    for name, value, source in report.settings:
        told = f" ({safe(clipped(source, LONGEST_NAME))})" if source else ""
        yield f"{_code(clipped(name, LONGEST_NAME))}: {_code(clipped(value, LONGEST_VALUE))}{told}"
    if report.baseline:
        yield f"baseline: {_code(clipped(report.baseline, LONGEST_NAME))}"
    yield f"exit status: {report.status}"


def _is_error(problem: Problem) -> bool:
    return problem.severity is Severity.ERROR


def _said(what: str, text: str) -> str:
    return f"**{what}**: {safe(clipped(text))}"


def _folded(title: str, lines: Sequence[str] | Iterator[str], rank: int) -> list[Part]:
    told = list(lines)
    head = f"<details><summary>{title} ({len(told):,})</summary>\n\n"
    return _listed(head, told, rank, "\n\n</details>")


def _listed(head: str, lines: Sequence[str], rank: int, tail: str = "") -> list[Part]:
    """A list, if there is anything to list."""
    return [Part(head=head, lines=tuple(f"- {line}" for line in lines), tail=tail, rank=rank)] if lines else []


def _code(text: str) -> str:
    """A name; also as code it must not look like the marker."""
    return markdown_code(text.replace("<!--", "<! --"))
