"""Scripts under the recorder: executed in local testing mode, and not executed at all."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from qplan.bridge.document import checked
from qplan.bridge.recorder import MadeUpWarning, Recording, record
from qplan.errors import FileError, UsageError, WorkloadError
from qplan.model.workload import Mode
from tests.bridge.recordings import jobs, lines

qiskit: Any = pytest.importorskip("qiskit")
runtime: Any = pytest.importorskip("qiskit_ibm_runtime")
primitives: Any = pytest.importorskip("qiskit.primitives")
fakes: Any = pytest.importorskip("qiskit_ibm_runtime.fake_provider")
client_side: Any = pytest.importorskip("qiskit_ibm_runtime.executor_sampler")
client_side_estimator: Any = pytest.importorskip("qiskit_ibm_runtime.executor_estimator")
pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # the primitives are about to be replaced
    pytest.mark.filterwarnings("ignore:.*local testing mode"),
    pytest.mark.filterwarnings("ignore:Aer not found"),
    pytest.mark.filterwarnings("ignore::qplan.bridge.recorder.MadeUpWarning"),
]

EXACT: dict[str, Any] = {"submission": 0}
"""Only what a script itself takes."""


@dataclass
class Clock:
    now_s: float = 5.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture(scope="module")
def fake() -> Any:
    return fakes.FakeManilaV2()


@pytest.fixture(scope="module")
def sampled(fake: Any) -> Any:
    """A measured circuit of two qubits with a free parameter, for the device."""
    circuit = qiskit.QuantumCircuit(2)
    circuit.rx(qiskit.circuit.Parameter("a"), 0)
    circuit.cx(0, 1)
    circuit.measure_all()
    return qiskit.transpile(circuit, fake, optimization_level=1, seed_transpiler=1)


@pytest.fixture(scope="module")
def ansatz(fake: Any) -> tuple[Any, Any]:
    """A circuit of one parameter and an observable of two groups."""
    circuit = qiskit.QuantumCircuit(2)
    circuit.rx(qiskit.circuit.Parameter("a"), 0)
    circuit.cx(0, 1)
    made = qiskit.transpile(circuit, fake, optimization_level=1, seed_transpiler=1)
    return made, qiskit.quantum_info.SparsePauliOp.from_list([("ZZ", 1.0), ("XI", 0.5)]).apply_layout(made.layout)


def test_a_vqe_script_becomes_a_workload_by_its_first_line(
    fake: Any, ansatz: Any, sampled: Any, tmp_path: Path
) -> None:
    optimize = pytest.importorskip("scipy.optimize")
    circuit, observable = ansatz
    clock, path = Clock(), tmp_path / "vqe.yaml"
    recording = record(
        fake, mode="session", max_time="2h", name="vqe", plan="premium", save=str(path), clock=clock, **EXACT
    )
    with recording as session:
        assert isinstance(session, runtime.Session)
        estimator = runtime.EstimatorV2(mode=session, options={"resilience_level": 1, "default_shots": 64})

        def energy(x: Any) -> float:
            clock.now_s += 2.5  # what the optimiser takes
            return float(estimator.run([(circuit, observable, x)]).result()[0].data.evs)

        found = optimize.minimize(energy, [0.1], method="COBYLA", options={"maxiter": 12})
        clock.now_s += 4
        counts = runtime.SamplerV2(mode=session).run([(sampled, found.x)], shots=100).result()[0].data.meas.get_counts()
    assert sum(counts.values()) == 100
    assert jobs(recording) == [
        {
            "name": "estimator",
            "primitive": "estimator",
            "qubits": 2,
            "pubs": [
                {
                    "observable_groups": 2,
                    "circuit_duration": jobs(recording)[0]["pubs"][0]["circuit_duration"],
                    "two_qubit_depth": 1,
                    "two_qubit_gates": 1,
                }
            ],
            "options": {"default_shots": 64, "resilience_level": 1},
            "iterations": found.nfev,
            "think": "2.5s",
        },
        {
            "name": "sampler",
            "primitive": "sampler",
            "qubits": 2,
            "pubs": [{"shots": 100, **sampled_figures(recording)}],
            "think": "4s",
            "after": ["estimator"],
        },
    ]
    assert path.read_text("utf-8") == recording.to_yaml()
    workload = checked(path.read_text("utf-8"), str(path))
    assert (workload.name, workload.mode, workload.plan.name) == ("vqe", Mode.SESSION, "premium")
    assert workload.session.max_time_us == 7_200_000_000


def sampled_figures(recording: Recording) -> dict[str, Any]:
    pub = jobs(recording)[-1]["pubs"][0]
    return {name: pub[name] for name in ("circuit_duration", "two_qubit_depth", "two_qubit_gates")}


def test_the_time_that_local_execution_takes_is_not_counted(sampled: Any) -> None:
    clock = Clock()

    class Slow(fakes.FakeManilaV2):  # type: ignore[misc]
        def run(self, *arguments: Any, **words: Any) -> Any:
            clock.now_s += 1000
            return super().run(*arguments, **words)

    recording = record(Slow(), clock=clock, **EXACT)
    with recording as backend:
        sampler = runtime.SamplerV2(mode=backend)
        for _ in range(3):
            sampler.run([(sampled, 0.5)], shots=8).result()
            clock.now_s += 3
    assert lines(recording) == ["sampler: iterations=3 think=3s"]


def test_submissions_take_what_they_take_on_the_service_unless_said(fake: Any, sampled: Any) -> None:
    for more, think in (({}, "1.2s"), ({"submission": "5s"}, "5s"), ({"think": "7s"}, "7s")):
        recording = record(fake, execute=False, clock=Clock(), **more)  # type: ignore[arg-type]
        with recording as backend:
            for _ in range(2):
                runtime.SamplerV2(mode=backend).run([(sampled, 0.5)]).result()
        assert lines(recording) == [f"sampler: iterations=2 think={think}"]


KINDS = {"job": "BackendV2", "batch": "Batch", "session": "Session"}


@pytest.mark.parametrize("execute", [True, False])
@pytest.mark.parametrize("mode", KINDS)
def test_each_mode_is_stood_for(fake: Any, sampled: Any, ansatz: Any, mode: str, execute: bool) -> None:
    recording = record(fake, mode=mode, execute=execute, clock=Clock(), **EXACT)
    with recording as place:
        assert KINDS[mode] in [kind.__name__ for kind in type(place).__mro__]
        sampler, estimator = runtime.SamplerV2(mode=place), runtime.EstimatorV2(mode=place)
        sent = [sampler.run([(sampled, 0.5)], shots=16) for _ in range(3)]
        sent.append(estimator.run([(*ansatz, 0.5)], precision=0.2))
        results = [job.result() for job in sent]
    assert results[0][0].data.meas.num_shots == 16
    assert results[3][0].data.evs.shape == ()
    assert recording.mode == recording.document["mode"] == mode
    assert lines(recording) == ["sampler: x3", "estimator:"]
    assert jobs(recording)[1]["pubs"][0]["precision"] == 0.2
    assert repr(recording) == f"<Recording of 4 calls on fake_manila, {mode} mode>"


@pytest.mark.parametrize("made", ["Session", "Batch"])
def test_a_script_that_opens_its_own_session_is_recorded_in_that_mode(fake: Any, sampled: Any, made: str) -> None:
    recording = record(fake, execute=False)
    with recording, getattr(runtime, made)(backend=fake):
        runtime.SamplerV2().run([(sampled, 0.5)]).result()
    assert recording.mode == made.lower()


def test_more_than_one_mode_is_told(fake: Any, sampled: Any) -> None:
    recording = record(fake, mode="batch", execute=False)
    with recording as batch:
        for place in (batch, batch, fake):
            runtime.SamplerV2(mode=place).run([(sampled, 0.5)])
    assert (
        "The calls ran in more than one mode (2 in batch mode, 1 in job mode); a workload has one." in recording.notes
    )


def of_two_registers(backend: Any) -> Any:
    from qiskit.circuit import ClassicalRegister, Parameter, QuantumRegister

    circuit = qiskit.QuantumCircuit(QuantumRegister(3), ClassicalRegister(1, "one"), ClassicalRegister(2, "two"))
    circuit.rx(Parameter("a"), 0)
    circuit.measure([0, 1, 2], [0, 1, 2])
    return qiskit.transpile(circuit, backend, optimization_level=1)


def shapes(results: Any) -> list[Any]:
    """What a script can see of results, but for the values."""
    told = []
    for result in results:
        fields = {
            name: (
                hasattr(value, "get_counts"),
                value.shape,
                getattr(value, "num_bits", None),
                getattr(value, "num_shots", None),
            )
            for name, value in result.data.items()
            if name != "ensemble_standard_error"  # which the service gives, and local testing does not
        }
        told.append((result.data.shape, fields))
    return told


@pytest.mark.parametrize(
    ("primitive", "pubs", "words"),
    [
        pytest.param("SamplerV2", lambda c, o: [(c, 0.5)], {"shots": 20}, id="one set"),
        pytest.param("SamplerV2", lambda c, o: [(c, [[[0.1], [0.2]], [[1], [2]]], 9)], {}, id="sets and shots"),
        pytest.param("SamplerV2", lambda c, o: [(c, [[0.1]]), (c, 0.1)], {"shots": 5}, id="two PUBs"),
        pytest.param("EstimatorV2", lambda c, o: [(c, o, 0.5)], {"precision": 0.1}, id="one value"),
        pytest.param("EstimatorV2", lambda c, o: [(c, [[o], [o]], [[0.1], [0.2], [0.3]], 0.5)], {}, id="broadcast"),
    ],
)  # fmt: skip
def test_made_up_results_have_the_shape_of_executed_ones(
    fake: Any, ansatz: Any, primitive: str, pubs: Callable[..., Any], words: dict[str, Any]
) -> None:
    given = pubs(*((of_two_registers(fake), None) if primitive == "SamplerV2" else ansatz))
    seen = []
    for execute in (True, False):
        with record(fake, execute=execute) as backend:
            seen.append(getattr(runtime, primitive)(mode=backend).run(given, **words).result())
    executed, made_up = seen
    assert shapes(made_up) == shapes(executed)
    assert type(made_up) is type(executed)
    assert type(made_up[0]) is type(executed[0])
    assert made_up.metadata["made_up_by"] == made_up[0].metadata["made_up_by"] == "qplan"


def test_made_up_values_lie_where_values_can_lie(fake: Any, ansatz: Any) -> None:
    circuit, observable = ansatz
    sets = [[x] for x in range(200)]
    with record(fake, execute=False) as backend:
        job = runtime.EstimatorV2(mode=backend).run([(circuit, observable, sets)], precision=0.01)
    data = job.result()[0].data
    assert abs(data.evs).max() <= 1.5
    assert data.evs.min() < -1 < 1 < data.evs.max()
    assert data.stds.tolist() == pytest.approx([0.015] * 200)


def test_made_up_results_are_the_same_for_the_same_seed(fake: Any, sampled: Any) -> None:
    counts = []
    for seed in (1, 1, 2):
        with record(fake, execute=False, seed=seed) as backend:
            result = runtime.SamplerV2(mode=backend).run([(sampled, 0.5)], shots=99).result()
        counts.append(result[0].data.meas.get_counts())
    assert counts[0] == counts[1] != counts[2]


def test_what_is_made_up_is_said_once_and_in_the_file(fake: Any, sampled: Any) -> None:
    recording = record(fake, execute=False, seed=3)
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always", MadeUpWarning)
        with recording as backend:
            for _ in range(3):
                job = runtime.SamplerV2(mode=backend).run([(sampled, 0.5)])
    made_up = [warning for warning in told if warning.category is MadeUpWarning]
    assert len(made_up) == 1
    assert made_up[0].filename == __file__
    assert "# NOTHING WAS EXECUTED: the results handed to the script were made up (seed 3)." in recording.to_yaml()
    assert (job.done(), job.usage(), job.backend()) == (True, 0, fake)


@pytest.mark.parametrize("which", ["sampler", "estimator"])
def test_client_side_primitives_are_recorded_with_what_the_user_wrote(
    fake: Any, sampled: Any, ansatz: Any, which: str
) -> None:
    recording = record(fake, mode="session", execute=False, clock=Clock(), **EXACT)
    with recording as session:
        if which == "sampler":
            primitive = client_side.Sampler(mode=session, options={"default_shots": 77})
            primitive.options.twirling.enable_gates = True
            given: Any = [(sampled, 0.5)]
        else:
            primitive = client_side_estimator.Estimator(mode=session, options={"default_shots": 77})
            given = [(*ansatz, 0.5)]
        for _ in range(2):
            result = primitive.run(given).result()
    assert lines(recording) == [f"{which}: iterations=2 think=0s"]
    options = {"default_shots": 77} | ({"twirling": {"enable_gates": True}} if which == "sampler" else {})
    assert jobs(recording)[0]["options"] == options
    assert list(result[0].data) == (["meas"] if which == "sampler" else ["evs", "stds", "ensemble_standard_error"])


def test_qiskits_own_primitives_are_recorded_on_the_backend_and_else_where_asked(sampled: Any, fake: Any) -> None:
    estimator, sampler = primitives.StatevectorEstimator(seed=1), primitives.StatevectorSampler(seed=1)
    circuit = qiskit.QuantumCircuit(2)
    circuit.h(0)
    for reference, told in ((False, ["sampler-1:", "sampler-2:"]), (True, ["sampler-1:", "estimator:", "sampler-2:"])):
        recording = record(fake, reference=reference, transpile=1, clock=Clock(), **EXACT)
        with recording:
            primitives.BackendSamplerV2(backend=fake).run([(sampled, 0.5)])
            estimator.run([(circuit, "ZZ")])
            sampler.run([(sampled, 0.5)]) if reference else runtime.SamplerV2(mode=fake).run([(sampled, 0.5)])
        assert lines(recording) == told
        assert ("1 call on other backends or on none: not in the file." in recording.notes) is not reference
    assert [item.get("options") for item in jobs(recording)] == [{"default_shots": 1024}, None, {"default_shots": 1024}]
    assert "Circuits were transpiled for fake_manila, level 1." in recording.notes


def test_work_elsewhere_is_the_scripts_own(fake: Any, sampled: Any) -> None:
    other, clock = fakes.FakeQuitoV2(), Clock()

    def run_elsewhere() -> None:
        runtime.SamplerV2(mode=other).run([qiskit.transpile(measured(), other)], shots=5).result()
        clock.now_s += 6

    recording = record(fake, clock=clock, **EXACT)
    with recording as backend:
        for _ in range(2):
            runtime.SamplerV2(mode=backend).run([(sampled, 0.5)], shots=5).result()
            run_elsewhere()
    assert lines(recording) == ["sampler: iterations=2 think=6s"]
    assert "2 calls on other backends or on none: not in the file." in recording.notes


def measured() -> Any:
    circuit = qiskit.QuantumCircuit(1)
    circuit.h(0)
    circuit.measure_all()
    return circuit


def test_what_goes_out_together_and_what_waits(fake: Any, sampled: Any) -> None:
    clock = Clock()
    recording = record(fake, mode="batch", execute=False, clock=clock, **EXACT)
    with recording as batch:
        sampler = runtime.SamplerV2(mode=batch)
        first = [sampler.run([(sampled, 0.5)], shots=10) for _ in range(2)]
        clock.now_s += 30
        lone = sampler.run([(sampled, 0.5)], shots=11)
        while not all(job.done() for job in first):  # asking is as good as waiting
            pass
        clock.now_s += 2
        sampler.run([(sampled, 0.5)], shots=12)
        lone.wait_for_final_state() if hasattr(lone, "wait_for_final_state") else lone.result()
        sampler.run([(sampled, 0.5)], shots=13)
    assert lines(recording) == [
        "sampler-1: x2",
        "sampler-2:",
        "sampler-3: think=2s after=['sampler-1']",
        "sampler-4: after=['sampler-1', 'sampler-2']",
    ]
    told = "Left out: 30 s between calls that were sent without waiting for a result in between."
    assert told in recording.notes


def test_threads_may_send_at_once(fake: Any, sampled: Any) -> None:
    recording = record(fake, mode="session", execute=False)
    everybody = threading.Barrier(6)

    def loop(place: Any) -> None:
        sampler = runtime.SamplerV2(mode=place)
        everybody.wait(timeout=30)
        for _ in range(5):
            sampler.run([(sampled, 0.5)], shots=4).result()

    with recording as session, ThreadPoolExecutor(6) as pool:
        list(pool.map(loop, [session] * 6))
    assert len(recording) == 30
    total = sum(item.get("iterations", 1) * item.get("count", 1) for item in jobs(recording))
    assert total == 30
    checked(recording.to_yaml(), "threads.yaml")


class BoomError(Exception):
    """What a user's script may raise."""


