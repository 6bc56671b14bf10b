"""The only door through which input comes in: a path or ``-`` to text. Bounded, regular files only."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable

from qplan.errors import FileError

MAX_BYTES = 16 * 1024 * 1024
STDIN = "-"
STDIN_NAME = "<stdin>"


def read_text(path: str, *, stdin: Callable[[], bytes] | None = None, most: int = MAX_BYTES) -> str:
    """The UTF-8 text of a regular file, or of standard input for ``-``; a byte order mark is dropped.

    ``stdin`` stands in for the process's standard input. Raises ``FileError`` with one line that says
    why: missing, not a regular file, larger than ``most`` bytes, not UTF-8, or binary.
    """
    data = read_bytes(path, stdin=stdin, most=most)
    if b"\0" in data:
        raise FileError(f"{shown(path)}: holds a NUL byte, so it is not a text file")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileError(f"{shown(path)}: not UTF-8 text (byte {error.start + 1} cannot be read)") from None


def read_bytes(path: str, *, stdin: Callable[[], bytes] | None = None, most: int = MAX_BYTES) -> bytes:
    """What is in a regular file or standard input, as ``read_text`` reads it, text or not."""
    data = (stdin() if stdin else standard_input(most)) if path == STDIN else _file(path, most)
    if len(data) > most:
        raise FileError(f"{shown(path)}: larger than {_size(most)}, the most that is read")
    return data


def shown(path: str) -> str:
    """A path as messages name it: ``<stdin>`` for ``-``, nothing that could drive a terminal."""
    return STDIN_NAME if path == STDIN else "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in path)


def standard_input(most: int = MAX_BYTES) -> bytes:
    """What comes in, up to a byte more than is read of a file of ``most`` bytes."""
    if sys.stdin is None:
        raise FileError(f"{STDIN_NAME}: it is closed")
    try:
        return sys.stdin.buffer.read(most + 1)
    except OSError as error:
        raise FileError(f"{STDIN_NAME}: {_reason(error)}") from None


def _file(path: str, most: int) -> bytes:
    try:
        with open(path, "rb", opener=_at_once) as file:
            mode = os.fstat(file.fileno()).st_mode
            if not stat.S_ISREG(mode):
                raise FileError(f"{shown(path)}: {_kind(mode)}, not a regular file")
            return file.read(most + 1)
    except OSError as error:
        raise FileError(f"{shown(path)}: {_reason(error)}") from None
    except ValueError:  # a NUL or a lone surrogate in the name
        raise FileError(f"{shown(path)}: not a name that a file can have") from None


def _at_once(path: str, flags: int) -> int:
    """Open without waiting for a writer, so that a FIFO is refused and never blocks."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _reason(error: OSError) -> str:
    match error:
        case FileNotFoundError():
            return "there is no such file"
        case PermissionError():
            return "no permission to read it"
        case IsADirectoryError():
            return "a directory, not a regular file"
        case _:
            return f"cannot be read ({error.strerror or 'unknown reason'})"


def _kind(mode: int) -> str:
    return "a pipe" if stat.S_ISFIFO(mode) else "a device"


def _size(count: int) -> str:
    return f"{count // 1024 // 1024} MiB" if count >= 1024 * 1024 else f"{count:,} bytes"
