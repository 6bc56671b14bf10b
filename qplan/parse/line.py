"""The queue of a workload: what stands between a submission and the front of the line."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from qplan.model.fact import Fact
from qplan.model.workload import QueueModel
from qplan.parse import catalog, schema_others
from qplan.parse.assumptions import assumed, below
from qplan.parse.devices import profile
from qplan.parse.document import Path
from qplan.parse.fair_share import fair_queue_of
from qplan.parse.findings import Findings
from qplan.parse.others import shown
from qplan.parse.profiles import Seen
from qplan.parse.spreads import Spreads
from qplan.units import us_from_s

GIVEN = "as given"
WAIT = "queue_wait"

Facts = tuple[Fact, ...]


def queue_of(
    shape: Any,  # noqa: ANN401 - the shapes of `queue:`
    spreads: Spreads,
    seen: Seen,
) -> tuple[QueueModel, Facts]:
    """The queue model, and what was taken for granted about it; a file that says nothing takes the wait ``seen``."""
    if shape is None and WAIT in seen.spreads:
        queue, facts = _shipped(None, ("queue",), spreads.findings)
        kept = tuple(fact for fact in facts if fact.name != "queue.wait")
        own = replace(seen.facts[WAIT], name="queue.wait")
        return replace(queue, name="calibrated", wait=seen.spreads[WAIT]), (*kept[1:], own)
    if shape is None or isinstance(shape, str):
        return _shipped(shape, ("queue",), spreads.findings)
    if not isinstance(shape, schema_others.Queue):
        return _with_wait(schema_others.Queue.model_construct(wait=shape), ("queue",), spreads)
    if shape.fair_share is not None:
        return fair_queue_of(shape, shape.fair_share, spreads)
    if shape.wait is not None and shape.profile is None:
        return _with_wait(shape, ("queue", "wait"), spreads)
    queue, facts = _shipped(shape.profile, ("queue", "profile"), spreads.findings)
    wait = spreads.maybe(shape.wait, ("queue", "wait"))
    changed = {key: getattr(shape, key) for key in ("wait", "between", "correlation")}
    kept = tuple(fact for fact in facts if changed.get(fact.name.removeprefix("queue.")) is None)
    return replace(queue, wait=wait or queue.wait, **_times(shape, spreads)), kept


def _shipped(name: str | None, path: Path, found: Findings) -> tuple[QueueModel, Facts]:
    queue = profile(name, catalog.defaults()["queue"], catalog.queue_profile, found, path)
    chosen = () if name else (catalog.default_facts()["queue"],)
    return queue, (*chosen, *below("queue", catalog.queue_facts(queue.name)))


def _with_wait(shape: schema_others.Queue, path: Path, spreads: Spreads) -> tuple[QueueModel, Facts]:
    """The file's own wait: nobody comes between its entries unless it says so."""
    times = {
        "correlation_us": catalog.queue_profile(catalog.defaults()["queue"]).correlation_us,
        **_times(shape, spreads),
    }
    queue = QueueModel(name=GIVEN, wait=spreads.noun(shape.wait, path), **times)
    facts = [] if shape.between is not None else [assumed("queue.between", "0s: no others between two waiting entries")]
    if shape.correlation is None and queue.wait.is_random:
        facts.append(assumed("queue.correlation", shown(queue.correlation_us)))
    return queue, tuple(facts)


def _times(shape: schema_others.Queue, spreads: Spreads) -> dict[str, Any]:
    between = {} if shape.between is None else {"between": spreads.noun(shape.between, ("queue", "between"))}
    return between if shape.correlation is None else {**between, "correlation_us": us_from_s(shape.correlation)}
