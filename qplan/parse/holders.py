"""What holds values in the schema: mappings with known keys, keys that may be omitted, lists of one or more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import NoneType
from typing import Annotated, Any, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, GetJsonSchemaHandler, model_validator
from pydantic.config import JsonDict
from pydantic_core import CoreSchema, core_schema

T = TypeVar("T")
S = TypeVar("S", bound="Shape")


class Shape(BaseModel):
    """A mapping of the file; a key that it does not know is a problem.

    Modules of shapes do without ``from __future__ import annotations``: pydantic would compile each annotation anew.
    """

    model_config = ConfigDict(extra="forbid", defer_build=True)


class OpenShape(Shape):
    """A mapping that also takes keys that begin with ``x-``, which are for other programs."""

    model_config = ConfigDict(json_schema_extra={"patternProperties": {"^x-": {}}})

    @model_validator(mode="before")
    @classmethod
    def _without_foreign_keys(cls, data: object) -> object:
        if isinstance(data, Mapping) and any(key.startswith("x-") for key in data):
            return {key: value for key, value in data.items() if not key.startswith("x-")}
        return data


class _NotNull:
    """An omitted key is ``None``; a key without a value is an unfinished edit, and a problem."""

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        [inner] = [kind for kind in get_args(source) if kind is not NoneType]
        return handler.generate_schema(inner)


@dataclass(frozen=True, slots=True)
class _OneOrMore:
    """A list, or its one element by itself; ``of_any``: even if that is a mapping."""

    of_any: bool = False

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        listed = _all_listed if self.of_any else _listed
        return core_schema.no_info_before_validator_function(listed, handler(source))

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        listed = handler(core)
        return {"anyOf": [listed["items"], listed]}


def _listed(value: object) -> object:
    return value if isinstance(value, dict) else _all_listed(value)


def _all_listed(value: object) -> object:
    return value if isinstance(value, list) or value is None else [value]


Omitted = Annotated[T | None, _NotNull()]
OneOrMore = Annotated[list[T], Field(min_length=1), _OneOrMore()]
OneOrMoreOfAny = Annotated[list[T], Field(min_length=1), _OneOrMore(of_any=True)]


def nothing(shape: type[S]) -> S:
    """The shape of a mapping that is omitted: all defaults, made without building a validator of its own."""
    return shape.model_construct()


def key(
    what: str,
    *,
    default: Any = None,  # noqa: ANN401 - as pydantic's own
    example: Any,  # noqa: ANN401
    otherwise: str = "",
) -> Any:  # noqa: ANN401
    """A key of a mapping: what it says, what holds where it is omitted (in words), and an example.

    ``default=...`` makes it required.
    """
    extra: JsonDict | None = {"x-default": otherwise} if otherwise else None
    if isinstance(default, Shape):  # shared, for pydantic would copy a default deeply for each job
        return Field(default_factory=lambda: default, description=what, examples=[example], json_schema_extra=extra)
    return Field(default, description=what, examples=[example], json_schema_extra=extra)
