"""Circuits from files and folders: what is read, and everything that is refused before or after Qiskit sees it."""

from __future__ import annotations

import gzip
import os
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("qiskit")
pytest.importorskip("qiskit_qasm3_import")
pytest.importorskip("qiskit_ibm_runtime")

from qiskit import QuantumCircuit

from qplan.bridge import qasm_text, reader_process, sources
from qplan.bridge.need import qiskit_version
from qplan.bridge.reader_process import ReaderProcess
from qplan.bridge.reading import newest_qpy, read_files
from qplan.bridge.sources import Found, sources_of
from qplan.errors import FileError, UsageError
from tests.bridge.circuits import BELL3, GHZ, LOOSE3, ansatz, ghz, qpy, write

QPY = qpy(ghz(), ghz(2, name="two\x1b[31m"))
HEAD = 18
NO_HEADER = "no OpenQASM line at its head; it begins with OPENQASM 2.0; or OPENQASM 3.0;"
TOO_LARGE = "line {}: registers of more than 100,000 bits"
NOT_TEXT = "neither QPY (it does not begin with QISKIT) nor OpenQASM (it is not UTF-8 text)"


@pytest.fixture(scope="module")
def process() -> Iterator[ReaderProcess]:
    with ReaderProcess() as process:
        yield process


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def headed(version: int, qiskit: tuple[int, int, int] = (1, 0, 2), circuits: int = 1) -> bytes:
    return struct.pack("!6sBBBBQ", b"QISKIT", version, *qiskit, circuits) + QPY[HEAD:]


@pytest.mark.parametrize(
    ("name", "content", "told", "labels"),
    [
        pytest.param("a.qpy", QPY, f"QPY {newest_qpy()}, written by Qiskit {qiskit_version()}",
                     ["a.qpy: circuit 1 (ghz)", "a.qpy: circuit 2 (two\\x1b[31m)"], id="QPY of two"),
        pytest.param("old.qpy", qpy(ghz(), version=13), f"QPY 13, written by Qiskit {qiskit_version()}", ["old.qpy"],
                     id="QPY of the oldest version that is safe"),
        pytest.param("a.qpy.gz", gzip.compress(qpy(ghz())), f"QPY {newest_qpy()}, written by Qiskit {qiskit_version()}",
                     ["a.qpy.gz"], id="packed QPY"),
        pytest.param("a.qasm", GHZ, "OpenQASM 2", ["a.qasm"], id="OpenQASM 2"),
        pytest.param("a.qasm", "\ufeff" + GHZ, "OpenQASM 2", ["a.qasm"], id="with a byte order mark"),
        pytest.param("b.qasm", BELL3, "OpenQASM 3", ["b.qasm"], id="OpenQASM 3, comments before its header"),
        pytest.param("c.txt", LOOSE3, "OpenQASM 3", ["c.txt"], id="by its content, not its ending"),
    ],
)  # fmt: skip
def test_a_file_is_read(
    name: str, content: str | bytes, told: str, labels: list[str], here: Path, process: ReaderProcess
) -> None:
    write(here, {name: content})
    [file] = read_files([name], process=process)
    assert (file.name, file.told) == (name, told)
    assert [circuit.label for circuit in file.circuits] == labels


def test_circuits_are_what_was_written(here: Path, process: ReaderProcess) -> None:
    write(here, {"a.qpy": qpy(ghz(), ansatz()), "b.qasm": GHZ, "c.qasm": BELL3})
    read = [it.circuit for file in read_files(["a.qpy", "b.qasm", "c.qasm"], process=process) for it in file.circuits]
    assert read[0] == ghz()
    assert [parameter.name for parameter in read[1].parameters] == ["theta[0]", "theta[1]"]
    assert read[1].assign_parameters([1.0, 2.0]) == ansatz().assign_parameters([1.0, 2.0])
    assert dict(read[2].count_ops()) == {"h": 1, "cx": 2, "measure": 3}
    assert [parameter.name for parameter in read[3].parameters] == ["turn"]
    assert [circuit.name for circuit in read] == ["ghz", "ansatz", "b", "c"]


def test_a_folder_is_read_in_the_order_of_its_names(here: Path, process: ReaderProcess) -> None:
    write(here, {"f/b.qasm": GHZ, "f/a.qpy": qpy(ghz()), "f/sub/c.qasm": GHZ, "f/.hidden.qasm": "x",
                 "f/.git/d.qasm": "x", "f/readme.md": "x"})  # fmt: skip
    (here / "f/link.qasm").symlink_to("b.qasm")
    assert [file.name for file in read_files(["f"], process=process)] == [
        "f/a.qpy", "f/b.qasm", "f/link.qasm", "f/sub/c.qasm",
    ]  # fmt: skip


