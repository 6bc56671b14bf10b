"""The flow on one screen: workload -> quantum times -> submission -> trace -> account -> comparison -> report."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from qplan import __version__
from qplan.account import cost_terms, usage_terms, wall_terms
from qplan.comparison import Case, choose, compare, documented_ttl_note, odds, recommend
from qplan.errors import Mark, Problem, Severity, UsageError
from qplan.model.account import Account, Odds
from qplan.model.comparison import Objective, Recommendation
from qplan.model.duration import Spread
from qplan.model.fact import Fact, Status
from qplan.model.report import Report
from qplan.model.usage import Explained, Term
from qplan.model.variant import Goal, Outcome
from qplan.model.workload import End, Mode, Workload
from qplan.parse import catalog
from qplan.parse.job_defaults import for_jobs
from qplan.parse.quantiles import spread_text
from qplan.plan import PlannedJobs, plan_jobs, refusal
from qplan.plan.alternatives import bounded, candidates, documented_ttl
from qplan.plan.expand import PlannedJob
from qplan.plan.inputs import model_errors
from qplan.plan.knobs import knobs
from qplan.plan.transform import uncut
from qplan.runs import (
    Draws,
    at_medians,
    fewer,
    is_random,
    over_replications,
    price_plan,
    run,
    sampling_of,
)
from qplan.say import say_us
from qplan.search import explore, flips, outcome_of
from qplan.units import s_from_us

FIGURES = ("quantum", "usage", "cost", "wall")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the user asks of a run, beside the workload; ``search`` looks for alternatives and break-even figures.

    ``own_mode`` asks for the mode that the file names alone. ``point`` takes every duration at its median; else the
    workload is run as ``draws`` says, if anything is random.
    """

    objective: Objective = Objective.BALANCED
    deadline_us: int | None = None
    budget: Decimal | None = None
    timeline: bool = False
    search: bool = False
    point: bool = False
    own_mode: bool = False
    draws: Draws = Draws()

    @property
    def goal(self) -> Goal:
        """What the advice minimises and must keep."""
        return Goal(objective=self.objective, deadline_us=self.deadline_us, budget=self.budget)


def report(workload: Workload, wishes: Wishes) -> Report:
    """Simulate the three modes, compare them, and say what to do."""
    if wishes.own_mode and workload.mode:
        wishes = replace(wishes, draws=replace(wishes.draws, watched=(workload.mode,)))
    planned = plan_jobs(workload, catalog.constants())
    draws, spread = wishes.draws, not wishes.point and is_random(workload, planned)
    at_median = at_medians(planned, draws.percents, timeline=wishes.timeline and not spread)
    fixed = outcome_of(workload, at_median, uncut)
    if fixed is None:
        raise ValueError("a workload that the service would refuse is not simulated")
    outcome = _spread(workload, planned, wishes) if spread else fixed
    accounts = outcome.accounts
    chances = odds(accounts, wishes.goal, _remaining_us(workload), _included_us(workload))
    recommendation, notes = advise(outcome, fixed, chances, planned, wishes)
    runs = max((len(account.columns) for account in accounts if account.columns is not None), default=1)
    return Report(
        workload=workload,
        comparison=compare(accounts),
        recommendation=recommendation,
        modes=tuple(Mode),
        seed=draws.seed,
        replications=runs,
        goal=wishes.goal,
        sampling=sampling_of(accounts, draws),
        odds=chances,
        assumptions=(*workload.assumptions, *_assumed(planned), *_assumed_of_run(workload, planned, wishes, spread)),
        diagnostics=(
            *workload.diagnostics,
            *planned.problems,
            *_lower_bounds(workload, planned),
            *(() if spread else _band(workload, planned, recommendation.mode)),
            *fewer(runs, draws),
            *notes,
        ),
        version=__version__,
        data_date=catalog.data_date(),
    )


def _spread(workload: Workload, planned: PlannedJobs, wishes: Wishes) -> Outcome:
    """The workload over replications; with nothing in its way where something is cut."""
    accounts = over_replications(planned, wishes.draws, timeline=wishes.timeline)(workload)
    count = max(len(account.columns) for account in accounts if account.columns is not None)
    as_often = over_replications(planned, replace(wishes.draws, replications=count, precision=None))
    outcome = outcome_of(workload, lambda other: accounts if other is workload else as_often(other), uncut)
    assert outcome is not None
    return outcome


def _remaining_us(workload: Workload) -> int | None:
    return None if workload.backend.simulator else workload.plan.remaining_us


def _included_us(workload: Workload) -> int:
    """Usage that is not charged; where there is no price, all usage counts."""
    plan = price_plan(workload)
    return plan.included_us if plan.price_per_second is not None else 0


