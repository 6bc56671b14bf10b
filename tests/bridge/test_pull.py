"""`qplan pull`: the real client over answers of the documented shape; and no token anywhere.

The answers were not recorded from the live service: they were written by IBM's reference of its API and by the client's
own code, which reads them here unchanged.
"""

from __future__ import annotations

import inspect
import json
import logging
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("qiskit")
pytest.importorskip("qiskit_ibm_runtime")

import requests

from qplan.bridge import need, pull, pull_account
from qplan.bridge.pull_account import opened
from qplan.bridge.pull_answers import cut
from qplan.bridge.pull_kinds import ID, NUMBER
from qplan.bridge.pull_scrub import scrubber
from qplan.errors import FileError
from tests.bridge.cloud import API_KEY, BEARER, CRN, MARKERS, NOT_FOUND, Cloud, cloud
from tests.conftest import Qplan, Ran

__all__ = ["cloud"]

LOOP = """\
qplan: 1
name: loop
backend: ibm_fez
jobs:
  - {name: energy, primitive: estimator, circuits: 2, circuit_duration: 2us, qubits: 2, iterations: 2, think: 2s}
  - {name: sweep, primitive: sampler, circuits: 1, circuit_duration: 2us, qubits: 3, shots: 1000}
"""
ONE = "qplan: 1\nname: one\nbackend: ibm_fez\njobs: [{name: ghz, circuits: 2, circuit_duration: 2us, shots: 4000}]\n"


@pytest.fixture
def pulled(qplan: Qplan, cloud: Cloud, tmp_path: Path) -> Any:
    """Pull into a file, look for markers everywhere, and give back the run and what the file holds."""

    def run(*arguments: str) -> tuple[Ran, dict[str, Any]]:
        out = tmp_path / "receipts.json"
        ran = qplan("pull", *arguments, "-o", str(out))
        text = out.read_text(encoding="utf-8") if out.exists() else ""
        for marker in (*MARKERS, *(() if "--with-instance" in arguments else (CRN,))):
            assert marker not in ran.out + ran.err + text
        assert [asked for asked in cloud.said if "quantum.cloud" in asked and not asked.startswith("GET")] == []
        assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith(".qplan-")) == []
        return ran, json.loads(text) if text else {}

    return run


def ids(book: dict[str, Any], part: str = "jobs") -> list[str]:
    return [entry["id"] for entry in book.get(part, ())]


def test_what_is_pulled_calibrates(pulled: Any, cloud: Cloud, qplan: Qplan, tmp_path: Path) -> None:
    ran, book = pulled()
    assert ran.status == 0
    assert ran.out == ""
    assert ran.err.splitlines() == [
        f"qplan: {tmp_path}/receipts.json: 4 receipts and 2 sessions",
        "qplan: usage: 412 s used of 600 s, 188 s left",
        "qplan: pending jobs: 17 on ibm_fez",
        "qplan: job d3canc: cancelled without a charge: it is left out",
        "qplan: 2 jobs (d3pend, d3queu): not settled yet: pull again later",
        "qplan: job d3exec: put aside: it was sent by neither Sampler nor Estimator",
        "qplan: job d3priv: put aside: the service does not hand out its inputs",
        "qplan: what these were for is for you to say: pull them by --jobs with --workload FILE",
    ]
    assert cloud.unknown == []
    assert ids(book) == ["d3ghz1", "d3vqe1", "d3vqe2", "d3bat1"], "the oldest first"
    assert [job["mode"] for job in book["jobs"]] == ["job", "dedicated", "dedicated", "batch"]
    assert book["jobs"][0]["describe"]["pubs"][0]["shots"] == 4000
    assert book["jobs"][0]["describe"]["options"] == {"default_shots": 2000, "dynamical_decoupling": {"enable": True}}
    assert book["jobs"][2]["describe"]["options"] == {"execution": {"rep_delay": 0.0002}, "resilience_level": 1}
    assert book["jobs"][2]["describe"]["pubs"][0]["parameter_sets"] == 3
    assert book["jobs"][2]["describe"]["pubs"][0]["observable_groups"] == 2, "ZZ and ZI are measured together"
    assert [(one["id"], one["usage_time"]) for one in book["session"]] == [("s-77", 215.0), ("b-11", 3.0)]
    assert book["usage"]["usage_remaining_seconds"] == 188
    assert book["x-queue"] == [{"backend": "ibm_fez", "pending_jobs": 17, "operational": True}]
    assert book["x-unsettled"][1]["position_in_queue"] == 12
    assert ids(book, "x-aside") == ["d3exec", "d3priv"]
    fit = qplan("calibrate", str(tmp_path / "receipts.json"))
    assert (fit.status, fit.out.splitlines()[0][:24]) == (0, "4 receipts of ibm_fez: 3")
    assert "The instance has 3 min 8 s left" in fit.out


