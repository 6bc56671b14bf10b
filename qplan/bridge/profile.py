"""A profile file from a device: from its configuration and properties as JSON (no Qiskit), or from a ``BackendV2``."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from difflib import get_close_matches
from statistics import median
from typing import TYPE_CHECKING, Any, Final

from qplan import __version__
from qplan.bridge.document import workload_text
from qplan.bridge.fakes import fakes, meant, quietly
from qplan.bridge.need import need, version_of
from qplan.bridge.profile_figures import Lengths, Part, Snapshot, snapshot_of
from qplan.bridge.profile_json import read_json
from qplan.errors import FileError, Problem, UsageError, WorkloadError
from qplan.model.fact import Status
from qplan.parse import catalog
from qplan.parse.durations import SECONDS_OF
from qplan.parse.package_data import content_of
from qplan.parse.reader import shown
from qplan.render.safe import plain

if TYPE_CHECKING:
    from qiskit.providers import BackendV2
    from qiskit.transpiler import Target

TENTH: Final = Decimal("0.1")
"""Shipped lengths are to a tenth of a nanosecond."""
NS_PER_S: Final = 1 / SECONDS_OF["ns"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceProfile:
    """A profile of a device called ``name``: ``document`` holds the keys of a profile file."""

    name: str
    document: Mapping[str, object]

    def text(self) -> str:
        """The file: name it in a workload as ``backend: ./FILE.yaml``."""
        return workload_text(
            self.document,
            [
                f"{self.name}: {self.document['title']}. Made by qplan {__version__}.",
                "Lengths are medians over the qubits or edges of the snapshot; an omitted figure is not known. "
                "Which plans may use the device, and when it retires, no snapshot tells.",
            ],
        )


def profile_of_files(configuration: str, properties: str | None = None) -> DeviceProfile:
    """The profile that two JSON files give, or the configuration alone: then no length is known.

    Raises ``FileError`` and ``WorkloadError`` with every problem of both.
    """
    paths = [("configuration", configuration), *([("properties", properties)] if properties else [])]
    if len({os.path.realpath(path) for _, path in paths}) < len(paths):
        raise UsageError(f"{shown(configuration)} is named twice: a configuration, then properties")
    parts = _read([(kind, str(path)) for kind, path in paths])
    snapshot = snapshot_of(parts[0], parts[1] if properties else None)
    names = " and ".join(plain(os.path.basename(part.file)) for part in parts)
    return _profile(snapshot, {"title": f"{_versioned(snapshot)}, device snapshot", "path": names})


def profile_from(backend: BackendV2) -> DeviceProfile:
    """The profile of a backend of Qiskit, from its configuration and properties or, without them, from its target.

    Raises ``UsageError`` if the backend tells no repetition delay, ``WorkloadError`` for figures that cannot be.
    """
    described = _described(backend)
    snapshot = described or _targeted(backend)
    source = {"title": f"{_versioned(snapshot)}, read from the backend"}
    return _profile(snapshot, source, Status.PUBLISHED if described else Status.USER)


def profile_of_fake(name: str) -> DeviceProfile:
    """The profile of a fake backend of qiskit-ibm-runtime, by its name (``fake_fez``) or that of its class.

    Raises ``UsageError`` where there is none, or no Qiskit.
    """
    need("the profile of a fake backend", "qiskit_ibm_runtime")
    known = fakes()
    fake = meant(name, known)
    if not fake:
        nearest = get_close_matches(name.lower(), known, n=1)
        hint = f"did you mean {nearest[0]}?" if nearest else "name two JSON files, or a fake backend such as fake_fez"
        raise UsageError(f"unknown fake backend {plain(repr(name[:100]))}; {hint}")
    snapshot = _described(quietly(known[fake]))
    assert snapshot is not None
    title = f"{_versioned(snapshot)} of qiskit-ibm-runtime {version_of('qiskit-ibm-runtime')}, device snapshot"
    return _profile(snapshot, {"title": title})


def _read(paths: list[tuple[str, str]]) -> list[Part]:
    """The documents; the problems of all files at once."""
    parts, unread, problems = [], [], list[Problem]()
    for kind, path in paths:
        try:
            parts.append(Part(file=shown(path), kind=kind, tree=read_json(path)))
        except FileError as error:
            unread.append(str(error))
        except WorkloadError as error:
            problems += error.problems
    if unread:
        raise FileError("\n".join(unread), problems)
    if problems:
        raise WorkloadError(problems)
    return parts


def _described(backend: Any) -> Snapshot | None:  # noqa: ANN401 - configuration and properties are IBM's additions
    """The snapshot of IBM's own and its fake backends; ``None`` for one without a configuration."""
    if not callable(getattr(backend, "configuration", None)):
        return None
    name = plain(str(backend.name))
    configuration = Part(file=name, kind="configuration", tree=backend.configuration().to_dict())
    told = backend.properties() if callable(getattr(backend, "properties", None)) else None
    return snapshot_of(configuration, told and Part(file=name, kind="properties", tree=told.to_dict()))


