"""Backend, price plan and usage model of a workload: profiles by name, with what the file replaces in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, Generic, NamedTuple, TypeVar

from qplan.errors import Problem, WorkloadError
from qplan.model.backend import Backend
from qplan.model.fact import Fact, Status
from qplan.model.pricing import PricingPlan
from qplan.model.usage import UsageModel
from qplan.model.workload import Mode, Rounding, UsageSettings
from qplan.parse import catalog, figures, schema_settings
from qplan.parse.assumptions import below, by_user, named
from qplan.parse.document import Path
from qplan.parse.findings import Findings
from qplan.parse.holders import Shape
from qplan.parse.own_profiles import bare_name, content_of, is_path
from qplan.parse.profiles import Seen, backend_from, plan_from, seen_from, usage_model_from
from qplan.parse.traces import Folder

UNKNOWN_PROFILE, BAD_FIGURE, NOT_ON_PLAN, NO_PRICE = "QP211", "QP212", "QP216", "QP218"
RETIRED, PERHAPS_NOT_ON_PLAN, NO_SESSIONS, OTHER_DEVICE = "QP302", "QP305", "QP308", "QP310"
SHOWN = "docs/data.md shows the form of a profile file"

T = TypeVar("T")
Facts = tuple[Fact, ...]


class Source(NamedTuple, Generic[T]):
    """Where profiles of a kind come from: those that ship, by name, and the user's own, by content."""

    shipped: Callable[[str, Mapping[str, Any]], T]
    own: Callable[[Mapping[str, Any], str, Mapping[str, Any]], T]


def profile(name: str | None, default: str, get: Callable[[str], T], found: Findings, path: Path) -> T:
    """A profile; the default one where the file names none, or one that does not exist or cannot be read."""
    try:
        return get(name or default)
    except ValueError as error:
        found.error(BAD_FIGURE, f"{name}: {error}", path, SHOWN)
        return get(default)
    except catalog.UnknownNameError as error:
        message, _, hint = str(error).partition("; ")
        found.error(UNKNOWN_PROFILE, message, path, hint)
    return get(default)


def backend_of(shape: str | schema_settings.Backend | None, found: Findings, folder: Folder) -> tuple[Backend, Facts]:
    """The QPU, and what was taken for granted about it."""
    backend = _made(shape, "backend", Source(catalog.backend, backend_from), found, folder)
    if isinstance(shape, schema_settings.Backend) and shape.name:
        backend = replace(backend, name=shape.name)
    facts = [] if _profile_name(shape) else [catalog.default_facts()["backend"]]
    facts += named(backend.facts, "lanes", "backend.lanes")
    facts += below("backend", (fact for fact in backend.facts if fact.status is Status.USER and fact.name != "lanes"))
    if backend.retired:
        told = f"{backend.name} was retired on {backend.retired}"
        found.warn(
            RETIRED, told, ("backend",), "its figures are kept for comparison; `qplan profiles` lists the others"
        )
    return backend, tuple(facts)


def plan_of(
    shape: str | schema_settings.Plan | None, backend: Backend, found: Findings, folder: Folder
) -> tuple[PricingPlan, Facts]:
    """The price plan, and what was taken for granted about it."""
    plan = _made(shape, "plan", Source(catalog.plan, plan_from), found, folder)
    facts = [] if _profile_name(shape) else [catalog.default_facts()["plan"]]
    facts += below("plan", (fact for fact in plan.facts if fact.status is Status.USER))
    _check_access(plan, backend, found)
    if isinstance(shape, schema_settings.Plan) and shape.currency and "price_per_second" not in shape.model_fields_set:
        told = "a currency needs a price in it: the profile's price is in another"
        found.error(NO_PRICE, told, ("plan", "currency"), "add price_per_second")
    return plan, tuple(facts)


def seen_of(shape: schema_settings.Usage, backend: Backend, found: Findings, folder: Folder) -> Seen:
    """What a calibrated usage model tells of the backend it was made on; nothing of another, which is said."""
    if shape.model is None or not is_path(shape.model):
        return Seen()
    try:
        seen = seen_from(content_of(shape.model, folder))
    except (ValueError, WorkloadError):
        return Seen()  # told with the usage model itself
    if seen.backend and seen.backend != backend.name:
        told = f"the usage model was calibrated on {seen.backend}, and this is {backend.name}"
        found.warn(OTHER_DEVICE, told, ("usage", "model"), "calibrate on receipts of this backend")
        return Seen()
    return seen


