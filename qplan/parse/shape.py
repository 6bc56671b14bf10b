"""The shape of the tree against the schema: every problem at once, each at its place in the file."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError

from qplan.errors import Problem
from qplan.parse.document import Document, Path, Tree
from qplan.parse.kinds import NOT_A_DURATION, given
from qplan.parse.schema import WorkloadFile
from qplan.parse.yaml12 import MOST_PROBLEMS

UNKNOWN_KEY, MISSING_KEY, WRONG_KIND, OUT_OF_RANGE, TOO_MANY = "QP101", "QP102", "QP103", "QP104", "QP107"
_BUDGET = 20_000
_FILLER: Mapping[str, Tree] = {"qplan": 1, "jobs": [{}]}
_REPAIRS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """The file as the schema's model, and what was wrong with it.

    With problems, ``file`` is what is left when every faulty key is taken out, so that the checks of
    meaning can still be made; ``broken`` are the paths taken out. ``None`` if nothing sensible is left.
    """

    file: WorkloadFile | None
    problems: tuple[Problem, ...] = ()
    broken: tuple[Path, ...] = ()

    def lost_beside(self, path: str, key: str) -> bool:
        """Whether this key was taken out of a mapping that ``path`` leads into."""
        outer = (text_of(broken[:-1]) for broken in self.broken if broken[-1:] == (key,))
        return any(path.startswith(f"{place}.") for place in outer)

    def lost(self, *keys: str) -> bool:
        """Whether one of these keys was taken out somewhere, or a whole entry of ``jobs``."""
        return any(path[-1:] and (path[-1] in keys or isinstance(path[-1], int)) for path in self.broken)


def check_shape(document: Document) -> Checked:
    """Check the tree of a document against the schema."""
    file, entries, more = _validated(document.tree)
    if file:
        return Checked(file=file)
    problems = [_problem(entry, document) for entry in entries[:MOST_PROBLEMS]]
    if more or len(entries) > MOST_PROBLEMS:
        told = f"there are more than {MOST_PROBLEMS:,} problems; the first are shown"
        problems.append(Problem(code=TOO_MANY, message=told, mark=document.mark(())))
        return Checked(file=None, problems=tuple(problems))
    tree, broken = document.tree, []
    for _ in range(_REPAIRS):
        for path in [_faulty(entry, tree) for entry in entries]:
            broken.append(path)
            tree = _without(tree, path)
        file, entries, _ = _validated(tree)
        if file:
            break
    return Checked(file=file, problems=tuple(problems), broken=tuple(broken))


def _validated(tree: Tree) -> tuple[WorkloadFile | None, list[dict[str, Any]], bool]:
    """The model or pydantic's entries; whether there are so many that only the beginning was looked at."""
    try:
        return WorkloadFile.model_validate(tree), [], False
    except ValidationError as error:
        if error.error_count() > MOST_PROBLEMS and (smaller := _first_part(tree, [_BUDGET])) != tree:
            return None, _validated(smaller)[1], True
        return None, [dict(entry) for entry in error.errors(include_url=False)], False


def _first_part(tree: Tree, budget: list[int]) -> Tree:
    """The beginning of a tree, so that the problems of a hostile file take bounded memory."""
    budget[0] -= 1
    if isinstance(tree, dict):
        return {key: _first_part(value, budget) for key, value in tree.items() if budget[0] > 0}
    if isinstance(tree, list):
        return [_first_part(value, budget) for value in tree if budget[0] > 0]
    return tree


def text_of(path: Path) -> str:
    """A path as people write it: ``jobs[0].shots``."""
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return "".join(steps).removeprefix(".")