def advise(
    outcome: Outcome, fixed: Outcome, chances: tuple[Odds | None, ...], planned: PlannedJobs, wishes: Wishes
) -> tuple[Recommendation, tuple[Problem, ...]]:
    """The recommendation, from alternatives at medians when a search is wished for, and notes on it."""
    workload, goal = outcome.workload, wishes.goal
    case = Case(outcome=outcome, fixed=None if outcome is fixed else fixed, odds=chances, goal=goal)
    notes = _documented_ttl(fixed, planned, goal) if case.medians_agree else ()  # else of another choice
    if not wishes.search:
        return recommend(case), notes
    others = (*bounded(workload, outcome.uncut), *candidates(workload, planned.jobs))
    explored = explore(others, evaluate, uncut)
    found, unsearched = flips(
        workload,
        knobs(workload, price=goal.budget is not None),
        evaluate,
        uncut,
        lambda other: choose(other, goal).mode,
    )
    case = replace(case, variants=explored.variants, flips=found)
    return _with_snippet(recommend(case), workload), (*notes, *explored.problems, *unsearched)


def _with_snippet(recommendation: Recommendation, workload: Workload) -> Recommendation:
    from qplan.render.snippet import snippet

    if recommendation.mode is None:
        return recommendation
    code = snippet(workload, recommendation.mode, recommendation.max_time_us)
    return replace(recommendation, snippet=code)


def _documented_ttl(outcome: Outcome, planned: PlannedJobs, goal: Goal) -> tuple[Problem, ...]:
    """Whether the interactive TTL that the documentation gives a batch would change the verdict at medians."""
    for candidate in documented_ttl(outcome.workload):
        documented = outcome_of(candidate.workload, at_medians(planned), uncut)
        note = documented_ttl_note(outcome, documented, goal) if documented else None
        if note:
            return (note,)
    return ()


def evaluate(workload: Workload) -> tuple[Account, ...]:
    """Every mode of a workload at medians; nothing where the service would refuse a job of it."""
    return at_medians(plan_jobs(workload, catalog.constants()))(workload)


def check(workload: Workload) -> tuple[Problem, ...]:
    """What the service would refuse or cut; what reading the file found is told by ``parse.load``."""
    return plan_jobs(workload, catalog.constants()).problems


def explain_workload(workload: Workload, figure: str) -> tuple[Explained, ...]:
    """How a figure comes about: quantum, usage, cost, wall, or all of them; of a refused mode, why it has none."""
    if figure not in (*FIGURES, "all"):
        raise UsageError(f"--figure takes {', '.join(FIGURES)} or all, not {figure!r}")
    planned = plan_jobs(workload, catalog.constants())
    wanted = FIGURES if figure == "all" else (figure,)
    explained = [*_quantum_times(planned)] if "quantum" in wanted else []
    for mode in (workload.mode,) if workload.mode else tuple(Mode):
        reason = refusal(workload, mode)
        if not reason:
            explained += _explained_run(workload, mode, planned, wanted)
        elif wanted != ("quantum",):
            explained.append(_refused(workload, mode, reason))
    return tuple(explained)


def _refused(workload: Workload, mode: Mode, reason: str) -> Explained:
    """Instead of the figures of a mode that the plan refuses; what to do where the file asks for that mode."""
    asked = "; choose another plan, or another mode: --set mode=batch" if workload.mode is mode else ""
    fact = next((fact for fact in workload.plan.facts if fact.name == "sessions_allowed"), None)
    source, status = (fact.source, fact.status) if fact else (f"plan {workload.plan.name}", Status.ASSUMED)
    term = Term(name=mode, value="refused", formula=f"{reason}{asked}", source=source, status=status)
    return Explained(figure=str(mode), value="refused", terms=(term,))


def _quantum_times(planned: PlannedJobs) -> Iterator[Explained]:
    for name, plan in planned.jobs.items():
        total_us = plan.quantum.main_us + plan.quantum.learning_us
        value = f"{s_from_us(total_us):,} s a job"
        yield Explained(figure=f"quantum time of {name}", value=value, terms=plan.quantum.terms)


def _explained_run(
    workload: Workload, mode: Mode, planned: PlannedJobs, wanted: tuple[str, ...]
) -> Iterator[Explained]:
    submission, trace, figures = run(workload, mode, planned)
    all_terms = {
        "usage": usage_terms(trace, submission, figures),
        "cost": cost_terms(figures, price_plan(workload)),
        "wall": wall_terms(trace, submission, figures),
    }
    for name in wanted:
        if name in all_terms:
            terms = all_terms[name]
            random = " at medians" if submission.is_random else ""
            yield Explained(figure=f"{name} ({mode}{random})", value=terms[-1].value, terms=terms)


