"""``simulate``, ``compare`` and ``recommend``: what the commands of these names do, with the same options."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Literal, TypeAlias

from qplan.api.results import Result, View
from qplan.api.workload import MAX_JOBS, AsYaml, Workload, path_of
from qplan.bridge.document import workload_text
from qplan.errors import FileError, Problem, Severity, UsageError, WorkloadError
from qplan.model import workload as model
from qplan.model.account import TOLD
from qplan.model.comparison import Objective
from qplan.model.report import Report
from qplan.parse import Edit
from qplan.parse.durations import parse_duration
from qplan.parse.load import load as read_files
from qplan.parse.load import load_text
from qplan.parse.traces import Folder
from qplan.parse.workload import Limits
from qplan.pipeline import Wishes, check, report
from qplan.runs import Draws
from qplan.simulation import Engine, Runner
from qplan.units import us_from_s

if TYPE_CHECKING:
    from qiskit.providers import BackendV2

WORKLOAD = "workload: a path, what load or from_pubs gave, a mapping as in a workload file, or a list of these"
MAX_WORK = 100_000_000
MOST_MONEY = Decimal(10) ** 12
MOST_SEED = 2**62

OneWorkload: TypeAlias = "str | os.PathLike[str] | AsYaml | Mapping[str, object]"
"""A workload: its file's path, what ``load`` or ``from_pubs`` gave, a recording, or a mapping as in a file."""
OneBackend: TypeAlias = "str | Mapping[str, object] | BackendV2"
"""A backend: a profile's name, a mapping as in a workload file, or a backend of Qiskit."""
OneQuantile: TypeAlias = "str | float"
"""A quantile in percent: ``95`` or ``"p95"``."""
Duration: TypeAlias = "str | float | timedelta"
"""A duration: ``"2h30m"``, seconds, or a ``timedelta``."""


def simulate(
    workload: OneWorkload | Iterable[OneWorkload],
    *,
    mode: Literal["job", "batch", "session"] | None = None,
    backend: OneBackend | Sequence[OneBackend] | None = None,
    plan: str | Mapping[str, object] | None = None,
    usage_model: str | None = None,
    set: Mapping[str, object] | None = None,
    seed: int = 0,
    replications: int | None = None,
    precision: float | None = None,
    quantile: OneQuantile | Iterable[OneQuantile] = (),
    point: bool = False,
    timeline: bool = False,
    workers: int = 1,
    engine: Literal["auto", "interpreted", "compiled"] = "auto",
    max_work: int = MAX_WORK,
    max_jobs: int = MAX_JOBS,
    allow_outside: bool = False,
) -> Result:
    """Price workloads in the ``mode`` given, or else in the one that each asks for: as ``qplan estimate``.

    ``backend``, ``plan``, ``usage_model`` and ``mode`` stand in for the workload's; ``set`` changes any other key of it
    by its path: ``{"queue.wait": "5m", "jobs.energy.shots": 1000}``. Random inputs are drawn with ``seed`` in so many
    ``replications`` (1,000 unless said), or in as many as the ``precision`` of the quantiles takes (0.02 for 2 %);
    ``point`` takes medians instead. ``quantile`` are further ones, ``95`` or ``"p95"``. ``timeline`` keeps the run to
    be drawn.

    Raises ``WorkloadError`` with every problem of the workloads, ``FileError`` and ``UsageError``.
    """
    wishes = Wishes(
        timeline=timeline,
        point=point,
        own_mode=True,
        draws=_draws(seed, replications, precision, quantile, point, workers, engine, max_work),
    )
    edits = _Edits(plan=plan, usage_model=usage_model, mode=mode, set=set or {})
    asked = _Asked(edits=edits, max_jobs=max_jobs, allow_outside=allow_outside, inputs=True)
    reports = [_in_own_mode(report(one, wishes)) for one in asked.workloads(workload, backend)]
    return Result(reports=tuple(reports), view=View.ESTIMATE, timeline=timeline, draws=None if point else wishes.draws)