def test_an_exception_passes_on_and_what_was_recorded_stays(fake: Any, sampled: Any, tmp_path: Path) -> None:
    path = tmp_path / "w.yaml"
    recording = record(fake, mode="session", execute=False, save=str(path))
    places: list[Any] = []

    def script() -> None:
        with recording as session:
            places.append(session)
            runtime.SamplerV2(mode=session).run([(sampled, 0.5)]).result()
            raise BoomError

    with pytest.raises(BoomError):
        script()
    assert lines(recording) == ["sampler:"]
    assert "# THE SCRIPT ENDED EARLY (BoomError): this is what it had sent by then." in path.read_text("utf-8")
    assert not places[0]._active


def test_an_exception_passes_on_where_nothing_can_be_saved(fake: Any, tmp_path: Path) -> None:
    with pytest.raises(BoomError) as caught, record(fake, execute=False, save=tmp_path / "w.yaml"):
        raise BoomError
    assert caught.value.__notes__ == [
        "qplan: the recording up to here is not saved: "
        "nothing was recorded: no primitive ran on fake_manila inside the context"
    ]


def test_a_file_that_cannot_be_written_is_an_error(fake: Any, sampled: Any, tmp_path: Path) -> None:
    recording = record(fake, execute=False)
    with recording as backend:
        runtime.SamplerV2(mode=backend).run([(sampled, 0.5)])
    with pytest.raises(FileError, match=r"w\.yaml: cannot be written: No such file or directory"):
        recording.save(str(tmp_path / "none" / "w.yaml"))


