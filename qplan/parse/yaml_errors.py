"""Syntax errors of PyYAML's parsers as problems with a place in the text."""

from __future__ import annotations

from typing import Any

import yaml

from qplan.errors import Mark, Problem

NOT_YAML = "QP001"
SPACES = "indent with spaces: YAML takes no tabs for that"


def not_unicode(file: str) -> Problem:
    """A lone surrogate, or an escape beyond Unicode met by the pure parser."""
    return Problem(code=NOT_YAML, message="not Unicode text", mark=Mark(file=file, line=1, column=1))


def syntax_problem(error: yaml.YAMLError, text: str, file: str) -> Problem:
    """What the parser could not read, in its words."""
    if isinstance(error, yaml.MarkedYAMLError):
        mark = _within(text, error.problem_mark, file)
        if _is_tab(text, mark):
            return Problem(code=NOT_YAML, message="not valid YAML: a tab", hint=SPACES, mark=mark)
        return Problem(code=NOT_YAML, message=f"not valid YAML: {_told(error)}", mark=mark)
    if isinstance(error, yaml.reader.ReaderError):
        at = _of_byte(text, error.position, file)
        return Problem(code=NOT_YAML, message=f"not valid YAML: {error.reason}", mark=at)
    return Problem(code=NOT_YAML, message="not valid YAML", mark=Mark(file=file, line=1, column=1))


def _told(error: yaml.MarkedYAMLError) -> str:
    """The parser's words, with the place where what it was reading began."""
    begun = error.context_mark
    where = f" that begins at line {begun.line + 1}, column {begun.column + 1}" if begun else ""
    return ", ".join(part for part in (f"{error.context}{where}" if error.context else "", error.problem) if part)


def _within(text: str, mark: Any, file: str) -> Mark:  # noqa: ANN401 - PyYAML's two classes of marks, or none
    """The mark of a syntax error; libyaml puts the end of the text on a line that is not there."""
    last = text.count("\n") + 1
    if mark is None or mark.line + 1 > last:
        return Mark(file=file, line=last, column=len(text) - text.rfind("\n"))
    return Mark(file=file, line=mark.line + 1, column=mark.column + 1)


def _is_tab(text: str, mark: Mark) -> bool:
    """Whether the parser stumbled over a tab among what indents a line."""
    before = text.split("\n")[mark.line - 1][: mark.column]
    return before.endswith("\t") and not before.strip()


def _of_byte(text: str, position: int, file: str) -> Mark:
    before = text.encode("utf-8", "replace")[:position].decode("utf-8", "ignore")
    return Mark(file=file, line=before.count("\n") + 1, column=len(before) - before.rfind("\n"))
