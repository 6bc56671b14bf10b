"""What a job was for: its inputs, where the service hands them out, as a job in the keys of a workload file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, cast

from qplan.bridge.pull_account import Job, Service
from qplan.bridge.pull_answers import refusal
from qplan.bridge.pull_faults import Fault
from qplan.bridge.pull_scrub import Scrubber
from qplan.errors import QplanError
from qplan.parse import catalog
from qplan.parse.receipts_described import OF_SEVERAL
from qplan.parse.schema_options import Options

if TYPE_CHECKING:
    from qplan.bridge.jobs import Facts

PRIMITIVES: Final = ("sampler", "estimator")
NO_INPUTS: Final = "the service does not hand out its inputs"
_CLIP: Final = 160


@dataclass(frozen=True, slots=True, kw_only=True)
class Undescribed:
    """Why a job cannot be described, in a line without its id."""

    why: str


@dataclass(slots=True)
class Describer:
    """Describes jobs; what is known of a device and of circuits is kept from one job to the next."""

    service: Service
    scrubber: Scrubber
    told: list[str] = field(default_factory=list)
    _facts: dict[str, Facts | Fault] = field(default_factory=dict)

    def describe(self, job: Job, backend: str, receipt: Mapping[str, Any]) -> dict[str, Any] | Undescribed:
        """The job under ``describe`` of its ``receipt``, which the reader of receipts takes."""
        primitive = self.scrubber.ask(lambda: job.primitive_id)
        if primitive not in PRIMITIVES:
            return Undescribed(why="it was sent by neither Sampler nor Estimator")
        inputs = self.scrubber.ask(lambda: job.inputs)
        if isinstance(inputs, Fault):
            return Undescribed(why=f"{NO_INPUTS}: {inputs.told}")
        if not isinstance(inputs, Mapping) or not isinstance(inputs.get("pubs"), list | tuple):
            return Undescribed(why=NO_INPUTS)
        facts = self._facts_on(backend)
        if isinstance(facts, Fault):
            return Undescribed(why=f"{backend or 'its backend'}: {facts.told}")
        described = self.scrubber.ask(lambda: _described(str(primitive), inputs, facts))
        if isinstance(described, Fault):
            return Undescribed(why=f"its inputs cannot be read: {described.told}")
        refused = described if isinstance(described, str) else _refusal({**receipt, "describe": described})
        return Undescribed(why=refused[:_CLIP]) if refused else cast(dict[str, Any], described)

    def _facts_on(self, backend: str) -> Facts | Fault:
        """The device by its name: as the service has it now, or as it is shipped if it is there no more."""
        if backend not in self._facts:
            found = self.scrubber.ask(lambda: self._facts_of(backend))
            if isinstance(found, Fault) and not found.final and backend in catalog.backend_names():
                found = self.scrubber.ask(lambda: _shipped_facts(backend))
                self.told.append(f"{backend} is not with the service: durations are those of its shipped profile")
            self._facts[backend] = found
        return self._facts[backend]

    def _facts_of(self, backend: str) -> Facts:
        from qplan.bridge.device import device_from
        from qplan.bridge.jobs import Facts

        # None: fractional gates and control flow are both in the target.
        return Facts(device_from(self.service.backend(backend, use_fractional_gates=None)))


def _shipped_facts(backend: str) -> Facts:
    from qplan.bridge.device import device_of
    from qplan.bridge.jobs import Facts

    return Facts(device_of(backend))


def _described(primitive: str, inputs: Mapping[str, Any], facts: Facts) -> dict[str, Any] | str:
    """The job of some inputs, without what a receipt's job cannot have, as plain JSON; or why there is none.

    Why is not clipped: it may quote a circuit, whose names nothing has scrubbed yet.
    """
    from qplan.bridge.jobs import coerced, job_of

    try:
        pubs = coerced(primitive, [tuple(pub) if isinstance(pub, list) else pub for pub in inputs["pubs"]])
        made = job_of(primitive, pubs, _options(inputs), facts.device, name="job", facts=facts)
    except QplanError as error:
        return str(error).partition("\n")[0] or type(error).__name__
    kept = {key: value for key, value in made.items() if key not in ("name", *OF_SEVERAL)}
    plain: dict[str, Any] = json.loads(json.dumps(kept, default=float))
    return plain


def _options(inputs: Mapping[str, Any]) -> dict[str, object]:
    """What the user set, of the options that were sent; keys that only the service knows are left out."""
    from qplan.bridge.jobs import options_of

    sent = inputs.get("options")
    merged = {**(sent if isinstance(sent, Mapping) else {})}
    if "resilience_level" in inputs:  # the client sends it beside the options
        merged["resilience_level"] = inputs["resilience_level"]
    return options_of({key: value for key, value in merged.items() if key in Options.model_fields})


def _refusal(receipt: Mapping[str, Any]) -> str:
    """Why the reader refuses the receipt with its description; its backend is asked too where it is known."""
    return refusal({"jobs": [receipt]}, matched="backend" in receipt)
