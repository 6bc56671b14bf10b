"""A run drawn against time: a row each for queue, client, batch or session, every lane and the QPU.

Phases differ by their character, so the drawing needs no colour. What is folded (see ``fold``) shows ``⋯`` and
is said below. Plain cells with a style name each; the formats turn them into their own text.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from textwrap import wrap

from qplan.model.account import Account
from qplan.model.trace import Phase, Span
from qplan.model.workload import Mode
from qplan.render import numbers
from qplan.render.axis import ruler
from qplan.render.fold import Fold, Stretch, axis
from qplan.render.paint import paint

Line = tuple[tuple[str, str], ...]
"""Pieces of a line, each a text and the name of a style."""

_GLYPHS: Mapping[Phase, tuple[str, str, str]] = {
    Phase.QUEUE: ("·", "queue", "yellow"),
    Phase.LANE_WAIT: (":", "waits for a lane", "yellow"),
    Phase.THINK: ("-", "think (client)", "cyan"),
    Phase.CLASSICAL_BEFORE: ("░", "classical before", "blue"),
    Phase.QPU_WAIT: ("~", "waits for the QPU", "red"),
    Phase.QPU: ("█", "QPU", "green"),
    Phase.CLASSICAL_AFTER: ("▒", "classical after", "blue"),
    Phase.IDLE: ("$", "idle, counts as usage", "magenta"),
    Phase.INACTIVE: ("_", "inactive", "dim"),
    Phase.CALIBRATION: ("%", "calibration", "magenta"),
    Phase.FOREIGN: ("x", "other users", "red"),
}
_ACTIVE = ("=", "active", "")
_IDLE_FREE = ("o", "idle, not counted", "")
_FOLDED = "⋯"
_MOST_LANES = 12
_IN_QUEUE = frozenset({Phase.QUEUE, Phase.LANE_WAIT})
_IN_LANE = frozenset({Phase.CLASSICAL_BEFORE, Phase.QPU_WAIT, Phase.QPU, Phase.CLASSICAL_AFTER, Phase.FOREIGN})
_OF_CONTAINER = frozenset({Phase.IDLE, Phase.INACTIVE})
_LABEL = 8


def drawing(account: Account, width: int) -> Iterator[Line]:
    """The lines of one mode's timeline, at most ``width`` wide."""
    end_us = max([account.end_us, *(span.end_us for span in account.timeline)])
    if not account.timeline or not end_us:
        yield (("  nothing ran", ""),)
        return
    stretches = axis(account.timeline, end_us, width - _LABEL - 3)
    painted = {name: paint(spans, stretches) for name, spans in _rows(account)}
    for name, cells in painted.items():
        base = _windows(account, stretches) if name == account.mode else [""] * len(cells)
        yield _line(name, _styled(cells, base, stretches, account.mode))
    yield from ((("".rjust(_LABEL) + " " + line, "dim"),) for line in ruler(stretches))
    yield from (((line, "dim"),) for line in _indented(_said(account.timeline, stretches, painted), width))


def legend(accounts: Sequence[Account]) -> list[str]:
    """What the characters that occur mean."""
    phases = {span.phase for account in accounts for span in account.timeline}
    entries = [_GLYPHS[phase] for phase in _GLYPHS if phase in phases - {Phase.IDLE}]
    with_windows = [account for account in accounts if account.runs and account.sample.windows_us]
    idle = {a.mode is Mode.SESSION for a in accounts for span in a.timeline if span.phase is Phase.IDLE}
    entries += [_ACTIVE] if with_windows else []
    entries += [_GLYPHS[Phase.IDLE]] if True in idle else []
    entries += [_IDLE_FREE] if False in idle else []
    entries += [(_FOLDED, "folded, not to scale", "")]
    return [f"{glyph} {meaning}" for glyph, meaning, _ in entries]


def _rows(account: Account) -> Iterator[tuple[str, list[Span]]]:
    """The rows that have anything to show, from the queue down to the QPU."""
    queue, client, container, qpu = [], [], [], []
    lanes: defaultdict[int, list[Span]] = defaultdict(list)
    for span in account.timeline:
        if span.phase in _IN_LANE and span.lane is not None:
            lanes[span.lane].append(span)
        if span.phase in _IN_QUEUE:
            queue.append(span)
        elif span.phase is Phase.THINK:
            client.append(span)
        elif span.phase in _OF_CONTAINER:
            container.append(span)
        elif span.phase in (Phase.QPU, Phase.CALIBRATION) or span.lane is None:
            qpu.append(span)
    yield from ((name, spans) for name, spans in (("queue", queue), ("client", client)) if spans)
    if container or account.sample.windows_us:
        yield account.mode, container
    for lane in sorted(lanes)[:_MOST_LANES]:
        yield f"lane {lane + 1}", lanes[lane]
    yield "QPU", qpu


