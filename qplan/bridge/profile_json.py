"""JSON of a device's configuration or properties to a tree: every number a ``Decimal``, all bounded, no Qiskit."""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from qplan.errors import Mark, Problem, WorkloadError
from qplan.parse.reader import read_text, shown
from qplan.render.safe import plain

NOT_JSON, REPEATED, TOO_DEEP = "QP601", "QP003", "QP008"
MAX_VALUES: Final = 2_000_000
"""A device of 1,000 qubits takes some 150,000."""
_CUT: Final = "the file seems to be cut off; write it again"
_HOW: Final = "write it with json.dump, as docs/data.md shows"


class _RepeatedError(Exception):
    """A key that stands twice in one object."""


def read_json(path: str) -> Any:  # noqa: ANN401 - whatever the file holds
    """The tree of a JSON file; NaN and infinities are read as such, for whoever takes the number to refuse.

    Raises ``FileError`` if the file cannot be read, ``WorkloadError`` if it is not JSON or holds too much.
    """
    text, file = read_text(path), shown(path)
    if not text.strip():
        raise _refused(NOT_JSON, "the file is empty", _HOW, file)
    if sum(map(text.count, ",[{")) > MAX_VALUES:
        raise _refused(NOT_JSON, f"more than {MAX_VALUES:,} values: not the description of a device", _HOW, file)
    try:
        return _DECODER.decode(text)
    except json.JSONDecodeError as error:
        told = (error.msg[:1].lower() + error.msg[1:]).removesuffix(" at").removesuffix(" starting")
        cut = error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string")
        mark = Mark(file=file, line=error.lineno, column=error.colno)
        problem = Problem(code=NOT_JSON, message=f"not valid JSON: {told}", hint=_CUT if cut else _HOW, mark=mark)
        raise WorkloadError([problem]) from None
    except _RepeatedError as error:
        raise _refused(REPEATED, f"the key {error} is repeated; keep one of the two", "", file) from None
    except RecursionError:
        raise _refused(TOO_DEEP, "nested too deep", _HOW, file) from None


def _refused(code: str, message: str, hint: str, file: str) -> WorkloadError:
    return WorkloadError([Problem(code=code, message=message, hint=hint, mark=Mark(file=file))])


def _number(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:  # an exponent that even Decimal does not hold
        return Decimal("Infinity")


def _mapping(pairs: list[tuple[str, object]]) -> dict[str, object]:
    mapping = dict(pairs)
    if len(mapping) < len(pairs):
        [(twice, _)] = Counter(key for key, _ in pairs).most_common(1)
        raise _RepeatedError(plain(repr(twice[:40])))
    return mapping


_DECODER: Final = json.JSONDecoder(
    parse_int=_number, parse_float=_number, parse_constant=Decimal, object_pairs_hook=_mapping
)
