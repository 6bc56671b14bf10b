"""The commands that read receipts: a usage model of the user's own, and an estimate beside its bill."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

from qplan.calibration import calibrate
from qplan.cli.output import color, refuse_existing, width, write
from qplan.cli.run import Request, workloads_of
from qplan.cli.status import DONE, OVER_LIMIT
from qplan.errors import FileError, Problem, Severity, UsageError, WorkloadError
from qplan.model.calibration import Matched
from qplan.model.receipt import ReceiptBook
from qplan.parse import catalog
from qplan.parse.matching import match
from qplan.parse.receipts import read_receipts
from qplan.reconciliation import reconcile
from qplan.render.base import Format, Options
from qplan.render.calibration import calibration, profile_text
from qplan.render.problems import problems_text
from qplan.render.reconciliation import reconciliation


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipts:
    """Which receipts to read, and what they leave open; ``workload`` and ``job`` own those that name none."""

    files: Sequence[str]
    workload: str = ""
    job: str = ""
    backend: str = ""
    allow_outside: bool = False


def matched_of(asked: Receipts) -> tuple[ReceiptBook, tuple[Matched, ...]]:
    """The receipts of the files with their jobs. Raises ``FileError`` and ``WorkloadError`` with every problem."""
    if list(asked.files).count("-") > 1:
        raise UsageError("standard input can be read once")
    book, problems, unread = read_receipts(
        asked.files, allow_outside=asked.allow_outside, workload=asked.workload, job=asked.job
    )
    found, unmatched, missing = match(book, backend=asked.backend, allow_outside=asked.allow_outside)
    _raise_for((*problems, *unmatched), {**unread, **missing})
    return book, found


def _raise_for(problems: Sequence[Problem], unread: Mapping[str, str]) -> None:
    errors = [problem for problem in problems if problem.severity is Severity.ERROR]
    if unread:
        raise FileError("\n".join(unread.values()), errors)
    if errors:
        raise WorkloadError(errors)


def calibrate_receipts(asked: Receipts, prior: str, format: str, out: str | None, *, force: bool) -> int:
    """Fit a usage model to receipts; the report goes to standard output, the profile to ``out``."""
    if out is not None and not out.endswith((".yaml", ".yml")):
        raise UsageError(f"a profile ends in .yaml, so that a workload can name it: -o {out}.yaml")
    if not force:
        refuse_existing(out)
    book, found = matched_of(asked)
    told = calibrate(found, book, catalog.usage_model(prior))
    if out is not None:
        write(profile_text(told), out)
    write(calibration(told, Format(format), Options(width=width(), color=color(None))), None)
    if format == Format.CSV and told.diagnostics:  # it has no room for them
        sys.stderr.write(problems_text(told.diagnostics))
    return DONE


def reconcile_receipts(request: Request, asked: Receipts, max_drift: float | None, format: str, out: str | None) -> int:
    """Lay receipts beside the estimate of a workload; over the limit if they differ by more than ``max_drift``."""
    if len(request.backends or ()) > 1:
        raise UsageError("reconcile takes one --backend")
    if max_drift is not None and not isfinite(max_drift):
        raise UsageError("--max-drift takes a share such as 0.2")
    book, problems, unread = read_receipts(
        asked.files, allow_outside=asked.allow_outside, workload=asked.workload, job=asked.job
    )
    _raise_for(problems, unread)
    [workload] = workloads_of(request)
    told = reconcile(workload, book)
    options = Options(width=width(), color=color(out))
    write(reconciliation(told, max_drift, Format(format), options), out)
    if format == Format.CSV and told.diagnostics:  # it has no room for them
        sys.stderr.write(problems_text(told.diagnostics))
    return DONE if max_drift is None or told.is_within(max_drift) else OVER_LIMIT
