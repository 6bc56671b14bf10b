"""Kinds of single values in a workload file: what each accepts, in code, in words and as JSON Schema."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from qplan.parse.durations import parse_duration

WRONG_KIND, OUT_OF_RANGE, NOT_A_DURATION, WRONG_VERSION = "QP103", "QP104", "QP105", "QP106"
MANY = 10**9
LONGEST_NAME = 200
_CLIP = 60

Schema = dict[str, Any]


def given(value: object) -> str:
    """A value as a message shows it: short, on one line, strings by ``repr``."""
    match value:
        case None:
            return "nothing"
        case bool():
            return str(value).lower()
        case str():
            return repr(value) if len(value) <= _CLIP else f"{value[:_CLIP]!r}..."
        case dict():
            return "a mapping"
        case list():
            return "a list"
        case _:
            return str(value)


def _short(bound: float) -> str:
    return f"{bound:,.0f}" if bound in (0, 1) or 1 < bound < 1e9 else f"{bound:g}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """Base of the kinds. ``auto`` and ``null`` also accept that word (both read as ``None``)."""

    auto: bool = False
    null: bool = False

    def read(self, value: object) -> Any:  # noqa: ANN401 - each kind has its own
        """The clean value; raises ``PydanticCustomError`` whose type is the problem's code."""
        if (self.auto and value == "auto") or (self.null and value is None):
            return None
        return self._clean(value)

    @property
    def words(self) -> str:
        """What is right, to follow "must be"."""
        return self._words() + (" or auto" if self.auto else "") + (" or null" if self.null else "")

    @property
    def schema(self) -> Schema:
        """The same as JSON Schema (draft 7)."""
        others: list[Schema] = [{"const": "auto"}] if self.auto else []
        others += [{"type": "null"}] if self.null else []
        return {"anyOf": [self._schema(), *others]} if others else self._schema()

    def _clean(self, value: object) -> Any:  # noqa: ANN401
        raise NotImplementedError

    def _words(self) -> str:
        raise NotImplementedError

    def _schema(self) -> Schema:
        raise NotImplementedError

    def _wrong(self, code: str = WRONG_KIND, words: str = "") -> PydanticCustomError:
        return PydanticCustomError(code, "{wanted}", {"wanted": words or self.words})

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> Schema:
        return self.schema


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole(Kind):
    """A whole number; ``1e3`` is one."""

    least: int = 1
    most: int = MANY

    def _clean(self, value: object) -> int:
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            raise self._wrong()
        if value > self.most == MANY:
            raise self._wrong(OUT_OF_RANGE, f"a whole number of at most {MANY:,}")
        if not self.least <= value <= self.most:
            raise self._wrong(OUT_OF_RANGE)
        return value

    def _words(self) -> str:
        if self.most == MANY:
            return f"a whole number of at least {self.least}"
        return f"a whole number from {self.least} to {self.most:,}"

    def _schema(self) -> Schema:
        return {"type": "integer", "minimum": self.least, "maximum": self.most}


@dataclass(frozen=True, slots=True, kw_only=True)
class Version(Kind):
    """The version of the format."""

    known: int = 1

    def _clean(self, value: object) -> int:
        if isinstance(value, bool) or value != self.known:
            raise self._wrong(WRONG_VERSION)
        return self.known

    def _words(self) -> str:
        return f"{self.known}, the version of the format that this qplan reads"

    def _schema(self) -> Schema:
        return {"const": self.known}


