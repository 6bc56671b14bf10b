"""A device from its configuration and properties as JSON, as the service hands them out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from qplan.errors import FileError, UsageError
from qplan.parse.reader import read_text, shown
from qplan.render.safe import plain

if TYPE_CHECKING:
    from qiskit.transpiler import Target

KINDS = {"configuration": "basis_gates", "properties": "qubits"}
"""What the two files are, and the key by which each is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A device of two JSON files, with the attributes of a backend of Qiskit that are needed; delays in seconds."""

    name: str
    target: Target
    default_rep_delay: float | None = None
    rep_delay_range: tuple[float, float] | None = None
    processor_type: Mapping[str, object] | None = None


def snapshot_of(configuration: str, properties: str) -> Snapshot:
    """The device of the two files. Raises ``FileError`` (unreadable) and ``UsageError`` (not what they should be).

    Both files are read before anything is said, so that what is wrong with either is told at once.
    """
    read: dict[str, dict[str, Any]] = {}
    unread, wrong = [], []
    for path, kind in zip((configuration, properties), KINDS, strict=True):
        try:
            read[kind] = _mapping(path, kind)
        except FileError as error:
            unread.append(str(error))
        except UsageError as error:
            wrong.append(str(error))
    if unread:
        raise FileError("\n".join((*unread, *wrong)))
    files = f"{shown(configuration)}, {shown(properties)}"
    wrong += [] if wrong else _strangers(read["configuration"], read["properties"], files)
    wrong += _delays(read["configuration"], configuration) if "configuration" in read else []
    if wrong:
        raise UsageError("\n".join(wrong))
    try:
        return _made(read["configuration"], read["properties"])
    except Exception as error:  # Qiskit checks them little, and fails in many ways
        told = plain(f"{type(error).__name__}: {error}")[:200]
        raise UsageError(f"{files}: no device can be made of them ({told})") from None


def _strangers(configuration: dict[str, Any], properties: dict[str, Any], files: str) -> list[str]:
    """Whether the two are of different devices."""
    stated, found = configuration.get("n_qubits"), properties["qubits"]
    if not isinstance(found, list) or len(found) == stated:
        return []
    return [f"{files}: of different devices: the configuration has {stated} qubits, the properties {len(found)}"]


def _delays(configuration: dict[str, Any], file: str) -> list[str]:
    """Whether the range of delays has other than two ends; Qiskit takes any number of them."""
    ends = configuration.get("rep_delay_range")
    if ends is None or (isinstance(ends, list) and len(ends) == 2):
        return []
    told = plain(json.dumps(ends))[:40]
    return [f"{shown(file)}: rep_delay_range: {told} is not a least and a greatest delay, in microseconds"]


def _mapping(path: str, kind: str) -> dict[str, Any]:
    """The object in a JSON file, which must be of that kind."""
    try:
        content = json.loads(read_text(path), parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{shown(path)}: not JSON ({plain(str(error))[:100]})") from None
    key = KINDS[kind]
    if isinstance(content, dict) and key in content:
        return content
    other = isinstance(content, dict) and not content.keys().isdisjoint(KINDS.values())
    hint = "the order is conf.json,props.json" if other else f"backend.{kind}().to_dict() as JSON is one"
    raise UsageError(f"{shown(path)}: not the {kind} of a backend: no {key!r}; {hint}")


def _refuse(word: str) -> float:
    raise ValueError(f"{word} is not a number")


def _made(configuration: dict[str, Any], properties: dict[str, Any]) -> Snapshot:
    """As qiskit-ibm-runtime makes its fake backends of the same two files."""
    from qiskit_ibm_runtime.models import BackendConfiguration, BackendProperties
    from qiskit_ibm_runtime.utils.backend_converter import convert_to_target
    from qiskit_ibm_runtime.utils.backend_decoder import decode_backend_configuration, properties_from_server_data

    decode_backend_configuration(configuration)
    properties_from_server_data(properties)
    told = BackendConfiguration.from_dict(configuration)
    return Snapshot(
        name=str(configuration["backend_name"]),
        target=convert_to_target(told, BackendProperties.from_dict(properties), include_control_flow=True),
        default_rep_delay=getattr(told, "default_rep_delay", None),
        rep_delay_range=getattr(told, "rep_delay_range", None),
        processor_type=getattr(told, "processor_type", None),
    )
