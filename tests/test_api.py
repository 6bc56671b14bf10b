"""The Python API: the commands' figures as attributes, without second logic."""

import json
import subprocess
import sys
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import qplan as package
from qplan.errors import FileError, UsageError, WorkloadError
from tests.conftest import ROOT, Qplan

VQE = "workloads/vqe_h2.yaml"
QUICK: dict[str, Any] = {"replications": 20}
ARGUMENTS = ("--replications", "20")


@pytest.fixture(autouse=True)
def at_the_top(monkeypatch):
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("COLUMNS", "80")


def fixed(tmp_path: Path, text: str = "") -> Path:
    """A workload without anything random."""
    path = tmp_path / "fixed.yaml"
    path.write_text(
        "qplan: 1\nname: fixed\nbackend: ibm_fez\nplan: {profile: pay-as-you-go, price_per_second: 2}\n"
        "queue: {wait: 100s, between: 0s}\nbatch: {interactive_ttl: 60s}\nusage: {rounding: none}\n"
        "jobs:\n- {name: step, qpu: 6s, classical_before: 4s, classical_after: 0s, iterations: 3, think: 5s}\n" + text,
        encoding="utf-8",
    )
    return path


COMMANDS = {
    "estimate": (package.simulate, {}, ("estimate", VQE)),
    "estimate of a mode": (package.simulate, {"mode": "batch"}, ("estimate", VQE, "--set", "mode=batch")),
    "compare": (package.compare, {"deadline": "3h"}, ("compare", VQE, "--deadline", "3h")),
    "compare on two": (
        package.compare,
        {"backend": ["ibm_fez", "ibm_kingston"], "budget": 100},
        ("compare", VQE, "--backend", "ibm_fez", "--backend", "ibm_kingston", "--budget", "100"),
    ),
    "recommend": (package.recommend, {"objective": "cost"}, ("recommend", VQE, "--objective", "cost")),
    "everything else": (
        package.simulate,
        {"plan": "flex", "usage_model": "published", "set": {"queue.wait": "5m"}, "seed": 3, "quantile": [95, 99.5]},
        (
            *("estimate", VQE, "--plan", "flex", "--usage-model", "published", "--set", "queue.wait=5m"),
            *("--seed", "3", "--quantile", "p95", "--quantile", "99.5"),
        ),
    ),
}


@pytest.mark.parametrize(("function", "words", "command"), COMMANDS.values(), ids=COMMANDS)
def test_a_function_says_what_its_command_says(function, words, command, qplan: Qplan):
    result = function(VQE, **words, **QUICK)
    assert result.to_dict() == json.loads(qplan(*command, *ARGUMENTS, "--format", "json").out)
    assert f"{result}\n" == qplan(*command, *ARGUMENTS).out
    assert result.render("markdown") == qplan(*command, *ARGUMENTS, "--format", "markdown").out


def test_a_fixed_run_is_the_commands_too(qplan: Qplan):
    told = package.compare(VQE, point=True, timeline=True)
    assert f"{told}\n" == qplan("compare", VQE, "--point", "--timeline").out
    assert package.simulate(VQE, point=True).to_dict() == json.loads(
        qplan("estimate", VQE, "--point", "--format", "json").out
    )


def test_figures_are_attributes(tmp_path):
    """The contract's example E2."""
    result = package.compare(fixed(tmp_path))
    told = {name: (mode.usage_s.p50, mode.wall_s.p90, mode.cost.mean) for name, mode in result.modes.items()}
    assert told == {
        "job": (18, 340, Decimal(36)),
        "batch": (18, 140, Decimal(36)),
        "session": (40, 140, Decimal(80)),
    }
    assert (result.mode, result.usage_s.p50, result.wall_s["p10"], result.cost.p50) == ("batch", 18, 140, Decimal(36))
    assert (result.currency, result.name, result.backend, result.plan) == ("USD", "fixed", "ibm_fez", "pay-as-you-go")
    assert (result.modes["job"].queue_s.p50, result.modes["job"].jobs.total, result.replications) == (300, 3, 1)
    assert result.headline.startswith("Run it as a batch: 18 s of usage, 36.00 USD, done in 2 min 20 s")
    assert repr(result.modes["session"]) == "<session: 40 s of usage, 80.00 USD, done in 2 min 20 s>"


