"""YAML text to plain objects, with the place of every key and value; the only file that reads YAML.

Built from the events of libyaml (or of PyYAML's own parser, where libyaml is missing) in one pass.
Values follow YAML 1.2's core schema, keys are always text. Tags, merge keys, several documents and
whatever could grow without bound are refused.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NoReturn

import yaml
from yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    StreamEndEvent,
)

from qplan.errors import Problem
from qplan.parse.document import Document, Tree, packed, unpacked
from qplan.parse.scalars import Scalar, plain_scalar
from qplan.parse.yaml_errors import not_unicode, syntax_problem

MAX_DEPTH: Final = 64
MAX_NODES: Final = 1_000_000
MAX_KEYS: Final = 10_000
MOST_PROBLEMS: Final = 1000
MAX_ALIASED_NODES: Final = 100_000
_OPEN: Final = object()
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def parse(text: str, file: str) -> Document:
    """Read one YAML document; what is wrong with it is in ``problems``, then the tree may be partial."""
    document = Document(file=file)
    try:
        _Builder(text, document).build()
    except _StopReadingError as stop:
        document.problems.append(stop.problem)
    except yaml.YAMLError as error:
        document.problems.append(syntax_problem(error, text, file))
    except (ValueError, OverflowError):
        document.problems.append(not_unicode(file))
    return document


class _StopReadingError(Exception):
    """A problem after which reading on makes no sense."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


class _Builder:
    """Turns events into objects; recursion is bounded by ``MAX_DEPTH``."""

    def __init__(self, text: str, document: Document) -> None:
        self._next: Callable[[], Any] = _LOADER(text).get_event
        self._document = document
        self._places = document.places
        self._anchors: dict[str, tuple[object, int]] = {}
        self._nodes = 0
        self._aliased = 0

    def build(self) -> None:
        self._next()  # the start of the stream
        start = self._next()
        if type(start) is StreamEndEvent:
            self._stop("QP002", "the file is empty", start)
        first = self._next()
        document = self._document
        document.root = _place(first)
        document.tree = self._node(first, 1)
        if document.tree is None:
            self._stop("QP002", "the file is empty", first)
        while type(event := self._next()) is not StreamEndEvent:
            if type(event) is not DocumentEndEvent:
                self._stop("QP004", "a second document begins here; a file holds one", event)

    def _node(self, event: Any, depth: int) -> Tree:  # noqa: ANN401 - PyYAML's event classes carry no types
        self._nodes += 1
        if self._nodes > MAX_NODES:
            self._stop("QP013", f"more than {MAX_NODES:,} values; use count, iterations or copies", event)
        kind = type(event)
        if kind is AliasEvent:
            return self._alias(event)
        if event.tag is not None:
            self._stop("QP005", f"the tag {event.tag!r:.40} is not supported; leave it out", event)
        if depth > MAX_DEPTH:
            self._stop("QP008", f"nested deeper than {MAX_DEPTH} levels", event)
        name, before = event.anchor, self._nodes
        if name is not None:
            self._anchors[name] = (_OPEN, 0)
        if kind is ScalarEvent:
            value: Tree = self._scalar(event)
        else:
            value = self._mapping(depth) if kind is MappingStartEvent else self._sequence(depth)
        if name is not None:
            self._anchors[name] = (value, self._nodes - before + 1)
        return value

    def _mapping(self, depth: int) -> dict[str, Tree]:
        mapping: dict[str, Tree] = {}
        places: list[int] = []
        following = self._next
        while type(event := following()) is not MappingEndEvent:
            if type(event) is not ScalarEvent or event.tag is not None or event.anchor is not None:
                self._refuse_key(event)
            key = event.value
            inner = following()
            if type(inner) is ScalarEvent and inner.tag is None and inner.anchor is None:
                value: Tree = self._scalar(inner)
            else:
                value = self._node(inner, depth + 1)
            if key in mapping or (key == "<<" and event.implicit[0]) or len(mapping) > MAX_KEYS:
                self._refuse_entry(key, event, mapping, places)
            else:
                mapping[key] = value
                places += (_place(event), _place(inner))
        self._nodes += len(mapping)
        self._places[id(mapping)] = places
        return mapping

    def _sequence(self, depth: int) -> list[Tree]:
        values: list[Tree] = []
        places: list[int] = []
        following = self._next
        while type(event := following()) is not SequenceEndEvent:
            values.append(self._node(event, depth + 1))
            places.append(_place(event))
        self._places[id(values)] = places
        return values

    def _scalar(self, event: Any) -> Scalar:  # noqa: ANN401
        if not event.implicit[0]:
            return event.value  # type: ignore[no-any-return]
        try:
            return plain_scalar(event.value)
        except OverflowError as error:
            self._note("QP009", str(error), event)
            return None

    def _alias(self, event: Any) -> Tree:  # noqa: ANN401
        value, size = self._anchors.get(event.anchor, (None, 0))
        if size == 0:
            why = (
                "stands inside what it repeats" if value is _OPEN else "repeats an anchor that is not defined before it"
            )
            self._stop("QP007", f"the alias *{event.anchor:.40} {why}", event)
        self._nodes += size
        self._aliased += size
        if self._aliased > MAX_ALIASED_NODES:
            self._stop("QP007", f"aliases repeat more than {MAX_ALIASED_NODES:,} nodes", event)
        return value

    def _refuse_key(self, event: Any) -> NoReturn:  # noqa: ANN401
        self._stop("QP010", "a key must be plain text, not a list, a mapping, an alias or a tagged value", event)

    def _refuse_entry(self, key: str, event: Event, mapping: dict[str, Tree], places: list[int]) -> None:
        if len(mapping) > MAX_KEYS:
            self._stop("QP013", f"more than {MAX_KEYS:,} keys in one mapping", event)
        if key not in mapping:
            self._note("QP006", "merge keys (<<) are not part of YAML 1.2; write the keys out", event)
            return
        first = unpacked(self._document.file, places[2 * list(mapping).index(key)])
        where = f"first at line {first.line}, column {first.column}"
        self._note("QP003", f"the key {key!r:.60} is repeated ({where}); keep one of the two", event)

    def _note(self, code: str, message: str, event: Event) -> None:
        if len(self._document.problems) >= MOST_PROBLEMS:
            self._stop("QP107", f"there are more than {MOST_PROBLEMS:,} problems; the first are shown", event)
        self._document.problems.append(self._problem(code, message, event))

    def _stop(self, code: str, message: str, event: Event) -> NoReturn:
        raise _StopReadingError(self._problem(code, message, event))

    def _problem(self, code: str, message: str, event: Event) -> Problem:
        return Problem(code=code, message=message, mark=unpacked(self._document.file, _place(event)))


def _place(event: Any) -> int:  # noqa: ANN401 - PyYAML's marks may be None, those of a parser's events never are
    mark = event.start_mark
    return packed(mark.line, mark.column)