def test_what_is_pulled_for_a_workload_reconciles(pulled: Any, qplan: Qplan, tmp_path: Path) -> None:
    (tmp_path / "loop.yaml").write_text(LOOP)
    ran, book = pulled("--workload", str(tmp_path / "loop.yaml"), "--session", "s-77")
    assert ran.status == 0
    assert (book["workload"], [job["job"] for job in book["jobs"]]) == ("loop.yaml", ["energy[1]", "energy[2]"])
    assert not any("describe" in job for job in book["jobs"])
    laid = qplan("reconcile", str(tmp_path / "loop.yaml"), str(tmp_path / "receipts.json"))
    assert (laid.status, "energy" in laid.out) == (0, True)


def test_a_workload_elsewhere_is_told(pulled: Any, tmp_path: Path) -> None:
    (tmp_path / "home" / "one.yaml").write_text(ONE)
    ran, book = pulled("-w", str(tmp_path / "home" / "one.yaml"), "--limit", "0")
    assert (book["workload"], "--allow-outside" in ran.err) == ("home/one.yaml", False)
    ran, book = pulled("-w", "workloads/vqe_h2.yaml", "--limit", "0", "--force")
    assert "the workload lies outside the folder and repository of the receipts: --allow-outside reads" in ran.err


@pytest.mark.parametrize(
    ("word", "arguments", "taken", "aside"),
    [
        ("by tags and by name", ("--jobs", "sweep=d3bat1", "d3vqe1"), ["d3bat1", "d3vqe1"], {}),
        ("no tag is a label", ("--tag", "ghz"), [], {"d3ghz1": "nothing says which job of the workload it is"}),
        (
            "a number beyond the last",
            ("--jobs", "energy[3]=d3vqe1"),
            [],
            {"d3vqe1": "there is no 'energy[3]': energy is sent 2 times"},
        ),
    ],
)
def test_labels(
    word: str, arguments: tuple[str, ...], taken: list[str], aside: dict[str, str], pulled: Any, tmp_path: Path
) -> None:
    (tmp_path / "loop.yaml").write_text(LOOP)
    ran, book = pulled("-w", str(tmp_path / "loop.yaml"), *arguments)
    assert (ran.status, ids(book)) == (0, taken), word
    assert {one["id"]: one["why"] for one in book.get("x-aside", ())} == aside
    assert ("--jobs LABEL=ID" in ran.err) == bool(aside)


