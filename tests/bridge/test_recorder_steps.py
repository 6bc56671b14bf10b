"""What a recorder saw, as the jobs of a workload file; needs no Qiskit."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qplan.bridge.document import checked, workload_text
from qplan.bridge.recorder_log import Call, Log
from qplan.bridge.recorder_steps import Pace, jobs_of, left_out_s
from tests.bridge.recordings import line


@dataclass
class Clock:
    now_s: float = 1000.0

    def __call__(self) -> float:
        return self.now_s


def job(letter: str) -> dict[str, object]:
    """A job that differs from that of any other letter; lower case: an estimator's."""
    return {"primitive": "sampler" if letter.isupper() else "estimator", "qubits": ord(letter)}


def seen(script: str) -> list[Call]:
    """The calls of a script: ``A`` sends, ``?0`` waits 100 s for the result of call 0, ``+2`` lets 2 s pass."""
    clock = Clock()
    log = Log(clock)
    for token in script.split():
        if token.startswith("+"):
            clock.now_s += float(token[1:])
        elif token.startswith("?"):
            with log.held():
                clock.now_s += 100
            log.ended(int(token[1:]))
        else:
            with log.held() as begun:
                clock.now_s += 30
                log.sent(job(token), begun)
    return log.calls


def told(script: str, pace: Pace = Pace()) -> list[str]:
    """Its jobs, in a line each: names as letters of what is sent."""
    return [line(item, lambda one: chr(one["qubits"])) for item in jobs_of(seen(script), pace)]


@pytest.mark.parametrize(
    ("script", "jobs"),
    [
        pytest.param("A", ["sampler: A"], id="one call"),
        pytest.param("A A A", ["sampler: Ax3"], id="sent without waiting: a count"),
        pytest.param("+9 A ?0 +9", ["sampler: A"], id="time before the first and after the last is nobody's"),
        pytest.param("A a A", ["sampler-1: A", "estimator: a", "sampler-2: A"], id="different ones, in their order"),
        pytest.param("a ?0 +2.5 a ?1 +2.5 a ?2", ["estimator: a iterations=3 think=2.5s"], id="a loop"),
        pytest.param("a ?0 a ?1 a", ["estimator: a iterations=3 think=0s"], id="a loop that thinks for no time"),
        pytest.param(
            "a ?0 +1 a ?1 +2 a", ["estimator: a iterations=3 think=['1s', '2s']"], id="what was measured is a sample"
        ),
        pytest.param(
            "a ?0 +1 a ?1 +1.04 a ?2 +1 a", ["estimator: a iterations=4 think=1.01s"], id="next to equal times are one"
        ),
        pytest.param("a ?0 +1.23456 a", ["estimator: a iterations=2 think=1.23s"], id="three digits are kept"),
        pytest.param("a ?0 +0.0000004 a", ["estimator: a iterations=2 think=0s"], id="less than a microsecond"),
        pytest.param(
            "B ?0 +7 a ?1 +2 a ?2 +3 C",
            [
                "sampler-1: B",
                "estimator: a iterations=2 think=['7s', '2s'] after=['sampler-1']",
                "sampler-2: C think=3s after=['estimator']",
            ],
            id="before and behind a loop",
        ),
        pytest.param("A A ?0 ?1 +1 A A ?2 ?3", ["sampler: Ax2 iterations=2 think=1s"], id="a loop of two at once"),
        pytest.param("A a ?0 ?1 +1 A a ?2 ?3", ["loop: A a iterations=2 think=1s"], id="a step of two kinds"),
        pytest.param(
            "A ?0 a ?1 A ?2 a",
            [
                "sampler-1: A",
                "estimator-1: a after=['sampler-1']",
                "sampler-2: A after=['estimator-1']",
                "estimator-2: a after=['sampler-2']",
            ],
            id="one after another in turns",
        ),
        pytest.param(
            "A A ?0 +1 B ?1 +2 C",
            [
                "sampler-1: A",
                "sampler-2: A",
                "sampler-3: B think=1s after=['sampler-1']",
                "sampler-4: C think=2s after=['sampler-1', 'sampler-2']",
            ],
            id="equal ones of which one was waited for",
        ),
        pytest.param(
            "A B ?0 ?1 C", ["sampler-1: A", "sampler-2: B", "sampler-3: C after=['sampler-1', 'sampler-2']"], id="both"
        ),
        pytest.param(
            "A ?0 B ?1 C", ["sampler-1: A", "sampler-2: B after=['sampler-1']", "sampler-3: C after=['sampler-2']"],
            id="what is waited for already is not said again",
        ),
        pytest.param(
            "Z a ?1 a ?2 a ?0 ?3 Y",
            [
                "sampler-1: Z",
                "estimator-1: a",
                "estimator-2: a iterations=2 think=0s after=['estimator-1']",
                "sampler-2: Y after=['sampler-1', 'estimator-2']",
            ],
            id="something runs beside a loop",
        ),
        pytest.param(
            "Z a ?1 a ?0 ?2 a ?3 a",
            [
                "sampler: Z",
                "estimator-1: a",
                "estimator-2: a after=['estimator-1']",
                "estimator-3: a iterations=2 think=0s after=['sampler', 'estimator-2']",
            ],
            id="a loop that something joins is two",
        ),
        pytest.param("A ?0 ?0 A ?1 ?0", ["sampler: A iterations=2 think=0s"], id="asked twice"),
    ],
)  # fmt: skip
def test_calls_become_jobs(script: str, jobs: list[str]) -> None:
    assert told(script) == jobs


