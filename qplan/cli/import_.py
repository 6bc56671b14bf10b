"""The command that reads circuits and writes a workload file."""

from __future__ import annotations

import os
from contextlib import suppress

from qplan.bridge.importing import ImportRequest, imported
from qplan.bridge.sources import ENDINGS
from qplan.cli.output import refuse_existing, write
from qplan.cli.status import DONE
from qplan.errors import FileError
from qplan.parse.reader import shown


def import_circuits(request: ImportRequest, out: str | None, *, force: bool) -> int:
    """Write the workload of circuits to ``out`` or to standard output; an existing file only by ``force``.

    A file that is read from is never written to.
    """
    to_screen = out is None or out == "-"
    if not force:
        refuse_existing(out)
    elif out is not None and not to_screen:
        _refuse_input(request, out)
    write(imported(request, "<workload>" if out is None or to_screen else out), out)
    return DONE


def _refuse_input(request: ImportRequest, out: str) -> None:
    device = (request.backend or "").split(",")
    inputs = (*request.paths, request.observables, request.parameters, *device)
    if any(_is_read(path, out) for path in inputs if path):
        raise FileError(f"{shown(out)}: it is read from, and would be lost; write to another file")


def _is_read(path: str, out: str) -> bool:
    """Whether ``out`` is the file at ``path``, or one of the circuits in the folder there."""
    with suppress(OSError, ValueError):  # of either, none is there
        if not os.path.isdir(path):
            return os.path.samefile(path, out)
        folder = os.path.realpath(path)
        return out.endswith(ENDINGS) and os.path.commonpath([folder, os.path.realpath(out)]) == folder
    return False
