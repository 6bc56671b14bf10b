"""Where the choice flips, as figures a person can hold against their own (rule P-02)."""

from __future__ import annotations

from decimal import Decimal

from qplan.comparison.case import Case
from qplan.model.comparison import BreakEven
from qplan.model.variant import Flip, Knob
from qplan.say import say_us


def break_evens(case: Case) -> tuple[BreakEven, ...]:
    """Each flip to another mode; one to "no mode will do" is left to deadline and budget themselves.

    They hold for fixed runs: where these choose another mode than the replications, there is nothing to tell.
    """
    if not case.medians_agree:
        return ()
    at = "At medians, with" if case.fixed else "With"
    return tuple(
        BreakEven(
            name=flip.knob.name,
            current=_in_units(flip.knob, flip.knob.current),
            value=_in_units(flip.knob, flip.value),
            unit=flip.knob.unit,
            flips_to=flip.flips_to,
            text=f"{at} {beyond(flip)} {flip.flips_to.said(case.jobs)} would be the choice.",
        )
        for flip in case.flips
        if flip.flips_to is not None and flip.flips_to is not case.choice.shown
    )


def beyond(flip: Flip) -> str:
    """The knob and the side on which the choice differs: "a queue wait above 31.5 s"."""
    side = "above" if flip.above else "below"
    return f"a {flip.knob.name} {side} {_told_apart(flip)[1]}"


def now(flip: Flip) -> str:
    """Where the knob stands."""
    return _told_apart(flip)[0]


def _told_apart(flip: Flip) -> tuple[str, str]:
    """Where the knob stands and where the choice flips: as figures are said, in full where they would read the same."""
    steps = (flip.knob.current, flip.value)
    current, value = (_said(flip.knob, n) for n in steps)
    if current == value:
        current, value = (f"{_in_units(flip.knob, n):f} {flip.knob.unit}" for n in steps)
    return current, value


def _said(knob: Knob, steps: int) -> str:
    """Rounded as every figure is."""
    if knob.unit == "s":
        return say_us(steps)
    return f"{_in_units(knob, steps):f} {knob.unit}"


def _in_units(knob: Knob, steps: int) -> Decimal:
    """Without trailing zeros, and never in scientific notation."""
    value = Decimal(steps) / knob.steps_per_unit
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()
