"""Input made to hurt: one clear answer, in bounded time and memory."""

from __future__ import annotations

import os
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from qplan.parse import load, yaml12
from qplan.parse.traces import MAX_ROWS
from tests.parse.texts import found, lines, workload

SECONDS = 20
MIB = 2**20


@contextmanager
def bounded(mib: int) -> Iterator[None]:
    """At most so much memory, and no endless work even on a slow machine."""
    tracemalloc.start()
    before = time.monotonic()
    try:
        yield
        assert time.monotonic() - before < SECONDS
        assert tracemalloc.get_traced_memory()[1] < mib * MIB
    finally:
        tracemalloc.stop()


def bomb(levels: int) -> str:
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, levels)]
    return "\n".join(rows)


HOSTILE: list[tuple[str, str, str]] = [
    (bomb(12), "QP007", "alias bomb"),
    ("[" * 10_000_000, "QP008", "brackets"),
    ("{a: " * 2_000_000, "QP008", "mappings"),
    ("- " * 1_000_000, "QP008", "dashes"),
    ("\n".join(f"k{i}: 1" for i in range(20_000)), "QP013", "keys"),
    ("jobs: [{}]\nqplan: " + "9" * 1_000_000, "QP009", "digits"),
    ("jobs: [{}]\nqplan: 1." + "9" * 1_000_000 + "e99999", "QP009", "digits of a fraction"),
    ("a: !" + "x" * 100_000 + " 1", "QP005", "a long tag"),
    ("a: *" + "x" * 100_000, "QP007", "a long alias"),
    ("\t" * 100_000, "QP001", "tabs"),
    ("'" + "a" * 1_000_000, "QP001", "an endless string"),
]


@pytest.mark.parametrize(("text", "code", "word"), HOSTILE, ids=[word for *_, word in HOSTILE])
def test_hostile_text_is_refused_in_one_line(text: str, code: str, word: str) -> None:
    with bounded(300):
        problems = found(text)
    assert [problem.code for problem in problems] == [code]
    assert len(problems[0].message) < 200


def test_values_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml12, "MAX_NODES", 1000)
    assert lines("[" + "a," * 1001 + "]") == [
        "f.yaml:1:2000: QP013: more than 1,000 values; use count, iterations or copies"
    ]
    assert [problem.code for problem in found("[" + "a," * 998 + "]")] == ["QP103"]


def test_many_repeated_keys_are_cut_off() -> None:
    text = "{" + ",".join(f"k{i}: 1" for i in range(5000)) + ", k4999: 2" * 100_000 + "}"
    with bounded(100):
        problems = found(text)
    assert [problem.code for problem in problems if problem.code != "QP003"][-1] == "QP107"
    assert len(problems) < 2100


def test_aliases_below_the_bound_are_expanded_within_it() -> None:
    with bounded(100):
        assert {problem.code for problem in found("qplan: 1\njobs: [{qpu: 1s}]\n" + bomb(4))} == {"QP101"}


def test_many_problems_are_cut_off() -> None:
    with bounded(400):
        problems = found("qplan: 1\njobs: [" + "a," * 50_000 + "]")
    assert len(problems) == 1001
    assert problems[0].code == "QP107"


def test_a_long_circle_is_told_short() -> None:
    jobs = "\n".join(f"- {{name: n{i}, qpu: 1s, after: n{(i + 1) % 5000}}}" for i in range(5000))
    with bounded(100):
        [line] = lines(f"qplan: 1\njobs:\n{jobs}")
    assert line.startswith("f.yaml:3:30: QP203: after goes in a circle: 'n0' waits for 'n1' waits for 'n2'")
    assert line.endswith("'n6' waits for ... waits for 'n0'")


def test_a_long_chain_is_fine() -> None:
    jobs = "\n".join(f"- {{name: n{i}, qpu: 1s, after: n{i - 1}}}" for i in range(1, 3000))
    assert workload(f"qplan: 1\njobs:\n- {{name: n0, qpu: 1s}}\n{jobs}").size == 3000


def trace(path: Path, name: str = "t.csv") -> list[str]:
    text = f"qplan: 1\njobs: [{{qpu: {{trace: {name}}}}}]"
    return [problem.message for problem in found(text, folder=path)]


def test_a_trace_outside_the_folder_is_refused_also_through_a_link(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (tmp_path / "t.csv").write_text("1s\n")
    (home / "link.csv").symlink_to(tmp_path / "t.csv")
    outside = "lies outside the workload's folder and repository; --allow-outside lifts this"
    assert trace(home, "../t.csv") == [f"the trace '../t.csv' {outside}"]
    assert trace(home, "link.csv") == [f"the trace 'link.csv' {outside}"]
    assert trace(home, str(tmp_path / "t.csv"))[0].endswith(outside)
    (home / "w.yaml").write_text("qplan: 1\njobs: [{qpu: {trace: ../t.csv}}]")
    assert load([str(home / "w.yaml")], allow_outside=True).problems == ()


def test_a_trace_must_be_a_regular_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "t.csv")
    (tmp_path / "folder.csv").mkdir()
    assert trace(tmp_path) == ["the trace 't.csv' cannot be used: a pipe, not a regular file"]
    assert trace(tmp_path, "folder.csv") == ["the trace 'folder.csv' cannot be used: a directory, not a regular file"]
    assert trace(tmp_path, "none.csv") == ["the trace 'none.csv' cannot be used: there is no such file"]


def test_what_stands_in_a_trace_is_never_echoed(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("wait\n1s\nsecret-token\n")
    assert trace(tmp_path) == ["the trace 't.csv' line 3: the first column is not a duration"]


def test_endless_fields_and_endless_files_are_bounded(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text('"' + "a" * 1_000_000)
    assert trace(tmp_path) == ["the trace 't.csv' is not a CSV file, or has a field that is too long"]
    (tmp_path / "t.csv").write_text("1\n" * (MAX_ROWS + 2))
    assert trace(tmp_path) == [f"the trace 't.csv' has more than {MAX_ROWS:,} lines"]
    (tmp_path / "t.csv").write_text("wait\n\n")
    assert trace(tmp_path) == ["the trace 't.csv' holds no duration"]


def test_files_that_cannot_be_read_are_all_named(tmp_path: Path) -> None:
    (tmp_path / "good.yaml").write_text("qplan: 1\njobs: [{qpu: 1s}]")
    none, good, gone = (str(tmp_path / name) for name in ("none.yaml", "good.yaml", "gone.yaml"))
    loaded = load([none, good, gone])
    assert loaded.unread == {none: f"{none}: there is no such file", gone: f"{gone}: there is no such file"}
    assert [workload.file for workload in loaded.workloads] == [good]
