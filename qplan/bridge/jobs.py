"""A call of ``SamplerV2.run`` or ``EstimatorV2.run`` to one job in the keys of a workload file.

Circuits, parameter sets and groups of observables are counted as Qiskit's own primitives count them: PUBs are coerced
by Qiskit, arrays broadcast by NumPy's rules, and the Pauli terms that one parameter set needs grouped qubit-wise.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from math import prod
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from qplan.bridge.facts import CircuitFacts, delays_of, facts_of, fingerprint
from qplan.bridge.groups import Terms, group_counts, measured, widest_basis
from qplan.bridge.need import need
from qplan.bridge.options import options_of, precision_of, read_options
from qplan.errors import UsageError
from qplan.parse.durations import duration_text
from qplan.render.safe import plain

if TYPE_CHECKING:
    from qiskit.circuit import QuantumCircuit
    from qiskit.primitives.containers.bindings_array import BindingsArray
    from qiskit.primitives.containers.estimator_pub import EstimatorPub
    from qiskit.primitives.containers.sampler_pub import SamplerPub

    from qplan.bridge.device import Device

    AnyPub: TypeAlias = SamplerPub | EstimatorPub

__all__ = ["Facts", "coerced", "job_of", "options_of", "read_options"]

PRIMITIVES = ("sampler", "estimator")
NS_PER_S = Decimal(10) ** 9
SHOWN = 3
"""Numbers of PUBs that are told one by one."""
LEAST_NS = Decimal("0.001")
MOST_TIMED = 1_000
"""Parameter sets of one PUB for which a circuit is scheduled anew, where its delays are parameters."""


def coerced(
    primitive: str, pubs: Iterable[Any], *, shots: int | None = None, precision: float | None = None
) -> list[AnyPub]:
    """PUBs as the primitive itself coerces them; ``shots`` or ``precision`` are those of the run.

    Raises ``UsageError`` with a line for each PUB that Qiskit would refuse.
    """
    need("from_pubs", "qiskit")
    _check_run(primitive, pubs, shots, precision)
    pubs = list(pubs)
    _check_listed(pubs)
    made: list[AnyPub] = []
    wrong: list[tuple[int, str]] = []
    for number, pub in enumerate(pubs, start=1):
        try:
            made.append(_sampled(pub, shots) if primitive == "sampler" else _estimated(pub, precision))
            wrong += [(number, told) for told in _wrong(made[-1])]
        except Exception as error:  # what an argument of any kind makes Qiskit raise
            wrong.append((number, _said(error)))
    if wrong:
        raise UsageError(of_pubs(wrong))
    if not made:
        raise UsageError("there is no PUB: give a list of at least one")
    return made


def of_pubs(wrong: Iterable[tuple[int, str]]) -> str:
    """What is wrong with PUBs of these numbers, a line for each fault, however many PUBs have it."""
    numbers: dict[str, list[int]] = {}
    for number, told in wrong:
        numbers.setdefault(told, []).append(number)
    return "\n".join(f"{_numbered(found)}: {told}" for told, found in numbers.items())


@dataclass(slots=True)
class Facts:
    """The facts of circuits on one device, each found once; a circuit that many PUBs share is scheduled once.

    ``groups`` keeps the number of groups of observables' terms.
    """

    device: Device
    groups: dict[Terms, int] = field(default_factory=dict)
    _found: dict[tuple[object, ...], tuple[object, CircuitFacts]] = field(default_factory=dict)
    _timed: dict[tuple[int, int], tuple[object, bool]] = field(default_factory=dict)

    def of(self, circuit: QuantumCircuit, values: BindingsArray, basis: str = "") -> CircuitFacts:
        """The circuit as it is executed: measured by an estimator in a ``basis``, its delays bound to ``values``."""
        itself = (id(circuit), fingerprint(circuit))
        if itself not in self._timed:
            self._timed[itself] = (circuit, _is_timed(circuit))
        timed = self._timed[itself][1]
        at = (*itself, basis, *((id(values),) if timed else ()))
        if at not in self._found:  # what has these ids is kept, so that nothing else can get them
            made = measured(circuit, basis, self.device.target) if basis else circuit
            every = _bound(made, values) if timed else [made]
            self._found[at] = ((circuit, values), _mean([facts_of(one, self.device) for one in every]))
        return self._found[at][1]

    @property
    def notes(self) -> tuple[str, ...]:
        """What durations were taken for granted or leave out, a line each."""
        told = (_note(found) for _, found in self._found.values())
        return tuple(dict.fromkeys((*self.device.notes, *(note for note in told if note))))


def job_of(
    primitive: str,
    pubs: Iterable[Any],
    options: Mapping[str, object],
    device: Device,
    *,
    name: str,
    facts: Facts | None = None,
) -> dict[str, object]:
    """One job: PUBs with their counts and the duration of their circuits, the qubits used, the options.

    ``pubs`` are coerced unless they are already. Equal PUBs are folded. ``facts`` keeps what is known of circuits from
    one call to the next. Raises ``UsageError`` with a line for each PUB that cannot be described.
    """
    facts = facts or Facts(device)
    entries: list[dict[str, object]] = []
    qubits: list[int] = []
    wrong: list[tuple[int, str]] = []
    for number, pub in enumerate(coerced(primitive, pubs), start=1):
        try:
            for described in _described(primitive, pub, facts):
                entries.append(described.entry)
                qubits.append(described.qubits)
        except UsageError as error:
            wrong.append((number, str(error)))
    if wrong:
        raise UsageError(of_pubs(wrong))
    job: dict[str, object] = {"name": name, "primitive": primitive}
    if max(qubits) > 0:
        job["qubits"] = max(qubits)
    job["pubs"] = folded(entries)
    return job | ({"options": dict(options)} if options else {})


def folded(entries: Iterable[Mapping[str, object]]) -> list[dict[str, object]]:
    """Equal PUBs as one with ``circuits: n``, where the first of them stands; executions and loads stay the same."""
    counts: Counter[str] = Counter()
    first: dict[str, Mapping[str, object]] = {}
    for entry in entries:
        key = repr(entry)
        counts[key] += 1
        first.setdefault(key, entry)
    return [({"circuits": counts[key]} if counts[key] > 1 else {}) | dict(entry) for key, entry in first.items()]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Described:
    """A PUB of a workload file, and the qubits that its circuit uses."""

    entry: dict[str, object]
    qubits: int


def _described(primitive: str, pub: AnyPub, facts: Facts) -> Iterator[_Described]:
    """One PUB of the file for each number of groups that parameter sets need; mostly that is one."""
    counts: list[tuple[dict[str, object], dict[str, object]]]
    if primitive == "sampler":
        sampled = cast("SamplerPub", pub)
        counts, basis = [(_sets(sampled.shape), {})], ""
        accuracy: dict[str, object] = {} if sampled.shots is None else {"shots": int(sampled.shots)}
    else:
        estimated = cast("EstimatorPub", pub)
        counts, basis = _grouped(estimated, facts.groups), widest_basis(estimated.observables)
        accuracy = {} if estimated.precision is None else {"precision": precision_of(float(estimated.precision))}
    found = facts.of(pub.circuit, pub.parameter_values, basis)
    for sets, groups in counts:
        yield _Described(entry=sets | groups | accuracy | _circuit(found), qubits=found.qubits)


def _is_timed(circuit: QuantumCircuit) -> bool:
    """Whether a delay of the circuit is a parameter: then its duration depends on the values."""
    return bool(circuit.parameters) and any(
        getattr(length, "parameters", None) for step in delays_of(circuit) for length in step.params
    )


def _bound(circuit: QuantumCircuit, values: BindingsArray) -> list[QuantumCircuit]:
    """The circuit with each parameter set."""
    if values.size > MOST_TIMED:
        told = f"its delays are parameters, and no more than {MOST_TIMED:,} parameter sets are scheduled one by one"
        raise UsageError(f"{told}: split the PUB")
    from qiskit.exceptions import QiskitError

    try:
        bound: list[QuantumCircuit] = values.bind_all(circuit).ravel().tolist()
        _ = [step.operation for one in bound for step in delays_of(one)]  # made only when asked for
    except QiskitError as error:
        raise UsageError(f"its delays cannot be bound to its parameter values: {_said(error)}") from None
    return bound


def _mean(every: Sequence[CircuitFacts]) -> CircuitFacts:
    """The facts of circuits that differ in their delays only: their mean duration, if all are known."""
    known = [found.duration_ns for found in every if found.duration_ns is not None]
    if len(every) == 1 or len(known) < len(every):
        return next((found for found in every if found.duration_ns is None), every[0])
    return replace(every[0], duration_ns=(sum(known, Decimal()) / len(known)).quantize(LEAST_NS).normalize() + 0)


def _note(found: CircuitFacts) -> str:
    """What a duration leaves out, or why there is none."""
    name = f"circuit {found.name!r}"
    if found.duration_ns is None:
        return f"{name} has no known duration ({found.untimed}): its depth is given instead"
    return f"{name}: {found.left_out}" if found.left_out else ""


def _grouped(pub: EstimatorPub, known: dict[Terms, int]) -> list[tuple[dict[str, object], dict[str, object]]]:
    """How many parameter sets need how many groups; the array's own shape where all need the same."""
    counts = group_counts(pub.observables, pub.parameter_values.shape, known)
    return [
        (
            _sets(pub.parameter_values.shape) if len(counts) == 1 else _sets((sets,)),
            {"observable_groups": groups} if groups > 1 else {},
        )
        for groups, sets in counts.items()
    ]


