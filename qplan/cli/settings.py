"""Settings of the gate: from flags, from the environment, from a file found upwards; the first that says it wins.

Where to look for a baseline is no setting of a file: what is gated must not choose what it is held against.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from qplan.cli.limit_options import LIMITS
from qplan.cli.setting_values import EVERYWHERE, TRUE, VALUES, Setting, checked, nearest, percentile, text_of
from qplan.cli.settings_file import OWN_FILE, SHARED_FILE, settings_from
from qplan.errors import UsageError
from qplan.gate import Allow
from qplan.model.gate import Bound, Limit, Measure, Scope, Verdict
from qplan.parse.reader import read_text

__all__ = [
    "Governed",
    "Setting",
    "Settings",
    "from_environment",
    "from_flags",
    "governed",
    "limits_of",
    "resolved",
    "settings_from",
]

PREFIX = "QPLAN_"
LIMITING = tuple(f"{PREFIX}{start}_" for start in ("MAX", "WARN", "ALLOW"))
OTHERS = (f"{PREFIX}DEBUG",)
"""Variables of qplan that are no settings of the gate."""

Read = Callable[[str], str | None]
"""The text of a file, ``None`` if it is not there; raises ``FileError``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What holds after all. ``limits`` are on workloads and totals; ``told`` is (name, value, source) of all set."""

    limits: tuple[Limit, ...] = ()
    quantile: Decimal = Decimal(90)
    strict: bool = False
    plan: str | None = None
    backend: str | None = None
    usage_model: str | None = None
    seed: int = 0
    replications: int | None = None
    allocation: Verdict = Verdict.FAIL
    allow: Allow = Allow()
    allow_empty: bool = False
    allow_limit_changes: bool = False
    compare_to: str = ""
    compare_to_git: str = ""
    told: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Governed:
    """The settings for a set of files: those for all, and by settings file the limits on each of its workloads."""

    settings: Settings
    own: tuple[tuple[frozenset[str], tuple[Limit, ...]], ...] = ()


def from_environment(environment: Mapping[str, str]) -> tuple[Setting, ...]:
    """The settings in variables such as ``QPLAN_MAX_COST``; empty ones do not count. Raises ``UsageError``."""
    known = {f"{PREFIX}{name.upper().replace('-', '_')}": name for name in EVERYWHERE}
    problems = [
        f"{name}: unknown variable{nearest(name, known)}"
        for name in environment
        if name.startswith(PREFIX) and name not in known and _is_meant(name, known)
    ]
    found: list[Setting] = []
    for variable, name in known.items():
        if environment.get(variable, "").strip():
            found += checked(name, environment[variable].strip(), variable, problems)
    if problems:
        raise UsageError("\n".join(problems))
    return tuple(found)


def _is_meant(name: str, known: Iterable[str]) -> bool:
    """Whether a variable that is not known was to be a setting: it begins like a limit, or is like another's name."""
    if name.startswith(LIMITING):
        return True
    return name not in OTHERS and bool(nearest(name, known, cutoff=0.8))


def from_flags(flags: Mapping[str, object]) -> tuple[Setting, ...]:
    """The settings on the command line, by name; ``None`` and ``False`` were not given. Raises ``UsageError``."""
    found: list[Setting] = []
    problems: list[str] = []
    for name, value in flags.items():
        if value is not None and value is not False:
            found += checked(name, text_of(value), f"--{name}", problems)
    if problems:
        raise UsageError("\n".join(problems))
    return tuple(found)


def governed(
    files: Sequence[str], flags: Sequence[Setting], environment: Sequence[Setting], read: Read | None = None
) -> Governed:
    """What holds for these files; ``read`` is how settings files are read (by default from the disk).

    Files below several settings files may have limits of their own, but must agree on everything else.
    """
    found = settings_by_file(files, read)
    groups = list(dict.fromkeys(found.values())) or [()]
    if len(groups) == 1:
        return Governed(settings=resolved((flags, environment, groups[0])))
    taken = {each.name for each in (*flags, *environment)}
    _check_agreement(groups, taken)
    settings = resolved((flags, environment, [each for each in groups[0] if not _is_own(each)]))
    own = {group: [each for each in group if _is_own(each) and each.name not in taken] for group in groups}
    return Governed(
        settings=replace(settings, told=(*settings.told, *(_told(each) for group in groups for each in own[group]))),
        own=tuple(
            (frozenset(file for file, its in found.items() if its == group), limits_of(own[group])) for group in groups
        ),
    )


def resolved(layers: Sequence[Sequence[Setting]]) -> Settings:
    """The settings of several layers, of which the first that says something wins."""
    chosen: dict[str, Setting] = {}
    for layer in layers:
        for each in layer:
            chosen.setdefault(each.name, each)
    ordered = [chosen[name] for name in EVERYWHERE if name in chosen]
    return _made(chosen, limits_of(ordered), tuple(map(_told, ordered)))


