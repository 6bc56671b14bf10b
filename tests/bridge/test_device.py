"""Devices by name and by file: what they are called in a workload file, and which target they have."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("qiskit")
fake_provider = pytest.importorskip("qiskit_ibm_runtime.fake_provider")

from qplan.bridge.device import device_from, device_of, figures_of  # noqa: E402
from qplan.bridge.document import checked, workload_text  # noqa: E402
from qplan.errors import FileError, UsageError  # noqa: E402
from qplan.parse import catalog  # noqa: E402

BACKENDS = Path(fake_provider.__file__).parent / "backends"
MANILA = f"{BACKENDS}/manila/conf_manila.json,{BACKENDS}/manila/props_manila.json"
MANILA_FIGURES = {
    "qubits": 5,
    "sx": "35.6ns",
    "two_qubit": "344.9ns",
    "measure": "5351.1ns",
    "reset": "5514.7ns",
    "rep_delay": "250us",
    "rep_delay_min": "0us",
    "rep_delay_max": "500us",
    "processor": "Falcon r5.11L",
}


@pytest.mark.parametrize(
    ("spec", "name", "backend", "qubits"),
    [
        pytest.param("fake_torino", "fake_torino", "ibm_torino", 133, id="a fake backend"),
        pytest.param("FakeTorino", "fake_torino", "ibm_torino", 133, id="its class"),
        pytest.param("ibm_torino", "fake_torino", "ibm_torino", 133, id="a profile with a twin"),
        pytest.param("FakeManilaV2", "fake_manila", MANILA_FIGURES, 5, id="a class that ends in V2"),
        pytest.param("fake_manila", "fake_manila", MANILA_FIGURES, 5, id="no profile"),
        pytest.param("FakeFractionalBackend", "fake_fractional", {"qubits": 5}, 5, id="a class that ends in Backend"),
        pytest.param("fake_nighthawk", "fake_nighthawk", "fake_nighthawk", 120, id="a fake profile, which warns"),
        pytest.param("ibm_phoenix", "ibm_phoenix", "ibm_phoenix", 120, id="a profile without a twin"),
        pytest.param(MANILA, "ibmq_manila", MANILA_FIGURES, 5, id="two files"),
    ],
)
def test_a_device_by_its_name(spec: str, name: str, backend: Any, qubits: int) -> None:
    device = device_of(spec)
    stated = device.backend if isinstance(backend, str) or isinstance(device.backend, str) else {**device.backend}
    expected = stated | backend if isinstance(backend, dict) and isinstance(stated, dict) else backend
    assert (device.name, stated, device.target.num_qubits) == (name, expected, qubits)
    checked(workload_text({"qplan": 1, "backend": device.backend, "jobs": [{"name": "a"}]}), "w.yaml")


def test_a_device_without_a_profile_says_so() -> None:
    assert device_of("fake_manila").notes == (
        "No profile of fake_manila ships with qplan: its qubits, lengths and delays are stated, and what else the "
        "service says of a device (lanes, plans) is taken from ibm_kingston.",
    )


def test_a_profile_without_a_twin_has_its_own_lengths_and_says_what_it_has_not() -> None:
    device = device_of("ibm_phoenix")
    figures = figures_of(device.target)
    profile = catalog.backend("ibm_phoenix")
    assert (figures["measure"], figures["reset"]) == ("1940ns", "400ns")
    assert (profile.measure_ns, profile.reset_ns) == (1940.0, 400.0)
    assert device.notes == (
        "No snapshot of ibm_phoenix is published: its connections and the lengths of sx, two_qubit are taken from "
        "fake_nighthawk.",
    )
    untouched = figures_of(device_of("fake_nighthawk").target)
    assert untouched["measure"] != "1940ns"


@pytest.mark.parametrize("name", [name for name in catalog.backend_names() if name.startswith("ibm_")][:6])
def test_the_medians_of_a_twin_are_those_of_its_profile(name: str) -> None:
    profile = catalog.backend(name)
    figures = figures_of(device_of(name).target)
    for key in ("sx", "two_qubit", "measure", "reset"):
        known_ns, told = getattr(profile, f"{key}_ns"), figures[key]
        assert (told is None) == (known_ns is None)
        assert told is None or float(str(told).removesuffix("ns")) == pytest.approx(known_ns, abs=0.1)


def files(folder: Path, device: str, **changes: Any) -> str:
    """Configuration and properties of a fake backend, changed, as ``--backend`` takes them."""
    configuration = json.loads((BACKENDS / device / f"conf_{device}.json").read_text()) | changes
    (folder / "conf.json").write_text(json.dumps(configuration))
    return f"{folder}/conf.json,{BACKENDS}/{device}/props_{device}.json"


def test_a_snapshot_of_a_known_device_replaces_the_figures_that_differ(tmp_path: Path) -> None:
    unchanged = files(tmp_path, "torino", backend_name="ibm_torino")
    assert device_of(unchanged).backend == "ibm_torino"
    slower = files(tmp_path, "torino", backend_name="ibm_torino", default_rep_delay=500.0)
    assert device_of(slower).backend == {"profile": "ibm_torino", "rep_delay": "500us"}


def test_a_generic_backend_states_its_figures() -> None:
    from qiskit.providers.fake_provider import GenericBackendV2

    device = device_from(GenericBackendV2(4, seed=1))
    assert device.name == "generic_backend_4q"
    assert isinstance(device.backend, dict)
    assert device.backend["qubits"] == 4
    checked(workload_text({"qplan": 1, "backend": device.backend, "jobs": [{"name": "a"}]}), "w.yaml")


def test_a_simulator_made_from_a_device_is_that_device() -> None:
    device = fake_provider.FakeTorino()
    device.name = "aer_simulator_from(fake_torino)"
    assert (device_from(device).name, device_from(device).backend) == ("fake_torino", "ibm_torino")


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        pytest.param("fake_torin", "unknown device 'fake_torin'; did you mean fake_torino?", id="a slip"),
        pytest.param("x\x1b[2J", "unknown device 'x\\\\x1b[2J'; a fake backend (fake_fez)", id="hostile"),
        pytest.param("", "unknown device ''; a fake", id="nothing"),
        pytest.param("a.json", "--backend a.json: a configuration and properties", id="one file"),
        pytest.param("local_simulator", "has no qubits that circuits could be placed on", id="simulator"),
        pytest.param(f"{BACKENDS}/manila/props_manila.json,{BACKENDS}/manila/conf_manila.json",
                     "the order is conf.json,props.json", id="swapped"),
        pytest.param(f"{BACKENDS}/manila/conf_manila.json,{BACKENDS}/torino/props_torino.json",
                     "of different devices: the configuration has 5 qubits, the properties 133", id="of two devices"),
    ],
)  # fmt: skip
def test_no_such_device(spec: str, told: str) -> None:
    with pytest.raises(UsageError) as error:
        device_of(spec)
    assert told in str(error.value)


@pytest.mark.parametrize(
    ("configuration", "told"),
    [
        pytest.param("{", "conf.json: not JSON (Expecting property name", id="cut off"),
        pytest.param("[1]", "conf.json: not the configuration of a backend: no 'basis_gates'", id="a list"),
        pytest.param('{"basis_gates": NaN}', "conf.json: not JSON (NaN is not a number)", id="NaN"),
        pytest.param("[" * 9999, "conf.json: not JSON", id="deep"),
        pytest.param('{"basis_gates": [], "n_qubits": 5}', "no device can be made of them (KeyError", id="empty"),
        pytest.param(
            '{"basis_gates": [], "n_qubits": 5, "rep_delay_range": [1]}',
            "conf.json: rep_delay_range: [1] is not a least and a greatest delay, in microseconds",
            id="one",
        ),
        pytest.param(
            '{"basis_gates": [], "n_qubits": 5, "rep_delay_range": [0, 1, 2]}',
            "conf.json: rep_delay_range: [0, 1, 2] is not a least",
            id="three delays",
        ),
    ],
)
def test_files_that_are_no_device(configuration: str, told: str, tmp_path: Path) -> None:
    (tmp_path / "conf.json").write_text(configuration)
    with pytest.raises(UsageError) as error:
        device_of(f"{tmp_path}/conf.json,{BACKENDS}/manila/props_manila.json")
    assert told in str(error.value)


def test_both_missing_files_are_told(tmp_path: Path) -> None:
    with pytest.raises(FileError) as error:
        device_of(f"{tmp_path}/a.json,{tmp_path}/b.json")
    assert str(error.value).count("there is no such file") == 2
