"""Accounts in, comparison and advice out; pure."""

from __future__ import annotations

from qplan.compare.relative import compare

__all__ = ["compare"]
