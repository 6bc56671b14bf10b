"""Shares of a variance from replications of which some quantities are drawn anew (pick-freeze).

Three samples with the same numbers: ``base``; ``other``, in which all that is random is drawn anew; and ``swapped``, in
which one input is. Half the mean square of base less other is the variance; of base less swapped what the input takes
part in; of other less swapped what all but the input take part in.

Source: M. J. W. Jansen, "Analysis of variance designs for model output", Computer Physics Communications 117 (1999);
A. Saltelli et al., "Variance based sensitivity analysis of model output", the same 181 (2010). The denominator is taken
from the same differences, so that an input that does everything has exactly all, and one that does nothing none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import fsum, sqrt

from qplan.model.sensitivity import Share, Shares

BATCHES = 20
"""Into so many runs of replications a sample is cut for its sampling error; no sample may be smaller."""
STUDENT_95 = 2.093
"""Student's deviate of 19 degrees of freedom that leaves 2.5 % above it."""


def varies(base: Sequence[int], other: Sequence[int]) -> bool:
    """Whether anything random changes a figure."""
    return any(a != b for a, b in zip(base, other, strict=True))


def shares(base: Sequence[int], other: Sequence[int], swapped: Sequence[int]) -> Shares:
    """What one input takes part in, and what it makes alone; ``base`` and ``other`` must differ."""
    whole = _squares(base, other)
    total = _squares(base, swapped)
    alone = [a - b for a, b in zip(whole, _squares(other, swapped), strict=True)]
    return Shares(total=_ratio(total, whole), alone=_ratio(alone, whole))


def _squares(some: Sequence[int], others: Sequence[int]) -> list[int]:
    return [(a - b) ** 2 for a, b in zip(some, others, strict=True)]


def _ratio(parts: Sequence[int], wholes: Sequence[int]) -> Share:
    """The ratio of two sums, and its error from the scatter of the batches around it."""
    whole = sum(wholes)
    ratio = sum(parts) / whole
    off = [(part - ratio * of) / whole for part, of in zip(_batches(parts), _batches(wholes), strict=True)]
    return Share(value=ratio, error=STUDENT_95 * sqrt(fsum(x * x for x in off) * BATCHES / (BATCHES - 1)))


def _batches(values: Sequence[int]) -> Iterator[int]:
    n = len(values)
    return (sum(values[i * n // BATCHES : (i + 1) * n // BATCHES]) for i in range(BATCHES))
