"""Which workload files the arguments of a command name: files, folders and globs, none of them twice."""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from qplan.errors import FileError, Mark, Problem, UsageError
from qplan.gating import Source
from qplan.parse.reader import STDIN, read_text, shown
from qplan.parse.yaml12 import parse

NOTHING_FOUND = "QP512"
ENDINGS = (".yaml", ".yml")
_IS_WORKLOAD = re.compile(r"^(?:---[ \t]+)?[\"']?qplan[\"']?[ \t]*:|\A(?:\s|#.*$|---)*\{[^#]*?\bqplan\b", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The files, sorted by path. ``unread`` are paths with why they cannot be; ``empty`` what names no workload.

    ``left_out`` are YAML files below a folder or in a glob that say nothing of qplan.
    """

    sources: tuple[Source, ...]
    unread: tuple[tuple[str, str], ...]
    empty: tuple[Problem, ...]
    left_out: int = 0


def workload_files(arguments: Sequence[str]) -> Found:
    """Read what the arguments name. A file that is named itself is taken whatever it holds."""
    if STDIN in arguments:
        raise UsageError("workloads on standard input have no file to tell apart and to compare: name files or folders")
    texts: dict[str, Source | None] = {}
    unread: dict[str, str] = {}
    empty: list[Problem] = []
    for argument in arguments:
        paths, named = _paths(argument)
        held = [_take(path, texts, unread, named=named) for path in paths]
        if not any(held):
            empty.append(_nothing(argument, len(held)))
    return Found(
        sources=_distinct([source for _, source in sorted(texts.items()) if source]),
        unread=tuple(sorted(unread.items())),
        empty=tuple(empty),
        left_out=sum(source is None for source in texts.values()),
    )


def _paths(argument: str) -> tuple[list[str], bool]:
    """The files that an argument stands for, and whether it names one itself."""
    if os.path.isdir(argument):
        return list(map(near, _below(argument))), False
    if os.path.lexists(argument) or not glob.has_magic(argument):
        return [near(argument)], True
    found = (part for path in glob.iglob(argument, recursive=True) for part in _workloads(path, argument))
    return list(dict.fromkeys(map(near, found))), False


def _workloads(path: str, pattern: str) -> Iterable[str]:
    """What a match of a glob stands for: with ``**`` it matches folders besides, whose files it matches too."""
    if os.path.isdir(path):
        return () if "**" in pattern else _below(path)
    return [path] if path.endswith(ENDINGS) else []


def _below(folder: str) -> Iterator[str]:
    """YAML files of a folder and those in it; nothing that begins with a dot."""
    for here, inner, names in os.walk(folder):
        inner[:] = sorted(name for name in inner if not name.startswith("."))
        # Links to folders are not followed: they are handed on, to be refused.
        yield from (path for name in inner if os.path.islink(path := os.path.join(here, name)))
        yield from (os.path.join(here, name) for name in names if name.endswith(ENDINGS) and not name.startswith("."))


def near(path: str) -> str:
    """A path in its shortest form: relative where it leads below the current folder."""
    whole, here = os.path.abspath(path), os.path.abspath("")
    inside = whole.startswith(os.path.join(here, ""))
    return os.path.relpath(whole, here) if inside else os.path.normpath(path)


def _take(path: str, texts: dict[str, Source | None], unread: dict[str, str], *, named: bool) -> bool:
    """Read a file, if it is not known yet; whether it is a workload, or should be one."""
    if path in unread:
        return True
    if why := _refused(path):
        unread[path] = why
        return True
    if texts.get(path) is None and (named or path not in texts):
        try:
            text = read_text(path)
        except FileError as error:
            unread[path] = str(error).removeprefix(f"{shown(path)}: ")
            return True
        is_one = named or _is_workload(text, path)
        texts[path] = Source(file=shown(path), text=text, folder=os.path.dirname(path)) if is_one else None
    return texts[path] is not None


def _refused(path: str) -> str:
    """Why a path is not taken: one file under two names would have the limits and the baseline of the wrong one."""
    if shown(path) != path:
        return "its name holds characters that cannot be shown: rename it"
    parts = path.split(os.sep)
    steps = [path] if os.path.isabs(path) else [os.path.join(*parts[: i + 1]) for i in range(len(parts))]
    linked = next((step for step in steps if os.path.islink(step)), "")
    return f"{shown(linked)} is a link: name what it leads to" if linked else ""


def _is_workload(text: str, path: str) -> bool:
    """Whether a file that nobody named is a workload, as its reader sees it; one that cannot be read may be one."""
    if _IS_WORKLOAD.search(text):
        return True
    document = parse(text, path)
    return bool(document.problems) or (isinstance(document.tree, dict) and "qplan" in document.tree)


def _distinct(sources: Sequence[Source]) -> tuple[Source, ...]:
    """Each file once, whatever links lead to it."""
    first: dict[str, Source] = {}
    for source in sources:
        first.setdefault(os.path.realpath(source.file), source)
    return tuple(first.values())


def _nothing(argument: str, others: int) -> Problem:
    kind = "the folder holds" if os.path.isdir(argument) else "the glob matches"
    told = f"{kind} no workload file" + (f" (of {others:,} YAML files none has a `qplan` key)" if others else "")
    return Problem(
        code=NOTHING_FOUND,
        message=told,
        hint="name what holds one, or give --allow-empty",
        mark=Mark(file=shown(argument)),
    )
