"""Makes docs/diagnostics.md, and the tables of docs/workload-format.md: `python -m tests.parse.pages`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic_core import PydanticUndefined

from qplan.model.fact import Diagnostic
from qplan.parse.diagnostics import diagnostics
from qplan.parse.holders import _OneOrMore
from qplan.parse.kinds import Kind
from qplan.parse.schema_durations import Exponential, MeanSd, Quantiles, Trace
from qplan.parse.schema_keys import Key, all_keys

DOCS = Path(__file__).parents[2] / "docs"
OF_DURATIONS = (MeanSd, Exponential, Trace)
TABLE = re.compile(r"(<!-- table: (.*?) -->\n).*?(<!-- end -->)", re.DOTALL)


def diagnostics_page() -> str:
    return "\n".join([*OPENING, *(line for entry in diagnostics() for line in section(entry))])


OPENING = (
    "# Diagnostics",
    "",
    "<!-- Made from qplan/data/diagnostics.yaml by `python -m tests.parse.pages`; do not edit. -->",
    "",
    "Every problem of an input file is told at once, each on a line `file:line:column: code: message`, with a hint",
    "where there is one. Errors stop the run (exit status 2), warnings do not. `qplan explain CODE` prints an entry.",
    "",
    "QP0xx: the text and its YAML. QP1xx: the shape. QP2xx: the meaning. QP3xx: allowed but unwise. QP6xx: receipts.",
    "QP7xx: what receipts are used for. QP8xx: stored estimates and baselines.",
    "",
)


def section(entry: Diagnostic) -> Iterator[str]:
    yield f"## {entry.code}: {entry.title}"
    yield ""
    yield f"*{entry.severity.capitalize()}.* {entry.why}"
    yield ""
    yield f"**Cure:** {entry.cure}"
    yield ""
    yield "```yaml" if ":" in entry.example or entry.example[0] in "#[" else "```text"
    yield entry.example.rstrip("\n")
    yield "```"
    yield ""


def format_page(text: str) -> str:
    """The page with the content of each of its tables made anew."""
    tables = dict(all_tables())
    return TABLE.sub(lambda found: f"{found[1]}{tables[found[2]]}{found[3]}", text)


def all_tables() -> Iterator[tuple[str, str]]:
    """Each mapping of the format: its name, and the table of its keys."""
    keys = [key for key in all_keys() if not key.place.startswith("jobs[].jobs[]")]
    for (place, shape), group in groupby(sorted(keys, key=mapping_of), key=mapping_of):
        if place == "DURATION" or shape not in {kind.__name__ for kind in OF_DURATIONS}:
            yield f"{place or 'file'} {shape}", table(group)


def mapping_of(key: Key) -> tuple[str, str]:
    return key.place, key.shape.__name__


def table(keys: Iterable[Key]) -> str:
    rows = ["| Key | Value | Default | Example | Meaning |", "|---|---|---|---|---|"]
    for key in keys:
        field = key.field
        example = json.dumps(field.examples[0]) if field.examples else ""
        kind = words(field.annotation, tuple(field.metadata))
        rows.append(f"| `{key.name}` | {kind} | {default(key)} | `{example}` | {cell(field.description or '')} |")
    return "\n".join(rows) + "\n"


def default(key: Key) -> str:
    extra = key.field.json_schema_extra
    if isinstance(extra, dict) and "x-default" in extra:
        return cell(str(extra["x-default"]))
    value = key.field.default
    if value is PydanticUndefined:
        return "" if key.field.default_factory else "**required**"
    if isinstance(value, Decimal):
        return f"{value}s"
    return "" if value in (None, "", {}) else f"`{json.dumps(value)}`"


def words(kind: Any, marks: tuple[object, ...] = ()) -> str:
    """What a key takes, in words."""
    for mark in marks:
        if isinstance(mark, Kind):
            return mark.words
    if get_origin(kind) is Annotated:
        return words(kind.__origin__, kind.__metadata__)
    if get_origin(kind) in (Union, UnionType):
        inner = [one for one in get_args(kind) if one is not NoneType]
        if any(words_of is Quantiles for words_of in map(bare, inner)):
            return "duration, fixed or random"
        return " or ".join(dict.fromkeys(words(one) for one in inner))
    if get_origin(kind) is list:
        inner_words = words(get_args(kind)[0])
        return (
            f"{inner_words}, or a list"
            if any(isinstance(mark, _OneOrMore) for mark in marks)
            else f"list: {inner_words}"
        )
    return "mapping"


def bare(kind: Any) -> Any:
    return kind.__origin__ if get_origin(kind) is Annotated else kind


def cell(text: str) -> str:
    return text.replace("|", "\\|")


def pages() -> dict[Path, str]:
    """Each page that is made, and what it should hold."""
    written = DOCS / "workload-format.md"
    return {DOCS / "diagnostics.md": diagnostics_page(), written: format_page(written.read_text(encoding="utf-8"))}


if __name__ == "__main__":
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")
