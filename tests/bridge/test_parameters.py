"""Values of parameters in files, and which of them a circuit takes."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("qiskit")

import numpy as np

from qplan.bridge.parameters import blank_values, read_values, values_for
from qplan.errors import FileError, UsageError
from tests.bridge.circuits import ansatz

EXPECTED = "values are finite real numbers, at least one, in lists of equal length"


def npy(array: Any, *, pickled: bool = False) -> bytes:
    file = io.BytesIO()
    np.save(file, array, allow_pickle=pickled)
    return file.getvalue()


def read(name: str, content: str | bytes, folder: Path) -> Any:
    (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    values = read_values(str(folder / name))
    return {key: array.tolist() for key, array in values.items()} if isinstance(values, dict) else values.tolist()


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        pytest.param("v.json", "[[1, 2], [3, 4.5]]", [[1.0, 2.0], [3.0, 4.5]], id="JSON, sets of values"),
        pytest.param("v.json", '{"a": [1, 2], "b": 3}', {"a": [1.0, 2.0], "b": 3.0}, id="JSON, by parameter"),
        pytest.param("v.csv", "1,2\n\n3, 4.5\n", [[1.0, 2.0], [3.0, 4.5]], id="CSV"),
        pytest.param("v.csv", "a, b\n1,2\n3,4\n", {"a": [1.0, 3.0], "b": [2.0, 4.0]}, id="CSV with names"),
        pytest.param("v.npy", npy(np.array([[1, 2]])), [[1.0, 2.0]], id="NumPy"),
    ],
)
def test_every_form_is_read(name: str, content: str | bytes, expected: Any, tmp_path: Path) -> None:
    assert read(name, content, tmp_path) == expected


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        pytest.param("v.json", "[[1, 2], [3]]", EXPECTED, id="ragged"),
        pytest.param("v.json", '["x"]', EXPECTED, id="words"),
        pytest.param("v.json", "[]", EXPECTED, id="nothing"),
        pytest.param("v.json", "[NaN]", EXPECTED, id="NaN"),
        pytest.param("v.json", '[[true, false]]', EXPECTED, id="truth values"),
        pytest.param("v.json", "[1, ", "not JSON (", id="cut off"),
        pytest.param("v.json", "[" * 9999, "not JSON (", id="deep"),
        pytest.param("v.csv", "", "holds no values; they are JSON", id="an empty file"),
        pytest.param("v.csv", "a,b\n", "holds no values; they are JSON", id="names only"),
        pytest.param("v.csv", "1,2\n3\n", "set 2: 2 numbers parted by commas are expected", id="a short line"),
        pytest.param("v.csv", "a,a\n1,2\n", "a parameter stands twice in the first line", id="a name twice"),
        pytest.param("v.csv", "1,inf\n", EXPECTED, id="infinite"),
        pytest.param("v.npy", npy(np.array([object()]), pickled=True), "Object arrays cannot be loaded", id="pickle"),
        pytest.param("v.npy", b"\x93NUMPY", "", id="NumPy cut off"),
        pytest.param("v.npy", npy(np.array([1j])), EXPECTED, id="complex"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told(name: str, content: str | bytes, told: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as error:
        read(name, content, tmp_path)
    message = str(error.value)
    assert message.startswith(f"{tmp_path}/{name}: {told}")
    assert "\n" not in message


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileError):
        read_values(str(tmp_path / "none.npy"))


NAMES = ["theta[0]", "theta[1]"]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        pytest.param(np.array([[1.0, 2.0], [3.0, 4.0]]), [[1.0, 3.0], [2.0, 4.0]], id="an array, in Qiskit's order"),
        pytest.param(np.array([1.0, 2.0]), [1.0, 2.0], id="one set"),
        pytest.param({"theta[1]": np.array([1.0]), "theta[0]": np.array([2.0])}, [[2.0], [1.0]], id="by name"),
        pytest.param({"theta": np.array([[1.0, 2.0]])}, [[1.0], [2.0]], id="by vector"),
        pytest.param(
            {"theta": np.array([1.0, 2.0]), "other": np.array([1.0])}, [1.0, 2.0], id="and of another circuit"
        ),
    ],
)
def test_a_circuit_takes_its_values(values: Any, expected: list[Any]) -> None:
    taken = values_for(values, ansatz(), NAMES)
    assert taken is not None
    assert [(key[0].name, array[..., 0].tolist()) for key, array in taken.items()] == list(
        zip(NAMES, expected, strict=True)
    )


@pytest.mark.parametrize(
    ("values", "told"),
    [
        pytest.param(np.ones((4, 3)), "3 values a set, and it has 2 parameters (theta[0], theta[1])", id="too many"),
        pytest.param({"theta[0]": np.ones(1)}, "no values for its parameters theta[1]", id="one is missing"),
        pytest.param({"theta": np.ones((4, 3))}, "3 values a set for the 2 parameters of theta", id="a long vector"),
    ],
)
def test_values_that_do_not_fit(values: Any, told: str) -> None:
    with pytest.raises(ValueError, match="values") as error:
        values_for(values, ansatz(), NAMES)
    assert str(error.value) == told


def test_one_parameter_needs_no_axis_of_its_own() -> None:
    circuit = ansatz(1)
    for values in (np.array([1.0, 2.0, 3.0]), np.array([[1.0], [2.0], [3.0]])):
        [array] = (values_for(values, circuit, ["theta[0]"]) or {}).values()
        assert array.tolist() == [[1.0], [2.0], [3.0]]


def test_a_parameter_that_is_gone_is_left_out() -> None:
    bound = ansatz().assign_parameters({"theta[0]": 1.0})
    taken = values_for(np.array([[1.0, 2.0]]), bound, NAMES)
    assert taken is not None
    assert [key[0].name for key in taken] == ["theta[1]"]


def test_blank_values_take_no_memory() -> None:
    blank = blank_values(1_000_000, ["a"], (3, 1))
    assert blank["a"].shape == (1_000_000, 1, 1)
    assert blank["a"].strides == (0, 0, 0)


@pytest.mark.parametrize(
    ("word", "name", "text"),
    [
        ("a name that stands twice", "v.json", '{"turn": [1], "turn": [2]}'),
        ("Python's own way to write a number", "v.csv", "turn\n1_0\n"),
    ],
)
def test_what_would_be_read_as_something_else_is_refused(word: str, name: str, text: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(UsageError, match=name):
        read_values(str(tmp_path / name))
