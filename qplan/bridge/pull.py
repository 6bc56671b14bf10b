"""From a service to a file of receipts: jobs' charges, sessions' details, what is left of the usage, the queue.

What cannot be read is told and the rest is kept. Everything that goes into the file has been read as `calibrate` reads
it, and holds neither the token nor, unless asked for, the instance.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, Protocol, TypeVar

from qplan import __version__
from qplan.bridge.need import version_of
from qplan.bridge.pull_account import CLIENT, Details, Job, Service
from qplan.bridge.pull_answers import IN_THE_QUEUE, INSTANCE_USAGE, METRICS, SESSION, cut, has_charge, refusal
from qplan.bridge.pull_describe import Describer, Undescribed
from qplan.bridge.pull_faults import Fault
from qplan.bridge.pull_kinds import BACKEND, CRN, ID, NUMBER, REMOVED, STATE, plain_value, text_of_kind
from qplan.bridge.pull_scrub import scrubber_of
from qplan.model.receipt import Receipt
from qplan.model.workload import Workload
from qplan.parse import catalog
from qplan.parse.matching import job_named, jobs_of, wrong_label
from qplan.parse.receipts_measures import STATES, UNSETTLED

PAGE: Final = 100
"""Jobs asked for at once; the service's own limit is 200."""
NO_BACKEND_S: Final = 1.0
"""How long a job that has no backend yet may take to tell it: the client would wait for its end."""
NO_LABEL: Final = "nothing says which job of the workload it is"
LABEL_THEM: Final = "name these by --jobs LABEL=ID, or tag jobs with their label when they are sent"
NAME_IT: Final = "what these were for is for you to say: pull them by --jobs with --workload FILE"
IMPORT_IT: Final = "`qplan profiles import` makes one, which calibrate takes by --backend FILE.yaml"
SAME_AGAIN: Final = "the list of jobs: the service gives the same ones again; older ones are not read"
_SHOWN: Final = 3

T = TypeVar("T")

Progress = Callable[[int, int], None]


class _Ask(Protocol):
    """What gives the scrubbed answer to a question, or the fault."""

    def __call__(self, question: Callable[[], T], /) -> T | Fault: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which jobs: those of ``ids``, or else the newest ``limit`` that fit the rest.

    ``labels`` say which job of the ``workload`` an id is; ``named`` is the workload's path as the file is to hold it.
    """

    ids: Sequence[str] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    session: str | None = None
    backend: str | None = None
    tags: Sequence[str] = ()
    since: datetime | None = None
    until: datetime | None = None
    limit: int = 100
    workload: Workload | None = None
    named: str = ""
    with_instance: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulled:
    """The content of a file of receipts, what to say of it, and what was asked for and could not be read."""

    book: Mapping[str, Any]
    told: tuple[str, ...]
    unread: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing of the account is in it."""
        return not any(self.book.get(key) for key in ("jobs", "session", "usage", "x-aside", "x-unsettled"))


def pull(service: Service, wanted: Wanted, details: Details, *, now: datetime, progress: Progress) -> Pulled:
    """Everything that is wanted and can be read; ``details`` gives those of a session by its id."""
    scrubber = scrubber_of(service, with_instance=wanted.with_instance)
    describer = Describer(service=service, scrubber=scrubber)
    puller = _Puller(service=service, wanted=wanted, details=details, describer=describer, ask=scrubber.ask)
    puller.read(progress)
    book, told, unread = scrubber.scrubbed((puller.book(now), puller.told, puller.unread))
    return Pulled(book=book, told=tuple(told), unread=tuple(unread))


