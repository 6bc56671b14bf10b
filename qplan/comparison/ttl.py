"""The two interactive TTLs that are told of a batch, and whether it matters which one is true."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from qplan.comparison.choice import choose
from qplan.comparison.phrases import is_billed
from qplan.comparison.relative import compare
from qplan.errors import Mark, Problem, Severity
from qplan.model.account import Account
from qplan.model.variant import Goal, Outcome
from qplan.model.workload import Mode
from qplan.say import say_us


def documented_ttl_note(measured: Outcome, documented: Outcome, goal: Goal) -> Problem | None:
    """A note (QP501) where the documented TTL would change the choice, the cheapest or the fastest mode (rule B-08)."""
    changes = list(_changes(measured, documented, goal))
    if not changes:
        return None
    taken, told = (say_us(outcome.workload.batch.interactive_ttl_us) for outcome in (measured, documented))
    return Problem(
        code="QP501",
        message=f"the batch's interactive TTL is {taken} as measured; with the {told} documented, {', '.join(changes)}",
        hint="set batch.interactive_ttl to what batch.details() says",
        path="batch.interactive_ttl",
        mark=Mark(file=measured.workload.file),
        severity=Severity.NOTE,
    )


def _changes(measured: Outcome, documented: Outcome, goal: Goal) -> Iterator[str]:
    """What would be another; a mode that would only draw level changes nothing."""
    taken, told = compare(measured.accounts), compare(documented.accounts)
    cheapest = "the cheapest" if any(map(is_billed, measured.accounts)) else "the least usage"
    now, then = choose(measured, goal).mode, choose(documented, goal).mode
    if then is not now:
        yield _instead("the choice", now, then)
    if _less(documented, taken.cheapest, told.cheapest, lambda account: account.usage.p50):
        yield _instead(cheapest, taken.cheapest, told.cheapest)
    if _less(documented, taken.fastest, told.fastest, lambda account: account.wall.p50):
        yield _instead("the fastest", taken.fastest, told.fastest)


def _less(outcome: Outcome, now: Mode | None, then: Mode | None, measure: Callable[[Account], int]) -> bool:
    return now is not None and then is not None and measure(outcome.of(then)) < measure(outcome.of(now))


def _instead(what: str, now: Mode | None, then: Mode | None) -> str:
    return f"{what} would be {then.said() if then else 'none'} instead of {now.said() if now else 'none'}"
