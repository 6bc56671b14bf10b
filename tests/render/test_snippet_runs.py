"""Snippets run for real, on a fake backend in Qiskit's local testing mode; skipped where Qiskit is not installed."""

from __future__ import annotations

import threading
import time
import types
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from qplan.model.workload import End, Mode, Options, Pub, Twirling, Workload
from qplan.render.snippet import snippet
from tests.render.record_runtime_api import RECORD, record, text
from tests.render.run_filled import run_filled
from tests.render.runtime_names import unknown_names
from tests.render.samples import S
from tests.render.snippet_scenes import ESTIMATOR, EVERY_OPTION, SAMPLER, item, of

runtime: Any = pytest.importorskip("qiskit_ibm_runtime")
qiskit: Any = pytest.importorskip("qiskit")
local: Any = pytest.importorskip("qiskit_ibm_runtime.fake_provider.local_runtime_job")
pytestmark = pytest.mark.filterwarnings("ignore")

JOB, BATCH, SESSION = Mode.JOB, Mode.BATCH, Mode.SESSION
FEW = (Pub(shots=64),)
ROUGH = (Pub(precision=0.2),)
MESSAGES = {
    "return your PUBs": "pubs",
    "return the next parameters": "parameters",
    "return the circuits whose layers are learned": "circuits",
    "return your noise model": "model",
}


@dataclass
class User:
    """Who fills in the placeholders, and a log of what happens meanwhile: (what, tags or nothing)."""

    backend: Any
    log: list[tuple[str, Any]] = field(default_factory=list)
    meet: Callable[[], object] = lambda: None

    def circuit(self, *, measured: bool) -> Any:
        circuit = qiskit.QuantumCircuit(2)
        circuit.h(0)
        circuit.cx(0, 1)
        if measured:
            circuit.measure_all()
        return qiskit.transpile(circuit, self.backend, optimization_level=1)

    def fill(self, name: str, wanted: str) -> Any:
        """What the placeholder ``name`` returns; names that start with "s" are the sampler's."""
        match MESSAGES[wanted]:
            case "pubs":
                self.meet()
                if name.startswith("s"):
                    return [self.circuit(measured=True)]
                circuit = self.circuit(measured=False)
                observable = qiskit.quantum_info.SparsePauliOp("ZZ").apply_layout(circuit.layout)
                return [(circuit, observable)]
            case "parameters":
                return [0.5]
            case "circuits":
                return [self.circuit(measured=False)]
            case _:
                return []

    def run(self, program: str) -> dict[str, Any]:
        """The program's variables, once it has run."""
        return run_filled(program, lambda name, wanted, arguments: self.fill(name, wanted))


@pytest.fixture
def user(monkeypatch: pytest.MonkeyPatch) -> User:
    """A user whose service offers FakeManilaV2, whatever is asked for."""
    backend = pytest.importorskip("qiskit_ibm_runtime.fake_provider").FakeManilaV2()
    made = User(backend)
    service = types.SimpleNamespace(backend=lambda name: backend, least_busy=lambda: backend)

    def noted(kind: type, method: str, note: Callable[[Any], Any]) -> None:
        real = getattr(kind, method)

        def wrapped(self: Any, *arguments: Any, **words: Any) -> Any:
            made.log.append((method, note(self)))
            return real(self, *arguments, **words)

        monkeypatch.setattr(kind, method, wrapped)

    def settled(self: Any, real: Callable[[Any], Any] = local.LocalRuntimeJob.status) -> Any:
        # The local job calls a job that has not begun an error; the service never does.
        while not (self._future.running() or self._future.done()):
            time.sleep(0.001)
        return real(self)

    class Learner:
        """The real one refuses to run locally."""

        def __init__(self, mode: Any, options: dict[str, Any] | None = None) -> None:
            runtime.NoiseLearnerOptions(**(options or {}))
            assert isinstance(mode, runtime.Session)

        def run(self, circuits: list[Any]) -> Any:
            made.log.append(("learn", len(circuits)))
            return types.SimpleNamespace(result=lambda: [])

    monkeypatch.setattr(runtime, "QiskitRuntimeService", lambda **words: service)
    monkeypatch.setattr(runtime, "NoiseLearner", Learner)
    monkeypatch.setattr(local.LocalRuntimeJob, "status", settled)
    for primitive in (runtime.Estimator, runtime.Sampler):
        noted(primitive, "run", lambda self: tuple(self.options.environment.job_tags or ()))
    noted(local.LocalRuntimeJob, "result", lambda self: None)
    noted(runtime.Session, "close", lambda self: None)
    noted(runtime.Session, "cancel", lambda self: None)
    return made


def of_any_kind(end: End = End.CLOSE) -> Workload:
    """Plain jobs, a loop, and a job that follows it, in one thread."""
    return of(
        item("s-one", SAMPLER, pubs=FEW),
        item("s-many", SAMPLER, count=2, pubs=FEW),
        item("e-loop", ESTIMATOR, iterations=2, pubs=ROUGH),
        item("e-last", ESTIMATOR, after=("e-loop", "s-many"), pubs=ROUGH),
        end=end,
    )


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("end", [End.CLOSE, End.NONE])
def test_p_04_every_mode_runs_as_it_is_once_filled_in(user: User, mode: Mode, end: End) -> None:
    variables = user.run(snippet(of_any_kind(end), mode, 600 * S))
    assert len(variables["s_many_results"]) == 2
    assert set(variables["s_one_result"][0].data.meas.get_counts()) <= {"00", "11", "01", "10"}
    assert variables["e_last_result"][0].data.evs.shape == ()
    closed = ("close", None) in user.log
    assert closed is (mode is not JOB and end is End.CLOSE)


