"""Calls to the ``jobs`` of a workload file: what was sent together, what waited for what, and what repeats.

A *step* is what was sent without waiting in between. Equal calls of a step are one job with a ``count``; equal steps,
each sent when all results of the one before were there, are a loop.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from statistics import fmean

from qplan.bridge.recorder_log import Call
from qplan.parse.durations import duration_text
from qplan.units import US_PER_S

NEVER = 1 << 62
"""The step before which a result is known that nobody asked for before the last call."""
LONGEST_SAMPLE = 50
"""Measured times of a loop that are written one by one; of more, quantiles."""
QUANTILES = {"min": 0.0, "p25": 0.25, "p50": 0.5, "p75": 0.75, "p90": 0.9, "max": 1.0}
ALIKE = 0.05
"""Measured times that differ by no more than this share of the longest are one."""
DIGITS = 3
"""Digits of a measured time: it would not be the same in a second run."""

Document = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """``count`` equal calls of a step; ``learned`` is the first step before which their results were known."""

    job: Mapping[str, object]
    count: int
    learned: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What was sent together; ``think_s`` from the last result that was known to its first call."""

    entries: tuple[Entry, ...]
    think_s: float

    @property
    def shape(self) -> list[tuple[Mapping[str, object], int]]:
        """What makes two steps equal."""
        return [(entry.job, entry.count) for entry in self.entries]

    @property
    def learned(self) -> set[int]:
        """The steps before which its results were known."""
        return {entry.learned for entry in self.entries}


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An entry of ``jobs`` but for its name and what it comes after; ``first`` and ``last`` are steps."""

    first: int
    last: int
    learned: int
    entries: tuple[Entry, ...]
    thinks_s: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """What ``think`` becomes: as it is stated, or what was measured, with ``added_us`` for each submission."""

    stated: object = None
    added_us: int = 0


def jobs_of(calls: Sequence[Call], pace: Pace = Pace()) -> list[Document]:
    """The ``jobs`` of a workload file."""
    items = list(_items(_steps(calls)))
    names = _names(items)
    after = _after(items)
    return [_document(item, names[i], [names[j] for j in after[i]], pace) for i, item in enumerate(items)]


def left_out_s(calls: Sequence[Call]) -> float:
    """The client's own time between calls of one step, for which a workload file has no place."""
    starts = {call.learned for call in calls}
    return sum(call.think_s for place, call in enumerate(calls) if place not in starts)


def _steps(calls: Sequence[Call]) -> list[Step]:
    starts = sorted({0} | {call.learned for call in calls if call.learned is not None})
    number = {start: step for step, start in enumerate(starts)}
    steps = []
    for start, end in zip(starts, [*starts[1:], len(calls)], strict=True):
        entries = []
        seen = [(call.job, NEVER if call.learned is None else number[call.learned]) for call in calls[start:end]]
        for (job, learned), equal in groupby(seen):
            entries.append(Entry(job=job, count=sum(1 for _ in equal), learned=learned))
        steps.append(Step(entries=tuple(entries), think_s=calls[start].think_s))
    return steps


def _items(steps: Sequence[Step]) -> Iterator[Item]:
    """Loops where steps repeat, else an item for each entry."""
    sources: defaultdict[int, set[int]] = defaultdict(set)
    for place, step in enumerate(steps):
        for learned in step.learned:
            sources[learned].add(place)
    place = 0
    while place < len(steps):
        end = place
        while end + 1 < len(steps) and _repeats(steps, end, sources):
            end += 1
        if place < end < len(steps) - 1 and steps[end].learned != {end + 1}:
            end -= 1  # what comes after a loop comes after all of it
        step = steps[place]
        thinks_s = tuple(later.think_s for later in steps[place : end + 1])
        if end > place:
            learned = steps[end].entries[0].learned
            yield Item(first=place, last=end, learned=learned, entries=step.entries, thinks_s=thinks_s)
        else:
            for entry in step.entries:
                yield Item(first=place, last=place, learned=entry.learned, entries=(entry,), thinks_s=thinks_s)
        place = end + 1


def _repeats(steps: Sequence[Step], place: int, sources: Mapping[int, set[int]]) -> bool:
    """Whether the step after ``place`` is equal to it, and was sent once all of its results, and no others, came."""
    return (
        steps[place].shape == steps[place + 1].shape
        and steps[place].learned == {place + 1}
        and sources[place + 1] == {place}
    )


def _after(items: Sequence[Item]) -> list[list[int]]:
    """For each item those that it waits for, without those for which one of these has waited already."""
    known: defaultdict[int, list[int]] = defaultdict(list)
    for place, item in enumerate(items):
        known[item.learned].append(place)
    waits: dict[int, list[int]] = {}
    latest = -1  # the last step of anything that is known
    for first in sorted({item.first for item in items}):
        # Results that came in the middle of a loop are its own; those of others begin a new item.
        latest = max([latest, *(items[place].last for place in known[first])])
        waits[first] = [place for step in range(latest + 1, first + 1) for place in known[step]]
    return [waits[item.first] for item in items]


def _names(items: Sequence[Item]) -> list[str]:
    """``loop``, or the primitive; numbered where there are several."""
    kinds = ["loop" if len(item.entries) > 1 else str(item.entries[0].job["primitive"]) for item in items]
    total, seen = Counter(kinds), Counter[str]()
    names = []
    for kind in kinds:
        seen[kind] += 1
        names.append(f"{kind}-{seen[kind]}" if total[kind] > 1 else kind)
    return names


def _document(item: Item, name: str, after: Sequence[str], pace: Pace) -> Document:
    """An entry of ``jobs``; a loop of one job in its short form."""
    rest = _timing(item, pace, waits=bool(after)) | ({"after": [*after]} if after else {})
    if len(item.entries) == 1:
        return _job(item.entries[0], name) | rest
    jobs = [_job(entry, f"{name}-{number}") for number, entry in enumerate(item.entries, start=1)]
    return {"loop": name} | rest | {"jobs": jobs}


def _job(entry: Entry, name: str) -> Document:
    count = {"count": entry.count} if entry.count > 1 else {}
    return {"name": name} | {key: value for key, value in entry.job.items() if key != "name"} | count


def _timing(item: Item, pace: Pace, *, waits: bool) -> Document:
    """``iterations`` and ``think``; the first step thinks only where it waits for something."""
    measured_us = [_rounded_us(think_s * US_PER_S + pace.added_us) for think_s in item.thinks_s[0 if waits else 1 :]]
    if not measured_us:
        return {}
    said = {"think": _think(measured_us) if pace.stated is None else pace.stated}
    if item.last > item.first:
        return {"iterations": item.last - item.first + 1} | said
    return {} if said == {"think": "0s"} else said  # what a plain dependency takes without a word


def _think(measured_us: Sequence[int]) -> object:
    """Measured times as a duration of a workload file: one, the sample of them all, or its quantiles."""
    if max(measured_us) - min(measured_us) <= ALIKE * max(measured_us):
        return _text(_rounded_us(fmean(measured_us)))
    if len(measured_us) <= LONGEST_SAMPLE:
        return [_text(us) for us in measured_us]
    ordered = sorted(measured_us)
    return {name: _text(ordered[round(share * (len(ordered) - 1))]) for name, share in QUANTILES.items()}


def _rounded_us(us: float) -> int:
    return round(float(f"{us:.{DIGITS}g}"))


def _text(us: int) -> str:
    return duration_text(Decimal(us) / US_PER_S)
