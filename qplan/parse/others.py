"""Checks of what others send: that it comes to an end, and whether it leaves anything for us."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from qplan.model.duration import Duration
from qplan.parse.document import Path
from qplan.parse.durations import duration_text
from qplan.parse.findings import Findings
from qplan.parse.moments import mean_us
from qplan.parse.spreads import NOTHING, Spreads
from qplan.units import MAX_US, US_PER_S

WITHOUT_END, OVERLOADED = "QP220", "QP309"
SHORTEST_GAP_US = 1_000
MANY = 1_000
UNREAD = Duration.fixed(MAX_US)
"""Stands for a gap with an error: so long that nothing else is found to be wrong with it."""

Work = tuple[Duration, Duration]
"""What is asked for each time, and how often: ``every`` so much time."""


def gap_of(shape: Any, path: Path, spreads: Spreads) -> Duration:  # noqa: ANN401 - one of the shapes of a duration
    """The time between two arrivals: a stream with a median gap of next to nothing would never end."""
    gap = spreads.noun(shape, path)
    if gap.median_us >= SHORTEST_GAP_US:
        return gap
    if gap is not NOTHING:  # which stands for one with an error
        told = f"{path[-1]} must have a median of at least 1ms, not {shown(gap.median_us)}: arrivals would never end"
        spreads.findings.error(WITHOUT_END, told, path, "write how much time passes from one job to the next")
    return UNREAD


def warn_of_load(work: Sequence[Work], whose: str, path: Path, found: Findings) -> None:
    """Where others ask for all of the QPU, or more, their line never empties and waits only grow."""
    load = sum((mean_us(asked) / mean_us(every) for asked, every in work), Decimal())
    if load >= 1:
        times = f"{load:.1f}" if load < MANY else f"over {MANY}"
        told = f"{whose} ask for {times} times the QPU's time: their line never empties"
        found.warn(OVERLOADED, told, path, "lengthen every or shorten qpu, unless waits that only grow are meant")


def shown(us: int) -> str:
    """Microseconds as people write them."""
    return duration_text(Decimal(us) / US_PER_S)