def usage_of(shape: schema_settings.Usage, found: Findings, folder: Folder) -> tuple[UsageSettings, Facts]:
    """The usage model and the rounding, and which of them were taken for granted."""

    def get(name: str) -> UsageModel:
        if is_path(name):
            return usage_model_from(content_of(name, folder), bare_name(name))
        return catalog.usage_model(name)

    path = ("usage", "model")
    model = profile(shape.model, catalog.defaults()["usage_model"], _telling(get, path, found), found, path)
    facts = [] if shape.model else [catalog.default_facts()["usage_model"]]
    facts += [by_user("usage.rounding", shape.rounding)] if shape.rounding else []
    facts += [] if shape.rounding else named(model.facts, "rounding", "usage.rounding")
    rounding = Rounding(shape.rounding) if shape.rounding else None
    return UsageSettings(model=model, rounding=rounding), tuple(facts)


def _profile_name(shape: str | schema_settings.Backend | schema_settings.Plan | None) -> str | None:
    return shape.profile if isinstance(shape, schema_settings.Backend | schema_settings.Plan) else shape


def _made(shape: Any, key: str, source: Source[T], found: Findings, folder: Folder) -> T:  # noqa: ANN401
    """A profile with its figures replaced; as shipped where a replacement is refused."""
    path = (key, "profile") if isinstance(shape, Shape) else (key,)
    changes = _changes(shape)

    def get(name: str) -> T:
        if is_path(name):
            return source.own(content_of(name, folder), bare_name(name), changes)
        return source.shipped(name, changes)

    default = catalog.defaults()[key]
    return profile(_profile_name(shape), default, _telling(get, (key,), found, source.shipped), found, path)


def _telling(
    get: Callable[[str], T],
    path: Path,
    found: Findings,
    shipped: Callable[[str, Mapping[str, Any]], T] | None = None,
) -> Callable[[str], T]:
    """``get``, with the problems of figures told; the profile as shipped stands in where there is one."""

    def told(name: str) -> T:
        try:
            return get(name)
        except WorkloadError as error:
            for problem in error.problems:
                if is_path(name):
                    found.error(BAD_FIGURE, f"{name}: {_unechoed(problem)}", path, SHOWN)
                    continue
                place = (*path, problem.path.partition(".")[0])
                found.error(BAD_FIGURE, f"{path[0]}: {problem.message}", place, problem.hint)
            if is_path(name) or shipped is None:
                return get(catalog.defaults()["usage_model" if path[0] == "usage" else str(path[0])])
            return shipped(name, {})

    return told


def _unechoed(problem: Problem) -> str:
    """What is wrong with a figure of a named file, without anything that stands in the file (contract section 11)."""
    match problem.code:
        case figures.UNKNOWN_KEY:
            return "has an unknown figure"
        case figures.MISSING_KEY:
            return problem.message
        case _:
            return f"{problem.path.partition('.')[0]} is not valid"


def _changes(shape: Any) -> dict[str, Any]:  # noqa: ANN401
    if not isinstance(shape, Shape):
        return {}
    given = {key: getattr(shape, key) for key in shape.model_fields_set - {"name", "profile"}}
    return {key: Decimal(repr(value)) if isinstance(value, float) else value for key, value in given.items()}


def _check_access(plan: PricingPlan, backend: Backend, found: Findings) -> None:
    """Rule U-11: not every plan may use every QPU; an error only where a source says so outright."""
    if not backend.plans or plan.name in backend.plans or plan.name not in catalog.plan_names():
        return
    outright = any(f.name == "plans" and f.status in (Status.PUBLISHED, Status.USER) for f in backend.facts)
    hint = f"plans that may: {', '.join(backend.plans)}"
    if outright:
        found.error(NOT_ON_PLAN, f"the plan {plan.name} may not use {backend.name}", ("backend",), hint)
    else:
        found.warn(PERHAPS_NOT_ON_PLAN, f"the plan {plan.name} probably may not use {backend.name}", ("backend",), hint)


def check_mode(mode: Mode | None, plan: PricingPlan, found: Findings) -> None:
    """Rule S-09: a session asked for on a plan without sessions is refused when it is priced."""
    if mode is Mode.SESSION and not plan.sessions_allowed:
        found.warn(NO_SESSIONS, f"the plan {plan.name} has no sessions", ("mode",), "use mode: batch or mode: any")
