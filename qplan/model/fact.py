"""Where a figure comes from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from qplan.errors import Severity


class Status(StrEnum):
    """How well a figure is founded."""

    PUBLISHED = "published"
    MEASURED = "measured"
    DERIVED = "derived"
    ASSUMED = "assumed"
    USER = "user"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One figure of the world, or one default taken, with its source; ``value`` is readable text."""

    name: str
    value: str
    source: str
    status: Status
    date: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One behaviour of IBM Quantum that qplan obeys or tells; ``qplan explain ID`` prints it."""

    id: str
    statement: str
    source: str
    date: str
    note: bool = False
    seen_as: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """A code of the register. ``example`` is a workload file (or a command line) that has the problem."""

    code: str
    severity: Severity
    title: str
    why: str
    cure: str
    example: str
