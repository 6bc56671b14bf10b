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
WAY = 100
"""Steps that finding how long a way lasts counts for besides its own."""
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
    """The longest way through a circuit, by ``length``; the circuit itself where it has no control flow.

    What is stored in variables is left out: it decides branches, and takes no time on qubits.
    """
    branches = circuit.has_control_flow_op()
    if not branches and not circuit.num_vars:
        return Straight(circuit=circuit)
    try:
        _check_steps(_steps(circuit))
        return Straight(circuit=_Flattener(circuit, length).run(), left_out=LEFT_OUT if branches else "")
    except _EndlessError as error:
        return Straight(circuit=None, impossible=str(error))


class _Flattener:
    """Writes the steps of a circuit one after another; measures ways of at most ``MOST_STEPS`` steps in all."""

    def __init__(self, circuit: QuantumCircuit, length: Callable[[QuantumCircuit], float]) -> None:
        self._circuit = circuit
        self._length = length
        self._steps = 0
        self._set_by: dict[Bit, list[Bit]] = {}

    def run(self) -> QuantumCircuit:
        own: dict[Bit, Bit] = {bit: bit for bit in (*self._circuit.qubits, *self._circuit.clbits)}
        return self._made(self._flat(self._circuit, own))

    def _made(self, steps: Iterator[Step]) -> QuantumCircuit:
        from qiskit.circuit import CircuitError

        flat = self._circuit.copy_empty_like(vars_mode="drop")
        try:
            for operation, qubits, clbits in steps:
                flat.append(operation, qubits, clbits)
        except CircuitError:  # it would name what is missing by a number that is another each time
            raise _EndlessError("holds what cannot stand outside its control flow (a stretch, say)") from None
        return flat

    def _flat(self, block: QuantumCircuit, outer: dict[Bit, Bit]) -> Iterator[Step]:
        """The steps of a block, on the bits of the whole circuit."""
        for step in block.data:
            operation = step.operation
            if step.is_control_flow():
                yield from self._waiting(step, outer)
                yield from self._chosen(operation, _inner(step, outer))
            elif step.name not in ("store", "break_loop", "continue_loop"):
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
            counts, bits = parameter in body.parameters, inner(body)
            for index in indices:
                yield from self._flat(_at(body, parameter, index) if counts else body, bits)
            return
        ways = [list(self._flat(block, inner(block))) for block in operation.blocks]
        yield from ways[0] if len(ways) == 1 else max(ways, key=self._lasts, default=[])

    def _lasts(self, way: list[Step]) -> float:
        self._steps += WAY + len(way)
        _check_steps(self._steps)
        return self._length(self._made(iter(way)))


def _check_steps(count: int) -> None:
    if count > MOST_STEPS:
        raise _EndlessError(f"more than {MOST_STEPS:,} steps when its loops are unrolled")


def _steps(block: QuantumCircuit) -> int:
    """How many steps a block is when its loops are unrolled, of alternatives all; loops count to ``MOST_STEPS``."""
    count = len(block.data)
    for step in block.data:
        if step.is_control_flow():
            inner = sum(map(_steps, step.operation.blocks))
            count += (inner + 1) * len(step.operation.params[0][: MOST_STEPS + 1]) if step.name == "for_loop" else inner
    return count


def _inner(step: Any, outer: dict[Bit, Bit]) -> Callable[[QuantumCircuit], dict[Bit, Bit]]:  # noqa: ANN401
    """For a block of a step: its bits to those of the whole circuit."""
    qubits, clbits = [outer[bit] for bit in step.qubits], [outer[bit] for bit in step.clbits]

    def bits(block: QuantumCircuit) -> dict[Bit, Bit]:
        own = (*zip(block.qubits, qubits, strict=True), *zip(block.clbits, clbits, strict=True))
        return dict(own)

    return bits


def _at(body: QuantumCircuit, parameter: Any, index: int) -> QuantumCircuit:  # noqa: ANN401 - Qiskit's parameter
    """The body of a loop, which uses its counter, at one value of that."""
    bound = body.assign_parameters({parameter: index}, inplace=False)
    assert bound is not None
    return bound
