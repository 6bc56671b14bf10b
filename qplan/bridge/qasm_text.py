"""OpenQASM before Qiskit is given it: which version it is, and what it includes."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from qplan.bridge.circuit_reader import MOST_BITS
from qplan.errors import FileError
from qplan.parse.reader import read_text, shown
from qplan.parse.traces import Folder

BUILT_IN = ("qelib1.inc", "stdgates.inc")
"""Qiskit has these inside; a file of that name is not looked for."""
MOST_CHARACTERS = 16 * 1024 * 1024
MOST_INCLUDES = 1000
MOST_NESTED = 16
MOST_DIGITS = 20
_REGISTERS = {
    2: re.compile(r"\b[qc]reg\s+\w+\s*\[([^\]]*)"),
    3: re.compile(r"\b(?:[qc]reg\s+\w+|qubit|bit)\s*\[([^\]]*)"),
}
_NUMBER = re.compile(r"0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO][0-7]+|[0-9]+")
_COMMENT = re.compile(r""""[^"\n]*"|'[^'\n]*'|(//[^\n]*|/\*.*?(?:\*/|\Z))""", re.DOTALL)
# blanks that it has passed it does not part anew (with * for *+, forty of them would take for ever)
_HEADER = re.compile(r"(?>\s+|//[^\n]*\n|/\*.*?\*/)*+OPENQASM\s+([0-9]+)(?:\.[0-9]+)?\s*;", re.DOTALL)
_INCLUDE = re.compile(
    r"""//[^\n]*|/\*.*?(?:\*/|\Z)|\binclude\s*(?:"([^"\n]*)"|'([^'\n]*)')\s*;|"[^"\n]*"|'[^'\n]*'""", re.DOTALL
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Qasm:
    """A program with its includes put in; ``version`` is 2 or 3, ``included`` the files that it takes in."""

    text: str
    version: int
    included: tuple[str, ...] = ()


def qasm_of(text: str, path: str) -> Qasm:
    """The program of a file at ``path``. Raises ``ValueError`` with a line that says what is wrong."""
    header = _HEADER.match(text)
    if header is None:
        raise ValueError("no OpenQASM line at its head; it begins with OPENQASM 2.0; or OPENQASM 3.0;")
    if header[1] not in ("2", "3"):
        raise ValueError(f"OpenQASM {header[1][:10]} is not read; 2 and 3 are")
    includes = _Includes(path)
    whole = includes.put_into(text, (os.path.realpath(path),))
    version = int(header[1])
    _check_sizes(_COMMENT.sub(_blank, whole), _REGISTERS[version])
    return Qasm(text=whole, version=version, included=tuple(includes.taken))


def _check_sizes(text: str, registers: re.Pattern[str]) -> None:
    """Raise ``ValueError`` where registers of qubits, or of bits, are too large together or of a size unknown."""
    bits: Counter[str] = Counter()
    for match in registers.finditer(text):
        kind, size = match[0][0], _size(match[1])
        if size is None:  # Qiskit takes expressions too, which can have any value
            raise ValueError(f"line {_line(text, match.start())}: the size of a register is written as one number")
        bits[kind] += size
        if bits[kind] > MOST_BITS:
            raise ValueError(f"line {_line(text, match.start())}: registers of more than {MOST_BITS:,} bits")


def _size(written: str) -> int | None:
    """The value of a number; ``None`` if it is none."""
    digits = written.strip().replace("_", "")
    if not _NUMBER.fullmatch(digits):
        return None
    if len(digits) > MOST_DIGITS:
        return MOST_BITS + 1
    return int(digits, 0 if digits[1:2].isalpha() else 10)


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def _blank(match: re.Match[str]) -> str:
    """As many lines of nothing for a comment; strings stay."""
    return match[0] if match[1] is None else " " + "\n" * match[1].count("\n")


class _Includes:
    """Puts the text of included files in the place of their ``include``; they lie in the file's folder."""

    def __init__(self, path: str) -> None:
        self._folder = Folder(path=os.path.dirname(path) or ".")
        self._size = 0
        self.taken: list[str] = []

    def put_into(self, text: str, above: tuple[str, ...]) -> str:
        """The text with its includes; ``above`` are the files that it stands in, itself too."""
        self._size += len(text)
        if self._size > MOST_CHARACTERS:
            raise ValueError(f"with what it includes, more than {MOST_CHARACTERS:,} characters")
        return _INCLUDE.sub(self._put(above), text)

    def _put(self, above: tuple[str, ...]) -> Callable[[re.Match[str]], str]:
        def put(match: re.Match[str]) -> str:
            name = match[1] if match[1] is not None else match[2]
            return match[0] if name is None or name in BUILT_IN else self._content(name, above)

        return put

    def _content(self, name: str, above: tuple[str, ...]) -> str:
        said = f"include {shown(name)[:100]!r}"
        path = self._path(name, said)
        if path in above or len(above) > MOST_NESTED:
            raise ValueError(f"{said}: it includes itself, or is nested deeper than {MOST_NESTED} files")
        if len(self.taken) >= MOST_INCLUDES:
            raise ValueError(f"more than {MOST_INCLUDES:,} includes")
        self.taken.append(shown(name))
        try:
            return self.put_into(read_text(path), (*above, path))
        except FileError as error:
            raise ValueError(f"{said}: {str(error).rpartition(': ')[2]}") from None

    def _path(self, name: str, said: str) -> str:
        try:
            return self._folder.file(name)
        except ValueError:
            raise ValueError(f"{said}: lies outside the file's folder and repository") from None
