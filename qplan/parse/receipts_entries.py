"""The entries of a receipts file, each told by its keys: metrics, details, usage, rows, and qplan's own form."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from qplan.model.receipt import InstanceUsage, Receipt, SessionReceipt
from qplan.parse.document import Path, Tree
from qplan.parse.kinds import given
from qplan.parse.receipts_columns import COLUMNS
from qplan.parse.receipts_described import Described, check_described, described_in, described_in_row
from qplan.parse.receipts_details import DETAILS, MODES, USAGE, session_of, usage_of
from qplan.parse.receipts_fields import MISSING_KEY, Fields
from qplan.parse.receipts_measures import EXECUTED, Measures, measures_of_metrics, measures_of_row, state_of
from qplan.parse.receipts_owner import Owner, owner_of, workload_of
from qplan.parse.receipts_page import MAX_RECEIPTS, NOT_RECEIPTS, TOO_MANY_VALUES, UNREAD, Page
from qplan.parse.traces import Folder

OWN: Final = ("qplan_receipts", "workload", "jobs", "session", "usage")
OWN_JOB: Final = (
    "job",
    "workload",
    "describe",
    "id",
    "backend",
    "mode",
    "session_id",
    "status",
    "state",
    "metrics",
)
METRICS: Final = ("usage", "bss", "timestamps", EXECUTED)
VERSION: Final = 1
_SHOWN: Final = 5


@dataclass(slots=True)
class Entries:
    """Reads the entries of one page; each noun is kept with the path of what it was read from."""

    page: Page
    folder: Folder
    owner: Owner
    receipts: list[tuple[Receipt, Path]] = field(default_factory=list)
    sessions: list[tuple[SessionReceipt, Path]] = field(default_factory=list)
    usages: list[InstanceUsage] = field(default_factory=list)
    _described: list[Described] = field(default_factory=list)
    _problems_before: int = 0

    def read(self) -> None:
        """Everything that the page holds."""
        tree = self.page.tree
        entries: list[tuple[Path, Tree]] = [] if tree is None else [((), tree)]
        if isinstance(tree, list):
            entries = [((i,), value) for i, value in enumerate(tree)]
        for fields in self._mappings(entries):
            self._entry(fields)
        check_described(self._described, self.page, self.folder)
        if self.page.valid and not (self.receipts or self.sessions or self.usages):
            self.page.error(NOT_RECEIPTS, "the file holds no receipt", ())

    def _mappings(self, entries: Sequence[tuple[Path, Tree]]) -> Iterator[Fields]:
        """The entries that are mappings; the others, and too many, are told of."""
        if len(entries) > MAX_RECEIPTS:
            self.page.error(TOO_MANY_VALUES, f"more than {MAX_RECEIPTS:,} receipts; split the file", ())
            return
        for path, value in entries:
            if isinstance(value, dict):
                yield Fields(page=self.page, path=path, mapping=value)
            elif value is not UNREAD:
                self.page.error(NOT_RECEIPTS, self.page.said(path, f"{given(value)} is no receipt"), path)

    def _entry(self, fields: Fields) -> None:
        """Told apart by what each has and no other."""
        keys = fields.mapping
        self._problems_before = len(self.page.problems)
        if self.page.is_table:
            self._row(fields)
        elif "qplan_receipts" in keys:
            self._own(fields)
        elif "metrics" in keys:
            self._job(fields, self.owner)
        elif USAGE in keys:
            self.usages += usage_of(fields)
        elif any(key in keys for key in DETAILS):
            self.sessions.append((session_of(fields), fields.path))
        elif any(key in keys for key in METRICS):
            self._metrics(fields)
        elif any(key in keys for key in COLUMNS):
            self._row(fields)
        else:
            hint = "job.metrics(), session.details(), service.usage() and qplan's own forms are read: docs/receipts.md"
            told = self.page.said(fields.path, f"no receipt has the keys {_listed(list(keys))}")
            self.page.error(NOT_RECEIPTS, told, fields.path, hint)

    def _own(self, fields: Fields) -> None:
        """The form of qplan's own: jobs of a workload, and what else was fetched with them."""
        fields.unknown(OWN)
        version = fields.mapping["qplan_receipts"]
        if isinstance(version, bool) or version != VERSION:
            told = f" must be {VERSION}, the version of the form that this qplan reads, not {given(version)}"
            fields.error(NOT_RECEIPTS, "qplan_receipts", told)
        named = fields.holds("workload")
        # A path that cannot be read is told of once, not again of each job that would be in no workload.
        owner = Owner(workload=workload_of(fields, self.folder) or fields.name("workload")) if named else self.owner
        for job in self._under(fields, "jobs"):
            self._problems_before = len(self.page.problems)
            self._job(job, owner)
        self.sessions += [(session_of(details), details.path) for details in self._under(fields, "session")]
        for usage in self._under(fields, "usage"):
            self.usages += usage_of(usage)

    def _under(self, fields: Fields, key: str) -> Iterator[Fields]:
        """The mapping or the list of mappings under a key."""
        value, path = fields.mapping.get(key), (*fields.path, key)
        if isinstance(value, list):
            return self._mappings([((*path, i), one) for i, one in enumerate(value)])
        return self._mappings([] if value is None else [(path, value)])

    def _job(self, fields: Fields, owner: Owner) -> None:
        """A job of qplan's own form: whose it is, and its metrics."""
        fields.unknown(OWN_JOB)
        described = described_in(fields)
        state = state_of(fields, "status") or state_of(fields, "state")
        metrics = fields.inner("metrics")
        if not fields.holds("metrics"):
            fields.error(MISSING_KEY, "metrics", " is required: what job.metrics() returns", "add 'metrics'")
        else:
            self._add(fields, metrics.path, measures_of_metrics(metrics, state), described, owner)

    def _metrics(self, fields: Fields) -> None:
        """What `job.metrics()` returned; it says nothing of whose it is, save an id that was put to it."""
        given_id = {key: value for key, value in fields.mapping.items() if key == "id"}
        nameless = Fields(page=self.page, path=fields.path, mapping=given_id)
        self._add(nameless, fields.path, measures_of_metrics(fields, ""), None, self.owner)

    def _row(self, fields: Fields) -> None:
        """A row of CSV or YAML."""
        fields.unknown(COLUMNS, "column")
        described = described_in_row(fields)
        self._add(fields, fields.path, measures_of_row(fields), described, self.owner)

    def _add(
        self, fields: Fields, path: Path, measures: Measures, described: Described | None, otherwise: Owner
    ) -> None:
        """The receipt, unless something is wrong with it."""
        if described:
            self._described.append(described)
        owner = owner_of(fields, otherwise, self.folder, described=described is not None)
        receipt = Receipt(
            file=self.page.file,
            where=self.page.where(path),
            charged_us=measures.charged_us or 0,  # unknown only with a problem
            id=fields.text("id"),
            job=owner.job,
            workload=owner.workload,
            described=tuple(described.job.items()) if described else None,
            backend=fields.text("backend"),
            mode=fields.choice("mode", MODES),
            session=fields.text("session") or fields.text("session_id"),
            state=measures.state,
            executed_us=measures.executed_us,
            wait_us=measures.wait_us,
            ran_us=measures.ran_us,
            date=measures.date,
        )
        if len(self.page.problems) == self._problems_before:
            self.receipts.append((receipt, path))


def _listed(keys: Sequence[str]) -> str:
    shown = ", ".join(given(key) for key in keys[:_SHOWN]) or "of none"
    return f"{shown}, ..." if len(keys) > _SHOWN else shown
