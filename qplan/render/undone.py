"""Work that a run leaves undone though nobody asked for that: cut by a TTL, a usage limit or a limit on jobs."""

from __future__ import annotations

from qplan.model.account import Account
from qplan.model.report import Report
from qplan.model.workload import Container, End, Mode, OnFailure, Workload


def undone(report: Report, account: Account) -> int:
    """Jobs left over, apart from the failures and the early stop that the file itself asks for; 0 when refused."""
    if not account.allowed or _stopped_as_asked(report.workload, account):
        return 0
    run = account.sample
    return run.jobs - run.completed - min(run.failed, _given_up(report.workload))


def comparable(report: Report, one: Account, other: Account) -> bool:
    """Whether two runs do the same work to its end, so that one can be told as a multiple of the other."""
    same = one.sample.completed == other.sample.completed
    return same and not undone(report, one) and not undone(report, other)


def _stopped_as_asked(workload: Workload, account: Account) -> bool:
    run, box = account.sample, _container(workload, account.mode)
    enough = box.cancel_after if box and box.end is End.CANCEL else None
    if enough is not None and run.completed >= enough:
        return True
    stops = any(job.failure and job.failure.then is OnFailure.STOP for item in workload.items for job in item.jobs)
    return stops and run.failed > 0


def _container(workload: Workload, mode: Mode) -> Container | None:
    return {Mode.JOB: None, Mode.BATCH: workload.batch, Mode.SESSION: workload.session}[mode]


def _given_up(workload: Workload) -> int:
    """How many jobs the file lets fail for good."""
    failures = (job.failure for item in workload.items for job in item.jobs)
    return sum(len(failure.numbers) for failure in failures if failure and failure.then is not OnFailure.RETRY)
