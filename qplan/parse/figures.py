"""Figures of profile files: a value with its source, date and status; what is wrong with them; their facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from qplan.errors import Problem, WorkloadError
from qplan.model.fact import Fact, Status
from qplan.parse.durations import parse_duration

USER = "given by the user"
UNKNOWN_KEY, BAD_VALUE, MISSING_KEY = "QP301", "QP302", "QP303"

Seconds = Annotated[Decimal, BeforeValidator(parse_duration)]
Count = Annotated[int, Field(ge=1, le=10**9, strict=True)]
Date = Annotated[str, Field(pattern=r"^([0-9]{4}(-[0-9]{2}){0,2})?$")]
"""A day, a month or a year, as exactly as it is known."""

T = TypeVar("T")
P = TypeVar("P", bound="Profile")


class Strict(BaseModel):
    """Base of everything read from a profile file: no unknown keys, no changes."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class Source(Strict):
    """Where figures were read: a page, or a file of a repository at a commit; ``date`` is that of its content."""

    title: str
    url: str = ""
    repo: str = ""
    path: str = ""
    commit: str = ""
    date: Date = ""

    @property
    def text(self) -> str:
        """One line for people."""
        commit = f"@{self.commit[:7]}" if self.commit else ""
        place = " ".join(part for part in (f"{self.repo}{commit}", self.path, self.url) if part)
        return f"{self.title} ({place})" if place else self.title


class Figure(Strict, Generic[T]):
    """A value and what it rests on; ``source`` names an entry of ``sources:``, or is a text of its own.

    A bare value counts as given by the user.
    """

    value: T
    source: str = USER
    status: Status = Status.USER
    date: Date = ""
    note: str = ""

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, data: object) -> object:
        return data if isinstance(data, Mapping) and "value" in data else {"value": data}


class Profile(Strict):
    """What all kinds of profile files share."""

    title: str = ""
    sources: dict[str, Source] = {}

    def fact(self, name: str, figure: Figure[Any], text: Callable[[Any], str] = str) -> Fact:
        """The figure as a fact, its source looked up in the file's table."""
        source = self.sources.get(figure.source)
        told = source.text if source else figure.source
        unknown = figure.value is None
        return Fact(
            name=name,
            value=(figure.note or "unknown") if unknown else text(figure.value),
            source=f"{told}: {figure.note}" if figure.note and not unknown else told,
            status=figure.status,
            date=figure.date or (source.date if source else ""),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """How a key of a profile file becomes a field of a noun (which is also the fact's name)."""

    key: str
    field: str
    noun: Callable[[Any], Any] = lambda value: value
    text: Callable[[Any], str] = str


def columns_of(profile: Profile, columns: tuple[Column, ...]) -> dict[str, Any]:
    """The noun's fields that the profile states, and their ``facts``; what it omits keeps the noun's default."""
    stated = [(column, getattr(profile, column.key)) for column in columns]
    known = [(column, figure) for column, figure in stated if figure is not None]
    fields = {column.field: column.noun(figure.value) for column, figure in known if figure.value is not None}
    nothing = {column.field: None for column, figure in known if figure.value is None}
    facts = tuple(profile.fact(column.field, figure, column.text) for column, figure in known)
    return {**fields, **nothing, "facts": facts}


def read(kind: type[P], mapping: Mapping[str, Any], overrides: Mapping[str, Any] | None = None) -> P:
    """A checked profile, with ``overrides`` in place of the figures of the same keys.

    Raises ``WorkloadError`` with every problem at once, ``path`` being the key.
    """
    changed = dict(overrides or {})
    reserved = [_unknown(key, kind) for key in changed if key in Profile.model_fields]
    if reserved:
        raise WorkloadError(reserved)
    try:
        return kind.model_validate({**mapping, **changed})
    except ValidationError as error:
        problems = [_problem(dict(entry), kind) for entry in error.errors(include_url=False, include_input=False)]
        raise WorkloadError(problems) from None


def _problem(error: dict[str, Any], kind: type[Profile]) -> Problem:
    path = ".".join(str(part) for part in error["loc"] if part != "value")
    if error["type"] == "extra_forbidden":
        return _unknown(path, kind)
    if error["type"] == "missing":
        return Problem(code=MISSING_KEY, message=f"{path!r} is missing", hint=f"add {path!r}", path=path)
    wrong = str(error["msg"]).removeprefix("Value error, ")
    return Problem(code=BAD_VALUE, message=f"{path}: {wrong[:1].lower()}{wrong[1:]}", path=path)


def _unknown(path: str, kind: type[Profile]) -> Problem:
    known = [key for key in kind.model_fields if key not in Profile.model_fields]
    nearest = get_close_matches(path, known, n=1)
    hint = f"did you mean {nearest[0]!r}?" if nearest else f"known are {', '.join(known)}"
    return Problem(code=UNKNOWN_KEY, message=f"unknown figure {path!r}", hint=hint, path=path)
