"""What Qiskit says of one circuit on one device: its size, its duration, whether the device runs it as it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Context, Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from qplan.bridge.branches import straightened
from qplan.bridge.circuit_reader import said
from qplan.bridge.device import Device
from qplan.bridge.guard import guarded
from qplan.errors import UsageError
from qplan.render.safe import plain

if TYPE_CHECKING:
    from qiskit import QuantumCircuit
    from qiskit.circuit import CircuitInstruction
    from qiskit.transpiler import PassManager, Target

FEMTOSECOND, DIGITS = Decimal("1e-6"), Context(prec=11)
"""What is kept of nanoseconds: what floating point adds to a sum of whole cycles lies behind both."""


BY_HAND = "write its job by hand, with the circuit_duration that you expect"


@dataclass(frozen=True, slots=True, kw_only=True)
class CircuitFacts:
    """A circuit on a device. ``qubits`` are those that it uses, ``depth`` and the rest count what ``circuit`` holds.

    ``duration_ns`` is one execution with its measurements and the resets that it states, without those of
    ``init_qubits`` and without rep_delay; ``None`` where Qiskit cannot tell it, and ``untimed`` says why.
    ``left_out`` says what a duration does not count ("" for nothing).
    """

    name: str
    qubits: int
    depth: int
    two_qubit_depth: int
    two_qubit_gates: int
    duration_ns: Decimal | None
    untimed: str = ""
    left_out: str = ""


def facts_of(circuit: QuantumCircuit, device: Device) -> CircuitFacts:
    """The facts of an ISA circuit as it stands, final measurements included.

    The duration is Qiskit's own ``estimate_duration`` after ALAP scheduling on the target at optimization level 0.
    Raises ``UsageError`` for loops of which nobody can tell how long they run: neither depth nor gates can be counted.
    """
    straight = straightened(circuit, lambda way: float(_duration(way, device)[0] or way.depth()))
    counted = straight.circuit
    if counted is None:
        raise UsageError(f"circuit {plain(circuit.name)!r}: {straight.impossible}; {BY_HAND}")
    lasts_ns, untimed = _duration(counted, device)
    return CircuitFacts(
        name=plain(circuit.name),
        qubits=_used(circuit),
        depth=counted.depth(_is_gate),
        two_qubit_depth=counted.depth(_is_two_qubit),
        two_qubit_gates=counted.size(_is_two_qubit),
        duration_ns=lasts_ns,
        untimed=untimed,
        left_out=straight.left_out,
    )


def too_wide(circuit: QuantumCircuit, target: Target) -> str:
    """Why a circuit does not fit a device, or ""."""
    most = target.num_qubits
    if most is None or circuit.num_qubits <= most:
        return ""
    return f"{circuit.num_qubits:,} qubits, and the device has {most:,}"


def not_isa(circuit: QuantumCircuit, target: Target) -> str:
    """Why the service would refuse the circuit as it is, by the check of its own client, or ""."""
    from qiskit_ibm_runtime.utils.utils import is_isa_circuit

    wide = too_wide(circuit, target)
    return wide or plain(is_isa_circuit(circuit, target).rstrip("."))


def transpiled(circuit: QuantumCircuit, device: Device, level: int, seed: int) -> QuantumCircuit:
    """The circuit for the device by Qiskit's preset of ``level`` (0 to 3); the same seed gives the same circuit."""
    try:
        with guarded():
            run: QuantumCircuit = _preset(device.target, level, seed).run(circuit)
    except Exception as error:
        if "is not scheduled" in str(error):  # Qiskit's words for a delay off the grid, and of no help
            step = device.target.pulse_alignment
            raise UsageError(f"the length of every delay must be a multiple of {step} dt on {device.name}") from None
        raise
    return run


def delays_of(circuit: QuantumCircuit) -> Iterator[CircuitInstruction]:
    """The delays of a circuit, those in its control flow too."""
    for step in circuit.data:
        if step.name == "delay":
            yield step
        elif step.is_control_flow():
            for block in step.operation.blocks:
                yield from delays_of(block)


def fingerprint(circuit: QuantumCircuit) -> int:
    """A number that changes when a circuit is changed in place: its steps, their parameters, the units of delays."""
    return hash(tuple((step.name, step.qubits, step.clbits, *_written(step)) for step in circuit.data))


def _written(step: CircuitInstruction) -> Iterator[object]:
    if step.is_control_flow():
        yield from map(fingerprint, step.operation.blocks)
    else:
        yield from map(str, step.params)
    if step.name == "delay":
        yield step.operation.unit


def duration_ns(seconds: float) -> Decimal:
    """A duration of Qiskit's in nanoseconds, to a femtosecond and eleven digits."""
    return (DIGITS.create_decimal(repr(float(seconds))) * 10**9).quantize(FEMTOSECOND).normalize() + 0


def _duration(circuit: QuantumCircuit, device: Device) -> tuple[Decimal | None, str]:
    """How long a circuit without control flow lasts, or why Qiskit cannot tell."""
    target = device.target
    try:
        with guarded():
            scheduled = _scheduler(target).run(_with_registers(circuit)) if _moves(circuit, target) else circuit
            return duration_ns(scheduled.estimate_duration(target)), ""
    except Exception as error:  # a delay that is a parameter, a gate without a length, whatever a pass stumbles over
        return None, plain(said(error))[:200] or type(error).__name__


def _moves(circuit: QuantumCircuit, target: Target) -> bool:
    """Whether scheduling can change how long an ISA circuit lasts.

    It rounds delays to cycles, and moves what has to begin at certain cycles. Else it pads idle qubits, which takes
    nearly all of its time and leaves the longest path as it is.
    """
    return (target.pulse_alignment, target.acquire_alignment) != (1, 1) or any(
        step.name == "delay" for step in circuit.data
    )


def _with_registers(circuit: QuantumCircuit) -> QuantumCircuit:
    """The circuit with every classical bit in a register: Qiskit's padding (2.6) loses those in none."""
    from qiskit import ClassicalRegister

    loose = [bit for bit in circuit.clbits if not circuit.find_bit(bit).registers]
    if not loose:
        return circuit
    held = circuit.copy()
    held.add_register(ClassicalRegister(bits=loose, name="_qplan_loose"))
    return held


@lru_cache(maxsize=8)
def _preset(target: Target, level: int, seed: int) -> PassManager:
    from qiskit.transpiler import generate_preset_pass_manager

    return generate_preset_pass_manager(optimization_level=level, target=target, seed_transpiler=seed)


@lru_cache(maxsize=8)
def _scheduler(target: Target) -> PassManager:
    from qiskit.transpiler import generate_preset_pass_manager

    return generate_preset_pass_manager(optimization_level=0, target=target, scheduling_method="alap")


def _used(circuit: QuantumCircuit) -> int:
    """Qubits that something is done on; barriers and delays are nothing."""
    busy = (step for step in circuit.data if step.name not in ("barrier", "delay"))
    return len({qubit for step in busy for qubit in step.qubits})


def _is_gate(step: Any) -> bool:  # noqa: ANN401 - Qiskit's instruction; looking at its operation would make one
    return not step.is_directive()


def _is_two_qubit(step: Any) -> bool:  # noqa: ANN401 - Qiskit's instruction
    return len(step.qubits) > 1 and not step.clbits and _is_gate(step)
