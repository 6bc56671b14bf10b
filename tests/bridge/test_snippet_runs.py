"""What ``recommend`` prints is run with the real Qiskit, on a fake backend, in each mode; and the recorder sees in it
the workload that it was written for."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from qplan.bridge.document import checked
from qplan.bridge.recorder import Recording, record
from qplan.model.workload import Mode
from qplan.render.snippet import snippet
from tests.bridge.recordings import jobs, lines
from tests.conftest import Qplan
from tests.render.run_filled import run_filled

qiskit: Any = pytest.importorskip("qiskit")
runtime: Any = pytest.importorskip("qiskit_ibm_runtime")
fakes: Any = pytest.importorskip("qiskit_ibm_runtime.fake_provider")
pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # the primitives are about to be replaced
    pytest.mark.filterwarnings("ignore:.*local testing mode"),
    pytest.mark.filterwarnings("ignore:Aer not found"),
    pytest.mark.filterwarnings("ignore:Properties of fake"),
]

SETS = [[[0.1], [0.2], [0.3]], [[0.4], [0.5], [0.6]]]
"""A sweep of two by three parameter sets."""


@dataclass
class User:
    """Who fills in the placeholders; ``swept``: every PUB is a sweep, else one circuit. ``qubits``: one, or two."""

    swept: bool
    qubits: int = 2
    asked: list[tuple[str, tuple[Any, ...]]] = field(default_factory=list)

    def fill(self, name: str, wanted: str, arguments: tuple[Any, ...]) -> Any:
        self.asked.append((name, arguments))
        if wanted == "return the next parameters":
            _, result, *_ = arguments
            return 0.1 if result is None else 0.2 + float(len(result))
        assert wanted == "return your PUBs"
        parameters = arguments[0] if arguments and isinstance(arguments[0], float) else 0.5
        values = SETS if self.swept else [parameters]
        circuit = self.circuit(measured="sampler" in name)
        if "sampler" in name:
            return [(circuit, values)]
        return [(circuit, qiskit.quantum_info.SparsePauliOp("ZZ").apply_layout(circuit.layout), values)]

    def circuit(self, *, measured: bool) -> Any:
        """In the device's own gates and on its own first qubits."""
        circuit = qiskit.QuantumCircuit(self.qubits)
        circuit.rz(qiskit.circuit.Parameter("a"), 0)
        circuit.sx(0)
        if self.qubits > 1:
            circuit.cx(0, 1)
        if measured:
            circuit.measure_all()
        return circuit

    def run(self, program: str) -> dict[str, Any]:
        """The program's variables, once it has run."""
        return run_filled(program, self.fill)


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Any:
    """What an account's service offers here, whatever it is asked for."""
    backend = fakes.FakeManilaV2()
    service = SimpleNamespace(backend=lambda name: backend)
    monkeypatch.setattr(runtime, "QiskitRuntimeService", lambda: service)
    return backend


def recorded(program: str, backend: Any, *, swept: bool) -> tuple[Recording, dict[str, Any]]:
    """The program run on the backend, as a workload and by its variables."""
    recording = record(backend, clock=lambda: 0.0, submission=0)
    with recording:
        variables = User(swept).run(program)
    return recording, variables


CASES = [
    pytest.param("{shots: 32}", ["{0}:"], id="a job"),
    pytest.param("{shots: 32, count: 3}", ["{0}: x3"], id="several at once"),
    pytest.param("{shots: 32, iterations: 3, think: 0s}", ["{0}: iterations=3 think=0s"], id="a loop"),
    pytest.param("{shots: 32, iterations: 2, count: 2, think: 0s}", ["{0}: x2 iterations=2 think=0s"], id="in twos"),
]  # fmt: skip


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("primitive", ["sampler", "estimator"])
@pytest.mark.parametrize("swept", [False, True])
@pytest.mark.parametrize(("given", "seen"), CASES)
def test_p_04_what_runs_is_the_workload(
    fake: Any, mode: Mode, primitive: str, swept: bool, given: str, seen: list[str]
) -> None:
    sets = ", parameter_sets: [2, 3]" if swept else ""
    said = f"{{name: {primitive}, primitive: {primitive}, {given[1:-1]}{sets}}}"
    workload = checked(f"qplan: 1\nbackend: ibm_kingston\njobs: [{said}]\n", "w.yaml")
    recording, variables = recorded(snippet(workload, mode, 600_000_000), fake, swept=swept)
    assert recording.mode == mode
    assert lines(recording) == [line.format(primitive) for line in seen]
    assert jobs(recording)[0]["options"] == {"default_shots": 32}
    assert jobs(recording)[0]["pubs"][0].get("parameter_sets") == ([2, 3] if swept else None)
    data = last_result(variables)[0].data
    assert data.shape == ((2, 3) if swept else ())
    assert list(data) == (["meas"] if primitive == "sampler" else ["evs", "stds"])


