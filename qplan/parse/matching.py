"""Receipts to the jobs they are for: each named in a workload file, or described by its receipt."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from qplan.errors import Mark, Problem, Severity
from qplan.model.calibration import Matched
from qplan.model.receipt import Receipt, ReceiptBook
from qplan.model.workload import Job, Workload
from qplan.parse import catalog
from qplan.parse.edits import Edit
from qplan.parse.load import load, load_text
from qplan.parse.traces import Folder
from qplan.parse.workload import Limits

UNKNOWN_JOB, NO_JOB, NO_BACKEND, UNFIT, TWICE = "QP621", "QP622", "QP623", "QP624", "QP608"
_NUMBERED = re.compile(r"(.+)\[[0-9]+\]")


def match(
    book: ReceiptBook, *, backend: str = "", allow_outside: bool = False, max_jobs: int = 1_000_000
) -> tuple[tuple[Matched, ...], tuple[Problem, ...], Mapping[str, str]]:
    """Each receipt with its job, the problems of receipts and of the workloads they name, and what cannot be read.

    ``backend`` stands in for receipts that name none and for workloads that leave theirs open.
    """
    shelf = _Shelf(backend=backend, allow_outside=allow_outside, max_jobs=max_jobs)
    found = tuple(pair for receipt in book.receipts if (pair := shelf.pair(receipt)))
    return found, tuple(dict.fromkeys(shelf.problems)), shelf.unread


@dataclass(slots=True)
class _Shelf:
    """The workloads met so far: many receipts are of one."""

    backend: str
    allow_outside: bool
    max_jobs: int
    problems: list[Problem] = field(default_factory=list)
    unread: dict[str, str] = field(default_factory=dict)
    _loaded: dict[tuple[str, str], Workload | None] = field(default_factory=dict)
    _seen: dict[tuple[str, str], Receipt] = field(default_factory=dict)

    def pair(self, receipt: Receipt) -> Matched | None:
        if receipt.described is not None:
            workload = self._described(receipt)
            return Matched(receipt=receipt, workload=workload, job=next(jobs_of(workload))) if workload else None
        if not receipt.workload:
            self._error(
                receipt, NO_JOB, "nothing says which job it is for", "name its workload and job, or describe it"
            )
            return None
        workload = self._workload(receipt)
        return self._job_of(receipt, workload) if workload else None

    def _job_of(self, receipt: Receipt, workload: Workload) -> Matched | None:
        jobs = {job.name: job for job in jobs_of(workload)}
        job = job_named(receipt.job, jobs) if receipt.job or len(jobs) > 1 else next(iter(jobs.values()))
        if problem := wrong_label(receipt, workload, self._seen):
            self.problems.append(problem)
        return Matched(receipt=receipt, workload=workload, job=job) if job else None

    def _workload(self, receipt: Receipt) -> Workload | None:
        workload = self._load(receipt.workload, self.backend)
        if workload and receipt.backend and receipt.backend != workload.backend.name:
            if receipt.backend not in catalog.backend_names():
                self._error(
                    receipt, UNFIT, f"unknown backend {receipt.backend!r}", "`qplan profiles` lists those known"
                )
                return None
            return self._load(receipt.workload, receipt.backend)
        return workload

    def _load(self, path: str, backend: str) -> Workload | None:
        if (path, backend) not in self._loaded:
            edits = [Edit(path="backend", value=backend)] if backend else []
            loaded = load([path], edits=edits, allow_outside=self.allow_outside, max_jobs=self.max_jobs)
            self.unread.update(loaded.unread)
            self.problems += (problem for problem in loaded.problems if problem.severity is Severity.ERROR)
            self._loaded[path, backend] = loaded.workloads[0] if loaded.workloads else None
        return self._loaded[path, backend]

    def _described(self, receipt: Receipt) -> Workload | None:
        backend = receipt.backend or self.backend
        if not backend:
            self._error(
                receipt, NO_BACKEND, "it does not say on which backend it ran", "add backend, or give --backend"
            )
            return None
        shape = {"qplan": 1, "name": "receipt", "backend": backend, "jobs": [dict(receipt.described or ())]}
        text = _yaml(shape)
        if (text, "") not in self._loaded:
            limits = Limits(folder=Folder(path=".", outside=False), max_jobs=self.max_jobs)
            self._loaded[text, ""], problems = load_text(text, receipt.file, (), limits)
            for problem in problems:
                if problem.severity is Severity.ERROR:
                    self._error(receipt, UNFIT, f"{problem.path}: {problem.message}", problem.hint)
        return self._loaded[text, ""]

    def _error(self, receipt: Receipt, code: str, told: str, hint: str) -> None:
        self.problems.append(of_receipt(receipt, code, told, hint))


def of_receipt(receipt: Receipt, code: str, told: str, hint: str) -> Problem:
    """What is wrong with a receipt, at its place in its file."""
    return Problem(code=code, message=f"{receipt.where}: {told}", hint=hint, mark=Mark(file=receipt.file))


def wrong_label(receipt: Receipt, workload: Workload, seen: dict[tuple[str, str], Receipt]) -> Problem | None:
    """What is wrong with the label by which a receipt names its job: unknown, out of its range, or ``seen`` before."""
    jobs = {job.name: job for job in jobs_of(workload)}
    if not receipt.job and len(jobs) == 1:
        return None
    if job_named(receipt.job, jobs) is None:
        told = f"there is no job {receipt.job!r} in {workload.file}" if receipt.job else "it names no job"
        return of_receipt(receipt, UNKNOWN_JOB, told, f"the jobs there are {', '.join(sorted(jobs)[:5])}")
    numbered = None if receipt.job in jobs else _NUMBERED.fullmatch(receipt.job)
    if numbered is None:
        return None
    name, number = numbered[1], int(receipt.job[len(numbered[1]) + 1 : -1])
    most = sum(
        job.count * item.iterations * item.copies for item in workload.items for job in item.jobs if job.name == name
    )
    if not 1 <= number <= most:
        return of_receipt(
            receipt, UNKNOWN_JOB, f"there is no {receipt.job!r}: {name} is sent {most:,} times", "count from 1"
        )
    first = seen.setdefault((workload.file, receipt.job), receipt)
    if first is receipt:
        return None
    told = f"{receipt.job!r} has a receipt already: {first.file}, {first.where}"
    return of_receipt(receipt, TWICE, told, "take one of them out, or leave out the number if the job was sent again")


def _yaml(shape: Mapping[str, Any]) -> str:
    """The shape as text: JSON is YAML, and numbers keep every digit."""
    return json.dumps(shape, default=float)


def jobs_of(workload: Workload) -> Iterator[Job]:
    """The jobs of a workload, each once, in the order of the file."""
    return (job for item in workload.items for job in item.jobs)


def job_named(label: str, jobs: Mapping[str, Job]) -> Job | None:
    """The job that a label means: its name, or its name and running number."""
    if label in jobs:
        return jobs[label]
    numbered = _NUMBERED.fullmatch(label)
    return jobs.get(numbered[1]) if numbered else None
