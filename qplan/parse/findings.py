"""Where the checks of meaning put what they find."""

from __future__ import annotations

from dataclasses import dataclass, field

from qplan.errors import Mark, Problem, Severity
from qplan.parse.document import Document, Path
from qplan.parse.shape import text_of


@dataclass(slots=True)
class Findings:
    """The problems of one document, each put at its place."""

    document: Document
    problems: list[Problem] = field(default_factory=list)

    def error(self, code: str, message: str, path: Path, hint: str = "") -> None:
        """Something that stops the run."""
        self._add(code, message, path, hint, Severity.ERROR)

    def warn(self, code: str, message: str, path: Path, hint: str = "") -> None:
        """Something allowed but unwise."""
        self._add(code, message, path, hint, Severity.WARNING)

    def mark(self, path: Path) -> Mark:
        """Where the value at a path stands."""
        return self.document.mark(path)

    def _add(self, code: str, message: str, path: Path, hint: str, severity: Severity) -> None:
        mark = self.document.mark(path)
        self.problems.append(
            Problem(code=code, message=message, hint=hint, path=text_of(path), mark=mark, severity=severity)
        )
