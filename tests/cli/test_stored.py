"""`qplan diff` and `qplan report`: stored estimates shown again, and nothing is simulated for that."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from qplan import __version__
from qplan.cli.baseline import stored
from qplan.gating import Pricing
from qplan.render import Format
from tests.cli.repository import workload
from tests.conftest import Qplan
from tests.render.test_json import conforms, documented
from tests.render.test_safe import LAWS, no_command_to_ci, no_control_characters


@pytest.fixture
def run(qplan: Qplan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Qplan:
    """The command line, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return qplan


def estimated(run: Qplan, out: str, *more: str, **files: str) -> None:
    """Store the estimate of workload files, given by name."""
    for name, text in files.items():
        Path(f"{name}.yaml").write_text(text, encoding="utf-8")
    ran = run("estimate", *(f"{name}.yaml" for name in files), "--format", "json", "-o", out, *more)
    assert (ran.status, ran.err) == (0, "")


@pytest.fixture
def two(run: Qplan) -> Qplan:
    """Two documents: one workload dearer, one gone, one new, one as it was."""
    estimated(run, "old.json", a=workload("a", qpu="5s"), b=workload("b", qpu="2s"), c=workload("c", qpu="1s"))
    estimated(run, "new.json", a=workload("a", qpu="7s"), c=workload("c", qpu="1s"), d=workload("d", qpu="3s"))
    return run