def _windows(account: Account, stretches: Sequence[Stretch]) -> list[str]:
    active = [
        Span(job="", phase=Phase.IDLE, lane=None, start_us=start, end_us=end)
        for start, end in account.sample.windows_us
    ]
    return [_ACTIVE[0] if phase is not None else "" for phase in paint(active, stretches)]


def _styled(
    cells: Sequence[Phase | None], base: Sequence[str], stretches: Sequence[Stretch], mode: Mode
) -> Iterator[tuple[str, str]]:
    column = 0
    for stretch in stretches:
        for i in range(stretch.columns):
            glyph, style = _cell(cells[column], base[column], mode)
            still = stretch.fold is Fold.STILL and i == stretch.columns // 2 and glyph != " "
            yield (_FOLDED, "dim") if stretch.fold is Fold.MIDDLE or still else (glyph, style)
            column += 1


def _cell(phase: Phase | None, base: str, mode: Mode) -> tuple[str, str]:
    if phase is None:
        return base or " ", ""
    glyph, _, style = _IDLE_FREE if phase is Phase.IDLE and mode is not Mode.SESSION else _GLYPHS[phase]
    return glyph, style


def _line(name: str, cells: Iterable[tuple[str, str]]) -> Line:
    runs = groupby(cells, key=lambda cell: cell[1])
    return ((f"{name:>{_LABEL}} │", ""), *(("".join(glyph for glyph, _ in run), style) for style, run in runs))


def _said(spans: Sequence[Span], stretches: Sequence[Stretch], painted: Mapping[str, Sequence[Phase | None]]) -> str:
    """The scale, what is folded, and lanes left out."""
    drawn = [stretch for stretch in stretches if stretch.fold is Fold.NOT]
    columns = sum(stretch.columns for stretch in drawn)
    parts = [f"a column is {numbers.duration(sum(s.length_us for s in drawn) // columns)}"] if columns else []
    if folded := [*_still(stretches, painted), *_middle(spans, stretches)]:
        parts.append(f"{_FOLDED} folded: {numbers.listed(folded)}")
    lanes = {span.lane for span in spans if span.phase in _IN_LANE and span.lane is not None}
    if len(lanes) > _MOST_LANES:
        parts.append(f"{numbers.counted(len(lanes) - _MOST_LANES, 'more lane')} left out")
    return "; ".join(parts)


def _indented(sentence: str, width: int) -> Iterator[str]:
    indent = " " * (_LABEL + 1)
    for line in wrap(numbers.tied(sentence, "\xa0"), width, initial_indent=indent, subsequent_indent=indent):
        yield line.replace("\xa0", " ")


def _still(stretches: Sequence[Stretch], painted: Mapping[str, Sequence[Phase | None]]) -> Iterator[str]:
    """Stretches without change, those of one kind together."""
    found: defaultdict[str, Counter[int]] = defaultdict(Counter)
    column = 0
    for stretch in stretches:
        if stretch.fold is Fold.STILL:
            phases = (cells[column] for cells in painted.values())
            what = next((_GLYPHS[phase][1] for phase in phases if phase is not None), "nothing")
            found[what][stretch.length_us] += 1
        column += stretch.columns
    for what, lengths in found.items():
        told = [(f"{n} x " if n > 1 else "") + numbers.duration(us) for us, n in lengths.items()]
        yield f"{what} {' + '.join(told)}"


def _middle(spans: Sequence[Span], stretches: Sequence[Stretch]) -> Iterator[str]:
    for stretch in stretches:
        if stretch.fold is Fold.MIDDLE:
            within = [s for s in spans if s.phase is Phase.QPU and stretch.start_us < s.end_us <= stretch.end_us]
            names = {span.job.rpartition("[")[0] for span in within}
            around = {
                span.job.rpartition("[")[0]
                for span in spans
                if span.phase is Phase.QPU and not stretch.start_us < span.end_us <= stretch.end_us
            }
            like = "similar " if names <= around else ""
            yield f"{numbers.counted(len(within), like + 'job')} in {numbers.duration(stretch.length_us)}"
