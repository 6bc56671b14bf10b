"""Short words for building submissions (in seconds), and for what the worked examples ask of a trace."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from qplan.model.duration import Duration
from qplan.model.submission import Chain, JobKind, Stage, StepPart, Submission
from qplan.model.trace import NEVER, Trace
from qplan.model.workload import Container, Mode, QueueModel
from qplan.units import US_PER_S


def us(seconds: float) -> int:
    return round(seconds * US_PER_S)


def lasting(seconds: float) -> Duration:
    return Duration.fixed(us(seconds))


def kind(name: str = "job", *, before: float = 0, qpu: float = 0, after: float = 0, **fields: Any) -> JobKind:
    return JobKind(name=name, before=lasting(before), qpu=lasting(qpu), after=lasting(after), **fields)


def container(*, interactive_ttl: float = 60, max_time: float = 28_800, **fields: Any) -> Container:
    return Container(interactive_ttl_us=us(interactive_ttl), max_time_us=us(max_time), **fields)


def workload(
    mode: Mode,
    job: JobKind,
    *,
    count: int = 1,
    iterations: int = 1,
    copies: int = 1,
    think: float = 0,
    wait: float = 0,
    lanes: int = 5,
    **fields: Any,
) -> Submission:
    """One stage of one kind of job; in a batch or session ``container`` must be among ``fields``."""
    step = (StepPart(kind=0, count=count),)
    chain = Chain(stage=0, step=step, iterations=iterations, think=lasting(think))
    return Submission(
        mode=mode,
        lanes=lanes,
        kinds=(job,),
        stages=(Stage(name=job.name, after=(), think=lasting(0)),),
        chains=(chain,) * copies,
        queue=QueueModel(name="fixed", wait=lasting(wait)),
        **fields,
    )


def with_kind(submission: Submission, **changes: Any) -> Submission:
    """The same submission with its first kind of job changed."""
    return replace(submission, kinds=(replace(submission.kinds[0], **changes), *submission.kinds[1:]))


def qpu_spans(trace: Trace) -> list[tuple[float, float]]:
    """Spans on the QPU in seconds, by start."""
    spans = zip(trace.qpu_start_us, trace.qpu_end_us, strict=True)
    return sorted((start / US_PER_S, end / US_PER_S) for start, end in spans if start != NEVER)


def windows(trace: Trace) -> list[tuple[float, float]]:
    return [(start / US_PER_S, end / US_PER_S) for start, end in trace.windows_us]


def seconds(instants_us: Any) -> list[float]:
    return [instant_us / US_PER_S for instant_us in instants_us]
