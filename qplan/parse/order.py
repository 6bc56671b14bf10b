"""Names and dependencies of a workload's items: unique, known, without a cycle."""

from __future__ import annotations

from difflib import get_close_matches

from qplan.model.workload import Item
from qplan.parse.document import Path
from qplan.parse.findings import Findings

SAME_NAME, UNKNOWN_NAME, CYCLE = "QP201", "QP202", "QP203"
MOST_CYCLES = 10
_LONGEST_SHOWN = 8


def check_names(items: tuple[Item, ...], findings: Findings) -> None:
    """Jobs and loops share one set of names."""
    first: dict[str, Path] = {}
    for i, item in enumerate(items):
        places: list[tuple[str, Path]] = [(item.name, ("jobs", i, "loop" if item.is_loop else "name"))]
        if item.is_loop:
            places += [(job.name, ("jobs", i, "jobs", k, "name")) for k, job in enumerate(item.jobs)]
        for name, path in places:
            if name in first:
                line = findings.mark(first[name]).line
                told = f"the name {name!r} is used twice" + (f" (first at line {line})" if line else "")
                findings.error(SAME_NAME, told, path, "give each job and each loop a name of its own")
            first.setdefault(name, path)


def check_dependencies(items: tuple[Item, ...], findings: Findings) -> None:
    """What waits for what: only for items that exist, and never in a circle."""
    known = {item.name: i for i, item in enumerate(items)}
    inner = {job.name: item.name for item in items if item.is_loop for job in item.jobs}
    waits: list[set[int]] = []
    for i, item in enumerate(items):
        waits.append({known[name] for name in item.after if name in known})
        for k, name in enumerate(item.after):
            if name not in known:
                hint = _hint(name, tuple(known), inner)
                findings.error(UNKNOWN_NAME, f"after: there is no job or loop {name!r}", ("jobs", i, "after", k), hint)
    _check_cycles(items, waits, findings)


def _hint(name: str, known: tuple[str, ...], inner: dict[str, str]) -> str:
    if name in inner:
        return f"it is inside a loop: name the loop {inner[name]!r}"
    nearest = get_close_matches(name, known[:10_000], n=1)
    return f"did you mean {nearest[0]!r}?" if nearest else ""


def _check_cycles(items: tuple[Item, ...], waits: list[set[int]], findings: Findings) -> None:
    for _ in range(MOST_CYCLES):
        cycle = find_cycle(waits)
        if not cycle:
            return
        names = [repr(items[i].name) for i in cycle]
        shown = names if len(names) <= _LONGEST_SHOWN else [*names[: _LONGEST_SHOWN - 1], "..."]
        told = "after goes in a circle: " + " waits for ".join((*shown, names[0]))
        findings.error(CYCLE, told, ("jobs", cycle[0], "after"), "take one of them out")
        for i in cycle:
            waits[i] = set()


def find_cycle(waits: list[set[int]]) -> list[int]:
    """A cycle of the graph in which ``i`` waits for ``waits[i]``, from its first item on; empty if there is none."""
    waiting = _left_over(waits)
    if not waiting:
        return []
    path: dict[int, int] = {}
    at = min(waiting)
    while at not in path:
        path[at] = len(path)
        at = min(waits[at] & waiting)
    cycle = [i for i, place in path.items() if place >= path[at]]
    start = cycle.index(min(cycle))
    return [*cycle[start:], *cycle[:start]]


def _left_over(waits: list[set[int]]) -> set[int]:
    """What can never start: everything that is on a cycle, or waits for one."""
    needed_by: dict[int, list[int]] = {}
    for i, names in enumerate(waits):
        for name in names:
            needed_by.setdefault(name, []).append(i)
    open_count = [len(names) for names in waits]
    ready = [i for i, count in enumerate(open_count) if not count]
    for i in ready:
        for other in needed_by.get(i, ()):
            open_count[other] -= 1
            if not open_count[other]:
                ready.append(other)
    return set(range(len(waits))).difference(ready)
