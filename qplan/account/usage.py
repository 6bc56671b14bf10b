"""What each attempt of a job or batch is charged; the kernel adds the same up.

Source: IBM Quantum documentation, "Workload usage" (2026-09), rules J-02, B-05 and U-01.
"""

from __future__ import annotations

from collections.abc import Iterator

from qplan.model.submission import Submission
from qplan.model.trace import NEVER, State, Trace
from qplan.model.workload import FailureKind, Rounding
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
