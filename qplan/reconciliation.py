"""An estimate beside its bill: what was predicted of the jobs with receipts, what was charged, where it differs."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from qplan import __version__
from qplan.errors import Mark, Problem, Severity, WorkloadError
from qplan.model.calibration import JobBill, Line, Matched, Reconciliation
from qplan.model.duration import Duration
from qplan.model.receipt import Receipt, ReceiptBook, SessionReceipt
from qplan.model.workload import Job, Mode, QueueModel, Rounding, Workload
from qplan.parse import catalog
from qplan.parse.job_defaults import for_jobs
from qplan.parse.matching import job_named, jobs_of, of_receipt, wrong_label
from qplan.plan import plan_jobs
from qplan.plan.expand import PlannedJob, rounding_of
from qplan.plan.quantum_time import EXECUTIONS, LEARNING, READOUT, breakdown
from qplan.runs import at_medians
from qplan.units import ROUNDINGS, US_PER_S, charge_us

OTHER_WORKLOAD, OTHER_BACKEND, UNPAID, SURPLUS, OPEN, UNDONE = "QP711", "QP712", "QP713", "QP714", "QP715", "QP703"
NOTHING, UNUSED = "QP702", "QP706"
ON_THE_QPU = (EXECUTIONS, READOUT, LEARNING)
"""Terms that a receipt's circuits' execution time holds."""


def reconcile(workload: Workload, book: ReceiptBook) -> Reconciliation:
    """Lay the receipts of ``book`` beside the estimate of ``workload``.

    Raises ``WorkloadError`` with all that is of another workload, backend, job or session, and for no receipts.
    """
    pairs = _matched(workload, book)
    mode = _mode(workload, book)
    planned = plan_jobs(workload, catalog.constants()).jobs
    bills = tuple(_bills(workload, planned, pairs, shared=mode is Mode.SESSION))
    missing = dict(_missing(workload, bills))
    container = _container(workload, mode, book.sessions, bills) if not missing else None
    lines = [bill.total for bill in bills] + ([container] if container else [])
    total = Line(
        name="total",
        predicted_s=sum((line.predicted_s for line in lines), Decimal()),
        charged_s=sum((line.charged_s or Decimal() for line in lines), Decimal()),
    )
    found = (
        *_counts(bills, missing),
        *_states(pairs),
        *_open(mode, container, book),
        *_lower_bounds(bills, planned),
    )
    return Reconciliation(
        workload=workload, bills=bills, total=total, container=container, diagnostics=found, version=__version__
    )


def _matched(workload: Workload, book: ReceiptBook) -> list[Matched]:
    """Each receipt with its job of the workload."""
    jobs = {job.name: job for job in jobs_of(workload)}
    seen: dict[tuple[str, str], Receipt] = {}
    problems = [wrong for receipt in book.receipts if (wrong := _misplaced(receipt, workload, seen))]
    problems += [wrong for session in book.sessions if (wrong := _other_session(session, workload, book))]
    if not book.receipts:
        problems.append(Problem(code=NOTHING, message="there is no receipt of a job", hint="give job.metrics()"))
    if problems:
        raise WorkloadError(problems)
    found = [(receipt, _job(receipt, jobs)) for receipt in book.receipts]
    return [Matched(receipt=receipt, workload=workload, job=job) for receipt, job in found if job]


def _job(receipt: Receipt, jobs: dict[str, Job]) -> Job | None:
    only = next(iter(jobs.values())) if len(jobs) == 1 else None
    return job_named(receipt.job, jobs) if receipt.job else only


def _misplaced(receipt: Receipt, workload: Workload, seen: dict[tuple[str, str], Receipt]) -> Problem | None:
    """What speaks against laying a receipt beside this workload."""
    if receipt.described is not None:
        told, hint = "it describes a job instead of naming one", f"name a job of {workload.file}"
        return of_receipt(receipt, OTHER_WORKLOAD, told, hint)
    if receipt.workload and os.path.realpath(receipt.workload) != os.path.realpath(workload.file):
        told, hint = f"it is of {receipt.workload}", f"give the receipts of {workload.file}"
        return of_receipt(receipt, OTHER_WORKLOAD, told, hint)
    if receipt.backend and receipt.backend != workload.backend.name:
        told, hint = _elsewhere(receipt.backend, workload)
        return of_receipt(receipt, OTHER_BACKEND, told, hint)
    return wrong_label(receipt, workload, seen)


def _elsewhere(backend: str, workload: Workload) -> tuple[str, str]:
    return f"it ran on {backend}, and this is for {workload.backend.name}", f"--backend {backend}"


def _other_session(session: SessionReceipt, workload: Workload, book: ReceiptBook) -> Problem | None:
    """What speaks against laying the details of a session or batch beside these receipts."""
    mark = Mark(file=session.file)
    if session.backend and session.backend != workload.backend.name:
        told, hint = _elsewhere(session.backend, workload)
        return Problem(code=OTHER_BACKEND, message=f"{session.where}: {told}", hint=hint, mark=mark)
    ids = {receipt.session for receipt in book.receipts if receipt.session}
    if session.id and ids and session.id not in ids:
        told = f"{session.where}: no receipt is of {session.mode or 'session'} {session.id!r}"
        return Problem(code=OTHER_WORKLOAD, message=told, hint="give the receipts of its jobs", mark=mark)
    modes = {receipt.mode for receipt in book.receipts if receipt.mode}
    if session.mode and modes and session.mode not in modes:
        told = f"{session.where}: it is of a {session.mode}, and the receipts are of mode {', '.join(sorted(modes))}"
        return Problem(code=OTHER_WORKLOAD, message=told, hint="give what belongs together", mark=mark)
    return None


def _mode(workload: Workload, book: ReceiptBook) -> Mode | None:
    """How the jobs ran: as their receipts say, the details beside them, or the file."""
    told = [receipt.mode for receipt in book.receipts if receipt.mode]
    told += [session.mode for session in book.sessions if session.mode]
    return Mode(told[0]) if told else workload.mode


def _bills(
    workload: Workload, planned: dict[str, PlannedJob], pairs: Sequence[Matched], *, shared: bool
) -> Iterator[JobBill]:
    for item in workload.items:
        for job in item.jobs:
            own = [pair.receipt for pair in pairs if pair.job is job]
            if own:
                jobs = job.count * item.iterations * item.copies
                yield _bill(workload, planned[job.name], own, jobs, shared=shared)


def _bill(workload: Workload, plan: PlannedJob, receipts: Sequence[Receipt], jobs: int, *, shared: bool) -> JobBill:
    """The receipts of a job; noise learned in a session is paid by the first that runs (rule S-11)."""
    n, quantum = len(receipts), plan.quantum
    learners = min(n, 1) if shared else n
    times = [(learners, quantum.main_us + quantum.learning_us), (n - learners, quantum.main_us)]

    def charged_s(factor: Decimal) -> Decimal:
        each = ((count, min(int(us * factor), plan.limit_us)) for count, us in times)
        return sum(
            (count * _s(_charge_us(us, quantum.minimum_us, rounding_of(workload))) for count, us in each), Decimal()
        )

    predicted_s = charged_s(Decimal(1))
    counts = {LEARNING: learners}
    terms = [Line(name=name, predicted_s=counts.get(name, n) * s) for name, s in _terms(workload, plan.job) if s]
    if rest := predicted_s - sum((line.predicted_s for line in terms), Decimal()):
        terms.append(Line(name="rounding and minimum", predicted_s=rest))
    executed = [receipt.executed_us for receipt in receipts if receipt.executed_us is not None]
    return JobBill(
        job=plan.job.name,
        jobs=jobs,
        receipts=n,
        total=Line(
            name="charge", predicted_s=predicted_s, charged_s=_s(sum(receipt.charged_us for receipt in receipts))
        ),
        executed=Line(
            name="circuits' execution",
            predicted_s=sum((line.predicted_s for line in terms if line.name in ON_THE_QPU), Decimal()),
            charged_s=_s(sum(executed)) if len(executed) == n and quantum.modelled else None,
        ),
        terms=tuple(terms),
        low_s=charged_s(quantum.band_low),
        high_s=charged_s(quantum.band_high),
    )


def _s(us: int) -> Decimal:
    return Decimal(us) / US_PER_S


def _charge_us(us: int, minimum_us: int, rounding: Rounding) -> int:
    return charge_us(us, ROUNDINGS.index(rounding), minimum_us)


def _terms(workload: Workload, job: Job) -> tuple[tuple[str, Decimal], ...]:
    constants = catalog.constants()
    return breakdown(job, workload.backend, workload.usage.model, constants.circuits, constants.primitives)


def _container(
    workload: Workload, mode: Mode | None, sessions: Sequence[SessionReceipt], bills: Sequence[JobBill]
) -> Line | None:
    """What a session or batch was charged beyond its jobs, against what its simulation has beyond them."""
    used = [session.usage_us for session in sessions if session.usage_us is not None]
    if not used or mode is None or mode is Mode.JOB:
        return None
    at_once = replace(workload, queue=QueueModel(name="none", wait=Duration.fixed(0)))
    accounts = at_medians(plan_jobs(at_once, catalog.constants()))(at_once)
    account = next(account for account in accounts if account.mode is mode)
    predicted, charged = (
        sum((getattr(bill.total, side) or Decimal() for bill in bills), Decimal())
        for side in ("predicted_s", "charged_s")
    )
    simulated = _s(account.usage.p50) if account.allowed else predicted
    return Line(name=f"{mode} beside its jobs", predicted_s=simulated - predicted, charged_s=_s(sum(used)) - charged)


def _missing(workload: Workload, bills: Sequence[JobBill]) -> Iterator[tuple[str, tuple[int, int]]]:
    """Jobs without a receipt: how many of how many, by name."""
    paid = {bill.job: bill.receipts for bill in bills}
    for item in workload.items:
        for job in item.jobs:
            jobs = job.count * item.iterations * item.copies
            if paid.get(job.name, 0) < jobs:
                yield job.name, (jobs - paid.get(job.name, 0), jobs)


def _counts(bills: Sequence[JobBill], missing: dict[str, tuple[int, int]]) -> Iterator[Problem]:
    """Jobs and receipts that have no counterpart."""
    for name, (count, jobs) in missing.items():
        told = f"{count:,} of {jobs:,} jobs {name!r} have no receipt: left out on both sides"
        yield Problem(code=UNPAID, message=told, severity=Severity.WARNING)
    for bill in bills:
        if bill.receipts > bill.jobs:
            counts = f"{bill.receipts:,} receipts for {bill.jobs:,} jobs"
            told = f"{counts} {bill.job!r}: some were sent again, or are of another run"
            yield Problem(code=SURPLUS, message=told, severity=Severity.WARNING)


def _states(pairs: Sequence[Matched]) -> Iterator[Problem]:
    """Jobs that did not complete: they are charged to that point, or not at all."""
    for pair in pairs:
        if pair.receipt.state not in ("", "completed"):
            told = f"{pair.receipt.where}: the job is {pair.receipt.state}; the estimate is of one that completes"
            yield Problem(code=UNDONE, message=told, mark=Mark(file=pair.receipt.file), severity=Severity.WARNING)


def _open(mode: Mode | None, container: Line | None, book: ReceiptBook) -> Iterator[Problem]:
    """What a session was charged beside its jobs and nobody told; what was told and could not be used."""
    if mode is Mode.SESSION and container is None:
        told = "a session is charged beside its jobs, and that is compared with neither side"
        hint = "give session.details() and the receipts of all its jobs"
        yield Problem(code=OPEN, message=told, hint=hint, severity=Severity.WARNING)
    for usage in book.usages:
        told = f"{usage.where}: what the instance used is of more than this workload; it is not laid beside it"
        yield Problem(code=UNUSED, message=told, mark=Mark(file=usage.file), severity=Severity.NOTE)


def _lower_bounds(bills: Sequence[JobBill], planned: dict[str, PlannedJob]) -> Iterator[Problem]:
    names = [bill.job for bill in bills if planned[bill.job].quantum.lower_bound]
    if names:
        told = f"the prediction is a lower bound {for_jobs(names)}: something that can only add to it is not known"
        yield Problem(code="QP504", message=told, severity=Severity.NOTE)
