"""Profiles of the fake backends: those of 100 qubits and more load, price a workload, and are those that ship."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from qplan.errors import UsageError
from qplan.parse import catalog
from qplan.parse.package_data import content_of
from qplan.parse.yaml12 import parse
from tests.conftest import Qplan

pytest.importorskip("qiskit")
pytest.importorskip("qiskit_ibm_runtime")

from qiskit.providers.fake_provider import GenericBackendV2
from qiskit_ibm_runtime import fake_provider

from qplan.bridge.profile import DeviceProfile, profile_from, profile_of_files

LARGE = 100


def described() -> Iterator[tuple[str, str, str]]:
    """Of each fake backend of 100 qubits and more its name, configuration and properties, without building it."""
    for kind in vars(fake_provider).values():
        if isinstance(kind, type) and getattr(kind, "backend_name", None):
            configuration, properties = (
                os.path.join(kind.dirname, name)  # type: ignore[attr-defined]
                for name in (kind.conf_filename, kind.props_filename)  # type: ignore[attr-defined]
            )
            if json.loads(Path(configuration).read_text(encoding="utf-8"))["n_qubits"] >= LARGE:
                yield kind.backend_name, configuration, properties  # type: ignore[attr-defined]


FILES = {name: (configuration, properties) for name, configuration, properties in described()}
SHIPPED = [
    name
    for name in catalog.backend_names()
    if name.replace("ibm_", "fake_", 1) in FILES and "snapshot" in content_of(f"backends/{name}.yaml")["sources"]
]


@cache
def imported(fake: str) -> DeviceProfile:
    return profile_of_files(*FILES[fake])


def figures(document: Any) -> dict[str, Any]:
    """The figures that the snapshot tells."""
    return {
        key: entry["value"]
        for key, entry in document.items()
        if isinstance(entry, dict) and entry.get("source") == "snapshot"
    }


def test_there_are_fakes_of_every_family():
    assert len(FILES) >= 21
    assert len(SHIPPED) >= 21
    assert {str(imported(name).document["title"]).split()[2] for name in FILES} == {"Eagle", "Heron", "Nighthawk"}


def test_every_large_fake_is_a_backend_that_prices_a_workload(qplan: Qplan, tmp_path):
    workloads = []
    for name in FILES:
        (tmp_path / f"{name}.yaml").write_text(imported(name).text(), encoding="utf-8")
        workloads.append(str(tmp_path / f"w-{name}.yaml"))
        Path(workloads[-1]).write_text(
            f"qplan: 1\nname: on-{name}\nbackend: ./{name}.yaml\nqueue: {{wait: 0s}}\nplan: premium\n"
            "jobs: [{name: a, primitive: sampler, qubits: 100, depth: 50, shots: 1000}]\n",
            encoding="utf-8",
        )
    ran = qplan("estimate", "--point", "--format", "json", *workloads)
    assert (ran.status, ran.err) == (0, "")
    told = json.loads(ran.out)["workloads"]
    assert [each["backend"] for each in told] == list(FILES)
    assert all(next(iter(each["modes"].values()))["usage_s"]["p50"] > 0 for each in told)


@pytest.mark.parametrize("name", SHIPPED)
def test_what_ships_is_what_is_imported(name):
    shipped, made = content_of(f"backends/{name}.yaml"), imported(name.replace("ibm_", "fake_", 1)).document
    elsewhere = {key for key, entry in shipped.items() if isinstance(entry, dict) and entry.get("source") != "snapshot"}
    kept = {key: value for key, value in figures(made).items() if key not in elsewhere}
    assert kept == figures(shipped)
    assert made["title"] == shipped["title"]
    assert made["two_qubit"]["note"] == shipped["two_qubit"]["note"]  # type: ignore[index]
    assert made["sources"]["snapshot"]["date"] == shipped["sources"]["snapshot"]["date"]  # type: ignore[index]


def test_fez_figure_by_figure():
    """Literal values: what ships, but for the greatest delay, which a newer page of IBM's has raised."""
    assert figures(imported("fake_fez").document) == {
        "qubits": 156,
        "processor": "Heron r2",
        "rep_delay": "250us",
        "rep_delay_min": "0s",
        "rep_delay_max": "500us",
        "sx": "24ns",
        "two_qubit": "84ns",
        "measure": "1560ns",
        "reset": "1584ns",
    }


@pytest.mark.parametrize("kind", ["FakeFez", "FakeMiami"])
def test_a_backend_gives_the_same_as_its_files(kind):
    backend = getattr(fake_provider, kind)()
    made = profile_from(backend)
    assert made.name == backend.name
    from_files = imported(backend.name).document
    assert figures(made.document) == figures(from_files)
    assert made.document["sources"]["snapshot"]["date"] == from_files["sources"]["snapshot"]["date"]  # type: ignore[index]


def test_what_python_dumps_is_read(tmp_path):
    """As docs/data.md says; Qiskit's conversion to seconds and back leaves 99.99999999999999 us."""
    backend = fake_provider.FakeKolkataV2()
    for name, told in (("conf.json", backend.configuration()), ("props.json", backend.properties())):
        (tmp_path / name).write_text(json.dumps(told.to_dict(), default=str), encoding="utf-8")
    made = profile_of_files(str(tmp_path / "conf.json"), str(tmp_path / "props.json"))
    assert figures(made.document) == figures(profile_from(backend).document)
    assert figures(made.document)["rep_delay"] == "100us"


def test_a_backend_with_a_target_only(tmp_path):
    backend = GenericBackendV2(5, seed=1)
    with pytest.raises(UsageError, match=r"^generic_backend_5q tells no repetition delay"):
        profile_from(backend)
    backend.default_rep_delay = 0.00025
    made = profile_from(backend)
    assert made.document["rep_delay"] == {"value": "250us", "source": "snapshot", "status": "user"}
    assert made.document["lanes"]["status"] == "assumed"  # type: ignore[index]
    assert set(figures(made.document)) == {"qubits", "rep_delay", "sx", "two_qubit", "measure", "reset"}
    assert "processor" not in made.document


@pytest.mark.parametrize("name", ["fake_nighthawk", "FakeNighthawk"])
def test_a_fake_backend_by_name(name, qplan: Qplan):
    ran = qplan("profiles", "import", name)
    assert (ran.status, ran.err) == (0, "")
    document: Any = parse(ran.out, "x").tree
    assert figures(document) == figures(imported("fake_nighthawk").document)
    assert document["sources"]["snapshot"]["title"].startswith("fake_nighthawk 1.0.0 of qiskit-ibm-runtime ")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("fake_fes", "unknown fake backend 'fake_fes'; did you mean fake_fez?"),
        ("ibm", "unknown fake backend 'ibm'; name two JSON files, or a fake backend such as fake_fez"),
        ("\x1b[31m", "unknown fake backend '\\x1b[31m'; name two JSON files, or a fake backend such as fake_fez"),
    ],
)
def test_an_unknown_fake_backend(name, message, qplan: Qplan):
    ran = qplan("profiles", "import", name)
    assert (ran.status, ran.out, ran.err) == (2, "", f"qplan: {message}\n")
