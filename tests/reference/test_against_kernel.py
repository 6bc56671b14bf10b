"""The kernel and the reference model agree to the microsecond on random submissions that reach every rule."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from functools import cache
from typing import NamedTuple

import pytest

from qplan.model.duration import Duration, Spread
from qplan.model.submission import Submission
from qplan.model.trace import Trace
from qplan.model.workload import Mode

from .accounts import measures_of
from .builders import container, kind, workload
from .compare import first_difference, first_difference_of_measures
from .engines import ENGINES
from .features import FEATURES, INSIDE, features
from .generator import random_submission
from .simpy_model import reference_trace, run_of, trace_of

SEEDS = range(500)
"""Even ones are fixed runs, odd ones replications of that number."""
LEAST_SHARE = {
    "reactivation": 0.05,
    "drain": 0.05,
    "ttl_cut": 0.05,
    "cancel": 0.05,
    "retry": 0.05,
    "calibration_hit": 0.05,
    "foreign_job": 0.05,
    "stream": 0.05,
    "many_waits": 0.05,
    "periodic_calibration": 0.05,
    "calibration_left_out": 0.01,
    "rival_before_ours": 0.05,
    "ours_before_rival": 0.05,
    "stop": 0.01,
    "hold": 0.01,
    "limit_cut": 0.01,
    "learning_reused": 0.01,
    "failure": 0.05,
    "many_at_once": 0.25,
    "model_error": 0.05,
}


class Case(NamedTuple):
    submission: Submission
    replication: int | None
    expected: Trace
    features: set[str]


@cache
def case(seed: int) -> Case:
    submission = random_submission(random.Random(seed))
    replication = seed if seed % 2 else None
    service = run_of(submission, replication=replication)
    expected = trace_of(service)
    return Case(submission, replication, expected, features(service, expected))


@pytest.mark.parametrize("name", [name for name in ENGINES if name != "reference"])
@pytest.mark.parametrize("seed", SEEDS)
def test_engine_agrees_with_the_reference(seed: int, name: str) -> None:
    submission, replication, expected, _ = case(seed)
    actual = ENGINES[name](submission, replication=replication)
    difference = first_difference(submission, expected, actual)
    assert difference is None, f"seed {seed}, {name}: {difference}\n{submission!r}"


def test_random_submissions_reach_every_rule() -> None:
    seen = Counter(feature for seed in SEEDS for feature in case(seed).features)
    rare = {name: seen[name] for name, share in LEAST_SHARE.items() if seen[name] < share * len(SEEDS)}
    assert not rare


def test_every_rule_that_can_be_seen_is_looked_for() -> None:
    assert {*LEAST_SHARE} == {*FEATURES, *INSIDE}


def test_random_submissions_are_small_and_of_every_mode() -> None:
    submissions = [case(seed).submission for seed in SEEDS]
    assert max(submission.size for submission in submissions) <= 25
    assert {submission.mode for submission in submissions} == set(Mode)


def test_random_submissions_have_durations_of_every_shape() -> None:
    kinds = [kind for seed in SEEDS for kind in case(seed).submission.kinds]
    assert {duration.spread for kind in kinds for duration in (kind.before, kind.qpu, kind.after)} == set(Spread)


def test_replications_differ_by_number_and_by_seed() -> None:
    job = replace(kind(), qpu=Duration(spread=Spread.EXPONENTIAL, values_us=(10**9,)))
    submission = workload(Mode.JOB, job)
    ends = [reference_trace(submission, seed, number).end_us for seed in range(3) for number in range(3)]
    assert len({*ends}) == 9


def test_a_difference_is_named() -> None:
    submission = workload(Mode.BATCH, kind("b", qpu=1), count=2, container=container())
    trace = reference_trace(submission)
    later = replace(trace, qpu_end_us=[1_000_000, 2_000_001])
    assert first_difference(submission, trace, trace) is None
    assert first_difference(submission, trace, later) == "row 1 b[2] qpu_end_us: 2000001, expected 2000000"


def test_a_difference_of_measures_is_named() -> None:
    trace = reference_trace(workload(Mode.JOB, kind(qpu=1)))
    assert trace.measures == measures_of(trace, workload(Mode.JOB, kind(qpu=1)))
    longer = replace(trace.measures, usage_us=1_000_001)
    assert first_difference_of_measures(trace.measures, longer) == "usage_us: 1000001, expected 1000000"
