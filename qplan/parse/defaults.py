"""The defaults file: which profile is taken where a workload names none, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field

from qplan.model.fact import Fact
from qplan.model.usage import CircuitDefaults
from qplan.parse.durations import duration_text
from qplan.parse.figures import Profile, Seconds, read

Share = Annotated[Decimal, Field(gt=0, le=1)]
CHOICES = ("backend", "plan", "queue", "usage_model")


class DefaultsProfile(Profile):
    """One name for each kind of profile, its reason in ``note``; and what is taken of an unknown circuit."""

    backend: str
    plan: str
    queue: str
    usage_model: str
    circuit_duration: Seconds
    two_qubit_share: Share
    two_qubit_filling: Share


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """The names by kind, what is taken of unknown circuits, and the fact behind each."""

    names: Mapping[str, str]
    circuits: CircuitDefaults
    facts: Mapping[str, Fact]


def defaults_from(mapping: Mapping[str, Any]) -> Defaults:
    """The defaults from the content of their file; raises ``WorkloadError``."""
    profile = read(DefaultsProfile, mapping)
    names: dict[str, str] = {key: getattr(profile, key) for key in CHOICES}
    duration = profile.fact("circuit_duration", "circuit_duration", profile.circuit_duration, duration_text)
    shares = (profile.fact(key, key, getattr(profile, key)) for key in ("two_qubit_share", "two_qubit_filling"))
    facts = {key: profile.fact(key, key, name) for key, name in names.items()}
    circuits = CircuitDefaults(
        duration_s=profile.circuit_duration,
        two_qubit_share=profile.two_qubit_share,
        filling=profile.two_qubit_filling,
        facts=tuple(shares),
    )
    return Defaults(names=names, circuits=circuits, facts=facts | {"circuit_duration": duration})
