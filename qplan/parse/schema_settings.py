"""The shapes of what the jobs run on and under: backend, plan, batch, session, usage model."""

from decimal import Decimal
from typing import Annotated, Any

from pydantic import Discriminator, Tag

from qplan.parse.holders import Omitted, OneOrMore, Shape, key
from qplan.parse.kinds import Choice, Currency, Flag, Length, Name, Number, Text, Whole
from qplan.parse.schema_durations import PositiveSeconds, Seconds

NameText = Annotated[str, Name()]
MaybeSeconds = Annotated[Decimal, Length(null=True)]
PROFILES = "the profile's"


class Backend(Shape):
    """A shipped QPU profile with some figures replaced."""

    name: Omitted[NameText] = key("what the device is called in the output", example="fake_manila", otherwise=PROFILES)
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


def named_or_given(value: Any) -> str:  # noqa: ANN401
    """The tag of a profile: by its name, or with figures replaced."""
    return "<given>" if isinstance(value, dict) else "<name>"


BackendChoice = Annotated[
    Annotated[NameText, Tag("<name>")] | Annotated[Backend, Tag("<given>")], Discriminator(named_or_given)
]
PlanChoice = Annotated[
    Annotated[NameText, Tag("<name>")] | Annotated[Plan, Tag("<given>")], Discriminator(named_or_given)
]
