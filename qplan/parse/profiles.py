"""Profiles of the service: backends, price plans and usage models, from their files to nouns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field

from qplan.model.backend import Backend
from qplan.model.pricing import LimitAction, PricingPlan
from qplan.model.usage import UsageModel
from qplan.model.workload import Rounding
from qplan.parse.durations import duration_text
from qplan.parse.figures import Column, Count, Figure, Profile, Seconds, Strict, columns_of, read
from qplan.units import us_from_s

Overrides = Mapping[str, Any]
PlanName = Annotated[str, Field(min_length=1, max_length=64)]
Factor = Annotated[Decimal, Field(ge=0, le=1000)]
Price = Annotated[Decimal, Field(ge=0, le=10**6, allow_inf_nan=False)]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]


def _ns(seconds: Decimal) -> float:
    return float(seconds * 10**9)


def _listed(values: Sequence[str]) -> str:
    return ", ".join(values) or "none"


def _yes(value: bool) -> str:
    return "yes" if value else "no"


class BackendProfile(Profile):
    """A QPU or a simulator; an omitted or null figure is not known."""

    simulator: bool = False
    lanes: Figure[Count]
    qubits: Figure[Count | None] | None = None
    processor: Figure[str] | None = None
    retired: Figure[str] | None = None
    plans: Figure[tuple[PlanName, ...]] | None = None
    rep_delay: Figure[Seconds]
    rep_delay_min: Figure[Seconds | None] | None = None
    rep_delay_max: Figure[Seconds | None] | None = None
    sx: Figure[Seconds | None] | None = None
    two_qubit: Figure[Seconds | None] | None = None
    measure: Figure[Seconds | None] | None = None
    reset: Figure[Seconds | None] | None = None
    session_advice: Figure[Seconds | None] | None = None


class PlanProfile(Profile):
    """A price plan and the times to live it grants; no ``remaining``: no limit. Omitted figures are the noun's."""

    price_per_second: Figure[Price | None]
    currency: Figure[Currency] | None = None
    included: Figure[Seconds] | None = None
    remaining: Figure[Seconds | None] | None = None
    limit_action: Figure[LimitAction] | None = None
    window: Figure[str] | None = None
    sessions_allowed: Figure[bool] | None = None
    session_interactive_ttl: Figure[Seconds] | None = None
    session_max_time: Figure[Seconds] | None = None
    batch_interactive_ttl: Figure[Seconds] | None = None
    batch_interactive_ttl_documented: Figure[Seconds] | None = None
    batch_max_time: Figure[Seconds] | None = None


class PerJob(Strict):
    """The charge of a job before its first execution, by primitive and resilience level."""

    sampler: Figure[Seconds]
    estimator_0: Figure[Seconds]
    estimator_1: Figure[Seconds]
    estimator_2: Figure[Seconds]


class UsageModelProfile(Profile):
    """The constants of a usage model; the ``wide_*`` ones together or not at all."""

    per_job: PerJob
    per_circuit: Figure[Seconds]
    per_execution: Figure[Seconds]
    automatic_trex_share: Figure[Factor]
    counts_reset: Figure[bool]
    rounding: Figure[Rounding]
    minimum: Figure[Seconds]
    band_low: Figure[Factor]
    band_high: Figure[Factor]
    wide_qubits: Figure[Count] | None = None
    wide_depth: Figure[Count] | None = None
    wide_band_low: Figure[Factor] | None = None
    wide_band_high: Figure[Factor] | None = None


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
    Column(key="retired", field="retired"),
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
USAGE_MODEL = (
    *(_constant(key) for key in ("per_circuit", "per_execution", "minimum")),
    Column(key="automatic_trex_share", field="automatic_trex_share"),
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
    profile = read(PlanProfile, mapping, overrides)
    price, sessions = profile.price_per_second, profile.sessions_allowed
    return PricingPlan(
        name=name,
        price_reason=(price.note or "the price is not known") if price.value is None else "",
        sessions_reason=sessions.note if sessions and not sessions.value else "",
        **columns_of(profile, PLAN),
    )


def usage_model_from(mapping: Mapping[str, Any], name: str, overrides: Overrides | None = None) -> UsageModel:
    """A usage model from the content of its file; raises ``WorkloadError`` with every problem."""
    profile = read(UsageModelProfile, mapping, overrides)
    classes: dict[str, Figure[Decimal]] = {key: getattr(profile.per_job, key) for key in PerJob.model_fields}
    told = tuple(profile.fact(f"per_job_s.{key}", figure, duration_text) for key, figure in classes.items())
    fields = columns_of(profile, USAGE_MODEL)
    facts = (*told, *fields.pop("facts"))
    return UsageModel(
        name=name, per_job_s={key: figure.value for key, figure in classes.items()}, facts=facts, **fields
    )
