"""The gate as annotations of GitHub Actions: what fails and warns, each at its file and line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from qplan.errors import Mark, Problem, Severity
from qplan.model.gate import GateReport, Verdict
from qplan.render import problems
from qplan.render.gate_told import clipped, guarded_words, limit_name, names, subject
from qplan.render.safe import annotation, annotation_property, plain

MOST_OF_A_KIND = 10
"""GitHub shows so many of each kind and step; what is beyond stands in the log only."""
_ERROR, _WARNING, _NOTICE = "error", "warning", "notice"
_KINDS = {Severity.ERROR: _ERROR, Severity.WARNING: _WARNING, Severity.NOTE: _NOTICE}


def github(report: GateReport) -> str:
    """A line for each finding: paths not read, problems of files, guarded changes, checks that fail or warn.

    At most ten of a kind; of more, the tenth says how many are left.
    """
    found = (*_unread(report), *_problems(report), *_guarded(report), *_checks(report))
    lines: dict[str, list[str]] = {_ERROR: [], _WARNING: [], _NOTICE: []}
    for kind, line in found:
        lines[kind].append(line)
    return "".join(f"{line}\n" for kind, told in lines.items() for line in _shown(kind, told))


def _shown(kind: str, lines: list[str]) -> list[str]:
    if len(lines) <= MOST_OF_A_KIND:
        return lines
    rest = len(lines) - MOST_OF_A_KIND + 1
    return [*lines[:-rest], f"::{kind} title=qplan gate::{rest:,} more; the report tells all of them"]


def _unread(report: GateReport) -> Iterator[tuple[str, str]]:
    return ((_ERROR, _annotation(_ERROR, "not read", f"{path}: {why}", path, 0)) for path, why in report.unread)


def _problems(report: GateReport) -> Iterator[tuple[str, str]]:
    return ((_KINDS[each.severity], problems.github(_visible(each))) for each in report.problems)


def _guarded(report: GateReport) -> Iterator[tuple[str, str]]:
    for each in report.guarded:
        kind = _NOTICE if each.allowed else _ERROR
        yield kind, _annotation(kind, "changes what limits it", guarded_words(each), each.file)


def _checks(report: GateReport) -> Iterator[tuple[str, str]]:
    called = names(report)
    for check in report.checks:
        if check.verdict is not Verdict.PASS:
            kind = _ERROR if check.verdict is Verdict.FAIL else _WARNING
            title = f"{subject(check, called)}, {limit_name(check.limit)}"
            yield kind, _annotation(kind, title, check.text, check.file)


def _annotation(kind: str, title: str, message: str, file: str, line: int = 1) -> str:
    """A workflow command; without a ``file`` it is about the run as a whole."""
    place = f"file={annotation_property(plain(file))}," if file else ""
    place += f"line={line}," if file and line else ""
    return f"::{kind} {place}title={annotation_property(plain(title))}::{annotation(clipped(message))}"


def _visible(problem: Problem) -> Problem:
    """The problem without characters that would drive a terminal, as the log is one."""
    mark = Mark(file=plain(problem.mark.file), line=problem.mark.line, column=problem.mark.column)
    return replace(problem, message=clipped(problem.message), hint=clipped(problem.hint), mark=mark)
