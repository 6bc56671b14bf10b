"""How long one circuit runs, in seconds, and how ZNE's gate folding lengthens it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from qplan.model.backend import Backend
from qplan.model.fact import Fact, Status
from qplan.model.usage import CircuitDefaults
from qplan.model.workload import Pub
from qplan.plan.count import FILE, exact, in_us, plain

NS = Decimal("1e-9")


@dataclass(frozen=True, slots=True, kw_only=True)
class CircuitTime:
    """One run of a circuit with its measurement, in seconds.

    ``two_qubit_s`` is the part that gate folding repeats, ``None`` where it is not known; ``formula``
    derives ``seconds``, ``fact`` is its source.
    """

    seconds: Decimal
    two_qubit_s: Decimal | None
    formula: str
    fact: Fact

    def total_s(self, noise_factors: Sequence[float], *, folding: bool) -> Decimal:
        """The sum over the noise factors; without folding, or where it cannot be known, each takes as long."""
        plain_s = self.seconds * len(noise_factors)
        if not folding or self.two_qubit_s is None:
            return plain_s
        return plain_s + self.two_qubit_s * sum((exact(factor) - 1 for factor in noise_factors), Decimal())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lengths:
    """A backend's median lengths in seconds."""

    one_qubit_s: Decimal
    two_qubit_s: Decimal
    measure_s: Decimal


def circuit_time(pub: Pub, qubits: int | None, backend: Backend, defaults: CircuitDefaults) -> CircuitTime:
    """The stated duration, else what the backend's gate lengths make of depth or gates, else the default.

    With ``two_qubit_depth``: its layers take a two-qubit gate, the rest of ``depth`` an sx gate. With ``depth``
    alone, the usual share of its layers holds two-qubit gates. With ``two_qubit_gates`` alone, they fill layers of
    ``qubits`` qubits as they usually do. All add one measurement.
    """
    lengths = _lengths(backend)
    if pub.circuit_duration_s is not None:
        return _stated(exact(pub.circuit_duration_s), pub, lengths, "stated", FILE)
    layers = _layers(pub, qubits, defaults)
    if lengths is not None and layers is not None:
        return _by_layers(layers, lengths, _gate_fact(backend))
    why = _missing(pub, backend)
    if not defaults.duration_s:
        fact = _counted_elsewhere(defaults, why)
        return _stated(defaults.duration_s, pub, lengths, why, fact)
    fact = _default_fact(defaults.duration_s, why)
    return _stated(defaults.duration_s, pub, lengths, "default", fact)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Layers:
    """Layers of a circuit that hold two-qubit gates, the other ones, and how they came about where not stated."""

    two_qubit: Decimal
    other: Decimal
    why: str = ""


def _layers(pub: Pub, qubits: int | None, defaults: CircuitDefaults) -> _Layers | None:
    """The layers that a PUB states or lets one work out; ``None`` if it says too little."""
    if pub.two_qubit_depth is not None:
        rest = max((pub.depth or 0) - pub.two_qubit_depth, 0)
        return _Layers(two_qubit=Decimal(pub.two_qubit_depth), other=Decimal(rest))
    if pub.depth is not None:
        return _split(Decimal(pub.depth), defaults, f"of {pub.depth:,} layers")
    if pub.two_qubit_gates is None or not qubits:
        return None
    busy = qubits * defaults.filling / 2
    two_qubit = round(pub.two_qubit_gates / busy)
    told = f"from {pub.two_qubit_gates:,} gates, {plain(round(busy, 2))} a layer"
    return _split(two_qubit / defaults.two_qubit_share, defaults, told)


def _split(depth: Decimal, defaults: CircuitDefaults, told: str) -> _Layers:
    two_qubit = depth * defaults.two_qubit_share
    return _Layers(two_qubit=two_qubit, other=depth - two_qubit, why=f" ({told})")


def _stated(seconds: Decimal, pub: Pub, lengths: _Lengths | None, formula: str, fact: Fact) -> CircuitTime:
    part = _two_qubit_part(seconds, pub, lengths)
    return CircuitTime(seconds=seconds, two_qubit_s=part, formula=formula, fact=fact)


def _two_qubit_part(seconds: Decimal, pub: Pub, lengths: _Lengths | None) -> Decimal | None:
    """The time of the two-qubit layers inside a duration that is given as a whole."""
    if lengths is None or pub.two_qubit_depth is None:
        return None
    return min(seconds, pub.two_qubit_depth * lengths.two_qubit_s)


def _by_layers(layers: _Layers, lengths: _Lengths, fact: Fact) -> CircuitTime:
    two_qubit_s = layers.two_qubit * lengths.two_qubit_s
    return CircuitTime(
        seconds=two_qubit_s + layers.other * lengths.one_qubit_s + lengths.measure_s,
        two_qubit_s=two_qubit_s,
        formula=(
            f"{plain(layers.two_qubit)} two-qubit layers x {in_us(lengths.two_qubit_s)}"
            f" + {plain(layers.other)} other layers{layers.why}"
            f" x {in_us(lengths.one_qubit_s)} + {in_us(lengths.measure_s)} measurement"
        ),
        fact=fact,
    )


def _lengths(backend: Backend) -> _Lengths | None:
    if backend.sx_ns is None or backend.two_qubit_ns is None or backend.measure_ns is None:
        return None
    return _Lengths(
        one_qubit_s=exact(backend.sx_ns) * NS,
        two_qubit_s=exact(backend.two_qubit_ns) * NS,
        measure_s=exact(backend.measure_ns) * NS,
    )


def _gate_fact(backend: Backend) -> Fact:
    """The gate lengths' source as the profile tells it; the duration made from them is derived."""
    known = (fact for fact in backend.facts if "two_qubit_ns" in fact.name)
    source = next((fact.source for fact in known), f"gate lengths of {backend.name}")
    return Fact(name="circuit duration", value="", source=source, status=Status.DERIVED)


def _missing(pub: Pub, backend: Backend) -> str:
    """Why the default is taken."""
    given = pub.depth is not None or pub.two_qubit_depth is not None or pub.two_qubit_gates is not None
    return f"gate lengths of {backend.name} are not known" if given else "neither duration nor depth is given"


def _default_fact(seconds: Decimal, why: str) -> Fact:
    value = f"{plain(seconds * 1_000_000)} us"
    return Fact(name="circuit duration", value=value, source=why, status=Status.ASSUMED)


def _counted_elsewhere(defaults: CircuitDefaults, why: str) -> Fact:
    """A default of zero is not a circuit without length: the model's other constants were fitted with it inside."""
    own = next((fact for fact in defaults.facts if fact.name == "default_circuit_duration_s"), None)
    source, date = (own.source, own.date) if own else (why, "")
    value = "inside the model's time per execution"
    return Fact(name="circuit duration", value=value, source=source, status=Status.ASSUMED, date=date)
