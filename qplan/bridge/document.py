"""A workload document to the text of its file, and the text to a workload that has been checked."""

from __future__ import annotations

import os
import re
import textwrap
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import yaml

from qplan.errors import Severity, WorkloadError
from qplan.model.workload import Workload
from qplan.parse.load import load_text
from qplan.parse.scalars import plain_scalar
from qplan.parse.traces import Folder
from qplan.parse.workload import Limits
from qplan.pipeline import check
from qplan.render.safe import plain

WIDTH, COMMENT_WIDTH = 100, 80
MAX_JOBS = 1_000_000
_PLAIN = re.compile(r"[A-Za-z0-9_./][A-Za-z0-9_./+()-]*( [A-Za-z0-9_./+()-]+)*")


def workload_text(document: Mapping[str, object], comments: Sequence[str] = ()) -> str:
    """The document as YAML, keys in their order, after ``comments`` as lines of comment.

    The same document gives the same bytes, and they read back as that document: text that a reader of YAML could take
    for anything else is quoted. Comments become one visible line each, wrapped. Values are what a workload file
    holds: mappings, sequences, text, numbers (``Decimal`` too), true and false, nothing.
    """
    body = yaml.dump(
        _plain_tree(document), Dumper=_Dumper, sort_keys=False, default_flow_style=None, width=WIDTH, allow_unicode=True
    )
    return "".join(f"{line}\n" for comment in comments for line in _comment(comment)) + body


def checked(text: str, file: str) -> Workload:
    """The workload that a text describes; raises ``WorkloadError`` with every error that validating it would tell."""
    folder = Folder(path=os.path.dirname(file) or ".")
    workload, problems = load_text(text, file, (), Limits(folder=folder, max_jobs=MAX_JOBS))
    found = (*problems, *(check(workload) if workload else ()))
    errors = [problem for problem in found if problem.severity is Severity.ERROR]
    if errors or workload is None:
        raise WorkloadError(errors)
    return workload


def _comment(text: str) -> list[str]:
    more = "#   "
    lines = textwrap.wrap(
        plain(text), COMMENT_WIDTH, initial_indent="# ", subsequent_indent=more, break_on_hyphens=False
    )
    return lines or ["#"]


def _plain_tree(value: object) -> object:
    """The same with plain mappings and lists only, so that the writer knows each of them and repeats no anchor."""
    match value:
        case Mapping():
            return {str(key): _plain_tree(inner) for key, inner in value.items()}
        case str() | bool() | int() | float() | None:
            return value
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case Sequence():
            return [_plain_tree(inner) for inner in value]
        case _:
            return str(value)


class _Dumper(yaml.SafeDumper):
    """Quotes what YAML 1.1 or YAML 1.2 would not read as the same text; writes no anchors."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ANN401 - PyYAML's own signature
        return True

    def write_text(self, text: str) -> yaml.ScalarNode:
        style = None if _PLAIN.fullmatch(text) and _is_itself(text) else '"'
        return self.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _is_itself(text: str) -> bool:
    """Whether an unquoted text is read as itself."""
    try:
        return plain_scalar(text) == text
    except OverflowError:
        return False


_Dumper.add_representer(str, _Dumper.write_text)