@pytest.mark.parametrize(
    ("place", "why"),
    [
        pytest.param("none/w.yaml", "there is no such folder", id="no folder"),
        pytest.param(".", "it is a folder", id="folder"),
    ],
)
def test_where_nothing_can_be_saved_is_said_before_anything_is_done(
    fake: Any, tmp_path: Path, place: str, why: str
) -> None:
    with pytest.raises(FileError, match=f"cannot be written: {why}"), record(fake, save=tmp_path / place):
        raise BoomError


def test_a_failed_job_is_recorded_as_one_that_was_sent(
    fake: Any, sampled: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording = record(fake, clock=Clock(), **EXACT)
    with recording as backend:
        sampler = runtime.SamplerV2(mode=backend)
        with monkeypatch.context() as broken:
            broken.setattr(
                fakes.FakeManilaV2, "run", lambda *_, **__: exec("raise BoomError", {"BoomError": BoomError})
            )
            with pytest.raises(BoomError):
                sampler.run([(sampled, 0.5)], shots=4).result()
        sampler.run([(sampled, 0.5)], shots=4).result()
    assert lines(recording) == ["sampler: iterations=2 think=0s"]
    assert "Call 1 failed when it was executed (BoomError); the file has it as one that succeeds." in recording.notes


def test_a_call_that_the_primitive_refuses_was_never_sent(fake: Any, ansatz: Any, sampled: Any) -> None:
    recording = record(fake, mode="session")
    with recording as session:
        sampler = runtime.SamplerV2(mode=session)
        sampler.run([(sampled, 0.5)], shots=4).result()
        session.close()
        with pytest.raises(runtime.exceptions.IBMRuntimeError, match="closed"):
            sampler.run([(sampled, 0.5)], shots=4)
    assert len(recording) == 1
    assert "1 call refused before it was sent: not in the file." in recording.notes


def test_a_closed_session_takes_no_calls_that_are_not_executed_either(fake: Any, sampled: Any) -> None:
    with record(fake, mode="session", execute=False) as session:
        session.close()
        with pytest.raises(runtime.exceptions.IBMRuntimeError, match="closed"):
            runtime.SamplerV2(mode=session).run([(sampled, 0.5)])


def test_options_without_a_place_in_the_file_are_told(fake: Any, sampled: Any) -> None:
    recording = record(fake, execute=False)
    with recording as backend:
        sampler = runtime.SamplerV2(mode=backend, options={"simulator": {"seed_simulator": 4}, "default_shots": 7})
        sampler.run([(sampled, 0.5)])
    assert jobs(recording)[0]["options"] == {"default_shots": 7}
    assert "Options that a workload file has no place for: simulator." in recording.notes


def test_a_sampler_that_measures_nothing_is_refused(fake: Any) -> None:
    with record(fake, execute=False) as backend, pytest.raises(UsageError, match="its circuit measures nothing: call"):
        runtime.SamplerV2(mode=backend).run([qiskit.QuantumCircuit(1)])


def test_options_are_those_at_the_call(fake: Any, sampled: Any) -> None:
    recording = record(fake, execute=False)
    with recording as backend:
        sampler = runtime.SamplerV2(mode=backend, options={"default_shots": 7})
        sampler.run([(sampled, 0.5)])
        sampler.options.default_shots = 8
        sampler.run([(sampled, 0.5)])
    assert [item["options"]["default_shots"] for item in jobs(recording)] == [7, 8]


@pytest.mark.parametrize(
    ("transpile", "message"),
    [
        pytest.param(None, "PUB 1: fake_manila cannot run 'mine' as it is: .*h.*; transpile it", id="not asked to"),
        pytest.param(1, None, id="asked to"),
    ],
)
def test_circuits_that_the_device_cannot_run(fake: Any, transpile: int | None, message: str | None) -> None:
    circuit = measured()
    circuit.name = "mine"
    recording = record(fake, execute=False, transpile=transpile)
    with recording as backend:
        sampler = runtime.SamplerV2(mode=backend)
        if message is not None:
            with pytest.raises(UsageError, match=message):
                sampler.run([circuit])
        else:
            sampler.run([circuit])
    assert len(recording) == (0 if message else 1)


def test_pubs_that_come_one_by_one_are_sent_as_they_are(fake: Any, sampled: Any) -> None:
    recording = record(fake)
    with recording as backend:
        result = runtime.SamplerV2(mode=backend).run((sampled, x) for x in (0.1, 0.2)).result()
    assert len(result) == 2
    assert jobs(recording)[0]["pubs"][0]["circuits"] == 2


def test_everything_is_given_back_as_it_was(fake: Any, sampled: Any) -> None:
    def doors() -> list[Any]:
        return [
            runtime.SamplerV2.run,
            runtime.EstimatorV2.run,
            client_side.Sampler.run,
            primitives.StatevectorSampler.run,
            runtime.NoiseLearnerV3.run,
            runtime.QiskitRuntimeService._run,
            runtime.Session._create_session,
            runtime.Batch._create_session,
        ]

    before = doors()

    def script() -> None:
        with record(fake, execute=False):
            assert all(now is not then for now, then in zip(doors(), before, strict=True))
            raise BoomError

    with pytest.raises(BoomError):
        script()
    assert doors() == before


def test_one_recorder_at_a_time_and_each_once(fake: Any, sampled: Any) -> None:
    recording = record(fake, execute=False)
    with recording as backend:
        with pytest.raises(UsageError, match="a recorder is open already"), record(fake, execute=False):
            pass
        runtime.SamplerV2(mode=backend).run([(sampled, 0.5)])
    with pytest.raises(UsageError, match="a recorder is used once"), recording:
        pass
    with record(fake, execute=False) as backend:
        runtime.SamplerV2(mode=backend).run([(sampled, 0.5)])
    assert len(recording) == 1


def test_nothing_recorded_is_said(fake: Any) -> None:
    recording = record(fake)
    with recording:
        primitives.StatevectorSampler().run([measured()]).result()
    told = "no primitive ran on fake_manila inside the context, and 1 call went elsewhere"
    with pytest.raises(UsageError, match=told):
        recording.to_yaml()


@pytest.mark.parametrize(
    ("given", "words", "message"),
    [
        pytest.param("fake_manila", {"mode": "any"}, "mode: job, batch or session, not 'any'", id="mode"),
        pytest.param("fake_manila", {"max_time": "2h"}, "max_time limits a session or a batch", id="no session"),
        pytest.param("fake_manila", {"transpile": 4}, "transpile: a level from 0 to 3, not 4", id="level"),
        pytest.param("fake_manila", {"think": "long"}, "think: 'long' is not a duration", id="think"),
        pytest.param("fake_manila", {"submission": -1}, "submission: a duration cannot be negative", id="submission"),
        pytest.param("fake_manilla", {}, "unknown device 'fake_manilla'; did you mean fake_manila", id="device"),
        pytest.param(7, {}, "record takes a backend .* or the name of a device, not int", id="no backend"),
        pytest.param("ibm_phoenix", {}, "ibm_phoenix has no fake backend to execute on; execute=False", id="no twin"),
    ],
)
def test_what_cannot_be_recorded(given: Any, words: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        record(given, **words)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        pytest.param({"name": "a\nb"}, "name must be a name of 1 to 200 printable characters", id="name"),
        pytest.param({"plan": "opne"}, "unknown plan 'opne'", id="plan"),
        pytest.param({"mode": "session", "max_time": "long"}, "'long' is not a duration", id="max_time"),
    ],
)
def test_what_no_file_can_say_is_told_before_anything_is_done(fake: Any, words: dict[str, Any], message: str) -> None:
    with pytest.raises(WorkloadError, match=message):
        record(fake, **words)


