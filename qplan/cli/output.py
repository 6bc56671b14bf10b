"""Where text goes: standard output, or a file that is written whole or not at all."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
from pathlib import Path

from qplan.errors import FileError

NARROWEST, WIDEST = 80, 120


def write(text: str, path: str | None) -> None:
    """Write to ``path``, or to standard output without one."""
    if path is None:
        sys.stdout.write(text)
        return
    target = Path(path).resolve()
    if target.exists() and not target.is_file():
        _pour(target, text)
    else:
        _replace(target, text)


def _pour(path: Path, text: str) -> None:
    """Write into what is no regular file (a terminal, a pipe, /dev/null): it must not be replaced."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise FileError(f"{path}: cannot be written: {error.strerror}") from error


def _replace(path: Path, text: str) -> None:
    """Write beside the target and rename, so that a reader never sees half a file."""
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise FileError(f"{path}: cannot be written: {error.strerror}") from error
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        _adopt_mode(path, temporary)
        os.replace(temporary, path)
    except OSError as error:
        raise FileError(f"{path}: cannot be written: {error.strerror}") from error
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(temporary)


def _adopt_mode(path: Path, temporary: str) -> None:
    """Give the new file the old one's permissions, or those that the umask leaves a new file."""
    if path.exists():
        mode = path.stat().st_mode & 0o777
    else:
        umask = os.umask(0)
        os.umask(umask)
        mode = 0o666 & ~umask
    os.chmod(temporary, mode)


def width() -> int:
    """Columns to fill: the terminal's, within what tables are made for."""
    return max(NARROWEST, min(WIDEST, shutil.get_terminal_size((NARROWEST, 24)).columns))


def color(path: str | None) -> bool:
    """Colour only on a terminal, and never against NO_COLOR."""
    return path is None and sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