@pytest.mark.parametrize("mode", Mode)
def test_p_04_all_is_sent_before_anything_is_waited_for(user: User, mode: Mode) -> None:
    user.run(snippet(of(item("s", SAMPLER, count=3, pubs=FEW), item("e", pubs=ROUGH)), mode, None))
    what = [name for name, _ in user.log]
    closing = [] if mode is JOB else ["close"]
    assert what == ["run"] * 4 + closing + ["result"] * 4


@pytest.mark.parametrize("mode", Mode)
def test_s_08_threads_truly_overlap_and_have_their_own_tags(user: User, mode: Mode) -> None:
    everybody = threading.Barrier(3)
    user.meet = lambda: everybody.wait(timeout=60)
    loops = item("e-spsa", iterations=2, copies=2, pubs=ROUGH), item("s-other", SAMPLER, iterations=2, pubs=FEW)
    variables = user.run(snippet(of(*loops), mode, None))
    assert len(variables["results"]) == 3
    tags = {tags for name, tags in user.log if name == "run"}
    assert tags == {("e-spsa", "copy 0"), ("e-spsa", "copy 1"), ("s-other",)}


def test_s_11_the_noise_model_is_learned_once_for_all_jobs_of_a_session(user: User) -> None:
    learned = Options(pec_mitigation=True, layer_noise_learning=EVERY_OPTION.layer_noise_learning)
    user.run(snippet(of(item("e", iterations=3, options=learned, pubs=ROUGH)), SESSION, None))
    assert [name for name, _ in user.log].count("learn") == 1
    assert [name for name, _ in user.log].count("run") == 3


@pytest.mark.parametrize("mode", [BATCH, SESSION])
def test_end_cancel_cancels_once_and_keeps_what_ran(user: User, mode: Mode) -> None:
    workload = of(item("s", SAMPLER, count=4, pubs=FEW), end=End.CANCEL, cancel_after=2)
    variables = user.run(snippet(workload, mode, None))
    assert [name for name, _ in user.log].count("cancel") == 1
    assert 2 <= len(variables["results"]) <= 4


def test_end_cancel_ends_a_loop_at_its_result(user: User) -> None:
    workload = of(item("e", iterations=9, pubs=ROUGH), end=End.CANCEL, cancel_after=3)
    user.run(snippet(workload, SESSION, None))
    assert [name for name, _ in user.log if name in {"result", "cancel"}] == ["result"] * 3 + ["cancel"]


def test_end_cancel_ends_all_threads(user: User) -> None:
    workload = of(item("e", iterations=50, copies=3, pubs=ROUGH), end=End.CANCEL, cancel_after=4)
    user.run(snippet(workload, SESSION, None))
    what = [name for name, _ in user.log]
    assert what.count("cancel") == 1
    assert 4 <= what.count("result") < 50


@pytest.mark.parametrize(
    "options",
    [
        pytest.param(EVERY_OPTION, id="every option"),
        pytest.param(replace(Options(), measure_noise_learning=EVERY_OPTION.measure_noise_learning), id="readout"),
        pytest.param(
            Options(resilience_level=0, measure_noise_learning=EVERY_OPTION.measure_noise_learning), id="none"
        ),
        pytest.param(Options(pec_mitigation=True, pec_max_overhead=None), id="PEC without a cap"),
        pytest.param(Options(layer_noise_model=True, pec_mitigation=True), id="stored noise"),
        pytest.param(Options(twirling=Twirling(enable_gates=True)), id="twirling"),
    ],
)
@pytest.mark.parametrize("primitive", [SAMPLER, ESTIMATOR])
def test_the_client_takes_the_options_as_written(user: User, primitive: Any, options: Options) -> None:
    name = "s" if primitive is SAMPLER else "e"
    program = snippet(of(item(name, primitive, options=options, pubs=FEW)), JOB, None)
    variables = user.run(program)
    sent = variables[str(primitive)].options
    if "OPTIONS" in variables:
        assert _agrees(variables["OPTIONS"], sent)


def _agrees(tree: dict[str, Any], options: Any) -> bool:
    return all(
        _agrees(value, getattr(options, name)) if isinstance(value, dict) else getattr(options, name) == value
        for name, value in tree.items()
    )


def test_the_record_agrees_with_the_installed_package() -> None:
    fresh = record()
    if fresh["version"] == "0.51.0":
        assert text() == RECORD.read_text("utf-8")
    everything = of(
        item("s", SAMPLER, iterations=2, copies=2, options=EVERY_OPTION),
        item("e", iterations=2, options=replace(EVERY_OPTION, zne_mitigation=False, pec_mitigation=True)),
        end=End.CANCEL,
        cancel_after=2,
    )
    for mode in Mode:
        assert unknown_names(snippet(everything, mode, S), fresh) == []
