"""What was read from a file: the tree of its values, and where each of them stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from qplan.errors import Mark, Problem

Tree = Any
Path = tuple[str | int, ...]

_COLUMNS: Final = 1 << 25


@dataclass(slots=True)
class Document:
    """A tree of dicts, lists and scalars, and where each node stands.

    ``places`` maps the ``id`` of a container to packed places: of each value of a list, of each key
    and its value, in turn, of a mapping. Containers that are shared through an alias are one object.
    A negative place is an edit from the command line: -1 is the first of ``labels``.
    """

    file: str
    tree: Tree = None
    root: int = 0
    places: dict[int, list[int]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    kept: list[Tree] = field(default_factory=list)

    def mark(self, path: Path, *, key: bool = False) -> Mark:
        """Where the value at ``path`` stands, or its key; for a path that is not there, its nearest parent."""
        node, place = self.tree, self.root
        for i, step in enumerate(path):
            found = self._place(node, step, key=key and i == len(path) - 1)
            if found is None:
                break
            place, node = found, node[step]
        return Mark(file=self.labels[-place - 1]) if place < 0 else unpacked(self.file, place)

    def moved(self, old: Tree, new: Tree, changed: int, *, is_new: bool) -> None:
        """Take over the places of a container for its copy, where one was changed by the last edit."""
        edited = -len(self.labels)
        places = list(self.places.get(id(old), ()))
        grown = [edited] * (changed + 1 - len(places))
        places += grown
        if is_new and not grown:
            places[changed] = edited
        self.places[id(new)] = places
        self.kept += (old, new)

    def _place(self, node: Tree, step: str | int, *, key: bool) -> int | None:
        places = self.places.get(id(node))
        if places is None:
            return None
        if isinstance(node, dict):
            return places[2 * list(node).index(step) + (not key)] if step in node else None
        return places[step] if isinstance(step, int) and 0 <= step < len(node) else None


def packed(line: int, column: int) -> int:
    """A place, both counted from 0, as one integer."""
    return line * _COLUMNS + column


def unpacked(file: str, place: int) -> Mark:
    """The mark of a packed place."""
    line, column = divmod(place, _COLUMNS)
    return Mark(file=file, line=line + 1, column=column + 1)