@dataclass(slots=True)
class _Puller:
    """What has been read so far. When it is ``over``, nothing more is asked: it would fare no better."""

    service: Service
    wanted: Wanted
    details: Details
    describer: Describer
    ask: _Ask
    jobs: list[dict[str, Any]] = field(default_factory=list)
    sessions: dict[str, dict[str, Any]] = field(default_factory=dict)
    usage: dict[str, Any] = field(default_factory=dict)
    queue: list[dict[str, Any]] = field(default_factory=list)
    aside: list[dict[str, Any]] = field(default_factory=list)
    unsettled: list[dict[str, Any]] = field(default_factory=list)
    instance: str = ""
    told: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    over: bool = False
    _asked_for: int = 0
    _seen: dict[tuple[str, str], Receipt] = field(default_factory=dict)

    def read(self, progress: Progress) -> None:
        """Ask for all of it, jobs first."""
        listed = {} if self.wanted.ids else self._listed_jobs()
        ids = self.wanted.ids or tuple(listed)
        for done, id in enumerate(ids):
            if self.over:
                break
            progress(done, len(ids))
            self._read_job(id, listed[id] if id in listed else self._job(id))
            self._asked_for += 1
        if ids:
            progress(len(ids), len(ids))
        if self.wanted.session:
            self._session(self.wanted.session)
        self._read_usage()
        self._read_queue()
        self._tell(len(ids))

    def book(self, now: datetime) -> dict[str, Any]:
        """The content of the file."""
        at = now.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        parts = {
            "workload": self.wanted.named,
            "jobs": self.jobs,
            "session": [details for details in self.sessions.values() if details],
            "usage": self.usage,
            "x-aside": self.aside,
            "x-unsettled": self.unsettled,
            "x-queue": self.queue,
            "x-instance": self.instance,
            "x-pulled": {"at": at, "qplan": __version__, CLIENT: version_of("qiskit-ibm-runtime")},
        }
        return {"qplan_receipts": 1, **{key: part for key, part in parts.items() if part}}

    def _job(self, id: str) -> Job | Fault:
        return self.ask(lambda: self.service.job(id))

    def _listed_jobs(self) -> dict[str, Job]:
        """The newest jobs that fit, the oldest of them first. One more is asked for, to know whether there are more."""
        found: dict[str, Job] = {}
        asked_for = 0
        while (wanted := min(PAGE, self.wanted.limit + 1 - asked_for)) > 0 and self.wanted.limit:
            page = self.ask(lambda: self._page(wanted, asked_for))  # noqa: B023 - it is asked at once
            if isinstance(page, Fault):
                self._fault("the list of jobs", page)
                break
            before = len(found)
            for job in page:
                found.setdefault(text_of_kind(self.ask(job.job_id), ID), job)
            asked_for += wanted
            if len(page) < wanted:
                break
            if len(found) == before:  # else there would be no end where the offset is not heeded
                self.unread += [SAME_AGAIN] if before < self.wanted.limit else []
                break
        return self._newest(found)

    def _newest(self, found: dict[str, Job]) -> dict[str, Job]:
        """As many as are wanted of those found, and what there is to tell of the others."""
        if found.pop(REMOVED, None):
            self.unread.append("the list of jobs: what some of them have for an id is none")
        newest = list(found.items())
        if len(newest) > self.wanted.limit:
            self.told.append(f"there are more jobs than the newest {self.wanted.limit:,}: --limit takes more")
        if self.wanted.limit and not newest and not self.over:
            self.told.append("no job fits what was asked for")
        return dict(newest[: self.wanted.limit][::-1])

    def _page(self, limit: int, skip: int) -> Sequence[Job]:
        return self.service.jobs(
            limit=limit,
            skip=skip,
            backend_name=self.wanted.backend,
            job_tags=list(self.wanted.tags) or None,
            session_id=self.wanted.session,
            created_after=self.wanted.since,
            created_before=self.wanted.until,
        )

    def _read_job(self, id: str, job: Job | Fault) -> None:
        """One job: a receipt, or among those that are not settled, or told."""
        if isinstance(job, Fault):
            return self._fault(f"job {id}", job)
        answers = self.ask(job.status), self.ask(job.metrics), self.ask(lambda: job.session_id)
        backend = self.ask(lambda: getattr(job.backend(timeout=NO_BACKEND_S), "name", None))
        for answer in (*answers, backend):
            if isinstance(answer, Fault) and (answer is not backend or answer.final):
                return self._fault(f"job {id}", answer)
        state, metrics, session = answers
        whereabouts = {
            "id": id,
            "backend": plain_value(backend, BACKEND),  # a fault is none
            "session_id": plain_value(session, ID),
            "state": text_of_kind(str(state).removeprefix("JobStatus."), STATE),
        }
        known = {key: str(value) for key, value in whereabouts.items() if value}
        kept = cut(metrics, METRICS)
        if known["state"].lower() in UNSETTLED or kept.get("usage", {}).get("status") == "pending":
            return self._not_settled(known, kept)
        mode = self._session(known["session_id"]).get("mode") if "session_id" in known else "job"
        self._take(job, {**known, **({"mode": mode} if mode else {}), "metrics": kept})

    def _session(self, id: str) -> Mapping[str, Any]:
        """The details of a session or batch, asked for once; empty if they cannot be read."""
        if id in self.sessions or self.over:
            return self.sessions.get(id, {})
        found = self.ask(lambda: self.details(id))
        kept = {} if isinstance(found, Fault) else cut(found, SESSION)
        refused = "" if isinstance(found, Fault) else refusal({"session": kept})
        if isinstance(found, Fault):
            self._fault(f"session {id}", found)
        elif refused:
            self.unread.append(f"session {id}: {refused}")
        self.sessions[id] = {} if refused else kept
        return self.sessions[id]

    def _not_settled(self, known: Mapping[str, str], metrics: Mapping[str, Any]) -> None:
        self.unsettled.append({**known, **{key: metrics[key] for key in IN_THE_QUEUE if key in metrics}})
        if self.wanted.ids:
            told = f"its charge is not settled yet ({known['state']}): pull it again later"
            self.unread.append(f"job {known['id']}: {told}")

    def _take(self, job: Job, receipt: dict[str, Any]) -> None:
        """Keep a receipt that can be read, with what it is for; put it aside if nothing says that."""
        state = receipt["state"].lower()
        if STATES.get(state) in ("failed", "cancelled") and not has_charge(receipt["metrics"]):
            self.told.append(f"job {receipt['id']}: {state} without a charge: it is left out")
            return
        if refused := refusal({"jobs": [receipt]}):
            self.unread.append(f"job {receipt['id']}: {refused}")
            return
        if receipt.get("backend", "") not in ("", *catalog.backend_names()):
            receipt["x-backend"] = receipt.pop("backend")  # the reader knows no other names; --backend stands in
        workload = self.wanted.workload
        purpose = self._labelled(job, receipt, workload) if workload else self._described(job, receipt)
        if isinstance(purpose, Undescribed):
            self.aside.append({**receipt, "why": purpose.why})
        else:
            self.jobs.append({**receipt, **purpose})

    def _described(self, job: Job, receipt: Mapping[str, Any]) -> Mapping[str, Any] | Undescribed:
        backend = receipt.get("backend") or receipt.get("x-backend", "")
        described = self.describer.describe(job, backend, receipt)
        return described if isinstance(described, Undescribed) else {"describe": described}

    def _labelled(self, job: Job, receipt: Mapping[str, Any], workload: Workload) -> Mapping[str, Any] | Undescribed:
        """The label of the job in the workload: as it was named, or by a tag that is the label of one."""
        known = {one.name: one for one in jobs_of(workload)}
        tags = self.ask(lambda: [str(tag) for tag in job.tags or ()])
        by_tag = [] if isinstance(tags, Fault) else [tag for tag in tags if job_named(tag, known)]
        label = self.wanted.labels.get(receipt["id"]) or next(iter(by_tag), "")
        if not label:
            return {} if len(known) == 1 else Undescribed(why=NO_LABEL)
        named = Receipt(file="", where="", charged_us=0, job=label)
        problem = wrong_label(named, workload, self._seen)
        return Undescribed(why=problem.message.removeprefix(": ")) if problem else {"job": label}

    def _read_usage(self) -> None:
        if self.over:
            return
        usage = self.ask(self.service.usage)
        if isinstance(usage, Fault):
            return self._fault("the usage of the instance", usage)
        kept = cut(usage, INSTANCE_USAGE)
        refused = refusal({"usage": kept}) if kept else "the service tells none"
        if refused:
            self.unread.append(f"the usage of the instance: {refused}")
            return
        self.usage = kept
        if self.wanted.with_instance:
            crn = self.ask(self.service.active_instance)
            self.instance = "" if isinstance(crn, Fault) else str(plain_value(crn, CRN) or "")

    def _read_queue(self) -> None:
        """How many jobs wait on each backend that was asked for or had a job."""
        seen = (job.get("backend") or job.get("x-backend") or "" for job in (*self.jobs, *self.aside, *self.unsettled))
        for name in dict.fromkeys([*([self.wanted.backend] if self.wanted.backend else []), *sorted({*seen} - {""})]):
            if self.over:
                return
            status = self._status(name)
            if isinstance(status, Fault) and (status.final or name == self.wanted.backend):
                self._fault(f"the queue of {name}", status)
            if isinstance(status, Fault):  # of a device that is retired since
                continue
            figures = {key: plain_value(getattr(status, key, None), NUMBER) for key in ("pending_jobs", "operational")}
            self.queue.append({"backend": name, **{key: value for key, value in figures.items() if value is not None}})

    def _status(self, backend: str) -> Any | Fault:  # noqa: ANN401 - the client's BackendStatus
        return self.ask(lambda: self.service.backend(backend).status())

    def _fault(self, what: str, fault: Fault) -> None:
        self.unread.append(f"{what}: {fault.told}")
        self.over = self.over or fault.final

    def _tell(self, count: int) -> None:
        """Of so many jobs, what is not in the receipts, or what `calibrate` would stumble over, each with its cure."""
        if self.over:
            rest = f", and {count - self._asked_for:,} of {count:,} jobs not at all" if count > self._asked_for else ""
            self.unread.append(f"nothing more was asked for after that{rest}")
        if self.unsettled and not self.wanted.ids:
            self.told.append(f"{_some('job', self.unsettled)}: not settled yet: pull again later")
        reasons = dict.fromkeys(one["why"] for one in self.aside)
        self.told += self.describer.told
        for why in reasons:
            self.told.append(f"{_some('job', [one for one in self.aside if one['why'] == why])}: put aside: {why}")
        if self.aside:
            self.told.append(LABEL_THEM if self.wanted.workload else NAME_IT)
        unknown = sorted({job["x-backend"] for job in self.jobs if "x-backend" in job})
        if unknown:
            self.told.append(f"qplan ships no profile of {', '.join(unknown)}: {IMPORT_IT}")
        devices = sorted({job.get("backend") or job.get("x-backend", "") for job in self.jobs} - {""})
        if len(devices) > 1:
            self.told.append(f"jobs of {', '.join(devices)}: calibrate takes one device, so pull with --backend")


def _some(kind: str, found: Sequence[Mapping[str, Any]]) -> str:
    """``job d1``, or ``3 jobs (d1, d2, d3)``, or ``9 jobs (d1, d2, d3, ...)``."""
    ids = [str(one["id"]) for one in found]
    if len(ids) == 1:
        return f"{kind} {ids[0]}"
    return f"{len(ids):,} {kind}s ({', '.join(ids[:_SHOWN])}{', ...' if len(ids) > _SHOWN else ''})"
