"""What the user would hand to a primitive: which primitive, on which device, and circuits that the device can run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from qplan.bridge.circuit_reader import said
from qplan.bridge.device import Device, device_from, device_of
from qplan.bridge.facts import fingerprint, not_isa, transpiled
from qplan.bridge.jobs import PRIMITIVES, of_pubs
from qplan.bridge.need import need
from qplan.errors import UsageError
from qplan.render.safe import plain

if TYPE_CHECKING:
    from qiskit import QuantumCircuit

    from qplan.bridge.jobs import AnyPub

CURE = "transpile it for the backend and lay its observables out alike, or give transpile=1"
LEVELS = range(4)


def kind_of(primitive: object) -> str:
    """``sampler`` or ``estimator``, from that word, from ``SamplerV2``, or from a primitive or its class."""
    if isinstance(primitive, str):
        word = primitive.lower().removesuffix("v2")
        if word in PRIMITIVES:
            return word
    else:
        from qiskit.primitives import BaseEstimatorV2, BaseSamplerV2

        kind = primitive if isinstance(primitive, type) else type(primitive)
        for base, word in ((BaseSamplerV2, "sampler"), (BaseEstimatorV2, "estimator")):
            if issubclass(kind, base):
                return word
    told = repr(primitive)[:80] if isinstance(primitive, str) else f"a {type(primitive).__name__}"
    raise UsageError(f"primitive: 'sampler', 'estimator' or a primitive such as SamplerV2(backend), not {told}")


def device_for(backend: object, primitives: Sequence[object]) -> Device:
    """The device of a name or of a backend of Qiskit; without one, that of the primitives."""
    need("from_pubs", "qiskit_ibm_runtime")
    if backend is None:
        backend = _backend_of_all(primitives)
    if isinstance(backend, Device):
        return backend
    if isinstance(backend, str):
        return device_of(backend)
    from qiskit.providers import BackendV2

    if not isinstance(backend, BackendV2):
        told = f"backend: a name such as ibm_fez or a backend of Qiskit, not a {type(backend).__name__}"
        raise UsageError(told)
    return device_from(backend)


def mode_of(primitives: Sequence[object]) -> str | None:
    """``session`` or ``batch`` where every primitive that says so was made in one, else ``None``: left open."""
    from qiskit_ibm_runtime import Batch, Session

    places = [place for primitive in primitives if (place := getattr(primitive, "mode", None)) is not None]
    if places and all(isinstance(place, Batch) for place in places):
        return "batch"
    return "session" if places and all(isinstance(place, Session) for place in places) else None


@dataclass(slots=True, kw_only=True)
class Placing:
    """Puts PUBs on a device. ``level``: circuits that it cannot run as they are get transpiled so, else are refused."""

    device: Device
    level: int | None = None
    seed: int = 0
    transpiles: bool = False
    _made: dict[tuple[int, int], tuple[object, QuantumCircuit]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Raise ``UsageError`` for a level that there is none of."""
        if self.level is not None and self.level not in LEVELS:
            raise UsageError(f"transpile: a level from 0 to 3, not {self.level!r:.80}")

    def placed(self, pubs: Sequence[AnyPub]) -> list[AnyPub]:
        """The PUBs with circuits for the device; raises ``UsageError`` with a line for each that does not fit."""
        found, wrong = [], []
        for number, pub in enumerate(pubs, start=1):
            try:
                found.append(self._placed(pub))
            except UsageError as error:
                wrong.append((number, str(error)))
        if wrong:
            raise UsageError(of_pubs(wrong))
        return found

    def _placed(self, pub: Any) -> Any:  # noqa: ANN401 - a PUB of either kind
        circuit = self._isa(pub.circuit)
        if circuit is pub.circuit:
            return pub
        if hasattr(pub, "observables"):
            observables = pub.observables.apply_layout(circuit.layout)
            return type(pub)(circuit, observables, pub.parameter_values, pub.precision, validate=False)
        return type(pub)(circuit, pub.parameter_values, pub.shots, validate=False)

    def _isa(self, circuit: QuantumCircuit) -> QuantumCircuit:
        if self.device.target.num_qubits is None:  # a simulator takes everything
            return circuit
        at = (id(circuit), fingerprint(circuit))
        if at not in self._made:  # the circuit is kept, so that no other can get its id
            self._made[at] = (circuit, self._made_isa(circuit))
        return self._made[at][1]

    def _made_isa(self, circuit: QuantumCircuit) -> QuantumCircuit:
        why = not_isa(circuit, self.device.target)
        if not why:
            return circuit
        wide = circuit.num_qubits > self.device.target.num_qubits
        if self.level is None or wide:
            cure = "" if wide else f"; {CURE}"
            raise UsageError(f"{self.device.name} cannot run {plain(circuit.name)!r} as it is: {why}{cure}")
        self.transpiles = True
        try:
            return transpiled(circuit, self.device, self.level, self.seed)
        except Exception as error:  # what a gate without a definition, or any plugin, makes Qiskit raise
            told = f"{plain(circuit.name)!r} cannot be transpiled for {self.device.name} ({plain(said(error))[:200]})"
            raise UsageError(told) from None


def _backend_of_all(primitives: Sequence[object]) -> object:
    """The one backend that primitives were made for."""
    found = list(_backends(primitives))
    names = sorted({str(getattr(backend, "name", backend)) for backend in found})
    if len(names) > 1:
        raise UsageError(f"backend: the primitives are on {' and '.join(names)}; a workload runs on one")
    if not found:
        raise UsageError("backend: say on which, such as ibm_fez, fake_fez or a backend of Qiskit")
    return found[0]


def _backends(primitives: Sequence[object]) -> Iterator[object]:
    for primitive in primitives:
        backend = None if isinstance(primitive, str | type) else getattr(primitive, "backend", None)
        backend = backend() if callable(backend) else backend
        if backend is not None:
            yield backend
