"""Circuits of public suites, from their files to an estimate: durations are Qiskit's, executions the primitives' own.

Munich's MQT Bench, the QED-C's application-oriented benchmarks and Qiskit Experiments; a suite that is not installed is
left out. Each goes through a format of its own: OpenQASM 3, OpenQASM 2 and QPY.
"""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from qplan.model.usage import Executions
from qplan.model.workload import Job, Workload
from qplan.parse import load
from qplan.parse.durations import parse_duration
from qplan.parse.primitive_defaults import primitive_defaults
from qplan.parse.yaml12 import parse
from qplan.plan.executions import count_executions
from tests.conftest import Qplan

pytest.importorskip("qiskit")
pytest.importorskip("qiskit_ibm_runtime")

from qiskit import QuantumCircuit, generate_preset_pass_manager, qasm2, qasm3, qpy
from qiskit.primitives import BackendEstimatorV2, BackendSamplerV2
from qiskit.quantum_info import SparsePauliOp
from qiskit_ibm_runtime import fake_provider

from qplan.bridge.device import device_from
from qplan.bridge.document import checked, workload_text
from qplan.bridge.jobs import coerced, job_of

DEVICES = {"fake_fez": "FakeFez", "fake_torino": "FakeTorino"}
LEVEL, SEED, SHOTS = 1, 5, 1000
PLAIN = {"resilience_level": 0, "twirling": {"enable_gates": False, "enable_measure": False}}
"""What an estimator adds to its circuits by itself is left out: only the circuits are counted here."""


def mqt_bench() -> list[QuantumCircuit]:
    bench = import_module("mqt.bench")
    sizes = {"ghz": 8, "qft": 5, "dj": 6, "qpeexact": 5, "wstate": 6, "graphstate": 7, "grover": 4, "vqe_real_amp": 5}
    return [bench.get_benchmark(name, bench.BenchmarkLevel.ALG, size) for name, size in sizes.items()]


def qedc() -> list[QuantumCircuit]:
    def kernel(folder: str, name: str) -> Any:
        return import_module(f"qedcbench.{folder}.qiskit.{name}")

    bernstein = kernel("bernstein_vazirani", "bv_kernel").BersteinVazirani
    return [
        bernstein(6, 19, [1, 0, 0, 1, 1], 1),
        bernstein(6, 19, [1, 0, 0, 1, 1], 2),  # two qubits, measured and reset in between
        kernel("hidden_shift", "hs_kernel").HiddenShift(6, 19, [1, 0, 0, 1, 1, 0]),
        kernel("quantum_fourier_transform", "qft_kernel").QuantumFourierTransform(5, 11),
        kernel("phase_estimation", "pe_kernel").PhaseEstimation(5, 0.25, False),
        kernel("deutsch_jozsa", "dj_kernel").DeutschJozsa(5, 1),
        kernel("grovers", "grovers_kernel").GroversSearch(4, 5, 2, False),
    ]


def experiments() -> list[QuantumCircuit]:
    library = import_module("qiskit_experiments.library")
    runs = (
        library.StandardRB((0, 1), [1, 20], num_samples=2, seed=7),
        library.QuantumVolume(range(4), trials=2, seed=7),
        library.T1((0,), [1e-6, 1e-5, 3.2e-5], backend=backend_of("fake_fez")),  # delays in dt: QPY keeps no other unit
    )
    return [circuit for run in runs for circuit in run.circuits()]


SUITES: dict[str, tuple[str, Callable[[], list[QuantumCircuit]]]] = {
    "mqt.bench": ("qasm3", mqt_bench),
    "qedcbench": ("qasm2", qedc),
    "qiskit_experiments": ("qpy", experiments),
}


@cache
def circuits_of(suite: str) -> list[QuantumCircuit]:
    """The circuits of a suite; what it uses of Qiskit that is on its way out is not ours to mend."""
    try:
        import_module(suite)
    except ImportError:
        pytest.skip(f"{suite} is not installed")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return SUITES[suite][1]()


def written(suite: str, folder: Path) -> list[QuantumCircuit]:
    """Write the suite's circuits into a folder, and read them back as Qiskit reads them, in the order of the files."""
    circuits, form = circuits_of(suite), SUITES[suite][0]
    if form == "qpy":
        with (folder / "all.qpy").open("wb") as file:
            qpy.dump(circuits, file)
        with (folder / "all.qpy").open("rb") as file:
            return list(qpy.load(file))
    dumps = qasm2.dumps if form == "qasm2" else qasm3.dumps
    paths = [folder / f"{number:02}.qasm" for number in range(len(circuits))]
    for path, circuit in zip(paths, circuits, strict=True):
        path.write_text(dumps(circuit), encoding="utf-8")
    read = QuantumCircuit.from_qasm_file if form == "qasm2" else qasm3.load
    return [read(str(path)) for path in paths]


class CountedError(Exception):
    """A primitive has told its backend what to run: so many ``executions``, circuits times shots."""

    def __init__(self, executions: int) -> None:
        super().__init__(f"{executions} executions")
        self.executions = executions


@cache
def backend_of(name: str) -> Any:
    """A fake backend that counts what it is asked to run, and runs nothing."""

    def run(self: object, circuits: list[QuantumCircuit], **options: Any) -> None:
        raise CountedError(len(circuits) * options["shots"])

    return type(DEVICES[name], (getattr(fake_provider, DEVICES[name]),), {"run": run})()


