"""Recordings in lines that are easy to compare."""

from __future__ import annotations

from typing import Any, Protocol


class HasDocument(Protocol):
    """A recording."""

    @property
    def document(self) -> dict[str, Any]: ...


def jobs(recording: HasDocument) -> list[Any]:
    """The ``jobs`` of its workload file."""
    return list(recording.document["jobs"])


def lines(recording: HasDocument) -> list[str]:
    """Its jobs, a line each, without what they send."""
    return [line(item, lambda _: "") for item in jobs(recording)]


def line(item: Any, sent: Any) -> str:
    """An entry of ``jobs``: ``name: what is sent x count iterations=... think=... after=...``."""
    inner = [sent(one) + (f"x{one['count']}" if "count" in one else "") for one in item.get("jobs", [item])]
    rest = [f"{key}={item[key]}" for key in ("iterations", "think", "after") if key in item]
    return " ".join([f"{item.get('loop') or item['name']}:", *filter(None, inner), *rest])
