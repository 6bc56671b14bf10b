"""A job described in its receipt: by the columns of a row, or as in a workload file; checked as one of its jobs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from qplan.errors import Problem
from qplan.parse.document import Document, Path, Tree
from qplan.parse.durations import duration_text
from qplan.parse.findings import Findings
from qplan.parse.jobs import Jobs
from qplan.parse.options import OTHER_PRIMITIVE
from qplan.parse.receipts_columns import CONVERTED, NESTED
from qplan.parse.receipts_fields import EXCLUSIVE, Fields
from qplan.parse.receipts_json import Beyond
from qplan.parse.receipts_page import Page
from qplan.parse.shape import check_shape
from qplan.parse.spreads import Spreads
from qplan.parse.traces import Folder
from qplan.units import US_PER_S

NOT_ONE_JOB = "QP611"
AS_A_SAMPLER: Final = "a job is a sampler's unless 'primitive' says estimator"
OF_SEVERAL: Final = ("loop", "jobs", "count", "iterations", "copies", "after", "think", "failure")
"""Keys of a workload file's job that a receipt, which is of one job that has run, cannot have."""
_STEP: Final = re.compile(r"([^.\[\]]+)|\[([0-9]+)\]")
_IN_A_JOB: Final = re.compile(r"jobs\[([0-9]+)\]\.?(.*)")

Job = dict[str, Tree]


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """A description; ``columns`` says which column of a row became which path of the job."""

    job: Job
    path: Path
    columns: Mapping[str, str] = field(default_factory=dict)


def described_in_row(row: Fields) -> Described | None:
    """The job that the columns of a row describe; ``None`` if they describe none."""
    given = [column for column in NESTED if row.holds(column) and not isinstance(row.mapping[column], Beyond)]
    if row.holds("rep_delay_us") and row.holds("rep_delay_s"):
        row.error(EXCLUSIVE, "rep_delay_s", " says what rep_delay_us says: keep one")
    job: Job = {}
    columns: dict[str, str] = {}
    for column in given:
        value = _value(row, column)
        if value is not None:
            _put(job, NESTED[column], value)
            columns[".".join(NESTED[column])] = column
    return Described(job=job, path=row.path, columns=columns) if given else None


def described_in(fields: Fields) -> Described | None:
    """The job under ``describe``, with the numbers that YAML would give it."""
    if not fields.holds("describe"):
        return None
    inner = fields.inner("describe")
    for key in OF_SEVERAL:
        if key in inner.mapping:
            told = " cannot stand here: the receipt is of one job that has run"
            inner.error(NOT_ONE_JOB, key, told, "leave it out")
    job = {key: value for key, value in inner.mapping.items() if key not in OF_SEVERAL}
    return Described(job=_plain(job), path=inner.path)


def check_described(jobs: Sequence[Described], page: Page, folder: Folder) -> None:
    """Check all descriptions of a file as the jobs of one workload file, and tell of each problem at its place."""
    if not jobs:
        return
    alike: dict[str, list[Described]] = {}
    for one in jobs:
        alike.setdefault(repr(one.job), []).append(one)
    groups = list(alike.values())
    document = Document(file=page.file, tree={"qplan": 1, "jobs": [group[0].job for group in groups]})
    checked = check_shape(document)
    problems = list(checked.problems)
    if checked.file:
        findings = Findings(document)
        Jobs(findings=findings, spreads=Spreads(findings=findings, folder=folder)).items(checked.file)
        broken = {path[1] for path in checked.broken if len(path) > 1}
        problems += [problem for problem in findings.problems if _number(problem) not in broken]
    for problem in problems:
        number = _number(problem)
        if number is None:  # that there are too many to tell
            page.add(problem.code, problem.message, (), problem.hint, problem.severity)
            continue
        for one in groups[number]:
            _tell(problem, one, page)


def _tell(problem: Problem, one: Described, page: Page) -> None:
    inside = _IN_A_JOB.sub(r"\2", problem.path)
    path = (*one.path, *([one.columns[inside]] if inside in one.columns else _steps(inside)))
    named = one.columns.get(inside) == inside.rpartition(".")[2]  # then the message names it as the file does
    message = problem.message if named else page.said(path, problem.message)
    hint = AS_A_SAMPLER if problem.code == OTHER_PRIMITIVE and "primitive" not in one.job else problem.hint
    page.add(problem.code, message, path, hint, problem.severity)


def _number(problem: Problem) -> int | None:
    found = _IN_A_JOB.match(problem.path)
    return int(found[1]) if found else None


def _steps(text: str) -> Iterator[str | int]:
    return (int(number) if number else key for key, number in _STEP.findall(text))


def _value(row: Fields, column: str) -> Tree:
    """The value as a workload file has it: a duration as text, a delay in seconds."""
    if column not in CONVERTED:
        return _plain(row.mapping[column])
    number = row.number(column, "seconds" if column.endswith("_s") else "microseconds")
    if number is None:
        return None
    seconds = number if column.endswith("_s") else number / US_PER_S
    return duration_text(seconds) if column.startswith("circuit") else float(seconds)


def _put(job: Job, keys: Sequence[str], value: Tree) -> None:
    for key in keys[:-1]:
        job = job.setdefault(key, {})
    job[keys[-1]] = value


def _plain(value: Any) -> Tree:  # noqa: ANN401 - a tree of JSON
    """A tree with the numbers of YAML; one with exact numbers inside becomes a copy."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items() if not isinstance(inner, Beyond)}
    return [_plain(inner) for inner in value] if isinstance(value, list) else value
