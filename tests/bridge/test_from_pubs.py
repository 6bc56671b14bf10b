"""``from_pubs``: what would be handed to the primitives, and how often, to a workload."""

import re
import warnings
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
import yaml

pytest.importorskip("qiskit")
pytest.importorskip("qiskit_ibm_runtime")

from qiskit import QuantumCircuit
from qiskit.circuit.library import real_amplitudes
from qiskit.primitives import BackendSamplerV2
from qiskit.quantum_info import SparsePauliOp
from qiskit.transpiler import generate_preset_pass_manager
from qiskit_ibm_runtime import Batch, EstimatorOptions, EstimatorV2, SamplerV2, Session
from qiskit_ibm_runtime.executor_estimator import Estimator
from qiskit_ibm_runtime.fake_provider import FakeFez, FakeMarrakesh

import qplan
from qplan import runs
from tests.conftest import ROOT

pytestmark = pytest.mark.filterwarnings("ignore:The (Estimator|Sampler)V2 class is deprecated:DeprecationWarning")

ANSATZ = real_amplitudes(2, reps=1)
ENERGY = SparsePauliOp(["ZZ", "XX"])
ZEROS = np.zeros(4)
PUB = (ANSATZ, ENERGY, ZEROS)
MEASURED = ANSATZ.copy()
MEASURED.measure_all()


@pytest.fixture(scope="module")
def fez():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return FakeFez()


@pytest.fixture(scope="module")
def isa(fez):
    circuit = generate_preset_pass_manager(optimization_level=1, backend=fez, seed_transpiler=1).run(ANSATZ)
    return circuit, ENERGY.apply_layout(circuit.layout), ZEROS


def jobs(workload):
    return yaml.safe_load(workload.text)["jobs"]


def test_one_call_becomes_one_job_that_simulates(isa, fez):
    workload = qplan.from_pubs(
        [isa], backend=fez, primitive="estimator", options=EstimatorOptions(resilience_level=1), precision=0.05,
        iterations=60, think=timedelta(seconds=2.5), name="vqe", plan="pay-as-you-go", mode="session",
    )  # fmt: skip
    document = workload.to_dict()
    assert {key: document[key] for key in ("name", "mode", "backend", "plan")} == {
        "name": "vqe",
        "mode": "session",
        "backend": "ibm_fez",
        "plan": "pay-as-you-go",
    }
    [job] = document["jobs"]
    [pub] = job.pop("pubs")
    assert job == {
        "name": "job-1",
        "primitive": "estimator",
        "qubits": 2,
        "options": {"resilience_level": 1},
        "iterations": 60,
        "think": "2.5s",
    }
    assert (pub["observable_groups"], pub["precision"], pub["two_qubit_gates"]) == (2, 0.05, 1)
    result = qplan.simulate(workload, point=True)
    assert (result.mode, result.modes["session"].jobs.completed) == ("session", 60)


def test_the_same_input_gives_the_same_bytes_and_reads_back(isa, fez, tmp_path):
    first, second = (qplan.from_pubs([isa], backend=fez, primitive="estimator") for _ in range(2))
    assert first.text == second.text
    first.save(tmp_path / "w.yaml")
    assert qplan.load(tmp_path / "w.yaml").text == first.text


def test_calls_loops_and_their_order_need_no_yaml(fez):
    workload = qplan.from_pubs(
        [
            qplan.Run([(MEASURED, ZEROS)], primitive="sampler", shots=500, name="check", qpu="6s"),
            qplan.Loop(
                [qplan.Run([PUB], name="plus"), qplan.Run([PUB], options={"resilience_level": 0}, precision=0.1)],
                iterations=50,
                think={"p50": timedelta(seconds=2), "p90": "6s"},
                after="check",
                name="spsa",
            ),
            qplan.Run([PUB], count=3),
        ],
        backend=fez,
        primitive="estimator",
        options={"resilience_level": 2},
        transpile=0,
    )
    check, spsa, last = jobs(workload)
    assert "options" not in check
    assert (check["name"], check["qpu"], check["pubs"][0]["shots"]) == ("check", "6s", 500)
    assert {key: spsa[key] for key in ("loop", "iterations", "think", "after")} == {
        "loop": "spsa",
        "iterations": 50,
        "think": {"p50": "2s", "p90": "6s"},
        "after": ["check"],
    }
    assert [(job["name"], job["options"]) for job in spsa["jobs"]] == [
        ("plus", {"resilience_level": 2}),
        ("spsa-2", {"resilience_level": 0}),
    ]
    assert (last["name"], last["count"]) == ("job-3", 3)
    assert workload.text.startswith("# written by qplan.from_pubs with Qiskit ")


