"""The two interactive TTLs that are told of a batch, and whether it matters which one is true."""

from __future__ import annotations

from collections.abc import Iterator

from qplan.compare.choice import choose
from qplan.compare.phrases import is_billed
from qplan.compare.relative import compare
from qplan.errors import Problem, Severity
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
        severity=Severity.NOTE,
    )


def _changes(measured: Outcome, documented: Outcome, goal: Goal) -> Iterator[str]:
    taken, told = compare(measured.accounts), compare(documented.accounts)
    cheapest = "the cheapest" if any(map(is_billed, measured.accounts)) else "the least usage"
    rows: list[tuple[str, Mode | None, Mode | None]] = [
        ("the choice", choose(measured, goal).mode, choose(documented, goal).mode),
        (cheapest, taken.cheapest, told.cheapest),
        ("the fastest", taken.fastest, told.fastest),
    ]
    for what, now, then in rows:
        if then is not now:
            yield f"{what} would be {then.said() if then else 'none'} instead of {now.said() if now else 'none'}"
