"""Profiles of the service: backends, price plans and usage models, from their files to nouns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from qplan.model.backend import Backend
from qplan.model.duration import Duration
from qplan.model.fact import Fact
from qplan.model.pricing import LimitAction, PricingPlan
from qplan.model.usage import UsageModel
from qplan.model.workload import Rounding
from qplan.parse.durations import duration_text
from qplan.parse.figures import Column, Count, Date, Profile, Seconds, Strict, columns_of, read
from qplan.parse.package_data import content_of
from qplan.parse.quantiles import SpreadField, spread_text
from qplan.units import us_from_s

Overrides = Mapping[str, Any]
PlanName = Annotated[str, Field(min_length=1, max_length=64)]
Factor = Annotated[Decimal, Field(ge=0, le=1000)]
Executions = Annotated[Decimal, Field(ge=0, le=10**9)]
Price = Annotated[Decimal, Field(ge=0, le=10**6, allow_inf_nan=False)]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
UNSTATED: Any = None
"""A figure that may be left out but not be null: the noun's own default applies."""


def _ns(seconds: Decimal) -> float:
    return float(seconds * 10**9)


def _listed(values: Sequence[str]) -> str:
    return ", ".join(values) or "none"


def _or_nothing(value: object) -> object:
    """Null, for a QPU that is in service, to the noun's empty text."""
    return "" if value is None else value


def _yes(value: bool) -> str:
    return "yes" if value else "no"


class BackendProfile(Profile):
    """A QPU or a simulator; an omitted or null figure is not known."""

    simulator: bool = False
    lanes: Count
    qubits: Count | None = None
    processor: str = UNSTATED
    retired: Annotated[str, BeforeValidator(_or_nothing)] = UNSTATED
    plans: tuple[PlanName, ...] = UNSTATED
    rep_delay: Seconds
    rep_delay_min: Seconds | None = None
    rep_delay_max: Seconds | None = None
    sx: Seconds | None = None
    two_qubit: Seconds | None = None
    measure: Seconds | None = None
    reset: Seconds | None = None
    session_advice: Seconds | None = None


class PlanProfile(Profile):
    """A price plan and the times to live it grants; no ``remaining``: no limit."""

    price_per_second: Price | None
    currency: Currency = UNSTATED
    included: Seconds = UNSTATED
    remaining: Seconds | None = None
    limit_action: LimitAction = UNSTATED
    window: str = UNSTATED
    sessions_allowed: bool = UNSTATED
    session_interactive_ttl: Seconds = UNSTATED
    session_max_time: Seconds = UNSTATED
    batch_interactive_ttl: Seconds = UNSTATED
    batch_interactive_ttl_documented: Seconds | None = None
    batch_max_time: Seconds = UNSTATED


class PerJob(Strict):
    """The charge of a job before its first execution, by primitive and resilience level."""

    sampler: Seconds
    estimator_0: Seconds
    estimator_1: Seconds
    estimator_2: Seconds


class CalibrationRecord(Strict):
    """What a calibrated usage model was made from; written by `qplan calibrate`."""

    version: Annotated[int, Field(ge=1, le=1)]
    backend: str
    receipts: Count
    date: Date = ""
    within_20: Decimal
    median_error: Decimal


class UsageModelProfile(Profile):
    """The constants of a usage model; the ``wide_*`` ones together or not at all.

    A calibrated one also holds what receipts tell of classical times and waits, which go before the shipped spreads.
    """

    calibration: CalibrationRecord | None = None
    classical_before: SpreadField | None = None
    classical_before_estimator: SpreadField | None = None
    queue_wait: SpreadField | None = None

    per_job: PerJob
    per_circuit: Seconds
    per_execution: Seconds
    automatic_trex_share: Factor
    counts_reset: bool
    rounding: Rounding
    minimum: Seconds
    per_wide_circuit: Seconds = UNSTATED
    trex_executions: Executions = UNSTATED
    band_low: Factor
    band_high: Factor
    default_circuit_duration: Seconds | None = None
    longest_rep_delay: Seconds | None = None
    wide_qubits: Count | None = None
    wide_depth: Count | None = None
    wide_band_low: Factor | None = None
    wide_band_high: Factor | None = None


def _length(key: str) -> Column:
    return Column(key=key, field=f"{key}_ns", noun=_ns, text=duration_text)


def _delay(key: str) -> Column:
    return Column(key=key, field=f"{key}_s", noun=float, text=duration_text)


def _time(key: str) -> Column:
    return Column(key=key, field=f"{key}_us", noun=us_from_s, text=duration_text)


def _constant(key: str) -> Column:
    return Column(key=key, field=f"{key}_s", text=duration_text)


