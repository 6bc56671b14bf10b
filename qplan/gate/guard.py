"""What a pull request changes of the very figures it is measured by: limits, prices, stated times, plans, profiles.

A file that is new has nothing that could have been changed. Of it, what replaces a shipped figure counts: a price of
its own, a stated quantum time, a profile or a usage model; else a file could leave its past behind by a new name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from qplan.gate.changes import JOBS, Steps, clip
from qplan.gate.pairs import Pair
from qplan.model.gate import Guarded, Priced
from qplan.model.inputs import OWN_FILE, steps_of

PROFILES = ("plan", "backend", "usage")
ENDINGS = (".yaml", ".yml")
UNKNOWN = "its inputs"


def guarded(pairs: Sequence[Pair], *, allowed: bool = False) -> tuple[Guarded, ...]:
    """What workloads change of what they are measured by; ``pairs`` are those of now with those of the base.

    ``allowed`` tells that a flag lets it pass.
    """
    return tuple(
        Guarded(file=now.file, what=what, before=clip(before), after=clip(after), allowed=allowed)
        for now, was in pairs
        if now is not None
        for what, before, after in (_added(now) if was is None else _changed(now, was))
    )


def guarded_settings(
    file: str, before: Mapping[str, str], after: Mapping[str, str], *, allowed: bool = False
) -> tuple[Guarded, ...]:
    """What a settings file changes, by the name of each setting."""
    names = dict.fromkeys((*before, *after))
    return tuple(
        Guarded(
            file=file, what=name, before=clip(before.get(name, "")), after=clip(after.get(name, "")), allowed=allowed
        )
        for name in names
        if before.get(name) != after.get(name)
    )


Told = tuple[str, str, str]


def _changed(now: Priced, was: Priced) -> Iterator[Told]:
    new, old = dict(now.inputs), dict(was.inputs)
    if bool(new) != bool(old):
        yield UNKNOWN, "known" if old else "unknown", "known" if new else "unknown"
        return
    watched = _watched({**old, **new})
    gone = _jobs_of(old) - _jobs_of(new)
    for path in dict.fromkeys((*new, *old)):
        if path in watched and new.get(path) != old.get(path) and not (path not in new and _job(path) in gone):
            yield path, old.get(path, ""), new.get(path, "")


def _added(now: Priced) -> Iterator[Told]:
    inputs = dict(now.inputs)
    if not inputs:
        yield UNKNOWN, "", "unknown"
    for path in _watched(inputs):
        steps = _steps(path)
        named_only = steps[0] == "backend" or steps in (("plan",), ("plan", "profile"))
        if not named_only:
            yield path, "", inputs[path]


def _watched(inputs: Mapping[str, str]) -> dict[str, None]:
    """The paths that a workload is measured by, in its order: with the files that they name."""
    own = {path: None for path in inputs if _steps(path)[0] in PROFILES or _is_stated(_steps(path))}
    named = {f"{OWN_FILE}{_bare(inputs[path])}" for path in own}
    files = {path: None for path in inputs if path in named or (path.startswith(OWN_FILE) and path.endswith(ENDINGS))}
    return {**own, **files}


def _is_stated(steps: Steps) -> bool:
    """Whether steps lead to a stated quantum time of a job, or into its spread."""
    depth = _depth(steps)
    return depth > 0 and steps[depth : depth + 1] == ("qpu",)


def _depth(steps: Steps) -> int:
    """How many steps lead to the innermost job: ``jobs``, its name, in a loop again; 0 where none does."""
    depth = 0
    while steps[depth : depth + 1] == (JOBS,) and len(steps) > depth + 1:
        depth += 2
    return depth


def _job(path: str) -> Steps:
    """The job that a path leads into; nothing for other paths."""
    steps = _steps(path)
    return steps[: _depth(steps)]


def _jobs_of(inputs: Mapping[str, str]) -> set[Steps]:
    return {job for job in map(_job, inputs) if job}


def _bare(text: str) -> str:
    """The text of a value without the quotes that it may stand in."""
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text


def _steps(path: str) -> Steps:
    """The steps of a path; of a file that is named, and of anything that is no path, the whole."""
    if path.startswith(OWN_FILE):
        return (path,)
    try:
        return steps_of(path) or (path,)
    except ValueError:
        return (path,)
