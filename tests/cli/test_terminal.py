"""Colour, width and encoding follow the terminal."""

from __future__ import annotations

import os
import pty
import sys

import pytest

from qplan.cli import output
from tests.cli.real import ended, start
from tests.conftest import Qplan

VQE = "workloads/vqe_h2.yaml"
FAQ = "workloads/faq_six_jobs_five_lanes.yaml"
ESCAPE = "\x1b["


def on_terminal(*arguments: str, **variables: str) -> str:
    """What a terminal is given."""
    ours, theirs = pty.openpty()
    process = start(*arguments, stdout=theirs, variables=variables)
    os.close(theirs)
    text = b""
    try:
        while piece := os.read(ours, 65536):
            text += piece
    except OSError:  # Linux says so when the other end is closed
        pass
    os.close(ours)
    assert ended(process) == (0, "", "")
    return text.decode()


def test_colour_on_a_terminal() -> None:
    assert ESCAPE in on_terminal("compare", VQE, TERM="xterm-256color")


def test_no_colour_on_a_terminal_against_no_color() -> None:
    shown = on_terminal("compare", VQE, TERM="xterm-256color", NO_COLOR="1")
    assert "Run it as a session" in shown
    assert "\x1b" not in shown


@pytest.mark.parametrize(
    ("variables", "colored"),
    [
        ({"TERM": "xterm", "NO_COLOR": ""}, True),
        ({"TERM": "xterm", "NO_COLOR": "0"}, False),
        ({"TERM": "dumb", "NO_COLOR": ""}, False),
    ],
)
def test_colour_obeys(variables: dict[str, str], colored: bool, qplan: Qplan, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert (ESCAPE in qplan("compare", VQE).out) is colored


@pytest.mark.parametrize("format", ["json", "csv", "markdown"])
def test_what_programs_read_has_no_colour(format: str, qplan: Qplan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert ESCAPE not in qplan("compare", VQE, "-f", format).out


def test_a_file_gets_no_colour(tmp_path: os.PathLike[str], qplan: Qplan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    path = os.path.join(tmp_path, "out")
    qplan("compare", VQE, "-o", path)
    with open(path, encoding="utf-8") as file:
        assert ESCAPE not in file.read()


def test_no_colour_without_a_terminal() -> None:
    status, out, err = ended(start("compare", VQE, variables={"TERM": "xterm-256color"}))
    assert (status, err) == (0, "")
    assert "\x1b" not in out


SHOWN = {
    "compare": ("compare", VQE, FAQ, "--timeline"),
    "recommend": ("recommend", FAQ),
    "explain": ("explain", VQE),
    "rule": ("explain", "S-02"),
    "profiles": ("profiles", "show", "ibm_kingston"),
}


@pytest.mark.parametrize(
    ("columns", "width"), [("80", 80), ("100", 100), ("200", 120), ("20", 80), ("0", 80), ("wide", 80)]
)
@pytest.mark.parametrize("name", SHOWN)
def test_lines_keep_within_the_width(
    name: str, columns: str, width: int, qplan: Qplan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    shown, _, code = qplan(*SHOWN[name]).out.partition("# Written by qplan")
    lines = shown.splitlines()
    assert bool(code) is (name == "recommend"), "code is never wrapped"
    assert [line for line in lines if len(line) > width] == []
    assert max(map(len, lines)) > width - 20, "the room is used"


@pytest.mark.parametrize(
    "variables",
    [
        pytest.param({"PYTHONIOENCODING": "ascii"}, id="asked for"),
        pytest.param({"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, id="of the locale"),
    ],
)
def test_a_terminal_without_our_signs(variables: dict[str, str]) -> None:
    status, out, err = ended(start("compare", FAQ, "--timeline", variables=variables))
    assert (status, err) == (0, "")
    assert out.isascii()
    assert "\\u" not in out
    assert "> batch " in out
    assert "  lane 1 |" in out


def test_the_c_locale_takes_our_signs() -> None:
    """Python reads it as UTF-8 unless told otherwise."""
    status, out, err = ended(start("compare", FAQ, variables={"LC_ALL": "C"}))
    assert (status, err) == (0, "")
    assert "▶ batch " in out


def test_only_what_an_encoding_lacks_is_replaced() -> None:
    status, out, err = ended(
        start("compare", FAQ, "--timeline", "--set", "name=Ψ", variables={"PYTHONIOENCODING": "utf-8"})
    )
    assert (status, err) == (0, "")
    assert "▶ batch " in out
    assert "Ψ on ibm_fez" in out
    status, out, err = ended(start("compare", FAQ, "--set", "name=naïve Ψ", variables={"PYTHONIOENCODING": "ascii"}))
    assert (status, err) == (0, "")
    assert "na\\xefve \\u03a8 on ibm_fez" in out


def test_help_and_messages_without_our_signs() -> None:
    variables = {"PYTHONIOENCODING": "ascii"}
    assert ended(start("--help", variables=variables))[0] == 0
    status, _, err = ended(start("profiles", "show", "Ψ", variables=variables))
    assert status == 2
    assert err.startswith("qplan: unknown profile '\\u03a8'; known are ")


def test_the_phases_of_a_timeline_stay_apart_in_ascii() -> None:
    from qplan.render.timeline import _ACTIVE, _FOLDED, _GLYPHS, _IDLE_FREE

    signs = [*(sign for sign, *_ in _GLYPHS.values()), _ACTIVE[0], _IDLE_FREE[0], _FOLDED]
    replaced = [output._showable(sign, "ascii") for sign in signs]
    assert len(set(replaced)) == len(signs)
    assert all(len(sign) == 1 for sign in replaced)
