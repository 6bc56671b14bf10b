"""Measured durations in a CSV file that a workload names: inside its folder, bounded, never echoed."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from dataclasses import dataclass

from qplan.errors import FileError
from qplan.parse.durations import parse_duration
from qplan.parse.reader import MAX_BYTES, read_text
from qplan.units import us_from_s

MAX_ROWS = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """Where the files that a workload names may lie: its folder or repository; ``outside`` lifts the bound."""

    path: str
    outside: bool = False

    def file(self, name: str) -> str:
        """The file of that name, links resolved. Raises ``ValueError`` if it lies outside."""
        here = os.path.realpath(self.path)
        found = os.path.realpath(os.path.join(here, name))
        bound = _repository(here)
        if not self.outside and os.path.commonpath([bound, found]) != bound:
            raise ValueError("lies outside the workload's folder and repository; --allow-outside lifts this")
        return found


def _repository(folder: str) -> str:
    """The nearest folder above that holds a repository, else the folder itself."""
    above = folder
    while not os.path.exists(os.path.join(above, ".git")):
        above, below = os.path.dirname(above), above
        if above == below:
            return folder
    return above


def trace_us(name: str, folder: Folder) -> tuple[int, ...]:
    """The durations in the first column of a CSV file, in microseconds; a header and empty lines are skipped.

    Raises ``ValueError`` with a line fit for a user, which never holds what stands in the file.
    """
    try:
        text = read_text(folder.file(name), most=MAX_BYTES)
    except FileError as error:
        raise ValueError(f"cannot be used: {str(error).rpartition(': ')[2]}") from None
    values = tuple(_values(text))
    if not values:
        raise ValueError("holds no duration")
    return values


def _values(text: str) -> Iterator[int]:
    first = True
    try:
        for number, row in enumerate(csv.reader(text.splitlines(), strict=True), start=1):
            if number > MAX_ROWS + 1:
                raise ValueError(f"has more than {MAX_ROWS:,} lines")
            if not row or not row[0].strip():
                continue
            value = _value(row[0])
            if value is not None:
                yield value
            elif not first or not _is_header(row[0]):
                raise ValueError(f"line {number}: the first column is not a duration")
            first = False
    except csv.Error:
        raise ValueError("is not a CSV file, or has a field that is too long") from None


def _is_header(cell: str) -> bool:
    """A word that stands above the numbers, and none that was meant to be one."""
    word = cell.strip().lower()
    return word[0].isalpha() and word not in ("nan", "inf", "infinity")


def _value(cell: str) -> int | None:
    try:
        return us_from_s(parse_duration(cell))
    except ValueError:
        return None
