"""JSON that qplan wrote to a tree: what JSON does not have is refused, and all is bounded, whoever wrote it."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from qplan.errors import Mark, Problem
from qplan.parse.document import Tree
from qplan.parse.yaml12 import MAX_DEPTH

NOT_JSON: Final = "QP801"
MAX_VALUES: Final = 2_000_000
_LONGEST_WHOLE, _LONGEST_NUMBER = 18, 64
_CUT: Final = "the file seems to be cut off; write it again"


def tree_of_json(text: str, file: str) -> tuple[Tree, tuple[Problem, ...]]:
    """The tree of a document, or what is wrong with it: ``None`` and one problem."""
    if sum(map(text.count, ",[{")) > MAX_VALUES:
        return None, (_problem(f"it holds more than {MAX_VALUES:,} values", file),)
    try:
        tree = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        cut = error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string")
        told = (error.msg[:1].lower() + error.msg[1:]).removesuffix(" at").removesuffix(" starting")
        mark = Mark(file=file, line=error.lineno, column=error.colno)
        return None, (Problem(code=NOT_JSON, message=f"not valid JSON: {told}", hint=_CUT if cut else "", mark=mark),)
    except _RefusedError as error:
        return None, (_problem(str(error), file),)
    except RecursionError:
        return None, (_problem(_TOO_DEEP, file),)
    return (None, (_problem(_TOO_DEEP, file),)) if _is_deep(tree) else (tree, ())


_TOO_DEEP: Final = f"nested deeper than {MAX_DEPTH} levels"


class _RefusedError(Exception):
    """Something that JSON does not have, or that no document of qplan holds."""


def _problem(message: str, file: str) -> Problem:
    return Problem(code=NOT_JSON, message=f"not a document of qplan: {message}", mark=Mark(file=file))


def _is_deep(tree: Tree) -> bool:
    level, depth = [tree], 0
    while level and depth <= MAX_DEPTH:
        level = [inner for node in level for inner in _inside(node)]
        depth += 1
    return bool(level)


def _inside(node: Tree) -> Iterator[Tree]:
    inner: Any = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    return (value for value in inner if isinstance(value, dict | list))


def _mapping(pairs: list[tuple[str, Tree]]) -> dict[str, Tree]:
    mapping = dict(pairs)
    if len(mapping) < len(pairs):
        [(twice, _)] = Counter(key for key, _ in pairs).most_common(1)
        raise _RefusedError(f"the key {twice!r:.60} is repeated")
    return mapping


def _whole(text: str) -> int:
    if len(text.lstrip("-")) > _LONGEST_WHOLE:
        raise _RefusedError(f"a number of {len(text):,} digits")
    return int(text)


def _fraction(text: str) -> Decimal:
    try:
        if len(text) <= _LONGEST_NUMBER and math.isfinite(float(text)):
            return Decimal(text)
    except InvalidOperation:  # an exponent that even Decimal does not hold
        pass
    raise _RefusedError("a number out of range")


def _constant(text: str) -> Tree:
    raise _RefusedError(f"{text} is not a number")


_DECODER: Final = json.JSONDecoder(
    parse_int=_whole, parse_float=_fraction, parse_constant=_constant, object_pairs_hook=_mapping
)
