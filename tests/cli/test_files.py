"""``-o FILE`` is written whole or not at all; ``-`` is standard input; standard output may go away."""

from __future__ import annotations

import os
import stat
import subprocess
from pathlib import Path
from threading import Thread

import pytest

from tests.cli.real import ended, shell, start
from tests.conftest import ROOT, Qplan

VQE, ONE = "workloads/vqe_h2.yaml", "workloads/single_request.yaml"


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("arguments", [("profiles",), ("schema",), ("init", "vqe"), ("estimate", ONE, "-f", "csv")])
def test_a_file_gets_the_text_of_the_screen(arguments: tuple[str, ...], tmp_path: Path, qplan: Qplan) -> None:
    shown = qplan(*arguments)
    written = qplan(*arguments, "-o", str(tmp_path / "out"))
    assert (written.status, written.out, written.err) == (0, "", "")
    assert (tmp_path / "out").read_text(encoding="utf-8") == shown.out
    assert files(tmp_path) == ["out"]


@pytest.mark.parametrize("file", ["none.yaml", "tests/golden/bad.yaml"])
def test_an_existing_file_is_kept_when_the_run_fails(file: str, tmp_path: Path, qplan: Qplan) -> None:
    (tmp_path / "out").write_text("kept")
    assert qplan("compare", file, "-o", str(tmp_path / "out")).status in (1, 2)
    assert (tmp_path / "out").read_text() == "kept"


def test_an_existing_file_is_kept_when_writing_fails(
    tmp_path: Path, qplan: Qplan, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    (tmp_path / "out").write_text("kept")
    monkeypatch.setattr("os.replace", full)
    ran = qplan("profiles", "-o", str(tmp_path / "out"))
    assert (ran.status, ran.err) == (1, f"qplan: {tmp_path}/out: cannot be written: No space left on device\n")
    assert (tmp_path / "out").read_text() == "kept"
    assert files(tmp_path) == ["out"]


def test_permissions_are_kept_or_the_usual_ones(tmp_path: Path, qplan: Qplan) -> None:
    old, new, usual = tmp_path / "old", tmp_path / "new", tmp_path / "usual"
    old.touch()
    old.chmod(0o640)
    usual.touch()
    for path in (old, new):
        qplan("profiles", "-o", str(path))
    assert stat.filemode(old.stat().st_mode) == "-rw-r-----"
    assert new.stat().st_mode == usual.stat().st_mode


def test_a_links_target_is_written(tmp_path: Path, qplan: Qplan) -> None:
    (tmp_path / "target").write_text("old")
    (tmp_path / "link").symlink_to("target")
    assert qplan("profiles", "-o", str(tmp_path / "link")).status == 0
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "target").read_text().startswith("37 profiles")


def test_a_device_is_written_to_and_not_replaced(qplan: Qplan) -> None:
    assert qplan("profiles", "-o", "/dev/null").status == 0
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)
    ran = qplan("profiles", "-o", "/dev/full")
    assert (ran.status, ran.err) == (1, "qplan: /dev/full: cannot be written: No space left on device\n")


def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path, qplan: Qplan) -> None:
    fifo, read = tmp_path / "fifo", list[str]()
    os.mkfifo(fifo)
    reader = Thread(target=lambda: read.append(fifo.read_text()))
    reader.start()
    assert qplan("profiles", "-o", str(fifo)).status == 0
    reader.join(10)
    assert read[0].startswith("37 profiles")
    assert fifo.is_fifo()