BESIDE = """\
seed_estimator: 4
environment: {job_tags: [vqe, it's], log_level: INFO, private: true}
dynamical_decoupling: {enable: true, sequence_type: XY4, skip_reset_qubits: true}
twirling: {enable_gates: true, strategy: active}
resilience:
  zne: {noise_factors: [1, 3], extrapolator: [exponential, linear], extrapolated_noise_factors: [0]}
  pec: {noise_gain: 0.5}
"""
WRITTEN = {
    "default_precision": 0.25,
    "twirling": {"enable_gates": True, "strategy": "active"},
    "resilience": {
        "zne": {"noise_factors": [1, 3], "extrapolator": ["exponential", "linear"], "extrapolated_noise_factors": [0]},
        "pec": {"noise_gain": 0.5},
    },
    "seed_estimator": 4,
    "environment": {"job_tags": ["vqe", "it's"], "log_level": "INFO", "private": True},
    "dynamical_decoupling": {"enable": True, "sequence_type": "XY4", "skip_reset_qubits": True},
}


@pytest.mark.parametrize("copies", [1, 2])
def test_options_that_change_no_figure_are_the_users_all_the_same(fake: Any, copies: int) -> None:
    options = "".join(f"      {line}\n" for line in BESIDE.splitlines())
    said = f"- name: e\n  primitive: estimator\n  iterations: 2\n  copies: {copies}\n  precision: 0.25\n"
    text = f"qplan: 1\nbackend: ibm_kingston\njobs:\n{said}  options:\n{options}"
    program = snippet(checked(text, "w.yaml"), Mode.JOB, None)
    assert User(swept=False).run(program)["OPTIONS"] == WRITTEN
    assert runtime.EstimatorV2(mode=fake, options=WRITTEN).options.dynamical_decoupling.sequence_type == "XY4"
    own = """job_tags = ['vqe', "it's", 'e', f'copy {copy}']"""
    assert (own in program) is (copies > 1)


def last_result(variables: dict[str, Any]) -> Any:
    """The last result that a program is left with."""
    return variables["result"] if "result" in variables else variables["results"][-1]


@pytest.mark.parametrize("mode", Mode)
def test_p_04_loops_and_what_surrounds_them(fake: Any, mode: Mode) -> None:
    text = """
qplan: 1
backend: ibm_kingston
jobs:
  - {name: sampler-first, primitive: sampler, shots: 16}
  - loop: spsa
    iterations: 2
    think: 0s
    after: [sampler-first]
    jobs:
      - {name: estimator-plus, primitive: estimator, precision: 0.25, options: {resilience_level: 1}}
      - {name: estimator-minus, primitive: estimator, precision: 0.25, options: {resilience_level: 1}}
  - {name: sampler-last, primitive: sampler, shots: 20, after: [spsa]}
"""
    recording, variables = recorded(snippet(checked(text, "w.yaml"), mode, None), fake, swept=False)
    assert lines(recording) == [
        "sampler-1:",
        "estimator: x2 iterations=2 think=0s after=['sampler-1']",
        "sampler-2: after=['estimator']",
    ]
    assert [item["options"] for item in jobs(recording)] == [
        {"default_shots": 16},
        {"default_precision": 0.25, "resilience_level": 1},
        {"default_shots": 20},
    ]
    assert variables["sampler_last_result"][0].data.meas.num_shots == 20


RECOMMENDED = [
    pytest.param("job", "[{name: sampler, primitive: sampler, shots: 8}]", [], id="job"),
    pytest.param("batch", "[{name: sampler, primitive: sampler, shots: 8, count: 5}]", [], id="batch"),
    pytest.param(
        "session",
        "[{name: estimator, primitive: estimator, shots: 8, iterations: 3, think: 30s}]",
        ["--objective", "time"],
        id="session",
    ),
]


@pytest.mark.parametrize(("mode", "given", "wishes"), RECOMMENDED)
def test_what_the_command_prints_runs(
    fake: Any, qplan: Qplan, tmp_path: Any, mode: str, given: str, wishes: list[str]
) -> None:
    file = tmp_path / "w.yaml"
    file.write_text(f"qplan: 1\nbackend: ibm_kingston\nplan: premium\nqueue: 20m\njobs: {given}\n", encoding="utf-8")
    told = qplan("recommend", str(file), "--point", *wishes)
    assert told.status == 0, told.err
    answer = json.loads(qplan("recommend", str(file), "--point", "--format", "json", *wishes).out)
    program = answer["recommendation"]["snippet"]
    assert program in told.out
    recording, _ = recorded(program, fake, swept=False)
    assert recording.mode == answer["recommendation"]["mode"] == mode


def test_the_snippet_of_local_testing_needs_no_account() -> None:
    said = "{name: sampler, primitive: sampler, shots: 16, iterations: 2}"
    workload = checked(f"qplan: 1\nbackend: local_simulator\njobs: [{said}]\n", "w.yaml")
    variables = User(swept=False, qubits=1).run(snippet(workload, Mode.SESSION, None))
    assert isinstance(variables["session"], runtime.Session)
    assert variables["result"][0].data.meas.num_shots == 16
