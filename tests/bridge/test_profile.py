"""Profiles from a device's configuration and properties as JSON: what is taken from them, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Sequence
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qplan.bridge.profile import profile_of_files
from qplan.bridge.profile_figures import Part, snapshot_of
from qplan.errors import FileError, Problem, UsageError, WorkloadError
from qplan.model.fact import Status
from qplan.parse import load
from qplan.parse.yaml12 import parse
from tests.conftest import Qplan


def gate(name: str, qubits: list[int], length: object, unit: object = "ns") -> dict[str, Any]:
    told = {"date": "2026-04-17T12:00:00+02:00", "name": "gate_length", "unit": unit, "value": length}
    return {"gate": name, "qubits": qubits, "parameters": [{"name": "gate_error", "unit": "", "value": 0.001}, told]}


def readout(length: object, unit: object = "ns") -> list[dict[str, Any]]:
    return [{"name": "T1", "unit": "us", "value": 100}, {"name": "readout_length", "unit": unit, "value": length}]


CONFIGURATION: dict[str, Any] = {
    "backend_name": "ibm_lab",
    "backend_version": "1.2.3",
    "n_qubits": 3,
    "basis_gates": ["cz", "rz", "sx", "rzz"],
    "coupling_map": [[0, 1], [1, 2]],
    "gates": [{"name": "cz", "parameters": []}, {"name": "rzz", "parameters": ["theta"]}],
    "default_rep_delay": 250.0,
    "rep_delay_range": [0.0, 500.0],
    "processor_type": {"family": "Heron", "revision": 2},
    "simulator": False,
}
PROPERTIES: dict[str, Any] = {
    "backend_name": "ibm_lab",
    "last_update_date": "2026-04-17T23:30:00-05:00",
    "qubits": [readout(1500), readout(1.52, "us"), readout(1600)],
    "gates": [
        *(gate("sx", [i], length) for i, length in enumerate((32, 35.55555, 40))),
        *(gate("rz", [i], 0) for i in range(3)),
        *(gate("reset", [i], length) for i, length in enumerate((1600, 1584, 2000))),
        gate("cz", [0, 1], 68),
        gate("cz", [1, 2], 0.000000084, "s"),
        *(gate("rzz", pair, 200) for pair in ([0, 1], [1, 2], [2, 0])),
    ],
}


def changed(base: dict[str, Any], **keys: object) -> dict[str, Any]:
    """A copy with other keys; ``...`` takes one out."""
    tree = deepcopy(base) | keys
    return {key: value for key, value in tree.items() if value is not ...}


@pytest.fixture
def files(tmp_path, monkeypatch):
    """Writes the two documents into the folder that is worked in, and names them."""
    monkeypatch.chdir(tmp_path)

    def written(configuration: object = CONFIGURATION, properties: object = PROPERTIES) -> list[str]:
        for name, content in (("conf.json", configuration), ("props.json", properties)):
            text = content if isinstance(content, str) else json.dumps(content)
            (tmp_path / name).write_text(text, encoding="utf-8")
        return ["conf.json", "props.json"]

    return written


def figures(document: Any) -> dict[str, object]:
    return {key: entry["value"] for key, entry in document.items() if isinstance(entry, dict) and "value" in entry}


def test_figures_are_medians_and_ranges_to_a_tenth_of_a_nanosecond(files):
    profile = profile_of_files(*files())
    assert profile.document["title"] == "3 qubits, Heron r2"
    assert figures(profile.document) == {
        "lanes": 5,
        "qubits": 3,
        "processor": "Heron r2",
        "rep_delay": "250us",
        "rep_delay_min": "0s",
        "rep_delay_max": "500us",
        "sx": "35.6ns",
        "two_qubit": "76ns",  # cz of 68 and 84 ns; rzz takes an angle
        "measure": "1520ns",
        "reset": "1600ns",
    }
    assert profile.document["two_qubit"]["note"] == "cz, 68 to 84ns"  # type: ignore[index]


def test_a_figure_names_its_source_and_the_day_in_utc(files):
    sources: Any = profile_of_files(*files()).document["sources"]
    expected = {"title": "ibm_lab 1.2.3, device snapshot", "path": "conf.json and props.json", "date": "2026-04-18"}
    assert sources["snapshot"] == expected
    assert sources["faq"]["title"] == "IBM Quantum docs, Execution modes FAQ"


def test_the_file_is_a_backend_of_a_workload(files, qplan: Qplan, tmp_path, monkeypatch):
    files()
    monkeypatch.chdir(tmp_path)
    ran = qplan("profiles", "import", str(tmp_path / "conf.json"), str(tmp_path / "props.json"), "-o",
                str(tmp_path / "my_device.yaml"))  # fmt: skip
    assert (ran.status, ran.out, ran.err) == (0, "", "")
    text = "qplan: 1\nbackend: ./my_device.yaml\njobs: [{name: a, primitive: sampler, shots: 1000}]\n"
    (tmp_path / "w.yaml").write_text(text, encoding="utf-8")
    [workload] = load([str(tmp_path / "w.yaml")]).workloads
    backend = workload.backend
    assert (backend.name, backend.qubits, backend.rep_delay_s, backend.two_qubit_ns) == ("my_device", 3, 0.00025, 76.0)
    assert {fact.status for fact in backend.facts} == {Status.PUBLISHED}
    assert {fact.date for fact in backend.facts if fact.name == "sx_ns"} == {"2026-04-18"}


def test_what_the_files_do_not_tell_is_unknown_and_never_zero(files):
    bare = {"n_qubits": 2, "default_rep_delay": 1, "basis_gates": ["cz"]}
    profile = profile_of_files(files(bare)[0])
    assert figures(profile.document) == {"lanes": 5, "qubits": 2, "rep_delay": "1us"}
    assert "date" not in profile.document["sources"]["snapshot"]  # type: ignore[index]
    assert profile.document["title"] == "2 qubits"


@pytest.mark.parametrize(
    ("properties", "missing"),
    [
        ({"gates": []}, {"sx", "two_qubit", "reset"}),  # no gates
        ({"qubits": [[], [], []]}, {"measure"}),  # no lengths of a readout
        ({"gates": [{"gate": "sx", "qubits": [0], "parameters": []}]}, {"sx", "two_qubit", "reset"}),  # no lengths
    ],
    ids=["no gates", "no readout lengths", "no gate lengths"],
)
def test_a_length_that_no_qubit_has_is_left_out(files, properties, missing):
    whole = figures(profile_of_files(*files()).document)
    told = figures(profile_of_files(*files(CONFIGURATION, changed(PROPERTIES, **properties))).document)
    assert whole.keys() - told.keys() == missing


@pytest.mark.parametrize(
    ("change", "key", "value"),
    [
        ({"simulator": True}, "simulator", True),
        ({"processor_type": None}, "title", "3 qubits"),
        ({"processor_type": {"family": "Falcon", "revision": 5.11}}, "title", "3 qubits, Falcon r5.11"),
        ({"processor_type": {"family": "Egret"}}, "title", "3 qubits, Egret"),
        ({"default_rep_delay": 99.99999999999999}, "rep_delay", "100us"),  # what Qiskit's conversions leave
        ({"rep_delay_range": None}, "rep_delay_max", None),
        ({"backend_name": None}, "title", "3 qubits, Heron r2"),
    ],
    ids=lambda value: str(value)[:50],
)
def test_configurations_differ(files, change, key, value):
    document = profile_of_files(*files(changed(CONFIGURATION, **change))).document
    found = document.get(key)
    assert (found["value"] if isinstance(found, dict) else found) == value


CONF_PROBLEMS: list[tuple[str, object, list[str]]] = [
    ("not JSON", '{"n_qubits": 3,', ["QP601 not valid JSON: expecting property name enclosed in double quotes"]),
    ("python", "{'n_qubits': 3}", ["QP601 not valid JSON: expecting property name enclosed in double quotes"]),
    ("empty", " \n", ["QP601 the file is empty"]),
    ("list", [], ["QP103 a list, not the configuration of a device"]),
    ("repeated", '{"n_qubits": 3, "n_qubits": 4}', ["QP003 the key 'n_qubits' is repeated; keep one of the two"]),
    ("deep", "[" * 100_000, ["QP008 nested too deep"]),
    ("many", "[" + "0," * 2_000_001 + "0]", ["QP601 more than 2,000,000 values: not the description of a device"]),
    ("empty object", {}, ["QP102 'n_qubits' is missing", "QP102 'default_rep_delay' is missing"]),
    ("no delay", changed(CONFIGURATION, default_rep_delay=...), ["QP102 'default_rep_delay' is missing"]),
    (
        "all at once",
        changed(CONFIGURATION, n_qubits="3", default_rep_delay=[], processor_type="Heron", backend_name=5),
        [
            "QP103 backend_name: 5 is not a text",
            "QP103 processor_type: 'Heron' is not a family and a revision",
            "QP103 n_qubits: '3' is not a number",
            "QP103 default_rep_delay: a list is not a number",
        ],
    ),
    ("true", changed(CONFIGURATION, n_qubits=True), ["QP103 n_qubits: true is not a number"]),
    ("half", changed(CONFIGURATION, n_qubits=2.5), ["QP104 n_qubits: 2.5 is not a whole number"]),
    ("zero", changed(CONFIGURATION, n_qubits=0), ["QP104 n_qubits: 0 is not between 1 and 1,000,000"]),
    ("huge", changed(CONFIGURATION, n_qubits=10**30), ["QP104 n_qubits: 1.00000e+30 is not between 1 and 1,000,000"]),
    (
        "NaN",
        changed(CONFIGURATION, default_rep_delay=float("nan")),
        ["QP009 default_rep_delay: NaN is not a number that a device has"],
    ),
    (
        "inf",
        '{"n_qubits": 3, "default_rep_delay": 1e99999999999999999999}',
        ["QP009 default_rep_delay: Infinity is not a number that a device has"],
    ),
    (
        "seconds",
        changed(CONFIGURATION, default_rep_delay=0.00025),
        ["QP104 default_rep_delay: 0.00025 us is no delay of a device"],
    ),
    (
        "nanoseconds",
        changed(CONFIGURATION, default_rep_delay=250_000),
        ["QP104 default_rep_delay: 250000 us is no delay of a device"],
    ),
    (
        "negative",
        changed(CONFIGURATION, default_rep_delay=-1),
        ["QP104 default_rep_delay: -1 is not between 0 and 1,000,000,000,000"],
    ),
    (
        "outside",
        changed(CONFIGURATION, default_rep_delay=501),
        ["QP104 default_rep_delay: 501.000 is outside rep_delay_range, 0.000 to 500.000"],
    ),
    (
        "one end",
        changed(CONFIGURATION, rep_delay_range=[5]),
        ["QP103 rep_delay_range: a list is not a least and a greatest delay"],
    ),
    (
        "no end",
        changed(CONFIGURATION, rep_delay_range=[None, 5]),
        ["QP103 rep_delay_range: a list is not a least and a greatest delay"],
    ),
]


@pytest.mark.parametrize(("content", "told"), [row[1:] for row in CONF_PROBLEMS], ids=[row[0] for row in CONF_PROBLEMS])
def test_a_faulty_configuration_is_told(files, content, told):
    with pytest.raises(WorkloadError) as error:
        profile_of_files(*files(content))
    assert [f"{problem.code} {problem.message}" for problem in error.value.problems] == told
    assert {problem.mark.file for problem in error.value.problems} == {"conf.json"}


PROPS_PROBLEMS: list[tuple[str, object, list[str]]] = [
    ("list", [1], ["QP103 a list, not the properties of a device"]),
    ("empty object", {}, ["QP102 'gates' is missing", "QP102 'qubits' is missing"]),
    ("no list", changed(PROPERTIES, gates={}), ["QP103 gates: an object is not a list"]),
    ("no gate", changed(PROPERTIES, gates=[5]), ["QP103 gates: an entry is not a gate with its qubits"]),
    (
        "unit",
        changed(PROPERTIES, gates=[gate("cz", [0, 1], 68, "furlong")] * 3, qubits=[readout(1, "dt")] * 3),
        [
            "QP104 gates: cz: gate_length: 'furlong' is not a unit of time",
            "QP104 qubits: readout_length: 'dt' is not a unit of time",
        ],
    ),
    (
        "no unit",
        changed(PROPERTIES, gates=[gate("sx", [0], 68, None)]),
        ["QP104 gates: sx: gate_length: nothing is not a unit of time"],
    ),
    (
        "too long",
        changed(PROPERTIES, gates=[gate("sx", [0], 32, "s")]),
        ["QP104 gates: sx: gate_length: 32 s is no length of a gate"],
    ),
    (
        "too short",
        changed(PROPERTIES, gates=[gate("sx", [0], 3.2e-8)]),
        ["QP104 gates: sx: gate_length: 3.2E-8 ns is no length of a gate"],
    ),
    (
        "negative",
        changed(PROPERTIES, gates=[gate("sx", [0], -32)]),
        ["QP104 gates: sx: gate_length: -32 ns is not between 0 and 1,000,000,000,000 ns"],
    ),
    (
        "NaN",
        changed(PROPERTIES, qubits=[readout(float("nan"))] * 3),
        ["QP009 qubits: readout_length: NaN is not a number that a device has"],
    ),
    (
        "text",
        changed(PROPERTIES, qubits=[readout("1560")] * 3),
        ["QP103 qubits: readout_length: '1560' is not a number"],
    ),
    ("date", changed(PROPERTIES, last_update_date="yesterday"), ["QP103 last_update_date: 'yesterday' is not a date"]),
    ("number for a date", changed(PROPERTIES, last_update_date=5), ["QP103 last_update_date: 5 is not a date"]),
    (
        "another device",
        changed(PROPERTIES, backend_name="ibm_attic"),
        ["QP104 these are the properties of ibm_attic, not of ibm_lab"],
    ),
    (
        "another size",
        changed(PROPERTIES, qubits=[readout(1)] * 4),
        ["QP104 holds 4 qubits, and the configuration says 3"],
    ),
    (
        "controls",
        changed(PROPERTIES, backend_name="\x1b[31mred\n::error::x"),
        ["QP104 these are the properties of \\x1b[31mred : :error: :x, not of ibm_lab"],
    ),
]


@pytest.mark.parametrize(
    ("content", "told"), [row[1:] for row in PROPS_PROBLEMS], ids=[row[0] for row in PROPS_PROBLEMS]
)
def test_faulty_properties_are_told(files, content, told):
    with pytest.raises(WorkloadError) as error:
        profile_of_files(*files(CONFIGURATION, content))
    assert [f"{problem.code} {problem.message}" for problem in error.value.problems] == told
    assert {problem.mark.file for problem in error.value.problems} == {"props.json"}


def test_problems_of_both_files_are_told_together(files):
    with pytest.raises(WorkloadError) as error:
        profile_of_files(*files(changed(CONFIGURATION, n_qubits=0), changed(PROPERTIES, gates=5)))
    assert [problem.mark.file for problem in error.value.problems] == ["conf.json", "props.json"]
    with pytest.raises(WorkloadError) as error:
        profile_of_files(*files("{", "["))
    assert [problem.mark.file for problem in error.value.problems] == ["conf.json", "props.json"]


@pytest.mark.parametrize(
    ("names", "told", "hint"),
    [
        (["props.json", "conf.json"], ["props.json", "conf.json"], "swap the two files"),
        (["props.json"], ["props.json"], "name the configuration first, the properties second"),
        (["conf.json", "again.json"], ["again.json"], "name the configuration first, the properties second"),
    ],
    ids=["swapped", "properties alone", "configuration twice"],
)
def test_files_in_the_wrong_place_are_told(files, tmp_path, names, told, hint):
    files()
    (tmp_path / "again.json").write_text(json.dumps(CONFIGURATION), encoding="utf-8")
    with pytest.raises(WorkloadError) as error:
        profile_of_files(*names)
    assert [problem.mark.file for problem in error.value.problems] == told
    assert {problem.hint for problem in error.value.problems} == {hint}


def test_files_that_cannot_be_read_are_told_together_with_what_is_wrong_with_the_other(files, tmp_path):
    files("{")
    with pytest.raises(FileError, match=r"^nix\.json: there is no such file$") as error:
        profile_of_files("conf.json", "nix.json")
    assert [problem.mark.file for problem in error.value.problems] == ["conf.json"]
    with (tmp_path / "conf.json").open("wb") as file:
        file.truncate(16 * 1024 * 1024 + 1)
    with pytest.raises(FileError, match=r"^conf\.json: larger than 16 MiB"):
        profile_of_files("conf.json")


def test_one_file_named_twice_is_refused(files):
    with pytest.raises(UsageError, match=r"^\./conf\.json is named twice"):
        profile_of_files(f"./{files()[0]}", "conf.json")


@pytest.mark.parametrize(
    "name",
    [
        "x\nlanes: 99",
        "'\": {a: b} # c",
        "\x1b]0;title\x07",
        "\u202eevil",
        "::set-output name=x::y",
        "- a\n- b",
        "1e3",
        "no",
    ],
)
def test_a_name_cannot_leave_its_place(files, name):
    both = changed(CONFIGURATION, backend_name=name), changed(PROPERTIES, backend_name=name)
    profile = profile_of_files(*files(*both))
    text = profile.text()
    assert text.isprintable() or all(c.isprintable() or c == "\n" for c in text)
    document = parse(text, "x.yaml")
    assert document.problems == []
    assert document.tree == profile.document
    assert "::" not in text


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    st.sampled_from([(key,) for key in CONFIGURATION]),
    st.sampled_from([(key,) for key in PROPERTIES] + [("gates", 0), ("gates", 0, "parameters"), ("qubits", 0)]),
    ANYTHING,
    ANYTHING,
)
def test_anything_in_any_place_is_a_profile_or_a_problem(first, second, one, other):
    trees = [deepcopy(CONFIGURATION), deepcopy(PROPERTIES)]
    for tree, path, value in zip(trees, (first, second), (one, other), strict=True):
        place: Any = tree
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = value
    kinds = ("configuration", "properties")
    parts = [Part(file=kind, kind=kind, tree=tree) for kind, tree in zip(kinds, trees, strict=True)]
    problems: Sequence[Problem] = ()
    try:
        snapshot_of(*parts)
    except WorkloadError as error:
        problems = error.problems
    assert all(problem.message.isprintable() for problem in problems)


def test_the_same_files_give_the_same_bytes(files):
    assert profile_of_files(*files()).text() == profile_of_files(*files()).text()


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        ((), 2, "profiles import takes CONF.JSON [PROPS.JSON], or the name of a fake backend such as fake_fez"),
        (("a", "b", "c"), 2, "profiles import takes CONF.JSON [PROPS.JSON], or the name of a fake backend such as"),
        (("a.json", "-o", "x"), 2, "a profile ends in .yaml, so that a workload can name it: -o x.yaml"),
        (("a.json", "-f", "json"), 2, "profiles import writes a profile file, which is YAML; --format is for what is"),
        (("a.json", "-o", "{there}"), 1, "{there}: there is such a file already; --force overwrites it"),
        (("nix.json", "nox.json"), 1, "nix.json: there is no such file\nqplan: nox.json: there is no such file"),
        (("/", "/dev"), 1, "/: a directory, not a regular file\nqplan: /dev: a directory, not a regular file"),
    ],
    ids=["nothing", "three", "ending", "format", "there", "missing", "folders"],
)
def test_refused(qplan: Qplan, tmp_path, arguments, status, message):
    there = tmp_path / "there.yaml"
    there.write_text("mine", encoding="utf-8")
    ran = qplan("profiles", "import", *(argument.format(there=there) for argument in arguments))
    assert (ran.status, ran.out) == (status, "")
    assert ran.err.startswith(f"qplan: {message.format(there=there)}")
    assert there.read_text(encoding="utf-8") == "mine"


def test_force_overwrites(files, qplan: Qplan, tmp_path):
    files()
    (tmp_path / "there.yaml").write_text("mine", encoding="utf-8")
    ran = qplan(
        "profiles", "import", str(tmp_path / "conf.json"), "-o", str(tmp_path / "there.yaml"), "--force",
    )  # fmt: skip
    assert (ran.status, ran.err) == (0, "")
    assert parse((tmp_path / "there.yaml").read_text(encoding="utf-8"), "x").tree["qubits"]["value"] == 3


def test_a_fake_backend_without_qiskit_gets_the_cure_and_files_need_none(files, qplan: Qplan, monkeypatch, tmp_path):
    monkeypatch.setattr("qplan.bridge.need.version_of", lambda package: "")
    ran = qplan("profiles", "import", "fake_fez")
    told = "qplan: the profile of a fake backend needs Qiskit: pip install 'qplan[qiskit]'\n"
    assert (ran.status, ran.out, ran.err) == (2, "", told)
    files()
    assert qplan("profiles", "import", str(tmp_path / "conf.json"), str(tmp_path / "props.json")).status == 0
