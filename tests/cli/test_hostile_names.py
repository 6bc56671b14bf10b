"""A stranger's file: its names mean nothing but themselves, whatever the command and the format."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from qplan.render import Format
from tests.conftest import Qplan
from tests.render.test_safe import LAWS, no_command_to_ci, no_control_characters

NAMES = ("[red]x[/red]", "::error::b", "=cmd()", "<script>alert(1)</script>", "@user", "<!-- qplan -->", "`a` [l](u) |")
COMMANDS = {
    "compare": ("compare", "--timeline"),
    "estimate": ("estimate",),
    "recommend": ("recommend",),
    "validate": ("validate",),
    "explain": ("explain",),
    "sensitivity": ("sensitivity", "-n", "20"),
}


def page(name: str, *, good: bool) -> str:
    jobs = [{"name": job, "qpu": "5s"} for job in NAMES]
    jobs[1]["after"] = NAMES[0]
    told = {"qplan": 1, "name": name, "description": name, "queue": {"wait": "1m"}, "jobs": jobs}
    return yaml.safe_dump(told if good else {**told, "backend": name, "plan": name, f"{name} ": 1, "mode": name})


@pytest.mark.parametrize("format", Format)
@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("name", [" ".join(NAMES[i:] + NAMES[:i]) for i in (1, 2)], ids=["command", "formula"])
def test_hostile_names_do_nothing(name: str, command: str, format: Format, tmp_path: Path, qplan: Qplan) -> None:
    path = tmp_path / "w.yaml"
    path.write_text(page(name, good=True))
    ran = qplan(*COMMANDS[command], str(path), "-f", format)
    assert (ran.status, ran.err) == (0, "")
    for law in (no_control_characters, no_command_to_ci, *LAWS[format]):
        assert law(ran.out), law.__name__


@pytest.mark.parametrize("format", Format)
@pytest.mark.parametrize("name", NAMES)
def test_hostile_names_do_nothing_in_messages(name: str, format: Format, tmp_path: Path, qplan: Qplan) -> None:
    path = tmp_path / "w.yaml"
    path.write_text(page(name, good=False))
    ran = qplan("validate", str(path), "-f", format)
    assert ran.status == 2
    for law in (no_control_characters, no_command_to_ci, *LAWS[format]):
        assert law(ran.out), law.__name__
    ran = qplan("compare", str(path), "-f", format)
    assert (ran.status, ran.out) == (2, "")
    assert no_control_characters(ran.err)
    assert no_command_to_ci(ran.err)


def test_a_terminal_shows_names_as_they_are(tmp_path: Path, qplan: Qplan) -> None:
    path = tmp_path / "w.yaml"
    path.write_text(page("[red]x[/red] :smile: <script>", good=True))
    assert "\n[red]x[/red] :smile: <script> on ibm_kingston, plan pay-as-you-go\n" in qplan("compare", str(path)).out


def test_json_keeps_names_whole(tmp_path: Path, qplan: Qplan) -> None:
    path = tmp_path / "w.yaml"
    path.write_text(page(NAMES[1], good=True))
    assert json.loads(qplan("compare", str(path), "-f", "json").out)["workload"]["name"] == NAMES[1]


def test_a_name_of_control_characters_is_refused(tmp_path: Path, qplan: Qplan) -> None:
    path = tmp_path / "w.yaml"
    path.write_text('qplan: 1\nname: "a\\e[31m\\u202e"\njobs: [{qpu: 5s}]\n')
    ran = qplan("compare", str(path))
    assert (ran.status, ran.out) == (2, "")
    assert no_control_characters(ran.err)