def no_simulation(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("nothing is to be simulated")

    for name in ("simulate", "replicate"):
        monkeypatch.setattr(f"qplan.runs.{name}", refuse)


def test_a_difference_is_told_with_amounts_and_percent(two: Qplan, monkeypatch: pytest.MonkeyPatch) -> None:
    no_simulation(monkeypatch)
    ran = two("diff", "old.json", "new.json")
    assert (ran.status, ran.err) == (0, "")
    lines = [line.rstrip() for line in ran.out.splitlines()]
    assert lines[:3] == [
        "old.json -> new.json: +4.80 USD (+37.5 %) at p90",
        "Workloads: 1 changed, 1 added, 1 removed and 1 unchanged.",
        f"Stored estimates, not simulated again and not quotes; of qplan {__version__}.",
    ]
    assert lines[6:9] == [
        "a         changed  5 s -> 7 s    8.00 USD -> 11.20 USD  +3.20 USD (+40.0 %)",
        "d         added    3 s           4.80 USD               +4.80 USD",
        "b         removed  2 s           3.20 USD               -3.20 USD (-100.0 %)",
    ]
    assert "a         jobs.energy.qpu  5s      7s" in lines


def test_a_difference_as_json(two: Qplan) -> None:
    data = conforms(two("diff", "old.json", "new.json", "-f", "json").out, "stored_diff")
    assert documented(data, {"$ref": "#/definitions/stored_diff"}) == []
    told = data["diff"]
    assert told["before"] == {
        "file": "old.json", "version": __version__, "data_date": told["after"]["data_date"], "seed": 0, "workloads": 3,
    }  # fmt: skip
    assert told["total"]["increase"] == {"cost": "4.80", "percent": "37.50", "usage_s": 3}
    assert [(each["kind"], each["name"], each["increase"]["cost"]) for each in told["workloads"]] == [
        ("changed", "a", "3.20"),
        ("unchanged", "c", "0.00"),
        ("added", "d", None),
        ("removed", "b", None),
    ]
    assert told["workloads"][0]["inputs"] == [{"path": "jobs.energy.qpu", "before": "5s", "after": "7s"}]


def test_a_difference_as_csv(two: Qplan) -> None:
    rows = list(csv.DictReader(io.StringIO(two("diff", "old.json", "new.json", "-f", "csv").out)))
    assert [(row["kind"], row["cost_before"], row["cost_after"], row["cost_increase"]) for row in rows] == [
        ("changed", "8.00", "11.20", "3.20"),
        ("unchanged", "1.60", "1.60", "0.00"),
        ("added", "", "4.80", ""),
        ("removed", "3.20", "", ""),
    ]
    assert rows[0]["inputs"] == "jobs.energy.qpu 5s -> 7s"
    lower = list(csv.DictReader(io.StringIO(two("diff", "new.json", "old.json", "-f", "csv").out)))
    assert (lower[0]["cost_increase"], lower[0]["cost_increase_percent"]) == ("-3.20", "-28.57")


def test_documents_that_are_alike_differ_in_nothing(two: Qplan) -> None:
    out = two("diff", "old.json", "old.json").out
    assert out.startswith("old.json -> old.json: together they come to the same at p90\nWorkloads: 3 unchanged.\n")


def test_what_else_may_make_them_differ_is_said(two: Qplan) -> None:
    text = Path("old.json").read_text()
    Path("old.json").write_text(
        text.replace(f'"version": "{__version__}"', '"version": "0.0.9"').replace('"seed": 0', '"seed": 7')
    )
    out = " ".join(two("diff", "old.json", "new.json").out.split())
    assert f"Written by qplan 0.0.9 and {__version__}: a part of what differs may be theirs." in out
    assert "Drawn with the seeds 7 and 0: a part of what differs is chance." in out


def test_workloads_of_several_documents_are_shown_together(two: Qplan, monkeypatch: pytest.MonkeyPatch) -> None:
    no_simulation(monkeypatch)
    estimated_one = json.loads(Path("new.json").read_text())["workloads"][2]
    Path("one.json").write_text(json.dumps(estimated_one))
    ran = two("report", "old.json", "one.json")
    assert (ran.status, ran.err) == (0, "")
    assert [line.rstrip() for line in ran.out.splitlines()] == [
        "4 workloads: 17.60 USD for 11 s of usage at p90",
        "The total is the quantile of the sum in each replication: quantiles do not add",
        "up.",
        f"Stored estimates, not simulated again and not quotes; of qplan {__version__}.",
        "",
        "workload  backend  mode  usage at p90  cost       wall-clock",
        "─" * 60,
        "a         ibm_fez  job   5 s           8.00 USD   1 min 6 s",
        "b         ibm_fez  job   2 s           3.20 USD   1 min 3 s",
        "c         ibm_fez  job   1 s           1.60 USD   1 min 2 s",
        "d         ibm_fez  job   3 s           4.80 USD   1 min 4 s",
        "total                    11 s          17.60 USD",
    ]


def test_a_report_as_json_is_a_baseline_again(two: Qplan) -> None:
    data = conforms(two("report", "old.json", "-f", "json", "-o", "merged.json").out or Path("merged.json").read_text(),
                    "stored_report")  # fmt: skip
    assert documented(data, {"$ref": "#/definitions/stored_report"}) == []
    assert data["report"]["total"] == {"usage_s": 8, "wall_s": None, "cost": "12.80"}
    assert stored("merged.json", Pricing()).priced == stored("old.json", Pricing()).priced


def test_the_gates_own_document_is_shown_again_and_a_baseline(two: Qplan) -> None:
    ran = two("gate", "a.yaml", "c.yaml", "--format", "json", "-o", "gate.json", "--compare-to", "old.json")
    assert ran.status == 0, ran.err
    assert two("report", "gate.json", "-f", "csv").out.count("\n") == 3
    assert [each.name for each in stored("gate.json", Pricing()).priced] == ["a", "c"]


def test_a_total_is_the_quantile_of_the_sum_and_not_the_sum_of_quantiles(run: Qplan) -> None:
    random = "{p50: 5s, p90: 20s}"
    estimated(run, "r.json", "-n", "200", a=workload("a", qpu=random), b=workload("b", qpu=random))
    data = json.loads(run("report", "r.json", "-f", "json", "--quantile", "p99").out)
    own = [float(each["cost"]) for each in data["workloads"]]
    assert 0 < float(data["report"]["total"]["cost"]) < sum(own)
    assert data["quantile"] == "p99"


def test_a_workload_twice_counts_once_and_one_of_two_prices_is_refused(two: Qplan) -> None:
    twice = json.loads(two("report", "old.json", "old.json", "-f", "json").out)
    assert (twice["report"]["workloads"], twice["report"]["repeats"]) == (3, 3)
    ran = two("report", "old.json", "new.json")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith("new.json: QP807: the workload 'a' of 'a.yaml' has other figures than in old.json\n")
    assert "qplan diff" in ran.err


def test_a_refused_mode_and_an_unknown_price_are_no_zero(run: Qplan) -> None:
    open_plan = workload("s", plan="open").replace("mode: job", "mode: session")
    estimated(run, "r.json", s=open_plan, f=workload("f", plan="premium"))
    rows = list(csv.DictReader(io.StringIO(run("report", "r.json", "-f", "csv").out)))
    assert [(row["usage_s"], row["cost"], bool(row["refused"])) for row in rows] == [("", "", True), ("5", "", False)]
    out = run("report", "r.json").out
    assert out.startswith("2 workloads: cost unknown for unknown of usage at p90\n")
    assert "s         ibm_fez  session  refused" in out


BAD: list[tuple[str, tuple[str, ...], int, str]] = [
    ("no such file", ("report", "none.json"), 1, "qplan: none.json: there is no such file\n"),
    ("a folder", ("report", "."), 1, "qplan: .: a directory, not a regular file\n"),
    ("a workload file", ("report", "a.yaml"), 2, "a.yaml:1:1: QP801: not valid JSON: expecting value\n"),
    ("a comparison", ("report", "compare.json"), 2, "compare.json: QP804: it holds no workload that was priced\n"),
    ("no quantile", ("report", "old.json", "--quantile", "p0"), 2, "qplan: --quantile: must be a percentile from 1 to"),
    ("not a number", ("diff", "old.json", "new.json", "--quantile", "x"), 2, "qplan: --quantile: must be a percentile"),
    ("standard input twice", ("diff", "-", "-"), 2, "qplan: standard input can be read once\n"),
    ("several backends", ("diff", "fez.json", "new.json"), 2, "fez.json: QP807: the workload 'a' of 'a.yaml' stands"),
]


@pytest.mark.parametrize(("word", "arguments", "status", "told"), BAD, ids=[row[0] for row in BAD])
def test_what_cannot_be_shown_is_told_in_a_line(
    two: Qplan, word: str, arguments: tuple[str, ...], status: int, told: str
) -> None:
    assert two("compare", "a.yaml", "-f", "json", "-o", "compare.json").status == 0
    backends = ("--backend", "ibm_fez", "--backend", "ibm_kingston")
    assert two("estimate", "a.yaml", *backends, "-f", "json", "-o", "fez.json").status == 0
    ran = two(*arguments)
    assert (ran.status, ran.out) == (status, "")
    assert ran.err.startswith(told)


def test_of_several_documents_all_that_is_wrong_is_told(two: Qplan) -> None:
    Path("bad.json").write_text("{}")
    ran = two("report", "none.json", "bad.json", "old.json", "gone.json")
    assert ran.status == 1
    assert "bad.json: QP802" in ran.err
    assert "none.json: there is no such file\nqplan: gone.json: there is no such file\n" in ran.err


NAMES = ("[red]x[/red]", "::error::b", "=cmd()", "<script>alert(1)</script>", "@user", "<!-- qplan -->", "`a` [l](u) |")


@pytest.mark.parametrize("format", Format)
@pytest.mark.parametrize("name", [" ".join(NAMES[i:] + NAMES[:i]) for i in (1, 2)], ids=["command", "formula"])
def test_hostile_names_do_nothing(run: Qplan, name: str, format: Format) -> None:
    quoted = json.dumps(name)
    estimated(run, "old.json", a=workload(quoted, qpu="5s"), b=workload("b"))
    estimated(run, "new.json", a=workload(quoted, qpu="7s").replace("name: energy", f"name: {quoted}"), b=workload("b"))
    for arguments in (("diff", "old.json", "new.json"), ("report", "old.json")):
        ran = run(*arguments, "-f", format)
        assert (ran.status, ran.err) == (0, "")
        for law in (no_control_characters, no_command_to_ci, *LAWS[format]):
            assert law(ran.out), law.__name__


def test_a_document_of_hostile_inputs_does_nothing(two: Qplan) -> None:
    for file, value in (("old.json", "\x1b[2J ::error::x"), ("new.json", "=cmd() <!-- qplan --> @all")):
        tree: dict[str, Any] = json.loads(Path(file).read_text())
        for entry in tree["workloads"]:
            entry["priced"]["inputs"][f"::warning::{value}"] = value
        Path(file).write_text(json.dumps(tree))
    for format in Format:
        ran = two("diff", "old.json", "new.json", "-f", format)
        assert ran.status == 0
        for law in (no_control_characters, no_command_to_ci, *LAWS[format]):
            assert law(ran.out), law.__name__


def test_the_estimate_is_as_it_was_but_for_what_is_stored(run: Qplan) -> None:
    estimated(run, "a.json", a=workload("a"))
    data = conforms(Path("a.json").read_text(), "report")
    assert documented(data, {"$ref": "#/definitions/report"}) == []
    assert data["priced"] == {
        "mode": "job",
        "refused": None,
        "currency": "USD",
        "cost_reason": None,
        "complete_share": 1.0,
        "limited_share": 0.0,
        "remaining_us": None,
        "usage_us": {"count": 1, "least": 5_000_000, "step": 1, "width": 0, "data": ""},
        "wall_us": {"count": 1, "least": 66_000_000, "step": 1, "width": 0, "data": ""},
        "cost_cents": {"count": 1, "least": 800, "step": 1, "width": 0, "data": ""},
        "digest": data["priced"]["digest"],
        "inputs": {
            "qplan": "1",
            "name": "a",
            "backend": "ibm_fez",
            "plan": "pay-as-you-go",
            "mode": "job",
            "queue.wait": "1m",
            "usage.rounding": "none",
            "jobs.energy.name": "energy",
            "jobs.energy.qpu": "5s",
            "jobs.energy.classical_before": "1s",
            "jobs.energy.classical_after": "0s",
        },
    }
    assert len(data["priced"]["digest"]) == 64
    assert "priced" not in json.loads(run("compare", "a.yaml", "-f", "json").out)
    assert "priced" not in json.loads(run("recommend", "a.yaml", "-f", "json").out)
    point = json.loads(run("estimate", "a.yaml", "--point", "-f", "json").out)
    assert point["priced"]["digest"] is None