def test_includes_are_put_in(here: Path, process: ReaderProcess) -> None:
    gate, more = "gate flip a { x a; }\n", 'include "inner.inc";\ngate flop a { flip a; }\n'
    program = (
        'OPENQASM 2.0;\ninclude "qelib1.inc";\n// include "none.inc";\ninclude "sub/more.inc";\nqreg q[1]; flop q[0];\n'
    )
    write(here, {"a.qasm": program, "inner.inc": gate, "sub/more.inc": more})
    [file] = read_files(["a.qasm"], process=process)
    assert file.told == "OpenQASM 2, with sub/more.inc, inner.inc"
    assert list(file.circuits[0].circuit.count_ops()) == ["flop"]


REFUSED: list[Any] = [
    pytest.param("a.qpy", QPY[:9], "cut off: the head of a QPY file has 18 bytes, and there are 9", id="a short head"),
    pytest.param("a.qpy", QPY[:100], "damaged, or not read by Qiskit", id="QPY cut off"),
    pytest.param("a.qpy", headed(0), "damaged: there is no QPY of version 0", id="version 0"),
    pytest.param("a.qpy", headed(12), "QPY 12, written by Qiskit 1.0.2; QPY below 13 can carry code that runs when "
                 "it is read (CVE-2025-2000): write it anew with Qiskit 1.3 or newer, or say --trust if it is yours",
                 id="QPY that can carry code"),
    pytest.param("a.qpy", headed(99, (9, 8, 7)), f"QPY 99, written by Qiskit 9.8.7; the installed Qiskit "
                 f"{qiskit_version()} reads QPY up to {newest_qpy()}: pip install 'qplan[qiskit]' --upgrade",
                 id="a newer Qiskit"),
    pytest.param("a.qpy", headed(13, circuits=0), "holds no circuit", id="no circuit"),
    pytest.param("a.qpy", headed(13, circuits=2**60), "says that it holds 1,152,921,504,606,846,976 circuits; at most",
                 id="too many circuits"),
    pytest.param("a.qpy", headed(18, circuits=9999), "cut off: it says that it holds 9,999", id="a short table"),
    pytest.param("a.qpy", b"\x89PNG\r\n\0", NOT_TEXT, id="neither"),
    pytest.param("a.qasm", b"OPENQASM 2.0; // \xe9", NOT_TEXT, id="Latin-1"),
    pytest.param("a.qasm", b"OPENQASM 2.0;\0", NOT_TEXT, id="a NUL"),
    pytest.param("a.qpy", b"", "the file is empty", id="empty"),
    pytest.param("a.qasm", " \n ", "the file is empty", id="blanks"),
    pytest.param("a.gz", gzip.compress(QPY)[:40], "damaged, or cut off: it cannot be unpacked", id="packed, cut off"),
    pytest.param("a.qasm", "qreg q[2];", NO_HEADER, id="no header"),
    pytest.param("a.qasm", "OPENQASM 4.0;", "OpenQASM 4 is not read; 2 and 3 are", id="OpenQASM 4"),
    pytest.param("a.qasm", "OPENQASM 2.0;\nfoo q[0];", "not valid OpenQASM 2 (2,0: 'foo' is not defined in this scope)",
                 id="an unknown gate"),
    pytest.param("a.qasm", "OPENQASM 3.0;\nqubit q; x \n", "not valid OpenQASM 3 (line 3:0 no viable alternative",
                 id="bad syntax"),
    pytest.param("a.qasm", "OPENQASM 3.0;\ninput float angle;\n",
                 "not valid OpenQASM 3 (line 2:12 something else is expected than 'angle')", id="a reserved word"),
    pytest.param("a.qasm", "OPENQASM 3.0;\nfoo q;\n", "not valid OpenQASM 3 (2,0: gate 'foo' is not defined)",
                 id="an unknown name"),
    pytest.param("a.qasm", "OPENQASM 3.0;\nqubit[1] q;\nrx(" + "(" * 500 + "1" + ")" * 500 + ") q[0];",
                 "nested too deeply to be read", id="nested deep"),
    pytest.param("a.qasm", "OPENQASM 3.0;\n\nqubit[1_000_000_000] q;", TOO_LARGE.format(3), id="a huge register"),
    pytest.param("a.qasm", f"OPENQASM 2.0;\ncreg c[{'9' * 5000}];", TOO_LARGE.format(2), id="one of 5,000 digits"),
    pytest.param("a.qasm", "OPENQASM 2.0;\nqreg a[60000];\nqreg b[40001];", TOO_LARGE.format(3), id="two registers"),
    pytest.param("a.qasm", "OPENQASM 3.0;\nqubit[0xFFFFFFF] q;", TOO_LARGE.format(2), id="a size in hex"),
    pytest.param("a.qasm", "OPENQASM 3.0;\n/* \n */ qubit /**/ [10000000] q;", TOO_LARGE.format(3), id="comments"),
    pytest.param("a.qasm", "OPENQASM 3.0;\nbit[99999 * 99999] q;",
                 "line 2: the size of a register is written as one number", id="a size that is to be computed"),
    pytest.param("a.qasm", " " * 5000 + "x", NO_HEADER, id="many blanks"),
    pytest.param("a.qasm", "/**/" * 5000 + "x", NO_HEADER, id="many comments"),
    pytest.param("a.qasm", 'OPENQASM 2.0;include "/etc/passwd";',
                 "include '/etc/passwd': lies outside the file's folder and repository", id="an include elsewhere"),
    pytest.param("a.qasm", 'OPENQASM 3;include \'../../etc/passwd\';',
                 "include '../../etc/passwd': lies outside the file's folder and repository", id="an include above"),
    pytest.param("a.qasm", 'OPENQASM 2.0;include "link.inc";',
                 "include 'link.inc': lies outside the file's folder and repository", id="an include by a link"),
    pytest.param("a.qasm", 'OPENQASM 2.0;include "none.inc";', "include 'none.inc': there is no such file",
                 id="a missing include"),
    pytest.param("a.qasm", 'OPENQASM 2.0;include "a.qasm";', "include 'a.qasm': it includes itself", id="itself"),
    pytest.param("a.qasm", 'OPENQASM 2.0;include "secret.inc";', "cannot be read together with what it includes",
                 id="what is included is not echoed"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "content", "told"), REFUSED)
