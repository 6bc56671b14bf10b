"""Rules that a user sees in the output: notes, plans, prices, and the advice for the examples."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Qplan
from tests.scenes import BATCH, JOB, SESSION, item, play, submission

LOOP = """\
qplan: 1
queue: {wait: 10m}
jobs: [{name: a, qpu: 6s, classical_before: 4s, classical_after: 0s, iterations: 4, think: 5s}]
"""
SWEEP = (
    "qplan: 1\nqueue: {wait: 10m}\njobs: [{name: a, qpu: 90s, classical_before: 4s, classical_after: 0s, count: 4}]\n"
)
ONE = "qplan: 1\nqueue: {wait: 10m}\njobs: [{name: a, qpu: 6s, classical_before: 4s, classical_after: 0s}]\n"


@pytest.fixture
def told(qplan: Qplan, tmp_path: Path) -> Any:
    """The JSON of a command on a workload's text."""

    def run(text: str, *options: str, command: str = "recommend") -> Any:
        path = tmp_path / "w.yaml"
        path.write_text(text, encoding="utf-8")
        ran = qplan(command, str(path), "--format", "json", *options)
        assert ran.status == 0, ran.err
        return json.loads(ran.out)

    return run


def rules_for(report: Any) -> set[str]:
    return {reason["rule"] for reason in report["recommendation"]["reasons"]}


def assumed(report: Any) -> dict[str, str]:
    return {fact["name"]: fact["value"] for fact in report["assumptions"]}


def test_j_04_the_earlier_start_of_single_jobs_is_told_where_starts_are_compared(told):
    assert "J-04" in rules_for(told(SWEEP))
    assert "J-04" not in rules_for(told(ONE))


def test_j_06_job_mode_is_told_to_be_the_easiest_for_a_small_experiment(told):
    assert "J-06" in rules_for(told(ONE))
    assert "J-06" not in rules_for(told(LOOP))


def test_b_11_the_order_in_a_batch_is_said_not_to_be_guaranteed(told):
    assert "does not guarantee" in assumed(told(SWEEP))["order in a batch"]
    assert "order in a batch" not in assumed(told(ONE))


def test_b_14_a_batch_is_charged_the_sum_though_one_picture_locks_the_qpu(qplan):
    ran = qplan("explain", "B-14")
    assert (ran.status, "sum" in ran.out) == (0, True)
    run = play(submission(BATCH, item(30, 5, count=2), lanes=1))
    assert (run.usage, run.figures.drift_us) == (10, 40_000_000), "not the 40 s from the first job to the last"


def test_s_10_long_sessions_are_advised_against_where_the_profile_knows_a_limit(told):
    backend = "backend: {profile: ibm_kingston, session_advice: 30s}\n"
    assert "S-10" in rules_for(told(LOOP + backend))
    assert "S-10" not in rules_for(told(LOOP + backend.replace("30s", "2h")))


def test_s_12_the_thirty_minutes_of_an_unused_session_are_documented(qplan):
    ran = qplan("explain", "S-12")
    assert (ran.status, "30 minutes" in ran.out) == (0, True)
    assert play(submission(SESSION, item(4, 6))).windows == [(0, 10)], "a simulated session always runs a job"


def test_q_03_inside_an_instance_the_oldest_goes_first():
    run = play(submission(JOB, item(4, 6, name="a", count=2), item(4, 6, name="b"), lanes=1, wait=10))
    assert run.starts == [10, 20, 30]


def test_q_04_the_wait_is_shown_as_a_range_with_its_name_and_source(told):
    report = told("qplan: 1\njobs: [{name: a, qpu: 6s}]\n")
    [wait] = [fact for fact in report["assumptions"] if fact["name"].startswith("queue") and "p50" in fact["value"]]
    assert "p90" in wait["value"]
    assert wait["source"]
    assert "busy-2020-21" in json.dumps(report["assumptions"])


def test_u_06_premium_is_not_billed_per_second_but_spends_its_allocation(told):
    premium = told(LOOP + "plan: {profile: premium, remaining: 10s}\n", command="compare")
    billed = told(LOOP + "plan: pay-as-you-go\n", command="compare")
    assert premium["modes"]["job"]["cost"] is None
    assert premium["modes"]["job"]["cost_reason"].startswith("not billed per second")
    assert billed["modes"]["job"]["cost"]["p50"] == "38.40"
    assert premium["modes"]["job"]["need"]["usage_s"] == 24
    assert premium["modes"]["job"]["jobs"]["completed"] == 2, "6 s, 12 s, and then the 10 s are spent"


def test_u_08_prices_carry_their_status_and_can_be_set(qplan, told):
    def price(plan: str) -> tuple[str, str]:
        facts = json.loads(qplan("profiles", "show", plan, "--format", "json").out)["facts"]
        [fact] = [fact for fact in facts if fact["name"] == "price_per_second"]
        return fact["value"], fact["status"]

    assert price("pay-as-you-go") == ("1.60", "published")
    assert price("flex")[1] == "assumed"
    own = told(ONE + "plan: {profile: flex, price_per_second: 1.00, currency: EUR}\n", command="estimate")
    assert own["modes"]["job"]["cost"]["p50"] == "6.00"
    assert own["modes"]["job"]["cost"]["currency"] == "EUR"
    open_plan = told(ONE + "plan: open\n", command="estimate")
    assert open_plan["modes"]["job"]["cost"]["p50"] == "0.00"


def test_u_11_a_plan_that_may_not_use_the_qpu_is_diagnosed(qplan, tmp_path):
    path = tmp_path / "w.yaml"
    path.write_text(ONE + "plan: open\nbackend: ibm_boston\n", encoding="utf-8")
    ran = qplan("compare", str(path))
    assert (ran.status, ran.out) == (2, "")
    assert "QP216" in ran.err
    path.write_text(ONE + "plan: open\nbackend: ibm_fez\n", encoding="utf-8")
    assert qplan("compare", str(path)).status == 0


def test_r_04_comparing_mitigation_settings_suits_a_batch(told):
    text = Path("workloads/compare_mitigation.yaml").read_text(encoding="utf-8")
    report = told(text)
    assert report["recommendation"]["mode"] == "batch"
    assert "R-04" in rules_for(report)


def test_r_05_a_variational_loop_suits_a_session(told):
    assert told(LOOP)["recommendation"]["mode"] == "session"
    assert "R-05" in rules_for(told(LOOP))
    ready = told(LOOP.replace("iterations: 4, think: 5s", "count: 4"))
    assert ready["recommendation"]["mode"] != "session"


def test_r_06_a_batch_with_one_job_brings_nothing(told):
    report = told(ONE + "mode: batch\n")
    assert report["recommendation"]["mode"] == "job"
    assert "R-06" in rules_for(report)
    assert [d["code"] for d in report["diagnostics"]] == ["QP301"]


def test_p_03_a_simulator_gives_equal_modes_and_bills_none_of_them(told):
    local = told(LOOP + "backend: local_simulator\n", command="compare")
    figures = [{key: local["modes"][mode][key] for key in ("usage_s", "wall_s", "cost")} for mode in local["modes"]]
    assert figures[0] == figures[1] == figures[2]
    assert figures[0]["cost"] is None
    assert local["modes"]["job"]["cost_reason"] == "not billed: local testing uses no QPU"
    assert "ignored" in assumed(local)["modes"]
    qpu = told(LOOP + "backend: ibm_fez\n", command="compare")
    assert qpu["modes"]["job"]["wall_s"] != qpu["modes"]["session"]["wall_s"]
