"""The YAML files that ship with qplan, read quickly and only when asked for."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import yaml

_KEPT = ("tag:yaml.org,2002:null", "tag:yaml.org,2002:bool", "tag:yaml.org,2002:int")


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Fractions and dates stay text, so that decimals are exact and dates are what stands in the file."""


_Loader.yaml_implicit_resolvers = {
    letter: [(tag, pattern) for tag, pattern in resolvers if tag in _KEPT]
    for letter, resolvers in _Loader.yaml_implicit_resolvers.items()
}


@cache
def data_folder() -> Traversable:
    """``qplan/data``, wherever it is installed."""
    return files("qplan") / "data"


@cache
def names_in(folder: str) -> tuple[str, ...]:
    """The profiles of one folder of the data, in alphabetical order."""
    entries = (entry.name for entry in (data_folder() / folder).iterdir())
    return tuple(sorted(name.removesuffix(".yaml") for name in entries if name.endswith(".yaml")))


@cache
def content_of(path: str) -> Mapping[str, Any]:
    """A shipped YAML file, by its path below ``qplan/data``."""
    text = (data_folder() / path).read_text(encoding="utf-8")
    content: Mapping[str, Any] = yaml.load(text, Loader=_Loader)
    return content
