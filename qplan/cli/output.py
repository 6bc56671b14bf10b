"""Where text goes: standard output, or a file that is written whole or not at all."""

from __future__ import annotations

import codecs
import os
import shutil
import sys
from pathlib import Path

from qplan.errors import FileError
from qplan.saving import replace_file

NARROWEST, WIDEST = 80, 120
_ALIKE = str.maketrans("─╌│└┘┴█▒░▶·…⋯¦", "--|+++#*+>.~/!")
"""ASCII signs, each as wide as what it stands for: tables keep their shape, a timeline's phases stay apart."""


def write(text: str, path: str | None) -> None:
    """Write to ``path``; without one, or to ``-``, to standard output."""
    if path in (None, "-"):
        _print(text)
        return
    try:
        _write(Path(path), text)
    except OSError as error:
        raise FileError(f"{_named(path)}: cannot be written: {error.strerror}") from error


def refuse_existing(path: str | None) -> None:
    """Keep the hands off a file that is there already (what is no regular file loses nothing by being written to)."""
    if path is not None and os.path.isfile(path):
        raise FileError(f"{_named(path)}: there is such a file already; --force overwrites it")


def unwritable(error: OSError) -> FileError:
    """Standard output cannot take what it is given (its disk is full, say)."""
    abandon()
    return FileError(f"standard output: cannot be written: {error.strerror}")


def abandon() -> None:
    """Point standard output at nothing: what it could not take would make the interpreter complain at its exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def width() -> int:
    """Columns to fill: the terminal's, within what tables are made for."""
    return max(NARROWEST, min(WIDEST, shutil.get_terminal_size((NARROWEST, 24)).columns))


def color(path: str | None) -> bool:
    """Colour only on a terminal, and never against NO_COLOR."""
    if path is not None or sys.stdout is None or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return sys.stdout.isatty()


def _print(text: str) -> None:
    if sys.stdout is None:
        raise FileError("standard output: it is closed")
    try:
        sys.stdout.write(_showable(text, sys.stdout.encoding))
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise unwritable(error) from error


def _showable(text: str, encoding: str) -> str:
    """The text in what the encoding has; what it lacks becomes a sign that looks alike, or an escape."""
    return text.encode(encoding, "qplan.alike").decode(encoding)


def _alike(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeEncodeError)
    lacking = error.object[error.start : error.end].translate(_ALIKE)
    return lacking.encode("ascii", "backslashreplace").decode("ascii"), error.end


codecs.register_error("qplan.alike", _alike)


def _write(path: Path, text: str) -> None:
    if path.exists() and not path.is_file():
        # A terminal, a pipe, /dev/null: it must not be replaced.
        path.write_text(text, encoding="utf-8")
        return
    replace_file(Path(os.path.realpath(path)), text)


def _named(path: str) -> str:
    """A path on one line, with nothing in it that could drive a terminal."""
    from qplan.render.safe import plain

    return plain(path) or "''"
