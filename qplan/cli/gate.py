"""The gate: what workload files cost, against limits and against a baseline; the report first, then the status."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from qplan import __version__
from qplan.cli.draws import Meter, cores
from qplan.cli.output import color, width, write
from qplan.cli.run import Request, edits_of
from qplan.cli.settings import (
    Governed,
    Read,
    Setting,
    Settings,
    from_environment,
    from_flags,
    governed,
    resolved,
    settings_by_file,
)
from qplan.cli.workload_files import Found, workload_files
from qplan.errors import FileError, Severity, UsageError
from qplan.gate import allocations, amounts_of, currency_of, held, pairs_of, refusals, status_of, total_of
from qplan.gating import Outcome, Pricing, price
from qplan.model.gate import Baseline, Bound, Change, Check, GateReport, Guarded, Limit, Priced
from qplan.parse import catalog
from qplan.parse.reader import shown
from qplan.render.base import Options
from qplan.render.gate import FORMATS, gate, verdict_line
from qplan.render.gate_told import left_out_words
from qplan.render.problems import problems_text
from qplan.render.safe import plain
from qplan.runs import Draws
from qplan.simulation import Engine, Runner
from qplan.simulation.engine import chosen

if TYPE_CHECKING:
    from qplan.cli.git import Revision
    from qplan.gate.pairs import Pair

DRIVEN = 20
"""Inputs that are priced one by one, roughly, where workloads changed."""
NEEDS_BASELINE = "needs a baseline: --compare-to FILE or --compare-to-git REF"


@dataclass(frozen=True, slots=True, kw_only=True)
class GateRequest:
    """What the command line asks for, as typed; ``flags`` are settings by name, ``writes`` are FORMAT=FILE."""

    arguments: list[str]
    flags: Mapping[str, object] = field(default_factory=dict)
    sets: list[str] | None = None
    format: str = "table"
    out: str | None = None
    writes: list[str] | None = None
    verbose: bool = False
    workers: int | None = None
    engine: str = Engine.AUTO
    max_work: int = 100_000_000
    allow_outside: bool = False
    max_jobs: int = 1_000_000


def gate_files(request: GateRequest) -> int:
    """Price, hold against limits, write every report that is asked for, and tell the status."""
    outputs = [*map(_output, request.writes or ()), (request.format, request.out)]  # the screen may go away: last
    flags, environment = from_flags(request.flags), from_environment(os.environ)
    found = workload_files(request.arguments)
    revision = _revision(resolved((flags, environment)), request, found)
    known, changed = _settings(found, flags, environment, revision)
    _tell(_settings_lines(known.settings) if request.verbose else ())
    _check_comparable(known)
    report = _report(request, found, known, changed, revision)
    _write(report, outputs)
    return report.status


def _output(text: str) -> tuple[str, str]:
    format, equals, path = text.partition("=")
    if not equals or not path or format not in FORMATS:
        raise UsageError(
            f"--write takes FORMAT=FILE, such as markdown=gate.md, not {text!r:.80}; formats: {', '.join(FORMATS)}"
        )
    return format, path


def _revision(first: Settings, request: GateRequest, found: Found) -> Revision | None:
    """The revision to compare with, whose settings are the ones that hold."""
    if first.compare_to and first.compare_to_git:
        raise UsageError("--compare-to and --compare-to-git exclude each other: there is one baseline")
    if not first.compare_to_git:
        return None
    from qplan.cli.git import Revision

    start = os.path.dirname(found.sources[0].file) if found.sources else "."
    return Revision.of(first.compare_to_git, start or ".")


def _settings(
    found: Found, flags: Sequence[Setting], environment: Sequence[Setting], revision: Revision | None
) -> tuple[Governed, tuple[Guarded, ...]]:
    """What holds: the settings of a base revision rather than those here, whose changes are told."""
    files = [source.file for source in found.sources] or [os.path.join(".", "none")]
    here = governed(files, flags, environment)
    if revision is None:
        return here, ()
    read = _reader(revision)
    allowed = here.settings.allow_limit_changes
    changed = _changed(settings_by_file(files, read), settings_by_file(files), allowed=allowed)
    return here if allowed else governed(files, flags, environment, read), changed


def _reader(revision: Revision) -> Read:
    def read(path: str) -> str | None:
        place = revision.path(path)
        texts, unread = revision.texts([place])
        if unread:
            raise FileError("\n".join(unread.values()))
        return texts.get(place)

    return read


def _changed(
    before: Mapping[str, Sequence[Setting]], after: Mapping[str, Sequence[Setting]], *, allowed: bool
) -> tuple[Guarded, ...]:
    """What would hold for workloads instead of what holds: of each settings file that comes, goes or changes, once."""
    from qplan.gate.guard import guarded_settings

    pairs = ((before[file], its) for file, its in after.items())
    told = [guarded_settings(_nearer(was, its), _values(was), _values(its), allowed=allowed) for was, its in pairs]
    return tuple(dict.fromkeys(each for some in told for each in some))


def _moved(pairs: Sequence[Pair], revision: Revision, *, allowed: bool) -> Iterator[Guarded]:
    """What held for workloads where they were and does not where they are, for they have moved."""
    from qplan.gate.guard import guarded_settings

    moved = [(now.file, was.file) for now, was in pairs if now and was and now.file != was.file]
    held = settings_by_file([file for pair in moved for file in pair], _reader(revision))
    for now, was in moved:
        yield from guarded_settings(now, _values(held[was]), _values(held[now]), allowed=allowed)


def _nearer(was: Sequence[Setting], now: Sequence[Setting]) -> str:
    """Of the settings files before and now the one deeper in the tree: by it the other came, or ceased, to hold."""
    files = [its[0].file for its in (now, was) if its]
    return max(files, key=lambda file: len(os.path.dirname(os.path.abspath(file))), default="")


def _values(settings: Sequence[Setting]) -> dict[str, str]:
    return {each.name: each.value for each in settings}


def _check_comparable(known: Governed) -> None:
    """A limit on an increase without a baseline would hold nothing back."""
    if known.settings.compare_to or known.settings.compare_to_git:
        return
    limits = [*known.settings.limits, *(limit for _, own in known.own for limit in own)]
    lines = [
        f"{limit.source}: a limit on an increase {NEEDS_BASELINE}" for limit in limits if limit.bound is not Bound.MOST
    ]
    if lines:
        raise UsageError("\n".join(dict.fromkeys(lines)))


def _report(
    request: GateRequest, found: Found, known: Governed, changed: tuple[Guarded, ...], revision: Revision | None
) -> GateReport:
    settings = known.settings
    outcome, baseline, changes = _priced(request, found, settings)
    priced, unread = outcome.priced, (*found.unread, *outcome.unread)
    checks = tuple(_checks(priced, baseline, known))
    guarded = (*changed, *(_guarded(priced, baseline, settings, revision) if revision else ()))
    empty = () if settings.allow_empty else found.empty
    problems = (*empty, *outcome.problems, *(baseline.problems if baseline else ()))
    return GateReport(
        quantile=settings.quantile,
        currency=currency_of(priced),
        priced=priced,
        amounts=tuple(amounts_of(each, settings.quantile) for each in priced),
        total=total_of(priced, settings.quantile),
        checks=checks,
        was_total=total_of(baseline.priced, settings.quantile) if baseline else None,
        baseline=baseline.label if baseline else "",
        changes=changes,
        guarded=guarded,
        problems=problems,
        unread=unread,
        settings=_told(settings),
        seed=settings.seed,
        replications=max((len(each.usage_us) for each in priced), default=1),
        status=status_of(checks, problems=problems, unread=unread, guarded=guarded),
        left_out=found.left_out,
        version=__version__,
        data_date=catalog.data_date(),
    )


def _priced(
    request: GateRequest, found: Found, settings: Settings
) -> tuple[Outcome, Baseline | None, tuple[Change, ...]]:
    """What workloads cost, what they cost before, and what drove the change; nothing known is simulated again."""
    meter = Meter("workloads")
    asked = _pricing(request, settings, meter)
    try:
        baseline = _baseline(request, settings, found, asked)
        known = {each.digest: each for each in baseline.priced if each.digest} if baseline else {}
        outcome = price(found.sources, replace(asked, reuse=known))
        baseline = baseline and _without(baseline, _failed(found, outcome))
        quiet = replace(asked, progress=None, repeats=DRIVEN)
        return outcome, baseline, _changes(outcome.priced, baseline, settings, quiet)
    finally:
        meter.close()


def _failed(found: Found, outcome: Outcome) -> set[str]:
    """Files that are there and could not be priced: they were not removed."""
    errors = {problem.mark.file for problem in outcome.problems if problem.severity is Severity.ERROR}
    return {shown(path) for path, _ in found.unread} | errors


def _without(baseline: Baseline, files: set[str]) -> Baseline:
    return replace(baseline, priced=tuple(each for each in baseline.priced if each.file not in files))


def _pricing(request: GateRequest, settings: Settings, meter: Meter) -> Pricing:
    edits = edits_of(
        Request(
            files=[],
            backends=[settings.backend] if settings.backend else None,
            plan=settings.plan,
            usage_model=settings.usage_model,
            sets=request.sets,
        )
    )
    draws = Draws(
        seed=settings.seed,
        replications=settings.replications,
        most_work=request.max_work,
        runner=Runner(engine=_engine(request.engine)),
    )
    return Pricing(
        edits=tuple(edits),
        draws=draws,
        max_jobs=request.max_jobs,
        allow_outside=request.allow_outside,
        workers=request.workers or cores(),
        progress=meter,
    )


def _engine(name: str) -> Engine:
    """The engine as wished for; raises ``UsageError`` once where it is not to be had, rather than for each file."""
    chosen(Engine(name), 0)
    return Engine(name)


def _baseline(request: GateRequest, settings: Settings, found: Found, asked: Pricing) -> Baseline | None:
    if not (settings.compare_to or settings.compare_to_git):
        return None
    from qplan.cli.baseline import baseline_of

    return baseline_of(settings.compare_to, settings.compare_to_git, found.sources, asked, request.arguments)


def _changes(
    priced: Sequence[Priced], baseline: Baseline | None, settings: Settings, asked: Pricing
) -> tuple[Change, ...]:
    if baseline is None:
        return ()
    from qplan.cli.baseline import drive_of
    from qplan.gate.changes import changes

    return changes(priced, baseline.priced, settings.quantile, drive_of(baseline, settings.quantile, asked))


def _guarded(
    priced: Sequence[Priced], baseline: Baseline | None, settings: Settings, revision: Revision
) -> tuple[Guarded, ...]:
    """What the workloads themselves change of what they are measured by."""
    if baseline is None:
        return ()
    from qplan.gate.guard import guarded

    pairs, allowed = pairs_of(priced, baseline.priced), settings.allow_limit_changes
    return (*guarded(pairs, allowed=allowed), *_moved(pairs, revision, allowed=allowed))


def _checks(priced: Sequence[Priced], baseline: Baseline | None, known: Governed) -> Iterator[Check]:
    settings, compared = known.settings, baseline is not None
    pairs = pairs_of(priced, baseline.priced if baseline else ())
    yield from refusals(priced, settings.allow)
    groups: list[tuple[Sequence[Limit], list[tuple[Priced | None, Priced | None]]]] = [(settings.limits, [*pairs])]
    groups += [(limits, [pair for pair in pairs if pair[0] and pair[0].file in files]) for files, limits in known.own]
    for limits, own in groups:
        yield from held(limits, own, settings.quantile, compared=compared, strict=settings.strict, allow=settings.allow)
    yield from allocations(pairs, settings.quantile, strict=settings.strict, action=settings.allocation)


def _told(settings: Settings) -> tuple[tuple[str, str, str], ...]:
    """What was set, and what holds where nothing was."""
    usual = {"quantile": "p90", "seed": "0", "replications": "1,000, or fewer of a large workload"}
    names = {name for name, _, _ in settings.told}
    return (*settings.told, *((name, value, "default") for name, value in usual.items() if name not in names))


def _write(report: GateReport, outputs: Sequence[tuple[str, str | None]]) -> None:
    """Every output, though another cannot be written; where the screen shows no verdict, it is told beside."""
    failed: list[str] = []
    for format, path in outputs:
        try:
            write(gate(report, format, Options(width=width(), color=color(path))), path)
        except FileError as error:
            failed.append(str(error))
    if not any(format == "table" and path in (None, "-") for format, path in outputs):
        _tell_all(report)
    if failed:
        raise FileError("\n".join(failed))


def _tell_all(report: GateReport) -> None:
    """On standard error: errors in files, what was not read, the verdict."""
    errors = [problem for problem in report.problems if problem.severity is Severity.ERROR]
    if errors and sys.stderr is not None:
        sys.stderr.write(problems_text(errors))
    lines = (*(f"{path}: {why}" for path, why in report.unread), left_out_words(report), verdict_line(report))
    _tell([line for line in lines if line])


def _settings_lines(settings: Settings) -> Iterator[str]:
    yield from (f"{name} = {value} ({source})" for name, value, source in _told(settings))


def _tell(lines: Iterator[str] | Sequence[str]) -> None:
    if sys.stderr is not None:
        sys.stderr.write("".join(f"qplan: {plain(line)}\n" for line in lines))
