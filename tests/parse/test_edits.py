"""``--set PATH=VALUE``: on the tree, before it is checked."""

from __future__ import annotations

import pytest

from qplan.model.duration import Duration
from qplan.parse.edits import Edit
from tests.parse.texts import lines, workload

FILE = """qplan: 1
backend: ibm_fez
queue: quiet-2026
jobs:
  - {name: energy, qpu: 5s, shots: 10}
  - {loop: spsa, iterations: 3, jobs: [{name: plus, qpu: 1s}]}
"""


def edit(path: str, value: str) -> Edit:
    return Edit(path=path, value=value)


def test_a_value_is_replaced_by_number_or_by_name() -> None:
    for path in ("jobs[0].qpu", "jobs.energy.qpu", "jobs[energy].qpu", "jobs.0.qpu"):
        assert workload(FILE, edit(path, "7s")).items[0].jobs[0].qpu == Duration.fixed(7_000_000)
    assert workload(FILE, edit("jobs.spsa.jobs.plus.count", "4")).items[1].jobs[0].count == 4


def test_what_is_not_there_is_added() -> None:
    assert workload(FILE, edit("usage.model", "published")).usage.model.name == "published"
    assert workload(FILE, edit("jobs.energy.options.resilience_level", "2"), edit("jobs.energy.primitive", "estimator"))


def test_values_are_read_as_yaml_1_2() -> None:
    assert workload(FILE, edit("queue.wait", "{p50: 1m, p90: 1h}")).queue.wait.median_us == 60_000_000
    assert workload(FILE, edit("jobs.energy.shots", "1e3")).items[0].jobs[0].pubs[0].shots == 1000


@pytest.mark.parametrize("null", ["null", "~", " null "])
def test_null_is_a_value_where_the_format_has_it(null: str) -> None:
    limited = FILE + "plan: {profile: pay-as-you-go, remaining: 4m}\n"
    plan = workload(limited, edit("plan.remaining", null), edit("plan.price_per_second", null)).plan
    assert (plan.remaining_us, plan.price_per_second) == (None, None)


def test_the_short_form_of_an_entry_is_opened() -> None:
    changed = workload(FILE, edit("backend.lanes", "3"), edit("plan.remaining", "4m"), edit("queue.between", "9s"))
    assert (changed.backend.name, changed.backend.lanes) == ("ibm_fez", 3)
    assert changed.plan.remaining_us == 240_000_000
    assert (changed.queue.name, changed.queue.between) == ("quiet-2026", Duration.fixed(9_000_000))
    with_wait = FILE.replace("quiet-2026", "5m")
    assert workload(with_wait, edit("queue.between", "9s")).queue.wait == Duration.fixed(300_000_000)


def test_the_last_edit_wins() -> None:
    assert workload(FILE, edit("backend", "ibm_boston"), edit("backend", "ibm_kingston")).backend.name == "ibm_kingston"


def test_other_jobs_that_share_an_anchor_stay_as_they_are() -> None:
    text = "qplan: 1\njobs: [{name: a, options: &o {default_shots: 5}}, {name: b, options: *o}]"
    shots = [item.jobs[0].pubs[0].shots for item in workload(text, edit("jobs.b.options.default_shots", "6")).items]
    assert shots == [5, 6]


FAULTY: list[tuple[str, str, str, str]] = [
    (
        "jobs[9].shots",
        "1",
        "QP011: the path 'jobs[9].shots' leads nowhere: no entry '9' among 2 ('energy', 'spsa')",
        "number",
    ),
    (
        "jobs.enrgy.shots",
        "1",
        "QP011: the path 'jobs.enrgy.shots' leads nowhere: no entry 'enrgy' among 2 ('energy', 'spsa')",
        "name",
    ),
    (
        "qplan.a",
        "1",
        "QP011: the path 'qplan.a' leads nowhere: 'qplan' holds a single value, so nothing in it is called 'a'",
        "scalar",
    ),
    (
        "a..b",
        "1",
        "QP011: the path 'a..b' leads nowhere: a path looks like queue.wait, jobs[0].shots or jobs.energy.shots",
        "dots",
    ),
    ("name", "[1", "QP012: the value of 'name' cannot be read", "no YAML"),
    ("name", "", "QP012: no value is given for 'name'; null stands for none", "no value"),
    ("jobs", "# all", "QP012: no value is given for 'jobs'; null stands for none", "a comment"),
    ("name", "null", "QP103: name must be a name of 1 to 200 printable characters, not nothing", "null for a name"),
    ("queue.wiat", "5m", "QP101: unknown key 'wiat'", "unknown key"),
    ("jobs.energy.shots", "-5", "QP104: shots must be a whole number of at least 1, not -5", "out of range"),
]


@pytest.mark.parametrize(("path", "value", "line", "word"), FAULTY, ids=[word for *_, word in FAULTY])
def test_a_faulty_edit_is_a_problem_that_names_it(path: str, value: str, line: str, word: str) -> None:
    [told] = lines(FILE, edit(path, value))
    assert told.startswith(f"--set {path}: {line}")


def test_options_of_their_own_are_named_as_typed() -> None:
    assert lines(FILE, edit("backend", "x")) == ["--backend: QP211: unknown backend 'x'"]
    assert lines(FILE, edit("plan", "x")) == ["--plan: QP211: unknown plan 'x'"]
    assert lines(FILE, edit("usage.model", "x")) == ["--usage-model: QP211: unknown usage model 'x'"]


def test_marks_of_what_is_not_edited_stay() -> None:
    faulty = FILE.replace("shots: 10", "shots: 0")
    assert lines(faulty, edit("jobs.energy.qpu", "6s"), edit("name", "n")) == [
        "f.yaml:5:36: QP104: shots must be a whole number of at least 1, not 0"
    ]