def _targeted(backend: BackendV2) -> Snapshot:
    """The snapshot of a backend that has a target only: no processor, no date."""
    target, name = backend.target, plain(str(backend.name or type(backend).__name__))
    delay_s = getattr(backend, "default_rep_delay", None)
    if not isinstance(delay_s, int | float) or target.num_qubits is None:
        lacking = "repetition delay" if target.num_qubits else "number of qubits"
        raise UsageError(f"{name} tells no {lacking}, which a profile needs: write one by hand, as docs/data.md shows")
    # Through the same checks as JSON, which has microseconds.
    described = {"backend_name": name, "n_qubits": target.num_qubits, "default_rep_delay": delay_s * 1e6}
    known = snapshot_of(Part(file=name, kind="configuration", tree=described), None)
    return replace(
        known,
        sx=_lengths(target, "sx"),
        two_qubit=_two_qubit(target),
        measure=_lengths(target, "measure"),
        reset=_lengths(target, "reset"),
    )


def _lengths(target: Target, gate: str) -> Lengths | None:
    """The known lengths of a gate of a target, in ns."""
    properties = target[gate].values() if gate in target.operation_names else ()
    durations_s = [known.duration for known in properties if known is not None and known.duration is not None]
    ns = tuple(Decimal(repr(float(duration_s))) * NS_PER_S for duration_s in durations_s)
    return Lengths(name=gate, ns=ns) if ns else None


def _two_qubit(target: Target) -> Lengths | None:
    """The gate on two qubits, without a parameter, that stands on most edges."""
    names = [n for n in target.operation_names if _is_pair(target.operation_from_name(n))]
    found = [lengths for lengths in (_lengths(target, name) for name in names) if lengths]
    return max(found, key=lambda lengths: len(lengths.ns), default=None)


def _is_pair(operation: Any) -> bool:  # noqa: ANN401 - an instruction, or the class of one
    return getattr(operation, "num_qubits", 0) == 2 and not getattr(operation, "params", ())


def _profile(snapshot: Snapshot, source: Mapping[str, str], status: Status = Status.PUBLISHED) -> DeviceProfile:
    """The document in the form of the shipped profiles; IBM publishes what its devices tell of themselves."""
    size = f"{snapshot.qubits} qubits"
    lanes, faq = _lanes(snapshot.name)
    dated = {**source, "date": snapshot.date} if snapshot.date else dict(source)
    figures = {key: {"value": value, "source": "snapshot", "status": status.value} for key, value in _values(snapshot)}
    if snapshot.two_qubit:
        figures["two_qubit"]["note"] = _range(snapshot.two_qubit)
    document = {
        "title": f"{size}, {snapshot.processor}" if snapshot.processor else size,
        **({"simulator": True} if snapshot.simulator else {}),
        "sources": {"snapshot": dated, "faq": faq},
        "lanes": lanes if status is Status.PUBLISHED else {**lanes, "status": Status.ASSUMED.value},
        **figures,
    }
    return DeviceProfile(name=snapshot.name, document=document)


def _values(snapshot: Snapshot) -> list[tuple[str, object]]:
    """What is known of the device, in the order of the shipped profiles."""
    delays = {
        "rep_delay": snapshot.rep_delay_us,
        "rep_delay_min": snapshot.rep_delay_min_us,
        "rep_delay_max": snapshot.rep_delay_max_us,
    }
    lengths = {
        "sx": snapshot.sx,
        "two_qubit": snapshot.two_qubit,
        "measure": snapshot.measure,
        "reset": snapshot.reset,
    }
    return [
        ("qubits", snapshot.qubits),
        *([("processor", snapshot.processor)] if snapshot.processor else []),
        *((key, _with_unit(us, "us")) for key, us in delays.items() if us is not None),
        *((key, _with_unit(_to_a_tenth(median(length.ns)), "ns")) for key, length in lengths.items() if length),
    ]


def _lanes(name: str) -> tuple[Mapping[str, object], Mapping[str, object]]:
    """The lanes of the shipped profile of that name, else those said of most devices, and their source."""
    shipped = name if name in catalog.backend_names() else catalog.defaults()["backend"]
    content = content_of(f"backends/{shipped}.yaml")
    lanes = content["lanes"]
    return lanes, content["sources"][lanes["source"]]


def _versioned(snapshot: Snapshot) -> str:
    return f"{snapshot.name} {snapshot.version}".rstrip()


def _range(lengths: Lengths) -> str:
    """The gate and the range of its lengths: ``cz, 84 to 104ns``."""
    least, most = (_to_a_tenth(end(lengths.ns)) for end in (min, max))
    return lengths.name if least == most else f"{lengths.name}, {_plain(least)} to {_with_unit(most, 'ns')}"


def _to_a_tenth(ns: Decimal) -> Decimal:
    return ns.quantize(TENTH)


def _with_unit(value: Decimal, unit: str) -> str:
    return f"{_plain(value)}{unit}" if value else "0s"


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