def compare(
    workload: OneWorkload | Iterable[OneWorkload],
    *,
    objective: Literal["cost", "time", "balanced"] = "balanced",
    deadline: Duration | None = None,
    budget: str | float | Decimal | None = None,
    backend: OneBackend | Sequence[OneBackend] | None = None,
    plan: str | Mapping[str, object] | None = None,
    usage_model: str | None = None,
    set: Mapping[str, object] | None = None,
    seed: int = 0,
    replications: int | None = None,
    precision: float | None = None,
    quantile: OneQuantile | Iterable[OneQuantile] = (),
    point: bool = False,
    timeline: bool = False,
    workers: int = 1,
    engine: Literal["auto", "interpreted", "compiled"] = "auto",
    max_work: int = MAX_WORK,
    max_jobs: int = MAX_JOBS,
    allow_outside: bool = False,
) -> Result:
    """Lay the three execution modes of workloads side by side, on each backend: as ``qplan compare``.

    ``objective``, ``deadline`` and ``budget`` decide which mode is recommended; the rest is as in ``simulate``.
    """
    wishes = Wishes(
        objective=_objective(objective),
        deadline_us=_duration_us(deadline),
        budget=_amount(budget),
        timeline=timeline,
        point=point,
        draws=_draws(seed, replications, precision, quantile, point, workers, engine, max_work),
    )
    edits = _Edits(plan=plan, usage_model=usage_model, set=set or {})
    asked = _Asked(edits=edits, max_jobs=max_jobs, allow_outside=allow_outside)
    reports = [report(one, wishes) for one in asked.workloads(workload, backend)]
    return Result(reports=tuple(reports), view=View.COMPARE, timeline=timeline)


