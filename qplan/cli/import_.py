"""The command that reads circuits and writes a workload file."""

from __future__ import annotations

from qplan.bridge.importing import ImportRequest, imported
from qplan.cli.output import refuse_existing, write
from qplan.cli.status import DONE


def import_circuits(request: ImportRequest, out: str | None, *, force: bool) -> int:
    """Write the workload of circuits to ``out`` or to standard output; an existing file only by ``force``."""
    if not force:
        refuse_existing(out)
    to_screen = out in (None, "-")
    write(imported(request, "<workload>" if to_screen else str(out)), out)
    return DONE
