"""The programs that turn a submission into a trace, by name."""

from __future__ import annotations

from collections.abc import Callable

from qplan.model.submission import Submission
from qplan.model.trace import Trace
from qplan.simulate import simulate

from .simpy_model import reference_trace

Engine = Callable[[Submission], Trace]

ENGINES: dict[str, Engine] = {"reference": reference_trace, "kernel": simulate}
