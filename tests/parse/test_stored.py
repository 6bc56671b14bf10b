"""Stored documents: what qplan wrote is read again to the last bit, and of whatever else a line is told."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qplan.errors import FileError, WorkloadError
from qplan.model.fact import Diagnostic
from qplan.model.gate import Priced
from qplan.model.stored import MOST_VALUES, Packed, StoredDocument
from qplan.model.workload import Mode
from qplan.parse.diagnostics import diagnostics
from qplan.parse.inputs import inputs_of, text_of_inputs, tree_of
from qplan.parse.reader import MAX_BYTES, read_text
from qplan.parse.stored import check_basis, check_distinct, check_draws, read_stored
from qplan.parse.traces import Folder
from qplan.parse.yaml12 import parse
from qplan.render.priced import workload_object

HERE = Folder(path=".")
PRICED = Priced(
    name="w",
    file="w.yaml",
    mode=Mode.BATCH,
    backend="ibm_fez",
    plan="open",
    currency="USD",
    usage_us=(5_000_000, 7_000_000),
    wall_us=(90_000_001, 80_000_000),
    costs=(Decimal("8.00"), Decimal("11.20")),
    complete_share=0.5,
    limited_share=0.25,
    remaining_us=240_000_000,
    digest="d",
    inputs=(("qplan", "1"), ("jobs.a.shots", "4096")),
)


def document(*priced: Priced, **more: object) -> dict[str, Any]:
    told = {"schema_version": "1.1", "version": "0.1.0", "data_date": "2026-09-30", "seed": 3}
    entries = [workload_object(each) for each in priced]
    return {**told, **(entries[0] if len(entries) == 1 else {"workloads": entries}), **more}


def read(tree: object) -> StoredDocument:
    return read_stored(json.dumps(tree), "base.json")


def problems(text: str) -> list[str]:
    with pytest.raises(WorkloadError) as refused:
        read_stored(text, "base.json")
    return [f"{problem.code}: {problem.message}" for problem in refused.value.problems]


ROUND = [
    ("as it is", PRICED),
    ("without a price", replace(PRICED, costs=None, cost_reason="not billed")),
    ("refused", replace(PRICED, usage_us=(), wall_us=(), costs=(), refused="no sessions", complete_share=0.0)),
    ("refused and without a price", replace(PRICED, usage_us=(), wall_us=(), costs=None, refused="no sessions")),
    ("without a limit", replace(PRICED, remaining_us=None)),
    ("a fixed run", replace(PRICED, usage_us=(5,), wall_us=(6,), costs=(Decimal("0.00"),))),
    ("without inputs", replace(PRICED, inputs=(), digest="")),
]


@pytest.mark.parametrize(("word", "priced"), ROUND, ids=[row[0] for row in ROUND])
def test_what_was_written_is_read_again(word: str, priced: Priced) -> None:
    assert read(document(priced)) == StoredDocument(
        file="base.json", priced=(priced,), version="0.1.0", data_date="2026-09-30", seed=3
    )
    other = replace(priced, file="v.yaml")
    assert read(document(priced, other)).priced == (priced, other)


def test_facts_of_a_document_may_stand_in_each_workload() -> None:
    entry = document(PRICED)
    told = read({"schema_version": "1.1", "workloads": [entry, {**entry, "workload": {"name": "v", "file": "v.yaml"}}]})
    assert (told.version, told.data_date, told.seed, len(told.priced)) == ("0.1.0", "2026-09-30", 3, 2)


@pytest.mark.parametrize("version", ["1.0", "1.1", "1.99"])
def test_every_minor_of_the_major_is_read_whatever_it_adds(version: str) -> None:
    tree = document(PRICED, schema_version=version, later={"deep": [1, 2.5, None]})
    tree["priced"]["later"] = True
    assert read(tree).priced == (PRICED,)


COLUMNS = [
    ("nothing", [], 0),
    ("one number", [7], 0),
    ("all alike", [5] * 1000, 0),
    ("whole seconds", [1_000_000, 3_000_000, 256_000_000], 1),
    ("two values, however far apart", [3, 9_999_999_999], 1),
    ("two bytes", [0, 1, 65_535], 2),
    ("what needs three", [1, 65_537, 4], 3),
    ("the whole clock", [0, 10**16 - 1, 1], 7),
]


@pytest.mark.parametrize(("word", "values", "width"), COLUMNS, ids=[row[0] for row in COLUMNS])
def test_columns_are_packed_in_few_bytes(word: str, values: list[int], width: int) -> None:
    packed = Packed.of(values)
    assert packed.width == width
    assert packed.values() == tuple(values)


@given(st.lists(st.integers(min_value=0, max_value=10**16), max_size=50))
def test_any_column_is_read_back(values: list[int]) -> None:
    assert Packed.of(values).values() == tuple(values)


def test_the_packed_form_is_as_documented() -> None:
    assert asdict(Packed.of([1_000_000, 1_000_040, 1_010_240])) == {
        "count": 3, "least": 1_000_000, "step": 40, "width": 2, "data": "AAABAAAB",
    }  # fmt: skip


def with_column(**changed: object) -> str:
    tree = document(PRICED)
    tree["priced"]["usage_us"].update(changed)
    return json.dumps(tree)


def without(*path: str) -> str:
    tree = document(PRICED)
    node = tree
    for step in path[:-1]:
        node = node[step]
    del node[path[-1]]
    return json.dumps(tree)


def with_(value: object, *path: str) -> str:
    tree = document(PRICED)
    node = tree
    for step in path[:-1]:
        node = node[step]
    node[path[-1]] = value
    return json.dumps(tree)


DEEP = "nested deeper than 64 levels"
HOSTILE: Iterable[tuple[str, str, str]] = [
    ("nothing", "", "QP801: not valid JSON: expecting value"),
    ("cut off", json.dumps(document(PRICED))[:200], "QP801: not valid JSON: unterminated string"),
    ("two documents", "{} {}", "QP801: not valid JSON: extra data"),
    ("YAML", "qplan: 1", "QP801: not valid JSON: expecting value"),
    ("NaN", with_(float("nan"), "seed"), "QP801: not a document of qplan: NaN is not a number"),
    ("infinity", '{"a": -Infinity}', "QP801: not a document of qplan: -Infinity is not a number"),
    ("a float beyond all", '{"a": 1e999}', "QP801: not a document of qplan: a number out of range"),
    (
        "an exponent beyond all",
        '{"a": 1e-9999999999999999999999}',
        "QP801: not a document of qplan: a number out of range",
    ),
    ("an endless number", '{"a": ' + "9" * 100_000 + "}", "QP801: not a document of qplan: a number of 100,000 digits"),
    ("a long fraction", '{"a": 0.' + "9" * 100 + "}", "QP801: not a document of qplan: a number out of range"),
    ("a repeated key", '{"a": 1, "a": 2}', "QP801: not a document of qplan: the key 'a' is repeated"),
    ("brackets that go on", "[" * 100_000, f"QP801: not a document of qplan: {DEEP}"),
    ("a deep document", "[" * 80 + "]" * 80, f"QP801: not a document of qplan: {DEEP}"),
    (
        "very many values",
        "[" + "[]," * 1_000_001 + "1]",
        "QP801: not a document of qplan: it holds more than 2,000,000",
    ),
    ("a list", "[]", "QP802: not a document of qplan: it has no schema_version"),
    ("a number", "5", "QP802"),
    ("a version of another kind", '{"schema_version": 1}', "QP802"),
    ("a version of three parts", '{"schema_version": "1.2.3"}', "QP802"),
    ("another major", '{"schema_version": "2.0"}', "QP803: its schema version is 2.0, and this qplan reads 1.x"),
    ("an older major", '{"schema_version": "0.9"}', "QP803"),
    ("a list of problems", '{"schema_version": "1.1", "problems": []}', "QP804: it holds no workload that was priced"),
    ("no workloads", '{"schema_version": "1.1", "workloads": []}', "QP804"),
    ("workloads of another kind", '{"schema_version": "1.1", "workloads": 5}', "QP804"),
    ("numbers for workloads", '{"schema_version": "1.1", "workloads": [1, 2]}', "QP804"),
    (
        "no version",
        without("version"),
        "QP805: version must be a line of at most 1,000 printable characters, not nothing",
    ),
    ("a seed below 0", with_(-1, "seed"), "QP805: seed must be a whole number up to 4,611,686,018,427,387,904, not -1"),
    ("a seed that is true", with_(True, "seed"), "QP805: seed must be"),
    ("a name with a terminal's code", with_("\x1b[2J", "workload", "name"), "QP805: workload.name must be a line"),
    ("a name of two lines", with_("a\nb", "workload", "name"), "QP805: workload.name must be a line"),
    ("a name without end", with_("a" * 300, "workload", "name"), "QP805: workload.name must be a line of at most 200"),
    ("a workload of another kind", with_([], "workload"), "QP805: workload.name must be a line"),
    ("an unknown mode", with_("serial", "priced", "mode"), "QP805: priced.mode must be job or batch or session"),
    ("a mode of another kind", with_({}, "priced", "mode"), "QP805: priced.mode must be job or batch or session"),
    ("a share above 1", with_(1.5, "priced", "complete_share"), "QP805: priced.complete_share must be a number from 0"),
    ("inputs of another kind", with_([1], "priced", "inputs"), "QP805: priced.inputs must be a mapping of paths"),
    ("inputs of numbers", with_({"a": 1}, "priced", "inputs"), "QP805: priced.inputs must be a mapping of paths"),
    ("a column of another kind", with_([1], "priced", "usage_us"), "QP805: priced.usage_us.count must be"),
    ("no column", without("priced", "wall_us"), "QP805: priced.wall_us.count must be"),
    ("a count below 0", with_column(count=-1), "QP805: priced.usage_us.count must be a whole number"),
    ("a count beyond all", with_column(count=10**9), "QP805: priced.usage_us.count must be a whole number"),
    ("too many", with_column(count=3), "QP806: priced.usage_us cannot be unpacked: it says 3 values of 1 bytes"),
    ("a step of 0", with_column(step=0), "QP806: priced.usage_us cannot be unpacked: its count, least, step or width"),
    ("wider than a number", with_column(width=9), "QP805: priced.usage_us.width must be a whole number up to 8"),
    ("no base64", with_column(data="?"), "QP806: priced.usage_us cannot be unpacked: its data is not base64"),
    ("not ASCII", with_column(data="ä==="), "QP806: priced.usage_us cannot be unpacked: its data is not base64"),
    (
        "beyond the clock",
        with_column(step=10**16),
        "QP806: priced.usage_us cannot be unpacked: a value is out of range",
    ),
    ("one too few", with_column(count=1, data="AA=="), "QP806: priced has columns of different lengths, or none"),
    ("nothing of what is not refused", with_(None, "priced", "refused"), ""),
    ("figures of what is refused", with_("no", "priced", "refused"), "QP806: priced has columns of different lengths"),
]


@pytest.mark.parametrize(("word", "text", "told"), HOSTILE, ids=[row[0] for row in HOSTILE])
def test_whatever_is_handed_in_is_told_in_a_line(word: str, text: str, told: str) -> None:
    if not told:
        assert read_stored(text, "base.json").priced == (PRICED,)
        return
    first = problems(text)[0]
    assert first.startswith(told)
    assert first.isprintable()
    assert len(first) < 300


def test_columns_that_would_fill_the_memory_are_refused() -> None:
    wide = {"count": MOST_VALUES, "least": 5, "step": 1, "width": 0, "data": ""}
    entry = document(PRICED)
    entry["priced"] |= {"usage_us": wide, "wall_us": wide, "cost_cents": None}
    told = problems(json.dumps({"schema_version": "1.1", "workloads": [entry] * 50}))
    assert told[0] == (
        "QP806: workloads[2].priced.wall_us is one column too many: together they hold more than 5,000,000 values"
    )


def test_of_very_many_problems_the_first_are_told() -> None:
    entry = document(PRICED)
    entry["priced"]["mode"] = "x"
    assert len(problems(json.dumps({"schema_version": "1.1", "workloads": [entry] * 5000}))) == 1000


def test_every_problem_is_told_with_its_path() -> None:
    entry = document(PRICED)
    entry["priced"] |= {"mode": "x", "digest": 5}
    with pytest.raises(WorkloadError) as refused:
        read({"schema_version": "1.1", "workloads": [document(PRICED), entry, {}]})
    paths = [problem.path for problem in refused.value.problems]
    assert paths[:2] == ["workloads[1].priced.mode", "workloads[1].priced.digest"]
    assert "workloads[2].priced" in paths


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    file = tmp_path / "base.json"
    file.write_bytes(b" " * (MAX_BYTES + 1))
    with pytest.raises(FileError, match="larger than 16 MiB"):
        read_text(str(file))


STORED = [entry for entry in diagnostics() if entry.code.startswith("QP80")]


def _of_document(check: Callable[[StoredDocument], Any]) -> Callable[[str], list[str]]:
    return lambda text: [problem.code for problem in check(read_stored(text, "base.json"))]


CHECKS = {
    "QP807": _of_document(check_distinct),
    "QP808": _of_document(lambda told: check_basis(told, "0.1.0", "2020-01-01")),
    "QP809": _of_document(lambda told: check_draws(told, 0, None)),
}


@pytest.mark.parametrize("entry", STORED, ids=[entry.code for entry in STORED])
def test_the_example_of_a_code_has_that_problem(entry: Diagnostic) -> None:
    found = CHECKS[entry.code](entry.example) if entry.code in CHECKS else problems(entry.example)
    assert [told[:5] for told in found] == [entry.code]


# Files laid flat.

FLAT = [
    ("values", "{a: 1, b: 1.5, c: true, d: x y, e: ''}", ["a 1", "b 1.5", "c true", "d x y", 'e ""']),
    ("texts that look like values", "{a: '1', b: 'true', c: '~', d: '1e3'}", [
        'a "1"', 'b "true"', 'c "~"', 'd "1e3"']),
    ("texts that look like lists", "{a: '[1]', b: '{', c: '\"x'}", ['a "[1]"', 'b "{"', 'c "\\"x"']),
    ("empty ones", "{a: {}, b: [], c: }", ["a {}", "b []", "c null"]),
    ("lists of values", "{a: [3s, 4, x]}", ['a ["3s", 4, "x"]']),
    ("lists of mappings", "{a: [{b: 1}, {b: 2}]}", ["a[0].b 1", "a[1].b 2"]),
    ("jobs by name", "{jobs: [{name: a, x: 1}, {loop: l, jobs: [{name: b, y: 2}]}]}", [
        "jobs.a.name a", "jobs.a.x 1", "jobs.l.loop l", "jobs.l.jobs.b.name b", "jobs.l.jobs.b.y 2"]),
    ("jobs without names", "{jobs: [{x: 1}, {name: a}]}", ["jobs[0].x 1", "jobs[1].name a"]),
    ("jobs of one name", "{jobs: [{name: a}, {name: a}]}", ["jobs[0].name a", "jobs[1].name a"]),
    ("odd names", "{'a.b': 1, 'c d': {'[0]': 2}}", ['"a.b" 1', '"c d"."[0]" 2']),
    ("for readers", "{description: long, x-note: {a: 1}, a: 1}", ["a 1"]),
]  # fmt: skip


@pytest.mark.parametrize(("word", "text", "flat"), FLAT, ids=[row[0] for row in FLAT])
def test_a_file_is_laid_flat_and_made_again(word: str, text: str, flat: list[str]) -> None:
    tree = parse(text, "f").tree
    inputs = inputs_of(tree, HERE)
    assert [f"{path} {value}" for path, value in inputs] == flat
    kept = {key: value for key, value in tree.items() if key not in ("description", "x-note")}
    assert tree_of(inputs) == kept
    assert parse(text_of_inputs(inputs), "f").tree == kept


values = st.recursive(
    st.one_of(st.integers(-(10**17), 10**17), st.booleans(), st.none(), st.text(max_size=8), st.floats(-1e9, 1e9)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(min_size=1, max_size=6), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(
    st.dictionaries(
        st.sampled_from(["a", "jobs", "plan", "b c", 'q"', "file x", "[0]"]), values, min_size=1, max_size=4
    )
)
def test_any_tree_that_could_be_a_workload_is_made_again(tree: dict[str, Any]) -> None:
    if _has_keyed_jobs(tree):  # `jobs` is a list in every valid file
        return
    assert tree_of(inputs_of(tree, HERE)) == tree


def _has_keyed_jobs(node: object, key: str = "") -> bool:
    if isinstance(node, dict):
        return (key == "jobs" and bool(node)) or any(_has_keyed_jobs(value, name) for name, value in node.items())
    return isinstance(node, list) and any(_has_keyed_jobs(value) for value in node)


def test_files_that_a_workload_names_are_inputs_by_what_they_hold(tmp_path: Path) -> None:
    (tmp_path / "lab.yaml").write_text("lanes: 3\n")
    (tmp_path / "t.csv").write_text("1\n")
    tree = {"backend": {"profile": "lab.yaml"}, "jobs": [{"name": "a", "qpu": {"trace": "t.csv"}}], "plan": "../p.yaml"}
    folder = Folder(path=str(tmp_path))
    before = dict(inputs_of(tree, folder))
    assert before["file ../p.yaml"] == "unreadable"
    (tmp_path / "t.csv").write_text("2\n")
    after = dict(inputs_of(tree, folder))
    assert {path for path in before if before[path] != after[path]} == {"file t.csv"}
    assert tree_of(before.items()) == tree


BROKEN = [
    ("a path that is none", [("a..b", "1")]),
    ("a path into a value", [("a", "1"), ("a.b", "2")]),
    ("a value over a path", [("a.b", "1"), ("a", "2")]),
    ("the same twice", [("a", "1"), ("a", "2")]),
    ("a text that is no value", [("a", "[1")]),
    ("a number out of range", [("a", "9" * 30)]),
    ("brackets that go on", [("a", "[" * 100_000)]),
]


@pytest.mark.parametrize(("word", "inputs"), BROKEN, ids=[row[0] for row in BROKEN])
def test_what_no_file_was_laid_flat_to_is_refused(word: str, inputs: list[tuple[str, str]]) -> None:
    with pytest.raises(ValueError, match=r"leads into|stands twice|not a path|Expecting|out of range|recursion"):
        tree_of(inputs)
