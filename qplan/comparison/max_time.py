"""The maximum TTL to set: one that bounds what a hanging client can bill, and cuts no healthy run."""

from __future__ import annotations

from collections.abc import Iterator

from qplan.comparison.case import Case
from qplan.comparison.obstacles import is_too_short, left_undone, too_long_jobs
from qplan.comparison.phrases import is_billed
from qplan.model.account import Account, Figures
from qplan.model.comparison import Action
from qplan.model.variant import Variant
from qplan.model.workload import Container, Mode, Workload
from qplan.say import say_us


def max_time_us(case: Case) -> int | None:
    """What to set: the advised value, or the file's own where that is lower than the plan's and cuts nothing."""
    mode = case.choice.mode
    if mode is None or mode is Mode.JOB:
        return None
    advised, own_us = _verified(case, mode), _box(case, mode).max_time_us
    if own_us < _plan_us(case, mode) and not case.choice.leaves_undone:
        return own_us
    return _box_of(advised.candidate.workload, mode).max_time_us if advised else None


def bounding(case: Case, best: Account) -> Iterator[Action]:
    """Set ``max_time``, where the file leaves the plan's maximum or its own value cuts the run (B-06, S-05)."""
    advised_us, mode = max_time_us(case), case.choice.mode
    if advised_us is None or mode is None or advised_us == _box(case, mode).max_time_us:
        return
    rule = "S-05" if mode is Mode.SESSION else "B-06"
    whole, too_long = case.outcome.uncut_of(mode), too_long_jobs(case.outcome, mode)
    longest_us = whole.longest_us or 0
    spared = "no other job" if too_long else "nothing"
    takes = "the longest replication takes" if case.outcome.is_spread else "the run takes"
    why = f"{takes} {say_us(longest_us)} from its first start, so {spared} is cut"
    order = f"Set max_time to {say_us(advised_us)}"
    if not is_too_short(case.outcome, mode):
        hangs = "bill" if is_billed(best) else "spend usage"
        verb = hangs if mode is Mode.SESSION else "keep it open"
        text = f"{order}: {why}, and a client that hangs cannot {verb} for {say_us(_box(case, mode).max_time_us)}."
        yield Action(kind="max_time", rule=rule, text=text)
        return
    text = f"{order}: {why}. As it stands, {left_undone(case.outcome, mode)}."
    cost = best.cost.p50 - whole.cost.p50 if best.cost and whole.cost else None
    usage_us, wall_us = best.usage.p50 - whole.usage.p50, best.wall.p50 - whole.wall.p50
    yield Action(kind="max_time", rule=rule, text=text, saves_usage_us=usage_us, saves_wall_us=wall_us, saves_cost=cost)


def _verified(case: Case, mode: Mode) -> Variant | None:
    """The candidate for the mode, if simulating with it gives the figures of the run that nothing cuts."""
    whole = [_of_jobs(run) for run in case.at_medians.outcome.uncut_of(mode).runs]
    for variant in case.of_kind("max_time"):
        if variant.candidate.mode is mode and [_of_jobs(run) for run in variant.outcome.of(mode).runs] == whole:
            return variant
    return None


def _of_jobs(run: Figures) -> tuple[int, ...]:
    """What a cut would change; the window may end sooner where the file leaves it open."""
    return (run.completed, run.failed, run.cancelled, run.not_submitted, run.queued, run.wall_us, run.quantum_us)


def _box(case: Case, mode: Mode) -> Container:
    return _box_of(case.outcome.workload, mode)


def _box_of(workload: Workload, mode: Mode) -> Container:
    return workload.session if mode is Mode.SESSION else workload.batch


def _plan_us(case: Case, mode: Mode) -> int:
    plan = case.outcome.workload.plan
    return plan.session_max_time_us if mode is Mode.SESSION else plan.batch_max_time_us
