"""Profiles of what surrounds a workload: queues, classical work, calibrations; from their files to nouns."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field

from qplan.model.fact import Fact
from qplan.model.workload import Background, Calibration, ClassicalDefaults, QueueModel
from qplan.parse.durations import duration_text
from qplan.parse.figures import Column, Profile, Seconds, Strict, columns_of, read
from qplan.parse.profiles import UNSTATED, Seen
from qplan.parse.quantiles import SpreadField, spread_text
from qplan.units import us_from_s

ATLEAST_1_S = Field(ge=Decimal(1))


class QueueProfile(Profile):
    """The wait of an instance's queue; ``correlation``: how long one wait holds before another is drawn."""

    wait: SpreadField
    between: SpreadField = UNSTATED
    correlation: Annotated[Seconds, ATLEAST_1_S] = UNSTATED


class ClassicalProfile(Profile):
    """Classical work where a workload says nothing."""

    classical_before: SpreadField
    classical_before_estimator: SpreadField | None = None
    classical_after: SpreadField
    think: SpreadField


class Period(Strict):
    """Something that takes the QPU again and again: ``first`` after the submission, then every so often."""

    first: SpreadField
    every: Annotated[Seconds, ATLEAST_1_S]
    length: SpreadField


class BackgroundProfile(Profile):
    """What calibrates the QPU."""

    calibrations: dict[str, Period]


class FairShareProfile(Profile):
    """What a fair-share queue takes where a workload says nothing."""

    used: Seconds
    window: Seconds
    warm_up: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class FairShareDefaults:
    """The times of a fair-share queue by their key in the workload file, and a fact for each."""

    times_us: Mapping[str, int]
    facts: tuple[Fact, ...]


QUEUE = (
    Column(key="wait", field="wait", text=spread_text),
    Column(key="between", field="between", text=spread_text),
    Column(key="correlation", field="correlation_us", noun=us_from_s, text=duration_text),
)
PERIOD: Mapping[str, Callable[[Any], str]] = {"first": spread_text, "every": duration_text, "length": spread_text}
FAIR_SHARE = ("used", "window", "warm_up")
CLASSICAL = ("classical_before", "classical_before_estimator", "classical_after", "think")


def queue_from(mapping: Mapping[str, Any], name: str) -> tuple[QueueModel, tuple[Fact, ...]]:
    """A queue model from the content of its file, and its facts; raises ``WorkloadError``."""
    fields = columns_of(read(QueueProfile, mapping), QUEUE)
    facts = fields.pop("facts")
    return QueueModel(name=name, **fields), facts


def classical_of(shipped: ClassicalDefaults, seen: Seen) -> ClassicalDefaults:
    """The shipped spreads with those that a calibrated usage model holds of the same backend."""
    before = seen.spreads.get("classical_before", shipped.before)
    estimator = seen.spreads.get("classical_before_estimator", shipped.before_estimator)
    facts = tuple(seen.facts.get(fact.name, fact) for fact in shipped.facts)
    return replace(shipped, before=before, before_estimator=estimator, facts=facts)


def classical_from(mapping: Mapping[str, Any]) -> ClassicalDefaults:
    """The spreads of classical work from the content of their file; raises ``WorkloadError``."""
    profile = read(ClassicalProfile, mapping)
    known = [(key, spread) for key in CLASSICAL if (spread := getattr(profile, key)) is not None]
    return ClassicalDefaults(
        before=profile.classical_before,
        before_estimator=profile.classical_before_estimator,
        after=profile.classical_after,
        think=profile.think,
        facts=tuple(profile.fact(key, key, spread, spread_text) for key, spread in known),
    )


def background_from(mapping: Mapping[str, Any]) -> tuple[Background, tuple[Fact, ...]]:
    """The calibrations from the content of their file, in its order, and their facts; raises ``WorkloadError``."""
    profile = read(BackgroundProfile, mapping)
    calibrations = tuple(
        Calibration(first=period.first, length=period.length, every_us=us_from_s(period.every))
        for period in profile.calibrations.values()
    )
    return Background(calibrations=calibrations), tuple(_background_facts(profile))


def fair_share_from(mapping: Mapping[str, Any]) -> FairShareDefaults:
    """The defaults of fair-share queues from the content of their file; raises ``WorkloadError``."""
    profile = read(FairShareProfile, mapping)
    times: dict[str, Decimal] = {key: getattr(profile, key) for key in FAIR_SHARE}
    facts = tuple(profile.fact(key, key, time, duration_text) for key, time in times.items())
    return FairShareDefaults(times_us={key: us_from_s(time) for key, time in times.items()}, facts=facts)


def _background_facts(profile: BackgroundProfile) -> Iterator[Fact]:
    for name, period in profile.calibrations.items():
        for key, text in PERIOD.items():
            path = f"calibrations.{name}.{key}"
            yield profile.fact(path, path, getattr(period, key), text)
