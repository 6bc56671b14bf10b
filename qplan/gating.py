"""Workload files to prices for the gate: many files at once, and none simulated that is known already."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from decimal import Decimal
from functools import cache
from typing import Any

from qplan import __version__
from qplan.account import cost_of
from qplan.errors import Mark, Problem, QplanError, Severity
from qplan.model.account import Account
from qplan.model.gate import Priced
from qplan.model.inputs import Inputs
from qplan.model.report import Report
from qplan.model.workload import Mode, Workload
from qplan.parse import Edit, catalog
from qplan.parse.load import load_text
from qplan.parse.traces import Folder
from qplan.parse.workload import Limits
from qplan.pipeline import Wishes, check, report
from qplan.processes import in_processes
from qplan.runs import Draws, default_replications, price_plan
from qplan.simulation import Engine, Runner
from qplan.simulation.engine import NS_PER_JOB, chosen, unhurried

UNPRICED = "QP511"
FEW = 4
"""Files for which no processes are started: their replications run beside each other instead."""
UNTOLD = ("file", "mark", "facts", "assumptions", "diagnostics", "inputs", "beside")
"""Fields that no figure follows from: where things stand, and what they are taken from."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The text of a workload file; what it names is looked for in ``folder``, or else beside it."""

    file: str
    text: str
    folder: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pricing:
    """How to price: ``edits`` are made to every file; a digest in ``reuse`` is not simulated again.

    ``draws.runner`` says with which engine; ``workers`` are the processes, and ``progress`` is told of files. How often
    as many files will be priced besides (``repeats``) decides, with how large they are, whether compiling pays.
    """

    edits: tuple[Edit, ...] = ()
    draws: Draws = Draws()
    max_jobs: int = 1_000_000
    allow_outside: bool = False
    workers: int = 1
    reuse: Mapping[str, Priced] = field(default_factory=dict)
    repeats: int = 1
    progress: Progress | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What could be priced, in the order of the sources, and the problems of all; ``unread`` are paths with why."""

    priced: tuple[Priced, ...]
    problems: tuple[Problem, ...] = ()
    unread: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Done:
    """What became of a file: its price or its problems; a valid one that is not priced has its ``digest``."""

    priced: Priced | None = None
    problems: tuple[Problem, ...] = ()
    digest: str = ""
    name: str = ""
    inputs: Inputs = ()


def price(sources: Sequence[Source], asked: Pricing) -> Outcome:
    """Price every file in its own mode, or else in the one recommended; an invalid one hides no other."""
    told = _Told(asked.progress, len(sources))
    done: dict[int, _Done] = dict(_settled(sources, asked, told)) if asked.reuse else {}
    rest = [i for i in range(len(sources)) if i not in done]
    done |= zip(rest, _simulated([sources[i] for i in rest], asked, told), strict=True)
    ordered = [done[i] for i in range(len(sources))]
    return Outcome(
        priced=tuple(one.priced for one in ordered if one.priced),
        problems=tuple(dict.fromkeys(problem for one in ordered for problem in one.problems)),
    )


def _settled(sources: Sequence[Source], asked: Pricing, told: _Told) -> Iterator[tuple[int, _Done]]:
    """The files that need no simulation, by their number: known ones, and those with an error."""
    for i, one in enumerate(_each(_digested, sources, replace(asked, reuse={}))):
        found = asked.reuse.get(one.digest)
        if found and not _is_vague(found):
            same = replace(
                found, name=one.name, file=sources[i].file, inputs=one.inputs, digest=one.digest, reused=True
            )
            one = replace(one, priced=same)
        if one.priced or not one.digest:
            told()
            yield i, one


def priced_of(told: Report, digest: str = "") -> Priced:
    """A report's workload in its own mode, or else in the one recommended."""
    workload = told.workload
    account = _account(told)
    costs = _costs(account, workload)
    return Priced(
        name=workload.name,
        file=workload.file,
        mode=account.mode,
        backend=workload.backend.name,
        plan=workload.plan.name,
        currency=account.currency,
        usage_us=_column(account, "usage_us"),
        wall_us=_column(account, "wall_us"),
        costs=costs,
        cost_reason="" if costs is not None or not account.allowed else account.cost_reason or "its price is unknown",
        complete_share=float(account.complete_share) if account.allowed else 0.0,
        remaining_us=None if workload.backend.simulator else workload.plan.remaining_us,
        refused="" if account.allowed else account.reason or "refused",
        digest=digest,
        inputs=workload.inputs,
        limited_share=_limited_share(account),
    )


