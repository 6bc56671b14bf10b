"""Changes from the command line: ``--set PATH=VALUE`` on the tree, before it is checked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from qplan.errors import Mark, Problem
from qplan.parse.document import Document, Path, Tree
from qplan.parse.schema_others import is_duration
from qplan.parse.yaml12 import parse

EMPTY, BAD_PATH, BAD_VALUE = "QP002", "QP011", "QP012"
LONGEST_PATH: Final = 1000
_NULLS: Final = ("null", "Null", "NULL", "~")
_STEP: Final = re.compile(r"\.?([^.\[\]]+)|\[([^\[\]]+)\]")
_OPTIONS: Final[Mapping[str, str]] = {"backend": "--backend", "plan": "--plan", "usage.model": "--usage-model"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A value to put at a path such as ``queue.wait``, ``jobs[0].shots`` or ``jobs.energy.shots``; read as YAML."""

    path: str
    value: str
    option: str = ""

    @property
    def label(self) -> str:
        """Where problems with it are said to stand."""
        return self.option or _OPTIONS.get(self.path) or f"--set {self.path}"


class _NoSuchPlaceError(Exception):
    """The path leads nowhere; the message says where it ends."""


def apply_edits(document: Document, edits: tuple[Edit, ...]) -> None:
    """Put each edit into the document's tree; what cannot be put there is a problem of the document."""
    for edit in edits:
        value = _value(edit, document)
        if value is None:
            continue
        document.labels.append(edit.label)
        try:
            document.tree = _put(document, document.tree, _steps(edit.path), value.tree, ())
        except _NoSuchPlaceError as error:
            _note(document, edit, BAD_PATH, f"the path {edit.path!r:.80} leads nowhere: {error}")


def _value(edit: Edit, document: Document) -> Document | None:
    """The value, read as YAML; none if it is not. A file must not be empty or null, a value may be null."""
    if edit.value.strip() in _NULLS:
        return Document(file=edit.label)
    read = parse(edit.value, edit.label)
    if read.tree is None and read.problems[0].code == EMPTY:
        _note(document, edit, BAD_VALUE, f"no value is given for {edit.path!r:.80}; null stands for none")
        return None
    if read.problems:
        _note(document, edit, BAD_VALUE, f"the value of {edit.path!r:.80} cannot be read: {read.problems[0].message}")
        return None
    return read


def _note(document: Document, edit: Edit, code: str, message: str) -> None:
    document.problems.append(Problem(code=code, message=message, path=edit.path, mark=Mark(file=edit.label)))


def _steps(path: str) -> list[str]:
    found = [plain or inner for plain, inner in _STEP.findall(path)] if len(path) <= LONGEST_PATH else []
    if not found or _STEP.sub("", path):
        raise _NoSuchPlaceError("a path looks like queue.wait, jobs[0].shots or jobs.energy.shots")
    return found


def _put(document: Document, node: Tree, steps: list[str], value: Tree, at: Path) -> Tree:
    """A copy of the node with the value in it; containers that do not change are shared."""
    if not steps:
        return value
    step, rest = steps[0], steps[1:]
    node = _opened(node, at)
    if isinstance(node, dict):
        inner = _put(document, node.get(step), rest, value, (*at, step))
        copy: Tree = {**node, step: inner}
        document.moved(node, copy, list(copy).index(step) * 2 + 1, is_new=not rest)
        return copy
    if isinstance(node, list):
        index = _index(node, step)
        inner = _put(document, node[index], rest, value, (*at, index))
        copy = [*node[:index], inner, *node[index + 1 :]]
        document.moved(node, copy, index, is_new=not rest)
        return copy
    raise _NoSuchPlaceError(f"{at[-1]!r} holds a single value, so nothing in it is called {step!r:.40}")


def _opened(node: Tree, at: Path) -> Tree:
    """A mapping where there was none, or where the file uses the short form of one."""
    if node is None:
        return {}
    if isinstance(node, str) and at in (("backend",), ("plan",)):
        return {"profile": node}
    if at == ("queue",) and not isinstance(node, dict):
        return {"profile": node} if isinstance(node, str) and not is_duration(node) else {"wait": node}
    return node


def _index(node: list[Tree], step: str) -> int:
    """The entry of a list, by its number from 0 or by its name."""
    names = [_name(entry) for entry in node]
    if step in names:
        return names.index(step)
    if re.fullmatch(r"[0-9]{1,9}", step) and int(step) < len(node):
        return int(step)
    known = ", ".join(repr(name) for name in names[:5] if name)
    raise _NoSuchPlaceError(f"no entry {step!r:.40} among {len(node)}" + (f" ({known})" if known else ""))


def _name(entry: Tree) -> str:
    name = entry.get("loop", entry.get("name")) if isinstance(entry, dict) else None
    return name if isinstance(name, str) else ""
