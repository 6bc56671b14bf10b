"""What changed against the baseline, and which inputs drove it.

What an input drives is what it alone makes of the baseline: the other
inputs stay as they were, the random numbers are the same. Such amounts need not add up to the whole change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from qplan.errors import UsageError
from qplan.gate.amounts import amounts_of
from qplan.gate.pairs import Pair, pairs_of
from qplan.model.gate import Amounts, Change, Driver, Kind, Priced
from qplan.model.inputs import OWN_FILE, Inputs, path_of, steps_of

MOST_ALONE = 20
"""Inputs of a workload that are priced one by one; the rest are priced together."""
MOST_DRIVEN = 20
"""Workloads whose inputs are priced: those that changed most. Of the others the inputs are named."""
LONGEST = 60
JOBS = "jobs"

Drive = Callable[[Priced, Priced], tuple[Driver, ...]]
Steps = tuple[str | int, ...]


def changes(now: Sequence[Priced], was: Sequence[Priced], percent: Decimal, drive: Drive) -> tuple[Change, ...]:
    """How workloads differ from the baseline at a quantile, in their order; removed ones come last.

    ``drive`` tells what drove the change of a workload from its baseline (which comes second). Raises ``UsageError``
    where the same file was drawn more or less often than now: what differs then is chance.
    """
    pairs = pairs_of(now, was)
    _check_draws(pairs)
    changed = [pair for pair in pairs if _kind(*pair) is Kind.CHANGED]
    driven = sorted(changed, key=lambda pair: _size(pair, percent), reverse=True)[:MOST_DRIVEN]
    return tuple(_change(pair, percent, drive if pair in driven else named) for pair in pairs)


def _check_draws(pairs: Sequence[Pair]) -> None:
    for now, was in pairs:
        if now and was and now.inputs and now.inputs == was.inputs and _counts_differ(now, was):
            told = f"{len(was.usage_us):,} replications of {now.name}, and {len(now.usage_us):,} of the same file now"
            raise UsageError(f"the baseline has {told}; write it again, or give the same --replications")


def _counts_differ(now: Priced, was: Priced) -> bool:
    return min(len(now.usage_us), len(was.usage_us)) > 1 and len(now.usage_us) != len(was.usage_us)


def _kind(now: Priced | None, was: Priced | None) -> Kind:
    if was is None:
        return Kind.ADDED
    if now is None:
        return Kind.REMOVED
    same = _identity(now) == _identity(was) and (
        now.digest == was.digest if now.digest and was.digest else _content(now) == _content(was)
    )
    return Kind.UNCHANGED if same else Kind.CHANGED


def _identity(priced: Priced) -> tuple[str, ...]:
    return priced.file, priced.name, priced.backend, priced.plan, priced.mode


def _content(priced: Priced) -> tuple[object, ...]:
    return priced.inputs, priced.usage_us, priced.wall_us, priced.costs, priced.refused


def _change(pair: Pair, percent: Decimal, drive: Drive) -> Change:
    now, was = pair
    told = now or was
    assert told is not None
    kind = _kind(now, was)
    return Change(
        kind=kind,
        name=told.name,
        file=told.file,
        was=None if was is None else amounts_of(was, percent),
        now=None if now is None else amounts_of(now, percent),
        drivers=drive(now, was) if kind is Kind.CHANGED and now and was else (),
    )


def _size(pair: Pair, percent: Decimal) -> tuple[Decimal, int]:
    """How much a workload changed, in money and in usage."""
    now, was = pair
    assert now is not None
    assert was is not None
    cost, usage_us = _less(amounts_of(now, percent), amounts_of(was, percent))
    return abs(cost or Decimal()), abs(usage_us or 0)


def _less(now: Amounts, was: Amounts) -> tuple[Decimal | None, int | None]:
    cost = None if now.cost is None or was.cost is None else now.cost - was.cost
    usage_us = None if now.usage_us is None or was.usage_us is None else now.usage_us - was.usage_us
    return cost, usage_us


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Inputs that differ and only make sense together, under one path: one key, a whole job, a profile's name."""

    path: str
    before: str
    after: str
    paths: frozenset[str]


def named(now: Priced, was: Priced) -> tuple[Driver, ...]:
    """The inputs that differ, without what they drive."""
    moved = Driver(path="file", before=clip(was.file), after=clip(now.file), cost=Decimal(), usage_us=0)
    found = [Driver(path=each.path, before=each.before, after=each.after) for each in differences(now, was)]
    return (*([moved] if now.file != was.file else []), *_shortened(found))


