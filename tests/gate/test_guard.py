"""A pull request cannot raise its own limits: what counts as a change to what a workload is measured by."""

from __future__ import annotations

from decimal import Decimal

import pytest

from qplan.gate.guard import guarded, guarded_settings
from qplan.gate.pairs import pairs_of
from qplan.model.gate import Amounts, GateReport, Guarded, Verdict
from qplan.model.inputs import Inputs
from tests.gate.test_changes import priced, with_

BASE: Inputs = (
    ("qplan", "1"),
    ("backend", "ibm_fez"),
    ("plan.profile", "my.yaml"),
    ("plan.remaining", "4m"),
    ("queue.wait", "1m"),
    ("jobs.a.name", "a"),
    ("jobs.a.shots", "100"),
    ("jobs.s.name", "s"),
    ("jobs.s.qpu.trace", "t.csv"),
    ("jobs.l.loop", "l"),
    ("jobs.l.jobs.x.name", "x"),
    ("jobs.l.jobs.x.qpu", "5s"),
    ("background.arrivals[0].qpu", "6s"),
    ("file my.yaml", "sha256 1"),
    ("file t.csv", "sha256 2"),
    ("file waits.csv", "sha256 3"),
)


def found(now: Inputs, was: Inputs | None = BASE) -> list[tuple[str, str, str]]:
    pairs = pairs_of([priced(now)], [] if was is None else [priced(was)])
    return [(each.what, each.before, each.after) for each in guarded(pairs)]


CHANGED = [
    ("nothing", {}, []),
    ("shots", {"jobs.a.shots": "900"}, []),
    ("the queue", {"queue.wait": "2m"}, []),
    ("what others do", {"background.arrivals[0].qpu": "1s"}, []),
    ("the waits that were measured", {"file waits.csv": "sha256 9"}, []),
    ("the backend", {"backend": "ibm_boston"}, [("backend", "ibm_fez", "ibm_boston")]),
    (
        "a figure of the backend",
        {"backend": None, "backend.profile": "ibm_fez", "backend.rep_delay": "0s"},
        [("backend.profile", "", "ibm_fez"), ("backend.rep_delay", "", "0s"), ("backend", "ibm_fez", "")],
    ),
    ("the plan", {"plan.profile": "open"}, [("plan.profile", "my.yaml", "open")]),
    ("the allocation", {"plan.remaining": "9h"}, [("plan.remaining", "4m", "9h")]),
    ("a price", {"plan.price_per_second": "0.01"}, [("plan.price_per_second", "", "0.01")]),
    ("the usage model", {"usage.model": "published"}, [("usage.model", "", "published")]),
    ("the rounding", {"usage.rounding": "none"}, [("usage.rounding", "", "none")]),
    ("a profile's content", {"file my.yaml": "sha256 9"}, [("file my.yaml", "sha256 1", "sha256 9")]),
    ("stated times in a trace", {"file t.csv": "sha256 9"}, [("file t.csv", "sha256 2", "sha256 9")]),
    ("a time stated anew", {"jobs.a.qpu": "1s"}, [("jobs.a.qpu", "", "1s")]),
    ("a stated time in a loop", {"jobs.l.jobs.x.qpu": "1s"}, [("jobs.l.jobs.x.qpu", "5s", "1s")]),
    ("a stated time taken away", {"jobs.l.jobs.x.qpu": None}, [("jobs.l.jobs.x.qpu", "5s", "")]),
    ("a spread in its place", {"jobs.s.qpu.trace": None, "jobs.s.qpu.p50": "1s"}, [
        ("jobs.s.qpu.p50", "", "1s"),
        ("jobs.s.qpu.trace", "t.csv", ""),
    ]),
    ("a job with a stated time", {"jobs.n.name": "n", "jobs.n.qpu": "1s"}, [("jobs.n.qpu", "", "1s")]),
    ("a job called qpu", {"jobs.qpu.name": "qpu", "jobs.qpu.shots": "5"}, []),
    ("a whole job away", {"jobs.s.name": None, "jobs.s.qpu.trace": None}, []),
]  # fmt: skip


