"""Where the choice flips, as figures a person can hold against their own (rule P-02)."""

from __future__ import annotations

from decimal import Decimal

from qplan.compare.case import Case
from qplan.model.comparison import BreakEven
from qplan.model.variant import Flip, Knob
from qplan.say import say_us
from qplan.units import US_PER_MINUTE


def break_evens(case: Case) -> tuple[BreakEven, ...]:
    """Each flip to another mode; one to "no mode will do" is left to deadline and budget themselves."""
    return tuple(
        BreakEven(
            name=flip.knob.name,
            current=_in_units(flip.knob, flip.knob.current),
            value=_in_units(flip.knob, flip.value),
            unit=flip.knob.unit,
            flips_to=flip.flips_to,
            text=f"With {beyond(flip)} {flip.flips_to.said(case.jobs)} would be the choice.",
        )
        for flip in case.flips
        if flip.flips_to is not None
    )


def beyond(flip: Flip) -> str:
    """The knob and the side on which the choice differs: "a queue wait above 31.5 s"."""
    side = "above" if flip.above else "below"
    return f"a {flip.knob.name} {side} {_said(flip.knob, flip.value)}"


def now(flip: Flip) -> str:
    """Where the knob stands."""
    return _said(flip.knob, flip.knob.current)


def _said(knob: Knob, steps: int) -> str:
    """Seconds in full up to ten minutes, so that a value close to today's can be told from it."""
    if knob.unit == "s" and steps >= 10 * US_PER_MINUTE:
        return say_us(steps)
    return f"{_in_units(knob, steps):f} {knob.unit}"


def _in_units(knob: Knob, steps: int) -> Decimal:
    """Without trailing zeros, and never in scientific notation."""
    value = Decimal(steps) / knob.steps_per_unit
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()