PLACES = {"session": Session, "batch": Batch}


@pytest.mark.parametrize("mode", PLACES)
def test_a_primitive_brings_its_backend_mode_and_options(mode, isa, fez):
    with PLACES[mode](backend=fez) as place:
        estimator = EstimatorV2(mode=place, options={"resilience_level": 2})
        workload = qplan.from_pubs([isa], primitive=estimator)
    document = workload.to_dict()
    assert (document["mode"], document["backend"]) == (mode, "ibm_fez")
    assert document["jobs"][0]["options"] == {"resilience_level": 2}


def test_primitives_of_other_kinds_do_too(isa, fez):
    new = Estimator(mode=fez)
    new.options.resilience_level = 0
    assert jobs(qplan.from_pubs([isa], primitive=new))[0]["options"] == {"resilience_level": 0}
    sampler = BackendSamplerV2(backend=fez)
    told = qplan.from_pubs([(MEASURED, ZEROS)], primitive=sampler, transpile=0).to_dict()
    assert "mode" not in told
    assert (told["jobs"][0]["primitive"], told["jobs"][0]["options"]) == ("sampler", {"default_shots": 1024})


def test_what_is_left_out_is_told_three_times(isa, fez):
    estimator = EstimatorV2(mode=fez)
    estimator.options.simulator.seed_simulator = 7
    with pytest.warns(qplan.LeftOutWarning, match="left out: simulator") as caught:
        workload = qplan.from_pubs([isa], primitive=estimator)
    assert caught[0].filename == __file__
    assert workload.left_out == ("simulator",)
    assert "# options without a place in a workload file, left out: simulator\n" in workload.text


def test_circuits_are_transpiled_on_request_and_observables_with_them(fez):
    def of(seed):
        return qplan.from_pubs([PUB, PUB], backend=fez, primitive="estimator", transpile=1, seed=seed)

    workload = of(3)
    assert workload.text == of(3).text
    assert "circuits transpiled at level 1\n#   with seed 3" in workload.text
    assert [(pub["circuits"], pub["observable_groups"]) for pub in jobs(workload)[0]["pubs"]] == [(2, 2)]


def test_a_level_is_not_told_where_nothing_was_transpiled(isa, fez):
    assert "transpiled" not in qplan.from_pubs([isa], backend=fez, primitive="estimator", transpile=1).text


def test_a_name_of_a_device_is_enough(isa):
    assert qplan.from_pubs([isa], backend="ibm_fez", primitive="estimator").to_dict()["backend"] == "ibm_fez"


def test_every_key_of_the_file_can_be_said(isa, fez):
    said: dict[str, Any] = {
        "queue": {"wait": {"p50": "11m", "p90": "4h"}},
        "background": {"busy_lanes": ["12s"]},
        "session": {"max_time": "2h"},
        "batch": {"max_time": "1h"},
    }
    told = qplan.from_pubs(
        [isa], backend=fez, primitive="estimator", plan={"profile": "flex"}, usage_model="published", copies=2, **said
    ).to_dict()
    assert {key: told[key] for key in said} == said
    assert (told["plan"], told["usage"], told["jobs"][0]["copies"]) == (
        {"profile": "flex"},
        {"model": "published"},
        2,
    )


