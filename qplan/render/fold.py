"""The axis of a timeline: which stretches of time get how many columns, and which are folded.

Two things are folded. Of more jobs than the width can show, the first and the last stay and the middle
goes. And a stretch in which nothing changes, much longer than its neighbours, gets a few columns only.
Everything else is drawn to one scale.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from itertools import pairwise
from statistics import median

from qplan.model.trace import Phase, Span

_COLUMNS_PER_JOB = 10
_MIDDLE_COLUMNS = 7
_WIDEST_FOLD = 11


class Fold(Enum):
    """Why a stretch is not to scale."""

    NOT = "drawn to scale"
    STILL = "nothing changes"
    MIDDLE = "more of the same"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A part of the axis."""

    start_us: int
    end_us: int
    columns: int
    fold: Fold = Fold.NOT

    @property
    def length_us(self) -> int:
        """Its time."""
        return self.end_us - self.start_us

    def edges_us(self) -> Iterator[int]:
        """The start of each column."""
        return (self.start_us + self.length_us * i // self.columns for i in range(self.columns))


def axis(spans: Sequence[Span], end_us: int, columns: int) -> list[Stretch]:
    """Stretches from 0 to ``end_us`` whose columns add up to ``columns``."""
    middle = middle_us(spans, columns)
    pieces = _pieces(spans, end_us, middle)
    pieces = _fold_still(pieces, columns - (_MIDDLE_COLUMNS if middle else 0))
    return _with_columns(list(_merged(pieces)), columns)


def middle_us(spans: Sequence[Span], columns: int) -> tuple[int, int] | None:
    """The time between the last job shown at the beginning and the first at the end; ``None`` if all can be shown."""
    ends = sorted(span.end_us for span in spans if span.phase is Phase.QPU)
    keep = max(4, columns // _COLUMNS_PER_JOB)
    if len(ends) < keep + 3:
        return None
    tail = keep // 3
    start, end = ends[keep - tail - 1], ends[-tail - 1]
    return (start, end) if start < end else None


def _pieces(spans: Sequence[Span], end_us: int, middle: tuple[int, int] | None) -> list[Stretch]:
    """The axis cut wherever anything changes, in columns still to be given."""
    low, high = middle or (end_us, end_us)
    cuts = {0, low, high, end_us}
    for span in spans:
        cuts.update(at for at in (span.start_us, span.end_us) if not low < at < high and at <= end_us)
    return [
        Stretch(start_us=a, end_us=b, columns=0, fold=Fold.MIDDLE if (a, b) == middle else Fold.NOT)
        for a, b in pairwise(sorted(cuts))
    ]


def _fold_still(pieces: list[Stretch], columns: int) -> list[Stretch]:
    """Fold what would fill a twelfth of the width and is eight times as long as the median piece."""
    drawn = [piece.length_us for piece in pieces if piece.fold is Fold.NOT]
    if not drawn:
        return pieces
    least = max(sum(drawn) / 12, 8 * median(drawn))
    folds = sum(length >= least for length in drawn)
    if not folds or folds == len(drawn):
        return pieces
    width = max(3, min(_WIDEST_FOLD, columns // 2 // folds))
    return [
        replace(piece, columns=width, fold=Fold.STILL) if piece.fold is Fold.NOT and piece.length_us >= least else piece
        for piece in pieces
    ]


def _merged(pieces: Sequence[Stretch]) -> Iterator[Stretch]:
    """Neighbours that are drawn to scale become one."""
    run: list[Stretch] = []
    for piece in pieces:
        if piece.fold is Fold.NOT:
            run.append(piece)
            continue
        yield from _joined(run)
        run = []
        yield piece
    yield from _joined(run)


def _joined(run: Sequence[Stretch]) -> Iterator[Stretch]:
    if run:
        yield Stretch(start_us=run[0].start_us, end_us=run[-1].end_us, columns=0)


def _with_columns(stretches: list[Stretch], columns: int) -> list[Stretch]:
    """Folds keep their columns; the rest is shared out by length, at least one each, adding up exactly."""
    fixed = [_MIDDLE_COLUMNS if s.fold is Fold.MIDDLE else s.columns for s in stretches]
    scaled = [s for s in stretches if s.fold is Fold.NOT]
    total = sum(s.length_us for s in scaled) or 1
    rest, done, given = columns - sum(fixed) - len(scaled), 0, 0
    result = []
    for stretch, own in zip(stretches, fixed, strict=True):
        if stretch.fold is Fold.NOT:
            done += stretch.length_us
            share = rest * done // total - given
            given, own = given + share, share + 1
        result.append(replace(stretch, columns=own))
    return result
