"""What a run comes to, priced (contract section 5)."""

from __future__ import annotations

from dataclasses import fields

from qplan.account.cost import cost_of
from qplan.model.account import Figures
from qplan.model.pricing import PricingPlan
from qplan.model.trace import Trace


def figures_of(trace: Trace, plan: PricingPlan) -> Figures:
    """The measures of a trace, and what its usage costs."""
    measured = {field.name: getattr(trace.measures, field.name) for field in fields(trace.measures)}
    return Figures(**measured, cost=cost_of(trace.measures.usage_us, plan), windows_us=trace.windows_us)
