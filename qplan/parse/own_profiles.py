"""Profile files of the user's own: named in a workload by their path, in the form of the shipped ones."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from qplan.errors import FileError
from qplan.parse.reader import read_text
from qplan.parse.traces import Folder
from qplan.parse.yaml12 import parse

ENDINGS = (".yaml", ".yml")


def is_path(name: str) -> bool:
    """Whether a profile's name is a file of the user's rather than a shipped profile."""
    return name.endswith(ENDINGS)


def bare_name(path: str) -> str:
    """What a profile file is called in the output."""
    return os.path.splitext(os.path.basename(path))[0]


def content_of(path: str, folder: Folder) -> Mapping[str, Any]:
    """The mapping in a profile file. Raises ``ValueError`` with a line fit for a user."""
    try:
        document = parse(read_text(folder.file(path)), path)
    except FileError as error:
        raise ValueError(str(error).rpartition(": ")[2]) from None
    if document.problems:
        # What stands in a named file is never echoed: only the place of what is wrong.
        raise ValueError(f"line {document.problems[0].mark.line}: cannot be read as YAML")
    if not isinstance(document.tree, dict):
        raise ValueError("is not a mapping of figures")
    return document.tree
