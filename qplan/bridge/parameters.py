"""Values of circuit parameters from a file: JSON, CSV or NumPy's own format, as a PUB takes them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from qplan.bridge.observables import once
from qplan.errors import UsageError
from qplan.parse.reader import read_bytes, read_text, shown
from qplan.render.safe import plain

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from qiskit import QuantumCircuit

MAX_BYTES = 256 * 1024 * 1024
FORMS = "JSON (lists of numbers, or lists by parameter), CSV (a set a line) or .npy"
_UNEVEN = f"values are finite real numbers, at least one, in lists of equal length; they are {FORMS}"


def read_values(path: str) -> Any:  # noqa: ANN401 - an array, or arrays by parameter
    """The values in a file: an array whose last axis are the parameters, or a mapping from a parameter to its array.

    CSV has a set on each line, and may have the parameters' names as its first. Raises ``FileError``, ``UsageError``.
    """
    try:
        if path.endswith(".npy"):
            return _checked(_of_npy(read_bytes(path, most=MAX_BYTES)))
        text = read_text(path)
        return _of_json(text) if text.lstrip().startswith(("[", "{")) else _of_csv(text)
    except (ValueError, RecursionError, csv.Error, MemoryError) as error:
        raise UsageError(f"{shown(path)}: {plain(str(error))[:200]}") from None


def values_for(
    values: NDArray[Any] | dict[str, NDArray[Any]], circuit: QuantumCircuit, names: Sequence[str]
) -> dict[tuple[Any, ...], NDArray[Any]] | None:
    """The values of a circuit's parameters as a PUB takes them; ``None`` if it has none.

    ``names`` are the parameters of the circuit as it was read: transpiling may have removed some of them. Raises
    ``ValueError`` where values are missing or too many.
    """
    by_name = values if isinstance(values, dict) else _by_place(values, names)
    by_name = _without_vectors(by_name, names)
    missing = [name for name in names if name not in by_name]
    if missing:
        raise ValueError(f"no values for its parameters {listed(missing)}")
    return {(parameter,): by_name[parameter.name][..., None] for parameter in circuit.parameters} or None


def blank_values(sets: int, names: Sequence[str], over: Sequence[int]) -> dict[str, NDArray[Any]]:
    """Zeros for ``sets`` sets whose values are not known yet, each for all of an array of observables (its shape)."""
    import numpy as np

    return {name: np.broadcast_to(np.zeros(()), (sets, *(1 for _ in over))) for name in names}


def listed(names: Sequence[str]) -> str:
    """Names in a message, the first few of many."""
    shown_names = ", ".join(plain(name)[:40] for name in names[:8])
    return f"{shown_names} and {len(names) - 8:,} more" if len(names) > 8 else shown_names


def _by_place(values: NDArray[Any], names: Sequence[str]) -> dict[str, NDArray[Any]]:
    """An array's last axis by parameter, in Qiskit's order; one parameter needs no axis of its own."""
    if len(names) == 1 and values.ndim == 1:
        return {names[0]: values}
    if values.shape[-1] != len(names):
        raise ValueError(f"{values.shape[-1]:,} values a set, and it has {len(names):,} parameters ({listed(names)})")
    return {name: values[..., index] for index, name in enumerate(names)}


def _without_vectors(values: dict[str, NDArray[Any]], names: Sequence[str]) -> dict[str, NDArray[Any]]:
    """Values of a vector of parameters (``theta``) as those of its elements (``theta[0]``, ...): its last axis."""
    made: dict[str, NDArray[Any]] = {}
    for name, array in values.items():
        elements = [element for element in names if element.startswith(f"{name}[")]
        if name in names or not elements or array.ndim == 0:
            made[name] = array
        elif array.shape[-1] != len(elements):
            raise ValueError(f"{array.shape[-1]:,} values a set for the {len(elements):,} parameters of {plain(name)}")
        else:
            made |= {element: array[..., index] for index, element in enumerate(elements)}
    return made


def _of_npy(data: bytes) -> NDArray[Any]:
    import numpy as np

    loaded: NDArray[Any] = np.load(io.BytesIO(data), allow_pickle=False)
    return loaded


def _of_json(text: str) -> Any:  # noqa: ANN401 - an array, or arrays by parameter
    import numpy as np

    try:
        content = json.loads(text, object_pairs_hook=once)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"not JSON ({error}); values are {FORMS}") from None
    try:
        if isinstance(content, dict):
            return {name: _checked(np.asarray(value)) for name, value in content.items()}
        return _checked(np.asarray(content))
    except ValueError:
        raise ValueError(_UNEVEN) from None


def _of_csv(text: str) -> Any:  # noqa: ANN401 - an array, or arrays by parameter
    import numpy as np

    rows = [row for row in csv.reader(io.StringIO(text)) if any(cell.strip() for cell in row)]
    names = [] if not rows or _is_number(rows[0][0]) else [cell.strip() for cell in rows.pop(0)]
    if not rows:
        raise ValueError(f"holds no values; they are {FORMS}")
    for number, row in enumerate(rows, start=1):
        if len(row) != len(names or rows[0]) or not all(map(_is_number, row)):
            raise ValueError(f"set {number}: {len(names or rows[0])} numbers parted by commas are expected")
    if len(set(names)) != len(names):
        raise ValueError("a parameter stands twice in the first line")
    table = _checked(np.array([[float(cell) for cell in row] for row in rows]))
    return {name: table[:, column] for column, name in enumerate(names)} if names else table


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return "_" not in cell  # Python's own way to write a number


def _checked(values: NDArray[Any]) -> NDArray[Any]:
    """The values if they are real, finite numbers, at least one."""
    import numpy as np

    if values.dtype.kind not in "iuf":
        raise ValueError(_UNEVEN)
    if values.size == 0 or not bool(np.isfinite(values).all()):
        raise ValueError(_UNEVEN)
    return values.astype(float)