def test_the_file_of_standard_output_is_a_file() -> None:
    status, out, err = shell("$QPLAN --version; $QPLAN profiles -o /dev/stdout")
    assert (status, err) == (0, "")
    assert out.splitlines()[1] == "37 profiles"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        pytest.param("none/out", "No such file or directory", id="no folder"),
        pytest.param("file/out", "Not a directory", id="a file for a folder"),
        pytest.param("folder", "Is a directory", id="a folder"),
        pytest.param("x" * 300, "File name too long", id="a long name"),
    ],
)
def test_what_cannot_be_written(name: str, reason: str, tmp_path: Path, qplan: Qplan) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    ran = qplan("profiles", "-o", str(tmp_path / name))
    assert (ran.status, ran.out, ran.err) == (1, "", f"qplan: {tmp_path}/{name}: cannot be written: {reason}\n")
    assert files(tmp_path) == ["file", "folder"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
@pytest.mark.parametrize("locked", ["folder", "folder/file"])
def test_what_may_not_be_written(locked: str, tmp_path: Path, qplan: Qplan) -> None:
    path = tmp_path / "folder" / "file"
    path.parent.mkdir()
    path.write_text("kept")
    (tmp_path / locked).chmod(0o500)
    ran = qplan("profiles", "-o", str(path))
    path.parent.chmod(0o700)
    assert (ran.status, ran.err) == (1, f"qplan: {path}: cannot be written: Permission denied\n")
    assert path.read_text() == "kept"


def test_a_file_that_is_read_only_is_kept(tmp_path: Path, qplan: Qplan, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the test above, where root runs the tests."""
    (tmp_path / "out").write_text("kept")
    monkeypatch.setattr("os.access", lambda *_: False)
    assert qplan("profiles", "-o", str(tmp_path / "out")).status == 1
    assert (tmp_path / "out").read_text() == "kept"


def test_the_longest_name_that_a_file_can_have(tmp_path: Path, qplan: Qplan) -> None:
    assert qplan("profiles", "-o", str(tmp_path / ("x" * 255))).status == 0


def test_a_name_with_a_line_break_is_told_on_one_line(qplan: Qplan) -> None:
    ran = qplan("profiles", "-o", "none/a\nb\x1b[31m")
    assert ran.err == "qplan: none/a b\\x1b[31m: cannot be written: No such file or directory\n"


def test_init_keeps_a_file_unless_forced(tmp_path: Path, qplan: Qplan) -> None:
    path = tmp_path / "my.yaml"
    path.write_text("mine")
    ran = qplan("init", "vqe", "-o", str(path))
    assert (ran.status, ran.out) == (1, "")
    assert ran.err == f"qplan: {path}: there is such a file already; --force overwrites it\n"
    assert path.read_text() == "mine"
    assert qplan("init", "vqe", "-o", str(path), "--force").status == 0
    assert path.read_text() == qplan("init", "vqe").out


def test_init_writes_to_a_device(qplan: Qplan) -> None:
    assert qplan("init", "vqe", "-o", "/dev/null").status == 0


@pytest.mark.parametrize("command", ["validate", "recommend"])
def test_standard_input(command: str) -> None:
    text = (ROOT / VQE).read_bytes()
    process = start(command, "-", "-f", "csv", stdin=subprocess.PIPE)
    assert process.stdin is not None
    process.stdin.write(text)
    status, out, err = ended(process)
    assert (status, err) == (0, "")
    assert command == "validate" or out.splitlines()[1].startswith("vqe-h2,<stdin>,ibm_kingston,")


def test_standard_input_serves_every_backend() -> None:
    status, out, err = shell(f"cat {VQE} | $QPLAN compare - --backend ibm_kingston --backend ibm_fez -f csv")
    assert (status, err.count("QP501"), err.splitlines()[-1]) == (0, 1, "1 note in 1 file"), "a note of both, told once"
    assert [line.split(",")[2] for line in out.splitlines()[1::3]] == ["ibm_kingston", "ibm_fez"]


def test_problems_of_standard_input_name_it() -> None:
    status, out, err = shell("echo nothing | $QPLAN compare -")
    assert (status, out) == (2, "")
    assert err.startswith("<stdin>:1:1: QP103: the file must be a mapping of keys to values, not 'nothing'\n")


@pytest.mark.parametrize("arguments", [("profiles",), ("--help",), ("compare", VQE)])
def test_a_reader_that_has_gone(arguments: tuple[str, ...]) -> None:
    """No traceback, and no 'Exception ignored' as the interpreter ends."""
    read, write = os.pipe()
    os.close(read)
    process = start(*arguments, stdout=write)
    os.close(write)
    assert ended(process) == (1, "", "")


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("$QPLAN profiles >/dev/full", (1, "qplan: standard output: cannot be written: No space left on device\n")),
        ("$QPLAN --help >/dev/full", (1, "qplan: standard output: cannot be written: No space left on device\n")),
        ("$QPLAN profiles >&-", (1, "qplan: standard output: it is closed\n")),
        ("$QPLAN validate - <&-", (1, "qplan: <stdin>: it is closed\n")),
        ("$QPLAN compare none.yaml 2>&-", (1, "")),
        ("$QPLAN compare tests/golden/bad.yaml 2>/dev/full", (2, "")),
    ],
)
def test_streams_that_cannot_be_used(command: str, answer: tuple[int, str]) -> None:
    status, out, err = shell(command)
    assert (status, err) == answer
    assert out == ""
