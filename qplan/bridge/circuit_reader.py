"""Bytes to circuits by Qiskit's own readers; every way in which they fail becomes one line."""

from __future__ import annotations

import contextlib
import io
import re
import warnings
from typing import TYPE_CHECKING

from qplan.bridge.need import qiskit_version
from qplan.render.safe import plain

if TYPE_CHECKING:
    from qiskit import QuantumCircuit

NEED = {"qasm3": ("qiskit_qasm3_import",)}
"""What reading a kind of file needs besides Qiskit."""
MOST_BITS = 100_000
"""Far more than any device has; Qiskit makes an object of each before anything else is looked at."""


class _RefusedError(Exception):
    """What Qiskit reads and qplan does not take; the text is fit for a user."""


def read_circuits(kind: str, data: bytes) -> list[QuantumCircuit]:
    """The circuits in a file of a kind (qpy, qasm2, qasm3). Raises ``ValueError`` with a line that says why not."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of features that are deprecated: nobody here can act on them
            return [_bounded(circuit) for circuit in _READERS[kind](data)]
    except (KeyboardInterrupt, SystemExit):
        raise
    except MemoryError:
        raise ValueError("asks for more memory than a reader may take") from None
    except RecursionError:
        raise ValueError("nested too deeply to be read") from None
    except _RefusedError as error:
        raise ValueError(str(error)) from None
    except BaseException as error:  # a panic of native code is no Exception
        raise ValueError(_told(kind, error)) from None


def written(circuits: list[QuantumCircuit]) -> bytes:
    """Circuits as QPY. Raises ``ValueError`` where Qiskit cannot write them."""
    from qiskit import qpy

    file = io.BytesIO()
    try:
        qpy.dump(circuits, file)
    except Exception as error:  # Qiskit reads more than it can write
        raise ValueError(f"holds what Qiskit cannot write as QPY ({plain(said(error))[:200]})") from None
    return file.getvalue()


def has_timed_delays(circuit: QuantumCircuit) -> bool:
    """Whether a delay, in a block of control flow too, is in a unit other than the device's cycles."""
    return any(
        getattr(step.operation, "unit", "dt") != "dt"
        or any(map(has_timed_delays, getattr(step.operation, "blocks", ())))
        for step in circuit.data
        if not step.is_standard_gate()
    )


def _bounded(circuit: QuantumCircuit) -> QuantumCircuit:
    most = max(circuit.num_qubits, circuit.num_clbits)
    if most > MOST_BITS:
        raise _RefusedError(f"a circuit of {most:,} bits; at most {MOST_BITS:,} are read")
    _touch(circuit)
    return circuit


def _touch(circuit: QuantumCircuit) -> None:
    """Make an object of every instruction: Qiskit does so when it is looked at, and some cannot be made."""
    for step in circuit.data:
        if not step.is_standard_gate():
            for block in getattr(step.operation, "blocks", ()):
                _touch(block)


def _qpy(data: bytes) -> list[QuantumCircuit]:
    from qiskit import qpy

    return list(qpy.load(io.BytesIO(data)))


def _qasm2(data: bytes) -> list[QuantumCircuit]:
    """As ``QuantumCircuit.from_qasm_str`` reads it, with no folder to include from."""
    from qiskit import qasm2

    circuit = qasm2.loads(
        data.decode(),
        include_path=(),
        custom_instructions=qasm2.LEGACY_CUSTOM_INSTRUCTIONS,
        custom_classical=qasm2.LEGACY_CUSTOM_CLASSICAL,
        strict=False,
    )
    return [circuit]


def _qasm3(data: bytes) -> list[QuantumCircuit]:
    from qiskit import qasm3

    heard = io.StringIO()
    try:
        with contextlib.redirect_stderr(heard), contextlib.redirect_stdout(heard):  # its parser tells its errors there
            return [qasm3.loads(data.decode())]
    except Exception as error:
        if "recursion" in str(error):
            raise RecursionError from None
        raise ValueError(said(error) or heard.getvalue().strip().partition("\n")[0] or _place(error)) from None


def _place(error: Exception) -> str:
    """Where the parser of OpenQASM 3 stopped, of an error that does not say it."""
    cause = getattr(error.__cause__, "args", ())
    token = getattr(cause[0], "offendingToken", None) if cause else None
    return f"line {token.line}:{token.column} something else is expected than {token.text!r}" if token else "syntax"


_READERS = {"qpy": _qpy, "qasm2": _qasm2, "qasm3": _qasm3}


def _told(kind: str, error: BaseException) -> str:
    words = said(error)
    if kind == "qpy":
        short = re.split(r"[^ -~]", words)[0].strip(" :")[:100]  # what follows is a drawing of where its parser was
        return f"damaged, or not read by Qiskit {qiskit_version()} ({short or type(error).__name__})"
    return f"not valid OpenQASM {kind[-1]} ({plain(words)[:200] or type(error).__name__})"


def said(error: BaseException) -> str:
    """The message of an error of Qiskit's, without the quotes and the file's name that Qiskit puts around it."""
    words = str(getattr(error, "message", "") or error).strip()
    if len(words) > 1 and words[0] == words[-1] and words[0] in "'\"":
        words = words[1:-1]
    return words.removeprefix("<input>:").rstrip(".")