@dataclass(frozen=True, slots=True, kw_only=True)
class Number(Kind):
    """A number between two bounds, both allowed."""

    least: float = 0
    most: float = 1e9
    unit: str = ""

    def _clean(self, value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self._wrong()
        if not self.least <= value <= self.most:
            raise self._wrong(OUT_OF_RANGE)
        return value

    def _words(self) -> str:
        unit = f" of {self.unit}" if self.unit else ""
        return f"a number{unit} from {_short(self.least)} to {_short(self.most)}"

    def _schema(self) -> Schema:
        return {"type": "number", "minimum": self.least, "maximum": self.most}


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag(Kind):
    """True or false. In YAML 1.2 ``yes`` and ``no`` are words."""

    def _clean(self, value: object) -> bool:
        if not isinstance(value, bool):
            raise self._wrong()
        return value

    def _words(self) -> str:
        return "true or false"

    def _schema(self) -> Schema:
        return {"type": "boolean"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice(Kind):
    """One of a few words."""

    of: tuple[str, ...]

    def _clean(self, value: object) -> str:
        if not isinstance(value, str) or value not in self.of:
            raise self._wrong()
        return value

    def _words(self) -> str:
        *others, last = self.of
        return f"{', '.join(others)} or {last}" if others else last

    def _schema(self) -> Schema:
        return {"enum": list(self.of)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Text(Kind):
    """Prose: printable characters, spaces and line ends."""

    most: int = 10_000

    def _clean(self, value: object) -> str:
        if not isinstance(value, str):
            raise self._wrong()
        if len(value) > self.most or not all(c.isprintable() or c in "\n\t" for c in value):
            raise self._wrong(OUT_OF_RANGE)
        return value

    def _words(self) -> str:
        return f"text of at most {self.most:,} printable characters"

    def _schema(self) -> Schema:
        return {"type": "string", "maxLength": self.most}


@dataclass(frozen=True, slots=True, kw_only=True)
class Name(Kind):
    """A name: one line, no control and no bidirectional characters."""

    def _clean(self, value: object) -> str:
        if not isinstance(value, str):
            raise self._wrong()
        if not 0 < len(value) <= LONGEST_NAME or not value.isprintable():
            raise self._wrong(OUT_OF_RANGE)
        return value

    def _words(self) -> str:
        return f"a name of 1 to {LONGEST_NAME} printable characters"

    def _schema(self) -> Schema:
        return {"type": "string", "minLength": 1, "maxLength": LONGEST_NAME}


@dataclass(frozen=True, slots=True, kw_only=True)
class Currency(Kind):
    """An ISO 4217 code."""

    _CODE: ClassVar[re.Pattern[str]] = re.compile(r"[A-Z]{3}")

    def _clean(self, value: object) -> str:
        if not isinstance(value, str) or not self._CODE.fullmatch(value):
            raise self._wrong()
        return value

    def _words(self) -> str:
        return "a currency code such as USD"

    def _schema(self) -> Schema:
        return {"type": "string", "pattern": f"^{self._CODE.pattern}$"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Length(Kind):
    """A fixed duration, read to exact seconds; ``positive``: longer than 0; ``part``: of a spread."""

    positive: bool = False
    least_s: int = 0
    most_s: int = 0
    part: bool = False

    def _clean(self, value: object) -> Decimal:
        if isinstance(value, dict | list):
            told = "a spread cannot stand inside a spread" if self.part else "it cannot be random"
            raise PydanticCustomError(WRONG_KIND, "{told}", {"told": f"{told}; write one duration such as 4s"})
        try:
            seconds = parse_duration(value)
        except ValueError as error:
            code = OUT_OF_RANGE if isinstance(value, int | float) and not isinstance(value, bool) else NOT_A_DURATION
            raise PydanticCustomError(code, "{told}", {"told": str(error)}) from None
        if seconds < self.least_s or (self.positive and not seconds) or (self.most_s and seconds > self.most_s):
            raise self._wrong(OUT_OF_RANGE)
        return seconds

    def _words(self) -> str:
        bound = f" of at least {self.least_s}s" if self.least_s else " longer than 0" if self.positive else ""
        most = f"{' and' if bound else ' of'} at most {self.most_s // 3600}h" if self.most_s else ""
        return f"a duration{bound}{most}"

    def _schema(self) -> Schema:
        most = {"maximum": self.most_s} if self.most_s else {}
        number = {"type": "number", "minimum": self.least_s, **most}
        return {"anyOf": [number, {"type": "string", "pattern": "^[0-9.]"}]}