def drivers(now: Priced, was: Priced, percent: Decimal, price: Callable[[Inputs], Priced | None]) -> tuple[Driver, ...]:
    """The inputs that differ with what each alone drives, the most first.

    ``price`` prices the baseline's workload with these inputs and the baseline's random numbers; ``None`` where that
    is no valid workload.
    """
    found = differences(now, was)
    base = amounts_of(was, percent)

    def driven(path: str, before: str, after: str, paths: frozenset[str]) -> Driver:
        alone = price(put(was.inputs, now.inputs, paths))
        amounts = None if alone is None or alone.refused else amounts_of(alone, percent)
        cost, usage_us = (None, None) if amounts is None else _less(amounts, base)
        return Driver(path=path, before=before, after=after, cost=cost, usage_us=usage_us)

    told = [driven(each.path, each.before, each.after, each.paths) for each in found[:MOST_ALONE]]
    told.sort(key=_weight, reverse=True)
    if rest := found[MOST_ALONE:]:
        told.append(driven(_and_more(len(rest)), "", "", frozenset().union(*(each.paths for each in rest))))
    moved = named(now, was)[:1] if now.file != was.file else ()
    return (*moved, *told)


def _weight(driver: Driver) -> tuple[bool, Decimal, int]:
    return driver.usage_us is not None, abs(driver.cost or Decimal()), abs(driver.usage_us or 0)


def _shortened(found: Sequence[Driver]) -> Sequence[Driver]:
    rest = len(found) - MOST_ALONE
    return found if rest <= 0 else [*found[:MOST_ALONE], Driver(path=_and_more(rest), before="", after="")]


def _and_more(count: int) -> str:
    return f"and {count:,} more"


def differences(now: Priced, was: Priced) -> list[Difference]:
    """The inputs that differ: in the order of the file of now, then what is gone."""
    new, old = dict(now.inputs), dict(was.inputs)
    changed = [path for path in (*new, *(path for path in old if path not in new)) if new.get(path) != old.get(path)]
    if not changed:
        return []
    mine, theirs = _Side.of(new), _Side.of(old)
    groups: dict[str, list[str]] = {}
    for path in changed:
        owner = _naming(path, changed, new if path in new else old) if (path in new) != (path in old) else path
        groups.setdefault(_whole(owner, theirs if owner in new else mine), []).append(path)
    return [_difference(path, paths, new, old) for path, paths in groups.items()]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Side:
    """What one of the two files holds: its single values, and all that leads to them."""

    leaves: frozenset[str]
    ways: frozenset[Steps]

    @classmethod
    def of(cls, inputs: dict[str, str]) -> _Side:
        ways = {steps[:i] for steps in map(_steps, inputs) for i in range(1, len(steps) + 1)}
        return cls(leaves=frozenset(inputs), ways=frozenset(ways))


def _whole(path: str, other: _Side) -> str:
    """The outermost part that a path belongs to: a job that the other file lacks, or what is a single value there."""
    steps = _steps(path)
    for i in range(1, len(steps)):
        way = path_of(steps[:i])
        if way in other.leaves or (steps[i - 1] != JOBS and _is_job(steps[:i]) and steps[:i] not in other.ways):
            return way
    return path


def _naming(path: str, changed: Sequence[str], inputs: dict[str, str]) -> str:
    """The changed key that names a file of one side only, without which that makes no sense; else the path itself."""
    if not path.startswith(OWN_FILE):
        return path
    name = path.removeprefix(OWN_FILE)
    return next((each for each in changed if inputs.get(each, "").strip('"') == name), path)


def _is_job(steps: Steps) -> bool:
    """Whether steps lead to an entry of ``jobs``, at the top or in a loop."""
    return len(steps) % 2 == 0 and all(step == JOBS for step in steps[::2])


def _difference(path: str, paths: list[str], new: dict[str, str], old: dict[str, str]) -> Difference:
    return Difference(
        path=path,
        before=_told(path, [each for each in paths if each in old], old),
        after=_told(path, [each for each in paths if each in new], new),
        paths=frozenset(paths),
    )


def _told(path: str, paths: list[str], inputs: dict[str, str]) -> str:
    """What a part of the file says, in short."""
    if path in inputs:
        return clip(inputs[path])
    if paths and _is_job(_steps(path)):
        return "a loop" if any(each.startswith(f"{path}.{JOBS}") for each in paths) else "a job"
    return clip(", ".join(f"{each[len(path) :].removeprefix('.')} {inputs[each]}" for each in paths[:5]))


def clip(text: str) -> str:
    """The beginning of a long text."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."


def put(was: Inputs, now: Inputs, paths: Iterable[str]) -> Inputs:
    """The inputs as they were, but for some that are as now; new ones stand where they stand now."""
    taken, old, new = frozenset(paths), dict(was), dict(now)
    kept = [path for path in old if path in new or path not in taken]
    behind: dict[str, list[str]] = {}
    last = ""
    for path in new:
        if path in taken and path not in old:
            behind.setdefault(last, []).append(path)
        elif path in old:
            last = path
    order = (path for first in ("", *kept) for path in (*([first] if first else []), *behind.get(first, ())))
    return tuple((path, new[path] if path in taken else old[path]) for path in order)


def _steps(path: str) -> Steps:
    """The steps of a path; one of a stranger's document that is none counts as a single step."""
    try:
        return steps_of(path)
    except ValueError:
        return (path,)