def _problem(entry: dict[str, Any], document: Document) -> Problem:
    from qplan.parse.schema_keys import hint_for

    path = _path(document.tree, entry["loc"])
    kind, at_key = entry["type"], False
    hint = ""
    match kind:
        case "extra_forbidden" | "string_pattern_mismatch":
            code, at_key = UNKNOWN_KEY, True
            hint = hint_for(str(path[-1]), entry["loc"][:-1], _unfit(path, document.tree))
            message = f"unknown key {given(path[-1])}"
        case "missing":
            code, path = MISSING_KEY, (*path, entry["loc"][-1])
            message = f"the key {path[-1]!r} is required"
            hint = "add `qplan: 1`, the version of the format" if path == ("qplan",) else f"add {path[-1]!r}"
        case "too_long":
            code, message = OUT_OF_RANGE, f"{name_of(path)} must hold at most {entry['ctx']['max_length']} entries"
        case "too_short":
            code, message = OUT_OF_RANGE, f"{name_of(path)} must hold at least one entry"
            if {"<sample>", "<quantiles>"} & set(entry["loc"]):
                hint = "a duration is one length such as 4s, or a spread such as {p50: 4s, p90: 11s} or [3s, 4s]"
                message = f"{name_of(path)} is an empty {'list' if '<sample>' in entry['loc'] else 'mapping'}"
                message += ": a duration is missing"
        case _ if kind == NOT_A_DURATION or "told" in entry.get("ctx", {}):
            code, message = kind, f"{name_of(path)}: {entry['ctx']['told']}"
        case _:
            code = kind if kind.startswith("QP") else WRONG_KIND
            message = f"{name_of(path)} must be {_wanted(entry)}, not {given(entry['input'])}"
            hint = _hint_for_value(entry["input"], _wanted(entry))
    return Problem(code=code, message=message, hint=hint, path=text_of(path), mark=document.mark(path, key=at_key))


def _unfit(path: Path, tree: Tree) -> Sequence[str]:
    """The keys beside an unknown one that its job cannot have: of a sampler's options, the estimator's."""
    if path[-2:-1] != ("options",):
        return ()
    from qplan.parse.schema_options import ESTIMATOR_ONLY

    for step in path[:-2]:
        tree = tree[step]
    return ESTIMATOR_ONLY if tree.get("primitive", "sampler") == "sampler" else ()


def _wanted(entry: dict[str, Any]) -> str:
    """What is right, from the kind's own words or for pydantic's structural checks."""
    if "wanted" in entry.get("ctx", {}):
        return str(entry["ctx"]["wanted"])
    return "a list" if entry["type"] == "list_type" else "a mapping of keys to values"


def _hint_for_value(value: object, wanted: str) -> str:
    if value is None:
        return "give a value, or leave the key out"
    if isinstance(value, str) and wanted.startswith("true or false") and value.lower() in ("yes", "no", "on", "off"):
        return "in YAML 1.2 yes, no, on and off are words: write true or false"
    if isinstance(value, str) and re.fullmatch(r"[0-9.]+", value) and re.match(rf"{value},|a (whole )?number", wanted):
        return "write it without quotes"
    if isinstance(value, str) and (nearest := get_close_matches(value, re.split(", | or ", wanted), n=1)):
        return f"did you mean {nearest[0]!r}?"
    if isinstance(value, int | float) and ("name" in wanted or "text" in wanted):
        return "put it in quotes to make it text"
    return ""


def name_of(path: Path) -> str:
    """How a message names a value: its key, with its number in a list."""
    keys = [i for i, step in enumerate(path) if isinstance(step, str)]
    return text_of(path[keys[-1] :]) if keys else "the file"


def _path(tree: Tree, location: Path) -> Path:
    """A location of pydantic as a path in the tree: without tags, and without what the tree does not hold."""
    path: list[str | int] = []
    for step in location:
        if _holds(tree, step):
            tree = tree[step]
            path.append(step)
    return tuple(path)


def _holds(tree: Tree, step: str | int) -> bool:
    if isinstance(step, int):
        return isinstance(tree, list) and step < len(tree)
    return isinstance(tree, dict) and step in tree


def _faulty(entry: dict[str, Any], tree: Tree) -> Path:
    """What to take out so that the rest can be read: without moving its neighbours in a list."""
    steps = list(_path(tree, entry["loc"]))
    if entry["type"] == "missing" and entry["loc"][-1] in _FILLER:
        return (*steps, entry["loc"][-1])
    while steps and isinstance(steps[-1], int) and not (len(steps) >= 2 and steps[-2] == "jobs"):
        steps.pop()
    return tuple(steps)


def _without(tree: Tree, path: Path) -> Tree:
    """A copy without what stands at the path; a faulty entry of ``jobs`` becomes an empty job."""
    if not path:
        return {}
    step, rest = path[0], path[1:]
    if isinstance(tree, list) and isinstance(step, int):
        return [*tree[:step], _without(tree[step], rest), *tree[step + 1 :]] if step < len(tree) else tree
    if not isinstance(tree, dict):
        return tree
    if rest and step in tree:
        return {**tree, step: _without(tree[step], rest)}
    kept = {key: value for key, value in tree.items() if key != step}
    return {**kept, step: _FILLER[step]} if step in _FILLER and isinstance(step, str) else kept
