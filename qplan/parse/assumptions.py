"""Defaults that a file leaves open, as facts for the output."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from qplan.model.fact import Fact, Status

_UNIT = re.compile(r"_(us|ns|s)(?=\.|$)")
FORMAT = "docs/workload-format.md"
USER = "the workload file"


def assumed(name: str, value: str, source: str = FORMAT) -> Fact:
    """A default of the format."""
    return Fact(name=name, value=value, source=source, status=Status.ASSUMED)


def by_user(name: str, value: str) -> Fact:
    """A figure of the profile that the file replaces."""
    return Fact(name=name, value=value, source=USER, status=Status.USER)


def named(facts: Iterable[Fact], wanted: str, name: str) -> Iterator[Fact]:
    """The fact of a profile's field, under the name that the output gives it; none if the profile has none."""
    return (replace(fact, name=name) for fact in facts if fact.name == wanted)


def below(prefix: str, facts: Iterable[Fact]) -> Iterator[Fact]:
    """Facts with their names put below a prefix, without the unit of a noun's field."""
    for fact in facts:
        yield replace(fact, name=f"{prefix}.{plain(fact.name)}")


def plain(field: str) -> str:
    """The key of a file for a noun's field: the unit is dropped, of ``per_job_s.sampler`` too."""
    return _UNIT.sub("", field)
