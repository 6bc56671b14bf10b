"""Control flow that would take for ever, or that leaves things behind."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import Any

import pytest

pytest.importorskip("qiskit")

from qiskit import QuantumCircuit

from qplan.bridge import branches
from qplan.bridge.branches import LEFT_OUT, straightened

TOO_LONG = "more than 1,000,000 steps when its loops are unrolled"


def _endless(circuit: Any) -> None:
    with circuit.for_loop(range(10**9)):
        circuit.x(0)


def _empty(circuit: Any) -> None:
    from qiskit.circuit import ForLoopOp

    circuit.append(ForLoopOp(range(10**9), None, QuantumCircuit(1)), [0])


def _nested(circuit: Any) -> None:
    with circuit.for_loop(range(2000)), circuit.for_loop(range(2000)):
        circuit.x(0)


def _counted(circuit: Any) -> None:
    from qiskit.circuit import Parameter

    turn = Parameter("turn")
    with circuit.for_loop(range(10**6), turn):
        for _ in range(50):
            circuit.rz(turn, 0)


def _in_a_branch(circuit: Any) -> None:
    with circuit.if_test((circuit.clbits[0], 1)):
        _endless(circuit)


@pytest.mark.parametrize("build", [_endless, _empty, _nested, _counted, _in_a_branch])
def test_loops_are_counted_before_they_are_unrolled(build: Callable[[Any], None]) -> None:
    circuit = QuantumCircuit(1, 1)
    build(circuit)
    started_s = monotonic()
    found = straightened(circuit, lambda way: way.depth())
    assert (found.circuit, found.impossible) == (None, TOO_LONG)
    assert monotonic() - started_s < 1


def test_ways_that_are_measured_count_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(branches, "MOST_STEPS", 1_000)
    circuit = QuantumCircuit(1, 1)
    with circuit.for_loop(range(10)):
        with circuit.if_test((circuit.clbits[0], 1)) as otherwise:
            circuit.x(0)
        with otherwise:
            circuit.sx(0)
    assert straightened(circuit, lambda way: way.depth()).impossible.startswith("more than 1,000 steps")


@pytest.mark.parametrize(
    ("branch", "left_out"), [pytest.param(True, LEFT_OUT, id="a branch"), pytest.param(False, "", id="none")]
)
def test_variables_are_dropped_with_what_is_stored_in_them(branch: bool, left_out: str) -> None:
    circuit = QuantumCircuit(1, 1)
    circuit.store(circuit.add_var("v", False), True)
    if branch:
        with circuit.if_test((circuit.clbits[0], 1)):
            circuit.sx(0)
    found = straightened(circuit, lambda way: way.depth())
    assert found.circuit is not None
    assert (found.circuit.num_vars, found.left_out) == (0, left_out)
    assert "store" not in found.circuit.count_ops()


def test_a_stretch_has_no_length() -> None:
    circuit = QuantumCircuit(1, 1)
    with circuit.if_test((circuit.clbits[0], 1)):
        circuit.delay(circuit.add_stretch("s"), 0)
    told = "holds what cannot stand outside its control flow (a stretch, say)"
    assert straightened(circuit, lambda way: way.depth()).impossible == told
