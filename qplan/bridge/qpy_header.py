"""The head of a QPY file, read before Qiskit is given the rest."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from qplan.bridge.need import CURE, qiskit_version
from qplan.parse.package_data import content_of

MAGIC = b"QISKIT"
HEAD = struct.Struct("!6sBBBBQ")
"""Magic, version of QPY, version of the Qiskit that wrote it, number of circuits: alike in every version."""
TABLE_FROM, TABLE_ENTRY = 16, 8
"""From this version of QPY on, each circuit has an entry of so many bytes in a table."""
MOST_CIRCUITS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What the head of a QPY file says: version, writer (``2.6.2``), number of circuits."""

    version: int
    writer: str
    circuits: int

    def __str__(self) -> str:
        return f"QPY {self.version}, written by Qiskit {self.writer}"


def is_qpy(data: bytes) -> bool:
    """Whether a file says of itself that it is QPY."""
    return data.startswith(MAGIC)


def head_of(data: bytes, newest: int, *, trust: bool) -> Head:
    """The head; ``newest`` is the version up to which the installed Qiskit reads.

    Raises ``ValueError`` with a line that says why the rest must not or cannot be read.
    """
    if len(data) < HEAD.size:
        raise ValueError(f"cut off: the head of a QPY file has {HEAD.size} bytes, and there are {len(data)}")
    _, version, *parts, circuits = HEAD.unpack_from(data)
    head = Head(version=version, writer=".".join(map(str, parts)), circuits=circuits)
    why = _refused(head, newest, trust) or _implausible(head, len(data))
    if why:
        raise ValueError(why)
    return head


def can_carry_code(data: bytes) -> bool:
    """Whether a QPY file is of a version that can hold code which runs when it is read."""
    _, version, *_ = HEAD.unpack_from(data)
    return bool(version < _oldest_without_code())


def _oldest_without_code() -> int:
    return int(content_of("qpy.yaml")["oldest_without_code"]["value"])


def _refused(head: Head, newest: int, trust: bool) -> str:
    if head.version > newest:
        return (
            f"{head}; the installed Qiskit {qiskit_version()} reads QPY up to {newest}: "
            f"{CURE} --upgrade, or write the file with version={newest}"
        )
    if head.version == 0:
        return "damaged: there is no QPY of version 0"
    oldest = _oldest_without_code()
    if head.version < oldest and not trust:
        return (
            f"{head}; QPY below {oldest} can carry code that runs when it is read (CVE-2025-2000): "
            "write it anew with Qiskit 1.3 or newer, or say --trust if it is yours"
        )
    return ""


def _implausible(head: Head, size: int) -> str:
    if head.circuits == 0:
        return "holds no circuit"
    if head.circuits > MOST_CIRCUITS:
        return f"says that it holds {head.circuits:,} circuits; at most {MOST_CIRCUITS:,} are read"
    if head.version >= TABLE_FROM and head.circuits * TABLE_ENTRY > size:
        return f"cut off: it says that it holds {head.circuits:,} circuits, and has {size:,} bytes"
    return ""
