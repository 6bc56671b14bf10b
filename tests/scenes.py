"""Small submissions for tests, in seconds, and what a test wants to read off a run."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from qplan.account import figures_of
from qplan.model.account import Figures
from qplan.model.backend import Backend
from qplan.model.duration import Duration
from qplan.model.pricing import LimitAction, PricingPlan
from qplan.model.submission import Chain, JobKind, Stage, StepPart, Submission, UsageLimit
from qplan.model.trace import NEVER, State, Trace
from qplan.model.workload import (
    Background,
    Calibration,
    Container,
    End,
    Failure,
    ForeignJob,
    Mode,
    QueueModel,
    Rounding,
)
from qplan.simulation import simulate
from qplan.units import us_from_s

JOB, BATCH, SESSION = Mode.JOB, Mode.BATCH, Mode.SESSION


def plan_of(**figures: Any) -> PricingPlan:
    """A plan of Pay-As-You-Go's price and times to live, but for what is said."""
    times = {
        "session_interactive_ttl_us": 60_000_000,
        "session_max_time_us": 28_800_000_000,
        "batch_interactive_ttl_us": 1_000_000,
        "batch_max_time_us": 28_800_000_000,
    }
    return PricingPlan(**{"name": "test", "price_per_second": Decimal("1.60"), **times, **figures})


def backend_of(**figures: Any) -> Backend:
    """A Heron's rep_delay, but for what is said."""
    return Backend(**{"rep_delay_s": 0.00025, **figures})


PLAN = plan_of()


def fixed(seconds: float) -> Duration:
    return Duration.fixed(us_from_s(seconds))


def item(
    before: float = 4,
    qpu: float = 6,
    after: float = 0,
    *,
    name: str = "job",
    count: int = 1,
    iterations: int = 1,
    copies: int = 1,
    think: float = 0,
    wait_for: tuple[int, ...] = (),
    learning: float = 0,
    minimum: float = 0,
    limit: float = 10_800,
    failure: Failure | None = None,
) -> tuple[JobKind, Stage, StepPart, int, int]:
    """One item of a workload: a kind of job, and how often it is sent."""
    kind = JobKind(
        name=name,
        before=fixed(before),
        qpu=fixed(qpu),
        after=fixed(after),
        learning_us=us_from_s(learning),
        minimum_us=us_from_s(minimum),
        limit_us=us_from_s(limit),
        failure=failure,
    )
    return (
        kind,
        Stage(name=name, after=wait_for, think=fixed(think)),
        StepPart(kind=0, count=count),
        iterations,
        copies,
    )


def submission(
    mode: Mode,
    *items: tuple[JobKind, Stage, StepPart, int, int],
    lanes: int = 5,
    wait: float = 0,
    between: float = 0,
    ttl: float | None = None,
    max_time: float = 28_800,
    end: End = End.CLOSE,
    cancel_after: int | None = None,
    reuse: bool = False,
    busy: tuple[float, ...] = (),
    arrivals: tuple[tuple[float, float, float, float], ...] = (),
    calibrations: tuple[tuple[float, float], ...] = (),
    rounding: Rounding = Rounding.NONE,
    limit: tuple[float, LimitAction] | None = None,
) -> Submission:
    """A submission of ``items``; batches have an interactive TTL of 1 s, sessions of 60 s unless told."""
    chains = tuple(
        Chain(stage=i, step=(replace(part, kind=i),), iterations=iterations, think=stage.think)
        for i, (_, stage, part, iterations, copies) in enumerate(items)
        for _ in range(copies)
    )
    ttl = ttl if ttl is not None else 60 if mode is SESSION else 1
    return Submission(
        mode=mode,
        lanes=lanes,
        kinds=tuple(kind for kind, *_ in items),
        stages=tuple(stage for _, stage, *_ in items),
        chains=chains,
        queue=QueueModel(name="test", wait=fixed(wait), between=fixed(between)),
        background=Background(
            busy_lanes=tuple(fixed(until) for until in busy),
            arrivals=tuple(
                ForeignJob(arrival_us=us_from_s(at), before=fixed(b), qpu=fixed(q), after=fixed(a))
                for at, b, q, a in arrivals
            ),
            calibrations=tuple(Calibration(first=fixed(due), length=fixed(length)) for due, length in calibrations),
        ),
        container=None
        if mode is JOB
        else Container(
            interactive_ttl_us=us_from_s(ttl),
            max_time_us=us_from_s(max_time),
            end=end,
            cancel_after=cancel_after,
            reuse_noise_model=reuse,
        ),
        rounding=rounding,
        limit=limit and UsageLimit(remaining_us=us_from_s(limit[0]), action=limit[1]),
    )


@dataclass(frozen=True)
class Outcome:
    """A run, in seconds."""

    trace: Trace
    figures: Figures

    @property
    def qpu(self) -> list[tuple[float, float]]:
        """Own spans on the QPU in the order of the file; an attempt that never got there is left out."""
        pairs = zip(self.trace.qpu_start_us, self.trace.qpu_end_us, strict=True)
        return [(s / 1e6, e / 1e6) for s, e in pairs if e != NEVER]

    @property
    def starts(self) -> list[float | None]:
        """When each attempt got its lane."""
        return [None if us == NEVER else us / 1e6 for us in self.trace.lane_us]

    @property
    def windows(self) -> list[tuple[float, float]]:
        return [(s / 1e6, e / 1e6) for s, e in self.trace.windows_us]

    @property
    def states(self) -> str:
        """A letter an attempt: c(ompleted), f(ailed), x cancelled, n(ot submitted), q(ueued)."""
        letters = {
            State.COMPLETED: "c", State.FAILED: "f", State.CANCELLED: "x", State.NOT_SUBMITTED: "n", State.QUEUED: "q",
        }  # fmt: skip
        return "".join(letters[State(state)] for state in self.trace.state)

    @property
    def foreign(self) -> list[tuple[float, int]]:
        """When foreign jobs got a lane, and which."""
        return [(run.lane_us / 1e6, run.lane) for run in self.trace.foreign]

    @property
    def calibrations(self) -> list[tuple[float, float]]:
        return [(s / 1e6, e / 1e6) for s, e in self.trace.calibrations_us]

    @property
    def usage(self) -> float:
        return self.figures.usage_us / 1e6

    @property
    def wall(self) -> float:
        return self.figures.wall_us / 1e6

    @property
    def queue(self) -> float:
        return self.figures.queue_us / 1e6


def play(submitted: Submission) -> Outcome:
    """Simulate and account."""
    trace = simulate(submitted)
    return Outcome(trace=trace, figures=figures_of(trace, PLAN))
