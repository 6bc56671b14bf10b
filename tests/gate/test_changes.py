"""What changed against the baseline and what drove it, with prices made up so that sums can be done by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from qplan.errors import UsageError
from qplan.gate.changes import MOST_DRIVEN, changes, differences, drivers, named, put
from qplan.model.gate import Driver, Kind, Priced
from qplan.model.inputs import Inputs, path_of, steps_of
from qplan.model.workload import Mode

P50 = Decimal(50)
BASE: Inputs = (
    ("qplan", "1"),
    ("plan", "open"),
    ("jobs.a.name", "a"),
    ("jobs.a.shots", "100"),
    ("jobs.a.circuits", "2"),
    ("jobs.b.name", "b"),
    ("jobs.b.shots", "10"),
)


def priced(inputs: Inputs = BASE, *, usage_s: int = 1, name: str = "w", file: str = "w.yaml", **more: object) -> Priced:
    figures = {"usage_us": (usage_s * 1_000_000,), "wall_us": (0,), "costs": (Decimal(usage_s),)}
    told = {"mode": Mode.JOB, "backend": "q", "plan": "p", "currency": "USD", "inputs": inputs, **figures, **more}
    return Priced(name=name, file=file, **told)  # type: ignore[arg-type]


def with_(inputs: Inputs, **changed: str | None) -> Inputs:
    """Inputs with other values; ``__`` stands for a point, ``None`` takes one away, new ones come last."""
    told = {**dict(inputs), **{path.replace("__", "."): value for path, value in changed.items()}}
    return tuple((path, value) for path, value in told.items() if value is not None)


def seconds(inputs: Inputs) -> Priced | None:
    """A price list: shots of a x circuits + shots of b, and nothing for what is no workload."""
    told = dict(inputs)
    if told.get("jobs.a.circuits", "1") == "0":
        return None
    a = int(told.get("jobs.a.shots", 0)) * int(told.get("jobs.a.circuits", 1))
    others = sum(int(value) for path, value in inputs if path.endswith(".shots") and not path.startswith("jobs.a."))
    return priced(inputs, usage_s=a + others)


def driven(now: Inputs, was: Inputs = BASE) -> list[tuple[str, str, str, int | None]]:
    before, after = seconds(was), seconds(now)
    assert before is not None
    found = drivers(after or priced(now), before, P50, seconds)
    return [(each.path, each.before, each.after, None if each.cost is None else int(each.cost)) for each in found]


DRIVEN = [
    ("nothing", BASE, []),
    ("one key", with_(BASE, jobs__a__shots="150"), [("jobs.a.shots", "100", "150", 100)]),
    (
        "two keys that multiply, each alone",
        with_(BASE, jobs__a__shots="200", jobs__a__circuits="3"),
        [("jobs.a.shots", "100", "200", 200), ("jobs.a.circuits", "2", "3", 100)],
    ),
    (
        "the most first, whichever way",
        with_(BASE, jobs__b__shots="5", jobs__a__shots="101"),
        [("jobs.b.shots", "10", "5", -5), ("jobs.a.shots", "100", "101", 2)],
    ),
    ("a key less", with_(BASE, jobs__a__circuits=None), [("jobs.a.circuits", "2", "", -100)]),
    ("a job less", with_(BASE, jobs__b__name=None, jobs__b__shots=None), [("jobs.b", "a job", "", -10)]),
    ("a job more", with_(BASE, jobs__c__name="c", jobs__c__shots="7"), [("jobs.c", "", "a job", 7)]),
    (
        "a loop more",
        with_(BASE, jobs__l__loop="l", jobs__l__jobs__x__name="x", jobs__l__jobs__x__shots="7"),
        [("jobs.l", "", "a loop", 7)],
    ),
    ("what makes it invalid", with_(BASE, jobs__a__circuits="0"), [("jobs.a.circuits", "2", "0", None)]),
    (
        "a profile's name that became a mapping",
        with_(BASE, plan=None, plan__profile="open", plan__remaining="4m"),
        [("plan", "open", "profile open, remaining 4m", 0)],
    ),
    ("a file that is named", (*BASE, ("file t.csv", "sha256 1")), [("file t.csv", "", "sha256 1", 0)]),
    (
        "a file with the key that names it",
        (*with_(BASE, plan="my.yaml"), ("file my.yaml", "sha256 1")),
        [("plan", "open", "my.yaml", 0)],
    ),
    ("a long value", with_(BASE, plan="x" * 99), [("plan", "open", "x" * 57 + "...", 0)]),
]


@pytest.mark.parametrize(("word", "now", "told"), DRIVEN, ids=[row[0] for row in DRIVEN])
def test_what_each_input_alone_makes_of_the_baseline(
    word: str, now: Inputs, told: list[tuple[str, str, str, int | None]]
) -> None:
    assert driven(now) == told


def test_of_very_many_inputs_the_rest_is_priced_together() -> None:
    was = tuple((f"jobs.j{i}.shots", "1") for i in range(25))
    now = tuple((path, "3") for path, _ in was)
    found = driven(now, was)
    assert len(found) == 21
    assert found[:20] == [(f"jobs.j{i}.shots", "1", "3", 2) for i in range(20)]
    assert found[20] == ("and 5 more", "", "", 10)
    assert [each.path for each in named(priced(now), priced(was))][-2:] == ["jobs.j19.shots", "and 5 more"]


def test_a_refused_mode_has_no_amounts() -> None:
    now = priced(with_(BASE, plan="flex"))
    [driver] = drivers(now, priced(), P50, lambda inputs: priced(inputs, refused="no", usage_us=(), costs=()))
    assert driver == Driver(path="plan", before="open", after="flex")


def test_an_unknown_price_leaves_the_usage() -> None:
    now = priced(with_(BASE, plan="flex"))
    [driver] = drivers(now, priced(), P50, lambda inputs: priced(inputs, usage_s=3, costs=None))
    assert (driver.cost, driver.usage_us) == (None, 2_000_000)


def test_a_file_that_moved_is_told_first() -> None:
    now = priced(with_(BASE, plan="flex"), file="new.yaml")
    assert [(each.path, each.before, each.after) for each in drivers(now, priced(), P50, seconds)] == [
        ("file", "w.yaml", "new.yaml"),
        ("plan", "open", "flex"),
    ]


PUT = [
    ("a value", with_(BASE, plan="flex"), {"plan"}, with_(BASE, plan="flex")),
    ("none of two", with_(BASE, plan="flex", qplan="2"), set(), BASE),
    ("a new key at its place", (BASE[0], ("mode", "job"), *BASE[1:]), {"mode"}, (BASE[0], ("mode", "job"), *BASE[1:])),
    ("a new key at the top", (("x", "1"), *BASE), {"x"}, (("x", "1"), *BASE)),
    ("a new key at the end", (*BASE, ("x", "1")), {"x"}, (*BASE, ("x", "1"))),
    ("a key away", BASE[1:], {"qplan"}, BASE[1:]),
    ("one of two keys away", BASE[2:], {"plan"}, (BASE[0], *BASE[2:])),
    ("another order alone", tuple(reversed(BASE)), set(), BASE),
]


@pytest.mark.parametrize(("word", "now", "paths", "told"), PUT, ids=[row[0] for row in PUT])
def test_inputs_of_now_are_put_among_those_that_were(word: str, now: Inputs, paths: set[str], told: Inputs) -> None:
    assert put(BASE, now, paths) == told


def test_all_differences_put_together_are_the_file_of_now() -> None:
    now = with_(BASE, plan=None, plan__profile="p", jobs__b__name=None, jobs__b__shots=None, jobs__c__shots="1")
    found = differences(priced(now), priced())
    assert set(put(BASE, now, frozenset().union(*(each.paths for each in found)))) == set(now)


def fixed(*told: Driver) -> Callable[[Priced, Priced], tuple[Driver, ...]]:
    return lambda now, was: told


KINDS = [
    ("the same", priced(), Kind.UNCHANGED),
    ("the same by its digest alone", priced((), digest="d"), Kind.UNCHANGED),
    ("another digest", priced(digest="e"), Kind.CHANGED),
    ("another figure and no digest", priced(usage_s=2), Kind.CHANGED),
    ("another key and no digest", priced(with_(BASE, plan="flex")), Kind.CHANGED),
    ("a renamed file of the same name", priced(digest="d", file="v.yaml"), Kind.CHANGED),
    ("a renamed workload in its file", priced(digest="e", name="v"), Kind.CHANGED),
]


@pytest.mark.parametrize(("word", "now", "kind"), KINDS, ids=[row[0] for row in KINDS])
def test_how_a_workload_differs(word: str, now: Priced, kind: Kind) -> None:
    was = priced(digest="d" if now.digest else "")
    [change] = changes([now], [was], P50, fixed(Driver(path="x", before="", after="")))
    assert change.kind is kind
    assert bool(change.drivers) is (kind is Kind.CHANGED)


def test_added_ones_stand_where_they_are_and_removed_ones_last() -> None:
    now = [priced(file="new.yaml", name="new", usage_s=3), priced(file="b.yaml", name="b")]
    was = [priced(file="old.yaml", name="old", usage_s=2), priced(file="b.yaml", name="b")]
    found = changes(now, was, P50, fixed())
    told = [(each.kind, each.file, each.was and each.was.cost, each.now and each.now.cost) for each in found]
    assert told == [
        (Kind.ADDED, "new.yaml", None, Decimal(3)),
        (Kind.UNCHANGED, "b.yaml", Decimal(1), Decimal(1)),
        (Kind.REMOVED, "old.yaml", Decimal(2), None),
    ]


def test_amounts_are_at_the_quantile() -> None:
    was = priced(usage_us=tuple(range(1, 101)), costs=tuple(map(Decimal, range(1, 101))))
    [change] = changes([replace(was, usage_us=(7,) * 100)], [was], Decimal(90), fixed())
    assert change.was is not None
    assert change.now is not None
    assert (change.was.usage_us, change.was.cost, change.now.usage_us) == (90, Decimal(90), 7)


DRAWS = [
    ("as often", 5, 5, False),
    ("more often", 5, 6, True),
    ("a fixed run before", 1, 5, False),
    ("a fixed run now", 5, 1, False),
]


@pytest.mark.parametrize(("word", "before", "after", "refused"), DRAWS, ids=[row[0] for row in DRAWS])
def test_the_same_file_drawn_more_often_is_not_compared(word: str, before: int, after: int, refused: bool) -> None:
    was = priced(usage_us=(1,) * before)
    for inputs, told in ((BASE, refused), (with_(BASE, plan="flex"), False)):
        now = priced(inputs, usage_us=(1,) * after)
        if not told:
            assert len(changes([now], [was], P50, fixed())) == 1
            continue
        with pytest.raises(
            UsageError, match=r"^the baseline has 5 replications of w, and 6 of the same file now; write"
        ):
            changes([now], [was], P50, fixed())


def test_only_the_workloads_that_changed_most_are_priced_input_by_input() -> None:
    was = [priced(file=f"{i}.yaml", name=f"{i}") for i in range(MOST_DRIVEN + 2)]
    now = [replace(each, inputs=with_(BASE, plan="flex"), costs=(Decimal(i),)) for i, each in enumerate(was, 1)]
    found = changes(now, was, P50, fixed(Driver(path="priced", before="", after="")))
    paths = [change.drivers[0].path for change in found]
    assert paths == ["plan"] * 2 + ["priced"] * MOST_DRIVEN


PATHS = [
    ("keys", ("jobs", "energy", "shots"), "jobs.energy.shots"),
    ("numbers", ("jobs", 0, "pubs", 12, "shots"), "jobs[0].pubs[12].shots"),
    ("a number first", (3, "a"), "[3].a"),
    ("a name with a point", ("jobs", "a.b", "qpu"), 'jobs."a.b".qpu'),
    ("a name with all that is special", ("jobs", 'a "b" [0] \\', "qpu"), 'jobs."a \\"b\\" [0] \\\\".qpu'),
    ("a name that looks like a number", ("jobs", "0", "qpu"), "jobs.0.qpu"),
    ("no name at all", ("jobs", "", "qpu"), 'jobs."".qpu'),
]


@pytest.mark.parametrize(("word", "steps", "path"), PATHS, ids=[row[0] for row in PATHS])
def test_paths_are_read_back_in_one_way_only(word: str, steps: tuple[str | int, ...], path: str) -> None:
    assert path_of(steps) == path
    assert steps_of(path) == steps


@pytest.mark.parametrize("text", [".a", "a..b", "a.", "a b", "a]", "[x]", 'a"b"', "a[-1]", '"a', "a.[0]"])
def test_other_texts_are_no_paths(text: str) -> None:
    with pytest.raises(ValueError, match="not a path"):
        steps_of(text)
