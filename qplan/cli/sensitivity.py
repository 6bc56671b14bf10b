"""The command that tells which inputs drive cost and wall-clock."""

from __future__ import annotations

import sys

from qplan.cli.draws import close_meter, draws_of
from qplan.cli.output import color, width, write
from qplan.cli.run import Request, workloads_of
from qplan.cli.status import DONE
from qplan.errors import UsageError
from qplan.model.workload import Mode
from qplan.render.base import Format, Options
from qplan.render.problems import problems_text
from qplan.render.sensitivity import sensitivity as rendered
from qplan.sensitivity import sensitivity


def sensitivity_of_file(request: Request, mode: str | None, format: str, out: str | None) -> int:
    """What drives one file in one mode."""
    if len(request.backends or ()) > 1:
        raise UsageError("sensitivity takes one --backend")
    [workload] = workloads_of(request)
    draws = draws_of(request.draws)
    try:
        told = sensitivity(workload, draws, Mode(mode) if mode else None)
    finally:
        close_meter(draws)
    write(rendered(told, Format(format), Options(width=width(), color=color(out))), out)
    if format == Format.CSV and told.diagnostics:  # it has no room for them
        sys.stderr.write(problems_text(told.diagnostics))
    return DONE