@pytest.mark.parametrize(
    ("word", "arguments", "found"),
    [
        ("a session", ("--session", "s-77"), ["d3vqe1", "d3vqe2"]),
        ("a day", ("--since", "2026-09-20T10:10", "--until", "2026-09-20"), ["d3vqe2", "d3bat1", "d3exec", "d3priv"]),
        ("until an instant", ("--until", "2026-09-20T12:05+02:00"), ["d3ghz1", "d3vqe1"]),
        ("all tags", ("--tag", "vqe", "--tag", "energy[1]"), ["d3vqe1"]),
        ("the newest", ("--limit", "6"), ["d3bat1", "d3exec", "d3priv"]),
        ("none", ("--limit", "0"), []),
        ("another backend", ("--backend", "ibm_fez", "--since", "2027-01-01"), []),
        ("by id, in that order, each once", ("--jobs", "d3vqe2", "d3ghz1", "d3vqe2"), ["d3vqe2", "d3ghz1"]),
    ],
)
def test_which_jobs(word: str, arguments: tuple[str, ...], found: list[str], pulled: Any, tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text(ONE)  # of one job: nothing is described, which takes its time
    ran, book = pulled("--workload", str(tmp_path / "one.yaml"), *arguments)
    assert (ran.status, ids(book)) == (0, found), word
    assert ("there are more jobs than the newest 6" in ran.err) == (word == "the newest")


def test_many_jobs_are_read_in_pages(pulled: Any, cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pull, "PAGE", 5)
    [first] = [job for job in cloud.jobs if job["id"] == "d3queu"]
    cloud.jobs = [{**first, "id": f"d{number:03}"} for number in range(16)]
    cloud.metrics = {job["id"]: cloud.metrics["d3queu"] for job in cloud.jobs}
    ran, book = pulled("--limit", "12")
    assert ids(book, "x-unsettled") == [f"d{number:03}" for number in range(11, -1, -1)], "the oldest first"
    assert sum(asked.endswith(" /jobs") for asked in cloud.said) == 3
    assert "12 jobs (d011, d010, d009, ...): not settled yet" in ran.err
    assert "there are more jobs than the newest 12" in ran.err


def test_a_service_that_heeds_no_offset_comes_to_an_end(
    pulled: Any, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pull, "PAGE", 2)
    cloud.heeds_offset, cloud.jobs = False, cloud.jobs[:3]  # the newest two are waiting, and not described
    ran, book = pulled("--limit", "50")
    assert (ran.status, ids(book, "x-unsettled")) == (1, ["d3pend", "d3queu"])
    assert sum(asked.endswith(" /jobs") for asked in cloud.said) == 2
    assert "the list of jobs: the service gives the same ones again; older ones are not read" in ran.err
    cloud.said.clear()
    ran, book = pulled("--limit", "2", "--force")
    assert (ran.status, ids(book, "x-unsettled")) == (0, ["d3pend", "d3queu"]), "all that was wanted"


LEAKING = f"Authorization: apikey {API_KEY} for {CRN}"
DOWN = requests.ConnectionError(LEAKING)
GONE = "the service cannot be reached: look at the network, and pull again"
OUT = "the service does not let the account in: renew its API key, and save the account again"


@pytest.mark.parametrize(
    ("word", "faults", "told", "kept"),
    [
        ("no network at all", {r".*": DOWN}, [f"the account cannot be opened: {GONE}"], None),
        ("a bad key", {r"iam.*": (400, LEAKING)}, [f"the account cannot be opened: {OUT}"], None),
        ("the search is down", {r"api.*": (502, LEAKING)}, ["the account cannot be opened: the service is not available (502)"], None),  # noqa: E501
        ("an answer that is no JSON", {r"/jobs": (200, LEAKING)}, ["the list of jobs: the answer is not JSON"], []),
        ("a key that has expired", {r"/jobs": (401, LEAKING)}, [f"the list of jobs: {OUT}"], None),
        ("a job of others", {r"/jobs/d3vqe1/metrics": (403, LEAKING)}, ["job d3vqe1: the account is not authorised for it (403)"], ["d3ghz1", "d3vqe2"]),  # noqa: E501
        ("a job that is gone", {r"/jobs/d3vqe1": (404, LEAKING)}, ["job d3vqe1: there is none that this account can see"], ["d3ghz1", "d3vqe2"]),  # noqa: E501
        ("the network goes", {r"/jobs/d3vqe1": DOWN}, [f"job d3vqe1: {GONE}", "nothing more was asked for after that, and 1 of 3 jobs not at all"], ["d3ghz1"]),  # noqa: E501
        ("too many requests", {r"/jobs/d3vqe2.*": (429, LEAKING)}, ["job d3vqe2: the service has had too many requests (429)"], ["d3ghz1", "d3vqe1"]),  # noqa: E501
        ("maintenance", {r"/instances/usage": (503, LEAKING)}, ["the usage of the instance: the service is not available (503)"], ["d3ghz1", "d3vqe1", "d3vqe2"]),  # noqa: E501
        ("no session", {r"/sessions/.*": (404, LEAKING)}, ["session s-77: there is none that this account can see"], ["d3ghz1", "d3vqe1", "d3vqe2"]),  # noqa: E501
        ("no session of a job", {r"/jobs/d3ghz1": DOWN}, [f"job d3ghz1: {GONE}", "nothing more was asked for after that, and 2 of 3 jobs not at all"], None),  # noqa: E501
        ("a bug of the client", {r"/jobs/d3ghz1/metrics": ZeroDivisionError(LEAKING)}, ["job d3ghz1: the client failed (ZeroDivisionError)"], ["d3vqe1", "d3vqe2"]),  # noqa: E501
    ],
)  # fmt: skip
def test_what_fails_is_told_and_the_rest_is_written(
    word: str,
    faults: dict[str, Any],
    told: list[str],
    kept: list[str] | None,
    pulled: Any,
    cloud: Cloud,
    tmp_path: Path,
) -> None:
    (tmp_path / "one.yaml").write_text(ONE)
    cloud.faults = faults
    ran, book = pulled("-w", str(tmp_path / "one.yaml"), "--until", "2026-09-20T10:20")
    assert (ran.status, ran.out) == (1, ""), word
    for line in told:
        assert f"qplan: {line}" in ran.err
    assert "Traceback" not in ran.err
    assert (ids(book) if book else None) == kept


@pytest.mark.parametrize(
    ("word", "arguments", "status", "told"),
    [
        ("a job that is not there", ("--jobs", "d3vqe1", "d3nope"), 1, "job d3nope: there is none that this account"),
        ("a pending charge", ("--jobs", "d3vqe1", "d3pend"), 1, "job d3pend: its charge is not settled yet (DONE)"),
        ("a waiting job", ("--jobs", "d3vqe1", "d3queu"), 1, "job d3queu: its charge is not settled yet (QUEUED)"),
        ("a session that is not there", ("--session", "s-0"), 1, "session s-0: there is none that this account can"),
        ("a backend that is not there", ("-b", "ibm_nope"), 1, "the queue of ibm_nope: there is none that this acc"),
        ("an unknown account", ("--account", API_KEY), 2, "no account is saved by that name (saved: mine)"),
        ("an unknown instance", ("--instance", f"{API_KEY}"), 2, "the account has no such instance"),
        ("an address for an id", ("--jobs", "../usage"), 2, "--jobs takes ids of jobs, or LABEL=ID, not '../usage'"),
        ("no id", ("--jobs", "energy="), 2, "--jobs takes ids of jobs"),
        ("two labels", ("--jobs", "a=d1", "b=d1"), 2, "--jobs: d1 is named twice, as 'a' and as 'b'"),
        ("a label of nothing", ("--jobs", "a=d1"), 2, "add --workload FILE"),
        ("named and chosen", ("--jobs", "d1", "--tag", "x", "--limit", "2"), 2, "and --tag, --limit would choose them"),
        ("a path for a session", ("--session", "a/b"), 2, "--session takes the id of a session or batch"),
        ("no name of a backend", ("--backend", "a b"), 2, "--backend takes the name of a QPU"),
        ("no day", ("--since", "yesterday"), 2, "--since: a day or an instant such as 2026-09-20T10:00Z, not"),
        ("backwards", ("--since", "2026-09-02", "--until", "2026-09-01"), 2, "--until is before --since"),
        ("no such workload", ("--workload", "nowhere.yaml"), 1, "nowhere.yaml: there is no such file"),
        ("standard input", ("--workload", "-"), 2, "not standard input"),
    ],
)
def test_refused(word: str, arguments: tuple[str, ...], status: int, told: str, pulled: Any) -> None:
    ran, _ = pulled(*arguments)
    assert (ran.status, told in ran.err) == (status, True), (word, ran.err)


def test_without_an_account(pulled: Any, cloud: Cloud, tmp_path: Path) -> None:
    (tmp_path / "home" / "qiskit-ibm.json").write_text("{}")
    ran, _ = pulled()
    assert ran.status == 2
    assert ran.err.startswith(
        "qplan: there is no saved account; save one in Python: QiskitRuntimeService.save_account("
    )
    assert cloud.said == []


def test_without_the_client(pulled: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(need, "find_spec", lambda name: None)
    ran, _ = pulled()
    assert (ran.status, ran.err) == (2, "qplan: pull needs qiskit-ibm-runtime: pip install 'qplan[qiskit]'\n")


def test_an_interrupt_leaves_nothing_behind(pulled: Any, cloud: Cloud, tmp_path: Path) -> None:
    cloud.faults = {r"/jobs/d3vqe1/metrics": KeyboardInterrupt()}
    ran, book = pulled()
    assert (ran.status, ran.out, book) == (130, "", {})
    assert ran.err == "qplan: interrupted\n"


def test_a_file_that_is_there_is_kept_unless_forced(pulled: Any, cloud: Cloud, tmp_path: Path) -> None:
    (tmp_path / "receipts.json").write_text("{}")
    ran, book = pulled("--limit", "0")
    assert (ran.status, book, cloud.said) == (1, {}, []), "and the account is not even opened"
    assert pulled("--limit", "0", "--force")[1]["usage"]["usage_consumed_seconds"] == 412


def test_a_folder_that_is_not_there_is_told_before_anything_is_asked(qplan: Qplan, cloud: Cloud) -> None:
    ran = qplan("pull", "-o", "/nowhere/receipts.json")
    assert (ran.status, cloud.said) == (1, [])
    assert ran.err.startswith("qplan: /nowhere/receipts.json: cannot be written: ")


def test_without_a_file_the_receipts_come_on_standard_output(qplan: Qplan, cloud: Cloud) -> None:
    first, second = qplan("pull", "--limit", "0"), qplan("pull", "--limit", "0")
    one, two = json.loads(first.out), json.loads(second.out)
    assert first.err.splitlines() == ["qplan: 0 receipts", "qplan: usage: 412 s used of 600 s, 188 s left"]
    assert {**one, "x-pulled": 0} == {**two, "x-pulled": 0}, "the same but for the time"
    assert set(one["x-pulled"]) == {"at", "qplan", "qiskit_ibm_runtime"}


def test_the_instance_is_written_only_when_asked(pulled: Any) -> None:
    assert pulled("--limit", "0", "--with-instance")[1]["x-instance"] == CRN
    assert "x-instance" not in pulled("--limit", "0", "--force")[1]


def test_a_token_inside_an_answer_goes_no_further(pulled: Any, cloud: Cloud) -> None:
    cloud.metrics["d3vqe1"]["qiskit_version"] = f"2.6.2 {API_KEY}"
    cloud.sessions["s-77"]["state"] = CRN
    cloud.usage["usage_period"]["start_time"] = API_KEY
    cloud.usage[API_KEY] = API_KEY
    ran, book = pulled("--session", "s-77")
    assert book["jobs"][0]["metrics"]["qiskit_version"] == "[removed]"
    assert book["session"][0]["state"] == "[removed]"
    assert ran.status == 1, "a period that is no instant is refused as calibrate would"
    assert "the usage of the instance: usage.usage_period.start_time must be an instant" in ran.err


LONG = f"MARKER{'-0123456789abcdef' * 40}"
"""A key longer than every clip: cut before it is scrubbed, it would leave its first word behind."""


@pytest.fixture
def long_key(cloud: Cloud, tmp_path: Path) -> str:
    account = tmp_path / "home" / "qiskit-ibm.json"
    account.write_text(account.read_text().replace(API_KEY, LONG))
    return LONG


@pytest.mark.parametrize("secret", [BEARER, LONG], ids=["token", "key"])
@pytest.mark.parametrize(
    ("word", "where", "key", "told"),
    [
        ("a backend", "job", "backend", "qplan ships no profile of [removed]"),
        ("a session", "job", "session_id", "session [removed]: there is none that this account can see"),
        ("an id", "job", "id", "the list of jobs: what some of them have for an id is none"),
        ("a state, which the client puts in capitals", "state", "status", "1 receipt"),
        ("a charge", "usage", "qpu_charge_time_seconds", "must be a number of seconds, not '[removed]'"),
        ("the state of a charge", "usage", "status", "must be pending or complete, not '[removed]'"),
        ("an instant", "timestamps", "running", "must be an instant"),
        ("a version", "metrics", "qiskit_version", "1 receipt"),
        ("the mode of a session", "session", "mode", "session s-77: there is none that this account can see"),
        ("the state of a session", "session", "state", "1 receipt and 1 session"),
        ("the queue", "queue", "length_queue", "1 receipt"),
    ],
)
def test_no_field_takes_a_secret_along(
    word: str, where: str, key: str, told: str, secret: str, pulled: Any, cloud: Cloud, tmp_path: Path, long_key: str
) -> None:
    (tmp_path / "one.yaml").write_text(ONE)
    [job] = cloud.jobs = [job for job in cloud.jobs if job["id"] == "d3vqe1"]
    metrics = cloud.metrics["d3vqe1"]
    holders = {"job": job, "state": job["state"], "metrics": metrics, "usage": metrics["usage"]}
    holders |= {
        "timestamps": metrics["timestamps"],
        "session": cloud.sessions["s-77"],
        "queue": cloud.status["ibm_fez"],
    }
    holders[where][key] = secret
    ran, book = pulled("-w", str(tmp_path / "one.yaml"))
    assert told in ran.err, (word, ran.err)
    assert LONG[:20] not in json.dumps(book).upper()


def options(secret: str) -> dict[str, Any]:
    return {"options": {"dynamical_decoupling": {"sequence_type": secret}}}


def option_name(secret: str) -> dict[str, Any]:
    return {"options": {"dynamical_decoupling": {secret: True}}}


def circuit(secret: str) -> dict[str, Any]:
    from qiskit import QuantumCircuit
    from qiskit_ibm_runtime import RuntimeEncoder

    endless = QuantumCircuit(1, 1, name=f"{'x' * 100}{secret}")
    with endless.while_loop((endless.clbits[0], 1)):
        endless.measure(0, 0)
    params: dict[str, Any] = json.loads(json.dumps({"pubs": [[endless]]}, cls=RuntimeEncoder))
    return params


@pytest.mark.parametrize("secret", [BEARER, LONG], ids=["token", "key"])
@pytest.mark.parametrize(
    ("change", "told"),
    [
        (options, "sequence_type must be "),
        (option_name, "unknown key '[removed]'"),
        (circuit, f"PUB 1: circuit '{'x' * 100}[removed]': a while loop"),
    ],
)
def test_a_message_that_is_clipped_quotes_no_part_of_a_secret(
    change: Callable[[str], dict[str, Any]], told: str, secret: str, pulled: Any, cloud: Cloud, long_key: str
) -> None:
    cloud.params["d3ghz1"] |= change(secret)
    _, book = pulled("--jobs", "d3ghz1")
    assert told in book["x-aside"][0]["why"]


@pytest.mark.parametrize(
    ("word", "change", "told"),
    [
        ("in milliseconds", {"usage": {"qpu_charge_time_seconds": 6000, "status": "complete"}}, "milliseconds?"),
        ("instants backwards", {"timestamps": {"created": "2026-09-20T10:00:00Z", "running": "2026-09-19T10:00:00Z"}}, "is before created"),  # noqa: E501
        ("no charge", {"usage": {"status": "complete"}}, "is required: what IBM charged"),
        ("a charge that is none", {"usage": {"qpu_charge_time_seconds": "\x1b[31mred", "status": "complete"}}, "must be a number of seconds, not '[removed]'"),  # noqa: E501
        ("not even a mapping", {"usage": [1]}, "is required"),
    ],
)  # fmt: skip
def test_metrics_that_calibrate_would_refuse(word: str, change: Any, told: str, pulled: Any, cloud: Cloud) -> None:
    cloud.metrics["d3vqe1"] |= change
    ran, book = pulled("--jobs", "d3vqe1")
    assert (ran.status, ids(book)) == (1, []), word
    assert "qplan: job d3vqe1: " in ran.err
    assert told in ran.err
    assert "\x1b" not in ran.err


@pytest.mark.parametrize(
    ("word", "params", "why"),
    [
        ("no PUBs", {"options": {}}, "the service does not hand out its inputs"),
        ("PUBs of another kind", {"pubs": [[1, 2, 3]]}, "PUB 1: "),
        ("none at all", {"pubs": []}, "there is no PUB"),
        ("circuits that cannot be decoded", {"pubs": [[{"__type__": "QuantumCircuit", "__value__": "!"}]]}, "the service does not hand out its inputs: the client failed ("),  # noqa: E501
    ],
)  # fmt: skip
def test_inputs_that_cannot_be_read(word: str, params: Any, why: str, pulled: Any, cloud: Cloud) -> None:
    cloud.params["d3vqe1"] = params
    ran, book = pulled("--jobs", "d3vqe1")
    assert (ran.status, ids(book), ids(book, "x-aside")) == (0, [], ["d3vqe1"]), word
    assert book["x-aside"][0]["why"].startswith(why)


def test_a_device_that_the_service_has_no_more(pulled: Any, cloud: Cloud) -> None:
    cloud.faults = {r"/backends/ibm_fez/configuration": (404, NOT_FOUND)}
    ran, book = pulled("--jobs", "d3ghz1", "d3vqe1")
    assert (ran.status, ids(book), "x-queue" in book) == (1, ["d3ghz1", "d3vqe1"], False)
    assert book["jobs"][0]["describe"]["pubs"][0]["circuit_duration"] == "1.8us"
    assert "ibm_fez is not with the service: durations are those of its shipped profile" in ran.err
    assert "session s-77: its backend is not with the service, and the client has no details without" in ran.err


def test_a_device_that_nobody_knows(pulled: Any, cloud: Cloud) -> None:
    cloud.jobs = [{**job, "backend": "ibm_new"} for job in cloud.jobs]
    ran, book = pulled("--jobs", "d3ghz1")
    assert (ran.status, ids(book)) == (0, [])
    assert book["x-aside"][0]["why"] == "ibm_new: there is none that this account can see"


def test_a_device_without_a_profile_is_left_to_the_command_line(pulled: Any, cloud: Cloud, tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text(ONE)
    cloud.jobs = [{**job, "backend": "ibm_new"} for job in cloud.jobs if job["id"] == "d3ghz1"]
    cloud.status["ibm_new"] = cloud.status["ibm_fez"]
    ran, book = pulled("-w", str(tmp_path / "one.yaml"))
    assert (ran.status, book["jobs"][0]["x-backend"], "backend" in book["jobs"][0]) == (0, "ibm_new", False)
    assert "qplan ships no profile of ibm_new: `qplan profiles import` makes one" in ran.err


def test_the_client_is_silenced_and_only_meanwhile(caplog: pytest.LogCaptureFixture) -> None:
    log = logging.getLogger("qiskit_ibm_runtime.api")
    with pull_account.quiet():
        log.error("Authorization: %s", API_KEY)
        warnings.warn(f"API Key will be used instead: {API_KEY}", stacklevel=1)  # an error in any other test
    assert caplog.records == []
    log.error("said")
    assert [record.message for record in caplog.records] == ["said"]


def test_what_opening_raises_has_no_exception_of_the_client_in_its_chain(cloud: Cloud) -> None:
    cloud.faults = {r".*": requests.ConnectionError(LEAKING)}
    with pull_account.quiet(), pytest.raises(FileError) as raised:
        opened(None, None)
    assert (raised.value.__cause__, raised.value.__context__) == (None, None)


@pytest.mark.parametrize("name", ["job", "jobs", "backend", "usage", "active_instance", "active_account"])
def test_the_client_still_has_the_methods_of_the_service(name: str) -> None:
    from qiskit_ibm_runtime import QiskitRuntimeService

    check_signature(getattr(pull_account.Service, name), getattr(QiskitRuntimeService, name))


@pytest.mark.parametrize("name", ["job_id", "status", "metrics", "backend"])
def test_the_client_still_has_the_methods_of_a_job(name: str) -> None:
    from qiskit_ibm_runtime import RuntimeJobV2

    check_signature(getattr(pull_account.Job, name), getattr(RuntimeJobV2, name))


def test_the_client_still_has_the_rest() -> None:
    from qiskit_ibm_runtime import Batch, QiskitRuntimeService, RuntimeJobV2, Session
    from qiskit_ibm_runtime.models import BackendStatus

    for name in ("inputs", "primitive_id", "session_id", "tags"):
        assert isinstance(getattr(RuntimeJobV2, name), property)
    for mode in (Session, Batch):
        assert list(inspect.signature(mode.from_id).parameters)[:2] == ["session_id", "service"]
        assert callable(mode.details)
    assert {"name", "instance"} <= set(inspect.signature(QiskitRuntimeService.__init__).parameters)
    assert {"pending_jobs", "operational"} <= set(inspect.signature(BackendStatus.__init__).parameters)
    assert callable(QiskitRuntimeService.saved_accounts)


def check_signature(own: Any, theirs: Any) -> None:
    """Every argument of the protocol is one of the client, by its name and with its default."""
    known = inspect.signature(theirs).parameters
    for name, argument in inspect.signature(own).parameters.items():
        assert name in known
        assert known[name].default == argument.default


def test_answers_are_cut_to_their_form() -> None:
    form = {"a": NUMBER, "inner": {"b": NUMBER}, "list": [{"c": ID}], "text": NUMBER, "path": ID}
    answer = {"a": float("nan"), "inner": {"b": 1, "x": 2}, "list": [{"c": "d", "e": 1}], "other": API_KEY}
    assert cut({**answer, "text": "1", "path": "../usage"}, form) == {
        "inner": {"b": 1}, "list": [{"c": "d"}], "text": "[removed]", "path": "[removed]",
    }  # fmt: skip
    assert NOT_FOUND["errors"]


@pytest.mark.parametrize(
    ("word", "text", "left"),
    [
        ("the key", "a s3cret-key b", "a [removed] b"),
        ("in capitals", "S3CRET-KEY", "[removed]"),
        ("a token of any key", f"Bearer {BEARER}.", "Bearer [removed]"),
        ("a token that is cut off", BEARER[:30], "[removed]"),
        ("an instance", f"of {CRN}, now", "of [removed], now"),
        ("an id", "d3vqe1", "d3vqe1"),
        ("what is no key", "short", "short"),
    ],
)
def test_what_is_scrubbed(word: str, text: str, left: str) -> None:
    made = scrubber("s3cret-key", "short", None)
    assert made.scrubbed({text: [text, (1, text)]}) == {left: [left, (1, left)]}, word
    assert (scrubber(with_instance=True).scrubbed(text) == text) == (
        word not in ("a token of any key", "a token that is cut off")
    )


def test_the_help_imports_no_qiskit() -> None:
    code = (
        "import sys, atexit; atexit.register(lambda: print('qiskit' in sys.modules)); from qplan.__main__ import main; "
    )
    done = subprocess.run(
        [sys.executable, "-c", f"{code}sys.argv = ['qplan', 'pull', '--help']; main()"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.splitlines()[-1] == "False"
