"""A file of receipts as it is read: its tree, where its entries stand, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from qplan.errors import Mark, Problem, Severity
from qplan.parse.document import Document, Path, Tree
from qplan.parse.reader import shown
from qplan.parse.shape import text_of
from qplan.parse.yaml12 import MOST_PROBLEMS

MAX_RECEIPTS = 100_000
TOO_MANY_PROBLEMS, NOT_RECEIPTS, TOO_MANY_VALUES = "QP107", "QP602", "QP013"
UNREAD: Final = object()
"""Stands for an entry of a list of which it is told already why it could not be read."""
_LONGEST_PATH = 120


class EnoughError(Exception):
    """There are so many problems that reading on makes no sense."""


@dataclass(slots=True)
class Page:
    """One file. The tree is a mapping or a list of entries; a path leads into it.

    ``document`` knows the places of YAML, ``lines`` the line of each entry of CSV and JSON Lines. CSV ``is_table``, and
    what is wrong with its header (``told``: the columns that are not there) is not said again of each row.
    """

    file: str
    tree: Tree = None
    document: Document | None = None
    lines: Sequence[int] = ()
    is_table: bool = False
    told: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)

    def error(self, code: str, message: str, path: Path, hint: str = "", *, mark: Mark | None = None) -> None:
        """Something that makes the file useless; ``message`` is to say where in the entry."""
        self.add(code, message, path, hint, Severity.ERROR, mark)

    def add(self, code: str, message: str, path: Path, hint: str, severity: Severity, mark: Mark | None = None) -> None:
        """A finding of any severity. After a thousand an error raises ``EnoughError``, and others are left out."""
        if severity is not Severity.ERROR and len(self.problems) >= MOST_PROBLEMS:
            return
        place = self.mark(path) if mark is None else mark
        self.problems.append(
            Problem(code=code, message=message, hint=hint, path=_clipped(path), mark=place, severity=severity)
        )
        if len(self.problems) > MOST_PROBLEMS:
            raise EnoughError

    def mark(self, path: Path) -> Mark:
        """Where something stands; JSON has no lines, its paths say where."""
        if self.document:
            return self.document.mark(path)
        if self.lines and path and isinstance(path[0], int):
            return Mark(file=self.file, line=self.lines[path[0]], column=1)
        return Mark(file=self.file)

    def name(self, path: Path) -> str:
        """How a message names a value: by its path, less the number of an entry whose line is told."""
        return _clipped(path[1:] if self._has_line(path) else path)

    def said(self, path: Path, message: str) -> str:
        """A message of what stands at a path."""
        name = self.name(path)
        return f"{name}: {message}" if name else message

    def where(self, path: Path) -> str:
        """Where an entry stands, for people."""
        if self._has_line(path):
            inside = _clipped(path[1:])
            return f"line {self.mark(path[:1]).line}{', ' if inside else ''}{inside}"
        return _clipped(path) or "the file"

    @property
    def valid(self) -> bool:
        """Whether nothing in it is an error."""
        return not any(problem.severity is Severity.ERROR for problem in self.problems)

    def in_order(self) -> tuple[Problem, ...]:
        """Its problems by place, of too many only errors; a value that YAML could not read has no other problem."""
        first = self.document.problems if self.document else []
        unread = {problem.mark for problem in first}
        said = [problem for problem in self.problems if problem in first or problem.mark not in unread]
        ordered = sorted(dict.fromkeys(said), key=lambda problem: (problem.mark.line, problem.mark.column))
        if len(ordered) <= MOST_PROBLEMS:
            return tuple(ordered)
        errors = [problem for problem in ordered if problem.severity is Severity.ERROR][:MOST_PROBLEMS]
        told = f"there are more than {MOST_PROBLEMS:,} problems; the first are shown"
        return (*errors, Problem(code=TOO_MANY_PROBLEMS, message=told, mark=Mark(file=self.file)))

    def _has_line(self, path: Path) -> bool:
        listed = bool(self.lines) or (self.document is not None and isinstance(self.tree, list))
        return listed and bool(path) and isinstance(path[0], int)


def _clipped(path: Path) -> str:
    """The text of a path, which a stranger's keys cannot make endless or drive a terminal with."""
    text = shown(text_of(path))
    return text if len(text) <= _LONGEST_PATH else f"{text[:_LONGEST_PATH]}..."