def limits_of(settings: Iterable[Setting]) -> tuple[Limit, ...]:
    """The limits among some settings."""
    return tuple(_limit(each) for each in settings if each.name in LIMITS)


def read_here(path: str) -> str | None:
    """The text of a file of the work tree; ``None`` if there is none. Raises ``FileError``."""
    return read_text(path) if os.path.lexists(path) else None


def _made(chosen: Mapping[str, Setting], limits: tuple[Limit, ...], told: tuple[tuple[str, str, str], ...]) -> Settings:
    def text(name: str) -> str | None:
        return chosen[name].value if name in chosen else None

    def flag(name: str) -> bool:
        return (text(name) or "").lower() in TRUE

    return Settings(
        limits=limits,
        quantile=percentile(text("quantile") or "90"),
        strict=flag("strict"),
        plan=text("plan"),
        backend=text("backend"),
        usage_model=text("usage-model"),
        seed=int(text("seed") or 0),
        replications=int(text("replications") or 0) or None,
        allocation=Verdict.WARN if flag("warn-allocation") else Verdict.FAIL,
        allow=Allow(
            unknown_price=flag("allow-unknown-price"), refused_mode=flag("allow-refused-mode"), new=flag("allow-new")
        ),
        allow_empty=flag("allow-empty"),
        allow_limit_changes=flag("allow-limit-changes"),
        compare_to=text("compare-to") or "",
        compare_to_git=text("compare-to-git") or "",
        told=told,
    )


def _told(setting: Setting) -> tuple[str, str, str]:
    return setting.name, setting.value, setting.source


def _limit(setting: Setting) -> Limit:
    action, _, on = setting.name.partition("-")
    measure = next((each for each in (Measure.USAGE, Measure.WALL) if each in on), Measure.COST)
    percent, rise = on.endswith("-percent"), "increase" in on
    return Limit(
        measure=measure,
        bound=Bound.INCREASE_PERCENT if percent else Bound.INCREASE if rise else Bound.MOST,
        scope=Scope.TOTAL if on.startswith("total-") else Scope.WORKLOAD,
        value=VALUES[LIMITS[setting.name]](setting.value),
        action=Verdict.FAIL if action == "max" else Verdict.WARN,
        source=setting.source,
    )


def _is_own(setting: Setting) -> bool:
    """Whether it is a limit on each workload by itself."""
    return setting.name in LIMITS and "-total-" not in setting.name


def settings_by_file(files: Sequence[str], read: Read | None = None) -> dict[str, tuple[Setting, ...]]:
    """The settings that govern each file: of the first settings file upwards, none without one.

    Raises ``UsageError`` with the problems of all settings files.
    """
    known: dict[str, tuple[Setting, ...] | None] = {}
    problems: dict[str, None] = {}
    found = {file: _upwards(file, read or read_here, known, problems) for file in files}
    if problems:
        raise UsageError("\n".join(problems))
    return found


def _upwards(
    file: str, read: Read, known: dict[str, tuple[Setting, ...] | None], problems: dict[str, None]
) -> tuple[Setting, ...]:
    for folder in folders_above(os.path.dirname(os.path.abspath(file))):
        if folder not in known:
            known[folder] = _in_folder(folder, read, problems)
        its = known[folder]
        if its:  # a file that sets nothing stands in nobody's way
            return its
    return ()


def folders_above(folder: str) -> Iterator[str]:
    """A folder and those around it, up to the root of its repository, or of the file system."""
    while True:
        yield folder
        above = os.path.dirname(folder)
        if above == folder or os.path.exists(os.path.join(folder, ".git")):
            return
        folder = above


def _in_folder(folder: str, read: Read, problems: dict[str, None]) -> tuple[Setting, ...] | None:
    for name in (OWN_FILE, SHARED_FILE):
        path = os.path.join(folder, name)
        text = read(path)
        if text is None:
            continue
        try:
            found = settings_from(text, _near(path))
        except UsageError as error:
            problems[str(error)] = None
            return ()
        if found is not None:
            return found
    return None


def _near(path: str) -> str:
    """A path as it is told: from here, if it is at most a few folders away."""
    try:
        near = os.path.relpath(path)
    except ValueError:  # on another drive
        return path
    return near if not near.startswith(os.path.join("..", "..", "..")) else path


def _check_agreement(groups: Sequence[tuple[Setting, ...]], taken: set[str]) -> None:
    """What is for all files together must be the same in all settings files, unless a flag or variable says it."""
    shared = [{each.name: each for each in group if not _is_own(each) and each.name not in taken} for group in groups]
    torn = []
    for name in dict.fromkeys(name for group in shared for name in group):
        if len({group[name].value if name in group else None for group in shared}) > 1:
            places = ", ".join(group[name].source for group in shared if name in group)
            torn.append(f"{name}: the settings files of these workloads do not agree ({places}); give --{name}")
    if torn:
        raise UsageError("\n".join(torn))