@pytest.mark.parametrize("name", ["ibm_phoenix", "ibm_fez", "FakeFez"])
def test_a_device_by_its_name(name: str) -> None:
    recording = record(name, mode="session", execute=False)
    with recording as session:
        backend = session._backend
        circuit = qiskit.transpile(measured(), backend, optimization_level=1)
        runtime.SamplerV2(mode=session).run([circuit]).result()
    assert recording.document["backend"] == ("ibm_phoenix" if name == "ibm_phoenix" else "ibm_fez")


TOO_LARGE = (
    "qplan.record executes: fake_fez has 156 qubits, and without qiskit-aer 24 are the most that can be executed: "
    "pip install qiskit-aer; execute=False hands back made-up results instead"
)


@pytest.mark.parametrize(
    ("name", "words", "aer", "told"),
    [
        pytest.param("fake_fez", {}, False, True, id="156 qubits"),
        pytest.param("fake_fez", {}, True, False, id="with Aer"),
        pytest.param("fake_fez", {"execute": False}, False, False, id="not executed"),
        pytest.param("fake_manila", {}, False, False, id="5 qubits"),
    ],
)
def test_a_device_that_cannot_be_executed_here_is_told_on_entry(
    name: str, words: dict[str, Any], aer: bool, told: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording = record(name, **words)
    monkeypatch.setattr("qiskit.utils.optionals.HAS_AER", aer)
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always", RuntimeWarning)
        with recording:
            pass
    lines = [str(one.message) for one in found if one.category is RuntimeWarning and one.filename == __file__]
    assert lines == ([TOO_LARGE] if told else [])


class Untouchable:
    """A service of which nothing may be asked."""

    is_local = False

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"the service was asked for {name}")


