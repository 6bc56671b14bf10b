"""The shapes of what surrounds the jobs: backend, plan, queue, background, batch, session, usage model."""

from decimal import Decimal
from typing import Annotated, Any

from pydantic import Discriminator, Tag

from qplan.parse.durations import parse_duration
from qplan.parse.holders import Omitted, OneOrMore, Shape, key
from qplan.parse.kinds import Choice, Currency, Flag, Length, Name, Number, Text, Whole
from qplan.parse.schema_durations import PositiveSeconds, Seconds, Spread

NameText = Annotated[str, Name()]
MaybeSeconds = Annotated[Decimal, Length(null=True)]
PROFILES = "the profile's"


class Backend(Shape):
    """A shipped QPU profile with some figures replaced."""

    profile: Omitted[NameText] = key("a shipped profile", example="ibm_kingston", otherwise="the default backend")
    lanes: Omitted[Annotated[int, Whole(most=1000)]] = key("execution lanes", example=3, otherwise=PROFILES)
    qubits: Omitted[Annotated[int, Whole(null=True)]] = key("qubits", example=156, otherwise=PROFILES)
    processor: Omitted[Annotated[str, Text(most=200)]] = key("processor type", example="Heron r2", otherwise=PROFILES)
    retired: Omitted[Annotated[str, Text(most=200)]] = key(
        "date of retirement", example="2025-11-03", otherwise=PROFILES
    )
    plans: Omitted[OneOrMore[NameText]] = key("plans that may use it", example=["open"], otherwise=PROFILES)
    rep_delay: Omitted[Seconds] = key("default delay between executions", example="250us", otherwise=PROFILES)
    rep_delay_min: Omitted[MaybeSeconds] = key("smallest rep_delay", example="20us", otherwise=PROFILES)
    rep_delay_max: Omitted[MaybeSeconds] = key("largest rep_delay", example="2ms", otherwise=PROFILES)
    sx: Omitted[MaybeSeconds] = key("length of an sx gate", example="32ns", otherwise=PROFILES)
    two_qubit: Omitted[MaybeSeconds] = key("length of a two-qubit gate", example="68ns", otherwise=PROFILES)
    measure: Omitted[MaybeSeconds] = key("length of a measurement", example="2.6us", otherwise=PROFILES)
    reset: Omitted[MaybeSeconds] = key("length of a reset", example="2.7us", otherwise=PROFILES)
    session_advice: Omitted[MaybeSeconds] = key(
        "session length from which drift is a concern", example="2h", otherwise=PROFILES
    )


class Plan(Shape):
    """A shipped price plan with some figures replaced."""

    profile: Omitted[NameText] = key("a shipped profile", example="open", otherwise="the default plan")
    price_per_second: Omitted[Annotated[float, Number(most=1e6, null=True)]] = key(
        "price of a second of usage; null: unknown", example=1.2, otherwise=PROFILES
    )
    currency: Omitted[Annotated[str, Currency()]] = key("currency of the price", example="USD", otherwise=PROFILES)
    included: Omitted[Seconds] = key("usage that is not charged", example="5m", otherwise=PROFILES)
    remaining: Omitted[MaybeSeconds] = key(
        "what is left of the allocation or cost limit; null: no limit", example="4m", otherwise=PROFILES
    )
    limit_action: Omitted[Annotated[str, Choice(of=("hold", "stop"))]] = key(
        "at the limit: hold what waits, or stop what runs", example="hold", otherwise=PROFILES
    )
    window: Omitted[Annotated[str, Text(most=200)]] = key(
        "period of the allocation, for readers", example="rolling 28 days", otherwise=PROFILES
    )
    sessions_allowed: Omitted[Annotated[bool, Flag()]] = key(
        "whether sessions may be run", example=True, otherwise=PROFILES
    )
    session_interactive_ttl: Omitted[Seconds] = key("of sessions", example="60s", otherwise=PROFILES)
    session_max_time: Omitted[PositiveSeconds] = key("system maximum of sessions", example="8h", otherwise=PROFILES)
    batch_interactive_ttl: Omitted[Seconds] = key("of batches", example="1s", otherwise=PROFILES)
    batch_interactive_ttl_documented: Omitted[Seconds] = key(
        "what the documentation says of it", example="60s", otherwise=PROFILES
    )
    batch_max_time: Omitted[PositiveSeconds] = key("system maximum of batches", example="8h", otherwise=PROFILES)