BACKEND = (
    Column(key="lanes", field="lanes"),
    Column(key="qubits", field="qubits"),
    Column(key="processor", field="processor"),
    Column(key="retired", field="retired", text=lambda day: day or "no"),
    Column(key="plans", field="plans", text=_listed),
    *(_delay(key) for key in ("rep_delay", "rep_delay_min", "rep_delay_max", "session_advice")),
    *(_length(key) for key in ("sx", "two_qubit", "measure", "reset")),
)
PLAN = (
    Column(key="price_per_second", field="price_per_second"),
    Column(key="currency", field="currency"),
    *(_time(key) for key in ("included", "remaining")),
    Column(key="limit_action", field="limit_action"),
    Column(key="window", field="window"),
    Column(key="sessions_allowed", field="sessions_allowed", text=_yes),
    *(_time(f"session_{key}") for key in ("interactive_ttl", "max_time")),
    *(_time(f"batch_{key}") for key in ("interactive_ttl", "interactive_ttl_documented", "max_time")),
)
SEEN = ("classical_before", "classical_before_estimator", "queue_wait")
TIMES = ("session_interactive_ttl", "session_max_time", "batch_interactive_ttl", "batch_max_time")
USAGE_MODEL = (
    *(_constant(key) for key in ("per_circuit", "per_wide_circuit", "per_execution", "minimum")),
    *(_constant(key) for key in ("default_circuit_duration", "longest_rep_delay")),
    *(Column(key=key, field=key) for key in ("trex_executions", "automatic_trex_share")),
    Column(key="counts_reset", field="counts_reset", text=_yes),
    Column(key="rounding", field="rounding", noun=str),
    *(Column(key=key, field=key) for key in ("band_low", "band_high", "wide_qubits", "wide_depth")),
    *(Column(key=key, field=key) for key in ("wide_band_low", "wide_band_high")),
)


def backend_from(mapping: Mapping[str, Any], name: str, overrides: Overrides | None = None) -> Backend:
    """A backend from the content of its file; raises ``WorkloadError`` with every problem."""
    profile = read(BackendProfile, mapping, overrides)
    return Backend(name=name, simulator=profile.simulator, **columns_of(profile, BACKEND))


def plan_from(mapping: Mapping[str, Any], name: str, overrides: Overrides | None = None) -> PricingPlan:
    """A price plan from the content of its file; raises ``WorkloadError`` with every problem."""
    profile = read(PlanProfile, _with_times(mapping), overrides)
    unpriced, refused = profile.price_per_second is None, profile.sessions_allowed is False
    return PricingPlan(
        name=name,
        price_reason=(profile.ground("price_per_second").note or "the price is not known") if unpriced else "",
        sessions_reason=profile.ground("sessions_allowed").note if refused else "",
        **columns_of(profile, PLAN),
    )


def _with_times(mapping: Mapping[str, Any]) -> Mapping[str, Any]:
    """The plan with the times to live that it does not state: those assumed of Pay-As-You-Go are assumed of it too."""
    assumed = content_of("plans/pay-as-you-go.yaml")
    missing = {key: assumed[key] for key in TIMES if key not in mapping}
    sources = {**assumed["sources"], **mapping.get("sources", {})}
    return {**mapping, **missing, "sources": sources} if missing else mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a calibrated usage model tells beside its constants: on which backend, classical times and waits.

    ``facts`` stand under the keys of the spreads.
    """

    backend: str = ""
    spreads: Mapping[str, Duration] = field(default_factory=dict)
    facts: Mapping[str, Fact] = field(default_factory=dict)


def seen_from(mapping: Mapping[str, Any]) -> Seen:
    """What a usage model's file tells of its backend; raises ``WorkloadError`` with every problem."""
    profile = read(UsageModelProfile, mapping)
    spreads = {key: spread for key in SEEN if (spread := getattr(profile, key)) is not None}
    return Seen(
        backend=profile.calibration.backend if profile.calibration else "",
        spreads=spreads,
        facts={key: profile.fact(key, key, spread, spread_text) for key, spread in spreads.items()},
    )


def usage_model_from(mapping: Mapping[str, Any], name: str, overrides: Overrides | None = None) -> UsageModel:
    """A usage model from the content of its file; raises ``WorkloadError`` with every problem."""
    profile = read(UsageModelProfile, mapping, overrides)
    per_job_s: dict[str, Decimal] = {key: getattr(profile.per_job, key) for key in PerJob.model_fields}
    told = (profile.fact(f"per_job_s.{key}", f"per_job.{key}", s, duration_text) for key, s in per_job_s.items())
    fields = columns_of(profile, USAGE_MODEL)
    facts = (*told, *fields.pop("facts"))
    return UsageModel(name=name, per_job_s=per_job_s, facts=facts, **fields)
