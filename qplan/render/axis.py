"""The ruler below a timeline: a line with ticks, and the times under them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from qplan.render import numbers
from qplan.render.fold import Fold, Stretch
from qplan.units import US_PER_HOUR, US_PER_MINUTE, US_PER_S

_BETWEEN_TICKS = 14
_STEPS_US = [
    *(step * 10**power for power in range(7) for step in (1, 2, 5)),
    *(step * US_PER_S for step in (10, 15, 20, 30)),
    *(step * US_PER_MINUTE for step in (1, 2, 5, 10, 15, 20, 30)),
    *(step * US_PER_HOUR for step in (1, 2, 3, 6, 12, 24, 48, 120, 240, 720, 2400, 8760, 87_600)),
]


def ruler(stretches: Sequence[Stretch]) -> Iterator[str]:
    """The line, broken where time is folded, and below it as many times as there is room for."""
    columns = sum(stretch.columns for stretch in stretches)
    line = list("".join(("─" if s.fold is Fold.NOT else "╌") * s.columns for s in stretches))
    labels = [" "] * (columns + 1)
    for column, at_us in _by_weight(stretches, columns):
        label = numbers.duration(at_us)
        start = min(column, columns + 1 - len(label))
        if all(cell == " " for cell in labels[max(start - 2, 0) : start + len(label) + 2]):
            labels[start : start + len(label)] = label
            if 0 < column < columns:
                line[column] = "┴"
    yield "└" + "".join(line) + "┘"
    yield " " + "".join(labels).rstrip()


def _by_weight(stretches: Sequence[Stretch], columns: int) -> list[tuple[int, int]]:
    """Ticks as (column, instant), those that must not miss first: both ends, then folds, then round times."""
    folds, rounds, column = [], [], 0
    for stretch in stretches:
        if stretch.fold is Fold.NOT:
            rounds += [(column + at, us) for at, us in _round_times(stretch)]
        else:
            folds += [(column + stretch.columns, stretch.end_us), (column, stretch.start_us)]
        column += stretch.columns
    return [(0, 0), (columns, stretches[-1].end_us), *folds, *rounds]


def _round_times(stretch: Stretch) -> Iterator[tuple[int, int]]:
    """Multiples of a round step, about fourteen columns apart, where a stretch is long enough."""
    wanted_us = stretch.length_us * _BETWEEN_TICKS // stretch.columns
    step_us = next((step for step in _STEPS_US if step >= wanted_us), 0)
    if step_us:
        first = -(-stretch.start_us // step_us) * step_us
        for at_us in range(first, stretch.end_us, step_us):
            yield (at_us - stretch.start_us) * stretch.columns // stretch.length_us, at_us
