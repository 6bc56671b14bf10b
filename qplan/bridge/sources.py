"""Files and folders to what is to be read as circuits: found, bounded, looked at before Qiskit sees any of it."""

from __future__ import annotations

import gzip
import os
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO

from qplan.bridge.qasm_text import qasm_of
from qplan.bridge.qpy_header import head_of, is_qpy
from qplan.errors import FileError
from qplan.parse.reader import STDIN, read_bytes, shown

ENDINGS = (".qpy", ".qpy.gz", ".qasm")
MAX_BYTES = 64 * 1024 * 1024
MOST_TOTAL = 256 * 1024 * 1024
"""Bytes of all files of a run, unpacked and with what they include."""
MAX_FILES = 10_000
GZIP = b"\x1f\x8b"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file to read circuits from. ``kind`` is qpy, qasm2 or qasm3; ``told`` says of it what a reader would ask.

    ``name`` is what messages and comments call it; ``secret`` that it takes in other files, which are not echoed.
    """

    name: str
    kind: str
    data: bytes
    told: str
    secret: bool = False


class _TooMuchError(Exception):
    """The files of a run are too large together."""


@dataclass(slots=True, kw_only=True)
class Found:
    """Why files cannot be read, what is ``wrong`` with others, and how many bytes all of them have so far."""

    unread: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    size: int = 0

    def add(self, size: int) -> None:
        """Count bytes, of files that are refused too: unpacking them takes its time."""
        self.size += size
        if self.size > MOST_TOTAL:
            raise _TooMuchError


def sources_of(paths: Sequence[str], newest: int, found: Found, *, trust: bool = False) -> Iterator[Source]:
    """What the paths name, folders in the order of their files' names; ``newest`` QPY version that can be read.

    One file at a time is held. Those that cannot be tried are told to ``found``.
    """
    for file, name in (each for path in paths for each in _files(path, found)):
        try:
            source = _source(file, name, newest, found, trust=trust)
        except FileError as error:
            found.unread.append(f"{name}: {str(error).partition(': ')[2]}" if file != name else str(error))
        except ValueError as error:
            found.wrong.append(f"{name}: {error}")
        except _TooMuchError:
            most = f"{MOST_TOTAL // 1024 // 1024:,} MiB"
            found.wrong.append(f"{name}: more than {most} with the files before it, unpacked; import them in parts")
            return
        else:
            yield source


def _files(path: str, found: Found) -> Iterator[tuple[str, str]]:
    """The files of a path with the names they are told by; a folder's are those below it."""
    if not os.path.isdir(path):
        yield path, shown(path)
        return
    told = len(found.wrong)
    below = list(_below(path, found))
    if not below and len(found.wrong) == told:
        found.wrong.append(f"{shown(path)}: holds no file that ends in {', '.join(ENDINGS)}")
    yield from below


def _below(folder: str, found: Found) -> Iterator[tuple[str, str]]:
    """Circuits in a folder and the folders in it, hidden ones left out; links must not lead out of it."""
    root, count = os.path.realpath(folder), 0
    for here, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(name for name in files if name.endswith(ENDINGS) and not name.startswith(".")):
            path = os.path.join(here, name)
            count += 1
            if count > MAX_FILES:
                found.wrong.append(f"{shown(folder)}: more than {MAX_FILES:,} files of circuits")
                return
            if os.path.commonpath([root, os.path.realpath(path)]) != root:
                found.wrong.append(f"{shown(path)}: a link that leads out of the folder; name the file itself")
            else:
                yield path, shown(path)


def _source(path: str, name: str, newest: int, found: Found, *, trust: bool) -> Source:
    """A file by its content, whatever its name. Raises ``FileError``, ``ValueError`` and ``_TooMuchError``."""
    data = _unpacked(read_bytes(path, most=MAX_BYTES))
    found.add(len(data))
    if len(data) > MAX_BYTES:
        raise ValueError(f"larger than {MAX_BYTES // 1024 // 1024} MiB when it is unpacked")
    if not data.strip():
        raise ValueError("the file is empty")
    if is_qpy(data):
        head = head_of(data, newest, trust=trust)
        return Source(name=name, kind="qpy", data=data, told=str(head))
    program = qasm_of(_text(data), "stdin" if path == STDIN else path)
    found.add(len(program.text) if program.included else 0)
    told = f"OpenQASM {program.version}"
    if program.included:
        told += f", with {', '.join(program.included)}"
    kind = f"qasm{program.version}"
    return Source(name=name, kind=kind, data=program.text.encode(), told=told, secret=bool(program.included))


def _text(data: bytes) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise ValueError("neither QPY (it does not begin with QISKIT) nor OpenQASM (it is not UTF-8 text)")
    return text


def _unpacked(data: bytes) -> bytes:
    """A compressed file's content, up to a byte more than is read; anything else as it is."""
    if not data.startswith(GZIP):
        return data
    try:
        with gzip.open(BytesIO(data)) as file:
            return file.read(MAX_BYTES + 1)
    except (OSError, EOFError, zlib.error):
        raise ValueError("damaged, or cut off: it cannot be unpacked") from None
