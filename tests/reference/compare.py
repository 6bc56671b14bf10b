"""Two traces of one submission, column by column."""

from __future__ import annotations

from dataclasses import fields

from qplan.model.submission import Submission
from qplan.model.trace import Measures, State, Trace

from .accounts import NOT_IN_A_TRACE

WHOLE_RUN = ("jobs", "windows_us", "foreign", "calibrations_us", "end_us")
COLUMNS = tuple(field.name for field in fields(Trace) if field.name not in (*WHOLE_RUN, "measures"))
MEASURES = tuple(field.name for field in fields(Measures) if field.name not in NOT_IN_A_TRACE)


def first_difference(submission: Submission, expected: Trace, actual: Trace) -> str | None:
    """Where the traces first part, row by row and then in what holds for the whole run; ``None`` if nowhere."""
    if len(actual.job) != len(expected.job):
        return f"rows: {len(actual.job)}, expected {len(expected.job)}"
    labels = submission.labels()
    for row, job in enumerate(expected.job):
        for column in COLUMNS:
            got, wanted = getattr(actual, column)[row], getattr(expected, column)[row]
            if got != wanted:
                shown = f"{State(got).name}, expected {State(wanted).name}" if column == "state" else None
                return f"row {row} {labels[job]} {column}: {shown or f'{got}, expected {wanted}'}"
    for name in WHOLE_RUN:
        got, wanted = getattr(actual, name), getattr(expected, name)
        if got != wanted:
            return f"{name}: {got}, expected {wanted}"
    return first_difference_of_measures(expected.measures, actual.measures)


def first_difference_of_measures(expected: Measures, actual: Measures) -> str | None:
    for name in MEASURES:
        got, wanted = getattr(actual, name), getattr(expected, name)
        if got != wanted:
            return f"{name}: {got}, expected {wanted}"
    return None
