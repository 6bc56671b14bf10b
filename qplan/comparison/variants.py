"""Which of the simulated alternatives is the best of its kind, and whether it is really better."""

from __future__ import annotations

from dataclasses import dataclass

from qplan.comparison.case import Case
from qplan.comparison.choice import Choice, choose, measure
from qplan.model.account import Account
from qplan.model.variant import Outcome, Variant
from qplan.model.workload import Mode


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """A variant with the mode to run it in."""

    variant: Variant
    choice: Choice
    account: Account


def best_of(case: Case, kind: str) -> Tried | None:
    """The variant of one kind that serves the goal best; among equals the first, ``None`` if none is feasible."""
    feasible = [tried for variant in case.of_kind(kind) if (tried := _tried(case, variant))]
    return min(feasible, key=lambda tried: measure(tried.account, case.goal.objective), default=None)


def improves(case: Case, tried: Tried) -> bool:
    """Whether a variant serves the goal better than the workload as written, in the best mode of each."""
    if case.best is None or case.choice.mode is None or case.choice.mode in case.choice.obstacles:
        return True
    objective = case.goal.objective
    return measure(tried.account, objective) < measure(case.best, objective)


def _incomplete(outcome: Outcome, mode: Mode) -> bool:
    """Whether jobs do not complete even with nothing in the way: failed, stopped early, or too long for the service."""
    return any(run.completed < run.jobs for run in outcome.uncut_of(mode).runs)


def _tried(case: Case, variant: Variant) -> Tried | None:
    choice = choose(variant.outcome, case.goal)
    if choice.mode is None or choice.mode in choice.obstacles:
        return None
    if _incomplete(variant.outcome, choice.mode) and not (case.best and _incomplete(case.outcome, case.best.mode)):
        return None
    only = variant.candidate.mode
    if only is not None and choice.mode is not only:
        return None
    return Tried(variant=variant, choice=choice, account=variant.outcome.of(choice.mode))
