"""What a run comes to, priced (contract section 5)."""

from __future__ import annotations

from qplan.account.cost import cost_of
from qplan.model.account import Figures
from qplan.model.pricing import PricingPlan
from qplan.model.trace import Trace


def figures_of(trace: Trace, plan: PricingPlan) -> Figures:
    """The measures of a trace, and what its usage costs."""
    run = trace.measures
    return Figures(
        usage_us=run.usage_us,
        wall_us=run.wall_us,
        queue_us=run.queue_us,
        quantum_us=run.quantum_us,
        charged_us=run.charged_us,
        drift_us=run.drift_us,
        lane_held_us=run.lane_held_us,
        lane_span_us=run.lane_span_us,
        cost=cost_of(run.usage_us, plan),
        completed=run.completed,
        failed=run.failed,
        cancelled=run.cancelled,
        not_submitted=run.not_submitted,
        queued=run.queued,
        retries=run.retries,
        activations=run.activations,
        windows_us=trace.windows_us,
        ttl_cut=run.ttl_cut,
        limited=run.limited,
    )