def test_quantiles_go_by_their_names():
    result = package.simulate(VQE, mode="session", quantile=95, **QUICK)
    usage = result.usage_s
    assert [*usage.to_dict()] == ["p10", "p50", "p90", "mean", "p95"]
    assert usage.p10 <= usage.p50 <= usage.p90 <= usage["p95"]
    with pytest.raises(KeyError, match=r"'p99'; known are p10, p50, p90, mean, p95"):
        usage["p99"]


@pytest.mark.parametrize("quantile", ["95", "p95", 95, ["p95"], ("95", 95)], ids=repr)
def test_a_quantile_may_be_text(quantile):
    assert package.simulate(VQE, quantile=quantile, replications=5).usage_s.others.keys() == {"p95"}


def test_what_is_not_known_is_told_with_what_is():
    result = package.compare(VQE, point=True)
    with pytest.raises(KeyError, match="'sess'; known are job, batch, session"):
        result.modes["sess"]
    assert result.modes.get("sess") is None


def test_only_a_recommendation_has_a_snippet():
    with pytest.raises(UsageError, match=r"the snippet is the code of a recommendation: qplan\.recommend"):
        _ = package.compare(VQE, point=True).snippet


def test_a_mapping_is_a_workload():
    loaded = package.load(VQE)
    compared = [package.compare(one, point=True).to_dict() for one in (loaded, loaded.to_dict())]
    assert compared[0]["modes"] == compared[1]["modes"]
    assert package.recommend(loaded.to_dict(), point=True).snippet == package.recommend(loaded, point=True).snippet


def test_a_device_without_a_profile_has_its_own_name():
    device = {"name": "fake_manila", "qubits": 5}
    result = package.recommend(VQE, backend=device, point=True)
    assert (result.backend, result.reports[0].workload.backend.qubits) == ("fake_manila", 5)
    assert "on fake_manila, plan pay-as-you-go" in str(result)
    assert "ibm_kingston" not in result.snippet


def test_the_one_mode_that_was_asked_for_and_is_refused_says_why(tmp_path):
    result = package.simulate(fixed(tmp_path), mode="session", plan="open")
    with pytest.raises(UsageError) as raised:
        _ = result.usage_s
    assert str(raised.value) == "session is refused: the Open plan has no sessions: send jobs or a batch"


def test_a_refused_mode_has_a_reason_and_no_figures(tmp_path):
    result = package.compare(fixed(tmp_path), plan="open")
    session = result.modes["session"]
    assert (session.allowed, session.is_priced) == (False, False)
    with pytest.raises(UsageError, match=f"session is refused: {session.reason}"):
        _ = session.usage_s


def test_a_cost_that_is_not_known_is_no_number(tmp_path):
    job = package.simulate(fixed(tmp_path), mode="job", set={"plan.price_per_second": None})
    assert not job.modes["job"].is_priced
    with pytest.raises(UsageError, match="job: the cost is not known: "):
        _ = job.cost


def test_several_results_are_told_apart(tmp_path):
    result = package.compare([fixed(tmp_path), VQE], point=True)
    assert (len(result), [one.name for one in result]) == (2, ["fixed", "vqe-h2"])
    with pytest.raises(UsageError, match=r"there are 2 results here: take one of them, as result\[0\]"):
        _ = result.usage_s


def test_advice_has_its_reasons_and_its_code():
    result = package.recommend(VQE, point=True)
    assert result.reasons[0].rule == "R-02"
    assert result.snippet.splitlines()[0].startswith("# Written by qplan")
    assert result.break_evens
    assert result.assumptions
    assert any("[QP5" in told for told in result.warnings)


