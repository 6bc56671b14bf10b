"""``qplan import``: circuits in, a workload file out that the other commands read; everything wrong at once."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("qiskit")
pytest.importorskip("qiskit_qasm3_import")
pytest.importorskip("qiskit_ibm_runtime")

from qiskit import QuantumCircuit

from qplan import __version__
from qplan.bridge import importing
from qplan.bridge.device import Device, device_of
from qplan.bridge.facts import duration_ns, transpiled
from qplan.bridge.importing import ImportRequest, JobPer, imported
from qplan.bridge.need import version_of
from qplan.bridge.reading import ReadCircuit, ReadFile
from qplan.bridge.ready import Wanted, ready_circuits
from qplan.errors import FileError, UsageError, WorkloadError
from qplan.parse.yaml12 import parse
from tests.bridge.circuits import BELL3, GHZ, ansatz, ghz, qpy, write
from tests.conftest import Qplan


class InProcess:
    """Reads circuits here: what these tests give is friendly, and a process takes a second to start."""

    def __enter__(self) -> InProcess:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def read(self, kind: str, data: bytes) -> Any:
        from qplan.bridge.circuit_reader import read_circuits

        return read_circuits(kind, data)


@pytest.fixture(scope="module")
def fez() -> Device:
    return device_of("fake_fez")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fez: Device) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(importing, "ReaderProcess", InProcess)
    monkeypatch.setattr(importing, "device_of", lambda spec: fez if spec == "fake_fez" else device_of(spec))
    write(tmp_path, {"ghz.qasm": GHZ, "bell.qasm": BELL3, "two.qpy": qpy(ghz(), ghz(4)), "ansatz.qpy": qpy(ansatz())})
    write(tmp_path, {"h.txt": "ZZ 0.5\nXX 0.5\nZI 1\n", "pair.json": '["ZZ", "XX"]', "nested.json": '[["ZZ"], ["XX"]]'})
    write(tmp_path, {"wide.txt": "ZZZ 1\n", "values.csv": "turn\n0.1\n0.2\n0.3\n"})
    return tmp_path


def text(*paths: str, **wanted: Any) -> str:
    asked: dict[str, Any] = {"backend": "fake_fez", "level": 1} | wanted
    return imported(ImportRequest(paths=paths, **asked))


def document(*paths: str, **wanted: Any) -> Any:
    return parse(text(*paths, **wanted), "w.yaml").tree


def comments(*paths: str, **wanted: Any) -> str:
    return unwrapped(text(*paths, **wanted))


def unwrapped(workload: str) -> str:
    lines = (line for line in workload.splitlines() if line.startswith("#"))
    return " ".join(line.removeprefix("#").strip() for line in lines)


def test_the_command_writes_a_workload_that_the_others_read(qplan: Qplan, tmp_path: Path) -> None:
    write(tmp_path, {"ghz.qasm": GHZ})
    out = str(tmp_path / "w.yaml")
    ran = qplan("import", str(tmp_path / "ghz.qasm"), "--backend", "fake_fez", "--transpile", "1", "-o", out)
    assert (ran.status, ran.out, ran.err) == (0, "", "")
    versions = f"Qiskit {version_of('qiskit')} and qiskit-ibm-runtime {version_of('qiskit-ibm-runtime')}"
    written = Path(out).read_text()
    assert unwrapped(written) == (
        f"Imported by qplan {__version__} with {versions}, from: - ghz.qasm: 1 circuit, OpenQASM 2 "
        "Durations are those of fake_fez: ALAP scheduling at optimization level 0, then Qiskit's estimate_duration. "
        "Measurements and the resets that a circuit states are in them; rep_delay is not (the usage model adds it), "
        "nor is the reset before each execution (which some usage models count). "
        "Transpiled for it: 1 of 1 circuits, at level 1 with seed 0."
    )
    assert written[written.index("qplan: 1") :] == (
        "qplan: 1\nname: ghz\nbackend: ibm_fez\njobs:\n"
        "- name: ghz\n  primitive: sampler\n  qubits: 3\n  pubs:\n"
        "  - {circuit_duration: 1.8us, two_qubit_depth: 2, two_qubit_gates: 2}\n"
    )
    assert qplan("compare", out, "--point").status == 0
    again = qplan("import", str(tmp_path / "ghz.qasm"), "--backend", "fake_fez", "--transpile", "1", "-o", out)
    assert (again.status, again.err.endswith("there is such a file already; --force overwrites it\n")) == (1, True)


@pytest.mark.parametrize(
    ("out", "more"),
    [
        pytest.param("ghz.qasm", [], id="a circuit"),
        pytest.param("link.yaml", [], id="a link to one"),
        pytest.param("h.txt", ["--observables", "h.txt"], id="the observables"),
        pytest.param("v.json", ["--parameters", "v.json"], id="the parameters"),
        pytest.param("c.json", ["--backend", "c.json,h.txt"], id="the device"),
        pytest.param("f/b.qasm", ["f"], id="a circuit in a folder"),
    ],
)
def test_what_is_read_is_never_overwritten(
    out: str, more: list[str], qplan: Qplan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    files = {"ghz.qasm": GHZ, "h.txt": "ZZZ 1", "v.json": "[1]", "c.json": "{}", "f/b.qasm": GHZ}
    write(tmp_path, {**files})
    (tmp_path / "link.yaml").symlink_to("ghz.qasm")
    ran = qplan("import", "ghz.qasm", *more, "-o", out, "--force")
    told = f"qplan: {out}: it is read from, and would be lost; write to another file\n"
    assert (ran.status, ran.out, ran.err) == (1, "", told)
    assert {name: (tmp_path / name).read_text() for name in files} == files


def test_the_command_tells_everything_wrong_at_once(qplan: Qplan, tmp_path: Path) -> None:
    write(tmp_path, {"a.qasm": "OPENQASM 2.0; foo", "b.qpy": b"QISKIT\x0a" + bytes(20), "c.qasm": "OPENQASM 7;"})
    out = tmp_path / "w.yaml"
    files = [str(tmp_path / name) for name in ("a.qasm", "b.qpy", "c.qasm", "none.qpy")]
    ran = qplan("import", *files, "--backend", "fake_feez", "--observables", files[0], "-o", str(out))
    assert (ran.status, ran.out, out.exists()) == (1, "", False)
    lines = [line.removeprefix(f"qplan: {tmp_path}/") for line in ran.err.splitlines()]
    assert [line.split(":")[0] for line in lines[:4]] == ["none.qpy", "a.qasm", "b.qpy", "c.qasm"]
    assert lines[4] == "qplan: unknown device 'fake_feez'; did you mean fake_fez?"
    assert lines[5].startswith("a.qasm: line 1: a term is written in the letters I, X, Y and Z, not 'OPENQASM'")


def test_the_same_input_gives_the_same_bytes(here: Path) -> None:
    request = ImportRequest(paths=["two.qpy", "bell.qasm"], backend="fake_fez", level=3, seed=7, parameter_sets=2)
    assert imported(request) == imported(request)


def test_a_duration_is_qiskits_own(here: Path, fez: Device) -> None:
    [pub] = document("ghz.qasm")["jobs"][0]["pubs"]
    run = transpiled(ghz(), fez, 1, 0)
    assert Decimal(pub["circuit_duration"].removesuffix("us")) * 1000 == duration_ns(run.estimate_duration(fez.target))


@pytest.mark.parametrize(
    ("paths", "wanted", "jobs"),
    [
        pytest.param(["two.qpy", "ghz.qasm"], {}, [("import", [2, 1])], id="all circuits are one job"),
        pytest.param(["two.qpy", "ghz.qasm"], {"job_per": JobPer.FILE}, [("two", [1, 1]), ("ghz", [1])], id="files"),
        pytest.param(["two.qpy", "ghz.qasm"], {"job_per": JobPer.CIRCUIT},
                     [("two", [1]), ("two-2", [1]), ("ghz", [1])], id="circuits"),
        pytest.param(["two.qpy"], {"name": "x: 1"}, [("x: 1", [1, 1])], id="named"),
    ],
)  # fmt: skip
def test_circuits_become_pubs_of_jobs(
    paths: list[str], wanted: dict[str, Any], jobs: list[tuple[str, list[int]]], here: Path
) -> None:
    found = document(*paths, **wanted)["jobs"]
    assert [(job["name"], [pub.get("circuits", 1) for pub in job["pubs"]]) for job in found] == jobs


@pytest.mark.parametrize(
    ("path", "wanted", "expected"),
    [
        pytest.param("ghz.qasm", {"shots": 100}, {"shots": 100}, id="shots"),
        pytest.param("bell.qasm", {"parameters": "values.csv"}, {"parameter_sets": 3}, id="values"),
        pytest.param("bell.qasm", {"parameter_sets": 5}, {"parameter_sets": 5}, id="sets to come"),
        pytest.param("ansatz.qpy", {"parameter_sets": 5, "measure_all": True}, {"parameter_sets": 5}, id="measured"),
        pytest.param("ghz.qasm", {"parameter_sets": 5}, {}, id="sets are of circuits with parameters"),
        pytest.param("ansatz.qpy", {"observables": "h.txt", "parameter_sets": 5},
                     {"parameter_sets": 5, "observable_groups": 2}, id="an observable"),
        pytest.param("ansatz.qpy", {"observables": "pair.json", "parameter_sets": 5, "precision": 0.1},
                     {"parameter_sets": [5, 1], "observable_groups": 2, "precision": 0.1}, id="each at each set"),
    ],
)  # fmt: skip
def test_what_a_pub_says_of_arrays(path: str, wanted: dict[str, Any], expected: dict[str, Any], here: Path) -> None:
    [pub] = document(path, **wanted)["jobs"][0]["pubs"]
    keys = ("shots", "precision", "parameter_sets", "observable_groups")
    assert {key: pub[key] for key in keys if key in pub} == expected


def test_arrays_are_broadcast_as_in_a_pub(here: Path) -> None:
    write(here, {"v.json": "[[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]]"})
    [pub] = document("ansatz.qpy", observables="nested.json", parameters="v.json")["jobs"][0]["pubs"]
    assert (pub["parameter_sets"], pub["observable_groups"]) == (3, 2)
    with pytest.raises(UsageError) as error:
        document("ansatz.qpy", observables="pair.json", parameters="v.json")
    assert str(error.value) == (
        "ansatz.qpy: The observables shape (2,) and the parameter values shape (3,) are not broadcastable; "
        "as in a PUB they are paired: for each observable at each set, write every observable as a list of its own"
    )


def test_an_estimator_says_so_with_its_options(here: Path) -> None:
    [job] = document("ansatz.qpy", observables="h.txt", parameter_sets=2, resilience_level=2)["jobs"]
    assert (job["primitive"], job["options"]) == ("estimator", {"resilience_level": 2})


def test_a_circuit_that_is_isa_stays_as_it_is(here: Path, fez: Device) -> None:
    write(here, {"isa.qpy": qpy(transpiled(ghz(4), fez, 1, 5)), "plain.qpy": qpy(ghz(4))})
    assert document("isa.qpy", level=None) == document("isa.qpy", level=3) | {"name": "isa"}
    assert "Transpiled" not in comments("isa.qpy", level=3)
    assert "Transpiled for it: 1 of 2 circuits, at level 3 with seed 0." in comments("isa.qpy", "plain.qpy", level=3)


def test_observables_of_a_circuit_that_was_laid_out_before(here: Path, fez: Device) -> None:
    run = transpiled(ansatz(), fez, 1, 0)
    write(here, {"isa.qpy": qpy(run), "laid.txt": "I" * 154 + "ZZ 1\n"})
    for observables in ("h.txt", "laid.txt"):
        [pub] = document("isa.qpy", level=None, observables=observables, parameter_sets=2)["jobs"][0]["pubs"]
        assert pub["parameter_sets"] == 2
    with pytest.raises(UsageError, match="the observables are on 3 qubits, and the circuit has 2"):
        document("isa.qpy", level=None, observables="wide.txt", parameter_sets=2)


def test_plan_and_device_stand_in_the_file(here: Path) -> None:
    found = document("ghz.qasm", backend="fake_manila", plan="open")
    assert found["plan"] == "open"
    assert (found["backend"]["qubits"], found["backend"]["processor"]) == (5, "Falcon r5.11L")
    assert "No profile of fake_manila ships with qplan" in comments("ghz.qasm", backend="fake_manila")


def test_the_comments_say_what_was_assumed(here: Path) -> None:
    said = comments("ansatz.qpy", observables="pair.json", parameter_sets=5)
    assert "Observables: an array of observables of shape [2], 2 terms on 2 qubits, grouped qubit-wise." in said
    assert "Values of parameters are not known yet: 5 sets of each circuit that has any." in said
    assert "Measurements of all qubits were added" in comments("ansatz.qpy", parameter_sets=5, measure_all=True)


def test_where_a_file_lies_is_not_told(here: Path) -> None:
    assert str(here) not in comments(str(here / "ghz.qasm"))


def test_many_files_are_counted(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "MOST_FILES_TOLD", 1)
    said = comments("ghz.qasm", "two.qpy", "ghz.qasm")
    assert "- ghz.qasm: 1 circuit, OpenQASM 2 - and 2 more files Durations" in said


WRONG: list[Any] = [
    pytest.param(["ghz.qasm", "two.qpy"], {"level": None}, [
        "ghz.qasm: fake_fez does not run it as it is (The instruction h on qubits (0,) is not supported by the target "
        "system); --transpile 1 maps it to the device",
        "two.qpy: circuit 1 (ghz): fake_fez does not run it as it is",
        "two.qpy: circuit 2 (ghz): fake_fez does not run it as it is",
    ], id="not ISA"),
    pytest.param(["big.qpy"], {}, ["big.qpy: too wide: 200 qubits, and the device has 156"], id="too wide"),
    pytest.param(["ansatz.qpy"], {}, [
        "ansatz.qpy: measures nothing; --measure-all adds measurements, --observables FILE makes it an estimator's",
        "ansatz.qpy: free parameters (theta[0], theta[1]): --parameters FILE gives their values, --parameter-sets N "
        "says how many sets there will be",
    ], id="no measurement, no values"),
    pytest.param(["empty.qpy"], {}, ["empty.qpy: has no instructions"], id="an empty circuit"),
    pytest.param(["bell.qasm", "ghz.qasm"], {"parameters": "two.csv"},
                 ["bell.qasm: 2 values a set, and it has 1 parameters (turn)"], id="too many values"),
    pytest.param(["ansatz.qpy"], {"parameters": "values.csv", "measure_all": True},
                 ["ansatz.qpy: no values for its parameters theta[0], theta[1]"], id="values of another circuit"),
    pytest.param(["ghz.qasm"], {"observables": "h.txt"},
                 ["ghz.qasm: the observables are on 2 qubits, and the circuit has 3"], id="observables too narrow"),
    pytest.param(["opaque.qasm"], {}, ["opaque.qasm: cannot be transpiled for fake_fez (HighLevelSynthesis is unable"],
                 id="a gate without a definition"),
    pytest.param(["while.qpy"], {}, ["while.qpy: cannot be transpiled for fake_fez (The control-flow construct"],
                 id="control flow that the device has not"),
    pytest.param(["ghz.qasm"], {"observables": "h.txt", "shots": 5, "measure_all": True}, [
        "--shots is for the sampler, and this is an estimator (--observables): give --precision",
        "--measure-all is for the sampler, and this is an estimator (--observables): it measures by itself",
    ], id="options of the sampler"),
    pytest.param(["ghz.qasm"], {"precision": 0.1, "resilience_level": 1, "parameters": "x", "parameter_sets": 1}, [
        "--precision is for the estimator: give --shots",
        "--resilience-level is for the estimator",
        "give --parameters or --parameter-sets, not both",
    ], id="options of the estimator"),
    pytest.param(["ghz.qasm"], {"primitive": "estimator"}, ["an estimator needs --observables"], id="alone"),
]  # fmt: skip


@pytest.mark.parametrize(("paths", "wanted", "told"), WRONG)
def test_what_cannot_be_imported(paths: list[str], wanted: dict[str, Any], told: list[str], here: Path) -> None:
    _hostile(here)
    with pytest.raises(UsageError) as error:
        document(*paths, **wanted)
    lines = str(error.value).splitlines()
    assert len(lines) == len(told), lines
    assert all(line.startswith(start) for line, start in zip(lines, told, strict=True)), lines


def _hostile(folder: Path) -> None:
    """Circuits that no device runs."""
    from qiskit import QuantumCircuit

    endless = QuantumCircuit(1, 1)
    with endless.while_loop((0, 0)):
        endless.measure(0, 0)
    circuits = {"while": endless, "empty": QuantumCircuit(2), "big": ghz(200)}
    write(folder, {f"{name}.qpy": qpy(circuit) for name, circuit in circuits.items()})
    opaque = "OPENQASM 2.0;\nopaque foo a;\nqreg q[1];\ncreg c[1];\nfoo q[0];\nmeasure q -> c;\n"
    write(folder, {"opaque.qasm": opaque, "two.csv": "1,2\n"})


@pytest.mark.parametrize("inside", [False, True], ids=["alone", "in a branch of a loop"])
def test_delays_that_are_parameters_need_values(inside: bool, fez: Device) -> None:
    """They come in no file today: QPY of Qiskit 2.6 loses them."""
    import numpy as np
    from qiskit import QuantumCircuit
    from qiskit.circuit import Parameter

    delayed = QuantumCircuit(1, 1)
    length = Parameter("t")
    if inside:
        with delayed.for_loop(range(2)), delayed.if_test((delayed.clbits[0], 1)):
            delayed.delay(length, 0, "dt")
    else:
        delayed.delay(length, 0, "dt")
    delayed.measure(0, 0)
    read = ReadCircuit(file="d", label="d", circuit=delayed)
    files = [ReadFile(name="d", told="", circuits=(read,))]
    wanted = Wanted(primitive="sampler", level=None, seed=0, values=np.array([1000, 3000]))
    assert len(ready_circuits(files, fez, wanted)) == 1
    with pytest.raises(UsageError) as error:
        ready_circuits(files, fez, replace(wanted, values=None, sets=2))
    assert str(error.value) == "d: how long it lasts depends on its parameters: --parameters FILE gives their values"


def test_delays_that_a_loop_counts_need_no_values(fez: Device) -> None:
    from qiskit import QuantumCircuit
    from qiskit.circuit import Parameter

    counted = QuantumCircuit(1, 1)
    count = Parameter("i")
    with counted.for_loop(range(2), count):
        counted.delay(count, 0, "dt")
    counted.rz(Parameter("turn"), 0)
    counted.measure(0, 0)
    files = [ReadFile(name="d", told="", circuits=(ReadCircuit(file="d", label="d", circuit=counted),))]
    wanted = Wanted(primitive="sampler", level=None, seed=0, sets=2)
    assert len(ready_circuits(files, fez, wanted)) == 1


def test_only_so_many_faults_are_told(here: Path) -> None:
    write(here, {"many.qpy": qpy(*(ghz(2) for _ in range(60)))})
    with pytest.raises(UsageError) as error:
        document("many.qpy", level=None)
    assert str(error.value).splitlines()[-1] == "and 10 more such lines"
    assert len(str(error.value).splitlines()) == 51


def test_a_workload_that_the_service_would_refuse_is_not_written(here: Path) -> None:
    with pytest.raises(WorkloadError) as error:
        document("ghz.qasm", shots=20_000_000)
    assert [problem.code for problem in error.value.problems] == ["QP401"]
    with pytest.raises(WorkloadError):
        document("ghz.qasm", plan="none-such")


def test_every_file_that_cannot_be_read_is_told(here: Path) -> None:
    with pytest.raises(FileError) as error:
        document("none.qpy", "ghz.qasm", parameters="no.csv", observables="no.txt", backend="a.json,b.json")
    assert [line.split(":")[0] for line in str(error.value).splitlines()] == [
        "a.json", "b.json", "none.qpy", "no.txt", "no.csv",
    ]  # fmt: skip


DELAYED = 'OPENQASM 3.0;\ninclude "stdgates.inc";\nqubit[1] q;\nbit[1] c;\n{0}c[0] = measure q[0];\n'


@pytest.mark.parametrize(
    ("word", "delay", "duration"),
    [
        ("none", "", "1.56us"),
        ("in ns", "delay[100ns] q[0];\n", "1.66us"),
        ("in cycles of 4 ns", "delay[100dt] q[0];\n", "1.96us"),
        ("in a branch", "if (c[0]) { delay[100ns] q[0]; }\n", "1.66us"),
    ],
)
def test_delays_of_a_program_keep_their_unit(
    word: str, delay: str, duration: str, tmp_path: Path, qplan: Qplan
) -> None:
    (tmp_path / "d.qasm").write_text(DELAYED.format(delay))
    ran = qplan("import", str(tmp_path / "d.qasm"), "--backend", "fake_fez")
    assert f"circuit_duration: {duration}" in ran.out, word


def test_delays_in_qpy_are_told_of(here: Path) -> None:
    made = QuantumCircuit(1, 1)
    made.delay(100, 0, "ns")
    made.measure(0, 0)
    write(here, {"delayed.qpy": qpy(made)})
    told = " ".join(imported(ImportRequest(paths=["delayed.qpy"], backend="fake_fez")).split())
    assert "QPY keeps no unit of a delay" in told
    assert "circuit_duration: 1.96us" in told
    assert "QPY keeps" not in imported(ImportRequest(paths=["two.qpy"], backend="fake_fez", level=1))