def test_what_is_refused(name: str, content: str | bytes, told: str, here: Path, process: ReaderProcess) -> None:
    write(here, {name: content, "secret.inc": "hunter2"})
    (here / "link.inc").symlink_to("/etc/passwd")
    with pytest.raises(UsageError) as error:
        read_files([name], process=process)
    [line] = str(error.value).splitlines()
    assert line.startswith(f"{name}: {told}")
    assert "hunter2" not in line
    assert line.isprintable()


def test_everything_wrong_is_told_at_once(here: Path, process: ReaderProcess) -> None:
    write(
        here, {"a.qasm": "OPENQASM 9;", "b.qasm": GHZ, "c.qasm": "OPENQASM 2.0; foo", "f/x": "", "n\x1b[31m.qasm": "x"}
    )
    os.mkfifo(here / "pipe.qasm")
    (here / "out").mkdir()
    (here / "out/link.qasm").symlink_to("/etc/passwd")
    paths = ["a.qasm", "none.qasm", "b.qasm", "pipe.qasm", "c.qasm", "f", "n\x1b[31m.qasm", "out"]
    with pytest.raises(FileError) as error:
        read_files(paths, process=process)
    assert [": ".join(line.split(": ")[:2]) for line in str(error.value).splitlines()] == [
        "none.qasm: there is no such file",
        "pipe.qasm: a pipe, not a regular file",
        "a.qasm: OpenQASM 9 is not read; 2 and 3 are",
        "c.qasm: not valid OpenQASM 2 (1,14",
        "f: holds no file that ends in .qpy, .qpy.gz, .qasm",
        f"n\N{REPLACEMENT CHARACTER}[31m.qasm: {NO_HEADER}",
        "out/link.qasm: a link that leads out of the folder; name the file itself",
    ]


def test_old_qpy_is_read_where_it_is_trusted(here: Path, process: ReaderProcess) -> None:
    write(here, {"a.qpy": headed(12)})
    with pytest.raises(UsageError, match="damaged, or not read by"):  # it is QPY of today with an old number
        read_files(["a.qpy"], trust=True, process=process)


@pytest.mark.parametrize(
    ("paths", "told"),
    [
        pytest.param([], "name a file of circuits, or a folder of them", id="nothing"),
        pytest.param(["-", "-"], "standard input can be read once", id="standard input twice"),
    ],
)
def test_wrong_usage(paths: list[str], told: str) -> None:
    with pytest.raises(UsageError) as error:
        read_files(paths)
    assert str(error.value) == told


@pytest.mark.parametrize(
    ("module", "limit", "most", "told"),
    [
        pytest.param(sources, "MAX_BYTES", 100, "larger than", id="bytes, packed or not"),
        pytest.param(sources, "MOST_TOTAL", 300,
                     "f/c.qpy.gz: more than 0 MiB with the files before it, unpacked", id="bytes of all files"),
        pytest.param(sources, "MAX_FILES", 1, "f: more than 1 files of circuits", id="files in a folder"),
        pytest.param(qasm_text, "MOST_INCLUDES", 1, "more than 1 includes", id="includes"),
        pytest.param(qasm_text, "MOST_CHARACTERS", 50, "with what it includes, more than 50", id="characters"),
        pytest.param(qasm_text, "MOST_NESTED", 1, "nested deeper than 1 files", id="includes in includes"),
    ],
)  # fmt: skip
def test_limits(module: Any, limit: str, most: int, told: str, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, limit, most)
    deep = 'OPENQASM 2.0; include "x"; include "y";'
    write(
        here,
        {"f/a.qasm": deep, "f/b.qasm": GHZ, "f/x": 'include "y";', "f/y": "// y", "f/c.qpy.gz": gzip.compress(QPY)},
    )
    found = Found()
    list(sources_of(["f", "f/a.qasm", "f/c.qpy.gz"], newest_qpy(), found))
    assert any(told in line for line in (*found.wrong, *found.unread)), found


