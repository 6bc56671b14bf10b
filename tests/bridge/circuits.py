"""Circuits and files of them for the tests of the bridge; needs Qiskit."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

GHZ = """OPENQASM 2.0;
include "qelib1.inc";
qreg q[3];
creg c[3];
h q[0];
cx q[0], q[1];
cx q[1], q[2];
measure q -> c;
"""
BELL3 = """// OpenQASM comes after comments
/* of both kinds */ OPENQASM 3.0;
include "stdgates.inc";
input float turn;
qubit[2] q;
bit[2] c;
h q[0];
rz(turn) q[0];
cx q[0], q[1];
c = measure q;
"""
LOOSE3 = 'OPENQASM 3;\ninclude "stdgates.inc";\nqubit q;\nbit c;\nx q;\nc = measure q;\n'


def ghz(qubits: int = 3, name: str = "ghz") -> Any:
    """A GHZ circuit that is measured."""
    from qiskit import QuantumCircuit

    circuit = QuantumCircuit(qubits, qubits, name=name)
    circuit.h(0)
    for qubit in range(1, qubits):
        circuit.cx(qubit - 1, qubit)
    circuit.measure(range(qubits), range(qubits))
    return circuit


def ansatz(parameters: int = 2, name: str = "ansatz") -> Any:
    """A circuit of two qubits with free parameters that measures nothing."""
    from qiskit import QuantumCircuit
    from qiskit.circuit import ParameterVector

    circuit = QuantumCircuit(2, name=name)
    for parameter in ParameterVector("theta", parameters):
        circuit.ry(parameter, 0)
        circuit.cx(0, 1)
    return circuit


def qpy(*circuits: Any, version: int | None = None) -> bytes:
    """QPY of circuits."""
    from qiskit import qpy

    file = io.BytesIO()
    qpy.dump(list(circuits), file, **({} if version is None else {"version": version}))
    return file.getvalue()


def write(folder: Path, files: dict[str, str | bytes]) -> None:
    """Files by their paths below the folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
