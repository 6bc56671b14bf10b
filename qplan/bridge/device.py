"""Devices: what Qiskit schedules circuits on, and the same device in the words of a workload file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from difflib import get_close_matches
from statistics import median
from typing import TYPE_CHECKING, Any

from qplan.bridge.fakes import fakes, meant, quietly
from qplan.bridge.need import need
from qplan.bridge.snapshot import Snapshot, snapshot_of
from qplan.errors import UsageError
from qplan.model.backend import Backend
from qplan.parse import catalog
from qplan.render.safe import plain

if TYPE_CHECKING:
    from qiskit.providers import BackendV2
    from qiskit.transpiler import Target

TWO_QUBIT_GATES = ("cz", "ecr", "cx")
"""Those that IBM's devices are calibrated for first; rzz is a fractional gate beside them."""
ALIKE_NS = 0.06
"""Medians that differ by less are the same: shipped profiles are rounded to a tenth of a nanosecond."""
LENGTHS = ("sx", "two_qubit", "measure", "reset")
_FROM = re.compile(r"\b((?:ibm|fake)_[a-z0-9_]+)\)?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A device by its ``target``; ``backend`` is the value of a workload file's ``backend:``.

    ``notes`` tell what was taken for granted, a line each.
    """

    name: str
    target: Target
    backend: str | Mapping[str, object]
    notes: tuple[str, ...] = ()


def device_of(spec: str) -> Device:
    """The device that a command line names: a fake backend, a shipped profile, or ``conf.json,props.json``.

    A shipped profile is its fake twin. One without a twin takes the connections, and the lengths that its profile
    lacks, from a device of its size. Raises ``UsageError`` (no such device), ``FileError`` and ``WorkloadError``.
    """
    need("a device", "qiskit_ibm_runtime")
    if spec.endswith(".json"):
        return _described(spec)
    known = fakes()
    name = meant(spec, known)
    if name:
        return device_from(quietly(known[name]))
    if spec in catalog.backend_names():
        return _shipped(catalog.backend(spec), known)
    raise UsageError(_unknown(spec, known))


def device_from(backend: BackendV2 | Snapshot) -> Device:
    """The device behind a backend of Qiskit: a fake one, one of the service, or any other with a target.

    In a workload file it is the shipped profile of its name, with the lengths that differ replaced; without such a
    profile all its figures are stated.
    """
    name = _name(backend)
    target = backend.target
    base = _profile_of(name)
    if base is None and target.num_qubits is None:
        return Device(name=name, target=target, backend="local_simulator")
    figures = figures_of(target) | _delays(backend)
    if base is not None:
        fake = name.startswith("fake_")
        return Device(name=name, target=target, backend=base.name if fake else _changed(base, figures))
    return Device(name=name, target=target, backend=_stated(figures, backend), notes=(_no_profile(name),))


def figures_of(target: Target) -> dict[str, object]:
    """Qubits and median lengths of a target, in the keys of a workload file's ``backend``; ``None``: not known."""
    two_qubit = next((name for name in TWO_QUBIT_GATES if _lengths_ns(target, name)), "")
    gates = {"sx": "sx", "two_qubit": two_qubit, "measure": "measure", "reset": "reset"}
    lengths = {key: _length(_lengths_ns(target, gate)) for key, gate in gates.items()}
    return {"qubits": target.num_qubits, **lengths}


def _lengths_ns(target: Target, gate: str) -> list[float]:
    """Every known length of a gate, in nanoseconds."""
    if gate not in target.operation_names:
        return []
    properties = target[gate].values()
    return [known.duration * 1e9 for known in properties if known is not None and known.duration is not None]


def _length(lengths_ns: list[float]) -> str | None:
    return f"{round(median(lengths_ns), 1):g}ns" if lengths_ns else None


def _delays(backend: BackendV2 | Snapshot) -> dict[str, object]:
    """The delays between executions that a backend states, as durations."""
    default_s = getattr(backend, "default_rep_delay", None)
    range_s = getattr(backend, "rep_delay_range", None) or (None, None)
    stated = zip(("rep_delay", "rep_delay_min", "rep_delay_max"), (default_s, *range_s), strict=True)
    return {key: _seconds(value_s) for key, value_s in stated if value_s is not None}


def _seconds(value_s: float) -> str:
    return f"{round(value_s * 1e6, 3):.12g}us"


def _changed(base: Backend, figures: Mapping[str, object]) -> str | dict[str, object]:
    """A shipped profile with the figures that are others today replaced; its name where none is."""
    known = {key: getattr(base, f"{key}_ns") for key in LENGTHS}
    changed = {key: figures[key] for key in LENGTHS if figures[key] and not _alike(figures[key], known[key])}
    delay = figures.get("rep_delay")
    if delay and delay != _seconds(base.rep_delay_s):
        changed["rep_delay"] = delay
    return {"profile": base.name, **changed} if changed else base.name


def _alike(length: object, known_ns: float | None) -> bool:
    return known_ns is not None and abs(float(str(length).removesuffix("ns")) - known_ns) < ALIKE_NS


def _stated(figures: Mapping[str, object], backend: BackendV2 | Snapshot) -> dict[str, object]:
    """Every figure of a device that no profile describes; a missing one is stated to be unknown."""
    name = plain(_name(backend))[:200]
    return {"name": name, **figures, "processor": plain(_processor(backend))[:200] or name}


def _processor(backend: BackendV2 | Snapshot) -> str:
    kind = getattr(backend, "processor_type", None)
    if not isinstance(kind, Mapping) or "family" not in kind:
        return ""
    return f"{kind['family']} r{kind.get('revision', '')}{kind.get('segment', '')}"


def _no_profile(name: str) -> str:
    default = catalog.defaults()["backend"]
    return (
        f"No profile of {name} ships with qplan: its qubits, lengths and delays are stated, and what else the service "
        f"says of a device (lanes, plans) is taken from {default}."
    )


def _name(backend: BackendV2 | Snapshot) -> str:
    """The name of a backend; of a simulator made from another one, that of the other one."""
    name = plain(str(backend.name or type(backend).__name__))
    inside = _FROM.search(name)
    return inside[1] if inside else name


def _profile_of(name: str) -> Backend | None:
    """The shipped profile of a device or of its fake twin."""
    known = catalog.backend_names()
    found = next((other for other in (name, name.replace("fake_", "ibm_", 1)) if other in known), None)
    return catalog.backend(found) if found else None


def _described(spec: str) -> Device:
    """The device of ``conf.json,props.json``."""
    configuration, _, properties = spec.partition(",")
    if not properties or "," in properties:
        raise UsageError(f"--backend {plain(spec)}: a configuration and properties, as conf.json,props.json")
    return device_from(snapshot_of(configuration, properties))


def _shipped(profile: Backend, known: Mapping[str, Any]) -> Device:
    """A shipped profile on its fake twin's target, else on that of a device of its size and its own lengths."""
    twin = profile.name.replace("ibm_", "fake_", 1)
    if twin in known:
        return device_from(quietly(known[twin]))
    if profile.qubits is None:
        raise UsageError(f"{profile.name} has no qubits that circuits could be placed on; name a device")
    like = next(_of_its_size(profile, known), None)
    if like is None:
        raise UsageError(f"{profile.name}: no device of {profile.qubits} qubits is known to take the connections from")
    target = deepcopy(quietly(known[like]).target)
    taken = [key for key in LENGTHS if getattr(profile, f"{key}_ns") is None]
    _lengthen(target, profile)
    note = f"No snapshot of {profile.name} is published: its connections{_and(taken)} are taken from {like}."
    return Device(name=profile.name, target=target, backend=profile.name, notes=(note,))


def _of_its_size(profile: Backend, known: Mapping[str, Any]) -> Iterator[str]:
    """Fake backends of the family and the size of a profile, by their shipped profiles."""
    family = profile.processor.partition(" ")[0]
    for name in catalog.backend_names():
        other, twin = catalog.backend(name), name.replace("ibm_", "fake_", 1)
        if twin in known and other.qubits == profile.qubits and other.processor.startswith(family):
            yield twin


def _lengthen(target: Target, profile: Backend) -> None:
    """Give a target's gates the lengths that a profile states."""
    from qiskit.transpiler import InstructionProperties

    gates = {"sx": ("sx", "x"), "two_qubit": TWO_QUBIT_GATES, "measure": ("measure",), "reset": ("reset",)}
    for key, names in gates.items():
        length_ns = getattr(profile, f"{key}_ns")
        for gate in names if length_ns is not None else ():
            for qubits in target[gate] if gate in target.operation_names else ():
                target.update_instruction_properties(gate, qubits, InstructionProperties(duration=length_ns * 1e-9))


def _and(keys: list[str]) -> str:
    return f" and the lengths of {', '.join(keys)}" if keys else ""


def _unknown(spec: str, known: Mapping[str, Any]) -> str:
    names = (*catalog.backend_names(), *known)
    nearest = get_close_matches(spec.lower(), names, n=1)
    hint = f"did you mean {nearest[0]}?" if nearest else "a fake backend (fake_fez), a profile or conf.json,props.json"
    return f"unknown device {plain(spec)[:100]!r}; {hint}"
