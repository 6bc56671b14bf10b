"""A workload as Python holds it: the text of its file."""

from __future__ import annotations

import os
from dataclasses import dataclass
from html import escape
from typing import Any, Protocol, runtime_checkable

from qplan.errors import FileError, Severity, UsageError, WorkloadError
from qplan.parse.load import load as read_files
from qplan.parse.reader import read_text, shown
from qplan.parse.yaml12 import parse
from qplan.pipeline import check

MAX_JOBS = 1_000_000


@runtime_checkable
class AsYaml(Protocol):
    """Whatever has the text of a workload file: a ``Workload``, a recording."""

    def to_yaml(self) -> str:
        """The text of the workload file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """A workload: what ``load`` and ``from_pubs`` give, and the other functions take. It prints as its file.

    ``text`` is the workload file, ``file`` what messages call it; files that it names lie beside that. ``left_out``
    are options that a workload file has no place for, by their dotted names.
    """

    text: str
    file: str = "<python>"
    left_out: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The name in the file; without one the file's own."""
        name = self.to_dict().get("name")
        return name if isinstance(name, str) else os.path.splitext(os.path.basename(self.file))[0]

    def to_yaml(self) -> str:
        """The text of the workload file."""
        return self.text

    def to_dict(self) -> dict[str, Any]:
        """The workload file as mappings, lists, text and numbers."""
        tree = parse(self.text, self.file).tree
        return tree if isinstance(tree, dict) else {}

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the workload file, whole or not at all; raises ``FileError``."""
        from qplan.bridge.recorder_save import saved

        saved(self.text, path)

    def __str__(self) -> str:
        return self.text.rstrip("\n")

    __repr__ = __str__

    def _repr_html_(self) -> str:
        """The file in a notebook."""
        return f"<pre>{escape(str(self))}</pre>"


def load(path: str | os.PathLike[str], *, allow_outside: bool = False, max_jobs: int = MAX_JOBS) -> Workload:
    """Read a workload file and check it.

    ``allow_outside`` lets it name files outside its folder and repository; ``max_jobs`` bounds its jobs. Raises
    ``FileError`` if it cannot be read and ``WorkloadError``, which carries every problem found in it.
    """
    name = path_of(os.fspath(path))
    text = read_text(name)
    found = read_files([name], allow_outside=allow_outside, max_jobs=max_jobs, stdin=text.encode)
    for line in found.unread.values():
        raise FileError(line)
    parts = (*found.workloads, *found.sound)
    problems = (*found.problems, *(problem for part in parts for problem in check(part)))
    errors = [problem for problem in dict.fromkeys(problems) if problem.severity is Severity.ERROR]
    if errors:
        raise WorkloadError(errors)
    return Workload(text=text, file=shown(name))


def path_of(text: str) -> str:
    """The path; raises ``UsageError`` for what must be the text of a workload file instead."""
    if "\n" in text:
        raise UsageError("workload: a path, and this text has several lines: give qplan.Workload(text=...)")
    return text
