"""Panics of native code: an error like others, and nothing on the terminal."""

from __future__ import annotations

import os
import sys

import pytest

pytest.importorskip("qiskit")

from qplan.bridge.guard import guarded


class PanicException(BaseException):
    """As pyo3's: no ``Exception``."""


def _panic() -> None:
    os.write(2, b"thread '<unnamed>' panicked at\n")
    raise PanicException("only gates that have a matrix")


def test_a_panic_is_an_error_and_says_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(RuntimeError) as error, guarded():
        _panic()
    assert str(error.value) == "only gates that have a matrix"
    os.write(2, b"after\n")
    assert capfd.readouterr().err == "after\n"


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, ValueError])
def test_everything_else_passes(error: type[BaseException]) -> None:
    with pytest.raises(error), guarded():
        raise error


def test_standard_error_may_be_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is to be silenced then, and file 2 may be anything."""
    monkeypatch.setattr(sys, "stderr", None)
    monkeypatch.setattr(os, "dup", lambda fd: pytest.fail("file 2 was touched"))
    with guarded():
        pass
