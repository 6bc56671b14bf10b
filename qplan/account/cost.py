"""Usage times price, in exact decimals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import ROUND_FLOOR, Decimal

from qplan.model.account import CostQuantity, Quantity
from qplan.model.pricing import PricingPlan
from qplan.units import MAX_US, US_PER_S


def cost_of(usage_us: int, plan: PricingPlan) -> Decimal | None:
    """What a usage costs on a plan, to the cent (halves up); ``None`` where the price is unknown (rule U-09).

    Included usage is free; the product is exact before its one rounding.
    """
    cents = _in_cents(plan)
    return None if cents is None else Decimal(cents(usage_us)).scaleb(-2)


def costs_of(usage_us: Sequence[int], quantity: Quantity, plan: PricingPlan) -> CostQuantity | None:
    """What usage over replications costs: quantiles of the costs to the cent, and their exact mean.

    A larger usage never costs less, so the quantiles of the cost are the costs of the quantiles.
    """
    cents = _in_cents(plan)
    if cents is None:
        return None
    p10, p50, p90 = (Decimal(cents(us)).scaleb(-2) for us in (quantity.p10, quantity.p50, quantity.p90))
    others = tuple((label, Decimal(cents(us)).scaleb(-2)) for label, us in quantity.others)
    mean = Decimal(sum(map(cents, usage_us))) / 100 / len(usage_us)
    return CostQuantity(p10=p10, p50=p50, p90=p90, mean=mean, others=others)


def _in_cents(plan: PricingPlan) -> Callable[[int], int] | None:
    """A usage to whole cents, in integers, for it is asked of each replication; ``None`` without a price."""
    if plan.price_per_second is None:
        return None
    price, parts = plan.price_per_second.as_integer_ratio()
    included_us, twice, unit = plan.included_us, 200 * price, 2 * parts * US_PER_S
    return lambda usage_us: (max(0, usage_us - included_us) * twice + parts * US_PER_S) // unit


def usage_for(amount: Decimal, plan: PricingPlan) -> int:
    """The largest usage whose cost, rounded to the cent, is no more than an amount; the price must be known."""
    if not plan.price_per_second:
        return MAX_US if amount >= 0 else -1
    cents = int((amount * 100).to_integral_value(ROUND_FLOOR))
    if cents < 0:
        return -1
    over, under = plan.price_per_second.as_integer_ratio()
    # Up to half a cent more is rounded down: billed x price x 100 < cents + 1/2.
    billed_us = ((2 * cents + 1) * under * US_PER_S - 1) // (200 * over)
    return plan.included_us + billed_us
