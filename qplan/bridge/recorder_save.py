"""A text to a file, whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from qplan.errors import FileError
from qplan.render.safe import plain
from qplan.saving import replace_file


def saved(text: str, path: str | os.PathLike[str]) -> None:
    """Write beside the target and rename, so that a reader never sees half a file. Raises ``FileError``."""
    target = Path(os.path.realpath(path))
    try:
        replace_file(target, text)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not a name that a file can have"
        raise FileError(f"{plain(os.fspath(path))}: cannot be written: {reason}") from error


def check_writable(path: str | os.PathLike[str]) -> None:
    """Raise ``FileError`` where a file could not be written: better before an hour of work than after it."""
    target = os.path.realpath(path)
    folder = os.path.dirname(target)
    if not os.path.isdir(folder):
        raise FileError(f"{plain(os.fspath(path))}: cannot be written: there is no such folder")
    if os.path.isdir(target) or not os.access(folder, os.W_OK):
        raise FileError(f"{plain(os.fspath(path))}: cannot be written: it is a folder, or in one without permission")
