"""Observables from a file: sums of Pauli terms, one or an array of them, and the groups measured together."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from qplan.errors import UsageError
from qplan.parse.reader import read_text, shown
from qplan.render.safe import plain

if TYPE_CHECKING:
    from qiskit.quantum_info import SparsePauliOp

Observable = dict[str, float]
"""The coefficients of Pauli labels; the last letter is qubit 0, as in ``SparsePauliOp``."""
Observables = Observable | list["Observables"]
"""One observable, or an array of them: lists in lists, as ``EstimatorPub`` takes it."""

MOST_TERMS = 20_000
"""Grouping compares every term with every other: more would take minutes and gigabytes."""
MOST_NESTED = 16
FORMS = 'lines such as ZZI 0.5, or JSON such as [["ZZI", 0.5], ["IXX", 1]] or {"ZZI": 0.5}'
_LABEL = re.compile("[IXYZ]+")


def read_observables(path: str) -> Observables:
    """The observables in a file. Raises ``FileError``, and ``UsageError`` with a line for each thing that is wrong.

    Text: a term and its coefficient on each line (1 if it has none), ``#`` begins a comment, an empty line parts two
    observables. JSON: one observable as a mapping or a list of pairs, or lists of observables as deep as the array is.
    """
    text = read_text(path)
    wrong: list[str] = []
    content = text.lstrip()
    found = _of_json(content, wrong) if content.startswith(("[", "{", '"')) else _of_lines(text, wrong)
    if not wrong:
        wrong += _mismatches(found)
    if wrong:
        raise UsageError("\n".join(f"{shown(path)}: {told}" for told in wrong[:20]))
    return found


def width_of(observables: Observables) -> int:
    """The number of qubits of the terms, which all have the same."""
    return next(len(label) for observable in each(observables) for label in observable)


def each(observables: Observables) -> Iterator[Observable]:
    """Every observable of the array, in its order."""
    if isinstance(observables, dict):
        yield observables
        return
    for inner in observables:
        yield from each(inner)


def shape_of(observables: Observables) -> tuple[int, ...]:
    """The shape of the array; ``()`` for one observable."""
    return () if isinstance(observables, dict) else (len(observables), *shape_of(observables[0]))


def operators(observables: Observables, change: Callable[[SparsePauliOp], SparsePauliOp]) -> Any:  # noqa: ANN401
    """The same array of ``SparsePauliOp``, each changed (laid out on a device, say)."""
    from qiskit.quantum_info import SparsePauliOp

    if isinstance(observables, dict):
        return change(SparsePauliOp.from_list(list(observables.items())))
    return [operators(inner, change) for inner in observables]


def _of_lines(text: str, wrong: list[str]) -> Observables:
    lines = ((number, line.partition("#")[0].strip()) for number, line in enumerate(text.splitlines(), start=1))
    blocks = [list(block) for filled, block in groupby(lines, key=lambda line: bool(line[1])) if filled]
    found = [_of_block(block, wrong) for block in blocks]
    if not found:
        wrong.append(f"holds no observable; write {FORMS}")
        return {}
    return found[0] if len(found) == 1 else [*found]


def _of_block(block: Sequence[tuple[int, str]], wrong: list[str]) -> Observable:
    observable: Observable = {}
    for number, line in block:
        label, _, rest = line.replace("\t", " ").replace(",", " ").partition(" ")
        _add(observable, label, rest.strip().strip("*") or "1", f"line {number}", wrong)
    return observable


def _of_json(text: str, wrong: list[str]) -> Observables:
    try:
        content = json.loads(text, parse_constant=_refuse, object_pairs_hook=once)
        return _of_value(content, "", wrong, 0)
    except (ValueError, RecursionError) as error:
        wrong.append(f"not JSON ({plain(str(error))[:100]}); write {FORMS}")
        return {}


def _refuse(word: str) -> float:
    raise ValueError(f"{word} is not a number")


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A mapping of JSON; a key that stands twice is an error, as the first would be lost."""
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a key stands twice in one mapping")
    return made


