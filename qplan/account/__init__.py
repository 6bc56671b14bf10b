"""Measures in, figures and money out; a trace told as terms and as a timeline; pure arithmetic."""

from __future__ import annotations

from qplan.account.cost import cost_of, costs_of, usage_for
from qplan.account.figures import figures_of
from qplan.account.terms import cost_terms, usage_terms, wall_terms
from qplan.account.timeline import timeline_of

__all__ = ["cost_of", "cost_terms", "costs_of", "figures_of", "timeline_of", "usage_for", "usage_terms", "wall_terms"]
