"""Usage times price, in exact decimals."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

from qplan.model.account import CostQuantity, Quantity
from qplan.model.pricing import PricingPlan
from qplan.units import MAX_US, US_PER_S

CENT = Decimal("0.01")


def cost_of(usage_us: int, plan: PricingPlan) -> Decimal | None:
    """What a usage costs on a plan, to the cent (halves up); ``None`` where the price is unknown (rule U-09).

    Included usage is free; the product is exact before its one rounding.
    """
    if plan.price_per_second is None:
        return None
    billed_us = max(0, usage_us - plan.included_us)
    exact = Decimal(billed_us) * plan.price_per_second / US_PER_S
    return exact.quantize(CENT, ROUND_HALF_UP)


def costs_of(usage_us: Sequence[int], quantity: Quantity, plan: PricingPlan) -> CostQuantity | None:
    """What usage over replications costs: quantiles of the costs to the cent, and their exact mean.

    A larger usage never costs less, so the quantiles of the cost are the costs of the quantiles.
    """
    p10, p50, p90 = (cost_of(us, plan) for us in (quantity.p10, quantity.p50, quantity.p90))
    if p10 is None or p50 is None or p90 is None or plan.price_per_second is None:
        return None
    over, under = plan.price_per_second.as_integer_ratio()
    twice, unit = 200 * over, 2 * under * US_PER_S
    cents = sum((max(0, us - plan.included_us) * twice + under * US_PER_S) // unit for us in usage_us)
    others = tuple((label, cost_of(us, plan) or Decimal()) for label, us in quantity.others)
    return CostQuantity(p10=p10, p50=p50, p90=p90, mean=Decimal(cents) / 100 / len(usage_us), others=others)


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
