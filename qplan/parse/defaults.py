"""The defaults file: which profile is taken where a workload names none, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from qplan.model.fact import Fact
from qplan.parse.durations import duration_text
from qplan.parse.figures import Profile, Seconds, read

CHOICES = ("backend", "plan", "queue", "usage_model")


class DefaultsProfile(Profile):
    """One name for each kind of profile, its reason in ``note``; and the duration of an unknown circuit."""

    backend: str
    plan: str
    queue: str
    usage_model: str
    circuit_duration: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """The names by kind, the default circuit duration in seconds, and the fact behind each."""

    names: Mapping[str, str]
    circuit_duration_s: Decimal
    facts: Mapping[str, Fact]


def defaults_from(mapping: Mapping[str, Any]) -> Defaults:
    """The defaults from the content of their file; raises ``WorkloadError``."""
    profile = read(DefaultsProfile, mapping)
    names: dict[str, str] = {key: getattr(profile, key) for key in CHOICES}
    duration = profile.fact("circuit_duration", "circuit_duration", profile.circuit_duration, duration_text)
    facts = {key: profile.fact(key, key, name) for key, name in names.items()} | {"circuit_duration": duration}
    return Defaults(names=names, circuit_duration_s=profile.circuit_duration, facts=facts)
