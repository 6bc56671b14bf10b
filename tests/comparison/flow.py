"""Small workloads for tests, in seconds, and the way from one to its recommendation that the pipeline goes."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import cache

from qplan.account import figures_of
from qplan.comparison import Case, choose, recommend
from qplan.errors import Severity
from qplan.model.account import Account
from qplan.model.comparison import Recommendation
from qplan.model.duration import Duration
from qplan.model.pricing import LimitAction, PricingPlan
from qplan.model.usage import CircuitDefaults, Constants, UsageModel
from qplan.model.variant import Evaluate, Goal, Outcome
from qplan.model.workload import (
    Background,
    ClassicalDefaults,
    Container,
    End,
    Failure,
    Item,
    Job,
    Mode,
    Pub,
    QueueModel,
    Rounding,
    UsageSettings,
    Workload,
)
from qplan.parse.primitive_defaults import job_limits, primitive_defaults
from qplan.plan.alternatives import bounded, candidates
from qplan.plan.expand import PlannedJob, submission_for
from qplan.plan.jobs import plan_jobs
from qplan.plan.knobs import knobs
from qplan.plan.refuse import refusal
from qplan.plan.transform import uncut
from qplan.search import explore, flips, outcome_of
from qplan.simulation import simulate
from qplan.units import us_from_s
from tests.scenes import backend_of, plan_of

JOB, BATCH, SESSION = Mode.JOB, Mode.BATCH, Mode.SESSION
OVERHEAD_S = Decimal(2)
MODEL = UsageModel(
    name="test",
    per_job_s=dict.fromkeys(("sampler", "estimator_0", "estimator_1", "estimator_2"), OVERHEAD_S),
    per_circuit_s=Decimal(0),
    per_execution_s=Decimal(0),
    automatic_trex_share=Decimal(0),
    counts_reset=False,
    rounding="none",
    minimum_s=Decimal(0),
    band_low=Decimal(1),
    band_high=Decimal(1),
)
PLAN = plan_of(name="test", price_per_second=Decimal("1.60"))


def fixed(seconds: float) -> Duration:
    return Duration.fixed(us_from_s(seconds))


def job(
    name: str = "job",
    qpu: float | None = 6,
    before: float = 4,
    after: float = 0,
    *,
    count: int = 1,
    circuits: int = 1,
    shots: int | None = None,
    failure: Failure | None = None,
) -> Job:
    return Job(
        name=name,
        pubs=(Pub(circuits=circuits, shots=shots),),
        qpu=None if qpu is None else fixed(qpu),
        classical_before=fixed(before),
        classical_after=fixed(after),
        count=count,
        failure=failure,
    )


def item(
    *jobs: Job, iterations: int = 1, copies: int = 1, think: float | None = None, after: tuple[str, ...] = ()
) -> Item:
    delay = None if think is None else fixed(think)
    return Item(name=jobs[0].name, jobs=jobs, iterations=iterations, copies=copies, think=delay, after=after)


def workload(
    *items: Item,
    wait: float = 0,
    lanes: int = 5,
    plan: PricingPlan = PLAN,
    mode: Mode | None = None,
    end: End = End.CLOSE,
    session_max: float = 28_800,
    batch_max: float = 28_800,
    batch_ttl: float = 1,
    session_advice: float | None = None,
    simulator: bool = False,
    busy: tuple[float, ...] = (),
) -> Workload:
    """The session's interactive TTL is 60 s; classical times and think are 0 where an item says nothing."""
    session = Container(interactive_ttl_us=us_from_s(60), max_time_us=us_from_s(session_max), end=end)
    batch = Container(interactive_ttl_us=us_from_s(batch_ttl), max_time_us=us_from_s(batch_max), end=end)
    nothing = fixed(0)
    return Workload(
        name="test",
        file="test.yaml",
        items=items,
        backend=backend_of(name="ibm_test", lanes=lanes, simulator=simulator, session_advice_s=session_advice),
        plan=plan,
        queue=QueueModel(name="fixed", wait=fixed(wait)),
        session=session,
        batch=batch,
        usage=UsageSettings(model=MODEL, rounding=Rounding.NONE),
        classical=ClassicalDefaults(before=nothing, after=nothing, think=nothing),
        background=Background(busy_lanes=tuple(Duration.fixed(us_from_s(s)) for s in busy)),
        mode=mode,
    )


def limited(seconds: float, action: LimitAction = LimitAction.HOLD) -> PricingPlan:
    return replace(PLAN, remaining_us=us_from_s(seconds), limit_action=action)


@cache
def constants() -> Constants:
    return Constants(
        circuits=CircuitDefaults(duration_s=Decimal("0.000075")), primitives=primitive_defaults(), limits=job_limits()
    )


def evaluate(workload: Workload) -> tuple[Account, ...]:
    """Every mode of a workload; nothing where the service would refuse a job."""
    planned = plan_jobs(workload, constants())
    refused = any(problem.severity is Severity.ERROR for problem in planned.problems)
    return () if refused else tuple(_account(workload, mode, planned.jobs) for mode in Mode)


def _account(workload: Workload, mode: Mode, planned: dict[str, PlannedJob]) -> Account:
    reason = refusal(workload, mode)
    if reason:
        return Account(mode=mode, runs=(), reason=reason)
    submission = submission_for(workload, mode, planned)
    why = workload.plan.price_reason or None
    return Account(mode=mode, runs=(figures_of(simulate(submission), workload.plan),), cost_reason=why)


def outcome(workload: Workload, evaluate: Evaluate = evaluate) -> Outcome:
    """The workload as it stands and with nothing in its way."""
    simulated = outcome_of(workload, evaluate, uncut)
    assert simulated is not None
    return simulated


def case(workload: Workload, goal: Goal = Goal(), *, turn: bool = True) -> Case:
    """Everything a recommendation is made from: what the pipeline does. ``turn=False`` searches no break-evens."""
    simulated = outcome(workload)
    others = (*bounded(workload, simulated.uncut), *candidates(workload, plan_jobs(workload, constants()).jobs))
    explored = explore(others, evaluate, uncut)
    turned = knobs(workload, price=goal.budget is not None) if turn else ()
    found, _ = flips(workload, turned, evaluate, uncut, lambda other: choose(other, goal).mode)
    return Case(outcome=simulated, goal=goal, variants=explored.variants, flips=found)


def advise(workload: Workload, goal: Goal = Goal(), *, turn: bool = True) -> Recommendation:
    return recommend(case(workload, goal, turn=turn))


def rules(advice: Recommendation, *, speaks_for: bool | None = None) -> set[str]:
    """The rule ids of a recommendation's reasons."""
    return {reason.rule for reason in advice.reasons if speaks_for in (None, reason.speaks_for)}


def reason(advice: Recommendation, rule: str) -> str:
    """The one reason of a rule."""
    [found] = (reason.text for reason in advice.reasons if reason.rule == rule)
    return found
