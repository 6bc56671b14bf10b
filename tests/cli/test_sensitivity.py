"""The command that ranks what drives cost and wall-clock: what it says, in which formats, and its statuses."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from qplan import runs
from qplan.render import Format
from tests.cli.test_hostile_names import NAMES, page
from tests.conftest import Qplan
from tests.render.test_safe import LAWS, no_command_to_ci, no_control_characters

VQE = "workloads/vqe_h2.yaml"
REP_DELAY = """
qplan: 1
name: shots
mode: job
plan: pay-as-you-go
backend: ibm_kingston
usage: {model: published}
queue: {wait: 75s, between: 0s}
jobs:
  - name: a
    shots: 92000
    circuit_duration: 0s
    classical_before: 0s
    classical_after: 0s
    options: {execution: {init_qubits: false}}
"""
"""IBM's formula: 2 s + 92,000 executions of 250 us, so 25 s."""
STATED = """
qplan: 1
name: stated
mode: job
plan: pay-as-you-go
backend: ibm_kingston
queue: {wait: 75s, between: 0s}
jobs: [{name: a, qpu: 25s, classical_before: 0s, classical_after: 0s}]
"""
RANDOM = """
qplan: 1
name: random
backend: ibm_kingston
plan: pay-as-you-go
queue: {wait: {dist: exponential, mean: 10m}, between: 0s}
jobs: [{name: a, qpu: {p50: 10s, p90: 20s}, classical_before: 4s, classical_after: 0s}]
"""


@pytest.fixture
def rep_delay(tmp_path: Path) -> str:
    return written(tmp_path, REP_DELAY)


@pytest.fixture
def stated(tmp_path: Path) -> str:
    return written(tmp_path, STATED)


@pytest.fixture
def drawn(tmp_path: Path) -> str:
    return written(tmp_path, RANDOM)


def written(folder: Path, text: str) -> str:
    path = folder / "w.yaml"
    path.write_text(text)
    return str(path)


def test_most_of_the_cost_is_rep_delay(rep_delay: str, qplan: Qplan) -> None:
    ran = qplan("sensitivity", rep_delay)
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.startswith(
        "As a single job, 92.0 % of the cost is rep_delay; 100 % of the spread of the\n"
        "wall-clock is the usage model error.\n"
        "75 % of the wall-clock is the queue wait; 100 % of the spread of the cost is the\n"
        "usage model error.\n"
        "\n"
        "shots on ibm_kingston, plan pay-as-you-go\n"
        "\n"
        "Cost: 40.00 USD for 25 s of usage in a fixed run\n"
    )
    rows = ran.out.splitlines()
    assert "rep_delay                92.0 %       not random  250 us" in rows
    assert "time per job              8.0 %       not random  2 s" in rows
    assert "No influence on the cost: queue wait." in rows


def test_a_stated_time_has_no_spread(stated: str, qplan: Qplan) -> None:
    ran = qplan("sensitivity", stated)
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.startswith(
        "As a single job, 100 % of the cost is the stated quantum time; 75 % of the\n"
        "wall-clock is the queue wait.\n"
        "Nothing here is random, so neither has a spread.\n"
        "\n"
        "stated on ibm_kingston, plan pay-as-you-go\n"
        "\n"
        "Cost: 40.00 USD for 25 s of usage in a fixed run\n"
        "input                of the level  now\n"
        "───────────────────────────────────────\n"
        "stated quantum time         100 %  25 s\n"
        "No influence on the cost: queue wait.\n"
        "\n"
        "Wall-clock: 1 min 40 s in a fixed run\n"
    )


def test_its_data(rep_delay: str, qplan: Qplan) -> None:
    told = json.loads(qplan("sensitivity", rep_delay, "-n", "40", "-f", "json").out)
    assert (told["mode"], told["replications"], told["samples"]) == ("job", 40, 3)
    cost, wall = told["sensitivity"]
    assert (cost["target"], cost["level_s"], cost["cost"], cost["currency"]) == ("cost", 25, "40.00", "USD")
    assert (wall["target"], wall["level_s"], wall["cost"], wall["varies"]) == ("wall-clock", 100, None, True)
    error, first = cost["inputs"][:2]
    assert (error["input"], error["random"], error["level_share"]) == ("usage_model_error", True, 0)
    assert (error["variance_share"], error["alone_share"], error["without_s"]) == (1, 1, 25)
    assert first.pop("source").startswith("qiskit-ibm-runtime, device snapshot")
    assert first == {
        "input": "rep_delay",
        "now": "250 us",
        "random": False,
        "without_s": 2,
        "level_share": 0.92,
        "variance_share": None,
        "variance_error": None,
        "alone_share": None,
        "alone_error": None,
    }


def test_the_spread_has_its_sampling_error(drawn: str, qplan: Qplan) -> None:
    ran = qplan("sensitivity", drawn, "--mode", "session", "--seed", "3", "-n", "400")
    assert (ran.status, ran.err) == (0, "")
    assert "of the variance" in ran.out
    assert "100 % of the spread of the cost is\nthe stated quantum time." in ran.out
    assert "4 samples of 400 runs, seed\n3; " in ran.out
    [wall] = [line for line in ran.out.splitlines() if line.startswith("queue wait")]
    assert wall.endswith("median 6 min 56 s")
    assert max(map(len, ran.out.splitlines())) <= 80