def _sets(shape: Sequence[int]) -> dict[str, object]:
    """The shape of parameter sets; nothing where there is one."""
    if prod(shape) == 1:
        return {}
    return {"parameter_sets": shape[0] if len(shape) == 1 else [*shape]}


def _circuit(found: CircuitFacts) -> dict[str, object]:
    """What a PUB says of its circuit: its duration, or its depth where that is not known."""
    said: dict[str, object] = {}
    if found.duration_ns is not None:
        said["circuit_duration"] = duration_text(found.duration_ns / NS_PER_S)
    else:
        said["depth"] = found.depth
    if found.two_qubit_depth:
        said["two_qubit_depth"] = found.two_qubit_depth
    if found.two_qubit_gates:
        said["two_qubit_gates"] = found.two_qubit_gates
    return said


def _check_run(primitive: str, pubs: object, shots: object, precision: object) -> None:
    """What is wrong with the call as a whole."""
    wrong = []
    if primitive not in PRIMITIVES:
        wrong.append(f"primitive: sampler or estimator, not {primitive!r:.80}")
    if primitive == "sampler" and precision is not None:
        wrong.append("precision is for the estimator, and this is a sampler: give shots")
    if primitive == "estimator" and shots is not None:
        wrong.append("shots are for the sampler, and this is an estimator: give precision, or default_shots in options")
    if not isinstance(pubs, Iterable) or isinstance(pubs, str | bytes | Mapping) or hasattr(pubs, "num_qubits"):
        wrong.append(f"pubs: a list of PUBs, not a {type(pubs).__name__}: write [pub]")
    if wrong:
        raise UsageError("\n".join(wrong))


