"""What a format is, and the one table of formats: a new format is one module and one line here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from importlib import import_module
from typing import Protocol, cast

from qplan.errors import Problem
from qplan.model.report import Report


class Format(StrEnum):
    """How output is written."""

    TABLE = "table"
    JSON = "json"
    MARKDOWN = "markdown"
    CSV = "csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How to draw: ``width`` in terminal columns, ``color`` for terminal codes, ``timeline`` for the run itself."""

    width: int = 80
    color: bool = False
    timeline: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A leaf of the catalogue in every format: sentences, one table, and the same as data.

    ``headers`` are snake_case column names. ``record`` marks a single thing told field by field: its
    rows are (field, value). ``derivation`` marks rows that tell how figures come about: people read
    them one below the other, not in columns. ``data`` is the body of the JSON object.
    """

    title: str
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    text: tuple[str, ...] = ()
    record: bool = False
    derivation: bool = False
    data: Mapping[str, object] = field(default_factory=dict)


class Renderer(Protocol):
    """What a module must offer to be a format. Every function returns text that ends with a newline."""

    def estimate(self, reports: Sequence[Report], options: Options) -> str:
        """Workloads in the modes that each report shows."""

    def compare(self, reports: Sequence[Report], options: Options) -> str:
        """Modes side by side; several reports are several workloads or backends."""

    def recommend(self, reports: Sequence[Report], options: Options) -> str:
        """What to do and why."""

    def problems(self, problems: Sequence[Problem], files: Sequence[str], options: Options) -> str:
        """Findings in the ``files`` that were checked."""

    def page(self, page: Page, options: Options) -> str:
        """A leaf of the catalogue."""


RENDERERS: Mapping[Format, str] = {
    Format.TABLE: "qplan.render.table",
    Format.JSON: "qplan.render.json",
    Format.MARKDOWN: "qplan.render.markdown",
    Format.CSV: "qplan.render.csv_",
}
"""The module of each format; it is imported when asked for, so JSON and CSV never load rich."""


def renderer(name: Format) -> Renderer:
    """The functions of one format."""
    return cast(Renderer, import_module(RENDERERS[name]))
