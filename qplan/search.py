"""The search beside the pipeline: it simulates what it is handed, and knows no room.

``Evaluate`` runs one workload; ``Lift`` clears a workload's way of maximum TTLs and usage limits; ``Decide`` names
the mode to choose for an outcome.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Context
from math import isqrt
from typing import NamedTuple

from qplan.errors import Problem, Severity
from qplan.model.variant import Candidate, Evaluate, Flip, Knob, Outcome, Variant
from qplan.model.workload import Mode, Workload

Lift = Callable[[Workload], Workload]
Decide = Callable[[Outcome], Mode | None]
Choice = Callable[[int], Mode | None]

MOST_JOBS = 250_000
"""Jobs of all alternatives together that are simulated in each mode."""
MOST_JOBS_FOR_FLIPS = 2_000
"""Jobs of a workload up to which break-even figures are searched: that takes some fifty runs for a figure."""
DIGITS = Context(prec=4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Explored:
    """The alternatives that were simulated, and a note on what was left out for its size."""

    variants: tuple[Variant, ...]
    problems: tuple[Problem, ...] = ()


class Turn(NamedTuple):
    """The value above or below which a choice is ``flips_to``."""

    value: int
    flips_to: Mode | None
    above: bool


def outcome_of(workload: Workload, evaluate: Evaluate, lift: Lift) -> Outcome | None:
    """A workload as it is and with nothing in its way; ``None`` where the service would refuse it."""
    accounts = evaluate(workload)
    if not accounts:
        return None
    whole = all(account.is_complete for account in accounts)
    return Outcome(workload=workload, accounts=accounts, uncut=accounts if whole else evaluate(lift(workload)))


def explore(candidates: Iterable[Candidate], evaluate: Evaluate, lift: Lift, most_jobs: int = MOST_JOBS) -> Explored:
    """Simulate the candidates in their order; those for which ``most_jobs`` leaves no room are passed over."""
    variants, skipped, left = [], 0, most_jobs
    for candidate in candidates:
        if candidate.workload.size > left:
            skipped += 1
            continue
        left -= candidate.workload.size
        outcome = outcome_of(candidate.workload, evaluate, lift)
        if outcome is not None:
            variants.append(Variant(candidate=candidate, outcome=outcome))
    return Explored(variants=tuple(variants), problems=_note(f"{skipped:,} alternatives were not simulated", skipped))


def flips(
    workload: Workload, knobs: Iterable[Knob], evaluate: Evaluate, lift: Lift, decide: Decide
) -> tuple[tuple[Flip, ...], tuple[Problem, ...]]:
    """The break-even figures of each knob; none, and a note, for a workload too large to be run so often."""
    if workload.size > MOST_JOBS_FOR_FLIPS:
        return (), _note("break-even figures were not searched", workload.size)

    def choice_of(knob: Knob) -> Choice:
        def choice(steps: int) -> Mode | None:
            outcome = outcome_of(knob.apply(steps), evaluate, lift)
            return decide(outcome) if outcome else None

        return choice

    found = (
        Flip(knob=knob, value=turn.value, flips_to=turn.flips_to, above=turn.above)
        for knob in knobs
        for turn in break_even(choice_of(knob), knob.current, knob.low, knob.high)
    )
    return tuple(found), ()


def break_even(choice: Choice, current: int, low: int, high: int) -> list[Turn]:
    """Where the choice changes nearest below and above ``current``, and to what; whole steps, ``1 <= low <= high``.

    Looks outward by doubling and halving, then bisects to 0.1 %. A value counts only if the choices 1 % below
    and 1 % above it differ.
    """
    known: dict[int, Mode | None] = {}

    def remembered(steps: int) -> Mode | None:
        if steps not in known:
            known[steps] = choice(steps)
        return known[steps]

    sides = (_below(current, low), _above(current, low, high))
    found = (_first_flip(remembered, current, outward) for outward in sides)
    return [flip for flip in found if flip is not None]


def _below(current: int, low: int) -> Iterator[int]:
    while current > low:
        current = max(current // 2, low)
        yield current


def _above(current: int, low: int, high: int) -> Iterator[int]:
    while current < high:
        current = min(max(current * 2, low), high)
        yield current


def _first_flip(choice: Choice, current: int, outward: Iterable[int]) -> Turn | None:
    now, near = choice(current), current
    for far in outward:
        if choice(far) != now:
            return _verified(choice, now, _bisected(choice, now, near, far), above=far > current)
        near = far
    return None


def _bisected(choice: Choice, now: Mode | None, near: int, far: int) -> int:
    """The middle of a bracket narrowed to a thousandth, to four digits."""
    while abs(far - near) > max(1, min(near, far) // 1000):
        middle = isqrt(near * far)
        if middle <= min(near, far):
            middle = (near + far) // 2
        if choice(middle) == now:
            near = middle
        else:
            far = middle
    return int(DIGITS.create_decimal((near + far) // 2))


def _verified(choice: Choice, now: Mode | None, value: int, *, above: bool) -> Turn | None:
    """The value with the choice beyond it, if 1 % on this side of it nothing has changed and 1 % beyond it has."""
    lower, upper = value * 99 // 100, -(-value * 101 // 100)
    near, far = (lower, upper) if above else (upper, lower)
    beyond = choice(far)
    return Turn(value, beyond, above) if choice(near) == now != beyond else None


def _note(message: str, count: int) -> tuple[Problem, ...]:
    if not count:
        return ()
    hint = f"the search simulates at most {MOST_JOBS:,} jobs, and {MOST_JOBS_FOR_FLIPS:,} for a break-even figure"
    return (Problem(code="QP502", message=message, hint=hint, severity=Severity.NOTE),)
