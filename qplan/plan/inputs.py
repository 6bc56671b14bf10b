"""An input as it stands: its durations, and its value in words with the source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from qplan.model.duration import Duration
from qplan.model.fact import Fact
from qplan.model.sensitivity import Input
from qplan.model.submission import Submission
from qplan.model.usage import QuantumTime, Term, UsageModel
from qplan.model.workload import Workload
from qplan.plan.count import named, plain, renamed
from qplan.plan.jobs import PlannedJobs
from qplan.plan.model_error import ends
from qplan.say import say_us

SHOWN = 2
"""Values that are told of jobs that differ."""
FILE = "workload file"
_TERMS: Mapping[Input, str] = {
    Input.REP_DELAY: "rep_delay",
    Input.CIRCUIT: "circuit duration",
    Input.RESET: "reset",
    Input.PER_EXECUTION: "per execution",
    Input.PER_CIRCUIT: "per circuit",
    Input.PER_JOB: "per job",
    Input.READOUT_CALIBRATION: "readout calibration (TREX)",
    Input.NOISE_LEARNING: "noise learning",
}
"""What the terms of a quantum time call a part of it."""


def durations_of(workload: Workload, sent: Submission, input: Input) -> tuple[Duration, ...]:
    """The durations that an input is made of, as far as they bear on this submission."""
    background, queue = sent.background, sent.queue
    match input:
        case Input.QUEUE_WAIT:
            return () if queue.fair_share else (queue.wait,)
        case Input.BETWEEN:
            return () if queue.fair_share else (queue.between,)
        case Input.FAIR_SHARE:
            rivals = queue.fair_share.rivals if queue.fair_share else ()
            return tuple(duration for rival in rivals for duration in (rival.every, rival.qpu))
        case Input.ARRIVALS:
            gap = (background.stream.every,) if background.stream else ()
            foreign = (background.stream,) if background.stream else background.arrivals
            return (*gap, *(duration for job in foreign for duration in (job.qpu, job.before, job.after)))
        case Input.BUSY_LANES:
            return background.busy_lanes
        case Input.CALIBRATIONS:
            return tuple(duration for own in background.calibrations for duration in (own.length, own.first))
        case Input.BEFORE:
            return tuple(kind.before for kind in sent.kinds)
        case Input.QPU:
            return tuple(job.qpu for item in workload.items for job in item.jobs if job.qpu is not None)
        case Input.AFTER:
            return tuple(kind.after for kind in sent.kinds)
        case Input.THINK:
            between_steps = (chain.think for chain in sent.chains if chain.iterations > 1)
            return (*between_steps, *(stage.think for stage in sent.stages if stage.after))
        case Input.MODEL_ERROR:
            return tuple(kind.error for kind in sent.kinds if kind.error is not None)
        case _:
            return ()


def told(workload: Workload, sent: Submission, planned: PlannedJobs, input: Input) -> tuple[str, str]:
    """The value of an input in words, and where it comes from."""
    if input in _TERMS:
        terms = [*_terms(planned, _TERMS[input])]
        return _some([term.value for term in terms]), _some([term.source for term in terms])
    if input is Input.MITIGATION:
        return _some([*_methods(planned)]), FILE
    if input is Input.MODEL_ERROR:
        errors = model_errors(workload, planned)
        return _some([error.value for error in errors]), _some([error.source for error in errors])
    source = _source(workload, input)
    counted = _counted(workload, input)
    if counted:
        return counted, source
    return _medians(durations_of(workload, sent, input)), source


def model_errors(workload: Workload, planned: PlannedJobs) -> tuple[Fact, ...]:
    """Between what factors 80 % of the modelled quantum times come true, each band once; none where all are stated."""
    times = (job.quantum for job in planned.jobs.values())
    return tuple(dict.fromkeys(error for quantum in times for error in _model_error(quantum, workload.usage.model)))


def _model_error(quantum: QuantumTime, model: UsageModel) -> Iterator[Fact]:
    band = ends(quantum)
    if band:
        low, high = map(plain, band)
        fact = named(model.facts, "band_high" if quantum.band_high == model.band_high else "wide_band_high")
        yield renamed(fact, "usage model error", f"x {low} to x {high}")


def _source(workload: Workload, input: Input) -> str:
    """Where a default comes from, by its own name or by that of what it is part of; else the file."""
    for name in (input.value, input.partition(".")[0]):
        sources = [fact.source for fact in workload.assumptions if fact.name == name]
        if sources:
            return _some(sources)
    return FILE


def _counted(workload: Workload, input: Input) -> str:
    """How many there are of what others do; nothing for an input that is a duration."""
    background, fair = workload.background, workload.queue.fair_share
    if input is Input.FAIR_SHARE and fair is not None:
        return f"others: {len(fair.rivals):,}"
    if background is None:
        return ""
    if input is Input.ARRIVALS:
        stream = background.stream
        return f"every: {_medians((stream.every,))}" if stream else f"jobs: {len(background.arrivals):,}"
    if input is Input.BUSY_LANES:
        return f"lanes: {len(background.busy_lanes):,}, until: {_medians(background.busy_lanes)}"
    if input is Input.CALIBRATIONS:
        return f"length: {_medians([own.length for own in background.calibrations])}"
    return ""


def _terms(planned: PlannedJobs, name: str) -> Iterator[Term]:
    for job in planned.jobs.values():
        yield from (term for term in job.quantum.terms if term.name.partition(", ")[0] == name)


def _methods(planned: PlannedJobs) -> Iterator[str]:
    for methods in (job.quantum.methods for job in planned.jobs.values() if job.quantum.modelled):
        names = {
            "TREX": methods.trex,
            "ZNE": methods.zne,
            "PEA": methods.pea,
            "PEC": methods.pec,
            "twirling": methods.twirled,
        }
        yield " + ".join(name for name, used in names.items() if used) or "none"


def _medians(durations: Sequence[Duration]) -> str:
    if not durations:
        return ""
    medians = sorted(duration.median_us for duration in durations)
    ends = dict.fromkeys((say_us(medians[0]), say_us(medians[-1])))
    return ("median " if any(duration.is_random for duration in durations) else "") + " to ".join(ends)


def _some(texts: Iterable[str]) -> str:
    """Different texts, but no more than a few."""
    distinct = [*dict.fromkeys(texts)]
    more = len(distinct) - SHOWN
    return ", ".join(distinct[:SHOWN]) + (f" and {more:,} more" if more > 0 else "")
