"""A guard around Qiskit's native code, whose panics are no ``Exception`` and are told on the terminal at length."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from qplan.bridge.circuit_reader import said


@contextmanager
def guarded() -> Iterator[None]:
    """Make a panic of native code a ``RuntimeError`` with its message, and let it write nothing to standard error."""
    with _silence():
        try:
            yield
        except (Exception, KeyboardInterrupt, SystemExit, GeneratorExit):
            raise
        except BaseException as error:
            raise RuntimeError(said(error)) from None


@contextmanager
def _silence() -> Iterator[None]:
    """Standard error leads nowhere meanwhile; where it is closed, it does so anyway."""
    if sys.stderr is None:
        yield
        return
    sys.stderr.flush()
    kept, nothing = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nothing)
