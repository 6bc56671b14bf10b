"""What IBM charged: receipts of jobs, details of batches and sessions, and an instance's usage."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """One job's charge, and what else its receipt tells; times in microseconds, ``None`` and '' are unknown.

    ``file`` and ``where`` say where it was read: ``where`` is ``jobs[3].metrics`` or ``line 4``. The job is named by
    ``workload``, the path of a workload file, and ``job``, its label there (``energy`` or ``energy[3]``), or else
    ``described``: the pairs of a mapping in the shape of a workload file's job, so that ``dict(described)`` may
    stand in its ``jobs``. ``mode`` is ``job``, ``batch`` or ``session``, ``session`` the id of the batch or session.
    ``executed_us`` is the circuits' execution time, ``wait_us`` lasts from created to running, ``ran_us`` from running
    to finished. ``state`` is ``completed``, ``failed``, ``cancelled`` or the file's own word. ``date`` is ISO 8601.
    """

    file: str
    where: str
    charged_us: int
    id: str = ""
    job: str = ""
    workload: str = ""
    described: tuple[tuple[str, Any], ...] | None = field(default=None, hash=False)
    backend: str = ""
    mode: str = ""
    session: str = ""
    state: str = ""
    executed_us: int | None = None
    wait_us: int | None = None
    ran_us: int | None = None
    date: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionReceipt:
    """The details of a batch or session (``mode``); times in microseconds, ``None`` and '' are unknown.

    ``usage_us`` is what it was charged so far, final when ``state`` is ``closed``. ``started`` and ``closed`` are
    instants in ISO 8601, ``open_us`` the time between them; the TTLs are those that were in force.
    """

    file: str
    where: str
    id: str = ""
    backend: str = ""
    mode: str = ""
    state: str = ""
    usage_us: int | None = None
    max_time_us: int | None = None
    interactive_ttl_us: int | None = None
    started: str = ""
    closed: str = ""
    open_us: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceUsage:
    """What an instance consumed in a period, and of how much; microseconds. ``period`` is two dates or ''."""

    file: str
    where: str
    consumed_us: int
    limit_us: int | None = None
    remaining_us: int | None = None
    period: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptBook:
    """All that was read, in the order of the files."""

    receipts: tuple[Receipt, ...] = ()
    sessions: tuple[SessionReceipt, ...] = ()
    usages: tuple[InstanceUsage, ...] = ()
