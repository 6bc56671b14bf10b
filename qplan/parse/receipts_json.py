"""JSON and JSON Lines to a tree: numbers with a fraction exact, what JSON does not have refused, all bounded."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from qplan.errors import Mark
from qplan.parse.document import Path, Tree
from qplan.parse.kinds import given
from qplan.parse.receipts_page import MAX_RECEIPTS, TOO_MANY_VALUES, UNREAD, Page
from qplan.parse.yaml12 import MAX_DEPTH

NOT_JSON, REPEATED, TOO_DEEP, NOT_FINITE = "QP601", "QP003", "QP008", "QP009"
MAX_VALUES: Final = 2_000_000
_LONGEST_WHOLE: Final = 18
_LONGEST_NUMBER: Final = 64
_CLIP: Final = 12
_PRINTED: Final = "this looks like Python's print of a dictionary; write it with json.dump"
_CUT: Final = "the file seems to be cut off; fetch it again"


@dataclass(frozen=True, slots=True)
class Beyond:
    """A number that no receipt holds: NaN, Infinity, or one of too many digits. Told of when the tree is walked."""

    text: str


class _Repeating(dict[str, Tree]):
    """A mapping with a key that stood in it twice."""

    repeated: str = ""


def read_json(text: str, page: Page) -> None:
    """Fill the page's tree from JSON, or from JSON Lines if the first line is a whole value and more follow."""
    if sum(map(text.count, ",[{")) > MAX_VALUES:
        page.error(TOO_MANY_VALUES, f"more than {MAX_VALUES:,} values; split the file", ())
        return
    whole = _decoded(text)
    if isinstance(whole, _Fault) and _is_lines(text):
        _read_lines(text, page)
    elif isinstance(whole, _Fault):
        _tell(whole, page, 1)
    else:
        page.tree = whole.tree
    _walk(page.tree, (), page)
    if any(problem.code == TOO_DEEP for problem in page.problems):
        page.tree = None  # those who walk it after are bounded by its depth


@dataclass(frozen=True, slots=True)
class _Fault:
    """What could not be read: the line and column in its text, 0 if not known."""

    code: str
    message: str
    hint: str = ""
    line: int = 0
    column: int = 0


@dataclass(frozen=True, slots=True)
class _Whole:
    tree: Tree


def _decoded(text: str) -> _Whole | _Fault:
    try:
        return _Whole(_DECODER.decode(text))
    except json.JSONDecodeError as error:
        cut = error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string")
        hint = _CUT if cut else _PRINTED if text.lstrip("[ \n").startswith("{'") else ""
        told = (error.msg[:1].lower() + error.msg[1:]).removesuffix(" at").removesuffix(" starting")
        return _Fault(NOT_JSON, f"not valid JSON: {told}", hint, error.lineno, error.colno)
    except RecursionError:
        return _Fault(TOO_DEEP, f"nested deeper than {MAX_DEPTH} levels")


def _is_lines(text: str) -> bool:
    """Whether the first line alone is a value, and not all there is."""
    lines = _lines(text)
    _, first = next(lines)
    return isinstance(_decoded(first), _Whole) and next(lines, None) is not None


def _lines(text: str) -> Iterator[tuple[int, str]]:
    return ((number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip())


def _read_lines(text: str, page: Page) -> None:
    """One value a line; a line that cannot be read leaves an entry that is not read."""
    entries: list[Tree] = []
    lines: list[int] = []
    for number, line in _lines(text):
        if len(entries) == MAX_RECEIPTS:
            mark = Mark(file=page.file, line=number, column=1)
            page.error(TOO_MANY_VALUES, f"more than {MAX_RECEIPTS:,} receipts; split the file", (), mark=mark)
            return
        read = _decoded(line)
        if isinstance(read, _Fault):
            _tell(read, page, number)
        entries.append(UNREAD if isinstance(read, _Fault) else read.tree)
        lines.append(number)
    page.tree, page.lines = entries, lines


def _tell(fault: _Fault, page: Page, first: int) -> None:
    mark = Mark(file=page.file, line=first + max(fault.line - 1, 0), column=fault.column or 1)
    page.error(fault.code, fault.message, (), fault.hint, mark=mark)


def _walk(tree: Tree, path: Path, page: Page) -> None:
    """Tell of what the decoder only marked, and of what is too deep."""
    if isinstance(tree, Beyond):
        page.error(NOT_FINITE, page.said(path, f"{tree.text} is not a number that a receipt can hold"), path)
        return
    if isinstance(tree, _Repeating):
        told = f"the key {given(tree.repeated)} is repeated; keep one of the two"
        page.error(REPEATED, page.said(path, told), path)
    if len(path) > MAX_DEPTH:
        page.error(TOO_DEEP, f"nested deeper than {MAX_DEPTH} levels", ())
        return
    steps: Any = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for step, value in steps:
        if isinstance(value, dict | list | Beyond):
            _walk(value, (*path, step), page)


def _mapping(pairs: list[tuple[str, Tree]]) -> dict[str, Tree]:
    mapping = dict(pairs)
    if len(mapping) == len(pairs):
        return mapping
    found = _Repeating(mapping)
    [(found.repeated, _)] = Counter(key for key, _ in pairs).most_common(1)
    return found


def _whole(text: str) -> int | Beyond:
    return int(text) if len(text.lstrip("-")) <= _LONGEST_WHOLE else Beyond(_clipped(text))


def _fraction(text: str) -> Decimal | Beyond:
    try:
        finite = len(text) <= _LONGEST_NUMBER and math.isfinite(float(text))
        return Decimal(text) if finite else Beyond(_clipped(text))
    except InvalidOperation:  # an exponent that even Decimal does not hold
        return Beyond(_clipped(text))


def _clipped(text: str) -> str:
    return text if len(text) <= _LONGEST_WHOLE else f"{text[:_CLIP]}... ({len(text):,} characters)"


_DECODER: Final = json.JSONDecoder(
    parse_int=_whole, parse_float=_fraction, parse_constant=Beyond, object_pairs_hook=_mapping
)