def test_loops_of_many_are_told_by_quantiles() -> None:
    script = " ".join(f"a ?{n} +{n}" for n in range(101)) + " a"
    [item] = jobs_of(seen(script))
    assert item["iterations"] == 102
    assert item["think"] == {
        "min": "0s",
        "p25": "25s",
        "p50": "50s",
        "p75": "1m 15s",
        "p90": "1m 30s",
        "max": "1m 40s",
    }


def test_a_stated_think_time_stands_in_for_all_that_was_measured() -> None:
    assert told("B ?0 +7 a ?1 +2 a ?2 +3 C", Pace(stated="4s", added_us=1_200_000)) == [
        "sampler-1: B",
        "estimator: a iterations=2 think=4s after=['sampler-1']",
        "sampler-2: C think=4s after=['estimator']",
    ]


def test_each_submission_takes_its_time_beside_what_was_measured() -> None:
    assert told("B ?0 a ?1 +2 a ?2 +0.001 C D", Pace(added_us=1_200_000)) == [
        "sampler-1: B",
        "estimator: a iterations=2 think=['1.2s', '3.2s'] after=['sampler-1']",
        "sampler-2: C think=1.2s after=['estimator']",
        "sampler-3: D think=1.2s after=['estimator']",
    ]


@pytest.mark.parametrize(
    ("script", "seconds"),
    [
        pytest.param("A +3 A +4 A", 7.0, id="between calls sent together"),
        pytest.param("A ?0 +3 A", 0.0, id="a think time is in the file"),
        pytest.param("A ?0 +3 A +5 B", 5.0, id="both"),
    ],
)
def test_what_has_no_place_in_the_file_is_counted(script: str, seconds: float) -> None:
    assert left_out_s(seen(script)) == pytest.approx(seconds)


def test_waiting_in_one_thread_takes_no_time_from_another() -> None:
    clock = Clock()
    log = Log(clock)
    first = log.sent(job("A"), log.now())

    def wait() -> None:
        with log.held():
            clock.now_s += 50
        log.ended(first)

    in_another_thread(wait)
    clock.now_s += 4
    log.sent(job("A"), log.now())
    assert [call.think_s for call in log.calls] == [0.0, 4.0]
    assert log.calls[0].learned == 1


def in_another_thread(work: Callable[[], None]) -> None:
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


@st.composite
def scripts(draw: st.DrawFn) -> str:
    """Any script: each result is asked for at most once, after its call."""
    tokens: list[str] = []
    waiting: list[int] = []
    sent = 0
    for _ in range(draw(st.integers(1, 14))):
        if waiting and draw(st.sampled_from([True, False])):
            tokens.append(f"?{waiting.pop(draw(st.sampled_from(range(len(waiting)))))}")
        else:
            tokens.append(draw(st.sampled_from("AAab")))
            waiting.append(sent)
            sent += 1
    return " ".join(tokens if sent else [*tokens, "A"])


@given(scripts())
def test_law_the_file_sends_the_same_calls_after_the_same_results(script: str) -> None:
    calls = seen(script)
    items: list[Any] = jobs_of(calls)
    sent: list[object] = []
    before: list[set[int]] = []
    of_item: dict[str, tuple[set[int], set[int]]] = {}
    for item in items:
        first = set[int]().union(*({*of_item[name][0], *of_item[name][1]} for name in item.get("after", ())))
        own: set[int] = set()
        for _ in range(item.get("iterations", 1)):
            step = [one["qubits"] for one in item.get("jobs", [item]) for _ in range(one.get("count", 1))]
            places = range(len(sent), len(sent) + len(step))
            sent += step
            before += [first | own] * len(step)
            own = own | {*places}
        of_item[item.get("loop") or item["name"]] = first, own
    assert sent == [call.job["qubits"] for call in calls]
    for place, known in enumerate(before):
        assert known == {i for i, call in enumerate(calls) if call.learned is not None and call.learned <= place}


@settings(max_examples=40)
@given(scripts())
def test_law_the_file_is_valid(script: str) -> None:
    pubs = {"pubs": [{"shots": 100, "circuit_duration": "2us"}]}
    items: list[Any] = jobs_of(seen(script))
    jobs = [
        {**item, "jobs": [{**one, **pubs} for one in item["jobs"]]} if "jobs" in item else {**item, **pubs}
        for item in items
    ]
    workload = checked(workload_text({"qplan": 1, "jobs": jobs}), "recorded.yaml")
    total = sum(item.iterations * sum(one.count for one in item.jobs) for item in workload.items)
    assert total == len(seen(script))
