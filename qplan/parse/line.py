"""Queue and background of a workload: what stands between a submission and its lane."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from qplan.model.backend import Backend
from qplan.model.fact import Fact
from qplan.model.workload import Background, CalibrationWindow, ForeignJob, QueueModel
from qplan.parse import catalog, schema_settings
from qplan.parse.assumptions import assumed, below
from qplan.parse.devices import profile
from qplan.parse.document import Path
from qplan.parse.durations import duration_text
from qplan.parse.findings import Findings
from qplan.parse.spreads import Spreads
from qplan.units import MAX_US, US_PER_S, us_from_s

TOO_MANY_BUSY = "QP207"
GIVEN = "as given"
BACKGROUND = "typical"
REGULAR_TIMES = 10_000

Facts = tuple[Fact, ...]


def queue_of(shape: Any, spreads: Spreads) -> tuple[QueueModel, Facts]:  # noqa: ANN401 - the shapes of `queue:`
    """The queue model, and what was taken for granted about it."""
    if shape is None or isinstance(shape, str):
        return _shipped(shape, ("queue",), spreads.findings)
    if not isinstance(shape, schema_settings.Queue):
        return _with_wait(schema_settings.Queue.model_construct(wait=shape), ("queue",), spreads)
    if shape.wait is not None and shape.profile is None:
        return _with_wait(shape, ("queue", "wait"), spreads)
    queue, facts = _shipped(shape.profile, ("queue", "profile"), spreads.findings)
    wait = spreads.maybe(shape.wait, ("queue", "wait"))
    changed = {key: getattr(shape, key) for key in ("wait", "between", "correlation")}
    kept = tuple(fact for fact in facts if changed.get(fact.name.removeprefix("queue.")) is None)
    return replace(queue, wait=wait or queue.wait, **_times(shape)), kept


def _shipped(name: str | None, path: Path, found: Findings) -> tuple[QueueModel, Facts]:
    queue = profile(name, catalog.defaults()["queue"], catalog.queue_profile, found, path)
    chosen = () if name else (catalog.default_facts()["queue"],)
    return queue, (*chosen, *below("queue", catalog.queue_facts(queue.name)))


def _with_wait(shape: schema_settings.Queue, path: Path, spreads: Spreads) -> tuple[QueueModel, Facts]:
    """The file's own wait: nobody comes between its entries unless it says so."""
    times = {"correlation_us": catalog.queue_profile(catalog.defaults()["queue"]).correlation_us, **_times(shape)}
    queue = QueueModel(name=GIVEN, wait=spreads.noun(shape.wait, path), **times)
    facts = [] if shape.between is not None else [assumed("queue.between", "0s: no others between two waiting entries")]
    if shape.correlation is None and queue.wait.is_random:
        facts.append(assumed("queue.correlation", duration_text(Decimal(queue.correlation_us) / US_PER_S)))
    return queue, tuple(facts)


def _times(shape: schema_settings.Queue) -> dict[str, Any]:
    times = {"between_us": shape.between, "correlation_us": shape.correlation}
    return {field: us_from_s(seconds) for field, seconds in times.items() if seconds is not None}


def background_of(shape: Any, backend: Backend, found: Findings) -> tuple[Background | None, Facts]:  # noqa: ANN401
    """What others do, and what was taken for granted about it."""
    if shape is None:
        return None, (assumed("background", "none: no busy lanes, no foreign jobs, no calibrations"),)
    if isinstance(shape, str):
        name = BACKGROUND if shape == "profile" else shape
        background = profile(name, BACKGROUND, catalog.background_profile, found, ("background",))
        facts = catalog.background_facts(name if name in catalog.background_names() else BACKGROUND)
        return background, tuple(below("background", facts))
    busy = tuple(us_from_s(until) for until in shape.busy_lanes or ())
    if len(busy) > backend.lanes:
        told = f"{len(busy)} busy lanes, but {backend.name} has {backend.lanes}"
        found.error(TOO_MANY_BUSY, told, ("background", "busy_lanes"), f"list at most {backend.lanes}")
    return Background(busy_lanes_us=busy, arrivals=_arrivals(shape), calibrations=_calibrations(shape.calibrations)), ()


def _arrivals(shape: schema_settings.Background) -> tuple[ForeignJob, ...]:
    jobs = (
        ForeignJob(
            arrival_us=us_from_s(job.at),
            before_us=us_from_s(job.classical_before),
            qpu_us=us_from_s(job.qpu),
            after_us=us_from_s(job.classical_after),
        )
        for job in shape.arrivals or ()
    )
    return tuple(sorted(jobs, key=lambda job: job.arrival_us))


def _calibrations(shape: Any) -> tuple[CalibrationWindow, ...]:  # noqa: ANN401 - listed, regular or nothing
    if isinstance(shape, schema_settings.Calibrations):
        first_us, every_us = us_from_s(shape.every if shape.first is None else shape.first), us_from_s(shape.every)
        times = range(first_us, min(first_us + REGULAR_TIMES * every_us, MAX_US), every_us)
        return tuple(CalibrationWindow(due_us=due, length_us=us_from_s(shape.duration)) for due in times)
    listed = (CalibrationWindow(due_us=us_from_s(one.at), length_us=us_from_s(one.duration)) for one in shape or ())
    return tuple(sorted(listed, key=lambda window: window.due_us))
