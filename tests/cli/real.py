"""Runs of the command line in a process of its own, for what only a real one shows."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from typing import IO

from tests.conftest import ROOT

Stream = int | IO[bytes] | None
SET_BY_THE_CALLER = {"COLUMNS", "LINES", "NO_COLOR", "TERM", "PYTHONIOENCODING", "PYTHONUTF8", "QPLAN_DEBUG"}
# A shell that runs the tests in the background has its children ignore SIGINT; a user's shell does not.
RUN = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); from qplan.cli import main; main()"


def start(
    *arguments: str,
    stdin: Stream = subprocess.DEVNULL,
    stdout: Stream = subprocess.PIPE,
    variables: Mapping[str, str] | None = None,
) -> subprocess.Popen[bytes]:
    """Begin a run from the top of the repository, with these environment variables and none of the caller's kind."""
    inherited = {name: value for name, value in os.environ.items() if name not in SET_BY_THE_CALLER}
    return subprocess.Popen(
        [sys.executable, "-c", RUN, *arguments],
        stdin=stdin,
        stdout=stdout,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        env={**inherited, **(variables or {})},
    )


def ended(process: subprocess.Popen[bytes]) -> tuple[int, str, str]:
    """Status, output and messages."""
    with process:
        out, err = process.communicate(timeout=60)
    return process.returncode, (out or b"").decode(), err.decode()


def shell(command: str) -> tuple[int, str, str]:
    """Run a command for ``sh`` in which ``$QPLAN`` is the command line: for what only a shell can set up."""
    process = subprocess.Popen(
        ["sh", "-c", command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, "QPLAN": f"{sys.executable} -m qplan"},
    )
    return ended(process)
