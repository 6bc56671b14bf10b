"""Spans to columns: which phase a column of a timeline shows."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from qplan.model.trace import Phase, Span
from qplan.render.fold import Fold, Stretch


def paint(spans: Iterable[Span], stretches: Sequence[Stretch]) -> list[Phase | None]:
    """For each column the phase that takes the most of its time."""
    edges = [edge for stretch in stretches for edge in stretch.edges_us()]
    ends = [*edges[1:], stretches[-1].end_us]
    shares: list[dict[Phase, int]] = [{} for _ in edges]
    for phase, start_us, end_us in _clipped(spans, stretches):
        column = max(bisect_right(edges, start_us) - 1, 0)
        while column < len(edges) and edges[column] < end_us:
            within = min(end_us, ends[column]) - max(start_us, edges[column])
            shares[column][phase] = shares[column].get(phase, 0) + within
            column += 1
    return [max(share, key=lambda phase: share[phase]) if share else None for share in shares]


def _clipped(spans: Iterable[Span], stretches: Sequence[Stretch]) -> Iterable[tuple[Phase, int, int]]:
    """Each (phase, start, end) once and without its part in the folded middle, however many jobs are in it."""
    low, high = next(((s.start_us, s.end_us) for s in stretches if s.fold is Fold.MIDDLE), (0, 0))
    kept: dict[tuple[Phase, int, int], None] = {}
    for span in spans:
        start_us = high if low <= span.start_us < high else span.start_us
        end_us = low if low < span.end_us <= high else span.end_us
        if start_us < end_us:
            kept[span.phase, start_us, end_us] = None
    return kept
