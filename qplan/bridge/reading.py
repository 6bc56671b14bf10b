"""Circuits from QPY and OpenQASM files and folders of them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qplan.bridge.circuit_reader import NEED
from qplan.bridge.need import need
from qplan.bridge.qpy_header import MOST_CIRCUITS
from qplan.bridge.reader_process import NoTimeError, ReaderProcess
from qplan.bridge.sources import Found, Source, sources_of
from qplan.errors import FileError, UsageError
from qplan.parse.reader import STDIN, STDIN_NAME
from qplan.render.safe import plain

if TYPE_CHECKING:
    from qiskit import QuantumCircuit

LONGEST_NAME = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadCircuit:
    """A circuit of a file; ``label`` tells it from all others: the file, with its name or number if it has several."""

    file: str
    label: str
    circuit: QuantumCircuit


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadFile:
    """A file and its circuits, in the order of the file; ``told`` is its format."""

    name: str
    told: str
    circuits: tuple[ReadCircuit, ...]


def read_files(paths: Sequence[str], *, trust: bool = False, process: ReaderProcess | None = None) -> list[ReadFile]:
    """Every file that the paths name, in their order; folders in the order of their files' names.

    Raises ``FileError`` and ``UsageError`` with a line for each file that cannot be read or is not right. ``trust``
    lets QPY in that can carry code. ``process`` is a reader that has been started already.
    """
    if not paths:
        raise UsageError("name a file of circuits, or a folder of them")
    if list(paths).count("-") > 1:
        raise UsageError("standard input can be read once")
    need("reading circuits", "qiskit_ibm_runtime")
    found = Found()
    sources = sources_of(paths, newest_qpy(), found, trust=trust)
    if process is not None:
        return _read(sources, found, process)
    with ReaderProcess() as own:
        return _read(sources, found, own)


def newest_qpy() -> int:
    """The newest version of QPY that the installed Qiskit reads."""
    from qiskit.qpy import QPY_VERSION

    return int(QPY_VERSION)


def _read(sources: Iterable[Source], found: Found, process: ReaderProcess) -> list[ReadFile]:
    files: list[ReadFile] = []
    circuits = 0
    for source in sources:
        if source.kind in NEED:
            need(f"reading OpenQASM {source.kind[-1]}", *NEED[source.kind])
        try:
            files.append(_labelled(source, process.read(source.kind, source.data)))
            circuits += len(files[-1].circuits)
        except NoTimeError as error:
            found.wrong.append(f"{source.name}: {error}")
            break
        except ValueError as error:
            # what stands in an included file is never echoed
            told = "cannot be read together with what it includes" if source.secret else str(error)
            found.wrong.append(f"{source.name}: {told}")
        if circuits > MOST_CIRCUITS:
            found.wrong.append(f"more than {MOST_CIRCUITS:,} circuits; import them in parts")
            break
    _refuse(found)
    return files


def _refuse(found: Found) -> None:
    if found.unread:
        raise FileError("\n".join((*found.unread, *found.wrong)))
    if found.wrong:
        raise UsageError("\n".join(found.wrong))


def _labelled(source: Source, circuits: Sequence[QuantumCircuit]) -> ReadFile:
    if source.kind != "qpy":
        circuits[0].name = stem(source.name)  # what Qiskit calls it is a running number
    several = len(circuits) > 1
    read = tuple(
        ReadCircuit(
            file=source.name,
            label=f"{source.name}: circuit {number} ({_name(circuit)})" if several else source.name,
            circuit=circuit,
        )
        for number, circuit in enumerate(circuits, start=1)
    )
    return ReadFile(name=source.name, told=source.told, circuits=read)


def stem(path: str) -> str:
    """A name out of a path, fit for a workload."""
    if path in (STDIN, STDIN_NAME):
        return "import"
    base = os.path.basename(os.path.normpath(os.path.abspath(path)))
    return plain(re.sub(r"(\.qpy|\.qasm|\.gz)+$", "", base)).strip()[:LONGEST_NAME] or "import"


def _name(circuit: QuantumCircuit) -> str:
    return plain(str(circuit.name))[:60]
