"""The commands that read workloads: load, run the pipeline, render, write."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from functools import cache

from qplan.cli.draws import DrawOptions, close_meter, draws_of
from qplan.cli.output import color, width, write
from qplan.cli.status import DONE, INVALID
from qplan.errors import FileError, Problem, Severity, UsageError, WorkloadError
from qplan.model.comparison import Objective
from qplan.model.report import Report
from qplan.model.workload import Workload
from qplan.parse import Edit, Loaded, load
from qplan.parse.reader import standard_input
from qplan.pipeline import Wishes, check, explain_workload, report
from qplan.render.base import Format, Options, Renderer, renderer
from qplan.units import us_from_s

MOST_MONEY = Decimal(10) ** 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What the command line asks for, as typed; ``stored`` that the output can be compared with later."""

    files: list[str]
    backends: list[str] | None = None
    plan: str | None = None
    usage_model: str | None = None
    sets: list[str] | None = None
    objective: str = Objective.BALANCED
    deadline: str | None = None
    budget: str | None = None
    timeline: bool = False
    point: bool = False
    draws: DrawOptions = DrawOptions()
    allow_outside: bool = False
    max_jobs: int = 1_000_000
    stored: bool = False


def compare_files(request: Request, format: str, out: str | None) -> int:
    """The three modes side by side, of every file on every backend."""
    reports = _reports(request)
    write(_renderer(format).compare(reports, _drawing(out, timeline=request.timeline)), out)
    return _noted(reports, format)


def estimate_files(request: Request, format: str, out: str | None) -> int:
    """Every file in the mode that it asks for."""
    request = replace(request, stored=format == Format.JSON)
    reports = [_in_own_mode(report) for report in _reports(request, own_mode=True)]
    write(_renderer(format).estimate(reports, _drawing(out, timeline=request.timeline)), out)
    return _noted(reports, format)


def _noted(reports: Sequence[Report], format: str) -> int:
    """CSV has no room for warnings and notes: they go where messages go."""
    problems = list(dict.fromkeys(problem for report in reports for problem in report.diagnostics))
    if format == Format.CSV and problems:
        from qplan.render.problems import problems_text

        sys.stderr.write(problems_text(problems))
    return DONE


def recommend_file(request: Request, format: str, out: str | None) -> int:
    """What to do with one file, on each backend."""
    write(_renderer(format).recommend(_reports(request, search=True), _drawing(out)), out)
    return DONE


def validate_files(request: Request, format: str, out: str | None) -> int:
    """Every problem of every file; the status says whether there is an error among them."""
    workloads, found, unread = _read(request)
    problems = list(dict.fromkeys((*found, *(problem for workload in workloads for problem in check(workload)))))
    checked = [path for path in request.files if path not in unread]
    if checked:
        write(_renderer(format).problems(problems, checked, _drawing(out)), out)
    if unread:
        raise FileError("\n".join(unread.values()))
    return INVALID if _errors(problems) else DONE


def explain_subject(request: Request, figure: str | None, format: str, out: str | None) -> int:
    """A rule or a code if the subject is one, else a figure of the workload file it names."""
    from qplan.cli.shelf import leaf_of
    from qplan.render.catalog import figures

    [subject] = request.files
    page = leaf_of(subject)
    if page is None:
        if re.fullmatch(r"\w{1,12}(-\w{1,12})?", subject) and not os.path.exists(subject):
            raise UsageError(f"{subject!r} is neither a rule, nor a code, nor a file")
        if len(request.backends or ()) > 1:
            raise UsageError("explain takes one --backend")
        [workload] = workloads_of(request)
        page = figures(workload.name, explain_workload(workload, figure or "all"))
    write(_renderer(format).page(page, _drawing(out)), out)
    return DONE


def _reports(request: Request, *, search: bool = False, own_mode: bool = False) -> list[Report]:
    if request.point and (request.draws.replications is not None or request.draws.precision is not None):
        raise UsageError("--point is a single run at medians; it takes neither --replications nor --precision")
    wishes = Wishes(
        objective=Objective(request.objective),
        deadline_us=_duration_us("--deadline", request.deadline),
        budget=_amount("--budget", request.budget),
        timeline=request.timeline,
        search=search,
        point=request.point,
        own_mode=own_mode,
        draws=draws_of(request.draws),
    )
    workloads = workloads_of(request)
    try:
        reports = [report(workload, wishes) for workload in workloads]
    finally:
        close_meter(wishes.draws)
    return [_stored(told, wishes) for told in reports] if request.stored else reports


