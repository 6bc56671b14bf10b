"""qplan: plan IBM Quantum workloads; cost and wall-clock as jobs, as a batch and as a session.

The names below are the whole Python API (docs/python.md). Each is loaded when it is first used, so ``import qplan``
costs next to nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qplan.api import (
        LeftOutWarning,
        Loop,
        ModeResult,
        Quantiles,
        Result,
        Run,
        Workload,
        compare,
        from_pubs,
        load,
        recommend,
        simulate,
    )
    from qplan.bridge.recorder import MadeUpWarning, Recording, record
    from qplan.errors import FileError, QplanError, UsageError, WorkloadError

__version__ = "0.1.0"

_PLACES = {
    "qplan.api": (
        "LeftOutWarning",
        "Loop",
        "ModeResult",
        "Quantiles",
        "Result",
        "Run",
        "Workload",
        "compare",
        "from_pubs",
        "load",
        "recommend",
        "simulate",
    ),
    "qplan.bridge.recorder": ("MadeUpWarning", "Recording", "record"),
    "qplan.errors": ("FileError", "QplanError", "UsageError", "WorkloadError"),
}
_PLACE_OF = {name: place for place, names in _PLACES.items() for name in names}

__all__ = [
    "FileError",
    "LeftOutWarning",
    "Loop",
    "MadeUpWarning",
    "ModeResult",
    "QplanError",
    "Quantiles",
    "Recording",
    "Result",
    "Run",
    "UsageError",
    "Workload",
    "WorkloadError",
    "__version__",
    "compare",
    "from_pubs",
    "load",
    "recommend",
    "record",
    "simulate",
]


def __getattr__(name: str) -> object:
    place = _PLACE_OF.get(name)
    if place is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    found = globals()[name] = getattr(import_module(place), name)
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