class Queue(Shape):
    """The queue of the instance."""

    profile: Omitted[NameText] = key("a shipped profile", example="quiet-2026", otherwise="the default, without a wait")
    wait: Omitted[Spread] = key("queue wait of an entry", example={"p50": "11m", "p90": "4h"}, otherwise=PROFILES)
    between: Omitted[Seconds] = key(
        "time for which others are served between two waiting entries", example="30s", otherwise="0, with a wait"
    )
    correlation: Omitted[Annotated[Decimal, Length(least_s=1)]] = key(
        "how long one wait holds before another is drawn", example="1h", otherwise="1h"
    )


class Arrival(Shape):
    """Somebody else's single job."""

    at: Seconds = key("when it is next in line", default=..., example="20s")
    classical_before: Seconds = key("in its lane, before the QPU", default=Decimal(0), example="4s")
    qpu: Seconds = key("on the QPU", default=..., example="6s")
    classical_after: Seconds = key("in its lane, after the QPU", default=Decimal(0), example="1s")


class Calibration(Shape):
    """One calibration."""

    at: Seconds = key("when it wants the QPU", default=..., example="1h")
    duration: PositiveSeconds = key("how long it holds the QPU", default=..., example="2m")


class Calibrations(Shape):
    """Calibrations at regular times."""

    every: Annotated[Decimal, Length(least_s=60)] = key("from one to the next", default=..., example="1h")
    duration: PositiveSeconds = key("how long each holds the QPU", default=..., example="2m")
    first: Omitted[Seconds] = key("when the first wants the QPU", example="30m", otherwise="every")


def _calibrations_shape(value: Any) -> str:  # noqa: ANN401 - whatever YAML holds
    return "<regular>" if isinstance(value, dict) else "<listed>"


class Background(Shape):
    """What others do on the backend; what is not named does not happen."""

    busy_lanes: Omitted[OneOrMore[Seconds]] = key("lanes held from the start, until when", example=["12s", "40s"])
    arrivals: Omitted[list[Arrival]] = key("foreign single jobs", example=[{"at": "20s", "qpu": "6s"}])
    calibrations: Omitted[
        Annotated[
            Annotated[list[Calibration], Tag("<listed>")] | Annotated[Calibrations, Tag("<regular>")],
            Discriminator(_calibrations_shape),
        ]
    ] = key("calibrations of the QPU", example={"every": "1h", "duration": "2m"})


class Session(Shape):
    """How a session is run."""

    max_time: Omitted[PositiveSeconds] = key("maximum TTL", example="2h", otherwise="the plan's system maximum")
    end: Annotated[str, Choice(of=("close", "cancel", "none"))] = key(
        "how the client ends it", default="close", example="close"
    )
    cancel_after: Omitted[Annotated[int, Whole()]] = key(
        "the result at which it is cancelled (end: cancel)", example=10
    )
    interactive_ttl: Omitted[Seconds] = key(
        "how long it stays active with no job", example="60s", otherwise="the plan's"
    )


class Batch(Session):
    """How a batch is run."""

    reuse_noise_model: Annotated[bool, Flag()] = key(
        "learn noise once for each activation instead of once for each job; it may be stale",
        default=False,
        example=True,
    )


class Usage(Shape):
    """How quantum time is modelled and charged."""

    model: Omitted[NameText] = key("a shipped usage model", example="measured", otherwise="the default usage model")
    rounding: Omitted[Annotated[str, Choice(of=("none", "nearest", "up"))]] = key(
        "charges to whole seconds", example="nearest", otherwise="the usage model's"
    )


def _named_or_given(value: Any) -> str:  # noqa: ANN401
    return "<given>" if isinstance(value, dict) else "<name>"


def _queue_shape(value: Any) -> str:  # noqa: ANN401
    if isinstance(value, dict):
        known = Queue.model_fields.keys() & value.keys()
        return "<given>" if known or not value else "<wait>"
    return "<name>" if isinstance(value, str) and not is_duration(value) else "<wait>"


def is_duration(text: str) -> bool:
    """Whether a text is a duration rather than a name: it begins with a digit or a point, or parses."""
    if text[:1].isdigit() or text[:1] == ".":
        return True
    try:
        parse_duration(text)
    except ValueError:
        return False
    return True


BackendChoice = Annotated[
    Annotated[NameText, Tag("<name>")] | Annotated[Backend, Tag("<given>")], Discriminator(_named_or_given)
]
PlanChoice = Annotated[
    Annotated[NameText, Tag("<name>")] | Annotated[Plan, Tag("<given>")], Discriminator(_named_or_given)
]
BackgroundChoice = Annotated[
    Annotated[NameText, Tag("<name>")] | Annotated[Background, Tag("<given>")], Discriminator(_named_or_given)
]
QueueChoice = Annotated[
    Annotated[NameText, Tag("<name>")] | Annotated[Queue, Tag("<given>")] | Annotated[Spread, Tag("<wait>")],
    Discriminator(_queue_shape),
]
