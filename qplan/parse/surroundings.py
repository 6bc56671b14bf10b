"""Profiles of what surrounds a workload: queues, classical work, calibrations; from their files to nouns."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field

from qplan.model.fact import Fact
from qplan.model.workload import Background, CalibrationWindow, ClassicalDefaults, QueueModel
from qplan.parse.durations import duration_text
from qplan.parse.figures import Column, Profile, Seconds, Strict, columns_of, read
from qplan.parse.profiles import UNSTATED
from qplan.parse.quantiles import SpreadField, spread_text
from qplan.units import us_from_s

ATLEAST_1_S = Field(ge=Decimal(1))
UP_TO_A_YEAR = Field(le=Decimal(366 * 24 * 3600))


class QueueProfile(Profile):
    """The wait of an instance's queue; ``correlation``: how long one wait holds before another is drawn."""

    wait: SpreadField
    between: Seconds = UNSTATED
    correlation: Annotated[Seconds, ATLEAST_1_S] = UNSTATED


class ClassicalProfile(Profile):
    """Classical work where a workload says nothing."""

    classical_before: SpreadField
    classical_after: SpreadField
    think: SpreadField


class Period(Strict):
    """Something that takes the QPU again and again: first after the submission, then periodically."""

    first: Seconds
    every: Annotated[Seconds, ATLEAST_1_S]
    length: Seconds


class BackgroundProfile(Profile):
    """What calibrates the QPU, for as long as ``until``."""

    calibrations: dict[str, Period]
    until: Annotated[Seconds, UP_TO_A_YEAR]


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
    facts = tuple(profile.fact(key, key, getattr(profile, key), spread_text) for key in CLASSICAL)
    before, after, think = profile.classical_before, profile.classical_after, profile.think
    return ClassicalDefaults(before=before, after=after, think=think, facts=facts)


def background_from(mapping: Mapping[str, Any]) -> tuple[Background, tuple[Fact, ...]]:
    """The calibrations from the content of their file, in order of time, and their facts; raises ``WorkloadError``."""
    profile = read(BackgroundProfile, mapping)
    until_us = us_from_s(profile.until)
    windows = [window for period in profile.calibrations.values() for window in _windows(period, until_us)]
    ordered = tuple(sorted(windows, key=lambda window: window.due_us))
    return Background(calibrations=ordered), tuple(_background_facts(profile))


def _windows(period: Period, until_us: int) -> Iterator[CalibrationWindow]:
    first_us, every_us = us_from_s(period.first), us_from_s(period.every)
    length_us = us_from_s(period.length)
    for due_us in range(first_us, until_us, every_us):
        yield CalibrationWindow(due_us=due_us, length_us=length_us)


def _background_facts(profile: BackgroundProfile) -> Iterator[Fact]:
    for name, period in profile.calibrations.items():
        for key in Period.model_fields:
            path = f"calibrations.{name}.{key}"
            yield profile.fact(path, path, getattr(period, key), duration_text)
    yield profile.fact("until", "until", profile.until, duration_text)