def recommend(
    workload: OneWorkload,
    *,
    objective: Literal["cost", "time", "balanced"] = "balanced",
    deadline: Duration | None = None,
    budget: str | float | Decimal | None = None,
    backend: OneBackend | Sequence[OneBackend] | None = None,
    plan: str | Mapping[str, object] | None = None,
    usage_model: str | None = None,
    set: Mapping[str, object] | None = None,
    seed: int = 0,
    replications: int | None = None,
    precision: float | None = None,
    quantile: OneQuantile | Iterable[OneQuantile] = (),
    point: bool = False,
    workers: int = 1,
    engine: Literal["auto", "interpreted", "compiled"] = "auto",
    max_work: int = MAX_WORK,
    max_jobs: int = MAX_JOBS,
    allow_outside: bool = False,
) -> Result:
    """Say which mode to choose and why, what else to do, and where the choice would flip: as ``qplan recommend``.

    ``result.snippet`` is the Qiskit code of the answer. The arguments are those of ``compare``.
    """
    wishes = Wishes(
        objective=_objective(objective),
        deadline_us=_duration_us(deadline),
        budget=_amount(budget),
        search=True,
        point=point,
        draws=_draws(seed, replications, precision, quantile, point, workers, engine, max_work),
    )
    edits = _Edits(plan=plan, usage_model=usage_model, set=set or {})
    asked = _Asked(edits=edits, max_jobs=max_jobs, allow_outside=allow_outside)
    if not isinstance(workload, str | os.PathLike | AsYaml | Mapping):
        raise UsageError("recommend takes one workload: a path, or what load or from_pubs gave")
    reports = [report(one, wishes) for one in asked.workloads(workload, backend)]
    return Result(reports=tuple(reports), view=View.RECOMMEND)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Edits:
    """What is put in the place of what a workload says."""

    plan: str | Mapping[str, object] | None = None
    usage_model: str | None = None
    mode: str | None = None
    set: Mapping[str, object] = field(default_factory=dict)

    def on(self, backend: object) -> list[Edit]:
        """The edits, names first, so that ``set`` can change a figure of what they chose."""
        named = {
            "backend": backend,
            "plan": self.plan,
            "usage.model": self.usage_model,
            "mode": self.mode,
        }
        said = {path: value for path, value in named.items() if value is not None}
        return [Edit(path=path, value=_yaml(path, value), option=path) for path, value in said.items()] + [
            Edit(path=path, value=_yaml(path, value), option=f"set {path}") for path, value in self.set.items()
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """How workloads are read."""

    edits: _Edits
    max_jobs: int
    allow_outside: bool
    inputs: bool = False

    def workloads(
        self, given: OneWorkload | Iterable[OneWorkload], backend: OneBackend | Sequence[OneBackend] | None
    ) -> list[model.Workload]:
        """Every workload on every backend asked for. Raises unless all of them are valid."""
        workloads: list[model.Workload] = []
        problems: list[Problem] = []
        unread: dict[str, str] = {}
        for name in _backends(backend):
            for one in _each(given):
                found, told, missing = self._read(one, self.edits.on(name))
                workloads += found
                problems += (*told, *(problem for workload in found for problem in check(workload)))
                unread |= missing
        errors = [problem for problem in dict.fromkeys(problems) if problem.severity is Severity.ERROR]
        if unread:
            raise FileError("\n".join(unread.values()), errors)
        if errors:
            raise WorkloadError(errors)
        return workloads

    def _read(
        self, one: str | os.PathLike[str] | AsYaml, edits: Sequence[Edit]
    ) -> tuple[list[model.Workload], list[Problem], Mapping[str, str]]:
        """A workload, if it is valid; what was found in it, and why it could not be read."""
        if isinstance(one, AsYaml):
            file = one.file if isinstance(one, Workload) else "<python>"
            folder = Folder(path=os.path.dirname(file) or ".", outside=self.allow_outside)
            limits = Limits(folder=folder, max_jobs=self.max_jobs, inputs=self.inputs)
            workload, problems = load_text(one.to_yaml(), file, edits, limits)
            return [workload] if workload else [], list(problems), {}
        loaded = read_files(
            [os.fspath(one)],
            edits=edits,
            allow_outside=self.allow_outside,
            max_jobs=self.max_jobs,
            inputs=self.inputs,
        )
        more = (problem for part in loaded.sound for problem in check(part))
        return list(loaded.workloads), [*loaded.problems, *more], loaded.unread


def _each(given: OneWorkload | Iterable[OneWorkload]) -> list[str | os.PathLike[str] | AsYaml]:
    """One workload, or several."""
    if isinstance(given, str | os.PathLike | AsYaml | Mapping):
        return [_one(given)]
    every = [_one(each) for each in given] if isinstance(given, Iterable) else []
    if not every:
        raise UsageError(WORKLOAD)
    return every


def _one(given: object) -> str | os.PathLike[str] | AsYaml:
    if isinstance(given, Mapping):
        return Workload(text=workload_text(given))
    if isinstance(given, str):
        return path_of(given)
    if not isinstance(given, os.PathLike | AsYaml):
        raise UsageError(WORKLOAD)
    return given


def _backends(backend: OneBackend | Sequence[OneBackend] | None) -> list[object]:
    """The values of ``backend:`` to put into workload files; nothing in the place of their own."""
    several = isinstance(backend, Sequence) and not isinstance(backend, str)
    every: Iterable[object] = backend if several else [backend]  # type: ignore[assignment]
    return [_backend(one) for one in every]


def _backend(one: object) -> object:
    if one is None or isinstance(one, str | Mapping):
        return one
    if not hasattr(one, "target"):
        raise UsageError(f"backend: a profile's name, a mapping or a backend of Qiskit, not a {type(one).__name__}")
    from qplan.bridge.device import device_from

    return device_from(one).backend


def _in_own_mode(told: Report) -> Report:
    mode = told.workload.mode
    return told if mode is None else replace(told, modes=(mode,))


def _draws(
    seed: int,
    replications: int | None,
    precision: float | None,
    quantile: OneQuantile | Iterable[OneQuantile],
    point: bool,
    workers: int,
    engine: str,
    max_work: int,
) -> Draws:
    """The draws asked for; raises ``UsageError``."""
    if point and (replications is not None or precision is not None):
        raise UsageError("point is a single run at medians; it takes neither replications nor precision")
    if replications is not None and precision is not None:
        raise UsageError("replications and precision: one of them, since a precision takes as many as it needs")
    if precision is not None and not 0.0001 <= precision <= 0.5:
        raise UsageError(f"precision: a share from 0.0001 to 0.5, such as 0.02, not {precision!r:.80}")
    if engine not in tuple(Engine):
        raise UsageError(f"engine: auto, interpreted or compiled, not {engine!r:.80}")
    several = isinstance(quantile, Iterable) and not isinstance(quantile, str)
    percents: Iterable[object] = quantile if several else (quantile,)  # type: ignore[assignment]
    return Draws(
        seed=_whole("seed", seed, 0, MOST_SEED),
        replications=None if replications is None else _whole("replications", replications, 1, 1_000_000),
        precision=precision,
        percents=tuple(sorted({_percent(percent) for percent in percents} - {*TOLD})),
        most_work=_whole("max_work", max_work, 1),
        runner=Runner(engine=Engine(engine), workers=_whole("workers", workers, 1, 256)),
    )


def _whole(name: str, value: object, least: int, most: int | None = None) -> int:
    """A whole number within bounds."""
    within = (
        isinstance(value, int) and not isinstance(value, bool) and least <= value and (most is None or value <= most)
    )
    if not within:
        upto = "" if most is None else f" to {most:,}"
        raise UsageError(f"{name}: a whole number from {least}{upto}, not {value!r:.80}")
    assert isinstance(value, int)
    return value


def _percent(value: object) -> Decimal:
    percent = _decimal(value.removeprefix("p") if isinstance(value, str) else value)
    if percent is None or not (percent == 0 or 1 <= percent <= 100) or percent.as_tuple().exponent not in range(-4, 3):
        raise UsageError(f"quantile: a percentile from 1 to 100, such as 95 or 99.5, not {value!r:.80}")
    return percent


def _objective(name: str) -> Objective:
    if name not in tuple(Objective):
        raise UsageError(f"objective: cost, time or balanced, not {name!r:.80}")
    return Objective(name)


def _duration_us(deadline: Duration | None) -> int | None:
    if deadline is None:
        return None
    try:
        return us_from_s(parse_duration(_seconds(deadline)))
    except ValueError as error:
        raise UsageError(f"deadline: {error}") from error


def _seconds(value: object) -> object:
    """A ``timedelta`` as exact seconds; anything else as it is."""
    if not isinstance(value, timedelta):
        return value
    return Decimal(value.days * 86_400 + value.seconds) + Decimal(value.microseconds) / 1_000_000


def _amount(budget: str | float | Decimal | None) -> Decimal | None:
    if budget is None:
        return None
    amount = _decimal(budget)
    if amount is None or not 0 <= amount <= MOST_MONEY:
        raise UsageError(f"budget: an amount of money from 0 to {MOST_MONEY:,f}, such as 250, not {budget!r:.80}")
    return amount


def _decimal(value: object) -> Decimal | None:
    """An exact and finite number."""
    if isinstance(value, bool):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _yaml(path: str, value: object) -> str:
    """A value of an edit as YAML, of which JSON is a part."""
    try:
        return json.dumps(value, default=_plain)
    except (TypeError, ValueError):
        raise UsageError(f"{path}: text, a number, a list or a mapping, not a {type(value).__name__}") from None


def _plain(value: object) -> object:
    """What JSON has no word for: exact numbers, spans of time, other mappings and sequences."""
    match value:
        case timedelta():
            return float(str(_seconds(value)))
        case Decimal():
            return float(value)
        case Mapping():
            return dict(value)
        case Sequence():
            return list(value)
        case _:
            raise TypeError
