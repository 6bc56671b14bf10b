"""Profile files of the user's own, named in a workload by their path."""

from pathlib import Path

import pytest

from qplan.model.fact import Status
from qplan.parse import load

JOBS = "jobs: [{name: a, primitive: sampler, shots: 1000}]\n"


def problems(folder: Path, line: str) -> list[str]:
    (folder / "w.yaml").write_text(f"qplan: 1\n{line}\n{JOBS}", encoding="utf-8")
    return [problem.message for problem in load([str(folder / "w.yaml")]).problems]


def test_a_device_of_ones_own_is_read_and_its_figures_are_the_users(tmp_path):
    (tmp_path / "lab.yaml").write_text("lanes: 3\nrep_delay: 100us\nqubits: 20\n", encoding="utf-8")
    (tmp_path / "w.yaml").write_text(f"qplan: 1\nbackend: {{profile: lab.yaml, qubits: 30}}\n{JOBS}", encoding="utf-8")
    [workload] = load([str(tmp_path / "w.yaml")]).workloads
    backend = workload.backend
    assert (backend.name, backend.lanes, backend.rep_delay_s, backend.qubits) == ("lab", 3, 0.0001, 30)
    assert {fact.status for fact in backend.facts} == {Status.USER}


def test_a_plan_of_ones_own_may_use_every_device(tmp_path):
    (tmp_path / "p.yaml").write_text("price_per_second: 2.5\ncurrency: EUR\n", encoding="utf-8")
    assert problems(tmp_path, "backend: ibm_miami\nplan: p.yaml") == []


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("lanes: 0\nrep_delay: 1us\n", "lab.yaml: lanes is not valid"),  # out of range
        ("lanes: 3\n", "lab.yaml: 'rep_delay' is missing"),  # a figure that must be there
        ("- 3\n", "lab.yaml: is not a mapping of figures"),  # a list
        ("lanes: 3\nlanes: 4\n", "lab.yaml: line 2: cannot be read as YAML"),  # a repeated key
        ("lanes: 3\nrep_delay: 1us\napi_token: topsecret\n", "lab.yaml: has an unknown figure"),  # never echoed
    ],
)
def test_a_faulty_profile_is_told(tmp_path, content, message):
    (tmp_path / "lab.yaml").write_text(content, encoding="utf-8")
    assert problems(tmp_path, "backend: lab.yaml")[0].startswith(message)


def test_a_profile_outside_folder_and_repository_is_refused(tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    (tmp_path / "lab.yaml").write_text("lanes: 3\nrep_delay: 1us\n", encoding="utf-8")
    assert "lies outside" in problems(home, "backend: ../lab.yaml")[0]
    (tmp_path / ".git").mkdir()
    assert problems(home, "backend: ../lab.yaml") == [], "the repository is the bound where there is one"
