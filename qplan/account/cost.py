"""Usage times price, in exact decimals."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from qplan.model.pricing import PricingPlan
from qplan.units import US_PER_S

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
