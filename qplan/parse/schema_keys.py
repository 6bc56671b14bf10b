"""Walks the schema: which keys stand where, for hints and for the documentation."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from difflib import get_close_matches
from functools import cache
from itertools import takewhile
from types import NoneType, UnionType
from typing import Annotated, Any, NamedTuple, Union, get_args, get_origin

from pydantic import Tag
from pydantic.fields import FieldInfo

from qplan.parse.holders import Shape
from qplan.parse.schema import WorkloadFile
from qplan.parse.schema_durations import DURATION_KEYS, Spread, is_spread

Location = tuple[str | int, ...]


class Key(NamedTuple):
    """A key of the format: the path of its place (``jobs[].options``), the mapping it stands in, itself."""

    place: str
    shape: type[Shape]
    name: str
    field: FieldInfo

    @property
    def path(self) -> str:
        """Place and name."""
        return f"{self.place}.{self.name}" if self.place else self.name


@cache
def all_keys() -> tuple[Key, ...]:
    """Every key of the format, outer ones first; the keys of durations once only, at their own place."""
    return (*_keys_of(WorkloadFile, ""), *_keys_in(Spread, "DURATION"))


def shape_at(location: Location) -> type[Shape] | None:
    """The mapping at a location of pydantic (its tags included); ``None`` if there is none."""
    kind: Any = WorkloadFile
    for step in location:
        kind = _inner(kind, step)
    return kind if isinstance(kind, type) and issubclass(kind, Shape) else None


def hint_for(unknown: str, location: Location, unfit: Container[str] = ()) -> str:
    """What an unknown key at a location may have been meant to be; ``unfit`` keys are not listed."""
    shape = shape_at(location)
    known = list(shape.model_fields) if shape else list(DURATION_KEYS)
    nearest = get_close_matches(unknown, known, n=1)
    if nearest:
        return f"did you mean {nearest[0]!r}?"
    elsewhere = [key.path for key in all_keys() if key.name == unknown]
    if elsewhere:
        here = re.sub(r"\.<\w+>|^<\w+>", "", "".join(_written(step) for step in location)).removeprefix(".")
        return f"it belongs at {max(elsewhere, key=lambda path: (_shared(here, path), -len(path)))}"
    return f"known keys: {', '.join(key for key in known if key not in unfit)}"


def _shared(one: str, other: str) -> int:
    """How many steps two paths have in common from the start."""
    steps = zip(one.split("."), other.split("."), strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], steps))


def _written(step: str | int) -> str:
    return "[]" if isinstance(step, int) else f".{step}"


def _keys_of(shape: type[Shape], place: str) -> Iterator[Key]:
    for name, field in shape.model_fields.items():
        yield Key(place, shape, name, field)
    for name, field in shape.model_fields.items():
        if not is_spread(field.annotation):
            yield from _keys_in(field.annotation, f"{place}.{name}" if place else name)


def _keys_in(kind: Any, place: str) -> Iterator[Key]:  # noqa: ANN401 - any annotation
    """The keys inside an annotation; those of durations are left to their own place."""
    if isinstance(kind, type) and issubclass(kind, Shape):
        yield from _keys_of(kind, place)
    elif get_origin(kind) is list:
        yield from _keys_in(get_args(kind)[0], f"{place}[]")
    elif place == "DURATION" or not is_spread(kind):
        for inner in get_args(kind) if _is_wrapper(kind) else ():
            yield from _keys_in(inner, place)


def _inner(kind: Any, step: str | int) -> Any:  # noqa: ANN401
    """The annotation one step further in."""
    if isinstance(kind, type) and issubclass(kind, Shape):
        return _plain(kind.model_fields[str(step)].annotation) if step in kind.model_fields else None
    if get_origin(kind) is list:
        return _plain(get_args(kind)[0])
    for branch in get_args(kind):
        if any(isinstance(mark, Tag) and mark.tag == step for mark in getattr(branch, "__metadata__", ())):
            return _plain(branch)
    return None


def _plain(kind: Any) -> Any:  # noqa: ANN401
    """An annotation without its marks and without the ``None`` of a key that may be omitted."""
    if get_origin(kind) is Annotated:
        return _plain(get_args(kind)[0])
    inner = [one for one in get_args(kind) if one is not NoneType]
    return _plain(inner[0]) if _is_wrapper(kind) and len(inner) == 1 else kind


def _is_wrapper(kind: Any) -> bool:  # noqa: ANN401
    return get_origin(kind) in (Annotated, Union, UnionType)
