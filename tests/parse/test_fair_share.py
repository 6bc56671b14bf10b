"""`queue.fair_share`: our share, the other instances, and all that can be wrong with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from qplan.errors import Severity
from qplan.model.duration import Duration, Spread
from qplan.model.fact import Status
from qplan.model.workload import FairShare, QueueModel, Rival
from tests.parse.texts import found, lines, workload

S = 1_000_000
HOUR = 3600 * S
FILE = "qplan: 1\nqueue: {fair_share: {%s}}\njobs: [{qpu: 1s}]"
OTHER = "{allocation: 40h, every: 10m, qpu: 30s}"
ONE = f"others: [{OTHER}]"


def queue(text: str, folder: Path | None = None) -> QueueModel:
    return workload(FILE % text, folder=folder).queue


def test_as_little_as_may_be_said() -> None:
    rival = Rival(
        name="instance-1",
        allocation_us=40 * HOUR,
        used_us=0,
        every=Duration.fixed(600 * S),
        qpu=Duration.fixed(30 * S),
    )
    share = FairShare(allocation_us=10 * HOUR, used_us=0, window_us=672 * HOUR, warm_up_us=24 * HOUR, rivals=(rival,))
    assert queue(f"allocation: 10h, {ONE}") == QueueModel(name="fair share", wait=Duration.fixed(0), fair_share=share)


def test_all_that_can_be_said(tmp_path: Path) -> None:
    (tmp_path / "sizes.csv").write_text("5\n7\n")
    first = "{name: lab, allocation: 1h, used: 90m, every: {dist: exponential, mean: 4m}, qpu: {trace: sizes.csv}}"
    second = "{name: é, allocation: 1s, used: 0s, every: [1m, 9m], qpu: {p50: 20s, p90: 3m}}"
    share = queue(
        f"allocation: 10h, used: 6h, window: 8784h, warm_up: 0s, others: [{first}, {second}]", folder=tmp_path
    ).fair_share
    assert share is not None
    assert (share.used_us, share.window_us, share.warm_up_us) == (6 * HOUR, 8784 * HOUR, 0)
    assert [(rival.name, rival.allocation_us, rival.used_us) for rival in share.rivals] == [
        ("lab", HOUR, 5400 * S),
        ("é", S, 0),
    ]
    assert share.rivals[0].every == Duration(spread=Spread.EXPONENTIAL, values_us=(240 * S,))
    assert share.rivals[0].qpu == Duration(spread=Spread.RESAMPLED, values_us=(5 * S, 7 * S))
    assert share.rivals[1].every == Duration(spread=Spread.RESAMPLED, values_us=(60 * S, 540 * S))
    assert share.rivals[1].qpu.median_us == 20 * S


def test_every_default_taken_is_told() -> None:
    others = f"others: [{OTHER}, {{name: b, used: 1h, allocation: 1h, every: 1h, qpu: 1s}}]"
    facts = {fact.name: fact for fact in workload(FILE % f"allocation: 10h, {others}").assumptions}
    told = {name: (fact.value, fact.status) for name, fact in facts.items() if name.startswith("queue")}
    assert told == {
        "queue.wait": ("emerges from the jobs of 2 other instances", Status.ASSUMED),
        "queue.fair_share.used": ("0s", Status.ASSUMED),
        "queue.fair_share.window": ("672h", Status.PUBLISHED),
        "queue.fair_share.warm_up": ("24h", Status.ASSUMED),
        "queue.fair_share.others.used": ("0s (for instance-1)", Status.ASSUMED),
    }
    assert all(facts[name].source for name in told)


def test_what_is_said_is_not_assumed() -> None:
    other = "{allocation: 40h, used: 1h, every: 10m, qpu: 30s}"
    text = f"allocation: 10h, used: 1h, window: 24h, warm_up: 1h, others: [{other}]"
    facts = [(fact.name, fact.value) for fact in workload(FILE % text).assumptions if fact.name.startswith("queue")]
    assert facts == [("queue.wait", "emerges from the jobs of 1 other instance")]


FAULTY: list[tuple[str, list[str], str]] = [
    (
        "",
        ["2:21: QP102: the key 'allocation' is required", "2:21: QP102: the key 'others' is required"],
        "nothing",
    ),
    (
        "allocation: 10h, others: []",
        ["2:47: QP104: others must hold at least one entry"],
        "nobody else",
    ),
    (
        "allocation: 10h, others: [{}]",
        [
            "2:48: QP102: the key 'allocation' is required",
            "2:48: QP102: the key 'every' is required",
            "2:48: QP102: the key 'qpu' is required",
        ],
        "an instance of which nothing is said",
    ),
    (
        f"allocation: 10h, others: [{', '.join([OTHER] * 101)}]",
        ["2:47: QP104: others must hold at most 100 entries"],
        "too many instances",
    ),
    (
        f"allocation: 0s, {ONE}",
        ["2:34: QP104: allocation must be a duration of at least 1s, not '0s'"],
        "no allocation",
    ),
    (
        f"allocation: 0.0000001, {ONE}",
        ["2:34: QP104: allocation must be a duration of at least 1s, not 1e-07"],
        "less than the clock counts",
    ),
    (
        f"allocation: [10h, 20h], {ONE}",
        ["2:34: QP103: allocation: it cannot be random; write one duration such as 4s"],
        "a random allocation",
    ),
    (
        f"allocation: -1, used: -1s, {ONE}",
        [
            "2:34: QP104: allocation: a duration cannot be negative",
            "2:44: QP105: used: '-1s' is not a duration: it cannot be negative",
        ],
        "negative",
    ),
    (
        f"allocation: 10h, used: 1e99, window: 9000h, warm_up: 8785h, {ONE}",
        [
            "2:45: QP104: used: longer than the clock's range of 10,000,000,000 s",
            "2:59: QP104: window must be a duration of at least 1s and at most 8784h, not '9000h'",
            "2:75: QP104: warm_up must be a duration of at most 8784h, not '8785h'",
        ],
        "too long",
    ),
    (
        f"allocation: 10h, window: 28d, {ONE}",
        ["2:47: QP105: window: '28d' is not a duration: days are not a unit, 1 day is 24h"],
        "days",
    ),
    (f"allocation: 10h, alocation: 10h, {ONE}", ["2:39: QP101: unknown key 'alocation'"], "misspelt"),
    (
        "allocation: 10h, others: [{allocation: 1h, every: 0s, qpu: 30s}]",
        ["2:72: QP220: every must have a median of at least 1ms, not 0s: arrivals would never end"],
        "never a gap",
    ),
    (
        "allocation: 10h, others: [{allocation: 1h, every: 100ms, qpu: 1ms}]",
        ["2:47: QP220: the others send some 864,000 jobs in 24h; at most 20,000 are simulated"],
        "far too often",
    ),
    (
        f"allocation: 10h, warm_up: 8000h, others: [{', '.join([OTHER] * 3)}]",
        ["2:63: QP220: the others send some 144,000 jobs in 8000h; at most 20,000 are simulated"],
        "far too long before",
    ),
    (
        "allocation: 10h, others: [{allocation: 1h, every: 1000h, qpu: {p50: 1s, max: 673h}}]",
        ["2:84: QP220: a job of 'instance-1' could take longer than the window of 672h"],
        "a job longer than the window",
    ),
    (
        "allocation: 10h, others: [{allocation: 1h, every: 1000h, qpu: {mean: 1h, sd: 1000h}}]",
        ["2:84: QP220: a job of 'instance-1' could take longer than the window of 672h"],
        "a tail longer than the window",
    ),
    (
        f"allocation: 10h, others: [{OTHER}, {OTHER.replace('{', '{name: instance-1, ')}]",
        ["2:96: QP201: two of the others are called 'instance-1'"],
        "a name used twice",
    ),
    (
        "allocation: 10h, others: [{allocation: 1h, every: {p50: 2h, p90: 1h}, qpu: {mean: 0, sd: 1s}}]",
        [
            "2:72: QP209: every: p90 is shorter than p50: quantiles cannot fall",
            "2:97: QP209: qpu: a mean of 0 leaves no room for a standard deviation; give a longer mean",
        ],
        "faulty spreads, and nothing that follows from them",
    ),
]


@pytest.mark.parametrize(("text", "expected", "word"), FAULTY, ids=[word for *_, word in FAULTY])
def test_what_is_wrong_with_a_fair_share(text: str, expected: list[str], word: str) -> None:
    told = lines(FILE % text)
    assert [line.partition("; write it like")[0] for line in told] == [f"f.yaml:{line}" for line in expected]


def test_it_must_be_a_mapping() -> None:
    text = "qplan: 1\nqueue: {fair_share: 10h}\njobs: [{qpu: 1s}]"
    assert lines(text) == ["f.yaml:2:21: QP103: fair_share must be a mapping of keys to values, not '10h'"]


@pytest.mark.parametrize("given", ["wait: 5s", "between: [1s, 2s]", "correlation: 1h", "profile: quiet-2026"])
def test_what_belongs_to_a_wait_excludes_it(given: str) -> None:
    text = f"qplan: 1\nqueue: {{{given}, fair_share: {{allocation: 10h, {ONE}}}}}\njobs: [{{qpu: 1s}}]"
    key, _, value = given.partition(": ")
    told = f"fair_share and {key} exclude each other: waits emerge from the others' jobs"
    assert lines(text) == [f"f.yaml:2:{9 + len(key) + 2}: QP204: {told}"]
    assert value


def test_all_that_excludes_it_is_told_at_once() -> None:
    given = "wait: 5s, between: 1s, correlation: 1h, profile: quiet-2026"
    text = f"qplan: 1\nqueue: {{{given}, fair_share: {{allocation: 10h, {ONE}}}}}\njobs: [{{qpu: 1s}}]"
    assert [problem.code for problem in found(text)] == ["QP204"] * 4


LOADS: list[tuple[str, str | None, str]] = [
    ("{allocation: 1h, every: 1m, qpu: 1m}", "1.0", "all of it"),
    (
        "{allocation: 1h, every: 2m, qpu: {mean: 90s, sd: 9s}}, {name: b, allocation: 1h, every: 1m, qpu: 45s}",
        "1.5",
        "two together",
    ),
    ("{allocation: 1h, every: {min: 0s, max: 2m}, qpu: 61s}", "1.0", "a gap from zero"),
    ("{allocation: 1h, every: 1m, qpu: {p50: 20s, p90: 2m}}", None, "some of it"),
]


@pytest.mark.parametrize(("others", "times", "word"), LOADS, ids=[word for *_, word in LOADS])
def test_others_that_need_all_of_the_qpu_are_a_warning(others: str, times: str | None, word: str) -> None:
    problems = found(FILE % f"allocation: 10h, others: [{others}]")
    told = f"the other instances ask for {times} times the QPU's time: their line never empties"
    expected = [("QP309", Severity.WARNING, told, "queue.fair_share.others")] if times else []
    assert [(problem.code, problem.severity, problem.message, problem.path) for problem in problems] == expected
