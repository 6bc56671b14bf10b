"""Short ways to load a text in a test."""

from __future__ import annotations

from pathlib import Path

from qplan.errors import Problem
from qplan.model.workload import Workload
from qplan.parse.edits import Edit
from qplan.parse.load import load_text
from qplan.parse.traces import Folder
from qplan.parse.workload import Limits

LIMITS = Limits(folder=Folder(path="."), max_jobs=1_000_000)


def found(text: str, *edits: Edit, folder: Path | None = None) -> tuple[Problem, ...]:
    return load_text(text, "f.yaml", edits, _limits(folder))[1]


def lines(text: str, *edits: Edit) -> list[str]:
    """Each problem as a command prints it."""
    return [f"{problem.mark}: {problem.code}: {problem.message}" for problem in found(text, *edits)]


def workload(text: str, *edits: Edit, folder: Path | None = None) -> Workload:
    """The workload of a text without errors."""
    loaded, problems = load_text(text, "f.yaml", edits, _limits(folder))
    assert loaded is not None, [problem.message for problem in problems]
    return loaded


def _limits(folder: Path | None) -> Limits:
    return Limits(folder=Folder(path=str(folder)), max_jobs=1_000_000) if folder else LIMITS