NUMBER: Any = 7
WIDE = QuantumCircuit(200, name="wide")
REFUSED = {
    "not ISA": (
        {"pubs": [PUB]},
        qplan.UsageError,
        "PUB 1: fake_fez cannot run 'RealAmplitudes' as it is: The instruction ry on qubits (0,) is not supported by "
        "the target system; transpile it for the backend and lay its observables out alike, or give transpile=1",
    ),
    "too wide, whatever the level": (
        {"pubs": [(WIDE, "Z" * 200)], "transpile": 1},
        qplan.UsageError,
        "PUB 1: fake_fez cannot run 'wide' as it is: 200 qubits, and the device has 156",
    ),
    "no such level": ({"pubs": [PUB], "transpile": 7}, qplan.UsageError, "transpile: a level from 0 to 3, not 7"),
    "no such device": (
        {"pubs": [PUB], "backend": "fake_fezz"},
        qplan.UsageError,
        "unknown device 'fake_fezz'; did you mean fake_fez?",
    ),
    "no device": (
        {"pubs": [PUB], "backend": None},
        qplan.UsageError,
        "backend: say on which, such as ibm_fez, fake_fez or a backend of Qiskit",
    ),
    "a backend of nobody's": (
        {"pubs": [PUB], "backend": 7},
        qplan.UsageError,
        "backend: a name such as ibm_fez or a backend of Qiskit, not a int",
    ),
    "no primitive": (
        {"pubs": [PUB], "primitive": None},
        qplan.UsageError,
        "primitive: say 'sampler' or 'estimator', or give the primitive itself",
    ),
    "no such primitive": (
        {"pubs": [PUB], "primitive": "executor"},
        qplan.UsageError,
        "primitive: 'sampler', 'estimator' or a primitive such as SamplerV2(backend), not 'executor'",
    ),
    "PUBs beside calls": (
        {"pubs": [qplan.Run([PUB]), PUB]},
        qplan.UsageError,
        "pubs: either PUBs of one call, or Run and Loop for each call; not both",
    ),
    "one count for several calls": (
        {"pubs": [qplan.Run([PUB]), qplan.Run([PUB])], "iterations": 4, "precision": 0.1},
        qplan.UsageError,
        "precision, iterations: say it on each Run or Loop, of which there are 2 here",
    ),
    "every call at once": (
        {"pubs": [qplan.Run([]), qplan.Run([PUB], name="x", shots=3), qplan.Loop([qplan.Run(NUMBER)])], "transpile": 0},
        qplan.UsageError,
        "run 1: there is no PUB: give a list of at least one\n"
        "x: shots are for the sampler, and this is an estimator: give precision, or default_shots in options\n"
        "loop 3: run 1: pubs: a list of PUBs, not a int: write [pub]",
    ),
    "a slip in the options and more": (
        {"pubs": [PUB], "transpile": 0, "options": {"resilence_level": 1}, "plan": "opne"},
        qplan.WorkloadError,
        "plan: QP211: unknown plan 'opne'; did you mean 'open'?\n"
        "jobs[0].options.resilence_level: QP101: unknown key 'resilence_level'; did you mean 'resilience_level'?",
    ),
    "a name that would break the file": (
        {"pubs": [PUB], "transpile": 0, "name": "a\n# b"},
        qplan.WorkloadError,
        "name: QP104: name must be a name of 1 to 200 printable characters, not 'a\\n# b'",
    ),
}


@pytest.mark.parametrize(("words", "error", "told"), REFUSED.values(), ids=REFUSED)
def test_what_is_wrong_is_told_all_at_once(words, error, told, fez):
    with pytest.raises(error) as raised:
        qplan.from_pubs(**{"backend": fez, "primitive": "estimator", **words})
    assert str(raised.value) == told


def test_primitives_on_two_backends_are_no_workload(isa, fez):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        other = FakeMarrakesh()
    calls = [qplan.Run([isa], primitive=EstimatorV2(mode=fez)), qplan.Run([MEASURED], primitive=SamplerV2(mode=other))]
    with pytest.raises(qplan.UsageError, match="on fake_fez and fake_marrakesh; a workload runs on one"):
        qplan.from_pubs(calls)


def test_a_backend_of_qiskit_stands_in_for_a_workloads_own(fez):
    assert qplan.simulate(ROOT / "workloads" / "vqe_h2.yaml", backend=fez, point=True).backend == "ibm_fez"


def test_a_recording_is_a_workload(isa, fez):
    class Recording:
        def to_yaml(self):
            return qplan.from_pubs([isa], backend=fez, primitive="estimator").text

    assert qplan.simulate(Recording(), mode="job", point=True).modes["job"].jobs.total == 1


@pytest.mark.filterwarnings("ignore")
def test_the_page_of_the_api_runs(tmp_path, monkeypatch, capsys):
    """Every block of docs/python.md, one after the other."""
    text = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
    (tmp_path / "workloads").symlink_to(ROOT / "workloads")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(runs, "DEFAULT_REPLICATIONS", 20)
    names: dict[str, Any] = {}
    for block in re.findall(r"```python\n(.*?)```", text, re.DOTALL):
        exec(block, names)
    assert "unknown plan 'opne'" in capsys.readouterr().out
    assert names["result"].mode == "session"
    assert (tmp_path / "vqe.yaml").is_file()
