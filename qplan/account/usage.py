"""IBM's three definitions of usage.

Job and batch: the sum of charged quantum time. Session: wall-clock while active. Source: IBM Quantum
documentation, "Workload usage" (2026-09), rules J-02, B-05, S-02, S-03 and U-01.
"""

from __future__ import annotations

from collections.abc import Iterator

from qplan.model.submission import Submission
from qplan.model.trace import NEVER, State, Trace
from qplan.model.workload import FailureKind, Mode, Rounding
from qplan.units import charge_us

ROUNDING_CODE = {Rounding.NONE: 0, Rounding.NEAREST: 1, Rounding.UP: 2}


def attempt_charges(trace: Trace, submission: Submission) -> Iterator[tuple[int, int]]:
    """Row and charge of every attempt that reached the QPU; a system failure is free (rule U-01)."""
    rounding = ROUNDING_CODE[submission.rounding]
    kinds = list(submission.kind_of_jobs())
    for row, end in enumerate(trace.qpu_end_us):
        if end == NEVER:
            continue
        kind = submission.kinds[kinds[trace.job[row]]]
        free = kind.failure and kind.failure.kind is FailureKind.SYSTEM and trace.state[row] == State.FAILED
        yield row, 0 if free else charge_us(end - trace.qpu_start_us[row], rounding, kind.minimum_us)


def usage_us(trace: Trace, submission: Submission, charged_us: int) -> int:
    """What the mode bills: windows of a session, else the charged quantum time."""
    if submission.mode is Mode.SESSION:
        return sum(end - start for start, end in trace.windows_us)
    return charged_us
