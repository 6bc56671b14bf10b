"""Trace in, figures out: usage, cost and the other measures; pure arithmetic."""

from __future__ import annotations

from qplan.account.cost import cost_of
from qplan.account.figures import figures_of
from qplan.account.terms import cost_terms, usage_terms, wall_terms
from qplan.account.timeline import timeline_of

__all__ = ["cost_of", "cost_terms", "figures_of", "timeline_of", "usage_terms", "wall_terms"]
