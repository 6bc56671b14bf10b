"""The background of a workload: what others do on its backend."""

from __future__ import annotations

from typing import Any

from qplan.model.backend import Backend
from qplan.model.duration import Duration
from qplan.model.fact import Fact
from qplan.model.workload import Background, Calibration, ForeignJob, ForeignStream
from qplan.parse import catalog, schema_others
from qplan.parse.assumptions import assumed, below
from qplan.parse.devices import profile
from qplan.parse.document import Path
from qplan.parse.findings import Findings
from qplan.parse.others import gap_of, shown, warn_of_load
from qplan.parse.spreads import BAD_SPREAD, NOTHING, Spreads
from qplan.units import us_from_s

TOO_MANY_BUSY = "QP207"
TYPICAL = "typical"
PLACE: Path = ("background",)

Facts = tuple[Fact, ...]


def background_of(shape: Any, backend: Backend, spreads: Spreads) -> tuple[Background | None, Facts]:  # noqa: ANN401
    """What others do, and what was taken for granted about it."""
    if shape is None:
        return None, (assumed("background", "none: no busy lanes, no foreign jobs, no calibrations"),)
    if isinstance(shape, str):
        return _shipped(shape, spreads.findings)
    stream, of_stream = _stream(shape.arrivals, spreads)
    calibrations, of_calibrations = _calibrations(shape.calibrations, spreads)
    background = Background(
        busy_lanes=_busy_lanes(shape, backend, spreads),
        arrivals=_listed(shape.arrivals, spreads),
        stream=stream,
        calibrations=calibrations,
    )
    return background, (*of_stream, *of_calibrations)


def _shipped(name: str, found: Findings) -> tuple[Background, Facts]:
    chosen = TYPICAL if name == "profile" else name
    background = profile(chosen, TYPICAL, catalog.background_profile, found, PLACE)
    facts = catalog.background_facts(chosen if chosen in catalog.background_names() else TYPICAL)
    return background, tuple(below("background", facts))


def _busy_lanes(shape: schema_others.Background, backend: Backend, spreads: Spreads) -> tuple[Duration, ...]:
    path = (*PLACE, "busy_lanes")
    busy = tuple(spreads.noun(until, (*path, i)) for i, until in enumerate(shape.busy_lanes or ()))
    if len(busy) > backend.lanes:
        told = f"{len(busy)} busy lanes, but {backend.name} has {backend.lanes}"
        spreads.findings.error(TOO_MANY_BUSY, told, path, f"list at most {backend.lanes}")
    return busy


def _listed(shape: Any, spreads: Spreads) -> tuple[ForeignJob, ...]:  # noqa: ANN401 - listed, a stream or nothing
    if not isinstance(shape, list):
        return ()
    jobs = (_foreign_job(job, (*PLACE, "arrivals", i), spreads) for i, job in enumerate(shape))
    return tuple(sorted(jobs, key=lambda job: job.arrival_us))


def _foreign_job(shape: schema_others.Arrival, path: Path, spreads: Spreads) -> ForeignJob:
    return ForeignJob(
        arrival_us=us_from_s(shape.at),
        before=spreads.noun(shape.classical_before, (*path, "classical_before")),
        qpu=spreads.noun(shape.qpu, (*path, "qpu")),
        after=spreads.noun(shape.classical_after, (*path, "classical_after")),
    )


def _stream(shape: Any, spreads: Spreads) -> tuple[ForeignStream | None, Facts]:  # noqa: ANN401
    if not isinstance(shape, schema_others.Arrivals):
        return None, ()
    path = (*PLACE, "arrivals")
    stream = ForeignStream(
        every=gap_of(shape.every, (*path, "every"), spreads),
        before=spreads.maybe(shape.classical_before, (*path, "classical_before")) or NOTHING,
        qpu=spreads.noun(shape.qpu, (*path, "qpu")),
        after=spreads.maybe(shape.classical_after, (*path, "classical_after")) or NOTHING,
    )
    warn_of_load([(stream.qpu, stream.every)], "the foreign jobs", path, spreads.findings)
    unsaid = [key for key in ("classical_before", "classical_after") if getattr(shape, key) is None]
    return stream, tuple(assumed(f"background.arrivals.{key}", "0s") for key in unsaid)


def _calibrations(shape: Any, spreads: Spreads) -> tuple[tuple[Calibration, ...], Facts]:  # noqa: ANN401
    path = (*PLACE, "calibrations")
    if isinstance(shape, schema_others.Calibrations):
        every_us = us_from_s(shape.every)
        first = spreads.maybe(shape.first, (*path, "first")) or Duration.fixed(every_us)
        length = _length(shape.duration, (*path, "duration"), spreads)
        facts = [] if shape.first is not None else [assumed("background.calibrations.first", shown(every_us))]
        return (Calibration(first=first, length=length, every_us=every_us),), tuple(facts)
    listed = (
        Calibration(
            first=spreads.noun(one.at, (*path, i, "at")),
            length=_length(one.duration, (*path, i, "duration"), spreads),
        )
        for i, one in enumerate(shape or ())
    )
    return tuple(sorted(listed, key=lambda one: one.first.median_us)), ()


def _length(shape: Any, path: Path, spreads: Spreads) -> Duration:  # noqa: ANN401 - one of the shapes of a duration
    """How long a calibration holds the QPU: no spread of nothing but zeros."""
    length = spreads.noun(shape, path)
    if length is not NOTHING and not any(length.values_us):
        spreads.findings.error(BAD_SPREAD, f"{path[-1]} is always 0", path, "write how long it holds the QPU")
    return length
