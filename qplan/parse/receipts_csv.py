"""CSV with a header to a list of rows: cells as numbers or text by their column, every row at its line."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from qplan.errors import Mark
from qplan.parse.document import Tree
from qplan.parse.kinds import given
from qplan.parse.receipts_columns import CHARGE, COLUMNS, NUMBERS, PLAIN
from qplan.parse.receipts_fields import UNKNOWN_KEY, hint_for, number_of
from qplan.parse.receipts_page import MAX_RECEIPTS, NOT_RECEIPTS, TOO_MANY_VALUES, UNREAD, Page
from qplan.parse.scalars import plain_scalar

REPEATED, NOT_FINITE, NO_CHARGE, UNEVEN = "QP003", "QP009", "QP603", "QP614"
_COMMAS = "columns are parted by commas"


def read_csv(text: str, page: Page) -> None:
    """Fill the page's tree with one mapping a row; empty cells are left out."""
    try:
        _read(text, page)
    except csv.Error:
        told = "not a CSV file, or it has a field that is too long"
        page.tree = None
        page.error(NOT_RECEIPTS, told, (), "a quote that is not closed is the usual cause")


def _read(text: str, page: Page) -> None:
    rows = _rows(text)
    line, cells = next(rows, (1, [""]))
    header = [cell.strip().lower() for cell in cells]
    if not set(header) & set(COLUMNS):
        told = "neither JSON, nor YAML, nor CSV with a header of known columns"
        page.error(NOT_RECEIPTS, told, (), _COMMAS if any(c in cells[0] for c in ";\t") else _known())
        return
    _check_header(header, line, page)
    entries: list[Tree] = []
    lines: list[int] = []
    page.tree, page.lines, page.is_table = entries, lines, True
    for line, cells in rows:
        if len(entries) == MAX_RECEIPTS:
            mark = Mark(file=page.file, line=line, column=1)
            page.tree = None
            page.error(TOO_MANY_VALUES, f"more than {MAX_RECEIPTS:,} receipts; split the file", (), mark=mark)
            return
        lines.append(line)
        entries.append(UNREAD)
        if len(cells) != len(header):
            told = f"the row has {len(cells):,} fields, the header {len(header):,}"
            page.error(UNEVEN, told, (len(entries) - 1,), "put text that holds a comma in quotes")
        else:
            entries[-1] = _entry(header, cells, (len(entries) - 1,), page)


def _rows(text: str) -> Iterator[tuple[int, Sequence[str]]]:
    """Each row that is not empty, with the line on which it begins; comments may stand before the header."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    begins, headed = 1, False
    for cells in reader:
        headed = headed or bool(cells and not cells[0].lstrip().startswith("#"))
        if headed and any(cell.strip() for cell in cells):
            yield begins, cells
        begins = reader.line_num + 1


def _check_header(header: Sequence[str], line: int, page: Page) -> None:
    mark = Mark(file=page.file, line=line, column=1)
    for i, name in enumerate(header):
        if name in header[:i] and name:
            page.error(REPEATED, f"the column {given(name)} is repeated; keep one of the two", (), mark=mark)
        elif not name:
            page.error(UNKNOWN_KEY, f"column {i + 1} has no name", (), _known(), mark=mark)
        elif name not in COLUMNS and not name.startswith("x-"):
            page.error(UNKNOWN_KEY, f"unknown column {given(name)}", (), hint_for(name, COLUMNS, "column"), mark=mark)
    if CHARGE not in header:
        page.told.add(CHARGE)
        if not any(hint_for(name, COLUMNS).endswith(f"{CHARGE!r}?") for name in header if name not in COLUMNS):
            told = f"the column {CHARGE!r} is required: what IBM charged, in seconds"
            page.error(NO_CHARGE, told, (), f"add {CHARGE!r}", mark=mark)


def _entry(header: Sequence[str], cells: Sequence[str], path: tuple[int], page: Page) -> dict[str, Tree]:
    entry: dict[str, Tree] = {}
    for name, cell in zip(header, map(str.strip, cells), strict=True):
        if cell and name in COLUMNS:
            try:
                entry[name] = number_of(cell) if name in NUMBERS else plain_scalar(cell) if name in PLAIN else cell
            except OverflowError as error:
                page.error(NOT_FINITE, f"{name}: {error}", (*path, name))
    return entry


def _known() -> str:
    return f"known columns: {', '.join(COLUMNS)}"
