"""The service's answers, cut down to what receipts are made of: known keys, values of known kinds, no account data."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from qplan.bridge.pull_kinds import (
    BACKEND,
    ID,
    INSTANT,
    MODE,
    NUMBER,
    SESSION_STATE,
    SETTLED,
    VERSION,
    plain_value,
)
from qplan.errors import Severity
from qplan.parse.matching import match
from qplan.parse.reader import STDIN
from qplan.parse.receipts import read_receipts
from qplan.parse.receipts_details import DETAILS, USAGE
from qplan.parse.receipts_measures import CHARGES, EXECUTED

Form = Mapping[str, Any]
"""Which keys of an answer are taken: a kind for a value, a form for a mapping, a list of one form for a list."""
_MOST: Final = 1000

IN_THE_QUEUE: Final[Form] = {
    **dict.fromkeys(("estimated_start_time", "estimated_completion_time"), INSTANT),
    **dict.fromkeys(("position_in_queue", "position_in_provider"), NUMBER),
}
METRICS: Final[Form] = {
    "timestamps": dict.fromkeys(("created", "running", "finished"), INSTANT),
    "usage": {"status": SETTLED, EXECUTED: NUMBER, **{key: NUMBER for outer, key in CHARGES if outer == "usage"}},
    "bss": {key: NUMBER for outer, key in CHARGES if outer == "bss"},
    EXECUTED: NUMBER,
    "qiskit_version": VERSION,
    **IN_THE_QUEUE,
}
SESSION: Final[Form] = {
    "id": ID,
    "backend_name": BACKEND,
    "mode": MODE,
    "state": SESSION_STATE,
    **dict.fromkeys(("max_time", *DETAILS), NUMBER),
    **dict.fromkeys(("last_job_started", "last_job_completed", "started_at", "closed_at", "activated_at"), INSTANT),
    "timestamps": [{"status": SESSION_STATE, "timestamp": INSTANT}],
}
INSTANCE_USAGE: Final[Form] = {
    **dict.fromkeys(
        (USAGE, "usage_limit_seconds", "usage_allocation_seconds", "usage_remaining_seconds", "usage_limit_reached"),
        NUMBER,
    ),
    "usage_period": dict.fromkeys(("start_time", "end_time"), INSTANT),
}


def cut(answer: object, form: Form) -> dict[str, Any]:
    """The part of an answer that has the form; what is no value of JSON is left out."""
    if not isinstance(answer, Mapping):
        return {}
    found = ((key, _part(answer.get(key), inner)) for key, inner in form.items())
    return {key: part for key, part in found if part not in (None, {}, [])}


def _part(value: object, form: Any) -> object:  # noqa: ANN401 - a form, a list of one, a kind
    if isinstance(form, Mapping):
        return cut(value, form)
    if isinstance(form, list):
        return [cut(one, form[0]) for one in value[:_MOST]] if isinstance(value, list) else None
    return plain_value(value, form)


def has_charge(metrics: Mapping[str, Any]) -> bool:
    """Whether metrics that have been cut tell a charge, by any of its names."""
    return any(metrics.get(outer, {}).get(key) is not None for outer, key in CHARGES)


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
