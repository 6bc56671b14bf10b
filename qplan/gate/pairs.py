"""Which workload of the baseline is which workload now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from qplan.model.gate import Priced

Pair = tuple[Priced | None, Priced | None]
"""A workload now, and what it was: no first one was removed, no second one is new."""


def pairs_of(now: Sequence[Priced], was: Sequence[Priced]) -> tuple[Pair, ...]:
    """Each workload with what it was, in the order of ``now``; then those that are gone, in the order of ``was``.

    The same file is the same workload, whatever it is called; a file that moved is known by its name, where no other
    new or vanished file is called so.
    """
    before = dict(_by_file(now, was))
    left = [each for each in was if id(each) not in set(map(id, before.values()))]
    before |= _by_name([each for each in now if id(each) not in before], left)
    gone = set(map(id, was)) - set(map(id, before.values()))
    return (*((each, before.get(id(each))) for each in now), *((None, each) for each in was if id(each) in gone))


def _by_file(now: Sequence[Priced], was: Sequence[Priced]) -> Iterable[tuple[int, Priced]]:
    """By file; of several workloads under one file name, those that are called the same first."""
    exact = {(each.file, each.name): each for each in reversed(was)}
    taken = {id(exact[each.file, each.name]) for each in now if (each.file, each.name) in exact}
    spare = {each.file: each for each in reversed(was) if id(each) not in taken}
    for each in now:
        found = exact.pop((each.file, each.name), None) or spare.pop(each.file, None)
        if found:
            yield id(each), found


def _by_name(now: Sequence[Priced], was: Sequence[Priced]) -> dict[int, Priced]:
    counts = Counter(each.name for each in now), Counter(each.name for each in was)
    before = {each.name: each for each in was}
    return {id(each): before[each.name] for each in now if all(count[each.name] == 1 for count in counts)}