def _band(workload: Workload, planned: PlannedJobs, recommended: Mode | None) -> tuple[Problem, ...]:
    """A note on the usage between which 80 % of charges would lie, for a run that does not draw the model's error."""
    mode = workload.mode or recommended
    if mode is None or not model_errors(workload, planned):
        return ()
    low, high = (_usage_us(workload, _scaled(planned, end), mode) for end in ("band_low", "band_high"))
    if low is None or high is None:
        return ()
    told = f"80 % band of the usage model: {say_us(low)} to {say_us(high)} of usage as {mode.said(workload.size)}"
    return (_note("QP505", told, "drawn in replications, without --point", workload),)


def _note(code: str, told: str, hint: str, workload: Workload) -> Problem:
    return Problem(code=code, message=told, hint=hint, mark=Mark(file=workload.file), severity=Severity.NOTE)


def _scaled(planned: PlannedJobs, end: str) -> PlannedJobs:
    """The jobs with their modelled quantum times at one end of their bands."""

    def scaled(plan: PlannedJob) -> PlannedJob:
        quantum, factor = plan.quantum, getattr(plan.quantum, end)
        main_us, learning_us = (int(us * factor) for us in (quantum.main_us, quantum.learning_us))
        return replace(plan, quantum=replace(quantum, main_us=main_us, learning_us=learning_us))

    return replace(planned, jobs={name: scaled(plan) for name, plan in planned.jobs.items()})


def _usage_us(workload: Workload, planned: PlannedJobs, mode: Mode) -> int | None:
    accounts = at_medians(planned)(workload)
    return next((account.usage.p50 for account in accounts if account.mode is mode and account.allowed), None)


def _lower_bounds(workload: Workload, planned: PlannedJobs) -> tuple[Problem, ...]:
    """A note where something unknown can only add to the quantum time of jobs (QP504)."""
    jobs = [name for name, plan in planned.jobs.items() if plan.quantum.lower_bound]
    if not jobs:
        return ()
    of = "" if len(jobs) == len(planned.jobs) else f" {for_jobs(jobs)}"
    told = f"usage is a lower bound{of}: something that can only add to the quantum time is not known"
    hint = "the assumptions say what; explain --figure quantum shows where"
    return (_note("QP504", told, hint, workload),)


def _assumed(planned: PlannedJobs) -> Iterator[Fact]:
    """Defaults that the quantum times rest on, each once, with the jobs that it is taken for unless for all."""
    names: dict[Fact, list[str]] = {}
    for name, plan in planned.jobs.items():
        for fact in plan.quantum.assumed:
            names.setdefault(fact, []).append(name)
    for fact, jobs in names.items():
        everyone = len(jobs) == len(planned.jobs)
        yield fact if everyone else replace(fact, value=f"{fact.value} {for_jobs(jobs)}")


def _assumed_of_run(workload: Workload, planned: PlannedJobs, wishes: Wishes, spread: bool) -> Iterator[Fact]:
    """What the simulation itself takes for granted."""
    if spread:
        yield _taken("random inputs", "drawn anew in each replication, each independent of the others")
        for error in model_errors(workload, planned):
            yield replace(error, value=f"{error.value} in 80 % of cases; one draw a replication, for all modelled jobs")
        if wishes.search:
            yield _taken("alternatives and break-even figures", "compared in fixed runs at medians")
    else:
        yield _taken("random inputs", "medians instead of draws (a fixed run)" if wishes.point else "none: a fixed run")
        for error in model_errors(workload, planned):
            yield replace(error, value=f"{error.value} in 80 % of cases; not drawn in a fixed run")
    if workload.backend.simulator:
        yield _taken("modes", "ignored: local testing has no scheduling (rule P-03)")
        return
    if workload.size > 1:
        yield _taken("order in a batch", "as in the file; the service does not guarantee it (rule B-11)")
    if workload.background is not None:
        yield _taken("session start", "once no foreign job holds a lane")
    if workload.batch.reuse_noise_model and any(job.quantum.learning_us for job in planned.jobs.values()):
        yield _taken("noise model", "reused in a batch, though it may be stale by then (rule S-11)")
    if workload.queue.wait.is_random and not any(fact.name == "queue.wait" for fact in workload.assumptions):
        wait = workload.queue.wait
        told = (
            spread_text(wait) if wait.spread is Spread.QUANTILES else f"{wait.spread}, median {say_us(wait.median_us)}"
        )
        yield Fact(name="queue.wait", value=told, source="the workload file", status=Status.USER)
    if workload.batch.end is End.NONE:
        yield _taken("end of an open batch", "after its interactive TTL; what detecting it adds is unknown (rule B-09)")


def _taken(name: str, value: str) -> Fact:
    return Fact(name=name, value=value, source="docs/model.md", status=Status.ASSUMED)
