"""The flow on one screen: workload -> quantum times -> submission -> trace -> account -> comparison -> report."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from qplan import __version__
from qplan.account import cost_terms, figures_of, timeline_of, usage_terms, wall_terms
from qplan.compare import compare
from qplan.errors import Problem, UsageError
from qplan.model.account import Account, Figures
from qplan.model.comparison import Objective
from qplan.model.fact import Fact, Status
from qplan.model.pricing import LimitAction
from qplan.model.report import Report
from qplan.model.submission import Submission
from qplan.model.trace import Trace
from qplan.model.usage import Constants, Term
from qplan.model.workload import Mode, Workload
from qplan.parse import catalog
from qplan.parse.primitive_defaults import job_limits, primitive_defaults
from qplan.plan import PlannedJobs, plan_jobs, refusal, submission_for
from qplan.simulate import simulate

FIGURES = ("quantum", "usage", "cost", "wall")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the user asks of a run, beside the workload."""

    objective: Objective = Objective.BALANCED
    deadline_us: int | None = None
    budget: Decimal | None = None
    timeline: bool = False
    seed: int = 0


def report(workload: Workload, wishes: Wishes) -> Report:
    """Simulate the three modes, compare them, and say what to do."""
    planned = plan_jobs(workload, constants())
    accounts = [account_of(workload, mode, planned, timeline=wishes.timeline) for mode in Mode]
    comparison = compare(accounts)
    return Report(
        workload=workload,
        comparison=comparison,
        recommendation=advise(workload, comparison, planned, wishes),
        modes=tuple(Mode),
        seed=wishes.seed,
        replications=1,
        assumptions=(*workload.assumptions, *_assumed(planned), *_assumed_of_run(workload)),
        diagnostics=(*workload.diagnostics, *planned.problems),
        version=__version__,
        data_date=catalog.data_date(),
    )


def account_of(workload: Workload, mode: Mode, planned: PlannedJobs, *, timeline: bool = False) -> Account:
    """What one mode costs and takes, or why it is refused."""
    plan = workload.plan
    reason = refusal(workload, mode)
    if reason:
        return Account(mode=mode, runs=(), reason=reason, currency=plan.currency, cost_reason=plan.price_reason or None)
    submission, trace, figures = run(workload, mode, planned)
    return Account(
        mode=mode,
        runs=(figures,),
        currency=plan.currency,
        cost_reason=plan.price_reason or None,
        timeline=timeline_of(trace, submission) if timeline else (),
        need=_need(workload, mode, planned, figures),
        end_us=trace.end_us,
    )


def run(
    workload: Workload, mode: Mode, planned: PlannedJobs, *, limited: bool = True
) -> tuple[Submission, Trace, Figures]:
    """One fixed run of one mode."""
    submission = submission_for(workload, mode, planned.jobs, limited=limited)
    trace = simulate(submission)
    return submission, trace, figures_of(trace, submission, workload.plan)


def _need(workload: Workload, mode: Mode, planned: PlannedJobs, figures: Figures) -> Figures | None:
    """The figures without the usage limit, where it left something undone or was passed."""
    remaining_us = workload.plan.remaining_us
    if remaining_us is None:
        return None
    stopped = workload.plan.limit_action is LimitAction.STOP and figures.usage_us >= remaining_us
    if not (figures.queued or stopped or figures.usage_us > remaining_us):
        return None
    return run(workload, mode, planned, limited=False)[2]


def check(workload: Workload) -> tuple[Problem, ...]:
    """What the service would refuse or cut, and what is allowed but unwise."""
    return (*workload.diagnostics, *plan_jobs(workload, constants()).problems)


def constants() -> Constants:
    """The shipped figures that quantum times need."""
    return Constants(
        default_circuit_duration_s=catalog.default_circuit_duration_s(),
        primitives=primitive_defaults(),
        limits=job_limits(),
    )


def explain_workload(workload: Workload, figure: str) -> tuple[Term, ...]:
    """The derivation of a figure: quantum, usage, cost, wall, or all of them."""
    if figure not in (*FIGURES, "all"):
        raise UsageError(f"--figure takes {', '.join(FIGURES)} or all, not {figure!r}")
    planned = plan_jobs(workload, constants())
    wanted = FIGURES if figure == "all" else (figure,)
    terms = [*_quantum_terms(planned)] if "quantum" in wanted else []
    for mode in workload.mode and (workload.mode,) or tuple(Mode):
        if not refusal(workload, mode):
            terms += _run_terms(workload, mode, planned, wanted)
    return tuple(terms)


def _quantum_terms(planned: PlannedJobs) -> Iterator[Term]:
    for name, plan in planned.jobs.items():
        for term in plan.quantum.terms:
            label = f"{name}: {term.name}"
            yield Term(name=label, value=term.value, formula=term.formula, source=term.source, status=term.status)


def _run_terms(workload: Workload, mode: Mode, planned: PlannedJobs, wanted: tuple[str, ...]) -> Iterator[Term]:
    submission, trace, figures = run(workload, mode, planned)
    if "usage" in wanted:
        yield from usage_terms(trace, submission, figures)
    if "cost" in wanted:
        yield from cost_terms(mode, figures, workload.plan)
    if "wall" in wanted:
        yield from wall_terms(trace, submission, figures)


def _assumed(planned: PlannedJobs) -> Iterator[Fact]:
    """Defaults that the quantum times rest on, each once."""
    seen = set()
    for plan in planned.jobs.values():
        for fact in plan.quantum.assumed:
            if fact not in seen:
                seen.add(fact)
                yield fact


def _assumed_of_run(workload: Workload) -> Iterator[Fact]:
    """What the simulation itself takes for granted."""
    fixed = "medians instead of draws (a fixed run)"
    yield Fact(name="random inputs", value=fixed, source="docs/model.md", status=Status.ASSUMED)
    if workload.background is not None:
        drain = "waits until no foreign job holds a lane"
        yield Fact(name="session start", value=drain, source="docs/model.md", status=Status.ASSUMED)
