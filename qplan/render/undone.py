"""Work that a run leaves undone though nobody asked for that: cut by a TTL, a usage limit or a limit on jobs."""

from __future__ import annotations

from qplan.model.account import Account, Quantity
from qplan.model.report import Report
from qplan.model.trace import Columns
from qplan.model.workload import Container, End, Mode, OnFailure, Workload


def undone(report: Report, account: Account) -> int:
    """Jobs left over, apart from the failures and the early stop that the file itself asks for; 0 when refused.

    Of many replications the median.
    """
    return Quantity.of(_left(report.workload, account)).p50 if account.allowed else 0


def mean_undone(report: Report, account: Account) -> float:
    """The same on average, which adds up over workloads."""
    left = _left(report.workload, account) if account.allowed else [0]
    return sum(left) / len(left)


def comparable(report: Report, one: Account, other: Account) -> bool:
    """Whether two accounts do the same work to its end, so that one can be told as a multiple of the other."""
    same = one.done == other.done
    return same and not undone(report, one) and not undone(report, other)


def asks_for_less(workload: Workload, mode: Mode) -> bool:
    """Whether the file itself lets jobs fail for good, or stops before the last: then not all can be completed."""
    return bool(_given_up(workload)) or _enough(workload, mode) is not None or _may_stop(workload)


def _left(workload: Workload, account: Account) -> list[int]:
    if account.columns is not None:
        return _left_in_each(workload, account, account.columns)
    run, enough = account.sample, _enough(workload, account.mode)
    if (enough is not None and run.completed >= enough) or (_may_stop(workload) and run.failed):
        return [0]
    return [run.jobs - run.completed - min(run.failed, _given_up(workload))]


def _left_in_each(workload: Workload, account: Account, columns: Columns) -> list[int]:
    """For each replication what is missing of the jobs that would complete with nothing in the way."""
    run, enough = account.sample, _enough(workload, account.mode)
    whole = min(run.jobs - _given_up(workload), run.jobs if enough is None else enough)
    stops = _may_stop(workload) and run.failed > 0
    outcomes = zip(columns.completed, columns.ttl_cut, columns.limited, strict=True)
    return [0 if stops and not (cut or limited) else max(0, whole - n) for n, cut, limited in outcomes]


def _enough(workload: Workload, mode: Mode) -> int | None:
    """The number of results after which the client cancels the rest."""
    box = _container(workload, mode)
    return box.cancel_after if box and box.end is End.CANCEL else None


def _container(workload: Workload, mode: Mode) -> Container | None:
    return {Mode.JOB: None, Mode.BATCH: workload.batch, Mode.SESSION: workload.session}[mode]


def _may_stop(workload: Workload) -> bool:
    failures = (job.failure for item in workload.items for job in item.jobs)
    return any(failure and failure.then is OnFailure.STOP for failure in failures)


def _given_up(workload: Workload) -> int:
    """How many jobs the file lets fail for good."""
    failures = (job.failure for item in workload.items for job in item.jobs)
    return sum(len(failure.numbers) for failure in failures if failure and failure.then is not OnFailure.RETRY)
