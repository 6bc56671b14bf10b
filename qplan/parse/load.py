"""Workload files to workloads: read, edit, check the shape, check the meaning; every problem at once."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from qplan.errors import FileError, Problem, Severity
from qplan.model.workload import Workload
from qplan.parse import reader
from qplan.parse.document import Document
from qplan.parse.edits import Edit, apply_edits
from qplan.parse.inputs import inputs_of
from qplan.parse.shape import check_shape
from qplan.parse.traces import Folder
from qplan.parse.workload import Limits, resolve
from qplan.parse.yaml12 import parse

_APART = ("name", "description", "mode", "plan", "queue", "background", "session", "batch")
"""Keys of the file whose errors say nothing of a job's quantum time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """The valid workloads, and all problems of all files (warnings too), both in the order of the files.

    ``unread`` says of each path that cannot be read, in a line, why. ``sound`` holds what is left of workloads with
    errors when the faulty jobs are taken out: nothing to simulate, but other rooms may find more problems in it.
    """

    workloads: tuple[Workload, ...]
    problems: tuple[Problem, ...]
    unread: Mapping[str, str] = field(default_factory=dict)
    sound: tuple[Workload, ...] = ()


def load(
    paths: Sequence[str],
    *,
    edits: Sequence[Edit] = (),
    allow_outside: bool = False,
    max_jobs: int = 1_000_000,
    stdin: Callable[[], bytes] | None = None,
    inputs: bool = False,
) -> Loaded:
    """Read workload files; ``-`` is standard input, for which ``stdin`` may stand in.

    A file with an error yields no workload. ``allow_outside`` lets it name files outside its folder. ``inputs`` asks
    for the files laid flat.
    """
    workloads: list[Workload] = []
    problems: list[Problem] = []
    unread: dict[str, str] = {}
    sound: list[Workload] = []
    for path in paths:
        try:
            text = reader.read_text(path, stdin=stdin)
        except FileError as error:
            unread[path] = str(error)
            continue
        folder = Folder(path="." if path == reader.STDIN else os.path.dirname(path) or ".", outside=allow_outside)
        limits = Limits(folder=folder, max_jobs=max_jobs, inputs=inputs)
        workload, found = _read_text(text, reader.shown(path), edits, limits)
        problems += found
        if workload and _valid(found):
            workloads.append(workload)
        elif workload and (rest := _sound_part(workload, found)):
            sound.append(rest)
    return Loaded(workloads=tuple(workloads), problems=tuple(problems), unread=unread, sound=tuple(sound))


def load_text(
    text: str, file: str, edits: Sequence[Edit], limits: Limits
) -> tuple[Workload | None, tuple[Problem, ...]]:
    """The workload that a text describes, ``None`` if there is an error among the problems."""
    workload, problems = _read_text(text, file, edits, limits)
    return workload if _valid(problems) else None, problems


def _read_text(
    text: str, file: str, edits: Sequence[Edit], limits: Limits
) -> tuple[Workload | None, tuple[Problem, ...]]:
    """As ``load_text``; with an error, a workload that stands for nothing where there is one at all."""
    document = parse(text, file)
    if document.tree is None:
        return None, tuple(document.problems)
    apply_edits(document, tuple(edits))
    checked = check_shape(document)
    workload, meant = resolve(checked, document, limits)
    if workload and limits.inputs:
        workload = replace(workload, inputs=inputs_of(document.tree, limits.folder))
    return workload, _in_order(document, (*document.problems, *checked.problems, *meant))


def _valid(problems: Sequence[Problem]) -> bool:
    return not any(problem.severity is Severity.ERROR for problem in problems)


def _sound_part(workload: Workload, problems: Sequence[Problem]) -> Workload | None:
    """The jobs without an error; ``None`` if there are none, or if what all of them rest on has an error."""
    paths = [problem.path for problem in problems if problem.severity is Severity.ERROR]
    inside = [re.match(r"jobs\[([0-9]+)\]", path) for path in paths]
    if any(not found and path.partition(".")[0] not in _APART for found, path in zip(inside, paths, strict=True)):
        return None
    faulty = {int(found[1]) for found in inside if found}
    items = tuple(item for i, item in enumerate(workload.items) if i not in faulty)
    return replace(workload, items=items) if items else None


def _in_order(document: Document, problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """By place; a value that could not be read is not also found to be of the wrong kind."""
    unread = {problem.mark for problem in document.problems}
    said = [problem for problem in problems if problem in document.problems or problem.mark not in unread]
    return tuple(sorted(dict.fromkeys(said), key=lambda problem: (problem.mark.line, problem.mark.column)))
