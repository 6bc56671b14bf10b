"""What the command line refuses, in words a person acts on; always on standard error, with status 2."""

from __future__ import annotations

import re

import pytest

from qplan import __version__
from tests.conftest import Qplan

VQE = "workloads/vqe_h2.yaml"
DURATION = "write it like 500us, 20ms, 5s, 10m, 2h or 1h30m; a bare number is seconds"
KNOWN = (
    "nope: known keys: qplan, name, description, mode, backend, plan, queue, background, session, batch, usage, jobs"
)


def test_version(qplan: Qplan) -> None:
    ran = qplan("--version")
    assert (ran.status, ran.out, ran.err) == (0, f"qplan {__version__}\n", "")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("nope",), "No such command 'nope'."),
        (("compare", VQE, "--nope"), "No such option: --nope"),
        (("compare",), "Missing argument 'FILE...'."),
        (("compare", VQE, "-f", "xml"), "'xml' is not one of 'table', 'json', 'markdown', 'csv'."),
        (("compare", VQE, "--objective", "luck"), "'luck' is not one of 'cost', 'time', 'balanced'."),
        (("compare", VQE, "--seed", "-1"), "-1 is not in the range x>=0."),
        (("compare", VQE, "--max-jobs", "0"), "0 is not in the range x>=1."),
        (("recommend", VQE, VQE), f"Got unexpected extra argument(s) ({VQE})"),
    ],
)
def test_typer_tells_wrong_usage(arguments: tuple[str, ...], message: str, qplan: Qplan) -> None:
    ran = qplan(*arguments)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith("Usage: qplan ")
    assert message in ran.err.splitlines()[-1]


def test_without_a_command_the_help_is_shown(qplan: Qplan) -> None:
    ran = qplan()
    assert ran.status == 2
    assert "Commands:" in ran.out + ran.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("compare", VQE, "--set", "foo"), "--set takes PATH=VALUE, such as queue.wait=5m, not 'foo'"),
        (("compare", VQE, "--set", "=5"), "--set takes PATH=VALUE, such as queue.wait=5m, not '=5'"),
        (("recommend", VQE, "--deadline", "soon"), f"--deadline: 'soon' is not a duration; {DURATION}"),
        (("recommend", VQE, "--deadline", "-5"), f"--deadline: a duration cannot be negative; {DURATION}"),
        (("recommend", VQE, "--deadline", "nan"), f"--deadline: 'nan' is not a duration; {DURATION}"),
        (
            ("recommend", VQE, "--deadline", "3d"),
            f"--deadline: '3d' is not a duration: days are not a unit, 1 day is 24h; {DURATION}",
        ),
        (("recommend", VQE, "--deadline", "1e30"), "--deadline: longer than the clock's range of 10,000,000,000 s"),
        (("recommend", VQE, "--budget", "much"), "--budget: an amount of money such as 250.00, not 'much'"),
        *(
            (
                ("recommend", VQE, "--budget", text),
                f"--budget: an amount of money from 0 to 1,000,000,000,000, not {text!r}",
            )
            for text in ("-1", "nan", "inf", "1e9999", "1e999999999")
        ),
        (("explain", VQE, "-F", "nope"), "--figure takes quantum, usage, cost, wall or all, not 'nope'"),
        (("explain", "S-99"), "unknown rule 'S-99'; did you mean 'S-09'?"),
        (("explain", "QP999"), "unknown code 'QP999'; did you mean 'QP409'?"),
        (("profiles", "list"), "profiles takes nothing, or `show NAME`"),
        (("profiles", "show"), "profiles takes nothing, or `show NAME`"),
        (("profiles", "show", "ibm_kingstn"), "unknown profile 'ibm_kingstn'; did you mean 'ibm_kingston'?"),
        (("init", "vq"), "unknown template 'vq'; did you mean 'vqe'?"),
        (("init", "xyz"), "unknown template 'xyz'; known are vqe, sweep, single, pec"),
    ],
    ids=lambda value: " ".join(value)[:60] if isinstance(value, tuple) else "",
)
def test_refused(arguments: tuple[str, ...], message: str, qplan: Qplan) -> None:
    ran = qplan(*arguments)
    assert (ran.status, ran.out, ran.err) == (2, "", f"qplan: {message}\n")


def test_a_profile_like_no_other_gets_the_list(qplan: Qplan) -> None:
    ran = qplan("profiles", "show", "NOPE")
    assert (ran.status, ran.out) == (2, "")
    assert re.fullmatch(r"qplan: unknown profile 'NOPE'; known are [\w, .-]*ibm_kingston[\w, .-]*\n", ran.err)


@pytest.mark.parametrize(
    ("arguments", "lines"),
    [
        (("--set", "nope=5"), ["--set nope: QP101: unknown key 'nope'", f"    {KNOWN}"]),
        (
            ("--set", "jobs.energy.shot=1"),
            ["--set jobs.energy.shot: QP101: unknown key 'shot'", "    jobs[0].shot: did you mean 'shots'?"],
        ),
        (
            ("--set", "jobs[9].shots=5"),
            [
                "--set jobs[9].shots: QP011: the path 'jobs[9].shots' leads nowhere: no entry '9' among 1 ('energy')",
                "    jobs[9].shots",
            ],
        ),
        (
            ("--set", "jobs[0].shots=-1"),
            ["--set jobs[0].shots: QP104: shots must be a whole number of at least 1, not -1", "    jobs[0].shots"],
        ),
        (
            ("--set", "queue.wait=\x1b[31m"),
            [
                "--set queue.wait: QP012: the value of 'queue.wait' cannot be read: not valid YAML: "
                "control characters are not allowed",
                "    queue.wait",
            ],
        ),
        (("--plan", "opn"), ["--plan: QP211: unknown plan 'opn'", "    plan: did you mean 'open'?"]),
        (
            ("--backend", "ibm_kingstn"),
            ["--backend: QP211: unknown backend 'ibm_kingstn'", "    backend: did you mean 'ibm_kingston'?"],
        ),
        (
            ("--usage-model", "mesured"),
            ["--usage-model: QP211: unknown usage model 'mesured'", "    usage.model: did you mean 'measured'?"],
        ),
        (
            ("--max-jobs", "5"),
            [
                f"{VQE}:11:5: QP210: 40 jobs in all, 40 of them here; at most 5 are planned",
                "    jobs[0]: --max-jobs lifts this",
            ],
        ),
    ],
    ids=lambda value: " ".join(value)[:40].replace("\x1b", "ESC") if isinstance(value, tuple) else "",
)
def test_options_that_change_the_file_have_its_problems(
    arguments: tuple[str, ...], lines: list[str], qplan: Qplan
) -> None:
    ran = qplan("compare", VQE, *arguments)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.splitlines() == [*lines, "1 error in 1 file"]


def test_rules_and_codes_are_found_in_small_letters_too(qplan: Qplan) -> None:
    assert qplan("explain", "s-02").out == qplan("explain", "S-02").out
    assert qplan("explain", "qp101").out == qplan("explain", "QP101").out


@pytest.mark.parametrize(
    "arguments",
    [("validate",), ("explain",), ("profiles", "show"), ("init",), ("profiles",), ()],
    ids=lambda arguments: " ".join(arguments) or "command",
)
def test_no_argument_drives_the_terminal(arguments: tuple[str, ...], qplan: Qplan) -> None:
    ran = qplan(*arguments, "a\n::error::b\x1b[31m")
    assert ran.status in (1, 2)
    assert "\x1b" not in ran.out + ran.err
    assert not re.search("^::", ran.out + ran.err, re.MULTILINE)
