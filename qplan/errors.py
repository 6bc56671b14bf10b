"""What can go wrong, as values: problems of an input file and the errors that carry them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding matters: an error stops the run, a warning and a note do not."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A place in an input file; ``line`` and ``column`` count from 1, 0 means unknown."""

    file: str = "<input>"
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One finding about an input: where, what is wrong, and what would be right."""

    code: str
    message: str
    hint: str = ""
    path: str = ""
    mark: Mark = Mark()
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        return f"{self.mark}: {self.code}: {self.message}{'; ' if self.hint else ''}{self.hint}"


class QplanError(Exception):
    """Base of every error that qplan raises on purpose; ``str`` is fit for a user."""


class WorkloadError(QplanError):
    """An input is invalid; carries every problem found, in the order of the file. Its text has a line for each."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)


class FileError(QplanError):
    """A file cannot be read or written; carries the problems of the files that could be read beside it."""

    def __init__(self, message: str, problems: Sequence[Problem] = ()) -> None:
        super().__init__(message)
        self.problems = tuple(problems)


class UsageError(QplanError):
    """The command line asks for something that does not exist or does not fit."""


class SimulationError(QplanError):
    """The kernel met a state that its rules exclude: a bug of qplan, never of the input."""
