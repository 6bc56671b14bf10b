"""Text in, workloads out: workload files, profiles and settings to nouns, with every problem at once."""

from __future__ import annotations

from typing import Any

from qplan.parse.edits import Edit
from qplan.parse.load import Loaded, load
from qplan.parse.reader import read_text

__all__ = ["Edit", "Loaded", "json_schema", "load", "read_text"]


def json_schema() -> dict[str, Any]:
    """The JSON Schema (draft 7) of workload files, from the models that check them."""
    from qplan.parse.schema import json_schema

    return json_schema()