def test_a_workload_prints_as_its_file_and_is_saved_whole(tmp_path):
    loaded = package.load(VQE)
    assert f"{loaded}\n" == Path(VQE).read_text(encoding="utf-8")
    assert (loaded.name, loaded.file, loaded.to_dict()["qplan"]) == ("vqe-h2", VQE, 1)
    loaded.save(tmp_path / "copy.yaml")
    assert package.load(tmp_path / "copy.yaml").text == loaded.text
    with pytest.raises(FileError, match="cannot be written: No such file or directory"):
        loaded.save(tmp_path / "none" / "copy.yaml")


def test_a_loaded_workload_is_as_good_as_its_path():
    assert package.simulate(package.load(VQE), point=True).to_dict() == package.simulate(VQE, point=True).to_dict()


def test_the_head_of_a_result_is_its_repr():
    result = package.compare(VQE, point=True)
    head, last = repr(result).rsplit("\n\n", 1)
    assert str(result).startswith(head)
    assert "Assumed" not in head
    assert last == "(print it for what this rests on)"


def test_a_notebook_gets_a_table_in_which_nothing_is_interpreted(tmp_path):
    evil = fixed(tmp_path).read_text(encoding="utf-8").replace("name: fixed", 'name: "<script>alert(1)</script>"')
    path = tmp_path / "evil.yaml"
    path.write_text(evil, encoding="utf-8")
    html = package.compare(path)._repr_html_()
    assert "<td>18 s</td><td>36.00</td><td>2 min 20 s</td>" in html
    assert "<td><b>batch</b></td>" in html
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert "<script" not in package.load(path)._repr_html_()


def test_a_frame_has_a_row_for_each_mode(tmp_path):
    pytest.importorskip("pandas")
    frame = package.compare([fixed(tmp_path), VQE], point=True).to_frame()
    assert frame.shape[0] == 6
    assert frame.loc[2, ["workload", "mode", "usage_p50_s", "cost_p50"]].tolist() == ["fixed", "session", 40.0, 80.0]


def test_without_pandas_the_cure_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(UsageError, match="to_frame needs pandas: pip install pandas"):
        package.simulate(VQE, point=True).to_frame()


WRONG = {
    "no file": ("none.yaml", {}, FileError, "none.yaml: there is no such file"),
    "no plan": (VQE, {"plan": "opne"}, WorkloadError, "plan: QP211: unknown plan 'opne'"),
    "no such path": (VQE, {"set": {"jobs.nobody.shots": 1}}, WorkloadError, "set jobs.nobody.shots: QP011: "),
    "no value": (
        VQE,
        {"set": {"name": object()}},
        UsageError,
        "name: text, a number, a list or a mapping, not a object",
    ),
    "no engine": (VQE, {"engine": "fast"}, UsageError, "engine: auto, interpreted or compiled, not 'fast'"),
    "no seed": (VQE, {"seed": -1}, UsageError, "seed: a whole number from 0 to 4,611,686,018,427,387,904, not -1"),
    "a flag is no number": (
        VQE,
        {"replications": True},
        UsageError,
        "replications: a whole number from 1 to 1,000,000",
    ),
    "no percentile": (
        VQE,
        {"quantile": "95th"},
        UsageError,
        "quantile: a percentile from 1 to 100, such as 95",
    ),
    "both": (VQE, {"replications": 5, "precision": 0.1}, UsageError, "replications and precision: one of them"),
    "neither": (VQE, {"point": True, "replications": 5}, UsageError, "point is a single run at medians"),
    "too precise": (VQE, {"precision": 2}, UsageError, "precision: a share from 0.0001 to 0.5, such as 0.02, not 2"),
    "no backend": (VQE, {"backend": 7}, UsageError, "backend: a profile's name, a mapping or a backend of Qiskit"),
    "no workload": (
        7,
        {},
        UsageError,
        "workload: a path, what load or from_pubs gave, a mapping",
    ),
    "none at all": (
        [],
        {},
        UsageError,
        "workload: a path, what load or from_pubs gave, a mapping",
    ),
    "one of several is none": (
        [VQE, 7],
        {},
        UsageError,
        "workload: a path, what load or from_pubs gave, a mapping as in",
    ),
    "text is no path": (
        "qplan: 1\njobs: [{name: x}]\n",
        {},
        UsageError,
        "workload: a path, and this text has several lines: give qplan.Workload(text=...)",
    ),
    "a mapping that is none": (
        {"qplan": 1},
        {},
        WorkloadError,
        "<python>:1:1: QP102: the key 'jobs' is required; add 'jobs'",
    ),
}