def isa(circuits: list[QuantumCircuit], device: str) -> list[QuantumCircuit]:
    target = backend_of(device).target
    runs: list[QuantumCircuit] = generate_preset_pass_manager(LEVEL, target=target, seed_transpiler=SEED).run(circuits)
    return runs


def qiskits_own(circuits: list[QuantumCircuit], device: str) -> Counter[Decimal]:
    """The durations in seconds that ``estimate_duration`` tells of the circuits, in whole cycles of the device."""
    target = backend_of(device).target
    scheduler = generate_preset_pass_manager(0, target=target, scheduling_method="alap")
    cycle_s = Decimal(round(target.dt * 1e12)) / 10**12
    return Counter(scheduler.run(run).estimate_duration(target, unit="dt") * cycle_s for run in isa(circuits, device))


def told_durations(job: Any) -> Counter[Decimal]:
    """The durations in a workload's job; PUBs that are alike stand in it once."""
    told: Counter[Decimal] = Counter()
    for pub in job.get("pubs", [job]):
        told[parse_duration(pub["circuit_duration"])] += pub.get("circuits", 1)
    return told


def executions_of(job: Job) -> Executions:
    return count_executions(job, primitive_defaults())


@pytest.mark.parametrize(
    ("suite", "device"),
    [("mqt.bench", "fake_fez"), ("qedcbench", "fake_torino"), ("qiskit_experiments", "fake_fez")],
)
def test_files_of_a_suite_are_imported_and_estimated(suite, device, qplan: Qplan, tmp_path):
    folder, out = tmp_path / "circuits", tmp_path / "w.yaml"
    folder.mkdir()
    circuits = written(suite, folder)
    ran = qplan(
        "import", str(folder), "--backend", device, "--transpile", str(LEVEL), "--seed", str(SEED),
        "--shots", str(SHOTS), "-o", str(out),
    )  # fmt: skip
    assert (ran.status, ran.err) == (0, "")
    tree: Any = parse(out.read_text(encoding="utf-8"), "w.yaml").tree
    assert told_durations(tree["jobs"][0]) == qiskits_own(circuits, device)
    [workload] = load([str(out)]).workloads
    counted = executions_of(only_job(workload))
    assert (counted.circuits, counted.main) == (len(circuits), counted_by_qiskit(isa(circuits, device), device))
    assert qplan("estimate", "--point", str(out)).status == 0


def counted_by_qiskit(runs: list[Any], device: str, kind: Any = BackendSamplerV2, **options: Any) -> int:
    """How many executions Qiskit's primitive asks its backend for; a sampler's with ``SHOTS``."""
    with pytest.raises(CountedError) as counted:
        kind(backend=backend_of(device)).run(runs, **(options or {"shots": SHOTS})).result()
    return counted.value.executions


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("suite", SUITES)
def test_pubs_of_a_suite_are_counted_as_the_sampler_counts_them(suite, device):
    circuits = circuits_of(suite)
    runs = isa(circuits, device)
    job = job_of("sampler", coerced("sampler", runs, shots=SHOTS), {}, device_from(backend_of(device)), name="all")
    assert executions_of(as_job(job)).main == counted_by_qiskit(runs, device) == SHOTS * len(runs)
    assert told_durations(job) == qiskits_own(circuits, device)


OBSERVABLES = {
    "one term": "ZZIII",
    "terms that share a basis": SparsePauliOp(["ZZIII", "IZZII", "IIIIZ"], [1, 2, 3]),
    "terms in three bases": SparsePauliOp(["ZZIII", "XXIII", "YYIII"]),
    "an array": ["ZZIII", "IXXII", SparsePauliOp(["IIIXX", "IIIYY"])],
    "a column against rows of parameters": [["ZZIII"], ["XXIII"]],
}


@pytest.mark.parametrize("observables", OBSERVABLES.values(), ids=OBSERVABLES)
@pytest.mark.parametrize("sets", [1, 3])
def test_pubs_of_an_ansatz_are_counted_as_the_estimator_counts_them(observables, sets):
    bench = pytest.importorskip("mqt.bench", reason="mqt.bench is not installed")
    ansatz = bench.get_benchmark("vqe_real_amp", bench.BenchmarkLevel.ALG, 5, random_parameters=False)
    [run] = isa([ansatz.remove_final_measurements(inplace=False)], "fake_fez")
    values = [[0.1 * number] * run.num_parameters for number in range(sets)]
    laid_out = laid(observables, run)
    pub = (run, laid_out, values)
    job = job_of("estimator", coerced("estimator", [pub], precision=0.03125), PLAIN,
                 device_from(backend_of("fake_fez")), name="energy")  # fmt: skip
    counted = executions_of(as_job(job))
    assert counted.main == counted_by_qiskit([pub], "fake_fez", BackendEstimatorV2, precision=0.03125)
    assert counted.main % 1024 == 0, "1 / 0.03125^2 shots of each"


def laid(observables: Any, run: QuantumCircuit) -> Any:
    """Observables on the qubits that the transpiler has chosen."""
    if isinstance(observables, list):
        return [laid(each, run) for each in observables]
    return SparsePauliOp(observables).apply_layout(run.layout)


def as_job(job: dict[str, object]) -> Job:
    """The job as a workload file states it, read back."""
    text = workload_text({"qplan": 1, "name": "w", "backend": "ibm_fez", "jobs": [job]})
    return only_job(checked(text, "w.yaml"))


def only_job(workload: Workload) -> Job:
    [item] = workload.items
    [job] = item.jobs
    return job
