"""What the counting functions of this room give back, and the words of a derivation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from qplan.model.fact import Fact, Status
from qplan.model.usage import Term

FILE = Fact(name="workload", value="", source="workload file", status=Status.USER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """A count, the terms that derive it, the defaults taken, and whether something unknown can only add."""

    value: int = 0
    terms: tuple[Term, ...] = ()
    assumed: tuple[Fact, ...] = ()
    lower_bound: bool = False
    circuits: int = 0
    """Random circuits behind a count of executions."""


def named(facts: Iterable[Fact], name: str) -> Fact:
    """The fact of that name, or one that admits that nobody gave a source."""
    missing = Fact(name=name, value="", source="not stated", status=Status.ASSUMED)
    return next((fact for fact in facts if fact.name == name), missing)


def renamed(fact: Fact, name: str, value: str) -> Fact:
    """A default taken from ``fact``, in the words of a user."""
    return Fact(name=name, value=value, source=fact.source, status=fact.status, date=fact.date)


def assumption(name: str, value: str, source: str) -> Fact:
    """Something qplan had to assume."""
    return Fact(name=name, value=value, source=source, status=Status.ASSUMED)


def term(name: str, value: str, formula: str, fact: Fact) -> Term:
    """A line of a derivation, with the source and status of ``fact``."""
    return Term(name=name, value=value, formula=formula, source=fact.source, status=fact.status.value)


def exact(number: float | int) -> Decimal:
    """A float as the decimal it prints as."""
    return Decimal(repr(number))


def plain(number: Decimal | float | int) -> str:
    """A number without exponent or trailing zeros, to at most nine decimals."""
    value = number if isinstance(number, Decimal) else exact(number)
    text = f"{value:,.9f}".rstrip("0").rstrip(".")
    return text or "0"


def in_us(seconds: Decimal) -> str:
    """Seconds as microseconds with the unit, for the short times of a circuit."""
    return f"{plain(round(seconds * 1_000_000, 4))} us"


def in_s(seconds: Decimal) -> str:
    """Seconds with the unit, to the microsecond."""
    return f"{plain(round(seconds, 6))} s"


def times(count: int, noun: str) -> str:
    """A count with its noun in the right number: ``1 circuit``, ``1,728 circuits``."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