@pytest.mark.parametrize(("workload", "words", "error", "told"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_one_line(workload, words, error, told):
    with pytest.raises(error) as raised:
        package.simulate(workload, **words)
    assert str(raised.value).startswith(told)


GOALS = {
    "a deadline": ({"deadline": "soon"}, "deadline: 'soon' is not a duration"),
    "a budget": ({"budget": "much"}, "budget: an amount of money from 0 to 1,000,000,000,000, such as 250, not 'much'"),
    "an objective": ({"objective": "cheap"}, "objective: cost, time or balanced, not 'cheap'"),
}


@pytest.mark.parametrize(("words", "told"), GOALS.values(), ids=GOALS)
def test_goals_are_checked(words, told):
    with pytest.raises(UsageError) as raised:
        package.compare(VQE, **words)
    assert str(raised.value).startswith(told)


def test_every_problem_of_every_workload_is_told(tmp_path):
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text("qplan: 1\njobs: [{name: x, shots: no}, {name: x}]\n", encoding="utf-8")
    with pytest.raises(WorkloadError) as raised:
        package.compare([tmp_path / "a.yaml", tmp_path / "b.yaml"], backend=["ibm_fez", "ibm_torino"])
    assert [(Path(problem.mark.file).name, problem.code) for problem in raised.value.problems] == [
        ("a.yaml", "QP103"),
        ("a.yaml", "QP201"),
        ("b.yaml", "QP103"),
        ("b.yaml", "QP201"),
    ]
    with pytest.raises(WorkloadError) as loading:
        package.load(tmp_path / "a.yaml")
    assert len(loading.value.problems) == 2
    with pytest.raises(UsageError, match="this text has several lines"):
        package.load("a\nb")


def test_the_text_of_an_error_has_its_cures(tmp_path):
    (tmp_path / "a.yaml").write_text("qplan: 1\nmood: any\njobs: [{name: x, shots: no}]\n", encoding="utf-8")
    with pytest.raises(WorkloadError) as raised:
        package.load(tmp_path / "a.yaml")
    assert [line.partition(".yaml:")[2] for line in str(raised.value).splitlines()] == [
        "2:1: QP101: unknown key 'mood'; did you mean 'mode'?",
        "3:25: QP103: shots must be a whole number of at least 1, not 'no'",
    ]


def test_durations_and_amounts_are_taken_as_python_has_them():
    told = [
        package.compare(VQE, deadline=deadline, budget=budget, point=True).to_dict()
        for deadline, budget in (("90m", "250.00"), (5400, 250), (timedelta(minutes=90), Decimal(250)))
    ]
    assert told[0] == told[1] == told[2]


def test_names_of_the_api_are_loaded_when_they_are_used():
    code = (
        "import sys, qplan\n"
        "assert not {'numpy', 'yaml', 'pydantic', 'rich', 'qplan.api', 'qplan.errors', 'typer'} & set(sys.modules)\n"
        "import qplan.comparison, qplan.simulation\n"
        "assert qplan.compare.__module__ == qplan.simulate.__module__ == 'qplan.api.running'\n"
        "assert 'qiskit' not in sys.modules\n"
        "from qplan import *\n"
        "assert set(qplan.__all__) <= set(dir(qplan))\n"
        "assert all(getattr(qplan, name) is not None for name in qplan.__all__)\n"
        "assert 'qiskit' not in sys.modules\n"
        "qplan.nothing\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr.splitlines()[-1] == "AttributeError: module 'qplan' has no attribute 'nothing'"


def test_without_qiskit_the_cure_is_told(monkeypatch):
    monkeypatch.setattr("qplan.bridge.need.qiskit_version", lambda: "")
    with pytest.raises(UsageError, match=r"from_pubs needs Qiskit: pip install 'qplan\[qiskit\]'"):
        package.from_pubs([], backend="ibm_fez", primitive="sampler")
