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
from qplan.parse.matching import job_named, jobs_of
from qplan.plan import plan_jobs
from qplan.plan.expand import PlannedJob, rounding_of
from qplan.plan.quantum_time import EXECUTIONS, LEARNING, READOUT, breakdown
from qplan.runs import at_medians
from qplan.simulate.program import ROUNDINGS
from qplan.units import US_PER_S, charge_us

OTHER_WORKLOAD, OTHER_BACKEND, UNPAID, SURPLUS = "QP711", "QP712", "QP713", "QP714"
NO_SUCH_JOB, NOTHING = "QP621", "QP702"
ON_THE_QPU = (EXECUTIONS, READOUT, LEARNING)
"""Terms that a receipt's circuits' execution time holds."""


def reconcile(workload: Workload, book: ReceiptBook) -> Reconciliation:
    """Lay the receipts of ``book`` beside the estimate of ``workload``.

    Raises ``WorkloadError`` with every receipt that is of another workload, backend or job, and for no receipts.
    """
    pairs = _matched(workload, book.receipts)
    planned = plan_jobs(workload, catalog.constants())
    bills = tuple(_bills(workload, planned.jobs, pairs))
    container = _container(workload, book.sessions, bills)
    lines = [bill.total for bill in bills] + ([container] if container else [])
    total = Line(
        name="total",
        predicted_s=sum((line.predicted_s for line in lines), Decimal()),
        charged_s=sum((line.charged_s or Decimal() for line in lines), Decimal()),
    )
    return Reconciliation(
        workload=workload,
        bills=bills,
        total=total,
        container=container,
        diagnostics=tuple(_findings(bills)),
        version=__version__,
    )


def _matched(workload: Workload, receipts: Sequence[Receipt]) -> list[Matched]:
    """Each receipt with its job of the workload."""
    jobs = {job.name: job for job in jobs_of(workload)}
    problems = [problem for receipt in receipts if (problem := _misplaced(receipt, workload, jobs))]
    if not receipts:
        problems.append(Problem(code=NOTHING, message="there is no receipt of a job", hint="give job.metrics()"))
    if problems:
        raise WorkloadError(problems)
    found = [(receipt, _job(receipt, jobs)) for receipt in receipts]
    return [Matched(receipt=receipt, workload=workload, job=job) for receipt, job in found if job]


def _job(receipt: Receipt, jobs: dict[str, Job]) -> Job | None:
    only = next(iter(jobs.values())) if len(jobs) == 1 else None
    return job_named(receipt.job, jobs) if receipt.job else only


def _misplaced(receipt: Receipt, workload: Workload, jobs: dict[str, Job]) -> Problem | None:
    """What speaks against laying a receipt beside this workload."""
    if receipt.workload and os.path.realpath(receipt.workload) != os.path.realpath(workload.file):
        told, hint = f"it is of {receipt.workload}", f"give the receipts of {workload.file}"
        return _problem(receipt, OTHER_WORKLOAD, told, hint)
    if receipt.backend and receipt.backend != workload.backend.name:
        told, hint = (
            f"it ran on {receipt.backend}, and this is for {workload.backend.name}",
            f"--backend {receipt.backend}",
        )
        return _problem(receipt, OTHER_BACKEND, told, hint)
    if _job(receipt, jobs) is None:
        told = f"there is no job {receipt.job!r} in {workload.file}" if receipt.job else "it names no job"
        return _problem(receipt, NO_SUCH_JOB, told, f"the jobs there are {', '.join(sorted(jobs)[:5])}")
    return None


def _problem(receipt: Receipt, code: str, told: str, hint: str) -> Problem:
    return Problem(code=code, message=f"{receipt.where}: {told}", hint=hint, mark=Mark(file=receipt.file))


def _bills(workload: Workload, planned: dict[str, PlannedJob], pairs: Sequence[Matched]) -> Iterator[JobBill]:
    for item in workload.items:
        for job in item.jobs:
            own = [pair.receipt for pair in pairs if pair.job is job]
            if own:
                yield _bill(workload, planned[job.name], own, job.count * item.iterations * item.copies)


def _bill(workload: Workload, plan: PlannedJob, receipts: Sequence[Receipt], jobs: int) -> JobBill:
    n, quantum, rounding = len(receipts), plan.quantum, rounding_of(workload)
    us = min(quantum.main_us + quantum.learning_us, plan.limit_us)
    each_us = _charge_us(us, quantum.minimum_us, rounding)
    terms = [Line(name=name, predicted_s=n * s) for name, s in _terms(workload, plan.job) if s]
    if rest := n * _s(each_us) - sum((line.predicted_s for line in terms), Decimal()):
        terms.append(Line(name="rounding and minimum", predicted_s=rest))
    executed = [receipt.executed_us for receipt in receipts if receipt.executed_us is not None]
    return JobBill(
        job=plan.job.name,
        jobs=jobs,
        receipts=n,
        total=Line(
            name="charge",
            predicted_s=n * _s(each_us),
            charged_s=_s(sum(receipt.charged_us for receipt in receipts)),
        ),
        executed=Line(
            name="circuits' execution",
            predicted_s=sum((line.predicted_s for line in terms if line.name in ON_THE_QPU), Decimal()),
            charged_s=_s(sum(executed)) if len(executed) == n and quantum.modelled else None,
        ),
        terms=tuple(terms),
        low_s=n * _s(_charge_us(int(us * quantum.band_low), quantum.minimum_us, rounding)),
        high_s=n * _s(_charge_us(int(us * quantum.band_high), quantum.minimum_us, rounding)),
    )


def _s(us: int) -> Decimal:
    return Decimal(us) / US_PER_S


def _charge_us(us: int, minimum_us: int, rounding: Rounding) -> int:
    return charge_us(us, ROUNDINGS.index(rounding), minimum_us)


def _terms(workload: Workload, job: Job) -> tuple[tuple[str, Decimal], ...]:
    constants = catalog.constants()
    return breakdown(job, workload.backend, workload.usage.model, constants.circuits, constants.primitives)


def _container(workload: Workload, sessions: Sequence[SessionReceipt], bills: Sequence[JobBill]) -> Line | None:
    """What sessions were charged beyond their jobs, against what the simulation of a session has beyond them."""
    used = [session.usage_us for session in sessions if session.mode == "session" and session.usage_us is not None]
    if not used:
        return None
    at_once = replace(workload, queue=QueueModel(name="none", wait=Duration.fixed(0)))
    accounts = at_medians(plan_jobs(at_once, catalog.constants()))(at_once)
    account = next(account for account in accounts if account.mode is Mode.SESSION)
    predicted = _s(account.usage.p50) - _s(account.qpu_busy.p50) if account.allowed else Decimal()
    charged = _s(sum(used)) - sum((bill.total.charged_s or Decimal() for bill in bills), Decimal())
    return Line(name="session beside its jobs", predicted_s=predicted, charged_s=charged)


def _findings(bills: Sequence[JobBill]) -> Iterator[Problem]:
    """Jobs and receipts that have no counterpart."""
    for bill in bills:
        if bill.receipts < bill.jobs:
            missing = f"{bill.jobs - bill.receipts:,} of {bill.jobs:,}"
            told = f"{missing} jobs {bill.job!r} have no receipt: left out on both sides"
            yield Problem(code=UNPAID, message=told, severity=Severity.WARNING)
        elif bill.receipts > bill.jobs:
            counts = f"{bill.receipts:,} receipts for {bill.jobs:,} jobs"
            told = f"{counts} {bill.job!r}: some were sent again, or are of another run"
            yield Problem(code=SURPLUS, message=told, severity=Severity.WARNING)
