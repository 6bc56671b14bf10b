"""`background`: busy lanes, listed and endless arrivals, calibrations; fixed and random."""

from __future__ import annotations

from pathlib import Path

import pytest

from qplan.errors import Severity
from qplan.model.duration import Duration, Spread
from qplan.model.fact import Status
from qplan.model.workload import Background, Calibration, ForeignJob, ForeignStream
from qplan.parse import catalog
from tests.parse.texts import found, lines, workload

S = 1_000_000
FILE = "qplan: 1\nbackground: %s\njobs: [{qpu: 1s}]"


def fixed(seconds: int) -> Duration:
    return Duration.fixed(seconds * S)


def quantiles(**seconds: int) -> Duration:
    points = {"min": 0.0, "p50": 0.5, "p90": 0.9, "max": 1.0}
    return Duration(
        spread=Spread.QUANTILES,
        values_us=tuple(value * S for value in seconds.values()),
        probabilities=tuple(points[key] for key in seconds),
    )


def sample(*seconds: int) -> Duration:
    return Duration(spread=Spread.RESAMPLED, values_us=tuple(value * S for value in seconds))


def exponential(mean: int) -> Duration:
    return Duration(spread=Spread.EXPONENTIAL, values_us=(mean * S,))


def background(text: str, folder: Path | None = None) -> Background:
    read = workload(FILE % text, folder=folder).background
    assert read is not None
    return read


BUSY: list[tuple[str, tuple[Duration, ...], str]] = [
    ("12s", (fixed(12),), "one lane"),
    ("[12s, 40s]", (fixed(12), fixed(40)), "a list is one of lanes"),
    ("{p50: 4s, p90: 9s}", (quantiles(p50=4, p90=9),), "one random lane"),
    ("[12s, {dist: exponential, mean: 9s}]", (fixed(12), exponential(9)), "a random lane of a list"),
    ("[[12s, 40s], 7]", (sample(12, 40), fixed(7)), "a list in the list is a sample"),
]


@pytest.mark.parametrize(("text", "lanes", "word"), BUSY, ids=[word for *_, word in BUSY])
def test_busy_lanes(text: str, lanes: tuple[Duration, ...], word: str) -> None:
    assert background(f"{{busy_lanes: {text}}}").busy_lanes == lanes


def test_listed_arrivals_may_be_random_and_come_in_order_of_time() -> None:
    late = (
        "{at: 50s, classical_before: [1s, 2s], qpu: {p50: 5s, p90: 9s}, classical_after: {dist: exponential, mean: 1s}}"
    )
    read = background(f"{{arrivals: [{late}, {{at: 20s, qpu: 6s}}]}}")
    assert read.stream is None
    assert read.arrivals == (
        ForeignJob(arrival_us=20 * S, before=fixed(0), qpu=fixed(6)),
        ForeignJob(arrival_us=50 * S, before=sample(1, 2), qpu=quantiles(p50=5, p90=9), after=exponential(1)),
    )


def test_arrivals_as_a_mapping_are_without_end() -> None:
    every, qpu = "{dist: exponential, mean: 60s}", "{p50: 5s, p90: 40s}"
    read = background(f"{{arrivals: {{every: {every}, qpu: {qpu}, classical_before: 4s, classical_after: 0s}}}}")
    assert read.arrivals == ()
    assert read.stream == ForeignStream(every=exponential(60), before=fixed(4), qpu=quantiles(p50=5, p90=40))


GAPS: list[tuple[str, Duration, str]] = [
    ("60s", fixed(60), "fixed"),
    ("1ms", Duration.fixed(1000), "as short as may be"),
    ("[0s, 60s, 61s]", sample(0, 60, 61), "jobs that may come together"),
    ("{min: 0s, max: 60s}", quantiles(min=0, max=60), "from zero"),
    ("{trace: gaps.csv}", sample(10, 30), "measured"),
]


@pytest.mark.parametrize(("text", "gap", "word"), GAPS, ids=[word for *_, word in GAPS])
def test_the_gap_of_a_stream(text: str, gap: Duration, word: str, tmp_path: Path) -> None:
    (tmp_path / "gaps.csv").write_text("gap\n10\n30s\n")
    stream = background(f"{{arrivals: {{every: {text}, qpu: 0.1ms}}}}", folder=tmp_path).stream
    assert stream is not None
    assert stream.every == gap


