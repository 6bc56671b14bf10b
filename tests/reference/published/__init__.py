"""Published charges and timings, each with the workload it belongs to; docs/accuracy.md scores them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from qplan.model.workload import Job, Workload
from qplan.parse.load import load_text
from qplan.parse.receipts import read_receipts
from qplan.parse.traces import Folder
from qplan.parse.workload import Limits

HERE = Path(__file__).parent
RECEIPTS = HERE / "receipts_phoenix_day1.yaml"
RECEIPTS_OF = "SSIT-Q/gradvar-phoenix"
ENGINE = "2025"
"""IBM's present execution engine came in 2025-01; what ran before says nothing of today's charges."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A published charge (s) and what was charged. ``repository`` and ``notebook`` are what it must not be fitted with.

    ``group`` is its class in tables, ``stated`` tells that an author wrote the figure down rather than IBM; ``run`` is
    when it ran, where known; ``unusable`` why it is not scored.
    """

    id: str
    repository: str
    notebook: str
    charged_s: float
    group: str
    stated: bool
    run: str
    unusable: str
    workload: Workload

    @property
    def recent(self) -> bool:
        """Whether it ran, as far as one knows, on the present execution engine."""
        return not self.run or self.run >= ENGINE

    def jobs(self) -> list[tuple[Job, int]]:
        """Each job of the workload with how often it is sent."""
        items = self.workload.items
        return [(job, job.count * item.iterations * item.copies) for item in items for job in item.jobs]


def workload_of(shape: dict[str, Any]) -> Workload:
    """The workload that a row describes."""
    text = yaml.safe_dump(shape, sort_keys=False)
    limits = Limits(folder=Folder(path=str(HERE), outside=False), max_jobs=10**6)
    workload, problems = load_text(text, f"{shape['name']}.yaml", (), limits)
    if workload is None:
        raise ValueError(f"{shape['name']}: {[str(problem) for problem in problems]}")
    return workload


@cache
def cases() -> tuple[Case, ...]:
    """Every published charge: those of the cases file, then the receipts."""
    return (*map(_case, _rows("cases.yaml")), *_receipts())


def usable() -> tuple[Case, ...]:
    """The charges that can be scored."""
    return tuple(case for case in cases() if not case.unusable)


def spans() -> list[dict[str, Any]]:
    """Execution spans with their workloads."""
    return list(_rows("spans.yaml")["spans"])


def timestamps() -> list[dict[str, Any]]:
    """When jobs were created, began to run and finished, and their charges."""
    return list(_rows("spans.yaml")["timestamps"])


def _rows(name: str) -> Any:
    return yaml.safe_load((HERE / name).read_text(encoding="utf-8"))


def _case(row: dict[str, Any]) -> Case:
    source, published = row["source"], row["published"]
    repository = source.get("of") or source["repo"]
    return Case(
        id=row["id"],
        # Three courses of one community: their authors and their engine are the same.
        repository="qiskit-community" if repository.startswith("qiskit-community/") else repository,
        notebook=f"{repository}: {source['path'].partition(' cells')[0]}",
        charged_s=float(published["usage_s"]),
        group=row["class"],
        stated=published["kind"] != "measured",
        run=row.get("run", ""),
        unusable=row.get("unusable", ""),
        workload=workload_of(row["workload"]),
    )


def _receipts() -> list[Case]:
    book, problems, unread = read_receipts([str(RECEIPTS)])
    if problems or unread:
        raise ValueError(f"{RECEIPTS}: {[str(problem) for problem in problems]} {unread}")
    return [
        Case(
            id=f"phoenix-day1-{number}",
            repository=RECEIPTS_OF,
            notebook=f"{RECEIPTS_OF}: {receipt.file}",
            charged_s=receipt.charged_us / 1e6,
            group="1us",
            stated=False,
            run=receipt.date,
            unusable="",
            workload=workload_of(
                {
                    "qplan": 1,
                    "name": f"receipt-{number}",
                    "mode": receipt.mode,
                    "backend": receipt.backend,
                    "plan": "pay-as-you-go",
                    "queue": {"wait": "0s"},
                    "jobs": [dict(receipt.described or ())],
                }
            ),
        )
        for number, receipt in enumerate(book.receipts, start=1)
    ]
