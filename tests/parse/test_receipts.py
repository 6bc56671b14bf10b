"""Receipts in all their forms: what comes out of each."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from qplan.model.receipt import InstanceUsage, Receipt, ReceiptBook, SessionReceipt
from qplan.parse.diagnostics import diagnostics
from qplan.parse.load import load_text
from qplan.parse.receipts import read_receipts
from qplan.parse.receipts_columns import COLUMNS
from tests.conftest import ROOT
from tests.parse.receipt_texts import book, receipt
from tests.parse.texts import LIMITS

S = 1_000_000
DAY_ONE = ROOT / "tests" / "reference" / "published" / "receipts_phoenix_day1.yaml"

METRICS = """{
  "timestamps": {"created": "2026-09-12T10:00:00Z", "running": "2026-09-12T10:00:05Z",
                 "finished": "2026-09-12T10:00:15.250Z"},
  "usage": {"qpu_charge_time_seconds": 20, "status": "complete"},
  "circuits_execution_time_ns": 19500000500, "qiskit_version": "2.3.0", "caller": "..."
}"""


def test_metrics_as_the_client_returns_them(tmp_path: Path) -> None:
    assert receipt(tmp_path, METRICS, workload="vqe.yaml", job="energy[3]") == Receipt(
        file=str(tmp_path / "r.json"),
        where="the file",
        charged_us=20 * S,
        workload="vqe.yaml",
        job="energy[3]",
        executed_us=19_500_000,  # 500 ns more: half to even
        wait_us=5 * S,
        ran_us=10_250_000,
        date="2026-09-12",
    )


CHARGES: list[tuple[str, int, str]] = [
    ('{"usage": {"qpu_charge_time_seconds": 5, "status": "complete"}}', 5 * S, "as of 2026-04-15"),
    ('{"usage": {"qpu_charge_time_seconds": 0, "status": "complete"}}', 0, "nothing charged"),
    ('{"usage": {"qpu_charge_time_seconds": 5}}', 5 * S, "no status"),
    ('{"usage": {"quantum_seconds": 4.1058720028432445}}', 4_105_872, "quantum_seconds"),
    ('{"usage": {"seconds": 3}}', 3 * S, "seconds"),
    ('{"bss": {"seconds": 2}, "usage": null}', 2 * S, "bss"),
    ('{"usage": {"qpu_charge_time_seconds": null, "seconds": 3}, "bss": {"seconds": 3}}', 3 * S, "null is not there"),
    ('{"usage": {"qpu_charge_time_seconds": 5, "quantum_seconds": 4.5, "seconds": 6}}', 5 * S, "the newest of three"),
    ('{"usage": {"quantum_seconds": 5, "seconds": 4}, "bss": {"seconds": 6}}', 5 * S, "quantum_seconds before seconds"),
    ('{"usage": {"quantum_seconds": 0.0000005}}', 0, "half a microsecond to even"),
    ('{"usage": {"quantum_seconds": 0.0000015}}', 2, "one and a half"),
    ('{"usage": {"quantum_seconds": 1e1}}', 10 * S, "an exponent"),
    ('{"usage": {"quantum_seconds": 86400}}', 86_400 * S, "a day"),
]


@pytest.mark.parametrize(("text", "us", "word"), CHARGES, ids=[word for *_, word in CHARGES])
def test_the_charge_by_all_its_names(text: str, us: int, word: str, tmp_path: Path) -> None:
    assert receipt(tmp_path, text).charged_us == us


EXECUTED: list[tuple[str, int | None, str]] = [
    ('{"usage": {"seconds": 3}, "circuits_execution_time_ns": 1873000000}', 1_873_000, "at the root"),
    ('{"usage": {"seconds": 3, "circuits_execution_time_ns": 1873000000}}', 1_873_000, "inside usage"),
    ('{"usage": {"seconds": 3}, "circuits_execution_time_ns": null}', None, "null"),
    ('{"usage": {"seconds": 3}, "circuits_execution_time_ns": 4000000000}', 4 * S, "a second longer than the charge"),
    ('{"usage": {"seconds": 600}, "circuits_execution_time_ns": 630000000000}', 630 * S, "5 % longer"),
]


@pytest.mark.parametrize(("text", "us", "word"), EXECUTED, ids=[word for *_, word in EXECUTED])
def test_the_execution_time(text: str, us: int | None, word: str, tmp_path: Path) -> None:
    assert receipt(tmp_path, text).executed_us == us


TIMES: list[tuple[str, tuple[int | None, int | None, str], str]] = [
    ('"created": "2026-09-20T23:59:59.5Z", "running": "2026-09-21T00:00:00Z"', (500_000, None, "2026-09-20"), "begun"),
    ('"created": "2026-09-20T10:00:00Z", "finished": "2026-09-20T10:00:09Z"', (None, None, "2026-09-20"), "never ran"),
    ('"running": "2026-09-20T12:00:00+02:00", "finished": "2026-09-20T10:00:09Z"', (None, 9 * S, "2026-09-20"), "zone"),
    ('"running": "2026-09-20T10:00:00", "finished": "2026-09-20T10:00:09Z"', (None, 9 * S, "2026-09-20"), "no zone"),
    ('"running": "2026-09-20 10:00:00.0000009Z", "finished": null', (None, None, "2026-09-20"), "nanoseconds"),
    ("", (None, None, ""), "none"),
]


@pytest.mark.parametrize(("text", "expected", "word"), TIMES, ids=[word for *_, word in TIMES])
def test_the_instants(text: str, expected: tuple[int | None, int | None, str], word: str, tmp_path: Path) -> None:
    read = receipt(tmp_path, f'{{"usage": {{"seconds": 3}}, "timestamps": {{{text}}}}}')
    assert (read.wait_us, read.ran_us, read.date) == expected


DETAILS = """{"id": "947aa097", "backend_name": "ibm_marrakesh", "interactive_timeout": 1, "max_time": 28800,
 "active_timeout": 28800, "state": "closed", "accepting_jobs": false, "last_job_started": null,
 "last_job_completed": null, "started_at": "2026-09-12T10:00:00Z", "closed_at": "2026-09-12T10:01:00Z",
 "activated_at": null, "mode": "MODE", "usage_time": 1.432}"""


@pytest.mark.parametrize(("given", "mode"), [("dedicated", "session"), ("batch", "batch")])
def test_details_of_a_batch_or_session(given: str, mode: str, tmp_path: Path) -> None:
    assert book(tmp_path, DETAILS.replace("MODE", given)) == ReceiptBook(
        sessions=(
            SessionReceipt(
                file=str(tmp_path / "r.json"),
                where="the file",
                id="947aa097",
                backend="ibm_marrakesh",
                mode=mode,
                state="closed",
                usage_us=1_432_000,
                max_time_us=28_800 * S,
                interactive_ttl_us=S,
                started="2026-09-12T10:00:00Z",
                closed="2026-09-12T10:01:00Z",
                open_us=60 * S,
            ),
        )
    )


def test_details_of_an_open_batch_leave_much_unknown(tmp_path: Path) -> None:
    text = '{"id": "a", "interactive_timeout": 1, "started_at": null, "mode": "batch", "usage_time": null}'
    [read] = book(tmp_path, text).sessions
    assert (read.usage_us, read.started, read.closed, read.open_us) == (None, "", "", None)


USAGES: list[tuple[str, tuple[int, int | None, int | None, str], str]] = [
    (
        '"usage_limit_seconds": 600, "usage_remaining_seconds": 480, "usage_period":'
        ' {"start_time": "2026-09-01T00:00:00Z", "end_time": "2026-09-28T00:00:00Z"}',
        (120 * S, 600 * S, 480 * S, "2026-09-01 to 2026-09-28"),
        "a limit and a period",
    ),
    ('"usage_allocation_seconds": 100', (120 * S, 100 * S, 0, ""), "the allocation, used up"),
    ('"usage_limit_seconds": null, "usage_limit_reached": false', (120 * S, None, None, ""), "no limit"),
]


@pytest.mark.parametrize(("text", "expected", "word"), USAGES, ids=[word for *_, word in USAGES])
def test_usage_of_an_instance(
    text: str, expected: tuple[int, int | None, int | None, str], word: str, tmp_path: Path
) -> None:
    [read] = book(tmp_path, f'{{"instance_id": "x", "usage_consumed_seconds": 120, {text}}}').usages
    assert read == InstanceUsage(
        file=str(tmp_path / "r.json"),
        where="the file",
        consumed_us=expected[0],
        limit_us=expected[1],
        remaining_us=expected[2],
        period=expected[3],
    )


OWN = """{"qplan_receipts": 1, "workload": "vqe.yaml", "x-note": 1,
 "jobs": [
  {"job": "energy[1]", "id": "a", "backend": "ibm_fez", "mode": "session", "session_id": "s", "state": "Failed",
   "metrics": {"usage": {"qpu_charge_time_seconds": 5}}},
  {"job": "b", "workload": "sub/other.yaml", "metrics": {"usage": {"seconds": 6}}},
  {"describe": {"primitive": "estimator", "precision": 0.5, "pubs": [{"circuits": 2}]},
   "metrics": {"bss": {"seconds": 7}}}
 ],
 "session": {"id": "s", "mode": "dedicated", "usage_time": 9},
 "usage": {"usage_consumed_seconds": 18}}"""


def test_the_form_of_qplan_s_own(tmp_path: Path) -> None:
    file = str(tmp_path / "r.json")
    assert book(tmp_path, OWN) == ReceiptBook(
        receipts=(
            Receipt(
                file=file,
                where="jobs[0].metrics",
                charged_us=5 * S,
                id="a",
                job="energy[1]",
                workload=str(tmp_path / "vqe.yaml"),
                backend="ibm_fez",
                mode="session",
                session="s",
                state="failed",
            ),
            Receipt(
                file=file,
                where="jobs[1].metrics",
                charged_us=6 * S,
                job="b",
                workload=str(tmp_path / "sub" / "other.yaml"),
            ),
            Receipt(
                file=file,
                where="jobs[2].metrics",
                charged_us=7 * S,
                described=(("primitive", "estimator"), ("precision", 0.5), ("pubs", [{"circuits": 2}])),
            ),
        ),
        sessions=(SessionReceipt(file=file, where="session", id="s", mode="session", usage_us=9 * S),),
        usages=(InstanceUsage(file=file, where="usage", consumed_us=18 * S),),
    )


def test_it_may_be_yaml(tmp_path: Path) -> None:
    text = "qplan_receipts: 1\nworkload: vqe.yaml\njobs:\n- {job: a, metrics: {usage: {seconds: 2.5}}}\n"
    read = receipt(tmp_path, text, "r.yaml")
    assert (read.where, read.job, read.charged_us) == ("jobs[0].metrics", "a", 2_500_000)


MANY: list[tuple[str, str, list[tuple[str, int]], str]] = [
    ("r.json", '[{"bss": {"seconds": 1}}, {"charged_s": 2}]', [("[0]", 1), ("[1]", 2)], "a list of metrics and a row"),
    (
        "r.json",
        '{"bss": {"seconds": 1}}\n\n{"job": "a", "metrics": {"bss": {"seconds": 2}}}\n',
        [("line 1", 1), ("line 3, metrics", 2)],
        "JSON Lines",
    ),
    (
        "r.txt",
        '{"qplan_receipts": 1, "jobs": [{"metrics": {"bss": {"seconds": 1}}}]}\n{"bss": {"seconds": 2}}',
        [("line 1, jobs[0].metrics", 1), ("line 2", 2)],
        "JSON Lines of qplan's own form, whatever the file's name",
    ),
    ("r.txt", "charged_s\n1\n\n2\n", [("line 2", 1), ("line 4", 2)], "CSV, whatever the file's name"),
    ("r.csv", "# note\n Charged_S ,tag\n1,a b\n'2',\n".replace("'", '"'), [("line 3", 1), ("line 4", 2)], "loose CSV"),
    ("r.csv", 'tag,charged_s\n"two\nlines",1\nx,2\n', [("line 2", 1), ("line 4", 2)], "a field of two lines"),
    ("r.txt", "# note\n- charged_s: 1\n- {charged_s: 2, day: 1}\n", [("line 2", 1), ("line 3", 2)], "YAML"),
    ("r.yml", "[{charged_s: 1}, {charged_s: 2}]", [("line 1", 1), ("line 1", 2)], "YAML with brackets"),
    ("r.yaml", '\ufeff[{"charged_s": 1}, {"charged_s": 2}]', [("line 1", 1), ("line 1", 2)], "JSON called YAML"),
]


@pytest.mark.parametrize(("name", "text", "expected", "word"), MANY, ids=[word for *_, word in MANY])
def test_forms_are_told_apart_by_content(
    name: str, text: str, expected: list[tuple[str, int]], word: str, tmp_path: Path
) -> None:
    read = book(tmp_path, text, name, workload="w.yaml")
    assert [(one.where, one.charged_us // S) for one in read.receipts] == expected


HEADER = "id,workload,job,backend,mode,session,status,charged_s,timed_s,wait_s,wall_s,created,tag"


def test_a_row_that_names_its_job(tmp_path: Path) -> None:
    row = "7,vqe.yaml,energy[2],ibm_fez,dedicated,s,DONE,5,1.873,2,21.8,2026-09-20,free text"
    assert receipt(tmp_path, f"{HEADER}\n{row}\n", "r.csv") == Receipt(
        file=str(tmp_path / "r.csv"),
        where="line 2",
        charged_us=5 * S,
        id="7",
        workload=str(tmp_path / "vqe.yaml"),
        job="energy[2]",
        backend="ibm_fez",
        mode="session",
        session="s",
        state="completed",
        executed_us=1_873_000,
        wait_us=2 * S,
        ran_us=21_800_000,
        date="2026-09-20",
    )


DESCRIBED: list[tuple[str, str, dict[str, object], str]] = [
    ("shots,circuits", "4096,40", {"shots": 4096, "circuits": 40}, "counts"),
    ("shots,circuits", "1e3,", {"shots": 1000.0}, "an empty cell is not there"),
    (
        "primitive,parameter_sets,observable_groups,precision,qubits",
        "estimator,5,3,0.015625,40",
        {"primitive": "estimator", "parameter_sets": 5, "observable_groups": 3, "precision": 0.015625, "qubits": 40},
        "an estimator",
    ),
    (
        "depth,two_qubit_depth,two_qubit_gates",
        "120,60,1800",
        {"depth": 120, "two_qubit_depth": 60, "two_qubit_gates": 1800},
        "sizes",
    ),
    ("circuit_duration_us", "18.5", {"circuit_duration": "18.5us"}, "a duration"),
    ("rep_delay_us", "250", {"options": {"execution": {"rep_delay": 0.00025}}}, "a delay in microseconds"),
    ("rep_delay_s", "0.00025", {"options": {"execution": {"rep_delay": 0.00025}}}, "a delay in seconds"),
    (
        "primitive,resilience_level,num_randomizations,shots_per_randomization",
        "estimator,2,auto,64",
        {
            "primitive": "estimator",
            "options": {
                "resilience_level": 2,
                "twirling": {"num_randomizations": "auto", "shots_per_randomization": 64},
            },
        },
        "options",
    ),
]


@pytest.mark.parametrize(("header", "row", "job", "word"), DESCRIBED, ids=[word for *_, word in DESCRIBED])
def test_a_row_that_describes_its_job(header: str, row: str, job: dict[str, object], word: str, tmp_path: Path) -> None:
    read = receipt(tmp_path, f"charged_s,{header}\n5,{row}\n", "r.csv", workload="w.yaml", job="a")
    assert dict(read.described or ()) == job
    assert (read.workload, read.job) == ("", "")


OWNERS: list[tuple[str, tuple[str, str], str]] = [
    ("{charged_s: 5}", ("w.yaml", "a"), "nothing said"),
    ("{charged_s: 5, job: b}", ("w.yaml", "b"), "another job of the workload"),
    ("{charged_s: 5, workload: v.yaml}", ("HERE/v.yaml", ""), "another workload, not a job of the first"),
    ("{charged_s: 5, workload: ./x/../v.yaml, job: c}", ("HERE/v.yaml", "c"), "both"),
    ("{charged_s: 5, shots: 5}", ("", ""), "described"),
]


@pytest.mark.parametrize(("text", "owner", "word"), OWNERS, ids=[word for *_, word in OWNERS])
def test_whose_a_receipt_is(text: str, owner: tuple[str, str], word: str, tmp_path: Path) -> None:
    read = receipt(tmp_path, f"- {text}", "r.yaml", workload="w.yaml", job="a")
    assert (read.workload.replace(str(tmp_path), "HERE"), read.job) == owner


STATES: list[tuple[str, str]] = [
    ("DONE", "completed"),
    ("Completed", "completed"),
    ("complete", ""),
    ("ERROR", "failed"),
    ("failed", "failed"),
    ("Canceled", "cancelled"),
    ("CANCELLED", "cancelled"),
    ("Cancelled - Ran too long", "cancelled"),
    ("lost in transit", "lost in transit"),
]


@pytest.mark.parametrize(("word", "state"), STATES, ids=[word for word, _ in STATES])
def test_what_became_of_a_job(word: str, state: str, tmp_path: Path) -> None:
    assert receipt(tmp_path, f"- {{status: {word}, charged_s: 5}}", "r.yaml").state == state


def test_a_failure_of_ibm_s_executed_and_was_not_charged(tmp_path: Path) -> None:
    assert receipt(tmp_path, "- {status: failed, charged_s: 0, executed_s: 30}", "r.yaml").executed_us == 30 * S


def test_several_files_in_order_with_one_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,charged_s,backend\na,1,ibm_fez\n")
    (tmp_path / "b.json").write_text('{"bss": {"seconds": -2}}')
    (tmp_path / "c.yaml").write_text("- {id: c, charged_s: 3, backend: ibm_miami}\n")
    paths = [str(tmp_path / name) for name in ("a.csv", "none.csv", "b.json", "c.yaml")]
    read, problems, unread = read_receipts(paths)
    assert [(one.id, one.backend) for one in read.receipts] == [("a", "ibm_fez"), ("c", "ibm_miami")]
    assert [problem.code for problem in problems] == ["QP104"]
    assert unread == {paths[1]: f"{paths[1]}: there is no such file"}


def test_standard_input() -> None:
    read, problems, unread = read_receipts(["-"], stdin=lambda: b'{"bss": {"seconds": 2}}')
    assert [(one.file, one.charged_us) for one in read.receipts] == [("<stdin>", 2 * S)]
    assert (problems, unread) == ((), {})


def test_the_published_receipts_of_a_day() -> None:
    read, problems, unread = read_receipts([str(DAY_ONE)])
    assert (problems, unread) == ((), {})
    assert [(one.charged_us // S, one.executed_us, one.ran_us) for one in read.receipts] == [
        (5, 1_873_000, 21_800_000),
        (3, 16_000, 17_700_000),
        (3, 29_000, 4_900_000),
        (3, 152_000, 5_500_000),
        (3, 169_000, 5_800_000),
        (3, 230_000, 6_600_000),
        (5, 2_114_000, 9_900_000),
        (8, 2_130_000, 25_700_000),
        (15, 9_385_000, 97_500_000),
        (4, 381_000, 25_900_000),
    ]
    assert {(one.backend, one.mode, one.date) for one in read.receipts} == {("ibm_phoenix", "batch", "2026-09-20")}
    assert dict(read.receipts[6].described or ()) == {
        "primitive": "estimator",
        "circuits": 2,
        "shots": 4096,
        "options": {"resilience_level": 0, "execution": {"rep_delay": 0.00025}},
    }


def test_a_described_job_may_stand_in_a_workload_file() -> None:
    import yaml

    [*jobs] = [dict(one.described or ()) for one in read_receipts([str(DAY_ONE)])[0].receipts]
    loaded, problems = load_text(yaml.safe_dump({"qplan": 1, "jobs": jobs}), "w.yaml", (), LIMITS)
    assert problems == ()
    assert loaded is not None
    assert [item.jobs[0].pubs[0].circuits for item in loaded.items] == [40, 64, 1, 2, 2, 2, 2, 40, 40, 64]


PAGE = (ROOT / "docs" / "receipts.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("kind", "jobs"), [("csv", ["energy[1]"]), ("yaml", [""])])
def test_the_rows_of_the_page_are_read(kind: str, jobs: list[str], tmp_path: Path) -> None:
    [text] = re.findall(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL)
    assert [one.job for one in book(tmp_path, text, "r").receipts] == jobs


def test_every_column_is_on_the_page() -> None:
    table = PAGE.partition("| Column |")[2].partition("\n\n")[0]
    assert [column for column in COLUMNS if f"`{column}`" not in table] == []


def test_every_code_is_on_the_page() -> None:
    codes = [entry.code for entry in diagnostics() if "QP6" < entry.code < "QP62"]
    assert [code for code in codes if code not in PAGE] == []
