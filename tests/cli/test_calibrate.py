"""`qplan calibrate` and `qplan reconcile` as commands: statuses, files, messages."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from qplan.parse.package_data import data_folder
from tests.conftest import Qplan

DAY = "tests/reference/published/receipts_phoenix_day1.yaml"
BILLED, BILL = "workloads/published_h2_zne.yaml", "workloads/receipts_h2_zne.json"
SCHEMA = json.loads((data_folder() / "output.schema.json").read_text(encoding="utf-8"))


def test_the_profile_goes_to_the_file_and_the_report_to_the_screen(tmp_path: Path, qplan: Qplan) -> None:
    ran = qplan("calibrate", DAY, "-o", str(tmp_path / "phoenix.yaml"))
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.startswith("10 receipts of ibm_phoenix: ")
    text = (tmp_path / "phoenix.yaml").read_text()
    assert 'calibration: {version: 1, backend: "ibm_phoenix", receipts: 10, date: "2026-09-20"' in text
    assert [path.name for path in tmp_path.iterdir()] == ["phoenix.yaml"], "nothing half written is left"
    again = qplan("calibrate", DAY, "-o", str(tmp_path / "again.yaml"))
    assert (again.out, (tmp_path / "again.yaml").read_text()) == (ran.out, text)


def test_without_a_file_nothing_is_written(tmp_path: Path, qplan: Qplan, monkeypatch: pytest.MonkeyPatch) -> None:
    day = str(Path(DAY).resolve())
    monkeypatch.chdir(tmp_path)
    assert qplan("calibrate", day).status == 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("word", "arguments", "status", "told"),
    [
        ("no such file", ("calibrate", "nowhere.json"), 1, "nowhere.json"),
        ("not a profile's name", ("calibrate", DAY, "-o", "phoenix.txt"), 2, "a profile ends in .yaml"),
        ("an unknown prior", ("calibrate", DAY, "--prior", "measurd"), 2, "did you mean 'measured'?"),
        ("a folder that is not there", ("calibrate", DAY, "-o", "/nowhere/p.yaml"), 1, "cannot be written"),
        ("a workload that is not there", ("reconcile", "nowhere.yaml", BILL), 1, "nowhere.yaml"),
        ("a drift below nothing", ("reconcile", BILLED, BILL, "--max-drift", "-1"), 2, "max-drift"),
        ("standard input twice", ("calibrate", "-", "-"), 2, "standard input can be read once"),
    ],
)
def test_refused(word: str, arguments: tuple[str, ...], status: int, told: str, qplan: Qplan) -> None:
    ran = qplan(*arguments)
    assert (ran.status, ran.out) == (status, ""), word
    assert told in ran.err


def test_a_profile_that_is_there_is_kept_unless_forced(tmp_path: Path, qplan: Qplan) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("mine")
    ran = qplan("calibrate", DAY, "-o", str(path))
    assert (ran.status, ran.out, path.read_text()) == (1, "", "mine")
    assert qplan("calibrate", DAY, "-o", str(path), "--force").status == 0
    assert path.read_text() != "mine"


@pytest.mark.parametrize(
    ("word", "text", "told"),
    [
        ("pending", '{"usage": {"qpu_charge_time_seconds": 0, "status": "pending"}}', "QP604"),
        ("cut off", '{"usage": {"qpu_charge_time', "QP601"),
        ("negative", '{"usage": {"qpu_charge_time_seconds": -5, "status": "complete"}}', "QP104"),
        ("no charge", '{"usage": {"status": "complete"}}', "QP603"),
    ],
)
def test_a_bad_receipt_is_an_error_of_its_file_and_field(
    word: str, text: str, told: str, tmp_path: Path, qplan: Qplan
) -> None:
    path = tmp_path / "r.json"
    path.write_text(text)
    ran = qplan("calibrate", str(path), "--workload", BILLED)
    assert (ran.status, ran.out) == (2, ""), word
    assert told in ran.err
    assert str(path) in ran.err


def test_a_raw_metrics_file_belongs_to_the_workload_given(tmp_path: Path, qplan: Qplan) -> None:
    path = tmp_path / "r.json"
    path.write_text('{"usage": {"qpu_charge_time_seconds": 45, "status": "complete"}}')
    assert qplan("calibrate", str(path), "-w", BILLED, "-j", "energy").status == 0
    assert qplan("calibrate", str(path)).status == 2
    assert qplan("reconcile", BILLED, str(path)).status == 0


@pytest.mark.parametrize(("limit", "status"), [("0.5", 0), ("0.03", 0), ("0.01", 3)])
def test_drift_over_the_limit_is_status_3(limit: str, status: int, qplan: Qplan) -> None:
    """45 s charged, 44 s predicted: 2.3 %."""
    ran = qplan("reconcile", BILLED, BILL, "--max-drift", limit)
    assert (ran.status, ran.err) == (status, "")
    assert ("over the limit" in ran.out) is bool(status)


@pytest.mark.parametrize("arguments", [("calibrate", DAY), ("reconcile", BILLED, BILL)], ids=lambda a: a[0])
def test_json_is_that_of_the_schema(arguments: tuple[str, ...], qplan: Qplan) -> None:
    jsonschema.validate(json.loads(qplan(*arguments, "--format", "json").out), SCHEMA)


def test_names_of_receipts_are_no_markup(tmp_path: Path, qplan: Qplan) -> None:
    path = tmp_path / "r.csv"
    path.write_text('id,shots,circuits,backend,charged_s\n"[red]=1+1::error::x",1000,1,ibm_fez,2\n')
    table = qplan("calibrate", str(path)).out
    assert "[red]=1+1: :error: :x" in table
    markdown = qplan("calibrate", str(path), "--format", "markdown").out
    assert "\n::" not in markdown


def test_the_shipped_workload_takes_a_profile_by_option(tmp_path: Path, qplan: Qplan) -> None:
    assert qplan("calibrate", DAY, "-o", str(tmp_path / "phoenix.yaml")).status == 0
    (tmp_path / "w.yaml").write_text("qplan: 1\nbackend: ibm_phoenix\njobs: [{circuits: 4, shots: 1000}]\n")
    ran = qplan("estimate", str(tmp_path / "w.yaml"), "--usage-model", "phoenix.yaml", "--format", "json")
    assert ran.status == 0
    facts = {fact["name"]: fact["source"] for fact in json.loads(ran.out)["assumptions"]}
    assert facts["usage model error"].startswith("10 receipts of ibm_phoenix")
