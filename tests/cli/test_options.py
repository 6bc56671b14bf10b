"""What the command line refuses, in words a person acts on; always on standard error, with status 2."""

from __future__ import annotations

import json
import re
from pathlib import Path

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
        (("compare", VQE, "--seed", "-1"), "-1 is not in the range"),
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
        (("explain", "QP999"), "unknown code 'QP999'; did you mean 'QP809'?"),
        (("explain", "XX-99"), "'XX-99' is neither a rule, nor a code, nor a file"),
        (("explain", VQE, "--backend", "ibm_fez", "--backend", "ibm_boston"), "explain takes one --backend"),
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


def test_estimate_and_validate_take_several_backends(qplan: Qplan) -> None:
    devices = ("--backend", "ibm_kingston", "--backend", "ibm_fez")
    rows = qplan("estimate", VQE, *devices, "-f", "csv").out.splitlines()[1:]
    assert {row.split(",")[2] for row in rows} == {"ibm_kingston", "ibm_fez"}
    ran = qplan("validate", VQE, *devices, "--backend", "ibm_brisbane")
    assert "QP302: warning: ibm_brisbane was retired" in ran.out


def test_jobs_that_are_fine_are_checked_beside_faulty_ones(tmp_path: Path, qplan: Qplan) -> None:
    """Every problem at once: what only planning finds too, unless the job or its backend is faulty."""
    path = tmp_path / "f.yaml"
    wide = "qplan: 1\nname: 5\nbackend: BACKEND\njobs:\n- {name: a, qubits: 999}\n- {name: b, shots: 0, qubits: 999}\n"
    for backend, codes in (("ibm_fez", ["QP103", "QP104", "QP406"]), ("ibm_fz", ["QP103", "QP211", "QP104"])):
        path.write_text(wide.replace("BACKEND", backend))
        for command in ("validate", "compare"):
            ran = qplan(command, str(path))
            assert (ran.status, re.findall("QP[0-9]+", ran.out + ran.err)) == (2, codes)


def test_assumptions_name_their_jobs_unless_they_are_of_all(tmp_path: Path, qplan: Qplan) -> None:
    path = tmp_path / "f.yaml"
    path.write_text("qplan: 1\njobs:\n- {name: a, primitive: estimator, shots: 9}\n- {name: b, circuits: 2}\n")
    facts = json.loads(qplan("compare", str(path), "-f", "json").out)["assumptions"]
    told = {fact["name"]: fact["value"] for fact in facts}
    assert told["shots (sampler)"] == "4,096 (for b)"
    assert told["circuit duration"] == "12 us"


def test_a_profile_is_shown_under_the_keys_that_replace_its_figures(qplan: Qplan) -> None:
    rows = qplan("profiles", "show", "ibm_kingston", "-f", "csv").out.splitlines()[1:]
    names = {row.split(",")[0] for row in rows}
    assert {"lanes", "rep_delay", "sx", "two_qubit"} <= names
    assert not [name for name in names if name.endswith(("_s", "_ns", "_us"))]
    assert "per_job.sampler," in qplan("profiles", "show", "measured", "-f", "csv").out


def test_a_refused_mode_is_explained_by_its_refusal(qplan: Qplan) -> None:
    ran = qplan("explain", VQE, "-F", "usage", "--plan", "open", "--set", "mode=session", "-f", "csv")
    refusal = "the Open plan has no sessions: send jobs or a batch; choose another plan, or another mode"
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.splitlines()[1].startswith(f'session,refused,"{refusal}: --set mode=batch",')


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
