"""The gate as JUnit XML, which Jenkins, GitLab and others show: a case for each check, error cases for broken files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from qplan.errors import Problem, Severity
from qplan.model.gate import Check, GateReport, Verdict
from qplan.render.gate_told import (
    clipped,
    footer,
    guarded_words,
    headline,
    level,
    limit_name,
    names,
    problem_words,
    subject,
)
from qplan.render.safe import xml

_LONGEST = 1000


def junit(report: GateReport) -> str:
    """One suite. A case is of the workload's class (or ``total``'s) and named by its limit, so that runs compare.

    Warnings, and breaches that the baseline had already, pass and say so in ``system-out``.
    """
    root = Element("testsuites", name="qplan gate")
    suite = SubElement(root, "testsuite", name="qplan gate")
    _properties(suite, report)
    suite.extend([*_unread(report), *_problems(report), *_guarded(report), *_checks(report)])
    _part_namesakes(suite)
    for element in (root, suite):
        _count(element, suite)
    indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(root, encoding="unicode")}\n'


def _part_namesakes(suite: Element) -> None:
    """Number cases of one class and name, of which some readers would take the first only."""
    seen: Counter[tuple[str, str]] = Counter()
    for case in suite.findall("testcase"):
        key = (case.attrib["classname"], case.attrib["name"])
        seen[key] += 1
        if seen[key] > 1:
            case.set("name", f"{key[1]} ({seen[key]})")


def _count(element: Element, suite: Element) -> None:
    cases = suite.findall("testcase")
    failures, errors = (sum(case.find(kind) is not None for case in cases) for kind in ("failure", "error"))
    element.attrib |= {"tests": str(len(cases)), "failures": str(failures), "errors": str(errors), "time": "0"}
    if element is suite:
        element.set("skipped", "0")


def _properties(suite: Element, report: GateReport) -> None:
    told = {
        "headline": headline(report),
        "verdict": report.verdict,
        "status": str(report.status),
        "quantile": level(report),
        "baseline": report.baseline,
        "footer": footer(report),
    }
    properties = SubElement(suite, "properties")
    for name, value in told.items():
        SubElement(properties, "property", name=name, value=_legal(value))


def _unread(report: GateReport) -> Iterator[Element]:
    return (_case(path, "file", "error", f"{path}: {why}") for path, why in report.unread)


def _problems(report: GateReport) -> Iterator[Element]:
    return (_problem(each) for each in report.problems if each.severity is not Severity.NOTE)


def _problem(problem: Problem) -> Element:
    mark = problem.mark
    place = f" at {mark.line}:{mark.column}" if mark.line else ""
    kind = "error" if problem.severity is Severity.ERROR else "system-out"
    return _case(mark.file, f"{problem.code}{place}", kind, f"{mark}: {problem_words(problem)}")


def _guarded(report: GateReport) -> Iterator[Element]:
    for each in report.guarded:
        kind = "system-out" if each.allowed else "failure"
        yield _case(each.file, f"unchanged: {each.what}", kind, guarded_words(each))


def _checks(report: GateReport) -> Iterator[Element]:
    called = names(report)
    for check in report.checks:
        yield _case(subject(check, called), limit_name(check.limit), _outcome(check), check.text)


def _outcome(check: Check) -> str:
    """What stands in the case; nothing where it passes for good."""
    if check.verdict is Verdict.FAIL:
        return "failure"
    return "system-out" if check.verdict is Verdict.WARN or check.excused else ""


def _case(classname: str, name: str, kind: str, text: str) -> Element:
    case = Element("testcase", classname=_legal(classname), name=_legal(name), time="0")
    if kind:
        inner = SubElement(case, kind)
        inner.text = _legal(text)
        if kind != "system-out":
            inner.attrib |= {"type": "qplan gate", "message": _legal(text)}
    return case


def _legal(text: str) -> str:
    """One line of characters that XML admits, controls spelled out."""
    return xml(clipped(text, _LONGEST))
