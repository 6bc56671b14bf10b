"""What a job's receipt measures: charge, execution, waits; from `job.metrics()` or from a row; and what cannot be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Final

from qplan.parse.durations import duration_text
from qplan.parse.kinds import given
from qplan.parse.receipts_columns import CHARGE, INSTANTS
from qplan.parse.receipts_fields import EXCLUSIVE, NS_PER_S, Fields, between_us
from qplan.units import US_PER_HOUR, US_PER_S

NO_CHARGE, NOT_SETTLED, CONTRADICTION, BACKWARDS, WRONG_UNIT = "QP603", "QP604", "QP605", "QP606", "QP607"
AGAIN: Final = "fetch it again when usage.status is complete"
LONGEST_CHARGE_US: Final = 24 * US_PER_HOUR
"""The service cuts a job after hours; a longer charge is in another unit."""
MOST_BESIDE_US: Final = 100 * US_PER_S
MOST_TIMES: Final = 20
"""A charge beyond this many times the execution time and a hundred seconds is in another unit: what lies beside the
executions of published jobs is at most a minute, and half of the charge."""
CHARGES: Final = (
    ("usage", "qpu_charge_time_seconds"),
    ("usage", "quantum_seconds"),
    ("usage", "seconds"),
    ("bss", "seconds"),
)
"""Where `job.metrics()` holds the charge: of the API of 2026-04-15 first, then as it was before."""
EXECUTED: Final = "circuits_execution_time_ns"
STATES: Final = {
    "complete": "",  # said of the charge, as in usage.status
    **dict.fromkeys(("completed", "done"), "completed"),
    **dict.fromkeys(("failed", "error"), "failed"),
    **dict.fromkeys(("cancelled", "canceled", "cancelled - ran too long"), "cancelled"),
}
UNSETTLED: Final = ("pending", "queued", "initializing", "running", "in_progress", "in progress")


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """The fields of a receipt that are measured; ``charged_us`` is ``None`` where a problem says why."""

    charged_us: int | None
    executed_us: int | None = None
    wait_us: int | None = None
    ran_us: int | None = None
    date: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Time:
    """A time, and the mapping and key that told it."""

    us: int
    fields: Fields
    key: str

    @property
    def name(self) -> str:
        return self.fields.name(self.key)


def state_of(fields: Fields, key: str) -> str:
    """What became of a job: completed, failed, cancelled, or the file's own word. Its charge must not be to come."""
    state = fields.text(key).removeprefix("JobStatus.")  # as str() of the client's enumeration has it
    if state.lower() in UNSETTLED:
        fields.error(NOT_SETTLED, key, f" is {given(state)}: the charge is not settled yet", AGAIN)
    return STATES.get(state.lower(), state)


def measures_of_row(row: Fields) -> Measures:
    """The measures in the columns of a row."""
    state = state_of(row, "status")
    charged_us = row.us(CHARGE)
    settled = str(row.mapping.get("status")).lower() not in UNSETTLED
    if settled and not row.holds(CHARGE) and CHARGE not in row.page.told:
        row.error(NO_CHARGE, CHARGE, " is required: what IBM charged, in seconds", f"add {CHARGE!r}")
    executed_key, ran_key = _either(row, "executed_s", "timed_s"), _either(row, "ran_s", "wall_s")
    charge = None if charged_us is None else _Time(us=charged_us, fields=row, key=CHARGE)
    executed_us = row.us(executed_key)
    executed = None if executed_us is None else _Time(us=executed_us, fields=row, key=executed_key)
    _check_units(charge, executed, state)
    spans = _spans(row)
    ran_us = _agreed(row, ran_key, spans.ran_us)
    _check_against_the_clock(charge, ran_us)
    return Measures(
        charged_us=charged_us,
        executed_us=executed_us,
        wait_us=_agreed(row, "wait_s", spans.wait_us),
        ran_us=ran_us,
        date=spans.date,
        state=state,
    )


def measures_of_metrics(metrics: Fields, state: str) -> Measures:
    """The measures in `job.metrics()`, of clients since 0.48 and before; the client's other keys are not looked at."""
    pending = _is_pending(metrics.inner("usage"))
    charge = None if pending else _charge(metrics)
    executed = _first_of([*_times(metrics, EXECUTED), *_times(metrics.inner("usage"), EXECUTED)])
    _check_units(charge, executed, state)
    spans = _spans(metrics.inner("timestamps"))
    _check_against_the_clock(charge, spans.ran_us)
    return Measures(
        charged_us=charge.us if charge else None,
        executed_us=executed.us if executed else None,
        wait_us=spans.wait_us,
        ran_us=spans.ran_us,
        date=spans.date,
        state=state,
    )


def _is_pending(usage: Fields) -> bool:
    status = usage.choice("status", {"pending": "pending", "complete": "complete"})
    if status == "pending":
        usage.error(NOT_SETTLED, "status", " is pending: the charge is not settled yet", AGAIN)
    return status == "pending"


