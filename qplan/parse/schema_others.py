"""The shapes of what others do: the queue, with fair shares, and the background."""

from decimal import Decimal
from typing import Annotated, Any

from pydantic import Discriminator, Field, Tag

from qplan.parse.durations import parse_duration
from qplan.parse.holders import Omitted, OneOrMoreOfAny, Shape, key
from qplan.parse.kinds import Length
from qplan.parse.schema_durations import DURATION_KEYS, PositiveSpread, Seconds, Spread
from qplan.parse.schema_settings import PROFILES, NameText, named_or_given

A_YEAR_S = 366 * 24 * 3600
Year = Annotated[Decimal, Length(most_s=A_YEAR_S)]
Allocation = Annotated[Decimal, Length(least_s=1)]


class Other(Shape):
    """Another instance that shares the QPU."""

    name: Omitted[NameText] = key(
        "name, unique among the others", example="group-b", otherwise="instance-1, by position"
    )
    allocation: Allocation = key("its allocation of QPU time in the window", default=..., example="40h")
    used: Omitted[Year] = key("what it has used of that at the submission", example="3h", otherwise="0s")
    every: Spread = key("from one of its jobs to the next", default=..., example={"dist": "exponential", "mean": "10m"})
    qpu: Spread = key("QPU time of one of its jobs", default=..., example={"p50": "20s", "p90": "3m"})


class FairShare(Shape):
    """A queue in which the instance is served that has used the least of its allocation."""

    allocation: Allocation = key("your allocation of QPU time in the window", default=..., example="10h")
    used: Omitted[Year] = key("what you have used of that at the submission", example="90m", otherwise="0s")
    window: Omitted[Annotated[Decimal, Length(least_s=1, most_s=A_YEAR_S)]] = key(
        "period of the allocations; rolling", example="672h", otherwise="28 days"
    )
    warm_up: Omitted[Year] = key(
        "from when on the others' jobs arrive, before the submission", example="48h", otherwise="24h"
    )
    others: Annotated[list[Other], Field(min_length=1, max_length=100)] = key(
        "the other instances", default=..., example=[{"allocation": "40h", "every": "10m", "qpu": "30s"}]
    )


class Queue(Shape):
    """The queue of the instance."""

    profile: Omitted[NameText] = key("a shipped profile", example="quiet-2026", otherwise="the default, without a wait")
    wait: Omitted[Spread] = key("queue wait of an entry", example={"p50": "11m", "p90": "4h"}, otherwise=PROFILES)
    between: Omitted[Spread] = key(
        "time for which others are served between two waiting entries", example="30s", otherwise="0, with a wait"
    )
    correlation: Omitted[Annotated[Decimal, Length(least_s=1)]] = key(
        "how long one wait holds before another is drawn", example="1h", otherwise="1h"
    )
    fair_share: Omitted[FairShare] = key(
        "instead of all these: other instances, from whose jobs waits emerge",
        example={"allocation": "10h", "others": [{"allocation": "40h", "every": "10m", "qpu": "30s"}]},
    )


class Arrival(Shape):
    """Somebody else's single job."""

    at: Seconds = key("when it is next in line", default=..., example="20s")
    classical_before: Spread = key("in its lane, before the QPU", default=Decimal(0), example="4s")
    qpu: Spread = key("on the QPU", default=..., example="6s")
    classical_after: Spread = key("in its lane, after the QPU", default=Decimal(0), example="1s")


class Arrivals(Shape):
    """Other people's single jobs without end."""

    every: Spread = key(
        "from one to the next; the first comes so long after the submission",
        default=...,
        example={"dist": "exponential", "mean": "60s"},
    )
    classical_before: Omitted[Spread] = key("in their lanes, before the QPU", example="4s", otherwise="0s")
    qpu: Spread = key("on the QPU", default=..., example={"p50": "5s", "p90": "40s"})
    classical_after: Omitted[Spread] = key("in their lanes, after the QPU", example="1s", otherwise="0s")


class Calibration(Shape):
    """One calibration."""

    at: Spread = key("when it wants the QPU", default=..., example="1h")
    duration: PositiveSpread = key("how long it holds the QPU", default=..., example="2m")


class Calibrations(Shape):
    """Calibrations at regular times."""

    every: Annotated[Decimal, Length(least_s=60)] = key("from one to the next", default=..., example="1h")
    duration: PositiveSpread = key("how long each holds the QPU", default=..., example="2m")
    first: Omitted[Spread] = key(
        "when the first wants the QPU", example={"min": "0s", "max": "1h"}, otherwise="every, after the submission"
    )


def _listed_or_regular(value: Any) -> str:  # noqa: ANN401 - whatever YAML holds
    return "<regular>" if isinstance(value, dict) else "<listed>"


class Background(Shape):
    """What others do on the backend; what is not named does not happen."""

    busy_lanes: Omitted[OneOrMoreOfAny[Spread]] = key(
        "lanes held from the start, until when; each entry is a lane", example=["12s", {"p50": "30s", "p90": "2m"}]
    )
    arrivals: Omitted[
        Annotated[
            Annotated[list[Arrival], Tag("<listed>")] | Annotated[Arrivals, Tag("<regular>")],
            Discriminator(_listed_or_regular),
        ]
    ] = key("foreign single jobs: a list, or one mapping for jobs without end", example=[{"at": "20s", "qpu": "6s"}])
    calibrations: Omitted[
        Annotated[
            Annotated[list[Calibration], Tag("<listed>")] | Annotated[Calibrations, Tag("<regular>")],
            Discriminator(_listed_or_regular),
        ]
    ] = key("calibrations of the QPU", example={"every": "1h", "duration": "2m"})


def _queue_shape(value: Any) -> str:  # noqa: ANN401
    if isinstance(value, dict):
        known = Queue.model_fields.keys() & value.keys()
        return "<wait>" if not known and any(map(_is_of_spreads, value)) else "<given>"
    return "<name>" if isinstance(value, str) and not is_duration(value) else "<wait>"


def _is_of_spreads(key: str) -> bool:
    """Whether a key, perhaps misspelt, is one of a random duration rather than of `queue`."""
    return key in DURATION_KEYS or (key[:1] == "p" and key[1:2].isdigit())


def is_duration(text: str) -> bool:
    """Whether a text is a duration rather than a name: it begins with a digit or a point, or parses."""
    if text[:1].isdigit() or text[:1] == ".":
        return True
    try:
        parse_duration(text)
    except ValueError:
        return False
    return True


BackgroundChoice = Annotated[
    Annotated[NameText, Tag("<name>")] | Annotated[Background, Tag("<given>")], Discriminator(named_or_given)
]
QueueChoice = Annotated[
    Annotated[NameText, Tag("<name>")] | Annotated[Queue, Tag("<given>")] | Annotated[Spread, Tag("<wait>")],
    Discriminator(_queue_shape),
]
