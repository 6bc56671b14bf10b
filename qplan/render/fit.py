"""Text of many lines that must not be longer than a service takes: what is too much is left out in the middle."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

LEAST_BYTES = 4_000
"""No page is made to fit into less."""
_BETWEEN = "\n\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A paragraph, a list or a table: ``head`` and ``tail`` stand whole around its ``lines``.

    The first ``must`` lines are the last to go. ``gap`` makes the line that stands where others were left out, from
    how many they are and how many of these are of the first ``must``. Parts of higher ``rank`` get their room first;
    a part without lines is never cut.
    """

    head: str
    lines: tuple[str, ...] = ()
    tail: str = ""
    must: int = 0
    rank: int = 0
    gap: Callable[[int, int], str] = lambda dropped, _: f"- … {dropped:,} more …"


def fitted(parts: Sequence[Part], limit_bytes: int) -> str:
    """The parts with an empty line between, and a newline; in UTF-8 at most ``limit_bytes`` long.

    Raises ``ValueError`` where ``limit_bytes`` is too small for what may not be left out.
    """
    kept = _placed(parts, limit_bytes) if limit_bytes >= LEAST_BYTES else None
    if kept is None:
        raise ValueError(f"a limit of {limit_bytes:,} bytes is too small for this report")
    return _BETWEEN.join(_text(part, count) for part, count in zip(parts, kept, strict=True)) + "\n"


def _placed(parts: Sequence[Part], limit_bytes: int) -> list[int] | None:
    """How many lines of each part there is room for; ``None`` if there is none even without all lines."""
    room = limit_bytes - 1 - len(_BETWEEN) * (len(parts) - 1)
    for floors in ([min(part.must, len(part.lines)) for part in parts], [0] * len(parts)):
        kept = list(floors)
        left = room - sum(_size(part, count) for part, count in zip(parts, kept, strict=True))
        if left >= 0:
            break
    else:
        return None
    for i in sorted(range(len(parts)), key=lambda i: -parts[i].rank):
        before = _size(parts[i], kept[i])
        kept[i] = _most(parts[i], kept[i], before + left)
        left -= _size(parts[i], kept[i]) - before
    return kept


def _most(part: Part, least: int, room: int) -> int:
    """The most lines, from ``least``, that the part can keep in so many bytes."""
    if _size(part, len(part.lines)) <= room:
        return len(part.lines)
    low, high = least, len(part.lines) - 1
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if _size(part, middle) <= room else (low, middle - 1)
    return low


def _size(part: Part, count: int) -> int:
    return len(_text(part, count).encode())


def _text(part: Part, count: int) -> str:
    return f"{part.head}{chr(10).join(_kept(part, count))}{part.tail}"


def _kept(part: Part, count: int) -> list[str]:
    """The lines that must stay, then as many of the others from the start as from the end, ``count`` in all."""
    lines = list(part.lines)
    dropped = len(lines) - count
    if dropped <= 0:
        return lines
    must = min(part.must, count)
    first = must + (count - must + 1) // 2 if count >= part.must else count
    gap = part.gap(dropped, max(0, part.must - count))
    return [*lines[:first], gap, *lines[len(lines) - (count - first) :]]
