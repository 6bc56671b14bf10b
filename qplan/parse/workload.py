"""The checked shape of a file to the workload noun; whatever means nothing sensible is a problem."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath

from qplan.errors import Problem, Severity
from qplan.model.workload import Mode, Workload
from qplan.parse import catalog
from qplan.parse.background import background_of
from qplan.parse.containers import HALF_A_CANCEL, container_of
from qplan.parse.devices import backend_of, check_mode, plan_of, seen_of, usage_of
from qplan.parse.document import Document
from qplan.parse.findings import Findings
from qplan.parse.job_defaults import of_jobs
from qplan.parse.jobs import ONE_GROUP, Jobs, check_failures
from qplan.parse.kinds import LONGEST_NAME
from qplan.parse.line import queue_of
from qplan.parse.options import OTHER_PRIMITIVE
from qplan.parse.order import UNKNOWN_NAME, check_dependencies, check_names
from qplan.parse.schema import WorkloadFile
from qplan.parse.shape import Checked
from qplan.parse.size import check_clock, check_size
from qplan.parse.spreads import Spreads
from qplan.parse.surroundings import classical_of
from qplan.parse.traces import Folder


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What the command line allows a file; ``inputs`` asks for the file laid flat beside its meaning."""

    folder: Folder
    max_jobs: int
    inputs: bool = False


def resolve(checked: Checked, document: Document, limits: Limits) -> tuple[Workload | None, tuple[Problem, ...]]:
    """The workload of a file that has the right shape, and what its checks of meaning found.

    The workload stands for nothing if there is an error among the problems, or was one in the shape.
    """
    if checked.file is None:
        return None, ()
    findings = Findings(document)
    workload = _workload(checked.file, findings, limits)
    problems = tuple(problem for problem in findings.problems if not _follows(problem, checked))
    return workload, problems


def _follows(problem: Problem, checked: Checked) -> bool:
    """Whether a problem only follows from a key that the check of the shape took out."""
    if problem.code == UNKNOWN_NAME:
        return checked.lost("name", "loop", "jobs")
    if problem.code in (OTHER_PRIMITIVE, ONE_GROUP):
        return checked.lost_beside(problem.path, "primitive")
    return problem.code == HALF_A_CANCEL and checked.lost("end", "cancel_after")


def _workload(file: WorkloadFile, findings: Findings, limits: Limits) -> Workload:
    spreads = Spreads(findings=findings, folder=limits.folder)
    backend, of_backend = backend_of(file.backend, findings, limits.folder)
    plan, of_plan = plan_of(file.plan, backend, findings, limits.folder)
    seen = seen_of(file.usage, backend, findings, limits.folder)
    queue, of_queue = queue_of(file.queue, spreads, seen)
    background, of_background = background_of(file.background, backend, spreads)
    session, of_session = container_of(file.session, Mode.SESSION, plan, backend, findings)
    batch, of_batch = container_of(file.batch, Mode.BATCH, plan, backend, findings)
    usage, of_usage = usage_of(file.usage, findings, limits.folder)
    classical = classical_of(catalog.classical_defaults(backend.name), seen)
    items = Jobs(findings=findings, spreads=spreads).items(file)
    mode = None if file.mode == "any" else Mode(file.mode)
    check_mode(mode, plan, findings)
    check_names(items, findings)
    check_dependencies(items, findings)
    check_failures(items, findings)
    if check_size(items, limits.max_jobs, mode, findings):
        check_clock(items, queue, background, classical, findings)
    surroundings = (*of_backend, *of_plan, *of_queue, *of_background, *of_batch, *of_session, *of_usage)
    return Workload(
        name=file.name or _name_of(findings.document.file),
        file=findings.document.file,
        items=items,
        backend=backend,
        plan=plan,
        queue=queue,
        session=session,
        batch=batch,
        usage=usage,
        classical=classical,
        background=background,
        mode=mode,
        assumptions=(*surroundings, *of_jobs(file, items, classical)),
        diagnostics=tuple(problem for problem in findings.problems if problem.severity is not Severity.ERROR),
    )


def _name_of(file: str) -> str:
    """A name for a workload that has none: its file's, without folder and ending."""
    return PurePath(file).name.split(".")[0][:LONGEST_NAME].strip("<>") or "workload"