def test_what_a_stream_leaves_open_is_assumed() -> None:
    facts = {fact.name: fact for fact in workload(FILE % "{arrivals: {every: 60s, qpu: 5s}}").assumptions}
    for key in ("classical_before", "classical_after"):
        fact = facts[f"background.arrivals.{key}"]
        assert (fact.value, fact.status) == ("0s", Status.ASSUMED)


CALIBRATIONS: list[tuple[str, tuple[Calibration, ...], str]] = [
    (
        "{every: 1h, duration: 2m, first: 10m}",
        (Calibration(first=fixed(600), length=fixed(120), every_us=3600 * S),),
        "regular",
    ),
    ("{every: 1h, duration: 2m}", (Calibration(first=fixed(3600), length=fixed(120), every_us=3600 * S),), "no first"),
    (
        "{every: 1h, duration: {p50: 60s, p90: 120s}, first: {min: 0s, max: 1h}}",
        (Calibration(first=quantiles(min=0, max=3600), length=quantiles(p50=60, p90=120), every_us=3600 * S),),
        "regular and random",
    ),
    (
        "[{at: {p50: 2h, p90: 3h}, duration: [2m, 3m]}, {at: 1h, duration: 90s}]",
        (
            Calibration(first=fixed(3600), length=fixed(90)),
            Calibration(first=quantiles(p50=7200, p90=10800), length=sample(120, 180)),
        ),
        "listed, in order of their medians",
    ),
    ("[]", (), "none"),
]


@pytest.mark.parametrize(("text", "calibrations", "word"), CALIBRATIONS, ids=[word for *_, word in CALIBRATIONS])
def test_calibrations(text: str, calibrations: tuple[Calibration, ...], word: str) -> None:
    assert background(f"{{calibrations: {text}}}").calibrations == calibrations


def test_a_first_calibration_that_is_not_said_is_assumed() -> None:
    name = "background.calibrations.first"
    facts = {
        fact.name: fact.value for fact in workload(FILE % "{calibrations: {every: 90m, duration: 2m}}").assumptions
    }
    assert facts[name] == "1h 30m"
    said = workload(FILE % "{calibrations: {every: 90m, duration: 2m, first: 0s}}").assumptions
    assert name not in {fact.name for fact in said}


def test_the_profile_is_the_typical_one() -> None:
    for name in ("profile", "typical"):
        assert background(name) == catalog.background_profile("typical")
    facts = {fact.name: fact.value for fact in workload(FILE % "profile").assumptions}
    assert facts["background.calibrations.monitoring.first"] == "min 0s, max 1h"
    assert "background.until" not in facts


