"""A workload's tree laid flat, to be compared with what it was, and made a tree again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from qplan.errors import FileError
from qplan.model.inputs import OWN_FILE, Inputs, path_of, steps_of
from qplan.parse.document import Path, Tree
from qplan.parse.own_profiles import is_path
from qplan.parse.reader import read_text
from qplan.parse.scalars import plain_scalar
from qplan.parse.traces import Folder

UNREADABLE: Final = "unreadable"
_FOR_READERS: Final = ("description",)
_LISTS_OF_NAMES: Final = "jobs"
_CODED: Final = ('"', "[", "{")


def inputs_of(tree: Tree, folder: Folder) -> Inputs:
    """What the file says, key by key, and a digest of each file that it names.

    The description and keys that begin with ``x-`` are for readers and other programs, and left out.
    """
    if not isinstance(tree, dict):
        return ()
    kept = {key: value for key, value in tree.items() if key not in _FOR_READERS and not key.startswith("x-")}
    flat = [(path_of(path), text) for path, text in _flat(kept, ())]
    named = ((f"{OWN_FILE}{name}", digest_of_file(name, folder)) for name in sorted(set(files_of(tree))))
    return (*flat, *named)


def files_of(tree: Tree) -> Iterator[str]:
    """The files that a workload names, as it names them: profiles of the user's own, and traces."""
    if not isinstance(tree, dict):
        return
    usage = tree.get("usage")
    chosen = [tree.get("backend"), tree.get("plan"), usage.get("model") if isinstance(usage, dict) else None]
    names = [choice.get("profile") if isinstance(choice, dict) else choice for choice in chosen]
    yield from (name for name in names if isinstance(name, str) and is_path(name))
    yield from traces_of(tree)


def traces_of(tree: Tree) -> Iterator[str]:
    """The traces that any mapping of a tree names."""
    waiting, seen = [tree], set()
    while waiting:
        node = waiting.pop()
        if not isinstance(node, dict | list) or id(node) in seen:  # an alias repeats a node
            continue
        seen.add(id(node))
        waiting += node.values() if isinstance(node, dict) else node
        if isinstance(node, dict) and isinstance(node.get("trace"), str):
            yield node["trace"]


def tree_of(inputs: Iterable[tuple[str, str]]) -> Tree:
    """The tree that was laid flat. Raises ``ValueError`` for what no file was laid flat to."""
    root: dict[str | int, Tree] = {}
    for path, text in inputs:
        if path.startswith(OWN_FILE):
            continue
        steps = steps_of(path)
        node = root
        for step in steps[:-1]:
            node = node.setdefault(step, _Branch())
            if not isinstance(node, _Branch):
                raise ValueError(f"{path!r:.80} leads into a single value")
        if not steps or steps[-1] in node:
            raise ValueError(f"{path!r:.80} stands twice")
        node[steps[-1]] = _value(text)
    return _grown(root)


def text_of_inputs(inputs: Iterable[tuple[str, str]]) -> str:
    """A workload file of these inputs. Raises ``ValueError`` as ``tree_of``."""
    return json.dumps(tree_of(inputs), ensure_ascii=False)


class _Branch(dict[str | int, Tree]):
    """A node on the way; an empty mapping of the file is a value."""


def _grown(branch: Mapping[str | int, Tree], key: str | int = "") -> Tree:
    """The branch as a mapping, or as the list that its steps show it to be."""
    grown = {step: _grown(node, step) if isinstance(node, _Branch) else node for step, node in branch.items()}
    if any(isinstance(step, int) for step in grown) or (key == _LISTS_OF_NAMES and grown):
        return list(grown.values())
    return grown


def _flat(node: Tree, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(node, dict) and node:
        for key, value in node.items():
            yield from _flat(value, (*path, key))
    elif isinstance(node, list) and any(isinstance(entry, dict | list) for entry in node):
        for step, entry in zip(_steps(node, path), node, strict=True):
            yield from _flat(entry, (*path, step))
    else:
        yield path, _text(node)


def _steps(entries: list[Tree], path: Path) -> list[str | int]:
    """How the entries of a list are told apart: those of ``jobs`` by their names, where these are their own."""
    numbers: list[str | int] = [*range(len(entries))]
    if path[-1:] != (_LISTS_OF_NAMES,):
        return numbers
    names = [_name(entry) for entry in entries]
    unique = len(set(names)) == len(names) and all(names)
    return [*names] if unique else numbers


def _name(entry: Tree) -> str:
    name = entry.get("loop", entry.get("name")) if isinstance(entry, dict) else None
    return name if isinstance(name, str) else ""


def _text(value: Tree) -> str:
    """A single value as YAML would have it; a text that would be read as anything else is quoted."""
    if not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return value if _reads_as_itself(value) else json.dumps(value, ensure_ascii=False)


def _reads_as_itself(text: str) -> bool:
    if text.startswith(_CODED) or not text.isprintable():
        return False
    try:
        return isinstance(plain_scalar(text), str)
    except OverflowError:
        return False


def _value(text: str) -> Tree:
    """Raises ``ValueError`` for a text that ``_text`` does not write."""
    try:
        return json.loads(text) if text.startswith(_CODED) else plain_scalar(text)
    except (OverflowError, RecursionError) as error:
        raise ValueError(str(error)) from None


def digest_of_file(name: str, folder: Folder) -> str:
    """A digest of what a file holds that a workload names."""
    try:
        text = read_text(folder.file(name))
    except (FileError, ValueError):
        return UNREADABLE
    return f"sha256 {hashlib.sha256(text.encode()).hexdigest()[:32]}"
