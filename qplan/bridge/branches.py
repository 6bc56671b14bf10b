"""Circuits with control flow as straight ones: loops unrolled, of alternatives the longest."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qiskit import QuantumCircuit
    from qiskit.circuit import Bit

Step = tuple[Any, list[Any], list[Any]]
"""An operation with its qubits and classical bits."""
MOST_STEPS = 1_000_000
LEFT_OUT = "control flow is taken as its longest branches, without the time that feed-forward takes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Straight:
    """A circuit without control flow, or why there is none; ``left_out`` says what its duration does not count."""

    circuit: QuantumCircuit | None
    impossible: str = ""
    left_out: str = ""


class _EndlessError(Exception):
    """Control flow whose length is not known before it runs."""


def straightened(circuit: QuantumCircuit, length: Callable[[QuantumCircuit], float]) -> Straight:
    """The longest way through a circuit, by ``length``; the circuit itself where it has no control flow."""
    if not circuit.has_control_flow_op():
        return Straight(circuit=circuit)
    try:
        return Straight(circuit=_Flattener(circuit, length).run(), left_out=LEFT_OUT)
    except _EndlessError as error:
        return Straight(circuit=None, impossible=str(error))


class _Flattener:
    """Writes the steps of a circuit one after another; at most ``MOST_STEPS`` of them."""

    def __init__(self, circuit: QuantumCircuit, length: Callable[[QuantumCircuit], float]) -> None:
        self._circuit = circuit
        self._length = length
        self._steps = 0
        self._set_by: dict[Bit, list[Bit]] = {}

    def run(self) -> QuantumCircuit:
        own: dict[Bit, Bit] = {bit: bit for bit in (*self._circuit.qubits, *self._circuit.clbits)}
        return self._made(self._flat(self._circuit, own))

    def _made(self, steps: Iterator[Step]) -> QuantumCircuit:
        flat = self._circuit.copy_empty_like()
        for operation, qubits, clbits in steps:
            flat.append(operation, qubits, clbits)
        return flat

    def _flat(self, block: QuantumCircuit, outer: dict[Bit, Bit]) -> Iterator[Step]:
        """The steps of a block, on the bits of the whole circuit."""
        for step in block.data:
            operation = step.operation
            if step.is_control_flow():
                yield from self._waiting(step, outer)
                yield from self._chosen(operation, _inner(step, outer))
            elif step.name not in ("store", "break_loop", "continue_loop"):
                self._count()
                qubits, clbits = [outer[bit] for bit in step.qubits], [outer[bit] for bit in step.clbits]
                self._set_by |= dict.fromkeys(clbits, qubits)
                yield operation, qubits, clbits

    def _waiting(self, step: Any, outer: dict[Bit, Bit]) -> Iterator[Step]:  # noqa: ANN401 - Qiskit's instruction
        """A barrier between the measurements that decide what comes and the qubits that it comes on."""
        from qiskit.circuit.library import Barrier

        deciding = [qubit for bit in step.clbits for qubit in self._set_by.get(outer[bit], ())]
        qubits = [*dict.fromkeys((*(outer[bit] for bit in step.qubits), *deciding))]
        if qubits:
            yield Barrier(len(qubits)), qubits, []

    def _chosen(self, operation: Any, inner: Any) -> Iterator[Step]:  # noqa: ANN401
        """The body as often as a loop runs it, or the longest of the alternatives."""
        if operation.name == "while_loop":
            raise _EndlessError("a while loop lasts until a measurement ends it: how long, nobody can tell before")
        if operation.name == "for_loop":
            indices, parameter, body = operation.params
            for index in indices:
                self._count()
                yield from self._flat(_at(body, parameter, index), inner(body))
            return
        ways = [list(self._flat(block, inner(block))) for block in operation.blocks]
        yield from ways[0] if len(ways) == 1 else max(ways, key=self._lasts, default=[])

    def _lasts(self, way: list[Step]) -> float:
        return self._length(self._made(iter(way)))

    def _count(self) -> None:
        self._steps += 1
        if self._steps > MOST_STEPS:
            raise _EndlessError(f"more than {MOST_STEPS:,} steps when its loops are unrolled")


def _inner(step: Any, outer: dict[Bit, Bit]) -> Callable[[QuantumCircuit], dict[Bit, Bit]]:  # noqa: ANN401
    """For a block of a step: its bits to those of the whole circuit."""
    qubits, clbits = [outer[bit] for bit in step.qubits], [outer[bit] for bit in step.clbits]

    def bits(block: QuantumCircuit) -> dict[Bit, Bit]:
        own = (*zip(block.qubits, qubits, strict=True), *zip(block.clbits, clbits, strict=True))
        return dict(own)

    return bits


def _at(body: QuantumCircuit, parameter: Any, index: int) -> QuantumCircuit:  # noqa: ANN401 - Qiskit's parameter
    """The body of a loop at one value of its counter."""
    if parameter is None or parameter not in body.parameters:
        return body
    bound = body.assign_parameters({parameter: index}, inplace=False)
    assert bound is not None
    return bound