@pytest.mark.parametrize(("word", "changed", "told"), CHANGED, ids=[row[0] for row in CHANGED])
def test_what_counts_as_a_change_to_the_measure(
    word: str, changed: dict[str, str | None], told: list[tuple[str, str, str]]
) -> None:
    assert found(with_(BASE, **changed)) == told


ADDED = [
    ("shipped profiles", {"backend": "ibm_fez", "plan": "open"}, []),
    ("a shipped plan in long", {"plan.profile": "open"}, []),
    ("figures of a device", {"backend.profile": "ibm_fez", "backend.lanes": "3"}, []),
    ("a price", {"plan.price_per_second": "0.01"}, [("plan.price_per_second", "", "0.01")]),
    ("an allocation", {"plan.remaining": "9h"}, [("plan.remaining", "", "9h")]),
    ("a usage model", {"usage.model": "mine.yaml"}, [("usage.model", "", "mine.yaml")]),
    ("a device of one's own", {"backend": "my.yaml", "file my.yaml": "sha256 1"}, [("file my.yaml", "", "sha256 1")]),
    ("a stated time", {"jobs.a.qpu": "1s"}, [("jobs.a.qpu", "", "1s")]),
]


@pytest.mark.parametrize(("word", "inputs", "told"), ADDED, ids=[row[0] for row in ADDED])
def test_a_new_file_is_looked_at_for_figures_of_its_own(
    word: str, inputs: dict[str, str], told: list[tuple[str, str, str]]
) -> None:
    assert found(tuple(inputs.items()), None) == told


def test_a_removed_file_changes_no_measure() -> None:
    assert guarded(pairs_of([], [priced(BASE)])) == ()


def test_what_cannot_be_compared_does_not_pass() -> None:
    assert found((), BASE) == [("its inputs", "known", "unknown")]
    assert found(BASE, ()) == [("its inputs", "unknown", "known")]
    assert found((), None) == [("its inputs", "", "unknown")]


def test_hostile_inputs_are_compared_as_they_are() -> None:
    odd = (*BASE, ('plan."a.b]"', "1"), ("plan[", "2"), ("", "3"), ("jobs", "4"), ("plan.x", "y" * 500))
    assert found(odd) == [('plan."a.b]"', "", "1"), ("plan.x", "", "y" * 57 + "...")]


def test_a_change_fails_unless_a_flag_allows_it() -> None:
    pairs = pairs_of([priced(with_(BASE, **{"backend": "ibm_boston"}))], [priced(BASE)])
    [change], [allowed] = guarded(pairs), guarded(pairs, allowed=True)
    assert change == Guarded(file="w.yaml", what="backend", before="ibm_fez", after="ibm_boston", allowed=False)
    for each, verdict in ((change, Verdict.FAIL), (allowed, Verdict.PASS)):
        total = Amounts(usage_us=0, wall_us=None, cost=Decimal())
        report = GateReport(
            quantile=Decimal(90), currency="USD", priced=(), amounts=(), total=total, checks=(), guarded=(each,)
        )
        assert report.verdict is verdict


SETTINGS = [
    ("nothing", {"max_cost": "5"}, {"max_cost": "5"}, []),
    ("a limit raised", {"max_cost": "5"}, {"max_cost": "50"}, [("max_cost", "5", "50")]),
    ("a limit taken out", {"max_cost": "5"}, {}, [("max_cost", "5", "")]),
    ("a setting put in", {}, {"warn": "true"}, [("warn", "", "true")]),
]


@pytest.mark.parametrize(("word", "before", "after", "told"), SETTINGS, ids=[row[0] for row in SETTINGS])
def test_settings_are_compared_by_name(
    word: str, before: dict[str, str], after: dict[str, str], told: list[tuple[str, str, str]]
) -> None:
    assert guarded_settings("q.toml", before, after) == tuple(
        Guarded(file="q.toml", what=what, before=old, after=new) for what, old, new in told
    )
