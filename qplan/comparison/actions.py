"""What to do beside choosing the mode: each action simulated, with what it saves against not doing it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from qplan.comparison.case import Case
from qplan.comparison.choice import measure
from qplan.comparison.max_time import bounding
from qplan.comparison.obstacles import is_held, undone
from qplan.comparison.phrases import figures, is_billed
from qplan.comparison.sharing import separate_sessions
from qplan.comparison.variants import Tried, best_of, improves
from qplan.model.account import Account
from qplan.model.comparison import Action
from qplan.model.pricing import LimitAction
from qplan.model.workload import End, Mode
from qplan.say import say_money, say_us
from qplan.units import US_PER_S

REARRANGED = ("max_execution_time", "merge", "split", "close", "max_time")
"""Kinds of alternatives that are proposed where they serve the goal better than the workload as written."""


def actions(case: Case) -> tuple[Action, ...]:
    """The file's mode put right and what guards the choice; then what to do instead of these, the best first."""
    medians = case.at_medians
    if case.best is None or medians.best is None or case.outcome.workload.backend.simulator:
        return ()
    better = [tried for kind in REARRANGED if (tried := best_of(medians, kind)) and improves(medians, tried)]
    better.sort(key=lambda tried: measure(tried.account, case.goal.objective))
    as_written = (
        *_other_mode(case, case.best),
        *_raise_limit(case, case.best),
        *_close(medians, medians.best),
        *bounding(case, case.best),
        *_share(medians, medians.best),
    )
    instead = [_rearrange(medians, medians.best, tried) for tried in better if not _is_guard(case, tried)]
    told = [replace(action, text=f"{action.text[:-1]}, at medians.") if case.fixed else action for action in instead]
    return (*as_written, *(_or(action) if as_written or i else action for i, action in enumerate(told)))


def saving(kind: str, rule: str, text: str, before: Account, after: Account, mode: Mode | None = None) -> Action:
    """An action that turns one account into another; savings are differences of medians."""
    return Action(
        kind=kind,
        rule=rule,
        text=text,
        saves_usage_us=before.usage.p50 - after.usage.p50,
        saves_wall_us=before.wall.p50 - after.wall.p50,
        saves_cost=before.cost.p50 - after.cost.p50 if before.cost and after.cost else None,
        mode=mode,
    )


def _other_mode(case: Case, best: Account) -> Iterator[Action]:
    asked, objective = case.outcome.workload.mode, case.goal.objective
    if asked is None or case.choice.mode in (None, asked):
        return
    before = case.whole(asked)
    if before and asked not in case.choice.obstacles and measure(before, objective) == measure(best, objective):
        return
    rule = "J-03" if case.jobs == 1 else "R-02" if best.mode is Mode.SESSION else "R-01"
    text = f"Send it as {best.mode.said(case.jobs)}, not as {asked.said(case.jobs)}."
    yield saving("mode", rule, text, before or best, best, best.mode)


def _or(action: Action) -> Action:
    """Not in addition to the actions before it, but instead of them."""
    return replace(action, text=f"Or {action.text[0].lower()}{action.text[1:]}")


def _raise_limit(case: Case, best: Account) -> Iterator[Action]:
    """What the usage limit lacks, where it cuts the run (rule U-10); free usage cannot be bought."""
    plan, mode = case.outcome.workload.plan, best.mode
    whole = case.outcome.uncut_of(mode)
    if plan.remaining_us is None or not (is_held(case.outcome, mode) and undone(case.outcome, mode)):
        return
    short_us = whole.usage.p50 - plan.remaining_us
    if short_us <= 0:
        return
    money = None
    if plan.price_per_second:
        money = Decimal(short_us) * plan.price_per_second / US_PER_S
    if plan.price_per_second == 0:
        text = f"Wait until {say_us(short_us)} more of the allocation are free, or take another plan."
    else:
        what = "cost limit" if plan.limit_action is LimitAction.STOP else "allocation"
        worth = "" if money is None else f" ({say_money(money, plan.currency)})"
        text = f"Raise the {what} by {say_us(short_us)} of usage{worth}: then nothing is held back."
    yield saving("limit", "U-10", text, best, whole, case.choice.mode)


def _is_guard(case: Case, tried: Tried) -> bool:
    """Whether ``_close`` or ``bounding`` says it already, of the chosen mode."""
    return tried.variant.candidate.kind in ("close", "max_time") and tried.account.mode is case.choice.mode


def _rearrange(case: Case, best: Account, tried: Tried) -> Action:
    candidate, account = tried.variant.candidate, tried.account
    rule = candidate.rule
    if candidate.kind == "split" and account.mode is not Mode.SESSION:
        rule = "U-04"
    order = f"{candidate.text[0].upper()}{candidate.text[1:]}"
    run = f"run it as {account.mode.said(tried.variant.outcome.workload.size)}"
    text = f"{order} and {run}: {figures(account)}."
    return saving(candidate.kind, rule, text, best, account, account.mode)


def _close(case: Case, best: Account) -> Iterator[Action]:
    """Rule P-01 with its price: what leaving the chosen batch or session open would bill more."""
    mode, workload = case.choice.mode, case.outcome.workload
    if mode in (None, Mode.JOB) or case.choice.leaves_undone:
        return
    box = workload.session if mode is Mode.SESSION else workload.batch
    others = case.of_kind("close" if box.end is End.NONE else "forget")
    if box.end is End.CANCEL or not others:
        return
    other = others[0].outcome.of(best.mode)
    left_open, closed = (best, other) if box.end is End.NONE else (other, best)
    if mode is Mode.SESSION:
        verb = "bills" if is_billed(left_open) else "spends usage"
        why = f"left open it {verb} until its interactive TTL of {say_us(box.interactive_ttl_us)} has passed"
    else:
        why = "left open it costs no more, but lingers until a timeout ends it"
    text = f"Close the {mode} after the last job, as leaving its context manager does: {why}."
    yield saving("close", "P-01", text, left_open, closed)


def _share(case: Case, best: Account) -> Iterator[Action]:
    """Rule S-08: independent parts in threads of one session, against a session for each."""
    apart = separate_sessions(case)
    if case.choice.mode is not Mode.SESSION or apart is None or apart.usage_us <= best.usage.p50:
        return
    yield Action(
        kind="thread",
        rule="S-08",
        text=f"Keep the {apart.parts} independent parts in one session, each in a thread of its own.",
        saves_usage_us=apart.usage_us - best.usage.p50,
        saves_wall_us=apart.wall_us - best.wall.p50,
        saves_cost=apart.cost - best.cost.p50 if apart.cost is not None and best.cost else None,
    )