FAULTY: list[tuple[str, list[str], str]] = [
    (
        "{busy_lanes: [{p50: 4s, p90: 1s}, [1s, -2s]]}",
        ["2:52: QP105: busy_lanes[1][1]: '-2s' is not a duration: it cannot be negative"],
        "a negative entry of a sample of a lane",
    ),
    (
        "{busy_lanes: [5s, {p50: 4s, p90: 1s}]}",
        ["2:31: QP209: busy_lanes[1]: p90 is shorter than p50: quantiles cannot fall"],
        "falling quantiles of a lane",
    ),
    ("{busy_lanes: []}", ["2:26: QP104: busy_lanes must hold at least one entry"], "no lane"),
    ("{busy_lanes: {}}", ["2:26: QP104: busy_lanes is an empty mapping: a duration is missing"], "an empty spread"),
    ("{busy_lanes: [[]]}", ["2:27: QP104: busy_lanes[0] is an empty list: a duration is missing"], "an empty sample"),
    (
        "{busy_lanes: [1s, 1s, 1s, 1s, 1s, [1s, 2s]]}",
        ["2:26: QP207: 6 busy lanes, but ibm_kingston has 5"],
        "more busy lanes than lanes",
    ),
    (
        "{arrivals: [{at: {p50: 5s}, qpu: 6s}]}",
        ["2:30: QP103: at: it cannot be random; write one duration such as 4s"],
        "a random time of a listed job",
    ),
    (
        "{arrivals: [{at: 5s, qpu: {p50: 9s, p90: 6s}}, {at: 5s, qpu: {mean: 0, sd: 1}}]}",
        [
            "2:39: QP209: qpu: p90 is shorter than p50: quantiles cannot fall",
            "2:74: QP209: qpu: a mean of 0 leaves no room for a standard deviation; give a longer mean",
        ],
        "two faulty sizes",
    ),
    (
        "{arrivals: {rate: 60/h}}",
        [
            "2:24: QP102: the key 'every' is required",
            "2:24: QP102: the key 'qpu' is required",
            "2:25: QP101: unknown key 'rate'",
        ],
        "a rate",
    ),
    (
        "{arrivals: {every: 0s, qpu: 5s}}",
        ["2:32: QP220: every must have a median of at least 1ms, not 0s: arrivals would never end"],
        "never a gap",
    ),
    (
        "{arrivals: {every: [0s, 0s, 1h], qpu: 5s}}",
        ["2:32: QP220: every must have a median of at least 1ms, not 0s: arrivals would never end"],
        "mostly no gap",
    ),
    (
        "{arrivals: {every: {dist: exponential, mean: 1ms}, qpu: 1us}}",
        ["2:32: QP220: every must have a median of at least 1ms, not 693us: arrivals would never end"],
        "hardly a gap",
    ),
    (
        "{arrivals: {every: {p50: 4s, p90: 1s}, qpu: 5s}}",
        ["2:32: QP209: every: p90 is shorter than p50: quantiles cannot fall"],
        "a faulty gap is not also too short",
    ),
    (
        "{arrivals: {every: {trace: no.csv}, qpu: {trace: no.csv}}}",
        [
            "2:40: QP215: the trace 'no.csv' cannot be used: there is no such file",
            "2:62: QP215: the trace 'no.csv' cannot be used: there is no such file",
        ],
        "no traces",
    ),
    (
        "{arrivals: {every: [[1s], 2s], qpu: {p50: {mean: 1s, sd: 1s}}}}",
        [
            "2:33: QP103: every[0]: a spread cannot stand inside a spread; write one duration such as 4s",
            "2:55: QP103: p50: a spread cannot stand inside a spread; write one duration such as 4s",
        ],
        "spreads in spreads",
    ),
    ("{arrivals: 5s}", ["2:24: QP103: arrivals must be a list, not '5s'"], "a duration"),
    (
        "{calibrations: {every: {p50: 1h}, duration: 1m}}",
        ["2:36: QP103: every: it cannot be random; write one duration such as 4s"],
        "a random period",
    ),
    (
        "{calibrations: [{at: 1h, duration: [0s, 0s]}, {at: 2h, duration: {mean: 0, sd: 0}}]}",
        ["2:48: QP209: duration is always 0", "2:78: QP209: duration is always 0"],
        "calibrations of nothing",
    ),
    (
        "{calibrations: {every: 1h, duration: 0s}}",
        ["2:50: QP104: duration must be a duration longer than 0, not '0s'"],
        "a calibration of nothing",
    ),
    (
        "{busy_lanes: 2000000h, arrivals: [{at: 1s, qpu: 1000000h}]}",
        ["2:13: QP214: what others do could take longer than the clock's range of 317 years"],
        "others for ever",
    ),
]


@pytest.mark.parametrize(("text", "expected", "word"), FAULTY, ids=[word for *_, word in FAULTY])
def test_what_is_wrong_with_a_background(text: str, expected: list[str], word: str) -> None:
    told = lines(FILE % text)
    assert [line.partition("; write it like")[0] for line in told] == [f"f.yaml:{line}" for line in expected]


LOADS: list[tuple[str, str | None, str]] = [
    ("{every: 5s, qpu: 5s}", "1.0", "all of it"),
    ("{every: 10s, qpu: {mean: 13s, sd: 40s}}", "1.3", "more, on average"),
    ("{every: 1s, qpu: 1000h}", "over 1000", "far more"),
    ("{every: {dist: exponential, mean: 5s}, qpu: {dist: exponential, mean: 4.9s}}", None, "nearly all"),
]


@pytest.mark.parametrize(("text", "times", "word"), LOADS, ids=[word for *_, word in LOADS])
def test_a_stream_that_needs_all_of_the_qpu_is_a_warning(text: str, times: str | None, word: str) -> None:
    problems = found(FILE % f"{{arrivals: {text}}}")
    told = f"the foreign jobs ask for {times} times the QPU's time: their line never empties"
    assert [(problem.code, problem.severity, problem.message) for problem in problems] == (
        [("QP309", Severity.WARNING, told)] if times else []
    )
