"""What `session.details()`, `batch.details()` and `service.usage()` return."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from qplan.model.receipt import InstanceUsage, SessionReceipt
from qplan.parse.receipts_fields import MISSING_KEY, Fields, between_us

DETAILS: Final = ("interactive_timeout", "active_timeout", "accepting_jobs", "usage_time")
"""Keys that nothing else has than details."""
USAGE: Final = "usage_consumed_seconds"
MODES: Final = {"job": "job", "batch": "batch", "session": "session", "dedicated": "session"}
"""IBM's word for the mode of a session is `dedicated`."""
BACKWARDS: Final = "QP606"


def session_of(details: Fields) -> SessionReceipt:
    """The details of a batch or session; other keys of the client are not looked at."""
    started, closed = details.instant("started_at"), details.instant("closed_at")
    open_us = between_us(started, closed)
    if open_us is not None and open_us < 0:
        details.error(BACKWARDS, "closed_at", " is before started_at", "look at the offsets of both: Z is UTC")
    return SessionReceipt(
        file=details.page.file,
        where=details.page.where(details.path),
        id=details.text("id"),
        backend=details.text("backend_name"),
        mode=details.choice("mode", MODES),
        state=details.text("state"),
        usage_us=details.us("usage_time"),
        max_time_us=details.us("max_time"),
        interactive_ttl_us=details.us("interactive_timeout"),
        started=details.text("started_at") if started else "",
        closed=details.text("closed_at") if closed else "",
        open_us=open_us,
    )


def usage_of(fields: Fields) -> Iterator[InstanceUsage]:
    """The usage of an instance; as Qiskit's client has it, the allocation is the limit where none is set."""
    consumed_us = fields.us(USAGE)
    if not fields.holds(USAGE):
        fields.error(MISSING_KEY, USAGE, " is required", f"add {USAGE!r}")
    own_us, allocation_us = fields.us("usage_limit_seconds"), fields.us("usage_allocation_seconds")
    left_us, limit_us = fields.us("usage_remaining_seconds"), own_us or allocation_us
    if consumed_us is None:
        return
    if left_us is None and limit_us is not None:
        left_us = max(limit_us - consumed_us, 0)
    yield InstanceUsage(
        file=fields.page.file,
        where=fields.page.where(fields.path),
        consumed_us=consumed_us,
        limit_us=limit_us,
        remaining_us=left_us,
        period=_period(fields.inner("usage_period")),
    )


def _period(period: Fields) -> str:
    times = [period.instant("start_time"), period.instant("end_time")]
    return " to ".join(time.date if time else "?" for time in times) if any(times) else ""
