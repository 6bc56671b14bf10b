"""The doors of Qiskit through which work is sent, watched while a recorder is open and given back as they were.

``run`` of the primitives is public and says what the user wrote, whichever version of them is used and wherever they
were made; a session's own ``_run`` is not, and sees of the client-side primitives what they made of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from functools import wraps
from importlib import import_module
from typing import Any

from qplan.errors import UsageError

PRIMITIVES = (
    ("qiskit_ibm_runtime", "SamplerV2"),
    ("qiskit_ibm_runtime", "Sampler"),
    ("qiskit_ibm_runtime", "EstimatorV2"),
    ("qiskit_ibm_runtime", "Estimator"),
    ("qiskit_ibm_runtime.executor_sampler", "Sampler"),
    ("qiskit_ibm_runtime.executor_estimator", "Estimator"),
    ("qiskit.primitives", "BackendSamplerV2"),
    ("qiskit.primitives", "BackendEstimatorV2"),
    ("qiskit.primitives", "StatevectorSampler"),
    ("qiskit.primitives", "StatevectorEstimator"),
)
"""The primitives whose calls are recorded."""
OTHERS = (
    ("qiskit_ibm_runtime", "Executor"),
    ("qiskit_ibm_runtime", "NoiseLearner"),
    ("qiskit_ibm_runtime", "NoiseLearnerV3"),
    ("qiskit_ibm_runtime", "Calibrator"),
)
"""What else sends work, which a workload file has no word for."""
SERVICE = ("qiskit_ibm_runtime", "QiskitRuntimeService", "_run")
SESSIONS = (("qiskit_ibm_runtime", "Session", "_create_session"), ("qiskit_ibm_runtime", "Batch", "_create_session"))
"""Where work and sessions leave for IBM: these two are not public, and shut only."""

Run = Callable[..., Any]
Call = Callable[[Run, Any, tuple[Any, ...], dict[str, Any]], Any]
"""What a call of ``run`` is handed to: the original, the primitive, its arguments."""

End = Callable[[Exception | None], None]
"""What hears of the end of a job: the error that asking for its result raised, or ``None``."""

ENDS = ("result", "wait_for_final_state")
"""Methods of a job that return when it has ended."""
TELLS = ("done", "in_final_state", "errored", "cancelled")
"""Methods of a job that say whether it has."""


def watch_calls(call: Call, other: Call, stack: ExitStack) -> None:
    """Hand every ``run`` of a primitive to ``call``, of what is none to ``other``, until the stack is closed."""
    for names, hand in ((PRIMITIVES, call), (OTHERS, other)):
        for kind in _classes(names):
            if "run" in vars(kind):
                _replace(kind, "run", _handing(vars(kind)["run"], hand), stack)


def shut_service(stack: ExitStack) -> None:
    """Let nothing reach IBM's service until the stack is closed: no job, and no session of its own."""
    for module, name, method in (SERVICE, *SESSIONS):
        for kind in _classes([(module, name)]):
            if method in vars(kind):
                _replace(kind, method, _no_session if (module, name, method) in SESSIONS else _no_job, stack)


def can_shut_service() -> bool:
    """Whether the installed package has the doors that ``shut_service`` shuts."""
    doors = (SERVICE, *SESSIONS)
    return all(any(method in vars(kind) for kind in _classes([(module, name)])) for module, name, method in doors)


def watch_end(job: Any, held: Callable[[], Any], ended: End) -> None:  # noqa: ANN401 - any job
    """Call ``ended`` when the client learns from ``job``, in whatever way, that it has ended; waiting is ``held``."""
    for name in ENDS:
        if method := getattr(job, name, None):
            setattr(job, name, _awaited(method, held, ended))
    for name in TELLS:
        if method := getattr(job, name, None):
            setattr(job, name, _asked(method, ended))


def _classes(names: Any) -> Iterator[type]:  # noqa: ANN401 - pairs of texts
    """The classes that are installed, each once."""
    found: dict[type, None] = {}
    for module, name in names:
        with suppress(ImportError, AttributeError):
            found[getattr(import_module(module), name)] = None
    yield from found


def _replace(kind: type, name: str, made: object, stack: ExitStack) -> None:
    stack.callback(setattr, kind, name, vars(kind)[name])
    setattr(kind, name, made)


def _handing(original: Run, hand: Call) -> Run:
    @wraps(original)
    def run(self: Any, *arguments: Any, **words: Any) -> Any:  # noqa: ANN401
        return hand(original, self, arguments, words)

    return run


def _awaited(method: Run, held: Callable[[], Any], ended: End) -> Run:
    @wraps(method)
    def awaited(*arguments: Any, **words: Any) -> Any:  # noqa: ANN401
        try:
            with held():
                answer = method(*arguments, **words)
        except Exception as error:
            ended(error)
            raise
        ended(None)
        return answer

    return awaited


def _asked(method: Run, ended: End) -> Run:
    @wraps(method)
    def asked(*arguments: Any, **words: Any) -> Any:  # noqa: ANN401
        answer = method(*arguments, **words)
        if answer:
            ended(None)
        return answer

    return asked


def _no_job(*_: Any, **__: Any) -> Any:  # noqa: ANN401
    raise UsageError("nothing is submitted to IBM Quantum while qplan records: leave the context first")


def _no_session(*_: Any, **__: Any) -> None:  # noqa: ANN401
    return None
