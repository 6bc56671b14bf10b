"""Profiles of what surrounds a workload: queues, classical work, calibrations; from their files to nouns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field

from qplan.model.fact import Fact
from qplan.model.workload import Background, CalibrationWindow, ClassicalDefaults, QueueModel
from qplan.parse.durations import duration_text
from qplan.parse.figures import Column, Figure, Profile, Seconds, Strict, columns_of, read
from qplan.parse.quantiles import SpreadField, spread_text
from qplan.units import us_from_s

ATLEAST_1_S = Field(ge=Decimal(1))
UP_TO_A_YEAR = Field(le=Decimal(366 * 24 * 3600))


class QueueProfile(Profile):
    """The wait of an instance's queue; ``correlation``: how long one wait holds before another is drawn."""

    wait: Figure[SpreadField]
    between: Figure[Seconds] | None = None
    correlation: Figure[Annotated[Seconds, ATLEAST_1_S]] | None = None


class ClassicalProfile(Profile):
    """Classical work where a workload says nothing."""

    classical_before: Figure[SpreadField]
    classical_after: Figure[SpreadField]
    think: Figure[SpreadField]


class Period(Strict):
    """Something that takes the QPU again and again: first after the submission, then periodically."""

    first: Figure[Seconds]
    every: Figure[Annotated[Seconds, ATLEAST_1_S]]
    length: Figure[Seconds]


class BackgroundProfile(Profile):
    """What calibrates the QPU, for as long as ``until``."""

    calibrations: dict[str, Period]
    until: Figure[Annotated[Seconds, UP_TO_A_YEAR]]


QUEUE = (
    Column(key="wait", field="wait", text=spread_text),
    *(Column(key=key, field=f"{key}_us", noun=us_from_s, text=duration_text) for key in ("between", "correlation")),
)
CLASSICAL = ("classical_before", "classical_after", "think")


def queue_from(mapping: Mapping[str, Any], name: str) -> tuple[QueueModel, tuple[Fact, ...]]:
    """A queue model from the content of its file, and its facts; raises ``WorkloadError``."""
    fields = columns_of(read(QueueProfile, mapping), QUEUE)
    facts = fields.pop("facts")
    return QueueModel(name=name, **fields), facts


def classical_from(mapping: Mapping[str, Any]) -> ClassicalDefaults:
    """The spreads of classical work from the content of their file; raises ``WorkloadError``."""
    profile = read(ClassicalProfile, mapping)
    facts = tuple(profile.fact(key, getattr(profile, key), spread_text) for key in CLASSICAL)
    return ClassicalDefaults(
        before=profile.classical_before.value,
        after=profile.classical_after.value,
        think=profile.think.value,
        facts=facts,
    )


def background_from(mapping: Mapping[str, Any]) -> tuple[Background, tuple[Fact, ...]]:
    """The calibrations from the content of their file, in order of time, and their facts; raises ``WorkloadError``."""
    profile = read(BackgroundProfile, mapping)
    until_us = us_from_s(profile.until.value)
    windows = [window for period in profile.calibrations.values() for window in _windows(period, until_us)]
    ordered = tuple(sorted(windows, key=lambda window: window.due_us))
    return Background(calibrations=ordered), tuple(_background_facts(profile))


def _windows(period: Period, until_us: int) -> Iterator[CalibrationWindow]:
    first_us, every_us = us_from_s(period.first.value), us_from_s(period.every.value)
    length_us = us_from_s(period.length.value)
    for due_us in range(first_us, until_us, every_us):
        yield CalibrationWindow(due_us=due_us, length_us=length_us)


def _background_facts(profile: BackgroundProfile) -> Iterator[Fact]:
    for name, period in profile.calibrations.items():
        for key in Period.model_fields:
            yield profile.fact(f"calibrations.{name}.{key}", getattr(period, key), duration_text)
    yield profile.fact("until", profile.until, duration_text)
