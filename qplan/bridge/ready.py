"""Circuits as they were read to PUBs that a device can run, or why not: all circuits at once."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from qplan.bridge import observables as obs
from qplan.bridge.circuit_reader import said
from qplan.bridge.device import Device
from qplan.bridge.facts import not_isa, too_wide, transpiled
from qplan.bridge.parameters import blank_values, listed, values_for
from qplan.bridge.reading import ReadCircuit, ReadFile
from qplan.errors import UsageError
from qplan.render.safe import plain

if TYPE_CHECKING:
    from qiskit import QuantumCircuit

MOST_TOLD = 50
HOW = "--transpile 1 maps it to the device"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to become of every circuit; ``values`` of parameters, or the number of ``sets`` of them to come."""

    primitive: str
    level: int | None
    seed: int
    measure_all: bool = False
    observables: obs.Observables | None = None
    values: Any = None
    sets: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """A circuit's PUB, as the primitive takes it."""

    file: str
    label: str
    pub: tuple[Any, ...]
    transpiled: bool


def ready_circuits(files: Sequence[ReadFile], device: Device, wanted: Wanted) -> list[Ready]:
    """Every circuit made ready. Raises ``UsageError`` with a line for each thing that is wrong with any of them."""
    ready: list[Ready] = []
    wrong: list[str] = []
    for read in (circuit for file in files for circuit in file.circuits):
        faults = [*_faults(read.circuit, device, wanted)]
        try:
            if not faults:
                ready.append(_ready(read, device, wanted))
        except ValueError as error:
            faults.append(str(error))
        wrong += [f"{read.label}: {fault}" for fault in faults]
    if len(wrong) > MOST_TOLD:
        wrong[MOST_TOLD:] = [f"and {len(wrong) - MOST_TOLD:,} more such lines"]
    if wrong:
        raise UsageError("\n".join(wrong))
    return ready


def _faults(circuit: QuantumCircuit, device: Device, wanted: Wanted) -> Iterator[str]:
    """What is wrong with a circuit before anything is done to it."""
    wide = too_wide(circuit, device.target)
    if wide:
        yield f"too wide: {wide}"
    if not circuit.data:
        yield "has no instructions"
    elif wanted.primitive == "sampler" and not wanted.measure_all and not _measures(circuit):
        yield "measures nothing; --measure-all adds measurements, --observables FILE makes it an estimator's"
    names = [parameter.name for parameter in circuit.parameters]
    if names and wanted.values is None and wanted.sets is None:
        yield (
            f"free parameters ({listed(names)}): --parameters FILE gives their values, --parameter-sets N says how "
            "many sets there will be"
        )
    if wanted.sets is not None and _has_open_delays(circuit):
        yield "how long it lasts depends on its parameters: --parameters FILE gives their values"


def _ready(read: ReadCircuit, device: Device, wanted: Wanted) -> Ready:
    names = [parameter.name for parameter in read.circuit.parameters]
    circuit, changed = _mapped(_with_measurements(read.circuit, wanted), device, wanted)
    operators = None if wanted.observables is None else _operators(wanted.observables, read.circuit, circuit)
    values = wanted.values
    if wanted.sets is not None:
        values = blank_values(wanted.sets, names, () if operators is None else obs.shape_of(wanted.observables or []))
    bound = values_for(values, circuit, names) if names else None
    pub = (circuit, bound) if operators is None else (circuit, operators, bound)
    return Ready(file=read.file, label=read.label, pub=pub, transpiled=changed)


def _with_measurements(circuit: QuantumCircuit, wanted: Wanted) -> QuantumCircuit:
    if not wanted.measure_all or _measures(circuit):
        return circuit
    measured: QuantumCircuit = circuit.measure_all(inplace=False)
    return measured


def _mapped(circuit: QuantumCircuit, device: Device, wanted: Wanted) -> tuple[QuantumCircuit, bool]:
    """The circuit in the device's instructions, and whether it had to be transpiled for that."""
    why = not_isa(circuit, device.target)
    if not why:
        return circuit, False
    if wanted.level is None:
        raise ValueError(f"{device.name} does not run it as it is ({why}); {HOW}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of passes that are deprecated inside Qiskit
            made = transpiled(circuit, device, wanted.level, wanted.seed)
    except Exception as error:  # what a gate without a definition, or any plugin, makes Qiskit raise
        told = plain(said(error))[:200] or type(error).__name__
        raise ValueError(f"cannot be transpiled for {device.name} ({told})") from None
    why = not_isa(made, device.target)
    if why:
        raise ValueError(f"{device.name} does not run it even when it is transpiled ({why})")
    return made, True


def _operators(observables: obs.Observables, read: QuantumCircuit, run: QuantumCircuit) -> Any:  # noqa: ANN401
    """The observables on the qubits of the circuit that is run.

    They have the width of the circuit as it was read, or as it was before it was laid out on the device.
    """
    width = obs.width_of(observables)
    if run is read and width == run.num_qubits:
        return obs.operators(observables, lambda operator: operator)
    before = _width_before(read, run)
    if width != before:
        raise ValueError(f"the observables are on {width:,} qubits, and the circuit has {before:,}")
    return obs.operators(observables, obs.laid_out(run.layout, run.num_qubits))


def _width_before(read: QuantumCircuit, run: QuantumCircuit) -> int:
    """The qubits of a circuit before it was laid out, here or before it was written."""
    if run is not read:
        return int(read.num_qubits)
    return len(run.layout.final_index_layout()) if run.layout is not None else int(run.num_qubits)


def _measures(circuit: QuantumCircuit) -> bool:
    """Whether a circuit measures, in its blocks too."""
    return any(
        step.name == "measure" or (step.is_control_flow() and any(map(_measures, step.operation.blocks)))
        for step in circuit.data
    )


def _has_open_delays(circuit: QuantumCircuit) -> bool:
    """Whether a delay, in a block of control flow too, is a free parameter (what a loop counts by is none)."""
    free = set(circuit.parameters)

    def waits(block: QuantumCircuit) -> bool:
        return any(
            any(free.intersection(getattr(length, "parameters", ())) for length in step.operation.params)
            if step.name == "delay"
            else step.is_control_flow() and any(map(waits, step.operation.blocks))
            for step in block.data
        )

    return bool(free) and waits(circuit)