def test_a_file_that_takes_all_memory_is_told_and_the_next_is_read(here: Path) -> None:
    data = bytearray(qpy(ghz()))
    bits = data.index(b"\x00\x03f\x00\x08") + 9  # after the length of its name, its phase, its number of qubits
    assert data[bits : bits + 4] == b"\x00\x00\x00\x03"
    data[bits : bits + 4] = b"\x7f\xff\xff\xff"
    write(here, {"a.qpy": bytes(data), "b.qasm": GHZ, "c.qasm": "OPENQASM 2.0; foo"})
    with ReaderProcess(most_bytes=100_000_000) as process, pytest.raises(UsageError) as error:
        read_files(["a.qpy", "b.qasm", "c.qasm"], process=process)
    first, second = str(error.value).splitlines()
    assert first.startswith("a.qpy: damaged")
    assert second.startswith("c.qasm: not valid OpenQASM 2")


def test_a_reader_that_dies_or_dawdles_is_replaced() -> None:
    with ReaderProcess() as process:
        process._process.kill()
        with pytest.raises(ValueError, match="reading it ended the process that did"):
            process.read("qasm2", GHZ.encode())
        [circuit] = process.read("qasm2", GHZ.encode())
        assert isinstance(circuit, QuantumCircuit)
        process._most_s = 0.05
        os.kill(process._process.pid or 0, signal.SIGSTOP)
        with pytest.raises(ValueError, match=r"took longer than 0\.05 s to read"):
            process.read("qasm2", GHZ.encode())
        process._most_s = 60.0
        assert len(process.read("qasm2", GHZ.encode())) == 1


def test_only_so_much_time_is_spent_on_all_files(here: Path) -> None:
    write(here, {"a.qasm": GHZ, "b.qasm": GHZ, "c.qasm": GHZ})
    with ReaderProcess(most_total_s=0.05) as process:
        os.kill(process._process.pid or 0, signal.SIGSTOP)
        with pytest.raises(UsageError) as error:
            read_files(["a.qasm", "b.qasm", "c.qasm"], process=process)
        assert str(error.value) == "a.qasm: not read: all files together may take 0.05 s; import them in parts"
        with pytest.raises(UsageError) as error:  # no time is left
            read_files(["b.qasm", "c.qasm"], process=process)
    assert str(error.value) == "b.qasm: not read: all files together may take 0.05 s; import them in parts"


def test_one_file_at_a_time_is_held(here: Path) -> None:
    write(here, {"a.qasm": GHZ, "b.qasm": "no OpenQASM"})
    found = Found()
    sources = sources_of(["a.qasm", "b.qasm"], newest_qpy(), found)
    assert next(sources).name == "a.qasm"
    assert found.wrong == []
    assert list(sources) == []
    assert found.wrong == [f"b.qasm: {NO_HEADER}"]


@pytest.mark.parametrize(
    ("data", "handed"),
    [
        pytest.param(QPY, False, id="QPY of today is read by the parent"),
        pytest.param(headed(12), True, id="what ran code is not read again"),
    ],
)
def test_what_the_reader_hands_over(data: bytes, handed: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader_process, "read_circuits", lambda kind, data: [ghz()])
    assert reader_process._handed("qpy", data) == (qpy(ghz()) if handed else b"")


INTERRUPTED = """
import signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell that runs this in the background has it ignored
from qplan.bridge.reader_process import ReaderProcess
from qplan.cli.status import status_of
def body():
    print(flush=True)
    with ReaderProcess():
        time.sleep(60)
sys.exit(status_of(body))
"""


@pytest.mark.parametrize("after_s", [0.0, 0.05, 0.4])
def test_an_interrupt_is_told_in_one_line(after_s: float) -> None:
    """As Ctrl-C does it: parent and reader get the signal, while the reader starts."""
    with subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED], stdout=-1, stderr=-1, text=True, start_new_session=True
    ) as run:
        assert run.stdout is not None
        run.stdout.readline()
        time.sleep(after_s)
        os.killpg(run.pid, signal.SIGINT)
        _, told = run.communicate(timeout=30)
    assert told == "qplan: interrupted\n"
    # Rarely the signal itself ends it, from inside an import: a shell shows 130 for both.
    assert run.returncode in (130, -signal.SIGINT)
