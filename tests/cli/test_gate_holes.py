"""Ways around the gate that were found open once."""

from __future__ import annotations

from pathlib import Path

import pytest

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
