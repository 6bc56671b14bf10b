"""Every exit status, and that no traceback leaves."""

from __future__ import annotations

import signal
import subprocess
import time
from pathlib import Path
from typing import NoReturn

import pytest

from tests.cli.real import ended, start
from tests.conftest import Qplan

VQE = "workloads/vqe_h2.yaml"
INVALID = "qplan: 1\njobs: [{qpu: 5s, shots: -1}]\n"
ITS_LINE = "2:25: QP104: shots must be a whole number of at least 1, not -1"


@pytest.fixture
def invalid(tmp_path: Path) -> str:
    path = tmp_path / "invalid.yaml"
    path.write_text(INVALID)
    return str(path)


def test_done(qplan: Qplan) -> None:
    ran = qplan("validate", VQE)
    assert (ran.status, ran.out, ran.err) == (0, "1 file checked, no problems\n", "")


@pytest.mark.parametrize("command", ["compare", "estimate", "recommend", "explain", "validate"])
def test_a_file_that_cannot_be_read(command: str, qplan: Qplan) -> None:
    ran = qplan(command, "none.yaml")
    assert (ran.status, ran.out, ran.err) == (1, "", "qplan: none.yaml: there is no such file\n")


@pytest.mark.parametrize("command", ["compare", "estimate", "recommend", "explain"])
def test_an_invalid_file(command: str, invalid: str, qplan: Qplan) -> None:
    ran = qplan(command, invalid)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err == f"{invalid}:{ITS_LINE}\n    jobs[0].shots\n1 error in 1 file\n"


def test_the_problems_that_validate_finds_are_its_data(invalid: str, qplan: Qplan) -> None:
    ran = qplan("validate", invalid)
    assert (ran.status, ran.err) == (2, "")
    assert ran.out == f"{invalid}:{ITS_LINE}\n    jobs[0].shots\n1 error in 1 file\n"


def test_of_several_statuses_the_first_and_everything_is_told(invalid: str, qplan: Qplan) -> None:
    problems = f"{invalid}:{ITS_LINE}\n    jobs[0].shots\n1 error in 1 file\n"
    unread = "qplan: none.yaml: there is no such file\nqplan: gone.yaml: there is no such file\n"
    ran = qplan("compare", "none.yaml", invalid, VQE, "gone.yaml")
    assert (ran.status, ran.out, ran.err) == (1, "", problems + unread)
    ran = qplan("validate", "none.yaml", invalid, "gone.yaml")
    assert (ran.status, ran.out, ran.err) == (1, problems, unread)


def test_validate_counts_the_files_that_it_could_read(qplan: Qplan) -> None:
    ran = qplan("validate", VQE, "none.yaml")
    assert (ran.status, ran.out) == (1, "1 file checked, no problems\n")


def test_a_problem_on_every_backend_is_told_once(invalid: str, qplan: Qplan) -> None:
    ran = qplan("compare", invalid, "--backend", "ibm_kingston", "--backend", "ibm_fez")
    assert ran.err.splitlines() == [f"{invalid}:{ITS_LINE}", "    jobs[0].shots", "1 error in 1 file"]


@pytest.fixture
def bug(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> NoReturn:
        raise RuntimeError("one\ntwo \x1b[31m")

    monkeypatch.setattr("qplan.cli.run.report", fail)


@pytest.mark.usefixtures("bug")
def test_a_bug_is_one_line(qplan: Qplan) -> None:
    ran = qplan("compare", VQE)
    assert (ran.status, ran.out) == (70, "")
    assert ran.err == "qplan: a bug in qplan: RuntimeError: one two \\x1b[31m (QPLAN_DEBUG=1 shows where)\n"


@pytest.mark.usefixtures("bug")
def test_a_bug_shows_its_traceback_if_asked(qplan: Qplan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["qplan", "compare", VQE])
    monkeypatch.setenv("QPLAN_DEBUG", "1")
    from qplan.cli import main

    with pytest.raises(RuntimeError, match="one"):
        main()


def test_interrupted_while_it_simulates(tmp_path: Path) -> None:
    """The run has begun once it has taken more text than a pipe holds; then it simulates for many seconds."""
    text = b"qplan: 1\njobs: [{qpu: 5s, count: 300000}]\n" + b"# nothing\n" * 30_000
    process = start("compare", "-", "-o", str(tmp_path / "out.json"), stdin=subprocess.PIPE)
    assert process.stdin is not None
    process.stdin.write(text)
    process.stdin.close()
    process.stdin = None
    time.sleep(0.7)
    process.send_signal(signal.SIGINT)
    assert ended(process) == (130, "", "qplan: interrupted\n")
    assert list(tmp_path.iterdir()) == []


def test_interrupted_while_it_starts(qplan: Qplan, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(**_: object) -> NoReturn:
        raise KeyboardInterrupt

    monkeypatch.setattr("qplan.cli.app.app", interrupted)
    ran = qplan("--help")
    assert (ran.status, ran.out, ran.err) == (130, "", "qplan: interrupted\n")
