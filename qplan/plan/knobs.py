"""The figures of a workload whose turning may flip the choice of mode."""

from __future__ import annotations

from decimal import Decimal

from qplan.model.variant import Knob
from qplan.model.workload import Item, Workload
from qplan.plan.transform import with_price, with_think, with_wait
from qplan.units import US_PER_HOUR, US_PER_S

MOST_LOOPS = 3
"""Loops whose think time is searched for a break-even."""
PRICE_STEPS = 1_000_000


def knobs(workload: Workload, *, price: bool) -> tuple[Knob, ...]:
    """Queue wait, think time of the loops and, where ``price`` asks for it and it is known, the price of a second."""
    loops = [item for item in workload.items if item.iterations > 1]
    return (
        *([] if workload.queue.fair_share else [_wait(workload)]),
        *(_think(workload, item, alone=len(loops) == 1) for item in loops[:MOST_LOOPS]),
        *(_price(workload) if price else ()),
    )


def _wait(workload: Workload) -> Knob:
    """One second to a week, at every entry."""
    return Knob(
        name="median queue wait" if workload.queue.wait.is_random else "queue wait",
        unit="s",
        steps_per_unit=US_PER_S,
        current=workload.queue.wait.median_us,
        low=US_PER_S,
        high=7 * 24 * US_PER_HOUR,
        apply=lambda us: with_wait(workload, us),
    )


def _think(workload: Workload, item: Item, *, alone: bool) -> Knob:
    """Ten milliseconds to a day, between two steps of a loop."""
    think = item.think or workload.classical.think
    return Knob(
        name="think time" if alone else f"think time of {item.name}",
        unit="s",
        steps_per_unit=US_PER_S,
        current=think.median_us,
        low=US_PER_S // 100,
        high=24 * US_PER_HOUR,
        apply=lambda us: with_think(workload, us, item.name),
    )


def _price(workload: Workload) -> tuple[Knob, ...]:
    """A thousandth to a thousandfold of today's price."""
    per_second = workload.plan.price_per_second
    current = int((per_second or 0) * PRICE_STEPS)
    if not current:
        return ()
    return (
        Knob(
            name="price",
            unit=f"{workload.plan.currency}/s",
            steps_per_unit=PRICE_STEPS,
            current=current,
            low=max(1, current // 1000),
            high=current * 1000,
            apply=lambda steps: with_price(workload, Decimal(steps) / PRICE_STEPS),
        ),
    )
