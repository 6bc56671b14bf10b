"""The measures of one run (contract section 5)."""

from __future__ import annotations

from qplan.account.cost import cost_of
from qplan.account.usage import attempt_charges, usage_us
from qplan.model.account import Figures
from qplan.model.pricing import PricingPlan
from qplan.model.submission import Submission
from qplan.model.trace import NEVER, State, Trace


def figures_of(trace: Trace, submission: Submission, plan: PricingPlan) -> Figures:
    """Usage, wall-clock, cost and the other measures of a trace."""
    charged = sum(charge for _, charge in attempt_charges(trace, submission))
    usage = usage_us(trace, submission, charged)
    counts = _final_states(trace)
    held, span = _lane_use(trace, submission.lanes)
    return Figures(
        usage_us=usage,
        wall_us=max(0, max(trace.finished_us, default=0)),
        queue_us=sum(
            lane - sent
            for lane, sent, entry in zip(trace.lane_us, trace.submitted_us, trace.is_entry, strict=True)
            if entry and lane != NEVER
        ),
        quantum_us=sum(end - start for start, end in _qpu_spans(trace)),
        charged_us=charged,
        drift_us=_drift_us(trace),
        lane_held_us=held,
        lane_span_us=span,
        cost=cost_of(usage, plan),
        completed=counts[State.COMPLETED],
        failed=counts[State.FAILED],
        cancelled=counts[State.CANCELLED],
        not_submitted=counts[State.NOT_SUBMITTED],
        queued=counts[State.QUEUED],
        retries=len(trace.job) - trace.jobs,
        activations=len(trace.windows_us),
        windows_us=trace.windows_us,
    )


def _final_states(trace: Trace) -> list[int]:
    """How many jobs ended in each state; a job's state is that of its last attempt."""
    last = list(trace.state[: trace.jobs])
    for row in range(trace.jobs, len(trace.job)):
        last[trace.job[row]] = trace.state[row]
    counts = [0] * len(State)
    for state in last:
        counts[state] += 1
    return counts


def _qpu_spans(trace: Trace) -> list[tuple[int, int]]:
    """Own spans on the QPU."""
    return [(s, e) for s, e in zip(trace.qpu_start_us, trace.qpu_end_us, strict=True) if e != NEVER]


def _drift_us(trace: Trace) -> int:
    """First QPU start to last QPU end; 0 with fewer than two spans (rule B-12)."""
    spans = _qpu_spans(trace)
    return max(e for _, e in spans) - min(s for s, _ in spans) if len(spans) > 1 else 0


def _lane_use(trace: Trace, lanes: int) -> tuple[int, int]:
    """Lane-time held by own jobs, and all lane-time between their first start and last finish."""
    held = [(s, e) for s, e in zip(trace.lane_us, trace.finished_us, strict=True) if s != NEVER]
    if not held:
        return 0, 0
    span = max(e for _, e in held) - min(s for s, _ in held)
    return sum(e - s for s, e in held), span * lanes