@pytest.fixture
def real(fake: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A backend of the service, with the figures of the fake one."""

    class Real(runtime.IBMBackend):  # type: ignore[misc]
        target = fake.target

        def properties(self, refresh: bool = False, datetime: object = None) -> None:
            """None are known: what the service would be asked for, and may be."""

        def __init__(self) -> None:
            super().__init__(fake.configuration(), Untouchable(), Untouchable())

    service = object.__new__(runtime.QiskitRuntimeService)
    backend = Real()
    monkeypatch.setattr(backend, "_service", service)
    return backend


@pytest.mark.parametrize("mode", Mode)
def test_nothing_reaches_the_service(real: Any, sampled: Any, mode: Mode) -> None:
    with pytest.raises(UsageError, match="fake_manila is a real device, and nothing is submitted"):
        record(real, mode=mode)
    recording = record(real, mode=mode, execute=False)
    with recording as place, runtime.Session(backend=real) as own:
        for where in (place, own):
            result = runtime.SamplerV2(mode=where).run([(sampled, 0.5)], shots=6).result()
        with pytest.raises(UsageError, match="NoiseLearnerV3 cannot be recorded without executing it"):
            runtime.NoiseLearnerV3(mode=own).run([])
        with pytest.raises(UsageError, match="nothing is submitted to IBM Quantum while qplan records"):
            own._run("sampler", {})
    assert result[0].data.meas.num_shots == 6
    assert len(recording) == 2
    assert SimpleNamespace(id=own.session_id).id is None
