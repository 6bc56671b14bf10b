"""How a batch or session is run: the file's settings, the rest from the plan."""

from __future__ import annotations

from decimal import Decimal

from qplan.model.backend import Backend
from qplan.model.fact import Fact
from qplan.model.pricing import PricingPlan
from qplan.model.workload import Container, End, Mode
from qplan.parse.assumptions import assumed, by_user, named
from qplan.parse.durations import duration_text
from qplan.parse.findings import Findings
from qplan.parse.schema_settings import Batch, Session
from qplan.units import US_PER_S, us_from_s

ABOVE_MAXIMUM, HALF_A_CANCEL, SET_TTL = "QP206", "QP208", "QP303"


def container_of(
    shape: Session, mode: Mode, plan: PricingPlan, backend: Backend, found: Findings
) -> tuple[Container, tuple[Fact, ...]]:
    """The container of a mode, and what of it was taken for granted."""
    _check(shape, mode, plan, backend, found)
    kept = {key: getattr(plan, f"{mode}_{key}_us") for key in ("interactive_ttl", "max_time")}
    given = {key: getattr(shape, key) for key in kept}
    times = {key: kept[key] if given[key] is None else us_from_s(given[key]) for key in kept}
    container = Container(
        interactive_ttl_us=times["interactive_ttl"],
        max_time_us=times["max_time"],
        end=End(shape.end),
        cancel_after=shape.cancel_after,
        reuse_noise_model=isinstance(shape, Batch) and shape.reuse_noise_model,
    )
    facts: list[Fact] = []
    for key, seconds in given.items():
        facts += _facts(f"{mode}.{key}", f"{mode}_{key}_us", kept[key], plan) if seconds is None else ()
    if shape.interactive_ttl is not None:
        facts.append(by_user(f"{mode}.interactive_ttl", duration_text(shape.interactive_ttl)))
    return container, tuple(facts)


def _facts(name: str, field: str, us: int, plan: PricingPlan) -> tuple[Fact, ...]:
    """Where the plan has a time from; those of a mode that it does not allow are nobody's concern."""
    if field.startswith(Mode.SESSION) and not plan.sessions_allowed:
        return ()
    told = tuple(named(plan.facts, field, name))
    return told or (assumed(name, duration_text(Decimal(us) / US_PER_S), "as the plans that publish it"),)


def _check(shape: Session, mode: Mode, plan: PricingPlan, backend: Backend, found: Findings) -> None:
    maximum_us = getattr(plan, f"{mode}_max_time_us")
    if shape.max_time is not None and us_from_s(shape.max_time) > maximum_us:
        most = duration_text(Decimal(maximum_us) / US_PER_S)
        given = duration_text(shape.max_time)
        told = f"max_time must be at most {most}, the plan's system maximum for a {mode}, not {given}"
        found.error(ABOVE_MAXIMUM, told, (mode.value, "max_time"))
    if shape.end == "cancel" and shape.cancel_after is None:
        found.error(
            HALF_A_CANCEL, "end: cancel needs cancel_after, the result at which it happens", (mode.value, "end")
        )
    if shape.end != "cancel" and shape.cancel_after is not None:
        told = f"cancel_after needs end: cancel, not end: {shape.end}"
        found.error(HALF_A_CANCEL, told, (mode.value, "cancel_after"))
    if mode is Mode.SESSION and shape.interactive_ttl is not None and not backend.simulator:
        told = "IBM fixes the interactive TTL of a session; an administrator can ask for another"
        found.warn(SET_TTL, told, (mode.value, "interactive_ttl"), "leave it out for the plan's")
