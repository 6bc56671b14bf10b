"""Ways around the gate that were found open once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.repository import Repository
from tests.conftest import Qplan

CHEAP = "qplan: 1\nqueue: 0s\njobs: [{name: a, qpu: 5s, classical_before: 0s, classical_after: 0s}]\n"
DEAR = CHEAP.replace("5s,", "5000s,")


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("indented", "  " + DEAR.replace("\n", "\n  ").rstrip() + "\n"),
        ("an explicit key", DEAR.replace("qplan: 1", "? qplan\n: 1")),
        ("an escaped key", DEAR.replace("qplan: 1", '"\\x71plan": 1')),
        ("lines that end with a carriage return", DEAR.replace("\n", "\r")),
    ],
)
def test_a_workload_is_found_however_it_is_written(word: str, text: str, tmp_path: Path, qplan: Qplan) -> None:
    (tmp_path / "cheap.yaml").write_text(CHEAP)
    (tmp_path / "dear.yaml").write_bytes(text.encode())
    assert qplan("gate", str(tmp_path), "--max-cost", "100").status == 3, word


def test_yaml_of_others_is_left_out_and_broken_yaml_is_not(tmp_path: Path, qplan: Qplan) -> None:
    (tmp_path / "cheap.yaml").write_text(CHEAP)
    (tmp_path / "other.yaml").write_text("services: [a, b]\n")
    assert qplan("gate", str(tmp_path), "--max-cost", "100").status == 0
    (tmp_path / "broken.yaml").write_text("jobs: [\n")
    assert qplan("gate", str(tmp_path), "--max-cost", "100").status == 2


@pytest.mark.parametrize("word", ["a file", "a folder below", "the folder named"])
def test_links_are_refused(word: str, tmp_path: Path, qplan: Qplan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for folder in ("real", "work"):
        Path(folder).mkdir()
        Path(folder, "a.yaml").write_text(CHEAP.replace("qplan: 1", f"qplan: 1\nname: {folder}"))
    argument = "work"
    if word == "a file":
        Path("work/0.yaml").symlink_to("../real/a.yaml")
    elif word == "a folder below":
        Path("work/inner").symlink_to("../real")
    else:
        Path("link").symlink_to("real")
        argument = "link"
    ran = qplan("gate", argument, "--max-cost", "100")
    assert ran.status == 1, word
    assert "is a link: name what it leads to" in ran.out + ran.err


def test_names_that_look_alike_are_refused(tmp_path: Path, qplan: Qplan) -> None:
    (tmp_path / "z\x01.yaml").write_text(CHEAP)
    (tmp_path / "z\x02.yaml").write_text(DEAR)
    assert qplan("gate", str(tmp_path), "--max-cost", "100").status == 1


def test_an_empty_settings_file_switches_nothing_off(tmp_path: Path, qplan: Qplan) -> None:
    (tmp_path / "qplan.toml").write_text("max-cost = 100\n")
    (tmp_path / "free").mkdir()
    (tmp_path / "free" / "qplan.toml").write_text("")
    (tmp_path / "free" / "dear.yaml").write_text(DEAR)
    assert qplan("gate", str(tmp_path / "free")).status == 3


def test_a_settings_file_nearer_by_is_told_with_all_that_it_takes_away(
    tmp_path: Path, qplan: Qplan, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = committed(tmp_path, {"w/a.yaml": CHEAP, "qplan.toml": "max-cost = 100\nmax-usage = '9m'\n"})
    monkeypatch.chdir(made.root)
    made.write("w/qplan.toml", "max-usage = '9m'\nwarn-wall = '1h'\n")
    ran = qplan("gate", "w", "--compare-to-git", "HEAD")
    assert ran.status == 4
    assert "w/qplan.toml: max-cost: 100 -> (none)\n" in ran.out
    assert "w/qplan.toml: warn-wall: (none) -> 1h\n" in ran.out
    assert "max-usage: " not in ran.out


def test_a_settings_file_that_goes_is_told_where_it_was(
    tmp_path: Path, qplan: Qplan, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {"w/a.yaml": CHEAP, "qplan.toml": "max-cost = 100\n", "w/qplan.toml": "max-cost = 10\n"}
    made = committed(tmp_path, files)
    monkeypatch.chdir(made.root)
    (made.root / "w/qplan.toml").unlink()
    ran = qplan("gate", "w", "--compare-to-git", "HEAD")
    assert ran.status == 4
    assert "w/qplan.toml: max-cost: 10 -> 100\n" in ran.out


@pytest.mark.parametrize(
    ("word", "options", "status"), [("not allowed", [], 4), ("allowed", ["--allow-limit-changes"], 0)]
)
def test_a_workload_does_not_leave_its_limit_behind_by_moving(
    word: str, options: list[str], status: int, tmp_path: Path, qplan: Qplan, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = f"name: sweep\n{CHEAP}"
    made = committed(tmp_path, {"strict/a.yaml": named, "strict/qplan.toml": "max-cost = 10\n", "loose/b.yaml": CHEAP})
    monkeypatch.chdir(made.root)
    (made.root / "strict/a.yaml").rename(made.root / "loose/a.yaml")
    ran = qplan("gate", ".", "--compare-to-git", "HEAD", *options)
    assert ran.status == status, word
    assert "loose/a.yaml: max-cost: 10 -> (none)" in ran.out


def test_a_misspelt_variable_lets_nothing_pass(tmp_path: Path, qplan: Qplan, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.yaml").write_text(CHEAP)
    monkeypatch.setenv("QPLAN_STRIKT", "true")
    ran = qplan("gate", str(tmp_path))
    assert (ran.status, ran.err) == (2, "qplan: QPLAN_STRIKT: unknown variable; did you mean QPLAN_STRICT?\n")


@pytest.mark.parametrize("name", ["QPLAN_VERSION", "QPLAN_DEBUG", "QPLANNER_STRIKT"])
def test_variables_of_others_are_left_alone(
    name: str, tmp_path: Path, qplan: Qplan, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.yaml").write_text(CHEAP)
    monkeypatch.setenv(name, "0")
    assert qplan("gate", str(tmp_path)).status == 0


def test_what_became_invalid_was_not_removed(tmp_path: Path, qplan: Qplan, monkeypatch: pytest.MonkeyPatch) -> None:
    made = committed(tmp_path, {"w/a.yaml": DEAR, "w/b.yaml": CHEAP})
    monkeypatch.chdir(made.root)
    made.write("w/a.yaml", DEAR.replace("jobs", "jabs"))
    ran = qplan("gate", "w", "--compare-to-git", "HEAD")
    assert ran.status == 2
    assert "removed" not in ran.out
    assert "the same against HEAD" in " ".join(ran.out.split())


def test_a_checkout_does_not_configure_numba(tmp_path: Path, qplan: Qplan, monkeypatch: pytest.MonkeyPatch) -> None:
    """Numba would obey the file, and fail over this one."""
    pytest.importorskip("numba")
    monkeypatch.chdir(tmp_path)
    Path("a.yaml").write_text(CHEAP.replace("queue: 0s", "queue: {p50: 1m, p90: 2m}"))
    Path(".numba_config.yaml").write_text("opt: [\n")
    assert qplan("gate", ".", "-n", "10").status == 0
    ran = qplan("gate", ".", "-n", "10", "--engine", "compiled")
    assert (ran.status, ".numba_config.yaml" in ran.err) == (2, True)


def committed(folder: Path, files: dict[str, str]) -> Repository:
    """A repository with one commit of these files."""
    made = Repository(folder / "repo")
    for name, text in files.items():
        made.write(name, text)
    made.commit()
    return made