def _stored(told: Report, wishes: Wishes) -> Report:
    """The report with what a later run is compared with; a fixed run is none that draws can be compared with."""
    from qplan.gating import digest_of, priced_of

    digest = "" if wishes.point else digest_of(told.workload, wishes.draws)
    return replace(told, priced=priced_of(told, digest))


def _read(request: Request) -> tuple[list[Workload], list[Problem], dict[str, str]]:
    """The valid files on each backend asked for, what was found in them, and why the others could not be read."""
    workloads: list[Workload] = []
    problems: list[Problem] = []
    unread: dict[str, str] = {}
    chosen: list[str | None] = list(request.backends) if request.backends else [None]
    stdin = cache(standard_input)  # each backend reads the files anew, but standard input has its text only once
    for backend in chosen:
        loaded = _loaded(request, backend, stdin)
        workloads += loaded.workloads
        problems += loaded.problems
        problems += [problem for part in loaded.sound for problem in check(part)]
        unread |= loaded.unread
    return workloads, problems, unread


def workloads_of(request: Request) -> list[Workload]:
    """The files on each backend asked for; nothing is simulated unless all of them are valid."""
    workloads, problems, unread = _read(request)
    problems += [problem for workload in workloads for problem in check(workload)]
    errors = _errors(problems)
    if unread:
        raise FileError("\n".join(unread.values()), errors)
    if errors:
        raise WorkloadError(errors)
    return workloads


def _errors(problems: Sequence[Problem]) -> list[Problem]:
    """The errors, each once though it be found on every backend."""
    return list(dict.fromkeys(problem for problem in problems if problem.severity is Severity.ERROR))


def edits_of(request: Request, backend: str | None = None) -> list[Edit]:
    """Changes to the file's tree: names first, so that ``--set`` can change a figure of what they chose."""
    backend = backend or (request.backends[0] if request.backends else None)
    names = (("backend", backend), ("plan", request.plan), ("usage.model", request.usage_model))
    return [
        *(Edit(path=path, value=value) for path, value in names if value is not None),
        *map(_edit, request.sets or ()),
    ]


def _edit(text: str) -> Edit:
    path, equals, value = text.partition("=")
    if not equals or not path:
        raise UsageError(f"--set takes PATH=VALUE, such as queue.wait=5m, not {text!r}")
    return Edit(path=path, value=value)


def _loaded(request: Request, backend: str | None = None, stdin: Callable[[], bytes] | None = None) -> Loaded:
    return load(
        request.files,
        edits=edits_of(request, backend),
        allow_outside=request.allow_outside,
        max_jobs=request.max_jobs,
        stdin=stdin,
        inputs=request.stored,
    )


def _in_own_mode(report: Report) -> Report:
    mode = report.workload.mode
    return report if mode is None else replace(report, modes=(mode,))


def _renderer(format: str) -> Renderer:
    return renderer(Format(format))


def _drawing(out: str | None, *, timeline: bool = False) -> Options:
    return Options(width=width(), color=color(out), timeline=timeline)


def _duration_us(option: str, text: str | None) -> int | None:
    from qplan.parse.durations import parse_duration

    if text is None:
        return None
    try:
        return us_from_s(parse_duration(text))
    except ValueError as error:
        raise UsageError(f"{option}: {error}") from error


def _amount(option: str, text: str | None) -> Decimal | None:
    if text is None:
        return None
    try:
        amount = Decimal(text)
    except InvalidOperation as error:
        raise UsageError(f"{option}: an amount of money such as 250.00, not {text!r:.80}") from error
    if not amount.is_finite() or not 0 <= amount <= MOST_MONEY:
        raise UsageError(f"{option}: an amount of money from 0 to {MOST_MONEY:,f}, not {text!r:.80}")
    return amount