def digest_of(workload: Workload, draws: Draws) -> str:
    """A name for all that a workload's figures follow from: what it says, the profiles, the draws, the version."""
    drawn = (draws.seed, draws.replications, draws.precision, draws.precision and draws.most_work)
    text = repr((__version__, drawn)) + _constants() + _canonical(workload, {})
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@cache
def _constants() -> str:
    return _canonical(catalog.constants(), {})


def _canonical(value: object, known: dict[int, str]) -> str:
    """A text that only equal values share, whatever the order of a mapping's keys; ``known`` are parts met before."""
    if isinstance(value, tuple | list):
        return f"({','.join([_canonical(each, known) for each in value])})"
    if isinstance(value, Mapping):
        return f"{{{','.join([f'{key!r}:{_canonical(value[key], known)}' for key in sorted(value)])}}}"
    kind: Any = type(value)
    names = _told_fields(kind)
    if names is None:
        return repr(value)
    text = known.get(id(value))
    if text is None:
        inner = [_canonical(getattr(value, name), known) for name in names]
        text = known[id(value)] = f"{kind.__name__}({','.join(inner)})"
    return text


@cache
def _told_fields(kind: Any) -> tuple[str, ...] | None:  # noqa: ANN401 - any type
    """The fields of a noun that figures may follow from; ``None`` for what is no noun."""
    return tuple(each.name for each in fields(kind) if each.name not in UNTOLD) if is_dataclass(kind) else None


def _account(told: Report) -> Account:
    """The account of the mode that the file names, or of the recommended one; of none, that of the first refused."""
    mode = told.workload.mode or told.recommendation.mode or Mode.JOB
    return next(account for account in told.comparison.accounts if account.mode is mode)


def _column(account: Account, name: str) -> tuple[int, ...]:
    if account.columns is not None:
        return tuple(getattr(account.columns, name))
    return tuple(getattr(run, name) for run in account.runs)


def _costs(account: Account, workload: Workload) -> tuple[Decimal, ...] | None:
    """What each replication costs; local testing costs nothing, since nothing bills it."""
    if not account.allowed:
        return None
    usage_us = _column(account, "usage_us")
    if workload.backend.simulator:
        return (Decimal(0),) * len(usage_us)
    plan = price_plan(workload)
    if plan.price_per_second is None:
        return None
    known = {us: cost_of(us, plan) or Decimal(0) for us in set(usage_us)}
    return tuple(known[us] for us in usage_us)


def _limited_share(account: Account) -> float:
    if account.columns is not None:
        return sum(account.columns.limited) / len(account.columns)
    return sum(run.limited for run in account.runs) / max(1, len(account.runs))


def _digested(source: Source, asked: Pricing) -> _Done:
    """A file that is not simulated: its problems, or what its figures would follow from."""
    workload, problems = _loaded(source, asked)
    if workload is None:
        return _Done(problems=problems)
    digest = digest_of(workload, asked.draws)
    return _Done(problems=problems, digest=digest, name=workload.name, inputs=workload.inputs)


def _is_vague(priced: Priced) -> bool:
    """Whether a stored price leaves open if it was the plan's limit that held jobs back."""
    return priced.remaining_us is not None and priced.complete_share < 1 and not priced.limited_share


def _priced(source: Source, asked: Pricing) -> _Done:
    """A file simulated, whatever is known of it."""
    workload, problems = _loaded(source, asked)
    if workload is None:
        return _Done(problems=problems)
    try:
        told = report(workload, Wishes(draws=asked.draws, own_mode=True))
    except QplanError as error:
        return _Done(problems=(*problems, Problem(code=UNPRICED, message=str(error), mark=Mark(file=source.file))))
    problems = (*problems, *_kept(told.diagnostics, source.file))
    return _Done(priced=priced_of(told, digest_of(workload, asked.draws)), problems=tuple(dict.fromkeys(problems)))


