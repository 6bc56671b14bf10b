"""Replications, precision, quantiles, workers and engines, from the command line to the output."""

import json
from pathlib import Path

import pytest

from qplan.simulation import kept
from tests.conftest import Qplan

RANDOM = "workloads/vqe_uncertain.yaml"
needs_numba = pytest.mark.skipif(not kept.can_compile(), reason="Numba is not installed")


def told(qplan: Qplan, *arguments: str):
    ran = qplan("compare", RANDOM, "--format", "json", *arguments)
    assert ran.status == 0, ran.err
    return json.loads(ran.out)


def test_the_same_seed_gives_the_same_bytes_whoever_works(qplan: Qplan) -> None:
    outputs = {qplan("compare", RANDOM, "-n", "60", "--workers", str(n), "--format", "json").out for n in (1, 2, 5)}
    assert len(outputs) == 1
    assert qplan("compare", RANDOM, "-n", "60", "--seed", "1", "--format", "json").out not in outputs


@needs_numba
@pytest.mark.parametrize("command", ["compare", "recommend", "estimate"])
def test_the_engine_changes_no_byte(qplan: Qplan, command: str) -> None:
    engines = [qplan(command, RANDOM, "-n", "60", "--engine", engine).out for engine in ("interpreted", "compiled")]
    assert engines[0] == engines[1]


def test_a_fixed_workload_is_run_once(qplan: Qplan) -> None:
    ran = qplan("compare", "workloads/faq_six_jobs_five_lanes.yaml", "--format", "json")
    assert json.loads(ran.out)["replications"] == 1
    assert json.loads(ran.out)["sampling"] is None


def test_a_modelled_time_is_random_with_its_model(qplan: Qplan) -> None:
    """Its queue and classical times are fixed; a fixed run takes the estimate as it is."""
    data = json.loads(qplan("compare", "workloads/vqe_h2.yaml", "-n", "20", "--format", "json").out)
    assert data["replications"] == 20
    [error] = [fact for fact in data["assumptions"] if fact["name"] == "usage model error"]
    assert error["value"].endswith("one draw a replication, for all modelled jobs")
    fixed = json.loads(qplan("compare", "workloads/vqe_h2.yaml", "--point", "--format", "json").out)
    assert fixed["replications"] == 1
    [error] = [fact for fact in fixed["assumptions"] if fact["name"] == "usage model error"]
    assert error["value"].endswith("not drawn in a fixed run")


def test_point_takes_medians(qplan: Qplan) -> None:
    data = told(qplan, "--point")
    assert data["replications"] == 1
    usage = data["modes"]["session"]["usage_s"]
    assert len({usage[name] for name in ("p10", "p50", "p90", "mean")}) == 1


def test_other_quantiles_stand_beside_the_usual_ones(qplan: Qplan) -> None:
    wall = told(qplan, "-n", "100", "--quantile", "p95", "--quantile", "99.5%", "--quantile", "50")["modes"]["job"][
        "wall_s"
    ]
    assert list(wall) == ["p10", "p50", "p90", "mean", "p95", "p99.5"]
    assert wall["p90"] <= wall["p95"] <= wall["p99.5"]


def test_a_precision_takes_as_many_as_it_needs(qplan: Qplan) -> None:
    data = told(qplan, "--precision", "40%", "--set", "queue.wait=5m", "--seed", "3")
    assert data["sampling"]["met"]
    assert data["sampling"]["wanted"] == 0.4
    assert data["replications"] == 1000


def test_a_precision_out_of_reach_is_said(qplan: Qplan) -> None:
    ran = qplan("compare", RANDOM, "--precision", "1%", "--max-work", "60000")
    assert ran.status == 0
    assert "Precision: 1 % was asked for" in " ".join(ran.out.split())


