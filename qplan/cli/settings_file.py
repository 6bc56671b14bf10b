"""Settings of the gate in a file: ``qplan.toml`` (at its top, or in ``[gate]``) or ``pyproject.toml``.

In the latter they stand in ``[tool.qplan]`` or ``[tool.qplan.gate]``.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from qplan.cli.setting_values import NAMES, NOT_OF_FILES, WORDS, Setting, checked, nearest, text_of
from qplan.errors import UsageError
from qplan.parse.reader import shown

OWN_FILE, SHARED_FILE = "qplan.toml", "pyproject.toml"


def settings_from(text: str, file: str) -> tuple[Setting, ...] | None:
    """The settings in the text of a settings file; ``None`` where it has no place for them.

    Raises ``UsageError`` with every problem, a line each: not TOML, an unknown key, a value that does not fit.
    """
    tree, tables = _tables(text, file)
    if not tables:
        return None
    found: list[Setting] = []
    problems: list[str] = []
    for table in tables:
        for key, value in _entries(tree, table):
            where = _place(text, file, table, key)
            try:
                found.append(_read(key, value, where))
            except UsageError as error:
                problems.append(str(error))
    problems += _twice(found)
    if problems:
        raise UsageError("\n".join(problems))
    return tuple(found)


def _tables(text: str, file: str) -> tuple[dict[str, Any], list[str]]:
    """The file's tree, and the names of the tables that hold settings."""
    try:
        tree = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{shown(file)}: not valid TOML: {error}") from None
    except (RecursionError, ValueError):
        raise UsageError(f"{shown(file)}: not valid TOML: nested too deeply, or a number too long") from None
    if os.path.basename(file) == SHARED_FILE:
        tool = tree.get("tool")
        own = tool.get("qplan") if isinstance(tool, dict) else None
        if own is None:
            return tree, []
        if not isinstance(own, dict):
            raise UsageError(f"{shown(file)}: tool.qplan must be a table")
        return own, ["tool.qplan", "tool.qplan.gate"] if "gate" in own else ["tool.qplan"]
    return tree, ["", "gate"] if "gate" in tree else [""]


def _entries(tree: dict[str, Any], table: str) -> Iterator[tuple[str, object]]:
    inner = table.rpartition(".")[2] == "gate"
    held = tree["gate"] if inner else {key: value for key, value in tree.items() if key != "gate"}
    if not isinstance(held, dict):
        yield "gate", held
        return
    yield from held.items()


def _place(text: str, file: str, table: str, key: str) -> str:
    """``pyproject.toml:12`` where the line can be told, else the file."""
    here = ""
    for number, line in enumerate(text.splitlines(), start=1):
        header = re.match(r"\s*\[+\s*([^\[\]]+?)\s*\]+", line)
        if header:
            here = header[1].replace('"', "").replace(" ", "")
        elif here == table and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=", line):
            return f"{shown(file)}:{number}"
    return shown(file)


def _read(key: str, value: object, where: str) -> Setting:
    name = key.replace("_", "-")
    if name not in NAMES:
        held = "; it is for the command line or a variable only" if name in NOT_OF_FILES else nearest(key, _forms(key))
        raise UsageError(f"{where}: unknown setting {shown(key)!r:.80}{held}")
    if isinstance(value, bool) != (NAMES[name] == "FLAG") or not isinstance(value, str | int | Decimal):
        told = "must be true or false" if NAMES[name] == "FLAG" else f"must be {WORDS[NAMES[name]]}"
        raise UsageError(f"{where}: {key}: {told}")
    problems: list[str] = []
    found = checked(name, text_of(value), where, problems)
    if problems:
        raise UsageError(problems[0].replace(f"{where}: ", f"{where}: {key}: ", 1))
    return found[0]


def _forms(key: str) -> list[str]:
    return [name.replace("-", "_") if "-" not in key else name for name in NAMES]


def _twice(found: Sequence[Setting]) -> Iterator[str]:
    seen: dict[str, Setting] = {}
    for each in found:
        if each.name in seen:
            yield f"{each.source}: {each.name} is set twice, first at {seen[each.name].source}"
        seen.setdefault(each.name, each)
