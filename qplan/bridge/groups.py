"""What an estimator makes of a PUB: observables broadcast against parameter sets, grouped qubit-wise, and measured."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from math import prod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qiskit.circuit import QuantumCircuit
    from qiskit.primitives.containers.observables_array import ObservablesArray
    from qiskit.quantum_info import PauliList
    from qiskit.transpiler import Target

_BASES = str.maketrans("01+-rl", "ZZXXYY")
"""A projector is measured in the basis of its Pauli."""


Terms = frozenset[str]
"""Pauli terms of equal width, such as ``IZX``; qubit 0 stands last."""


def group_counts(
    observables: ObservablesArray, shape: tuple[int, ...], known: dict[Terms, int] | None = None
) -> Counter[int]:
    """How many of the parameter sets (an array of that ``shape``) need so many groups: sets, by their groups.

    Observables and parameter sets are broadcast; all terms that a set meets are grouped, as ``BackendEstimatorV2``
    groups them. ``known`` keeps the number of groups of terms from one call to the next.
    """
    terms, known = terms_of(observables), {} if known is None else known
    counts: Counter[int] = Counter()
    every_met, sets = _met(observables.shape, shape)
    for met in every_met:
        wanted = Terms().union(*(terms[index] for index in met))
        if wanted not in known:
            known[wanted] = len(groups_of(wanted))
        counts[known[wanted]] += sets
    return counts


def groups_of(terms: Iterable[str]) -> list[PauliList]:
    """Pauli terms in groups that commute qubit by qubit, and so are measured together.

    Qubits of which no term says anything are left out of the groups: they divide nothing.
    """
    from qiskit.quantum_info import PauliList

    ordered = sorted(terms)
    said = [column for column in zip(*ordered, strict=True) if any(sign != "I" for sign in column)]
    short = ["".join(signs) for signs in zip(*said, strict=True)] or ["I"]
    grouped: list[PauliList] = PauliList(short).group_commuting(qubit_wise=True)
    return grouped


def terms_of(observables: ObservablesArray) -> list[Terms]:
    """The Pauli terms (``IZX``, qubit 0 last) of each observable of the array, in flat order."""
    return [Terms(term.translate(_BASES) for term in observable) for observable in observables.ravel()]


def widest_basis(observables: ObservablesArray) -> str:
    """The measurement that takes longest: ``I``, ``Z``, or ``X`` where the basis is changed, for each qubit, 0 last.

    It measures every qubit of any term, after a change of basis where any term needs one: no group of observables takes
    longer, and one takes as long. For nothing but identities it is the first qubit, as ``BackendEstimatorV2`` has it.
    """
    terms = Terms().union(*terms_of(observables))
    basis = "".join(map(_widest, zip(*terms, strict=True)))
    return basis if basis.strip("I") else f"{basis[1:]}Z"


def measured(circuit: QuantumCircuit, basis: str, target: Target) -> QuantumCircuit:
    """The circuit with the measurement in that ``basis``, in gates of the target.

    Final measurements of its own give way, as they do in the estimator.
    """
    from qiskit.circuit import ClassicalRegister, QuantumCircuit
    from qiskit.transpiler import PassManager
    from qiskit.transpiler.passes import Optimize1qGatesDecomposition

    qubits = [qubit for qubit, sign in enumerate(reversed(basis)) if sign != "I"]
    end = QuantumCircuit(circuit.num_qubits)
    end.add_register(bits := ClassicalRegister(len(qubits)))
    for bit, qubit in zip(bits, qubits, strict=True):
        if basis[-1 - qubit] == "X":
            end.h(qubit)
        end.measure(qubit, bit)
    whole = circuit.remove_final_measurements(inplace=False)
    assert whole is not None
    whole.add_register(bits)
    whole.compose(PassManager([Optimize1qGatesDecomposition(target=target)]).run(end), clbits=bits, inplace=True)
    return whole


def _widest(signs: tuple[str, ...]) -> str:
    """The most that any term asks of one qubit."""
    return "X" if {"X", "Y"} & {*signs} else "Z" if "Z" in signs else "I"


def _met(observables: tuple[int, ...], parameters: tuple[int, ...]) -> tuple[list[list[int]], int]:
    """What parameter sets meet when both arrays are broadcast.

    Lists of flat indices of observables, and the number of sets that meet each of these lists. Only axes that both
    arrays have part the observables. The broadcast array itself is never made: a million sets that meet
    thousands of observables would fill the memory.
    """
    import numpy as np

    axes = range(max(len(observables), len(parameters)))
    over, sets = ((1,) * (len(axes) - len(shape)) + shape for shape in (observables, parameters))
    shared = [axis for axis in axes if over[axis] != 1 and sets[axis] != 1]
    alike = prod(sets[axis] for axis in axes if axis not in shared)
    rows = prod(over[axis] for axis in shared)
    flat = np.moveaxis(np.arange(prod(over)).reshape(over), shared, range(len(shared)))
    met: list[list[int]] = flat.reshape(rows, -1).tolist()
    return met, alike
