"""The programs that turn a submission into a trace, by name."""

from __future__ import annotations

from typing import Protocol

from qplan.model.submission import Submission
from qplan.model.trace import Trace
from qplan.simulation import simulate

from .simpy_model import reference_trace


class Engine(Protocol):
    """Runs a submission as the replication of that number, or with every duration at its median."""

    def __call__(self, submission: Submission, seed: int = 0, replication: int | None = None) -> Trace: ...


ENGINES: dict[str, Engine] = {"reference": reference_trace, "kernel": simulate}
