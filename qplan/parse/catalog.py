"""What ships with qplan, by name: backends, plans, usage models, queues and the other defaults, as nouns."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from functools import cache
from types import MappingProxyType
from typing import Any, TypeVar

from qplan.errors import UsageError
from qplan.model.backend import Backend
from qplan.model.fact import Fact, Rule
from qplan.model.pricing import PricingPlan
from qplan.model.usage import CircuitDefaults, Constants, JobLimits, UsageModel
from qplan.model.workload import Background, ClassicalDefaults, QueueModel
from qplan.parse.defaults import Defaults, defaults_from
from qplan.parse.package_data import content_of, data_folder, names_in
from qplan.parse.primitive_defaults import job_limits, primitive_defaults
from qplan.parse.profiles import backend_from, plan_from, usage_model_from
from qplan.parse.rules import rules_from
from qplan.parse.surroundings import FairShareDefaults, background_from, classical_from, fair_share_from, queue_from

NONE: Mapping[str, Any] = MappingProxyType({})
FOLDERS = ("backends", "plans", "usage_models", "queues", "background", "classical")
SINGLE_FILES = ("limits.yaml", "primitive_options.yaml")
_DATED = re.compile(r"date: ['\"]?([0-9]{4}(?:-[0-9]{2}){0,2})")

T = TypeVar("T")


class UnknownNameError(UsageError, KeyError):
    """A profile or rule that is not shipped; ``nearest`` holds known names like it, ``known`` all of them."""

    def __init__(self, kind: str, name: str, known: tuple[str, ...]) -> None:
        self.kind, self.name, self.known = kind, name, known
        self.nearest = tuple(get_close_matches(name, known, n=3, cutoff=0.5))
        super().__init__(str(self))

    def __str__(self) -> str:
        told = f"did you mean {self.nearest[0]!r}?" if self.nearest else f"known are {', '.join(self.known)}"
        return f"unknown {self.kind} {self.name!r}; {told}"


def backend_names() -> tuple[str, ...]:
    """Every shipped QPU, retired ones too, and the local simulator."""
    return names_in("backends")


def backend(name: str, overrides: Mapping[str, Any] = NONE) -> Backend:
    """A shipped backend; ``overrides`` replace figures by their key (``lanes``, ``rep_delay``, ``sx``, ...).

    Raises ``UnknownNameError``, and ``WorkloadError`` with every problem of the overrides.
    """
    return backend_from(_profile("backends", "backend", name), name, overrides)


def plan_names() -> tuple[str, ...]:
    """Every shipped price plan."""
    return names_in("plans")


def plan(name: str, overrides: Mapping[str, Any] = NONE) -> PricingPlan:
    """A shipped price plan; ``overrides`` replace figures by their key (``price_per_second``, ``remaining``, ...).

    Raises ``UnknownNameError``, and ``WorkloadError`` with every problem of the overrides.
    """
    return plan_from(_profile("plans", "plan", name), name, overrides)


def usage_model_names() -> tuple[str, ...]:
    """Every shipped usage model."""
    return names_in("usage_models")


def usage_model(name: str) -> UsageModel:
    """A shipped usage model; raises ``UnknownNameError``."""
    return usage_model_from(_profile("usage_models", "usage model", name), name)


def queue_names() -> tuple[str, ...]:
    """Every shipped queue profile."""
    return names_in("queues")


def queue_profile(name: str) -> QueueModel:
    """A shipped queue profile; raises ``UnknownNameError``."""
    return queue_from(_profile("queues", "queue profile", name), name)[0]


def queue_facts(name: str) -> tuple[Fact, ...]:
    """What a shipped queue profile rests on; raises ``UnknownNameError``."""
    return queue_from(_profile("queues", "queue profile", name), name)[1]


def background_names() -> tuple[str, ...]:
    """Every shipped background profile."""
    return names_in("background")


def background_profile(name: str) -> Background:
    """A shipped background profile; raises ``UnknownNameError``."""
    return background_from(_profile("background", "background profile", name))[0]


def background_facts(name: str) -> tuple[Fact, ...]:
    """What a shipped background profile rests on; raises ``UnknownNameError``."""
    return background_from(_profile("background", "background profile", name))[1]


def fair_share_defaults() -> FairShareDefaults:
    """What a fair-share queue takes where a workload says nothing."""
    return fair_share_from(content_of("fair_share.yaml"))


def classical_defaults(backend_name: str) -> ClassicalDefaults:
    """The spreads of classical work on a backend: its own where they ship, else those of all."""
    name = backend_name if backend_name in names_in("classical") else "default"
    return classical_from(content_of(f"classical/{name}.yaml"))


def defaults() -> Mapping[str, str]:
    """The profile taken where a workload names none: ``backend``, ``plan``, ``queue``, ``usage_model``."""
    return _defaults().names


def default_facts() -> Mapping[str, Fact]:
    """Why each of ``defaults()`` is the default, and the circuit duration taken where a PUB states none."""
    return _defaults().facts


def circuit_defaults() -> CircuitDefaults:
    """What is taken of a circuit where its PUB is silent."""
    return _defaults().circuits


@cache
def rules() -> tuple[Rule, ...]:
    """Every rule that qplan obeys or tells, in the order of the file."""
    return rules_from(content_of("rules.yaml"))


def rule(rule_id: str) -> Rule:
    """One rule by its id, in capitals or not; raises ``UnknownNameError``."""
    known = {entry.id: entry for entry in rules()}
    return _found(known.get, "rule", rule_id.upper(), tuple(known))


def limits() -> JobLimits:
    """IBM's limits of one job."""
    return job_limits()


@cache
def constants() -> Constants:
    """The shipped figures that every job's quantum time needs beside its backend and usage model."""
    return Constants(
        circuits=circuit_defaults(),
        primitives=primitive_defaults(),
        limits=job_limits(),
    )


@cache
def data_date() -> str:
    """The newest date among the shipped figures (read from the text: parsing every file would take longer)."""
    paths = [f"{folder}/{name}.yaml" for folder in FOLDERS for name in names_in(folder)]
    texts = ((data_folder() / path).read_text(encoding="utf-8") for path in (*paths, *SINGLE_FILES))
    dates: list[str] = [date for text in texts for date in _DATED.findall(text)]
    return max(dates)


@cache
def _defaults() -> Defaults:
    return defaults_from(content_of("defaults.yaml"))


def _profile(folder: str, kind: str, name: str) -> Mapping[str, Any]:
    """The content of a profile file; the name is looked up, never made into a path unseen."""
    known = names_in(folder)
    return content_of(f"{folder}/{_found({n: n for n in known}.get, kind, name, known)}.yaml")


def _found(get: Callable[[str], T | None], kind: str, name: str, known: tuple[str, ...]) -> T:
    found = get(name)
    if found is None:
        raise UnknownNameError(kind, name, known)
    return found