def _check_listed(pubs: Sequence[Any]) -> None:
    """A PUB stands in a list of its own, even if it is the only one."""
    from qiskit.circuit import QuantumCircuit

    def is_pub(value: Any) -> bool:  # noqa: ANN401
        first = value[0] if isinstance(value, tuple | list) and value else getattr(value, "circuit", value)
        return isinstance(first, QuantumCircuit)

    if pubs and isinstance(pubs[0], QuantumCircuit) and pubs[1:] and not any(map(is_pub, pubs[1:])):
        raise UsageError("pubs: this is a PUB, and not a list of PUBs: write [(circuit, ...)]")


def _sampled(pub: Any, shots: int | None) -> SamplerPub:  # noqa: ANN401
    """A sampler's PUB as Qiskit coerces it, which takes some operators for arrays of parameter values."""
    from qiskit.primitives.containers.sampler_pub import SamplerPub

    if _is_estimators(pub):
        raise UsageError("this looks like an estimator's PUB: primitive='estimator', or EstimatorV2")
    return SamplerPub.coerce(pub, shots)


def _estimated(pub: Any, precision: float | None) -> EstimatorPub:  # noqa: ANN401
    """An estimator's PUB as Qiskit coerces it; observables of another width are told with their cure."""
    from qiskit.primitives.containers.estimator_pub import EstimatorPub

    try:
        return EstimatorPub.coerce(pub, precision)
    except ValueError:
        if misfit := _misfit(pub):
            raise UsageError(misfit) from None
        raise


def _misfit(pub: Any) -> str:  # noqa: ANN401
    """That observables are on more or fewer qubits than the circuit, or ""."""
    from qiskit.circuit import QuantumCircuit
    from qiskit.primitives.containers.observables_array import ObservablesArray

    match pub:
        case [QuantumCircuit() as circuit, observables, *_]:
            widths = {len(term) for each in ObservablesArray.coerce(observables).ravel() for term in each}
        case _:
            return ""
    if widths <= {circuit.num_qubits}:
        return ""
    laid = "lay them out with apply_layout(circuit.layout), or give the circuit untranspiled, and transpile=1"
    cure = laid if circuit.layout is not None else "they need as many letters as the circuit has qubits"
    several = " or ".join(map(str, sorted(widths)))
    return f"its observables are on {several} qubits, and its circuit is on {circuit.num_qubits}: {cure}"


def _is_estimators(pub: Any) -> bool:  # noqa: ANN401
    """Whether observables stand where a sampler's PUB has parameter values."""
    from qiskit.primitives.containers.estimator_pub import EstimatorPub
    from qiskit.primitives.containers.observables_array import ObservablesArray

    if isinstance(pub, EstimatorPub):
        return True
    try:
        return bool(ObservablesArray.coerce(pub[1]).size)
    except Exception:  # what parameter values of any kind make Qiskit raise
        return False


def _wrong(pub: AnyPub) -> Iterator[str]:
    """What Qiskit lets pass and no run could do, or none would want."""
    if not hasattr(pub, "observables") and not any(step.clbits for step in pub.circuit.data):
        yield "its circuit measures nothing: call measure_all() before it is transpiled"
    if 0 in pub.shape:
        yield f"its array of parameter values or observables is empty (shape {pub.shape})"
    precision = getattr(pub, "precision", None)
    if precision is not None and precision <= 0:
        yield f"precision must be more than 0, not {precision}"


def _numbered(numbers: Sequence[int]) -> str:
    """``PUB 1``, ``PUBs 1 to 9``, ``PUBs 1, 3, 7 and 5 more``."""
    first, last = numbers[0], numbers[-1]
    if len(numbers) == 1:
        return f"PUB {first}"
    if last - first == len(numbers) - 1:
        return f"PUBs {first} to {last:,}"
    more = len(numbers) - SHOWN
    return f"PUBs {', '.join(map(str, numbers[:SHOWN]))}{f' and {more:,} more' if more > 0 else ''}"


def _said(error: Exception) -> str:
    """An error of Qiskit's in one line."""
    return plain(" ".join(str(getattr(error, "message", "") or error).split())) or type(error).__name__
