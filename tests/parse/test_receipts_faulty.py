"""Receipts that are refused: each problem at its place, all of them at once, nothing of a faulty file used."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qplan.model.fact import Diagnostic
from qplan.model.receipt import ReceiptBook
from qplan.parse.diagnostics import diagnostics
from qplan.parse.receipts import read_receipts
from qplan.parse.receipts_columns import COLUMNS
from qplan.parse.receipts_page import MAX_RECEIPTS
from tests.parse.receipt_texts import found, lines
from tests.parse.test_hostile import bounded
from tests.parse.test_receipts import DETAILS, METRICS, OWN

AGAIN = "the charge is not settled yet"
IN_JSON: list[tuple[str, list[str], str]] = [
    ('{"usage": {"qpu_charge_time_seconds": 5,\n', ["2:1: QP601: not valid JSON: expecting property name"], "cut off"),
    ('[{"a": 5},\n {"b" 5}]', ["2:7: QP601: not valid JSON: expecting ':' delimiter"], "a slip"),
    ('{"a": "x', ["1:7: QP601: not valid JSON: unterminated string"], "cut off in a string"),
    ("{'usage': {'seconds': 5}}", ["1:2: QP601: not valid JSON: expecting property name"], "Python's print"),
    (
        '{"bss": {"seconds": 1}}\n{"bss":\n{"bss": {"seconds": -1}}',
        [
            "2:8: QP601: not valid JSON: expecting value",
            "3:1: QP104: bss.seconds must be a number of seconds of at least 0, not -1",
        ],
        "lines of which one is cut off",
    ),
    ("", ["1:1: QP002: the file is empty"], "empty"),
    ("[]", [" QP602: the file holds no receipt"], "no entry"),
    ("null", [" QP602: the file holds no receipt"], "nothing"),
    ('{"qplan_receipts": 1}', [" QP602: the file holds no receipt"], "qplan's own form without anything"),
    (
        '[5, {"foo": 1, "bar": 2}, {}]',
        [
            " QP602: [0]: 5 is no receipt",
            " QP602: [1]: no receipt has the keys 'foo', 'bar'",
            " QP602: [2]: no receipt has the keys of none",
        ],
        "other things",
    ),
    (
        '{"a": 1, "b": 1, "c": 1, "d": 1, "e": 1, "f": 1}',
        [" QP602: no receipt has the keys 'a', 'b', 'c'"],
        "many keys",
    ),
    (
        '{"usage": {"qpu_charge_time_seconds": 0, "status": "pending"}}',
        [f" QP604: usage.status is pending: {AGAIN}"],
        "pending",
    ),
    ('{"usage": {"status": "pending"}}', [f" QP604: usage.status is pending: {AGAIN}"], "pending without a charge"),
    (
        '{"usage": {"seconds": 5, "status": "done"}}',
        [" QP103: usage.status must be pending or complete, not 'done'"],
        "another status",
    ),
    (
        '{"job": "a", "workload": "w.yaml", "status": "Running", "metrics": {"usage": {"seconds": 5}}}',
        [f" QP604: status is 'Running': {AGAIN}"],
        "still running",
    ),
    ('{"usage": {}}', [" QP603: usage.qpu_charge_time_seconds is required: what IBM charged"], "no charge"),
    ('{"timestamps": {}}', [" QP603: usage.qpu_charge_time_seconds is required: what IBM charged"], "no usage"),
    (
        '[{"bss": {"seconds": "5 s"}}, {"bss": {"seconds": true}}, {"bss": 5}]',
        [
            " QP103: [0].bss.seconds must be a number of seconds, not '5 s'",
            " QP103: [1].bss.seconds must be a number of seconds, not true",
            " QP103: [2].bss must be a mapping of keys to values, not 5",
            " QP603: [2].usage.qpu_charge_time_seconds is required: what IBM charged",
        ],
        "no numbers",
    ),
    (
        '[{"usage": {"seconds": -0.5}}, {"usage": {"seconds": NaN}}, {"usage": {"seconds": -Infinity}}]',
        [
            " QP009: [1].usage.seconds: NaN is not a number that a receipt can hold",
            " QP009: [2].usage.seconds: -Infinity is not a number that a receipt can hold",
            " QP104: [0].usage.seconds must be a number of seconds of at least 0, not -0.5",
        ],
        "negative and not finite",
    ),
    (
        '{"usage": {"seconds": 1e999}, "x": [99999999999999999999]}',
        [
            " QP009: usage.seconds: 1e999 is not a number that a receipt can hold",
            " QP009: x[0]: 999999999999... (20 characters) is not a number that a receipt can hold",
        ],
        "beyond numbers",
    ),
    (
        '{"usage": {"seconds": 5, "seconds": 6}}',
        [" QP003: usage: the key 'seconds' is repeated; keep one of the two"],
        "a repeated key",
    ),
    (
        '{"usage": {"qpu_charge_time_seconds": 5, "quantum_seconds": 6.000001, "seconds": 5}, "bss": {"seconds": 3}}',
        [
            " QP605: usage.qpu_charge_time_seconds is 5s, but usage.quantum_seconds is 6.000001s",
            " QP605: usage.qpu_charge_time_seconds is 5s, but bss.seconds is 3s",
        ],
        "charges that contradict each other",
    ),
    (
        '{"usage": {"seconds": 9, "circuits_execution_time_ns": 5000000000}, "circuits_execution_time_ns": 2000000000}',
        [" QP605: circuits_execution_time_ns is 2s, but usage.circuits_execution_time_ns is 5s"],
        "execution times that contradict each other",
    ),
    (
        '{"usage": {"seconds": 9}, "timestamps": {"created": "2026-09-20T10:00:09Z", "running": "2026-09-20T10:00:05Z",'
        ' "finished": "2026-09-20T10:00:01Z"}}',
        [
            " QP606: timestamps.running is before created",
            " QP606: timestamps.finished is before running",
        ],
        "backwards",
    ),
    (
        '{"bss": {"seconds": 9}, "timestamps": {"created": "2026-09-20T10:00:09", "finished": "2026-09-20T10:00:01"}}',
        [" QP606: timestamps.finished is before created"],
        "backwards, never run",
    ),
    (
        '{"bss": {"seconds": 9}, "timestamps": {"created": 5, "running": "soon", "finished": "2026-02-30T10:00:00Z"}}',
        [
            " QP613: timestamps.created must be an instant such as 2026-09-20T10:00:05Z, not 5",
            " QP613: timestamps.running must be an instant such as 2026-09-20T10:00:05Z, not 'soon'",
            " QP613: timestamps.finished must be an instant such as 2026-09-20T10:00:05Z, not '2026-02-30T10:00:00Z'",
        ],
        "no instants",
    ),
    (
        '{"usage": {"seconds": 5000000000}}',
        [" QP607: usage.seconds is 1388888h 53m 20s, longer than any"],
        "nanoseconds",
    ),
    ('{"usage": {"seconds": 86400.000001}}', [" QP607: usage.seconds is 24h 0.000001s, longer than any"], "a day"),
    (
        '{"usage": {"seconds": 1e300}}',
        [" QP104: usage.seconds is longer than the clock's range of"],
        "beyond the clock",
    ),
    (
        '{"usage": {"seconds": 5}, "circuits_execution_time_ns": 6000001000}',
        [" QP607: circuits_execution_time_ns is 6.000001s, longer than the charge, usage.seconds, of 5s"],
        "executed longer than charged",
    ),
    (
        '{"usage": {"seconds": 600}, "circuits_execution_time_ns": 630000001000}',
        [" QP607: circuits_execution_time_ns is 10m 30.000001s, longer than the charge, usage.seconds, of 10m"],
        "more than 5 % longer",
    ),
    (
        '[{"id": "a", "bss": {"seconds": 5}}, {"id": "a", "bss": {"seconds": 5}}, {"id": "a", "bss": {"seconds": 6}}]',
        [
            " QP608: [1]: the job 'a' has a receipt already: [0]",
            " QP609: [2]: the job 'a' has a receipt already: [0], and they differ",
        ],
        "one job three times",
    ),
    (
        f"[{DETAILS}, {DETAILS}]".replace("MODE", "batch"),
        [" QP608: [1]: the batch or session '947aa097' has a"],
        "details",
    ),
    (
        DETAILS.replace("MODE", "batched").replace("10:01", "09:01").replace("28800,\n", "-1,\n"),
        [
            " QP606: closed_at is before started_at",
            " QP103: mode must be job, batch, session or dedicated, not 'batched'",
            " QP104: max_time must be a number of seconds of at least 0, not -1",
        ],
        "details of a strange session",
    ),
    ('{"usage_consumed_seconds": null}', [" QP102: usage_consumed_seconds is required"], "usage of nothing"),
    (
        '{"qplan_receipts": 2, "job": [], "jobs": [{"metrics": 5}, {"metrcs": 5}, 6], "session": 7}',
        [
            " QP101: unknown key 'job'",
            " QP602: qplan_receipts must be 1, the version of the form that this qplan reads, not 2",
            " QP103: jobs[0].metrics must be a mapping of keys to values, not 5",
            " QP603: jobs[0].metrics.usage.qpu_charge_time_seconds is required",
            " QP101: unknown key 'metrcs'",
            " QP102: jobs[1].metrics is required: what job.metrics() returns",
            " QP602: jobs[2]: 6 is no receipt",
            " QP602: session: 7 is no receipt",
        ],
        "qplan's own form with slips",
    ),
    (
        '{"job": "energy", "metrics": {"usage": {"seconds": 5}}}',
        [" QP610: job is 'energy', but of no workload"],
        "a job of no workload",
    ),
    (
        '{"qplan_receipts": 1, "workload": "../w.yaml", "jobs": [{"job": "a", "metrics": {"usage": {"seconds": 5}}}]}',
        [" QP612: workload '../w.yaml' lies outside the folder and repository of this file"],
        "a workload elsewhere, told of once",
    ),
    (
        '{"id": 5, "backend": "a\\u202eb", "workload": "\\ud800", "metrics": {"usage": {"seconds": 5}}}',
        [
            " QP104: workload must be text of at most 1000 printable characters",
            " QP103: id must be text, not 5",
            " QP104: backend must be text of at most 200 printable characters",
        ],
        "no names",
    ),
    (
        '{"describe": {"count": 2, "shots": 0, "options": {"resilience_level": 3}, "depth": NaN},'
        ' "workload": "w.yaml", "metrics": {"usage": {"seconds": 5}}}',
        [
            " QP009: describe.depth: NaN is not a number that a receipt can hold",
            " QP611: describe.count cannot stand here: the receipt is of one job that has run",
            " QP611: workload and a description exclude each other",
            " QP104: describe.shots: shots must be a whole number of at least 1, not 0",
            " QP104: describe.options.resilience_level: resilience_level must be a whole number from 0 to 2, not 3",
        ],
        "a description with slips",
    ),
]


@pytest.mark.parametrize(("text", "expected", "word"), IN_JSON, ids=[word for *_, word in IN_JSON])
def test_json(text: str, expected: list[str], word: str, tmp_path: Path) -> None:
    _begin_with(lines(tmp_path, text), [f"r.json:{line}" for line in expected])


HEAD = "charged_s,id,status\n"
IN_CSV: list[tuple[str, list[str], str]] = [
    (HEAD + "5 s,a,\n'5,3',b,\n,c,\nnan,d,\n", [
        "2:1: QP103: charged_s must be a number of seconds, not '5 s'",
        "3:1: QP103: charged_s must be a number of seconds, not '5,3'",
        "4:1: QP603: charged_s is required: what IBM charged, in seconds",
        "5:1: QP103: charged_s must be a number of seconds, not 'nan'",
    ], "no numbers"),
    (HEAD + "-5,a,\n1e400,b,\n", [
        "2:1: QP104: charged_s must be a number of seconds of at least 0, not -5",
        "3:1: QP104: charged_s is longer than the clock's range of",
    ], "out of range"),
    (HEAD + "0,a,pending\n,b,Queued\n", [
        f"2:1: QP604: status is 'pending': {AGAIN}",
        f"3:1: QP604: status is 'Queued': {AGAIN}",
    ], "not settled"),
    (HEAD + "5,a\n5,b,DONE,\n", [
        "2:1: QP614: the row has 2 fields, the header 3",
        "3:1: QP614: the row has 4 fields, the header 3",
    ], "rows that do not fit"),
    (HEAD + "5,a,\n5,a,\n6,a,\n", [
        "3:1: QP608: the job 'a' has a receipt already: line 2",
        "4:1: QP609: the job 'a' has a receipt already: line 2, and they differ",
    ], "one job three times"),
    (HEAD + "-1,a,\n5,a,\n", [
        "2:1: QP104: charged_s must be a number of seconds of at least 0, not -1",
    ], "a faulty receipt differs from none"),
    ("id,chargd_s,id,,shot\na,5,,,\n", [
        "1:1: QP101: unknown column 'chargd_s'",
        "1:1: QP003: the column 'id' is repeated; keep one of the two",
        "1:1: QP101: column 4 has no name",
        "1:1: QP101: unknown column 'shot'",
    ], "a header with slips"),
    ("id,shots\na,5\n", ["1:1: QP603: the column 'charged_s' is required: what IBM charged, in seconds"], "no charges"),
    (HEAD, [" QP602: the file holds no receipt"], "a header alone"),
    ("time;cost\n1;2\n", [" QP602: neither JSON, nor YAML, nor CSV with a header of known columns"], "semicolons"),
    (HEAD + "'5", [" QP602: not a CSV file, or it has a field that is too long"], "an open quote"),
    ("charged_s,timed_s,executed_s,wall_s,ran_s\n5,1,1,2,\n5,9,,,\n", [
        "2:1: QP204: timed_s is another name of executed_s: keep one",
        "3:1: QP607: timed_s is 9s, longer than the charge, charged_s, of 5s",
    ], "two names of a column"),
    ("charged_s,wait_s,created,running\n5,9,2026-09-20T10:00:00Z,2026-09-20T10:00:02Z\n", [
        "2:1: QP605: wait_s is 9s, but by the instants it is 2s",
    ], "waits that contradict each other"),
    ("charged_s,created\n5,20 Sept\n", [
        "2:1: QP613: created must be an instant such as 2026-09-20T10:00:05Z, not '20 Sept'",
    ], "no instant"),
    ("charged_s,mode\n5,sesion\n", ["2:1: QP103: mode must be job, batch, session or dedicated, not 'sesion'"], "mode"),
    ("charged_s,workload,job,shots\n5,w.yaml,,5\n5,,a,\n5,../w.yaml,,\n", [
        "2:1: QP611: workload and a description exclude each other",
        "3:1: QP610: job is 'a', but of no workload",
        "4:1: QP612: workload '../w.yaml' lies outside the folder and repository of this file",
    ], "whose they are"),
    ("charged_s,shots,precision,primitive,resilience_level,depth\n5,0,,,,\n5,5,0.1,estimator,,\n5,,,,1,\n5,,,,,x\n", [
        "2:1: QP104: shots must be a whole number of at least 1, not 0",
        "3:1: QP204: shots and precision exclude each other: keep one",
        "4:1: QP213: resilience_level is an option of the estimator, and this is a sampler",
        "5:1: QP103: depth must be a whole number of at least 0, not 'x'",
    ], "descriptions with slips"),
    ("charged_s,rep_delay_us,rep_delay_s,circuit_duration_us,shots\n5,2e6,,,\n5,1,1,,\n5,,,18us,\n5,,,,1e999\n", [
        "2:1: QP104: rep_delay_us: rep_delay must be a number of seconds from 0 to 1, not 2.0",
        "3:1: QP204: rep_delay_s says what rep_delay_us says: keep one",
        "4:1: QP103: circuit_duration_us must be a number of microseconds, not '18us'",
        "5:1: QP009: shots: 1e999 is out of range",
    ], "times with slips"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected", "word"), IN_CSV, ids=[word for *_, word in IN_CSV])
def test_csv(text: str, expected: list[str], word: str, tmp_path: Path) -> None:
    _begin_with(lines(tmp_path, text.replace("'", '"'), "r.csv"), [f"r.csv:{line}" for line in expected])


IN_YAML: list[tuple[str, list[str], str]] = [
    ("- charged_s: 5\n- charged_s: '5'\n", ["2:14: QP103: charged_s must be a number of seconds, not '5'"], "text"),
    ("- charged_s: .inf\n", ["1:14: QP009: .inf is not a finite number"], "not also missing"),
    ("- {charged_s: 5, shot: 5}\n", ["1:24: QP101: unknown column 'shot'"], "an unknown column"),
    ("- {charged_s: 5, id: 17}\n", ["1:22: QP103: id must be text, not 17"], "a number as an id"),
    ("- {charged_s: 5\n", ["2:1: QP001: not valid YAML"], "cut off"),
    ("- {charged_s: 5, charged_s: 6}\n", ["1:18: QP003: the key 'charged_s' is repeated"], "a repeated key"),
    ("- 5\n- {charged_s: 5, shots: -5}", [
        "1:3: QP602: 5 is no receipt",
        "2:25: QP104: shots must be a whole number of at least 1, not -5",
    ], "no receipt"),
    ("qplan: 1\njobs: []\n", ["1:1: QP602: no receipt has the keys 'qplan', 'jobs'"], "a workload file"),
    ("qplan_receipts: 1\njobs:\n- metrics: {bss: {seconds: 5 s}}\n", [
        "3:28: QP103: jobs[0].metrics.bss.seconds must be a number of seconds, not '5 s'",
    ], "qplan's own form"),
    ("qplan_receipts: 1\njobs:\n- {describe: {options: {resilience_level: 9}}, metrics: {bss: {seconds: 5}}}\n", [
        "3:43: QP104: jobs[0].describe.options.resilience_level: resilience_level must be",
    ], "a description"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected", "word"), IN_YAML, ids=[word for *_, word in IN_YAML])
def test_yaml(text: str, expected: list[str], word: str, tmp_path: Path) -> None:
    _begin_with(lines(tmp_path, text, "r.yaml"), [f"r.yaml:{line}" for line in expected])


HINTS: list[tuple[str, str, str]] = [
    ("charged_s,shot\n5,\n", "did you mean 'shots'?", "the nearest column"),
    ("charged_s\n5 s\n", "write seconds as a bare number, such as 5", "a unit"),
    ("- {charged_s: '5'}", "write it without quotes", "a number as text"),
    ("time;cost\n", "columns are parted by commas", "semicolons"),
    ("- {charged_s: 0, status: pending}", "fetch it again when usage.status is complete", "pending"),
    ('{"usage": {"seconds": 5', "the file seems to be cut off; fetch it again", "cut off"),
    ("{'usage': 5}", "this looks like Python's print of a dictionary; write it with json.dump", "Python"),
    ('{"qplan_receipts": 1, "jobs": [{"metrcs": {}}]}', "did you mean 'metrics'?", "the nearest key"),
    ("- {charged_s: 5, resilience_level: 1}", "a job is a sampler's unless 'primitive' says estimator", "a sampler"),
    ("- {charged_s: 5, mode: batches}", "did you mean 'batch'?", "the nearest mode"),
]


@pytest.mark.parametrize(("text", "hint", "word"), HINTS, ids=[word for *_, word in HINTS])
def test_hints_say_what_would_be_right(text: str, hint: str, word: str, tmp_path: Path) -> None:
    assert hint in [problem.hint for problem in found(tmp_path, text, "r")]


def test_problems_have_the_path_of_the_value(tmp_path: Path) -> None:
    text = '[{"bss": {"seconds": 5}}, {"usage": {"qpu_charge_time_seconds": "5"}}]'
    assert [problem.path for problem in found(tmp_path, text)] == ["[1].usage.qpu_charge_time_seconds"]
    assert [problem.path for problem in found(tmp_path, "charged_s\n5\nx\n", "r.csv")] == ["[1].charged_s"]


def test_a_job_of_two_files(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,charged_s\na,5\n")
    (tmp_path / "b.csv").write_text("id,charged_s\nb,5\na,6\n")
    paths = [str(tmp_path / name) for name in ("a.csv", "b.csv")]
    read, [problem], _ = read_receipts(paths)
    assert [one.id for one in read.receipts] == ["a"]
    assert (problem.code, str(problem.mark)) == ("QP609", f"{paths[1]}:3:1")
    assert problem.message == f"the job 'a' has a receipt already: {paths[0]}, line 2, and they differ"


def test_a_file_named_twice_also_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("charged_s\n5\n")
    (tmp_path / "b.csv").symlink_to("a.csv")
    read, [problem], _ = read_receipts([str(tmp_path / "a.csv"), str(tmp_path / "b.csv")])
    assert len(read.receipts) == 1
    assert (problem.code, problem.message) == ("QP608", "this file is named twice")


def test_a_workload_elsewhere_is_allowed_on_demand(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (tmp_path / "w.yaml").write_text("")
    (home / "link.yaml").symlink_to(tmp_path / "w.yaml")
    (home / "r.yaml").write_text("- {charged_s: 1, workload: ../w.yaml}\n- {charged_s: 1, workload: link.yaml}\n")
    assert [problem.code for problem in read_receipts([str(home / "r.yaml")])[1]] == ["QP612", "QP612"]
    read, problems, _ = read_receipts([str(home / "r.yaml")], allow_outside=True)
    assert problems == ()
    assert [one.workload for one in read.receipts] == [str(tmp_path / "w.yaml"), str(home / "link.yaml")]


def test_a_warning_of_a_description_keeps_the_receipt(tmp_path: Path) -> None:
    path = tmp_path / "r.yaml"
    path.write_text("- {charged_s: 5, observable_groups: 3}\n")
    read, [problem], _ = read_receipts([str(path)])
    assert (problem.code, problem.severity) == ("QP306", "warning")
    assert len(read.receipts) == 1


OF_RECEIPTS = [entry for entry in diagnostics() if "QP6" < entry.code < "QP62"]


@pytest.mark.parametrize("entry", OF_RECEIPTS, ids=[entry.code for entry in OF_RECEIPTS])
def test_the_example_of_a_code_has_that_problem_and_no_other(entry: Diagnostic, tmp_path: Path) -> None:
    assert [(one.code, one.severity) for one in found(tmp_path, entry.example, "r")] == [(entry.code, entry.severity)]


HOSTILE: list[tuple[str, str, str, str]] = [
    ("r.json", "[" * 1_000_000, "QP008", "brackets"),
    ("r.json", "[" * 10_000_000, "QP013", "more brackets than values"),
    ("r.json", '{"describe":' * 100 + "1" + "}" * 100, "QP008", "mappings"),
    ("r.json", "[" + "1," * 150_000 + "1]", "QP013", "entries"),
    ("r.json", '{"qplan_receipts": 1, "jobs": [' + "1," * 150_000 + "1]}", "QP013", "entries inside"),
    ("r.jsonl", '{"bss": {"seconds": 1}}\n' * (MAX_RECEIPTS + 1), "QP013", "lines"),
    ("r.json", '{"bss": {"seconds": ' + "9" * 1_000_000 + "}}", "QP009", "digits"),
    ("r.json", '{"bss": {"seconds": 1e-99999999999999999999}}', "QP009", "an exponent"),
    ("r.json", '{"bss": "' + "a" * 1_000_000, "QP601", "an endless string"),
    ("r.json", '{"' + "k" * 1_000_000 + '": NaN, "bss": {"seconds": 1}}', "QP009", "an endless key"),
    ("r.csv", 'charged_s\n"' + "a" * 1_000_000, "QP602", "an endless field"),
    ("r.csv", "charged_s\n" + "9" * 100_000, "QP103", "digits of a cell"),
    ("r.csv", "x" * 1_000_000, "QP602", "an endless line"),
    ("r.csv", "charged_s\n" + "5\n" * (MAX_RECEIPTS + 1), "QP013", "rows"),
    ("r.yaml", "- charged_s: 5\n" * (MAX_RECEIPTS + 1), "QP013", "rows of YAML"),
    ("r.yaml", "- " * 100_000, "QP008", "dashes"),
    ("r.csv", "\n" * 1_000_000, "QP002", "empty lines"),
]


@pytest.mark.parametrize(("name", "text", "code", "word"), HOSTILE, ids=[word for *_, word in HOSTILE])
def test_hostile_text_is_refused_in_one_line(name: str, text: str, code: str, word: str, tmp_path: Path) -> None:
    with bounded(300):
        problems = found(tmp_path, text, name)
    assert [problem.code for problem in problems] == [code]
    assert len(problems[0].message) < 250


CROWDS: list[tuple[str, str, str]] = [
    ("r.csv", "charged_s,id\n" + "5,a\n" * 20_000, "duplicates"),
    ("r.csv", ",".join(f"c{i}" for i in range(500_000)) + ",charged_s\n", "columns"),
    ("r.csv", "charged_s,shots\n" + "5,0\n" * 5000, "descriptions"),
    ("r.json", '{"bss": {"seconds": 1}, "x": [' + "NaN," * 500_000 + "1]}", "numbers that are none"),
    ("r.json", '{"job": 1,' + ",".join(f'"k{i}": 1' for i in range(200_000)) + ', "metrics": 1}', "keys"),
]


@pytest.mark.parametrize(("name", "text", "word"), CROWDS, ids=[word for *_, word in CROWDS])
def test_many_problems_are_cut_off(name: str, text: str, word: str, tmp_path: Path) -> None:
    with bounded(300):
        problems = found(tmp_path, text, name)
    assert len(problems) == 1001
    assert problems[-1].code == "QP107"


def test_only_regular_files_of_bounded_size(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "large.csv").write_bytes(b"x" * (16 * 1024 * 1024 + 1))
    paths = [str(tmp_path / "pipe"), str(tmp_path), "/dev/null", str(tmp_path / "large.csv")]
    read, problems, unread = read_receipts(paths)
    assert (read, problems) == (ReceiptBook(), ())
    assert [unread[path].rpartition(": ")[2] for path in paths] == [
        "a pipe, not a regular file",
        "a directory, not a regular file",
        "a device, not a regular file",
        "larger than 16 MiB, the most that is read",
    ]


def answers(folder: Path, text: str) -> None:
    """No exception; receipts only of a file without an error; each problem fit to print."""
    path = folder / "any"
    path.write_bytes(text.encode("utf-8", "replace"))
    read, problems, unread = read_receipts([str(path)])
    assert bool(problems or unread) or read != ReceiptBook()
    assert all(one.code and one.message and "\n" not in one.message for one in problems)


TEXTS = st.one_of(
    st.text(max_size=60),
    st.text('{}[]",:0123456789.eE+-NaItnfiy \n\\u', max_size=60),
    st.text("charged_sid,shots-:5 \n\"'#", max_size=60).map(lambda text: f"charged_s,id\n{text}"),
)


@settings(max_examples=400, deadline=None)
@given(text=TEXTS)
def test_any_text(text: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    answers(tmp_path_factory.getbasetemp(), text)


VALUES = st.one_of(
    st.integers(-(10**20), 10**20).map(str),
    st.sampled_from(["null", "true", "false"]),
    st.sampled_from(["5", "-1", "1e999", "NaN", '"5 s"', '"2026-09-20T10:00:00Z"', '""', "{}", "[]", '{"seconds": 5}']),
)


@settings(max_examples=400, deadline=None)
@given(data=st.data())
def test_any_value_in_any_place(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    value = data.draw(VALUES)
    if data.draw(st.booleans()):
        keys = data.draw(st.lists(st.sampled_from(COLUMNS), min_size=1, max_size=4, unique=True))
        text = "[{" + ", ".join(f'"{key}": {value}' for key in keys) + "}]"
    else:
        whole = data.draw(st.sampled_from((METRICS, OWN, DETAILS)))
        at = data.draw(st.sampled_from([i for i, letter in enumerate(whole) if letter == ":"]))
        end = min(i for i in (whole.find(",", at), whole.find("}", at), whole.find("]", at)) if i > 0)
        text = f"{whole[: at + 1]} {value}{whole[end:]}"
    answers(tmp_path_factory.getbasetemp(), text)


def _begin_with(told: list[str], expected: list[str]) -> None:
    """Line by line; an expected line may leave out the end of a message."""
    begun = [line[: len(wanted)] for line, wanted in zip(told, expected, strict=False)]
    assert (begun, told[len(expected) :]) == (expected, [])
