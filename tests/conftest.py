"""What all tests share: the flag that refreshes goldens, and a way to run the command line in-process."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the golden outputs anew")


@dataclass(frozen=True)
class Ran:
    """What a run of the command line left behind."""

    status: int
    out: str
    err: str


Qplan = Callable[..., Ran]


@pytest.fixture
def qplan(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Qplan:
    """Run ``qplan`` with these arguments from the top of the repository, 80 columns wide, without colour."""
    from qplan.cli import main

    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.delenv("QPLAN_DEBUG", raising=False)

    def run(*arguments: str) -> Ran:
        monkeypatch.setattr(sys, "argv", ["qplan", *arguments])
        with pytest.raises(SystemExit) as left:
            main()
        text = capsys.readouterr()
        return Ran(status=int(left.value.code or 0), out=text.out, err=text.err)

    return run
