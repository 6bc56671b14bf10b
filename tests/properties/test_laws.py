"""Laws that hold on every run, checked on random workloads of all features."""

import random
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qplan.account import figures_of, timeline_of
from qplan.account.usage import attempt_charges
from qplan.model.submission import Submission
from qplan.model.trace import NEVER, Phase, Trace
from qplan.model.workload import Mode
from qplan.simulation import simulate
from tests.reference.generator import random_submission
from tests.scenes import PLAN

seeds = st.integers(min_value=0, max_value=2**32 - 1)


def run(seed: int) -> tuple[Submission, Trace]:
    submission = random_submission(random.Random(seed))
    return submission, simulate(submission)


def lane_spans(trace: Trace) -> list[tuple[int, int, int]]:
    """(lane, start, end) of every stay in a lane, own and foreign."""
    own = [
        (lane, start, end)
        for lane, start, end in zip(trace.lane, trace.lane_us, trace.finished_us, strict=True)
        if start != NEVER
    ]
    foreign = [
        (job.lane, job.lane_us, trace.end_us if job.finished_us == NEVER else job.finished_us) for job in trace.foreign
    ]
    return sorted(own + foreign, key=lambda span: (span[0], span[1], span[2]))


def qpu_spans(trace: Trace) -> list[tuple[int, int]]:
    own = [(s, e) for s, e in zip(trace.qpu_start_us, trace.qpu_end_us, strict=True) if s != NEVER]
    foreign = [(j.qpu_start_us, j.qpu_end_us) for j in trace.foreign if NEVER not in (j.qpu_start_us, j.qpu_end_us)]
    return sorted(own + foreign + list(trace.calibrations_us))


@settings(max_examples=150, deadline=None)
@given(seeds)
def test_a_lane_holds_one_job_at_a_time(seed):
    submission, trace = run(seed)
    for (lane, _, end), (following, start, _) in pairwise(lane_spans(trace)):
        assert lane != following or end <= start
    assert all(0 <= lane < submission.lanes for lane, _, _ in lane_spans(trace))


@settings(max_examples=150, deadline=None)
@given(seeds)
def test_qpu_spans_are_disjoint(seed):
    _, trace = run(seed)
    assert all(end <= start for (_, end), (start, _) in pairwise(qpu_spans(trace)))


@settings(max_examples=150, deadline=None)
@given(seeds)
def test_nothing_happens_before_its_cause(seed):
    _, trace = run(seed)
    columns = (
        trace.submitted_us,
        trace.lane_us,
        trace.ready_us,
        trace.qpu_start_us,
        trace.qpu_end_us,
        trace.finished_us,
    )
    for row in zip(*columns, strict=True):
        reached = [instant for instant in row if instant != NEVER]
        assert reached == sorted(reached)
    for entry, sent, in_line, lane in zip(
        trace.is_entry, trace.submitted_us, trace.next_in_line_us, trace.lane_us, strict=True
    ):
        if entry and in_line != NEVER:
            assert sent <= in_line
            assert lane == NEVER or in_line <= lane


@settings(max_examples=150, deadline=None)
@given(seeds)
def test_no_lane_idles_while_an_eligible_job_waits(seed):
    """But for the drain before a session, and for what a usage limit holds back."""
    submission, trace = run(seed)
    if submission.limit is not None:
        return
    held = lane_spans(trace)
    for row, left in enumerate(trace.lane_us):
        if left == NEVER:
            continue
        since = eligible_from(trace, row, submission.mode)
        if since is None:
            continue
        for instant in {since, *(end for _, _, end in held if since <= end < left)}:
            if since <= instant < left:
                assert sum(start <= instant < end for _, start, end in held) == submission.lanes


def eligible_from(trace: Trace, row: int, mode: Mode) -> int | None:
    """When a row could have started had a lane been free; ``None`` for the entry of a session."""
    if trace.is_entry[row]:
        return None if mode is Mode.SESSION else trace.next_in_line_us[row]
    opened = max(start for start, _ in trace.windows_us if start <= trace.lane_us[row])
    return max(opened, trace.submitted_us[row])


@settings(max_examples=150, deadline=None)
@given(seeds)
def test_batch_usage_is_the_sum_of_charges_and_session_usage_the_sum_of_windows(seed):
    submission, trace = run(seed)
    figures = figures_of(trace, PLAN)
    if submission.mode is Mode.SESSION:
        assert figures.usage_us == sum(end - start for start, end in trace.windows_us)
    else:
        assert figures.usage_us == sum(charge for _, charge in attempt_charges(trace, submission))
    assert figures.jobs == submission.size


@settings(max_examples=60, deadline=None)
@given(seeds)
def test_a_session_sees_nobody_else_while_active(seed):
    submission, trace = run(seed)
    if submission.mode is not Mode.SESSION:
        return
    foreign = [(j.lane_us, trace.end_us if j.finished_us == NEVER else j.finished_us) for j in trace.foreign]
    for start, end in trace.windows_us:
        for other, until in [*foreign, *trace.calibrations_us]:
            assert until <= start or other >= end


@settings(max_examples=60, deadline=None)
@given(seeds)
def test_renaming_jobs_changes_no_figure(seed):
    submission, trace = run(seed)
    renamed = replace(submission, kinds=tuple(replace(kind, name=f"other-{kind.name}") for kind in submission.kinds))
    assert simulate(renamed) == trace


@settings(max_examples=60, deadline=None)
@given(seeds)
def test_the_same_input_gives_the_same_trace(seed):
    assert run(seed) == run(seed)


@settings(max_examples=100, deadline=None)
@given(seeds)
def test_the_timeline_adds_up(seed):
    """QPU spans sum to the busy time, and an attempt's spans follow one another without a gap."""
    submission, trace = run(seed)
    spans = timeline_of(trace, submission)
    own = [span for span in spans if span.phase is Phase.QPU]
    assert sum(s.end_us - s.start_us for s in own) == figures_of(trace, PLAN).quantum_us
    assert all(0 <= s.start_us < s.end_us <= trace.end_us for s in spans)


@pytest.mark.parametrize("lanes", [1, 3, 5])
def test_littles_law_holds_exactly_once_all_have_left(lanes):
    """The integral of the number present equals the sum of sojourns."""
    for seed in range(20):
        submission = replace(random_submission(random.Random(seed)), lanes=max(lanes, 5))
        trace = simulate(submission)
        stays = [
            (sent, final)
            for sent, final in zip(trace.submitted_us, trace.finished_us, strict=True)
            if sent != NEVER and final != NEVER
        ]
        instants = sorted({instant for stay in stays for instant in stay})
        area = sum(
            (end - start) * sum(sent <= start and end <= final for sent, final in stays)
            for start, end in pairwise(instants)
        )
        assert area == sum(final - sent for sent, final in stays)
