"""What a value of an answer may be: a number, or a text of a kind. Any other text does not pass."""

from __future__ import annotations

import math
import re
from typing import Final

from qplan.parse.receipts_details import MODES
from qplan.parse.receipts_measures import STATES, UNSETTLED

Kind = re.Pattern[str]
REMOVED: Final = "[removed]"


def _words(*words: str) -> Kind:
    """One of a few words, in capitals or not."""
    return re.compile("|".join(map(re.escape, words)), re.IGNORECASE)


ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")
BACKEND: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")
CRN: Final = re.compile(r"crn:v[0-9][A-Za-z0-9_:/.%-]*", re.IGNORECASE)
INSTANT: Final = re.compile(r"[0-9][0-9TZ:.+ -]{0,39}")
VERSION: Final = re.compile(r"[0-9][A-Za-z0-9.+-]{0,39}")
NUMBER: Final = re.compile(r"(?!)")
"""No text is one."""
MODE: Final = _words(*MODES)
SETTLED: Final = _words("pending", "complete")
STATE: Final = _words(*STATES, *UNSETTLED)
SESSION_STATE: Final = _words("open", "active", "inactive", "closed", "pending")


def text_of_kind(value: object, kind: Kind) -> str:
    """The text if it is of the kind; what stands for it otherwise, which the reader refuses where it matters."""
    return value if isinstance(value, str) and kind.fullmatch(value) else REMOVED


def plain_value(value: object, kind: Kind) -> str | int | float | bool | None:
    """A value that JSON and a receipt can hold, else ``None``; a text only if it is of the kind."""
    match value:
        case bool() | int():
            return value
        case float():
            return value if math.isfinite(value) else None
        case str():
            return text_of_kind(value, kind)
        case _:
            return None
