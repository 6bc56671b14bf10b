"""How the inputs of a workload are named when its file is laid flat: ``jobs.energy.shots``, ``jobs[0].shots``.

A step is a key, the name of an entry of ``jobs``, or the number of an entry of another list. A key that holds
anything but plain characters stands in quotes, so that a path is read back in one way only. A file that the workload
names is an input of its own: ``file waits.csv``, whose value is a digest of what it holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

Inputs = tuple[tuple[str, str], ...]
"""Paths with their values as text, in the order of the file."""

OWN_FILE = "file "
_STEP = re.compile(r'\.?(?:([^\s.\[\]"\\]+)|"((?:[^"\\]|\\.)*)")|\[([0-9]+)\]')
_BARE = re.compile(r'[^\s.\[\]"\\]+')
_QUOTED = re.compile(r'(["\\])')


def path_of(steps: Iterable[str | int]) -> str:
    """The path of a place; numbers are places in a list."""
    parts = (f"[{step}]" if isinstance(step, int) else f".{_word(step)}" for step in steps)
    return "".join(parts).removeprefix(".")


def steps_of(path: str) -> tuple[str | int, ...]:
    """The steps of a path that ``path_of`` made. Raises ``ValueError`` for any other text."""
    steps: list[str | int] = []
    end = 0
    while end < len(path):
        found = _STEP.match(path, end)
        if not found or (found[0].startswith(".") != (end > 0) and found[3] is None):
            raise ValueError(f"not a path: {path!r:.80}")
        bare, quoted, number = found.groups()
        steps.append(int(number[:9]) if number else bare if bare is not None else re.sub(r"\\(.)", r"\1", quoted))
        end = found.end()
    return tuple(steps)


def _word(step: str) -> str:
    if _BARE.fullmatch(step):
        return step
    escaped = _QUOTED.sub(r"\\\1", step)
    return f'"{escaped}"'