def _of_value(value: object, place: str, wrong: list[str], depth: int) -> Observables:
    """An observable where the value is one, else the array whose items it lists."""
    terms = _terms(value)
    if terms is not None:
        observable: Observable = {}
        for index, (label, coefficient) in enumerate(terms):
            _add(observable, label, coefficient, f"{place or 'the observable'}, term {index + 1}", wrong)
        return observable
    if not isinstance(value, list) or not value or depth > MOST_NESTED:
        wrong.append(f"{place or 'the file'}: not an observable; write {FORMS}")
        return {}
    return [_of_value(inner, f"{place}[{index}]", wrong, depth + 1) for index, inner in enumerate(value)]


def _terms(value: object) -> list[tuple[object, object]] | None:
    """The terms of one observable; ``None`` if the value is none."""
    match value:
        case str():
            return [(value, 1)]
        case dict() if value.keys() == {"paulis", "coeffs"}:
            paulis, coefficients = value["paulis"], value["coeffs"]
            paired = isinstance(paulis, list) and isinstance(coefficients, list) and len(paulis) == len(coefficients)
            return list(zip(paulis, coefficients, strict=True)) if paired else None
        case dict() if value:
            return [*value.items()]
        case list() if _is_pair(value[:1]) and all(isinstance(term, list) and len(term) == 2 for term in value):
            return [(label, coefficient) for label, coefficient in value]
        case _:
            return None


def _is_pair(terms: list[Any]) -> bool:
    """Whether the first of a list is a label with its coefficient, and no observable by itself."""
    match terms:
        case [[str(), int() | float() | list()]]:
            return True
        case _:
            return False


def _add(observable: Observable, label: object, coefficient: object, place: str, wrong: list[str]) -> None:
    """Add a term; terms of one label add up."""
    if not isinstance(label, str) or not _LABEL.fullmatch(label):
        wrong.append(f"{place}: a term is written in the letters I, X, Y and Z, not {plain(str(label))[:40]!r}")
        return
    number = _real(coefficient)
    if number is None:
        told = plain(str(coefficient))[:40]
        wrong.append(f"{place}: the coefficient of an observable is a real number, not {told!r}")
        return
    total = observable.get(label, 0.0) + number
    if math.isfinite(total):
        observable[label] = total
    else:
        wrong.append(f"{place}: the coefficients of {label[:40]} add up to more than a number can be")


def _real(value: object) -> float | None:
    """A coefficient as number, text or ``[real, imaginary]``; ``None`` if it is not finite and real."""
    try:
        match value:
            case bool():
                return None
            case [int() | float() as real, int() | float() as imaginary]:
                number = complex(real, imaginary)
            case int() | float() | str():
                number = complex(value)
            case _:
                return None
    except (ValueError, OverflowError):
        return None
    return number.real if math.isfinite(number.real) and number.imag == 0 else None


def _mismatches(observables: Observables) -> Iterator[str]:
    """What is wrong with the whole: sizes that differ, too many terms."""
    widths = sorted({len(label) for observable in each(observables) for label in observable})
    if len(widths) > 1:
        yield f"terms of {', '.join(map(str, widths))} qubits; all must have as many letters as the circuit has qubits"
    most = sum(len(observable) for observable in each(observables))
    if most > MOST_TERMS:
        yield f"{most:,} terms; at most {MOST_TERMS:,} are grouped: state observable_groups in the workload file"
    if not _is_even(observables):
        yield "the lists of an array of observables must be equally long"


def _is_even(observables: Observables) -> bool:
    if isinstance(observables, dict):
        return True
    shapes = {shape_of(inner) for inner in observables} if all(map(_is_even, observables)) else set()
    return len(shapes) == 1


def laid_out(layout: Any, width: int) -> Callable[[SparsePauliOp], SparsePauliOp]:  # noqa: ANN401 - Qiskit's layout
    """How an operator is changed for a circuit of ``width`` qubits that was laid out on a device."""

    def change(operator: SparsePauliOp) -> SparsePauliOp:
        return operator.apply_layout(layout, width)

    return change


def told(observables: Observables) -> str:
    """A word on observables for a comment."""
    shape, terms = shape_of(observables), sum(len(observable) for observable in each(observables))
    array = "one observable" if not shape else f"an array of observables of shape {[*shape]}"
    return f"{array}, {terms:,} terms on {width_of(observables)} qubits"