def test_a_row_for_each_target_and_input(drawn: str, qplan: Qplan) -> None:
    rows = list(csv.DictReader(qplan("sensitivity", drawn, "-n", "50", "-f", "csv").out.splitlines()))
    assert [(row["target"], row["rank"], row["input"]) for row in rows] == [
        ("cost", "1", "qpu"),
        ("cost", "2", "queue.wait"),
        ("cost", "3", "classical_before"),
        ("wall-clock", "1", "queue.wait"),
        ("wall-clock", "2", "qpu"),
        ("wall-clock", "3", "classical_before"),
    ]
    assert (rows[0]["random"], rows[2]["random"]) == ("true", "false")
    assert (rows[0]["variance_share"], rows[2]["variance_share"]) == ("1.0", "")
    assert float(rows[3]["variance_share"]) > 0.9
    assert float(rows[3]["variance_error"]) > 0


def test_csv_tells_notes_elsewhere(drawn: str, qplan: Qplan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "DEFAULT_WORK", 200)
    ran = qplan("sensitivity", drawn, "--mode", "batch", "-f", "csv")
    assert "QP503: note: 50 replications a sample instead of 1,000" in ran.err
    assert "QP503" not in ran.out
    assert "[QP503]" in qplan("sensitivity", drawn, "--mode", "batch").out


def test_markdown_has_a_table_for_each(drawn: str, qplan: Qplan) -> None:
    ran = qplan("sensitivity", drawn, "-n", "50", "-f", "markdown")
    assert ran.out.count("| input | of the level | of the variance | now | source |") == 2
    assert "### Wall-clock: " in ran.out
    assert ran.out.endswith("\n")
    assert "50 runs, seed 0" in ran.out


@pytest.mark.parametrize("format", Format)
def test_the_same_seed_gives_the_same_bytes(format: Format, drawn: str, qplan: Qplan) -> None:
    asked = ("sensitivity", drawn, "--mode", "job", "-n", "60", "-f", format)
    assert qplan(*asked).out == qplan(*asked, "--workers", "2").out
    assert qplan(*asked, "-f", "json").out != qplan(*asked, "-f", "json", "--seed", "1").out


def test_the_mode_that_the_file_names_is_taken(rep_delay: str, qplan: Qplan) -> None:
    assert qplan("sensitivity", rep_delay).out.startswith("As a single job, ")
    assert qplan("sensitivity", rep_delay, "--mode", "batch").out.startswith("As a batch, ")
    assert qplan("sensitivity", VQE).out.startswith("As a session, ")


def test_it_goes_to_a_file(rep_delay: str, tmp_path: Path, qplan: Qplan) -> None:
    shown = qplan("sensitivity", rep_delay)
    ran = qplan("sensitivity", rep_delay, "-o", str(tmp_path / "out"))
    assert (ran.status, ran.out, ran.err) == (0, "", "")
    assert (tmp_path / "out").read_text(encoding="utf-8") == shown.out


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        pytest.param(("none.yaml",), 1, "qplan: none.yaml: there is no such file\n", id="no file"),
        pytest.param((VQE, "-o", "/nowhere/x"), 1, "/nowhere/x: cannot be written", id="no such folder"),
        pytest.param((VQE, "--mode", "both"), 2, "--mode", id="no such mode"),
        pytest.param((VQE, "--backend", "ibm_fez", "--backend", "ibm_berlin"), 2, "takes one --backend", id="two QPUs"),
        pytest.param((VQE, "--plan", "open", "--mode", "session"), 2, "has no sessions", id="a refused mode"),
        pytest.param((VQE, "--set", "shots"), 2, "--set takes PATH=VALUE", id="a bad change"),
    ],
)
def test_statuses(arguments: tuple[str, ...], status: int, message: str, qplan: Qplan) -> None:
    ran = qplan("sensitivity", *arguments)
    assert (ran.status, ran.out) == (status, "")
    assert message in ran.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(("-n", "19"), "shares of a variance take at least 20 replications, not 19", id="few"),
        pytest.param(("-n", "100", "--max-work", "399"), "--max-work lifts this", id="much"),
    ],
)
def test_limits_of_the_samples(arguments: tuple[str, ...], message: str, drawn: str, qplan: Qplan) -> None:
    ran = qplan("sensitivity", drawn, "--mode", "job", *arguments)
    assert (ran.status, ran.out) == (2, "")
    assert message in ran.err


def test_an_invalid_file(tmp_path: Path, qplan: Qplan) -> None:
    ran = qplan("sensitivity", written(tmp_path, "qplan: 1\njobs: [{qpu: 5s, shots: -1}]\n"))
    assert (ran.status, ran.out) == (2, "")
    assert "QP104" in ran.err


@pytest.mark.parametrize("format", Format)
@pytest.mark.parametrize("name", [" ".join(NAMES[i:] + NAMES[:i]) for i in (1, 2)], ids=["command", "formula"])
def test_hostile_names_do_nothing(name: str, format: Format, tmp_path: Path, qplan: Qplan) -> None:
    ran = qplan("sensitivity", written(tmp_path, page(name, good=True)), "-n", "20", "-f", format)
    assert (ran.status, ran.err) == (0, "")
    for law in (no_control_characters, no_command_to_ci, *LAWS[format]):
        assert law(ran.out), law.__name__


def test_the_json_conforms_to_the_published_schema(qplan: Qplan) -> None:
    import json

    import jsonschema

    schema = json.loads(qplan("schema", "--output").out)
    for path in ("workloads/vqe_h2.yaml", "workloads/vqe_uncertain.yaml"):
        told = json.loads(qplan("sensitivity", path, "-n", "20", "--format", "json").out)
        jsonschema.validate(told, schema)
        jsonschema.validate(told, {**schema, "anyOf": [{"$ref": "#/definitions/sensitivity"}]})
