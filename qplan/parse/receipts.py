"""Files of receipts to nouns: told apart by their content, every problem at once, no job twice."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Final, TypeVar

from qplan.errors import FileError, Mark, Problem
from qplan.model.receipt import InstanceUsage, Receipt, ReceiptBook, SessionReceipt
from qplan.parse import reader
from qplan.parse.document import Path
from qplan.parse.kinds import given
from qplan.parse.receipts_csv import read_csv
from qplan.parse.receipts_entries import Entries
from qplan.parse.receipts_json import read_json
from qplan.parse.receipts_owner import Owner
from qplan.parse.receipts_page import EnoughError, Page
from qplan.parse.traces import Folder
from qplan.parse.yaml12 import parse

EMPTY, TWICE, CONFLICT = "QP002", "QP608", "QP609"
_YAML_ENDINGS: Final = (".yaml", ".yml")
_JSON_ENDINGS: Final = (".json", ".jsonl", ".ndjson")
_YAML_LINE: Final = re.compile(r"-(?:\s|$)|---|%|[\"']?[\w-]+[\"']?\s*:(?:\s|$)")

Noun = TypeVar("Noun", Receipt, SessionReceipt)


def read_receipts(
    paths: Sequence[str],
    *,
    allow_outside: bool = False,
    workload: str = "",
    job: str = "",
    stdin: Callable[[], bytes] | None = None,
) -> tuple[ReceiptBook, tuple[Problem, ...], Mapping[str, str]]:
    """All receipts of some files, the problems of all files, and why a path cannot be read, each in order.

    ``-`` is standard input, for which ``stdin`` may stand in. A file with an error yields nothing. ``workload`` and
    ``job`` own the receipts that name no job themselves; ``allow_outside`` lets files name workloads elsewhere.
    """
    shelf = _Shelf()
    unread: dict[str, str] = {}
    for path in paths:
        try:
            text = reader.read_text(path, stdin=stdin)
        except FileError as error:
            unread[path] = str(error)
            continue
        page = Page(file=reader.shown(path))
        if shelf.is_new(path, page):
            folder = Folder(path="." if path == reader.STDIN else os.path.dirname(path) or ".", outside=allow_outside)
            entries = Entries(page=page, folder=folder, owner=Owner(workload=workload, job=job))
            with suppress(EnoughError):
                _fill(page, text, path)
                if page.tree is not None or page.valid:
                    entries.read()
                shelf.put(entries)
        shelf.problems += page.in_order()
    return shelf.book(), tuple(shelf.problems), unread


@dataclass(slots=True)
class _Shelf:
    """What has been read so far, to find what comes twice."""

    files: set[str] = field(default_factory=set)
    receipts: list[Receipt] = field(default_factory=list)
    sessions: list[SessionReceipt] = field(default_factory=list)
    usages: list[InstanceUsage] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    _jobs: dict[str, Receipt] = field(default_factory=dict)
    _containers: dict[str, SessionReceipt] = field(default_factory=dict)

    def is_new(self, path: str, page: Page) -> bool:
        """Whether a file was not read before; its receipts without an id would count twice."""
        real = path if path == reader.STDIN else os.path.realpath(path)
        if real in self.files:
            page.error(TWICE, "this file is named twice", (), "name it once")
            return False
        self.files.add(real)
        return True

    def put(self, entries: Entries) -> None:
        """Take what a file holds, if nothing is wrong with it."""
        receipts = _once(entries.receipts, self._jobs, entries.page, "job")
        sessions = _once(entries.sessions, self._containers, entries.page, "batch or session")
        if entries.page.valid:
            self.receipts += receipts
            self.sessions += sessions
            self.usages += entries.usages

    def book(self) -> ReceiptBook:
        """All of it."""
        return ReceiptBook(receipts=tuple(self.receipts), sessions=tuple(self.sessions), usages=tuple(self.usages))


def _once(found: Sequence[tuple[Noun, Path]], seen: dict[str, Noun], page: Page, kind: str) -> list[Noun]:
    """The nouns of a page; tells of an id that was seen before, there or in another file."""
    for noun, path in found:
        first = seen.setdefault(noun.id, noun) if noun.id else noun
        if first is not noun:
            place = first.where if first.file == page.file else f"{first.file}, {first.where}"
            same = replace(first, file="", where="") == replace(noun, file="", where="")
            told = page.said(path, f"the {kind} {given(noun.id)} has a receipt already: {place}")
            hint = "take one of them out"
            if not same:
                told, hint = f"{told}, and they differ", "keep the one that is right"
            page.error(TWICE if same else CONFLICT, told, path, hint)
    return [noun for noun, _ in found]


def _fill(page: Page, text: str, path: str) -> None:
    """Read the text by what it looks like; the ending of the name tells JSON that is broken, and YAML's brackets."""
    lines = (line.strip() for line in text.split("\n"))
    first = next((line for line in lines if line and not line.startswith("#")), "")
    ending = os.path.splitext(path)[1].lower()
    if not first:
        page.error(EMPTY, "the file is empty", (), mark=Mark(file=page.file, line=1, column=1))
    elif first[0] in "[{" and ending not in _YAML_ENDINGS:
        read_json(text, page)
    elif first[0] in "[{" or _YAML_LINE.match(first):
        _read_yaml(text, page)
    elif ending in _JSON_ENDINGS:
        read_json(text, page)
    else:
        read_csv(text, page)


def _read_yaml(text: str, page: Page) -> None:
    document = parse(text, page.file)
    page.problems += document.problems
    page.document, page.tree = document, document.tree
