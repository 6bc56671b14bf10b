"""The kernel and the reference model agree to the microsecond on random submissions that reach every rule."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from functools import cache

import pytest

from qplan.model.submission import Submission
from qplan.model.trace import Trace
from qplan.model.workload import Mode

from .builders import container, kind, workload
from .compare import first_difference
from .engines import ENGINES
from .features import features
from .generator import random_submission
from .simpy_model import reference_trace

SEEDS = range(500)
LEAST_SHARE = {
    "reactivation": 0.05,
    "drain": 0.05,
    "ttl_cut": 0.05,
    "cancel": 0.05,
    "retry": 0.05,
    "calibration_hit": 0.05,
    "foreign_job": 0.05,
    "stop": 0.01,
    "hold": 0.01,
    "limit_cut": 0.01,
    "learning_reused": 0.01,
    "failure": 0.05,
    "many_at_once": 0.25,
}


@cache
def case(seed: int) -> tuple[Submission, Trace]:
    submission = random_submission(random.Random(seed))
    return submission, reference_trace(submission)


@pytest.mark.parametrize("name", [name for name in ENGINES if name != "reference"])
@pytest.mark.parametrize("seed", SEEDS)
def test_engine_agrees_with_the_reference(seed: int, name: str) -> None:
    submission, expected = case(seed)
    difference = first_difference(submission, expected, ENGINES[name](submission))
    assert difference is None, f"seed {seed}, {name}: {difference}\n{submission!r}"


def test_random_submissions_reach_every_rule() -> None:
    seen = Counter(feature for seed in SEEDS for feature in features(*case(seed)))
    rare = {name: seen[name] for name, share in LEAST_SHARE.items() if seen[name] < share * len(SEEDS)}
    assert not rare


def test_random_submissions_are_small_and_of_every_mode() -> None:
    submissions = [case(seed)[0] for seed in SEEDS]
    assert max(submission.size for submission in submissions) <= 25
    assert {submission.mode for submission in submissions} == set(Mode)


def test_a_difference_is_named() -> None:
    submission = workload(Mode.BATCH, kind("b", qpu=1), count=2, container=container())
    trace = reference_trace(submission)
    later = replace(trace, qpu_end_us=[1_000_000, 2_000_001])
    assert first_difference(submission, trace, trace) is None
    assert first_difference(submission, trace, later) == "row 1 b[2] qpu_end_us: 2000001, expected 2000000"
