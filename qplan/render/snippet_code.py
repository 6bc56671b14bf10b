"""Python source as text: names that are safe to define, literals, and lines that fit their width."""

from __future__ import annotations

import builtins
import keyword
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

WIDTH = 88
INDENT = 4
LONGEST_NAME = 20
ENDING = 6
"""Characters kept at the end of a longer name, where numbers stand."""
LONGEST_LABEL = 40
CHUNK = 48


@dataclass(frozen=True, slots=True)
class Group:
    """A bracketed expression that may be laid out with a line for each part; commas part it, or just blanks."""

    opening: str
    parts: tuple[Expression, ...]
    closing: str
    comma: bool = True


Expression = str | Group
Line = tuple[int, Expression]
"""How deep a statement stands, and the statement."""


@dataclass(slots=True)
class Names:
    """The names a program defines: each is given out once, and none of ``taken`` ever is."""

    taken: set[str] = field(default_factory=set)
    _last: dict[str, int] = field(default_factory=dict)

    def take(self, wanted: str) -> str:
        """``wanted``, or with a number behind when it is taken."""
        name, number = wanted, self._last.get(wanted, 1)
        while name in self.taken or keyword.iskeyword(name) or keyword.issoftkeyword(name) or hasattr(builtins, name):
            number += 1
            name = f"{wanted}_{number}"
        self._last[wanted] = number
        self.taken.add(name)
        return name


def identifier(text: str) -> str:
    """A short ASCII name made from any text; not yet one that is free."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    name = re.sub(r"\W+", "_", plain).strip("_").lower()
    if len(name) > LONGEST_NAME:
        name = f"{name[: LONGEST_NAME - ENDING - 1]}_{name[-ENDING:]}"
    name = re.sub(r"_+", "_", name)
    return name if name.isidentifier() else f"job_{name}".rstrip("_")


def label(text: str) -> str:
    """The literal of a text that is only told, not looked up: cut so that it stays short, escapes counted."""
    shown = text[:LONGEST_LABEL]
    while len(repr(shown)) > LONGEST_LABEL + 2:
        shown = shown[:-1]
    return repr(shown if shown == text else f"{shown[:-3]}...")


def literal(value: object) -> Expression:
    """A value as source; dictionaries, sequences and long texts can be broken over lines."""
    match value:
        case Mapping():
            return Group("{", tuple(_prefixed(f"{key!r}: ", literal(v)) for key, v in value.items()), "}")
        case list():
            return Group("[", tuple(map(literal, value)), "]")
        case str() if len(repr(value)) > CHUNK:
            return Group("(", tuple(repr(part) for part in _chunks(value)), ")", comma=False)
        case _:
            return repr(value)


def call(function: str, *arguments: Expression) -> Group:
    """A call."""
    return Group(f"{function}(", arguments, ")")


def assign(name: str, value: Expression) -> Expression:
    """A value bound to a name: ``energy``, or ``mode=`` for a keyword."""
    if name.endswith("="):
        return _prefixed(name, value)
    if isinstance(value, str) and len(name) + len(value) > WIDTH - 4 * INDENT:
        return Group(f"{name} = (", (value,), ")", comma=False)
    return _prefixed(f"{name} = ", value)


def then(value: Expression, tail: str) -> Expression:
    """A value with something that follows it directly, such as ``.result()``."""
    if isinstance(value, str):
        return value + tail
    return Group(value.opening, value.parts, value.closing + tail, comma=value.comma)


def deeper(lines: Iterable[Line]) -> list[Line]:
    """The same statements, one level further in."""
    return [(depth + 1, expression) for depth, expression in lines]


def flush(*expressions: Expression) -> list[Line]:
    """Statements at the left margin."""
    return [(0, expression) for expression in expressions]


def one_line(expression: Expression) -> str:
    """An expression, however long."""
    if isinstance(expression, str):
        return expression
    between = ", " if expression.comma else " "
    return expression.opening + between.join(map(one_line, expression.parts)) + expression.closing


def source(lines: Iterable[Line]) -> str:
    """The program; ends with a newline."""
    return "".join(f"{row}\n" for depth, expression in lines for row in _laid(expression, depth * INDENT, ""))


def _laid(expression: Expression, indent: int, tail: str) -> list[str]:
    line = " " * indent + one_line(expression) + tail
    if isinstance(expression, str) or len(line) <= WIDTH or not expression.parts:
        return [line.rstrip()]
    between = "," if expression.comma else ""
    rows = [" " * indent + expression.opening]
    for part in expression.parts:
        rows += _laid(part, indent + INDENT, between)
    return [*rows, " " * indent + expression.closing + tail]


def _prefixed(prefix: str, value: Expression) -> Expression:
    if isinstance(value, str):
        return prefix + value
    return Group(prefix + value.opening, value.parts, value.closing, comma=value.comma)


def _chunks(text: str) -> Iterable[str]:
    """Pieces whose literals stay short even if every character is escaped."""
    step = CHUNK if text.isascii() and text.isprintable() else CHUNK // 10
    return (text[start : start + step] for start in range(0, len(text), step))
