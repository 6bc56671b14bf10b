"""The command that reads the user's own account into a file of receipts."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any

from qplan.cli.draws import Meter
from qplan.cli.output import refuse_existing, write
from qplan.cli.status import DONE
from qplan.errors import FileError, Severity, UsageError, WorkloadError
from qplan.model.workload import Workload
from qplan.parse.reader import MAX_BYTES
from qplan.parse.traces import Folder
from qplan.render.safe import plain

NEWEST = 100
_LONGEST_INSTANT = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class PullRequest:
    """What the command line asks for, as typed. ``jobs`` are ids, or ``LABEL=ID``."""

    jobs: Sequence[str] = ()
    session: str | None = None
    backend: str | None = None
    tags: Sequence[str] = ()
    since: str | None = None
    until: str | None = None
    limit: int | None = None
    account: str | None = None
    instance: str | None = None
    workload: str | None = None
    with_instance: bool = False


def pull_receipts(request: PullRequest, out: str | None, *, force: bool) -> int:
    """Write the receipts; what was asked for by name and could not be read is told, and makes the status 1."""
    from qplan.bridge.need import need
    from qplan.bridge.pull import Wanted, pull
    from qplan.bridge.pull_account import details_from, opened, quiet
    from qplan.bridge.pull_answers import text_of

    need("pull", "qiskit_ibm_runtime")
    if not force:
        refuse_existing(out)
    _check_folder(out)
    ids, labels = _ids(request.jobs)
    _check(request, labels)
    wanted = Wanted(
        ids=ids, labels=labels, session=request.session, backend=request.backend, tags=request.tags,
        since=_instant("--since", request.since), until=_instant("--until", request.until, end=True),
        limit=NEWEST if request.limit is None else request.limit, workload=_workload(request.workload),
        named=_beside(request.workload, out), with_instance=request.with_instance,
    )  # fmt: skip
    if wanted.since and wanted.until and wanted.until < wanted.since:
        raise UsageError("--until is before --since")
    meter = Meter("jobs")
    with quiet():
        service = opened(request.account, request.instance)
        try:
            pulled = pull(service, wanted, details_from(service), now=datetime.now(UTC), progress=meter)
        finally:
            meter.close()
    text = text_of(pulled.book)
    if not pulled.is_empty:
        write(text, out)
    _say([*_summary(pulled.book, out), *pulled.told, *_of_the_file(text, wanted.named, out)])
    if pulled.unread or pulled.is_empty:
        raise FileError("\n".join(map(plain, pulled.unread)) or "nothing was there to be read")
    return DONE


def _check_folder(out: str | None) -> None:
    """Rather now than after a long read: whether the file has a folder that can be written to."""
    folder = os.path.dirname(out or "") or "."
    if out not in (None, "-") and not (os.path.isdir(folder) and os.access(folder, os.W_OK | os.X_OK)):
        told = "there is no such folder, or no permission to write there"
        raise FileError(f"{plain(str(out))}: cannot be written: {told}")


def _ids(jobs: Sequence[str]) -> tuple[tuple[str, ...], dict[str, str]]:
    """Ids in their order, each once, and the labels of those that have one; raises ``UsageError``."""
    from qplan.bridge.pull_kinds import ID

    labels: dict[str, str] = {}
    ids: list[str] = []
    for text in jobs:
        label, _, id = text.rpartition("=")
        if not ID.fullmatch(id):
            raise UsageError(f"--jobs takes ids of jobs, or LABEL=ID, not {text!r:.80}")
        if labels.setdefault(id, label) != label:
            raise UsageError(f"--jobs: {id} is named twice, as {labels[id]!r:.80} and as {label!r:.80}")
        ids.append(id)
    return tuple(dict.fromkeys(ids)), {id: label for id, label in labels.items() if label}


def _check(request: PullRequest, labels: Mapping[str, str]) -> None:
    """Options that do not fit one another, or that no service could mean."""
    from qplan.bridge.pull_kinds import BACKEND, ID

    chosen = {
        "--session": request.session, "--backend": request.backend, "--tag": request.tags or None,
        "--since": request.since, "--until": request.until, "--limit": request.limit,
    }  # fmt: skip
    given = [name for name, value in chosen.items() if value is not None]
    if request.jobs and given:
        raise UsageError(f"--jobs names the jobs, and {', '.join(given)} would choose them: one of the two")
    if labels and request.workload is None:
        raise UsageError("--jobs LABEL=ID names a job of a workload: add --workload FILE")
    if request.session is not None and not ID.fullmatch(request.session):
        raise UsageError(f"--session takes the id of a session or batch, not {request.session!r:.80}")
    if request.backend is not None and not BACKEND.fullmatch(request.backend):
        raise UsageError(f"--backend takes the name of a QPU, such as ibm_fez, not {request.backend!r:.80}")


def _instant(option: str, text: str | None, *, end: bool = False) -> datetime | None:
    """A moment, or a day: its first moment, or its last with ``end``; without an offset it counts as UTC."""
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text[:_LONGEST_INSTANT])
    except ValueError:
        raise UsageError(f"{option}: a day or an instant such as 2026-09-20T10:00Z, not {text!r:.80}") from None
    if end and len(text) <= len("2026-09-20"):
        at = datetime.combine(at.date(), time.max)
    # In UTC: the client takes any other offset for that of this machine.
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


def _workload(path: str | None) -> Workload | None:
    """The workload whose jobs were run, checked as always."""
    if path is None:
        return None
    from qplan.parse.load import load

    if path == "-":
        raise UsageError("--workload takes a file that receipts can name, not standard input")
    loaded = load([path])
    if loaded.unread:
        raise FileError("\n".join(loaded.unread.values()))
    errors = [problem for problem in loaded.problems if problem.severity is Severity.ERROR]
    if errors:
        raise WorkloadError(errors)
    return loaded.workloads[0]


def _beside(workload: str | None, out: str | None) -> str:
    """How the file of receipts names the workload: from its own folder, or from here if it is not kept."""
    if workload is None:
        return ""
    folder = os.path.dirname(out) if out not in (None, "-") else ""
    return os.path.relpath(os.path.realpath(workload), os.path.realpath(folder or ".")).replace(os.sep, "/")


def _summary(book: Mapping[str, Any], out: str | None) -> list[str]:
    """What was read, a line a kind."""
    lines = []
    jobs, sessions, usage = book.get("jobs", ()), book.get("session", ()), book.get("usage")
    if jobs or sessions or usage:
        counts = [_counted(jobs, "receipt"), *([_counted(sessions, "session")] if sessions else [])]
        lines.append(("" if out in (None, "-") else f"{out}: ") + " and ".join(counts))
    if usage:
        lines.append(f"usage: {_used(usage)}")
    queues = [f"{one['pending_jobs']} on {one['backend']}" for one in book.get("x-queue", ()) if "pending_jobs" in one]
    return [*lines, f"pending jobs: {', '.join(queues)}"] if queues else lines


def _of_the_file(text: str, named: str, out: str | None) -> Iterator[str]:
    """What keeps the file itself from being read."""
    if len(text.encode()) > MAX_BYTES:
        yield "more than a file of receipts may hold (16 MiB): pull it in parts, by --since and --until"
    try:
        Folder(path=os.path.dirname(out or "") or ".").file(named)
    except ValueError:
        yield "the workload lies outside the folder and repository of the receipts: --allow-outside reads them"


def _counted(found: Sequence[object], kind: str) -> str:
    return f"{len(found):,} {kind}{'' if len(found) == 1 else 's'}"


def _used(usage: Mapping[str, Any]) -> str:
    """``412 s used of 600 s, 188 s left``, as far as it is known."""
    limit = usage.get("usage_limit_seconds") or usage.get("usage_allocation_seconds")
    left = usage.get("usage_remaining_seconds")
    parts = [f"{usage['usage_consumed_seconds']:,} s used"]
    parts += [f" of {limit:,} s"] if limit else []
    parts += [f", {left:,} s left"] if left is not None else []
    return "".join(parts)


def _say(lines: Sequence[str]) -> None:
    """Messages go to standard error: the receipts may be on standard output."""
    for line in lines:
        sys.stderr.write(f"qplan: {plain(line)}\n")
