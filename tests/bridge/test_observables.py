"""Observables in files: the forms that are read, and what is told of every other."""

from __future__ import annotations

from pathlib import Path

import pytest

from qplan.bridge.observables import FORMS, Observables, read_observables, shape_of, told, width_of
from qplan.errors import FileError, UsageError


def read(text: str, folder: Path) -> Observables:
    file = folder / "o"
    file.write_text(text)
    return read_observables(str(file))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("ZZ 0.5\nXX -1e-1\n", {"ZZ": 0.5, "XX": -0.1}, id="lines"),
        pytest.param("# H2\n\nZZ  0.5 # strong\nXX\t2\nYY,3\nIZ\n", {"ZZ": 0.5, "XX": 2.0, "YY": 3.0, "IZ": 1.0},
                     id="comments, tabs, commas, no coefficient"),
        pytest.param("ZZ 0.5\nZZ 0.25+0j\n", {"ZZ": 0.75}, id="equal terms add up"),
        pytest.param("ZZ 1\n\n\nXX 1\nYY 1\n", [{"ZZ": 1.0}, {"XX": 1.0, "YY": 1.0}], id="an empty line parts two"),
        pytest.param('[["ZZ", 0.5], ["XX", [1, 0]]]', {"ZZ": 0.5, "XX": 1.0}, id="pairs"),
        pytest.param('[["ZZ", 1]]', {"ZZ": 1.0}, id="one pair is one observable"),
        pytest.param('{"ZZ": 0.5}', {"ZZ": 0.5}, id="mapping"),
        pytest.param('"ZZ"', {"ZZ": 1.0}, id="label"),
        pytest.param('{"paulis": ["ZZ", "XX"], "coeffs": [1, 2]}', {"ZZ": 1.0, "XX": 2.0}, id="paulis and coeffs"),
        pytest.param('["ZZ", "XX"]', [{"ZZ": 1.0}, {"XX": 1.0}], id="labels"),
        pytest.param('[{"ZZ": 1}, [["XX", 2]]]', [{"ZZ": 1.0}, {"XX": 2.0}], id="both forms in one list"),
        pytest.param('[[{"ZZ": 1}], ["XX"]]', [[{"ZZ": 1.0}], [{"XX": 1.0}]], id="an array of two axes"),
    ],
)  # fmt: skip
def test_every_form_is_read(text: str, expected: Observables, tmp_path: Path) -> None:
    assert read(text, tmp_path) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", [f"holds no observable; write {FORMS}"], id="empty"),
        pytest.param("# nothing\n", [f"holds no observable; write {FORMS}"], id="comments only"),
        pytest.param("ZQ 1\nZZ x\n0Z 1\n", [
            "line 1: a term is written in the letters I, X, Y and Z, not 'ZQ'",
            "line 2: the coefficient of an observable is a real number, not 'x'",
            "line 3: a term is written in the letters I, X, Y and Z, not '0Z'",
        ], id="every line at once"),
        pytest.param("ZZ 1j\nXX nan\nYY 1e999\n", [
            "line 1: the coefficient of an observable is a real number, not '1j'",
            "line 2: the coefficient of an observable is a real number, not 'nan'",
            "line 3: the coefficient of an observable is a real number, not '1e999'",
        ], id="not real, not finite"),
        pytest.param("ZZ 1e308\nZZ 1e308\n", ["line 2: the coefficients of ZZ add up to more than a number can be"],
                     id="a sum beyond all numbers"),
        pytest.param("ZZ 1\nZZZ 1\n", ["terms of 2, 3 qubits; all must have as many letters as the circuit has qubits"],
                     id="widths"),
        pytest.param('[["ZZ", true]]', ["the observable, term 1: the coefficient of an observable"],
                     id="a truth value is no coefficient"),
        pytest.param('{"ZZ": null}', ["the observable, term 1: the coefficient of an observable"], id="null"),
        pytest.param("[]", [f"the file: not an observable; write {FORMS}"], id="an empty list"),
        pytest.param("[1, 2]", ["[0]: not an observable", "[1]: not an observable"], id="numbers"),
        pytest.param('["ZZ", ["XX", "YY"]]', ["the lists of an array of observables must be equally long"],
                     id="ragged"),
        pytest.param('{"ZZ": 1, "ZZ": 2}', ["not JSON (a key stands twice in one mapping)"], id="a key twice"),
        pytest.param('{"ZZ": NaN}', ["not JSON (NaN is not a number)"], id="NaN"),
        pytest.param('{"ZZ": ', ["not JSON (Expecting value"], id="cut off"),
        pytest.param("[" * 5000, ["not JSON ("], id="nested deep"),
        pytest.param("[" * 30 + '"ZZ"' + "]" * 30, ["[0]"], id="an array of 30 axes"),
        pytest.param('{"\\u001b[31m": 1}', ["the observable, term 1: a term is written in the letters I, X, Y and Z, "
                                             "not '\\\\x1b[31m'"], id="a control character"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told(text: str, expected: list[str], tmp_path: Path) -> None:
    with pytest.raises(UsageError) as error:
        read(text, tmp_path)
    lines = [line.removeprefix(f"{tmp_path}/o: ") for line in str(error.value).splitlines()]
    assert len(lines) == len(expected)
    assert all(line.startswith(start) for line, start in zip(lines, expected, strict=True)), lines


def test_too_many_terms_are_refused(tmp_path: Path) -> None:
    lines = "\n".join("".join("IXYZ"[n // 4**k % 4] for k in range(8)) for n in range(20_001))
    with pytest.raises(UsageError, match="20,001 terms; at most 20,000 are grouped"):
        read(lines, tmp_path)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="there is no such file"):
        read_observables(str(tmp_path / "none"))


def test_words_of_an_array() -> None:
    array: Observables = [[{"ZZ": 1.0}], [{"XX": 1.0, "YY": 1.0}]]
    assert (shape_of(array), width_of(array)) == ((2, 1), 2)
    assert told(array) == "an array of observables of shape [2, 1], 3 terms on 2 qubits"
    assert told({"ZZ": 1.0}) == "one observable, 1 terms on 2 qubits"