def _loaded(source: Source, asked: Pricing) -> tuple[Workload | None, tuple[Problem, ...]]:
    """The workload, unless there is an error in it, and its errors and warnings."""
    folder = Folder(path=source.folder or os.path.dirname(source.file) or ".", outside=asked.allow_outside)
    limits = Limits(folder=folder, max_jobs=asked.max_jobs, inputs=True)
    workload, found = load_text(source.text, source.file, asked.edits, limits)
    problems = _kept((*found, *(check(workload) if workload else ())), source.file)
    return (None if any(map(_is_error, problems)) else workload), problems


def _kept(problems: Sequence[Problem], file: str) -> tuple[Problem, ...]:
    """Errors and warnings, each once and with its file; notes are for whoever looks at a single workload."""
    told = (problem for problem in problems if problem.severity is not Severity.NOTE)
    placed = (problem if problem.mark.line else replace(problem, mark=_in(problem.mark, file)) for problem in told)
    return tuple(dict.fromkeys(placed))


def _in(mark: Mark, file: str) -> Mark:
    """A place that is nowhere is the file; that of an option stays."""
    return Mark(file=file) if mark == Mark() else mark


def _is_error(problem: Problem) -> bool:
    return problem.severity is Severity.ERROR


class _Told:
    """Counts files that are done for whoever asked."""

    def __init__(self, progress: Progress | None, count: int) -> None:
        self._progress, self._count, self._done = progress, count, 0

    def __call__(self) -> None:
        """One more is done."""
        self._done += 1
        if self._progress:
            self._progress(self._done, self._count)


def _simulated(sources: Sequence[Source], asked: Pricing, told: _Told) -> Iterator[_Done]:
    """Each file simulated. What the first one loads and compiles, the processes for the others inherit."""
    if not sources:
        return
    many = len(sources) > FEW
    runner = replace(asked.draws.runner, workers=1 if many else asked.workers)
    asked = replace(asked, reuse={}, draws=replace(asked.draws, runner=runner))
    if len(sources) * asked.repeats > FEW:
        asked = replace(asked, draws=replace(asked.draws, runner=_runner(sources, asked)))
    yield _priced(sources[0], asked)
    told()
    for done in _each(_priced, sources[1:], asked):
        yield done
        told()


def _runner(sources: Sequence[Source], asked: Pricing) -> Runner:
    """The engine for all files together, should they be like the first one that is valid."""
    runner = asked.draws.runner
    workload = next((found for source in sources if (found := _loaded(source, asked)[0])), None)
    if workload is None or runner.engine is not Engine.AUTO:
        return runner
    count = asked.draws.replications or default_replications(workload.size)
    work_s = len(sources) * asked.repeats * count * workload.size * len(Mode) * NS_PER_JOB / 1e9 / asked.workers
    return replace(runner, engine=_loadable(chosen(Engine.AUTO, work_s), asked.progress))


def _loadable(engine: Engine, progress: Progress | None) -> Engine:
    """The compiled engine only where it works: nobody insisted on it."""
    if engine is Engine.COMPILED:
        try:
            unhurried(_load_compiled, progress or (lambda done, count: None))
        except Exception:
            return Engine.INTERPRETED
    return engine


def _load_compiled() -> None:
    from qplan.simulation.compiled import compiled

    compiled()


def _each(one: Callable[[Source, Pricing], _Done], sources: Sequence[Source], asked: Pricing) -> Iterator[_Done]:
    """What becomes of each, in order: here if they are few, else in processes."""
    if asked.workers > 1 and len(sources) > FEW:
        yield from in_processes(_work, (one, replace(asked, progress=None)), sources, asked.workers)
    else:
        yield from (one(source, asked) for source in sources)


def _work(task: tuple[Callable[[Source, Pricing], _Done], Pricing], source: Source) -> _Done:
    one, asked = task
    return one(source, asked)
