"""The gate as a command: its inputs, its outputs, and every exit status."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from qplan import __version__
from qplan.model.report import Report
from qplan.model.workload import Workload
from qplan.parse.catalog import data_date
from qplan.pipeline import Wishes, report
from qplan.render.gate import FORMATS
from tests.cli.real import ended, start
from tests.cli.repository import Repository
from tests.cli.test_hostile_names import NAMES, page
from tests.conftest import Qplan, Ran
from tests.render.test_json import conforms, documented
from tests.render.test_safe import no_command_to_ci, no_control_characters


def workload(name: str = "a", usage_s: int = 10, plan: str = "pay-as-you-go", more: str = "") -> str:
    """So many seconds at 1.60 USD, after a minute in the queue."""
    return (
        f"qplan: 1\nname: {name}\nmode: job\nbackend: ibm_kingston\nplan: {plan}\nqueue: {{wait: 60s, between: 0s}}\n"
        f"jobs: [{{name: j, qpu: {usage_s}s, classical_before: 0s, classical_after: 0s}}]\n{more}"
    )


INVALID = "qplan: 1\njobs: [{qpu: 5s, shots: -1}]\n"
ITS_LINE = "w/bad.yaml:2:25: QP104: shots must be a whole number of at least 1, not -1\n"


@pytest.fixture
def folder(tmp_path: Path, qplan: Qplan, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where qplan is run: a repository with one workload of 10 s, 16.00 USD and 70 s of wall-clock."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "w").mkdir()
    (tmp_path / "w/a.yaml").write_text(workload())
    monkeypatch.chdir(tmp_path)
    return tmp_path


def headline(ran: Ran) -> str:
    """The verdict, on as many lines as it takes."""
    return ran.out.partition("\n\n")[0].replace("\n", " ")


def told(ran: Ran) -> list[str]:
    """The verdict, and the lines of what failed or warned."""
    return [headline(ran), *(line for line in ran.out.splitlines() if line.startswith(("FAIL ", "WARN ")))]


STATUSES = [
    ("within", ["--max-cost", "16"], 0, ["PASS: 16.00 USD at p90; 1 check passed"]),
    ("no limit", [], 0, ["PASS: 16.00 USD at p90; no limit is set"]),
    (
        "a warning",
        ["--warn-usage", "9s"],
        0,
        ["WARN: 16.00 USD at p90; 1 warns", "WARN a: usage 10 s at p90, over 9 s (--warn-usage)"],
    ),
    (
        "over",
        ["--max-cost", "15.99"],
        3,
        ["FAIL: 16.00 USD at p90; 1 of 1 check fails", "FAIL a: cost 16.00 USD at p90, over 15.99 USD (--max-cost)"],
    ),
    (
        "one of two",
        ["--max-cost", "16", "--max-wall", "1m"],
        3,
        [
            "FAIL: 16.00 USD at p90; 1 of 2 checks fails",
            "FAIL a: wall-clock 1 min 10 s at p90, over 1 min (--max-wall)",
        ],
    ),
    (
        "an unknown price",
        ["--max-cost", "99", "--plan", "premium"],
        3,
        [
            "FAIL: cost not billed, 10 s of usage at p90; 1 of 1 check fails",
            "FAIL a: cost cannot be told: not billed per second: usage is taken from the",
        ],
    ),
    ("allowed", ["--max-cost", "99", "--plan", "premium", "--allow-unknown-price"], 0, None),
    ("usage without a price", ["--max-usage", "10s", "--plan", "premium"], 0, None),
    ("a refused mode", ["--plan", "open", "--set", "mode=session"], 3, None),
    ("allowed too", ["--plan", "open", "--set", "mode=session", "--allow-refused-mode"], 0, None),
    (
        "more than is left",
        ["--set", "plan.remaining=5s"],
        3,
        [
            "FAIL: 8.00 USD at p90; 1 of 1 check fails",
            "FAIL a: usage 5 s at p90, over the 5 s left; in 100 % of runs the plan's limit",
        ],
    ),
    ("which only warns", ["--set", "plan.remaining=5s", "--warn-allocation"], 0, None),
]


@pytest.mark.parametrize(("why", "options", "status", "lines"), STATUSES, ids=[row[0] for row in STATUSES])
def test_the_verdict_and_the_status(
    why: str, options: list[str], status: int, lines: list[str] | None, folder: Path, qplan: Qplan
) -> None:
    ran = qplan("gate", "w", *options)
    assert (ran.status, ran.err) == (status, "")
    assert lines is None or told(ran) == lines


BASELINES = [
    ("the same", 10, ["--max-increase", "0"], 0, "PASS: 16.00 USD at p90, the same against base.json; 1 check passed"),
    (
        "less",
        5,
        ["--max-increase", "0"],
        0,
        "PASS: 8.00 USD at p90, -8.00 USD (-50.0 %) against base.json; 1 check passed",
    ),
    (
        "more",
        11,
        ["--max-increase", "1.59"],
        4,
        "FAIL: 17.60 USD at p90, +1.60 USD (+10.0 %) against base.json; 1 of 1 check fails",
    ),
    (
        "as allowed",
        11,
        ["--max-increase-percent", "10"],
        0,
        "PASS: 17.60 USD at p90, +1.60 USD (+10.0 %) against base.json; 1 check passed",
    ),
    ("over before", 10, ["--max-cost", "5"], 0, "WARN: 16.00 USD at p90, the same against base.json; 1 warns"),
    (
        "over before, strict",
        10,
        ["--max-cost", "5", "--strict"],
        3,
        "FAIL: 16.00 USD at p90, the same against base.json; 1 of 1 check fails",
    ),
    (
        "both",
        11,
        ["--max-cost", "17", "--max-increase", "0"],
        3,
        "FAIL: 17.60 USD at p90, +1.60 USD (+10.0 %) against base.json; 2 of 2 checks fail",
    ),
]


@pytest.mark.parametrize(("why", "usage_s", "options", "status", "line"), BASELINES, ids=[row[0] for row in BASELINES])
@pytest.mark.parametrize("maker", ["estimate", "gate"])
def test_against_a_stored_baseline(
    maker: str, why: str, usage_s: int, options: list[str], status: int, line: str, folder: Path, qplan: Qplan
) -> None:
    qplan(maker, "w/a.yaml", "-f", "json", "-o", "base.json")
    (folder / "w/a.yaml").write_text(workload(usage_s=usage_s))
    ran = qplan("gate", "w", "--compare-to", "base.json", *options)
    assert (ran.status, ran.err, headline(ran)) == (status, "", line)


def test_unchanged_workloads_are_not_simulated_again_and_this_is_said(
    folder: Path, qplan: Qplan, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "w/b.yaml").write_text(workload("b"))
    qplan("gate", "w", "-f", "json", "-o", "base.json")
    (folder / "w/b.yaml").write_text(workload("b", 11))
    priced: list[str] = []

    def noted(workload: Workload, wishes: Wishes) -> Report:
        priced.append(workload.name)
        return report(workload, wishes)

    monkeypatch.setattr("qplan.gating.report", noted)
    ran = qplan("gate", "w", "--compare-to", "base.json", "-f", "json")
    assert set(priced) == {"b"}
    assert json.loads(ran.out)["summary"]["reused"] == 1
    assert "1 unchanged workload not" in qplan("gate", "w", "--compare-to", "base.json").out


REFUSED = [
    (
        "no baseline",
        ["w", "--max-increase", "5"],
        2,
        "qplan: --max-increase: a limit on an increase needs a baseline: --compare-to FILE or --compare-to-git REF\n",
    ),
    (
        "two",
        ["w", "--compare-to", "a", "--compare-to-git", "b"],
        2,
        "qplan: --compare-to and --compare-to-git exclude each other: there is one baseline\n",
    ),
    ("no such baseline", ["w", "--compare-to", "none.json"], 1, "qplan: none.json: there is no such file\n"),
    (
        "standard input",
        ["-"],
        2,
        "qplan: workloads on standard input have no file to tell apart and to compare: name files or folders\n",
    ),
    (
        "an amount",
        ["w", "--max-cost", "much"],
        2,
        "qplan: --max-cost: must be an amount of money from 0 to 1,000,000,000,000, such as 250.00, not 'much'\n",
    ),
    (
        "a report",
        ["w", "--write", "pdf=x"],
        2,
        f"qplan: --write takes FORMAT=FILE, such as markdown=gate.md, not 'pdf=x'; formats: {', '.join(FORMATS)}\n",
    ),
    (
        "nowhere",
        ["w", "--write", "json="],
        2,
        f"qplan: --write takes FORMAT=FILE, such as markdown=gate.md, not 'json='; formats: {', '.join(FORMATS)}\n",
    ),
]


@pytest.mark.parametrize(("why", "arguments", "status", "err"), REFUSED, ids=[row[0] for row in REFUSED])
def test_what_is_refused(why: str, arguments: list[str], status: int, err: str, folder: Path, qplan: Qplan) -> None:
    ran = qplan("gate", *arguments)
    assert (ran.status, ran.out, ran.err) == (status, "", err)


INPUTS = [
    ("a file", ["w/a.yaml"], ["w/a.yaml"]),
    ("a file twice", ["w/a.yaml", "./w/a.yaml", "w/../w/a.yaml"], ["w/a.yaml"]),
    ("a folder", ["w"], ["w/a.yaml", "w/in/b.yml"]),
    ("a folder and a file in it", ["w/in/b.yml", "w/"], ["w/a.yaml", "w/in/b.yml"]),
    ("here", ["."], ["other/c.yaml", "w/a.yaml", "w/in/b.yml"]),
    ("a glob", ["w/*.yaml"], ["w/a.yaml"]),
    ("a deep glob", ["**/*.y*ml"], ["other/c.yaml", "w/a.yaml", "w/in/b.yml"]),
    ("a glob of folders", ["[ow]*"], ["other/c.yaml", "w/a.yaml", "w/in/b.yml"]),
    ("a name with an asterisk", ["w/in/b*.txt"], ["w/in/b*.txt"]),
]


@pytest.mark.parametrize(("why", "arguments", "files"), INPUTS, ids=[row[0] for row in INPUTS])
def test_inputs(why: str, arguments: list[str], files: list[str], folder: Path, qplan: Qplan) -> None:
    """Sorted by path, each once."""
    for name in ("w/in", "other", ".hidden"):
        (folder / name).mkdir()
    (folder / "w/in/b.yml").write_text(workload("b"))
    (folder / "other/c.yaml").write_text("{qplan: 1, name: c, jobs: [{qpu: 1s}]}")
    (folder / ".hidden/d.yaml").write_text(workload("d"))
    (folder / "w/.e.yaml").write_text(workload("e"))
    (folder / "w/notes.txt").write_text("qplan: 1")
    if "*.txt" in arguments[0]:
        (folder / "w/in/b*.txt").write_text(workload("star"))
    if "link.yaml" in arguments:
        (folder / "link.yaml").symlink_to("w/a.yaml")
    ran = qplan("gate", *arguments, "-f", "json")
    assert ran.status == 0
    assert [each["workload"]["file"] for each in json.loads(ran.out)["workloads"]] == files


def test_yaml_of_others_is_left_out_and_counted_where_nobody_named_it(folder: Path, qplan: Qplan) -> None:
    (folder / "w/compose.yaml").write_text("services:\n  qplan: {image: x}\n")
    (folder / "w/chart.yml").write_text("name: chart\n")
    ran = qplan("gate", "w", "w/*.y*ml")
    assert (ran.status, ran.err) == (0, "")
    assert "2 YAML files without a `qplan` key left out" in " ".join(ran.out.split())
    beside = qplan("gate", "w", "w/*.y*ml", "-f", "json")
    assert beside.err.startswith("qplan: 2 YAML files without a `qplan` key left out\n")
    assert json.loads(beside.out)["summary"]["left_out"] == 2
    assert qplan("gate", "w/compose.yaml").status == 2


EMPTY = [
    ("a folder", ["none"], "none: error: the folder holds no workload file"),
    (
        "with others",
        ["others"],
        "others: error: the folder holds no workload file (of 1 YAML files none has a `qplan` key)",
    ),
    ("a glob", ["none/*.yaml"], "none/*.yaml: error: the glob matches no workload file"),
]


@pytest.mark.parametrize(("why", "arguments", "line"), EMPTY, ids=[row[0] for row in EMPTY])
def test_what_holds_no_workload_fails_unless_a_flag_says_so(
    why: str, arguments: list[str], line: str, folder: Path, qplan: Qplan
) -> None:
    (folder / "none").mkdir()
    (folder / "others").mkdir()
    (folder / "others/x.yaml").write_text("x: 1")
    ran = qplan("gate", *arguments, "-f", "json")
    assert ran.status == 2
    [problem] = json.loads(ran.out)["problems"]
    assert f"{problem['file']}: {problem['severity']}: {problem['message']}" == line
    assert qplan("gate", *arguments, "w", "--max-cost", "1").status == 2
    let = qplan("gate", *arguments, "--allow-empty", "--max-total-cost", "0")
    assert (let.status, let.out.splitlines()[0]) == (0, "PASS: nothing could be priced; 1 check passed")


def test_an_invalid_file_hides_no_other(folder: Path, qplan: Qplan) -> None:
    (folder / "w/bad.yaml").write_text(INVALID)
    (folder / "w/b.yaml").write_text(workload("b", 20))
    ran = qplan("gate", "w", "--max-cost", "20")
    assert ran.status == 2
    assert "FAIL b: cost 32.00 USD at p90, over 20.00 USD (--max-cost)" in ran.out
    assert "Problems in files\n- w/bad.yaml:2:25: shots must be a whole number" in ran.out
    assert ran.out.startswith("FAIL: 48.00 USD at p90; 1 of 2 checks fails and 1 error in files\n")
    beside = qplan("gate", "w", "--max-cost", "20", "-f", "json")
    assert beside.err.startswith(ITS_LINE)


def test_a_file_that_cannot_be_read_hides_no_other_and_comes_first(folder: Path, qplan: Qplan) -> None:
    (folder / "w/bad.yaml").write_text(INVALID)
    (folder / "w/latin.yaml").write_bytes(b"qplan: 1 # \xe9\n")
    ran = qplan("gate", "none.yaml", "w", "--max-cost", "1")
    assert ran.status == 1
    assert "Not read\n- none.yaml: there is no such file\n- w/latin.yaml: not UTF-8 text" in ran.out
    assert "FAIL a: cost 16.00 USD at p90, over 1.00 USD (--max-cost)" in ran.out


def test_what_takes_too_much_is_an_error_of_that_file_alone(folder: Path, qplan: Qplan) -> None:
    (folder / "w/b.yaml").write_text(
        "qplan: 1\nname: b\nqueue: {wait: {p50: 1m, p90: 2m}}\njobs: [{qpu: 1s, count: 9}]"
    )
    ran = qplan("gate", "w", "--max-work", "1000", "-n", "200")
    assert ran.status == 2
    assert "- w/b.yaml: 200 replications of 9 jobs are more than 1,000 simulated jobs;" in ran.out
    assert "\na  " in ran.out


def test_every_format_at_once_and_all_before_the_status(folder: Path, qplan: Qplan) -> None:
    writes = [part for format in FORMATS for part in ("--write", f"{format}=out.{format}")]
    ran = qplan("gate", "w", "--max-cost", "1", *writes, "--report", "json=again.json")
    assert ran.status == 3
    assert {path.name for path in folder.glob("out.*")} == {f"out.{format}" for format in FORMATS}
    assert (folder / "out.table").read_text() == ran.out
    assert (folder / "again.json").read_text() == (folder / "out.json").read_text()
    assert (folder / "out.markdown").read_text().startswith("<!-- qplan-gate -->\n")
    assert (folder / "out.junit").read_text().startswith("<?xml")
    assert (folder / "out.github").read_text().startswith("::error ")


def test_a_report_that_cannot_be_written_hides_no_other(folder: Path, qplan: Qplan) -> None:
    ran = qplan("gate", "w", "--max-cost", "1", "--write", "json=none/x.json", "--write", "json=there.json")
    assert (ran.status, ran.err) == (1, "qplan: none/x.json: cannot be written: No such file or directory\n")
    assert (folder / "there.json").is_file()
    assert ran.out.startswith("FAIL: ")


def test_where_the_screen_shows_no_verdict_it_is_told_beside(folder: Path, qplan: Qplan) -> None:
    ran = qplan("gate", "w", "--max-cost", "1", "-f", "json", "-o", "gate.json")
    assert (ran.out, ran.err) == ("", "qplan: FAIL: 16.00 USD at p90; 1 of 1 check fails\n")


def test_the_table(folder: Path, qplan: Qplan) -> None:
    (folder / "w/b.yaml").write_text(workload("b", 20))
    ran = qplan("gate", "w", "--max-cost", "20", "--max-total-usage", "1m")
    assert ran.out == (
        "FAIL: 48.00 USD at p90; 1 of 3 checks fails\n"
        "\n"
        "workload at p90  mode  usage       cost  wall-clock  verdict\n"
        "────────────────────────────────────────────────────────────\n"
        "b                job    20 s  32.00 USD  1 min 20 s  FAIL\n"
        "a                job    10 s  16.00 USD  1 min 10 s  PASS\n"
        "\n"
        "total                   30 s  48.00 USD              PASS\n"
        "\n"
        "limit            allows  checks  over  verdict  set by\n"
        "─────────────────────────────────────────────────────────────────\n"
        "max-cost         20 USD       2     1  FAIL     --max-cost\n"
        "max-total-usage   1 min       1     0  PASS     --max-total-usage\n"
        "\n"
        "FAIL b: cost 32.00 USD at p90, over 20.00 USD (--max-cost)\n"
        "\n"
        f"Pre-run estimate, not a quote; p90 of one run, seed 0; data of {data_date()}; qplan\n"
        f"{__version__}.\n"
    )


def test_the_table_of_a_comparison_fits_the_terminal(folder: Path, qplan: Qplan) -> None:
    (folder / "w/gone.yaml").write_text(workload("gone", 20))
    qplan("gate", "w", "-f", "json", "-o", "base.json")
    (folder / "w/gone.yaml").unlink()
    (folder / "w/a.yaml").write_text(workload(usage_s=10_000))
    (folder / "w/new.yaml").write_text(workload("a-new-one-with-a-very-long-name-" + "x" * 60))
    ran = qplan("gate", "w", "--compare-to", "base.json")
    assert max(map(len, ran.out.splitlines())) <= 80
    _, _, driven = ran.out.partition("What drove each change (each input alone, so they need not add up)\n")
    assert driven.startswith("- a: jobs.j.qpu 10s -> 10000s: +15,984.00 USD\n")
    assert ["a", "2", "h", "47", "min", "16,000.00", "USD"] in [line.split()[:7] for line in ran.out.splitlines()]
    assert "\ngone " in ran.out


def test_the_data(folder: Path, qplan: Qplan) -> None:
    (folder / "w/b.yaml").write_text(workload("b", 20))
    qplan("gate", "w", "-f", "json", "-o", "base.json")
    (folder / "w/b.yaml").write_text(workload("b", 25))
    (folder / "w/c.yaml").write_text(workload("c", 1))
    ran = qplan(
        "gate", "w", "--compare-to", "base.json", "--max-cost", "39.99", "--max-increase-percent", "25", "-f", "json"
    )
    data: dict[str, Any] = conforms(ran.out, "gate")
    assert documented(data, {"$ref": "#/definitions/gate"}) == []
    assert data["summary"] == {
        "verdict": "fail",
        "status": 3,
        "currency": "USD",
        "workloads": 3,
        "reused": 1,
        "checks": {"pass": 4, "warn": 0, "fail": 2},
        "excused": 0,
        "total": {"cost": "57.60", "usage_s": 36, "wall_s": None},
        "was_total": {"cost": "48.00", "usage_s": 30, "wall_s": None},
        "increase": {"cost": "9.60", "percent": "20.00", "usage_s": 6},
        "largest_increase": {"name": "b", "file": "w/b.yaml", "cost": "8.00", "percent": "25.00", "usage_s": 5},
        "changes": {"added": 1, "removed": 0, "changed": 1, "unchanged": 1},
        "guarded": 0,
        "errors": 0,
        "warnings": 0,
        "unread": 0,
        "left_out": 0,
    }
    failed = [each for each in data["checks"] if each["verdict"] == "fail"]
    assert [(each["limit"], each["workload"], each["figure"]) for each in failed] == [
        ("max-cost", "b", "40.00"),
        ("max-increase-percent", "c", None),
    ]
    assert [each["name"] for each in data["settings"]] == [
        "max-cost", "max-increase-percent", "compare-to", "quantile", "seed", "replications"
    ]  # fmt: skip


def test_settings_of_a_file_a_variable_and_a_flag(folder: Path, qplan: Qplan, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "pyproject.toml").write_text("[tool.qplan.gate]\nmax_cost = 1\nmax_usage = '5s'\nmax_wall = '1s'\n")
    monkeypatch.setenv("QPLAN_MAX_USAGE", "99s")
    ran = qplan("gate", "w", "--max-cost", "99", "-v")
    assert ran.status == 3
    assert told(ran)[1:] == ["FAIL a: wall-clock 1 min 10 s at p90, over 1 s (pyproject.toml:4)"]
    assert ran.err.splitlines() == [
        "qplan: max-cost = 99 (--max-cost)",
        "qplan: max-usage = 99s (QPLAN_MAX_USAGE)",
        "qplan: max-wall = 1s (pyproject.toml:4)",
        "qplan: quantile = p90 (default)",
        "qplan: seed = 0 (default)",
        "qplan: replications = 1,000, or fewer of a large workload (default)",
    ]


def test_a_typo_in_a_settings_file_lets_nothing_pass(folder: Path, qplan: Qplan) -> None:
    (folder / "qplan.toml").write_text("max_cots = 1\n")
    ran = qplan("gate", "w")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err == "qplan: qplan.toml:1: unknown setting 'max_cots'; did you mean max_cost?\n"


def test_limits_of_several_folders_and_flags_for_all(folder: Path, qplan: Qplan) -> None:
    (folder / "v").mkdir()
    (folder / "v/b.yaml").write_text(workload("b"))
    (folder / "w/qplan.toml").write_text("max_cost = 1\n")
    ran = qplan("gate", "v", "w", "--max-usage", "9s")
    assert told(ran)[1:] == [
        "FAIL b: usage 10 s at p90, over 9 s (--max-usage)",
        "FAIL a: usage 10 s at p90, over 9 s (--max-usage)",
        "FAIL a: cost 16.00 USD at p90, over 1.00 USD (w/qplan.toml:1)",
    ]


@pytest.fixture
def repository(tmp_path: Path, qplan: Qplan, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """A commit with one workload of 10 s and a limit of 20 USD."""
    made = Repository(tmp_path / "repo")
    made.write("w/a.yaml", workload())
    made.write("qplan.toml", "max_cost = 20\n")
    made.commit()
    monkeypatch.chdir(made.root)
    return made


MOVED = [
    ("nothing", {}, [], 0),
    ("a cheaper one", {"w/a.yaml": workload().replace("queue", "x-note: y\nqueue")}, [], 0),
    ("a raised limit", {"qplan.toml": "max_cost = 99\n"}, [], 4),
    ("a raised limit, and over the old one", {"qplan.toml": "max_cost = 99\n", "w/b.yaml": workload("b", 20)}, [], 3),
    ("a raised limit, allowed", {"qplan.toml": "max_cost = 99\n"}, ["--allow-limit-changes"], 0),
    ("a limit taken away", {"qplan.toml": ""}, [], 4),
    ("a settings file that is nearer", {"w/qplan.toml": "max_cost = 99\n"}, [], 4),
    ("a lax setting", {"qplan.toml": "max_cost = 20\nallow_unknown_price = true\n"}, [], 4),
    ("a lower stated time", {"w/a.yaml": workload(usage_s=1)}, [], 4),
    ("a free plan", {"w/a.yaml": workload(plan="open")}, [], 4),
    ("a free plan, allowed", {"w/a.yaml": workload(plan="open")}, ["--allow-limit-changes"], 0),
    ("a price of its own", {"w/a.yaml": workload(plan="{profile: pay-as-you-go, price_per_second: 0}")}, [], 4),
]


@pytest.mark.parametrize(("why", "files", "options", "status"), MOVED, ids=[row[0] for row in MOVED])
def test_a_pull_request_cannot_raise_its_own_limits(
    why: str, files: dict[str, str], options: list[str], status: int, repository: Repository, qplan: Qplan
) -> None:
    for name, text in files.items():
        repository.write(name, text)
    ran = qplan("gate", "w", "--compare-to-git", "HEAD", *options)
    assert (ran.status, ran.err) == (status, "")
    assert ("Changes to what limits it" in ran.out) is (status == 4 or bool(options) or "raised" in why)


def test_settings_come_from_the_base_revision(repository: Repository, qplan: Qplan) -> None:
    repository.write("qplan.toml", "max_cost = 1\nquantile = 50\n")
    ran = qplan("gate", "w", "--compare-to-git", "HEAD", "-v")
    assert (ran.status, ran.err.splitlines()[:2]) == (
        4, ["qplan: max-cost = 20 (qplan.toml:1)", "qplan: compare-to-git = HEAD (--compare-to-git)"]
    )  # fmt: skip


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("name", [" ".join(NAMES[i:] + NAMES[:i]) for i in (1, 2)], ids=["command", "formula"])
def test_hostile_names_do_nothing(name: str, format: str, folder: Path, qplan: Qplan) -> None:
    (folder / "w/a.yaml").write_text(page(name, good=True))
    (folder / "w/bad.yaml").write_text(page(name, good=False))
    ran = qplan("gate", "w", "--max-cost", "0", "--warn-usage", "0s", "-f", format)
    assert ran.status == 2
    assert no_control_characters(ran.out)
    assert no_control_characters(ran.err)
    assert no_command_to_ci(ran.err)
    assert format == "github" or no_command_to_ci(ran.out)


def test_the_statuses_are_in_the_help(qplan: Qplan) -> None:
    told = " ".join(qplan("gate", "--help").out.split())
    for status in ("0 within all limits", "1 a file cannot be read", "2 wrong usage", "3 over a limit", "4 worse than"):
        assert status in told


def test_an_interrupt_ends_it_and_its_processes(folder: Path) -> None:
    """After a quick one some twenty files that take long, in processes: the parent ends them and leaves no trace."""
    text = "qplan: 1\nqueue: {wait: {p50: 1m, p90: 2m}}\njobs: [{qpu: {p50: 1s, p90: 2s}, count: 3000}]\n"
    for i in range(20):
        (folder / f"w/b{i}.yaml").write_text(text)
    process = start("gate", str(folder / "w"), "--workers", "2", "-n", "10000", "--engine", "interpreted")
    wait_for(lambda: len(running(folder)) >= 3)
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    assert ended(process) == (130, "", "qplan: interrupted\n")
    wait_for(lambda: not running(folder))


def running(folder: Path) -> list[bytes]:
    """The processes that were started on a folder."""
    return subprocess.run(["pgrep", "-f", str(folder)], capture_output=True, check=False).stdout.split()


def wait_for(condition: Callable[[], bool], most_s: float = 60) -> None:
    """Until it holds; a loaded machine takes its time."""
    end = time.monotonic() + most_s
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.2)