REFUSED = [
    (("--quantile", "101"), "--quantile: a percentile", "above 100"),
    (("--quantile", "median"), "--quantile: a percentile", "a word"),
    (("--quantile", "1e-9"), "--quantile: a percentile", "too fine"),
    (("--quantile", "0.95"), "--quantile: a percentile from 1", "a share"),
    (("--point", "-n", "5"), "--point is a single run", "a single run five times"),
    (("--point", "--precision", "2%"), "--point is a single run", "a single run, precisely"),
    (("--precision", "0"), "--precision: a share", "nothing"),
    (("--precision", "200%"), "--precision: a share", "more than half"),
    (("--precision", "nan"), "--precision: a share", "no number"),
    (("--precision", "2%", "-n", "10"), "one of them", "both"),
    (("-n", "1000000", "--max-work", "1000"), "--max-work lifts this", "too much work"),
    (("-n", "0"), "", "no replications"),
    (("--workers", "0"), "", "no workers"),
    (("--engine", "quantum"), "", "no engine"),
]


@pytest.mark.parametrize(("arguments", "message"), [row[:2] for row in REFUSED], ids=[row[2] for row in REFUSED])
def test_what_is_asked_wrongly_is_refused(qplan: Qplan, arguments: tuple[str, ...], message: str) -> None:
    ran = qplan("compare", RANDOM, *arguments)
    assert ran.status == 2
    assert ran.out == ""
    assert message in ran.err


def test_a_large_workload_is_run_less_often_and_it_is_said(qplan: Qplan, tmp_path: Path) -> None:
    path = tmp_path / "large.yaml"
    path.write_text(
        "qplan: 1\nqueue: {wait: {p50: 5m, p90: 1h}}\njobs: [{name: a, qpu: 1s, classical_before: 1s, count: 100000}]\n"
    )
    ran = qplan("estimate", str(path), "-n", "2", "--set", "mode=batch")
    assert ran.status == 0
    from qplan.runs import default_replications

    assert [default_replications(jobs) for jobs in (1, 20_000, 100_000, 10**6)] == [1000, 1000, 200, 20]


def test_qp503_tells_of_fewer_replications(qplan: Qplan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qplan.runs.DEFAULT_WORK", 400)
    ran = qplan("compare", RANDOM)
    assert "20 replications instead of 1,000" in " ".join(ran.out.split())
    assert "QP503" in ran.out


def test_a_precision_pairs_a_cut_run_with_the_whole_one(qplan: Qplan, tmp_path: Path) -> None:
    path = tmp_path / "ttl.yaml"
    path.write_text(
        "qplan: 1\nqueue: {wait: 1m}\nbatch: {max_time: 25s, interactive_ttl: 60s}\nsession: {max_time: 25s}\n"
        "jobs: [{name: a, qpu: 5s, classical_before: 0s, iterations: 4, think: {dist: exponential, mean: 3s}}]\n"
    )
    for precision in ("1%", "2%", "5%"):
        assert qplan("compare", str(path), "--precision", precision).status == 0


def test_estimate_speaks_of_its_own_mode(qplan: Qplan) -> None:
    ran = qplan("estimate", RANDOM, "-n", "50", "--set", "mode=batch", "--format", "json")
    assert json.loads(ran.out)["sampling"]["figure"].endswith("as a batch")


def test_another_quantile_has_its_cost_also_in_a_fixed_run(qplan: Qplan) -> None:
    mode = told(qplan, "--point", "--quantile", "p95")["modes"]["job"]
    assert mode["cost"]["p95"] == mode["cost"]["p50"]
    assert mode["usage_s"]["p95"] == mode["usage_s"]["p50"]


def test_the_extremes_have_no_interval_and_spoil_none(qplan: Qplan) -> None:
    data = told(qplan, "-n", "200", "--quantile", "p100", "--quantile", "p0")
    assert data["sampling"]["error"] is not None


def test_a_verdict_and_its_notes_do_not_contradict(qplan: Qplan) -> None:
    """The note on the interactive TTL is worked out at medians: it is told only where these choose the same mode."""
    for limits in ((), ("--deadline", "2h", "--budget", "1100"), ("--deadline", "2h", "--budget", "1200")):
        ran = qplan("recommend", RANDOM, "-n", "200", "--format", "json", *limits)
        data = json.loads(ran.out)
        chosen = data["recommendation"]["mode"]
        said = {"job": "single jobs", "batch": "a batch", "session": "a session", None: "none"}[chosen]
        for note in data["diagnostics"]:
            if note["code"] == "QP501" and "the choice would be" in note["message"]:
                assert f"instead of {said}" in note["message"]
        for point in data["recommendation"]["break_evens"]:
            assert point["text"].startswith("At medians, with")
            assert point["flips_to"] != chosen
