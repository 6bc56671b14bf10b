"""A trace as spans: who was where, when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import accumulate, pairwise

from qplan.model.submission import Submission
from qplan.model.trace import NEVER, ForeignRun, Phase, Span, Trace
from qplan.model.workload import Mode


def timeline_of(trace: Trace, submission: Submission) -> tuple[Span, ...]:
    """Every span of a run, in order of (start, phase, lane, job); spans of no length are left out.

    Own jobs carry their label, the batch or session its mode, other load "foreign" or "calibration".
    Spans are cut at the end of the run.
    """
    labels = submission.labels()
    spans = [
        *(span for row in range(len(trace.job)) for span in _attempt(trace, row, labels)),
        *_thinking(trace, submission, labels),
        *(_container(trace, submission.mode) if submission.mode is not Mode.JOB else ()),
        *(span for i, run in enumerate(trace.foreign) for span in _foreign(run, i, trace.end_us)),
        *(_span("calibration", Phase.CALIBRATION, None, s, e) for s, e in trace.calibrations_us),
    ]
    end_us = trace.end_us
    cut = (span if span.end_us <= end_us else replace(span, end_us=end_us) for span in spans)
    real = [span for span in cut if span.end_us > span.start_us]
    return tuple(sorted(real, key=lambda s: (s.start_us, s.phase, -1 if s.lane is None else s.lane, s.job)))


def _span(job: str, phase: Phase, lane: int | None, start_us: int, end_us: int) -> Span:
    return Span(job=job, phase=phase, lane=lane, start_us=start_us, end_us=end_us)


def _attempt(trace: Trace, row: int, labels: list[str]) -> Iterator[Span]:
    """One attempt from its submission to its end, as far as it came."""
    label, finished = labels[trace.job[row]], trace.finished_us[row]
    if trace.submitted_us[row] == NEVER:
        return
    yield from _waiting(trace, row, label)
    if trace.lane_us[row] == NEVER:
        return
    lane = trace.lane[row]
    at = trace.lane_us[row]
    steps = (
        (Phase.CLASSICAL_BEFORE, trace.ready_us[row]),
        (Phase.QPU_WAIT, trace.qpu_start_us[row]),
        (Phase.QPU, trace.qpu_end_us[row]),
        (Phase.CLASSICAL_AFTER, finished),
    )
    for phase, until in steps:
        if until == NEVER:
            yield _span(label, phase, lane, at, finished)
            return
        yield _span(label, phase, lane, at, until)
        at = until


def _waiting(trace: Trace, row: int, label: str) -> Iterator[Span]:
    """The queue, then the wait for a lane: of an entry once it is next in line, of others once all is active."""
    sent, left = trace.submitted_us[row], trace.lane_us[row]
    if left == NEVER:
        left = trace.finished_us[row] if trace.finished_us[row] != NEVER else trace.end_us
    if trace.is_entry[row]:
        reached = trace.next_in_line_us[row]
        in_line = left if reached == NEVER else min(reached, left)
        yield _span(label, Phase.QUEUE, None, sent, in_line)
        yield _span(label, Phase.LANE_WAIT, None, in_line, left)
    else:
        opened = next((start for start, end in trace.windows_us if end >= sent and start <= left), left)
        yield _span(label, Phase.LANE_WAIT, None, max(sent, opened), left)


def _thinking(trace: Trace, submission: Submission, labels: list[str]) -> Iterator[Span]:
    """The client's time between the steps of a loop, and after what a stage waits for."""
    final = list(trace.finished_us[: trace.jobs])
    for row in range(trace.jobs, len(trace.job)):
        final[trace.job[row]] = trace.finished_us[row]
    bounds = [0, *accumulate(chain.size for chain in submission.chains)]
    done = [NEVER] * len(submission.stages)
    for chain, first, last in zip(submission.chains, bounds, bounds[1:], strict=False):
        done[chain.stage] = max(done[chain.stage], *final[first:last])
    for chain, first, last in zip(submission.chains, bounds, bounds[1:], strict=False):
        after = submission.stages[chain.stage].after
        if after and (sent := trace.submitted_us[first]) != NEVER:
            yield _span(labels[first], Phase.THINK, None, max(done[stage] for stage in after), sent)
        for step, following in pairwise(range(first, last, chain.step_size)):
            if (sent := trace.submitted_us[following]) != NEVER:
                yield _span(labels[following], Phase.THINK, None, max(final[step:following]), sent)


def _container(trace: Trace, mode: Mode) -> Iterator[Span]:
    """Stretches of an active window with no job running or waiting, and those between two windows."""
    present = sorted(
        (sent, trace.end_us if final == NEVER else final)
        for sent, final in zip(trace.submitted_us, trace.finished_us, strict=True)
        if sent != NEVER
    )
    for start, end in trace.windows_us:
        free_from = start
        for sent, final in present:
            if final <= start or sent >= end:
                continue
            yield _span(mode, Phase.IDLE, None, free_from, max(free_from, sent))
            free_from = max(free_from, final)
        yield _span(mode, Phase.IDLE, None, min(free_from, end), end)
    for (_, closed), (opened, _) in pairwise(trace.windows_us):
        yield _span(mode, Phase.INACTIVE, None, closed, opened)


def _foreign(run: ForeignRun, number: int, end_us: int) -> Iterator[Span]:
    """A foreign job's stay in its lane, and its time on the QPU as a span without a lane."""
    label = f"foreign[{number + 1}]"
    yield _span(label, Phase.FOREIGN, run.lane, run.lane_us, end_us if run.finished_us == NEVER else run.finished_us)
    if run.qpu_start_us != NEVER:
        left_us = end_us if run.qpu_end_us == NEVER else run.qpu_end_us
        yield _span(label, Phase.FOREIGN, None, run.qpu_start_us, left_us)