def _charge(metrics: Fields) -> _Time | None:
    """The charge by the newest of its names."""
    places = [(metrics.inner(outer), key) for outer, key in CHARGES]
    if not any(fields.holds(key) for fields, key in places):
        told = " is required: what IBM charged (older clients: quantum_seconds, seconds)"
        metrics.inner("usage").error(NO_CHARGE, CHARGES[0][1], told, AGAIN)
        return None
    return _first_of([time for fields, key in places for time in _times(fields, key)])


def _times(fields: Fields, key: str) -> Iterator[_Time]:
    """The time at a key, or nothing."""
    nanoseconds = key == EXECUTED
    us = fields.us(key, per_s=NS_PER_S, unit="nanoseconds") if nanoseconds else fields.us(key)
    if us is None:
        return
    if nanoseconds and not us and fields.mapping.get(key):
        told = f" is {given(fields.mapping[key])} ns, less than a single execution takes: are these seconds?"
        fields.error(WRONG_UNIT, key, told, "write nanoseconds")
        return
    yield _Time(us=us, fields=fields, key=key)


def _first_of(times: Sequence[_Time]) -> _Time | None:
    """The first of several names of one figure; the others may differ by a second."""
    for other in times[1:]:
        if abs(times[0].us - other.us) > US_PER_S:
            told = f" is {_shown(times[0].us)}, but {other.name} is {_shown(other.us)}"
            times[0].fields.error(CONTRADICTION, times[0].key, told, "keep the one that is right")
    return times[0] if times else None


def _check_units(charge: _Time | None, executed: _Time | None, state: str) -> None:
    """A charge or an execution time that only another unit explains; a failure that was IBM's costs nothing."""
    if charge and charge.us > LONGEST_CHARGE_US:
        told = f" is {_shown(charge.us)}, longer than any job: are these milliseconds or nanoseconds?"
        charge.fields.error(WRONG_UNIT, charge.key, told, "write seconds")
        return
    if not charge or not executed or (not charge.us and state in ("failed", "cancelled")):
        return
    if executed.us - charge.us > max(US_PER_S, charge.us // 20):
        told = f" is {_shown(executed.us)}, longer than the charge, {charge.name}, of {_shown(charge.us)}"
        hint = "look at the units of both; a job that failed without a charge says so by its status"
        executed.fields.error(WRONG_UNIT, executed.key, told, hint)
    if executed.us and charge.us > MOST_BESIDE_US + MOST_TIMES * executed.us:
        told = f" is {_shown(charge.us)}, but {executed.name} is {_shown(executed.us)}: are these milliseconds?"
        charge.fields.error(WRONG_UNIT, charge.key, told, "look at the units of both")


def _check_against_the_clock(charge: _Time | None, ran_us: int | None) -> None:
    """A charge is for time between running and finished; twice that and some seconds are in another unit."""
    if charge and ran_us is not None and ran_us >= 0 and charge.us > 2 * ran_us + MOST_BESIDE_US // 10:
        told = f" is {_shown(charge.us)}, but the job ran for {_shown(ran_us)}: are these milliseconds?"
        charge.fields.error(WRONG_UNIT, charge.key, told, "look at the units of both")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spans:
    """From created to running, from running to finished, and the day."""

    wait_us: int | None
    ran_us: int | None
    date: str


def _spans(times: Fields) -> _Spans:
    """What the instants say; one that is missing leaves the spans on both of its sides unknown."""
    instants = {key: times.instant(key) for key in INSTANTS}
    moments = [key for key, instant in instants.items() if instant and instant.at]
    for earlier, later in pairwise(moments):
        if (between_us(instants[earlier], instants[later]) or 0) < 0:
            times.error(BACKWARDS, later, f" is before {earlier}", "look at the offsets of both: Z is UTC")
    created, running, finished = instants.values()
    return _Spans(
        wait_us=between_us(created, running),
        ran_us=between_us(running, finished),
        date=next((instant.date for instant in instants.values() if instant), ""),
    )


def _agreed(row: Fields, key: str, measured_us: int | None) -> int | None:
    """A time by its column, which the instants may not contradict; or else by the instants."""
    stated_us = row.us(key)
    if stated_us is None:
        return measured_us
    if measured_us is not None and measured_us >= 0 and abs(stated_us - measured_us) > US_PER_S:
        told = f" is {_shown(stated_us)}, but by the instants it is {_shown(measured_us)}"
        row.error(CONTRADICTION, key, told, "keep the one that is right")
    return stated_us


def _either(row: Fields, key: str, alias: str) -> str:
    """Which of the two names of a column is used; not both."""
    if row.holds(key) and row.holds(alias):
        row.error(EXCLUSIVE, alias, f" is another name of {key}: keep one")
    return key if row.holds(key) else alias


def _shown(us: int) -> str:
    return duration_text(Decimal(us) / US_PER_S)
