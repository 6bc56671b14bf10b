"""Figures of profile files: a value with its source, date and status; what is wrong with them; their facts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from qplan.errors import Problem, WorkloadError
from qplan.model.fact import Fact, Status
from qplan.parse.durations import parse_duration

USER = "given by the user"
UNKNOWN_KEY, BAD_VALUE, MISSING_KEY = "QP101", "QP104", "QP102"
DEEPEST = 3
"""How deep a figure may stand in a profile file."""

Seconds = Annotated[Decimal, BeforeValidator(parse_duration)]
Count = Annotated[int, Field(ge=1, le=10**9, strict=True)]
Date = Annotated[str, Field(pattern=r"^([0-9]{4}(-[0-9]{2}){0,2})?$")]
"""A day, a month or a year, as exactly as it is known."""

P = TypeVar("P", bound="Profile")


class Strict(BaseModel):
    """Base of everything read from a profile file: no unknown keys, no changes; built when first used.

    Its modules do without ``from __future__ import annotations``: pydantic would compile each annotation anew.
    """

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


class Ground(Strict):
    """What a figure rests on; ``source`` names an entry of ``sources:``, or is a text of its own."""

    source: str = USER
    status: Status = Status.USER
    date: Date = ""
    note: str = ""


BARE = Ground()
"""What a value rests on that stands in a file without more."""


class Profile(Strict):
    """What all kinds of profile files share; ``grounds`` are kept apart from the figures, by the path of their key."""

    title: str = ""
    sources: dict[str, Source] = {}
    grounds: dict[str, Ground] = {}

    def ground(self, path: str) -> Ground:
        """What the figure at ``path`` rests on."""
        return self.grounds.get(path, BARE)

    def fact(self, name: str, path: str, value: Any, text: Callable[[Any], str] = str) -> Fact:  # noqa: ANN401 - any figure
        """The figure at ``path`` as a fact, its source looked up in the file's table."""
        ground = self.ground(path)
        source = self.sources.get(ground.source)
        told = source.text if source else ground.source
        unknown = value is None
        return Fact(
            name=name,
            value=(ground.note or "unknown") if unknown else text(value),
            source=f"{told}: {ground.note}" if ground.note and not unknown else told,
            status=ground.status,
            date=ground.date or (source.date if source else ""),
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
    stated = [(column, getattr(profile, column.key)) for column in columns if column.key in profile.model_fields_set]
    fields = {column.field: None if value is None else column.noun(value) for column, value in stated}
    facts = tuple(profile.fact(column.field, column.key, value, column.text) for column, value in stated)
    return {**fields, "facts": facts}


def read(kind: type[P], mapping: Mapping[str, Any], overrides: Mapping[str, Any] | None = None) -> P:
    """A checked profile, with ``overrides`` in place of the figures of the same keys.

    A figure is ``{value: 5, source: faq, status: published}`` or a bare value, which counts as given by
    the user. Raises ``WorkloadError`` with every problem at once, ``path`` being the key.
    """
    changed = overrides or {}
    reserved = [key for key in changed if key in Profile.model_fields] + ["grounds"] * ("grounds" in mapping)
    if reserved:
        raise WorkloadError([_unknown(key, kind) for key in reserved])
    grounds: dict[str, Any] = {}
    values = _values({**mapping, **changed}, "", grounds)
    try:
        return kind.model_validate({**values, "grounds": grounds})
    except ValidationError as error:
        problems = [_problem(dict(entry), kind) for entry in error.errors(include_url=False, include_input=False)]
        raise WorkloadError(problems) from None


def _values(mapping: Mapping[str, Any], prefix: str, grounds: dict[str, Any]) -> dict[str, Any]:
    """The mapping with each figure's value alone; what it rests on goes to ``grounds``."""
    values: dict[str, Any] = {}
    for key, entry in mapping.items():
        path = f"{prefix}{key}"
        if not isinstance(entry, Mapping) or path == "sources" or path.count(".") >= DEEPEST:
            values[key] = entry
        elif "value" in entry:
            values[key] = entry["value"]
            grounds[path] = {name: part for name, part in entry.items() if name != "value"}
        else:
            values[key] = _values(entry, f"{path}.", grounds)
    return values


def _problem(error: dict[str, Any], kind: type[Profile]) -> Problem:
    path = ".".join(str(part) for part in error["loc"] if part != "grounds")
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
