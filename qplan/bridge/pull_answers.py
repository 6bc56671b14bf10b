"""The service's answers, cut down to what receipts are made of: known keys, plain values, no account data."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

from qplan.errors import Severity
from qplan.parse.matching import match
from qplan.parse.reader import STDIN
from qplan.parse.receipts import read_receipts
from qplan.parse.receipts_details import DETAILS, USAGE
from qplan.parse.receipts_measures import CHARGES, EXECUTED

Form = Mapping[str, Any]
"""Which keys of an answer are taken: ``None`` as they are, a form for a mapping, a list of one form for a list."""
REMOVED: Final = "[removed]"
_LONGEST: Final = 200
_MOST: Final = 1000

IN_THE_QUEUE: Final[Form] = dict.fromkeys(
    ("estimated_start_time", "estimated_completion_time", "position_in_queue", "position_in_provider")
)
METRICS: Final[Form] = {
    "timestamps": dict.fromkeys(("created", "running", "finished")),
    "usage": {"status": None, EXECUTED: None, **{key: None for outer, key in CHARGES if outer == "usage"}},
    "bss": {key: None for outer, key in CHARGES if outer == "bss"},
    EXECUTED: None,
    "qiskit_version": None,
    **IN_THE_QUEUE,
}
SESSION: Final[Form] = {
    **dict.fromkeys(("id", "backend_name", "mode", "state", "max_time", *DETAILS)),
    **dict.fromkeys(("last_job_started", "last_job_completed", "started_at", "closed_at", "activated_at")),
    "timestamps": [dict.fromkeys(("status", "timestamp"))],
}
INSTANCE_USAGE: Final[Form] = {
    **dict.fromkeys(
        (USAGE, "usage_limit_seconds", "usage_allocation_seconds", "usage_remaining_seconds", "usage_limit_reached")
    ),
    "usage_period": dict.fromkeys(("start_time", "end_time")),
}


def cut(answer: object, form: Form) -> dict[str, Any]:
    """The part of an answer that has the form; what is of another kind, too long or not finite is left out."""
    if not isinstance(answer, Mapping):
        return {}
    found = ((key, _part(answer.get(key), inner)) for key, inner in form.items())
    return {key: part for key, part in found if part not in (None, {}, [])}


def _part(value: object, form: object) -> object:
    if isinstance(form, Mapping):
        return cut(value, form)
    if isinstance(form, list):
        return [cut(one, form[0]) for one in value[:_MOST]] if isinstance(value, list) else None
    return plain_value(value)


def plain_value(value: object) -> str | int | float | bool | None:
    """A value that JSON and a receipt can hold, else ``None``."""
    match value:
        case bool() | int():
            return value
        case float():
            return value if math.isfinite(value) else None
        case str():
            return value if len(value) <= _LONGEST and value.isprintable() else None
        case _:
            return None


def has_charge(metrics: Mapping[str, Any]) -> bool:
    """Whether metrics that have been cut tell a charge, by any of its names."""
    return any(metrics.get(outer, {}).get(key) is not None for outer, key in CHARGES)


def scrubbed(tree: Any, secrets: Sequence[str]) -> Any:  # noqa: ANN401 - a tree of JSON
    """The tree without any of the secrets, in keys and in values."""
    match tree:
        case dict():
            return {_without(key, secrets): scrubbed(value, secrets) for key, value in tree.items()}
        case list() | tuple():
            return [scrubbed(one, secrets) for one in tree]
        case str():
            return _without(tree, secrets)
        case _:
            return tree


def _without(text: str, secrets: Sequence[str]) -> str:
    for secret in secrets:
        text = text.replace(secret, REMOVED)
    return text


def text_of(book: Mapping[str, Any]) -> str:
    """The text of a file of receipts."""
    return f"{json.dumps(book, indent=1, allow_nan=False)}\n"


def refusal(book: Mapping[str, Any], *, matched: bool = False) -> str:
    """Why the own reader of receipts refuses a book, in a line; '' if it does not.

    ``matched`` asks as well whether each job is one that its backend can run.
    """
    data = text_of({"qplan_receipts": 1, **book}).encode()
    found, problems, _ = read_receipts([STDIN], stdin=lambda: data)
    if matched:
        _, unfit, _ = match(found)
        problems = (*problems, *unfit)
    return next((problem.message for problem in problems if problem.severity is Severity.ERROR), "")
