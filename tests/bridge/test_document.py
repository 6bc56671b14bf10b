"""Workload documents to text: read back as they were, the same bytes, comments that are comments."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qplan.bridge.document import checked, workload_text
from qplan.errors import WorkloadError
from qplan.parse.yaml12 import parse

NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40)
LEAVES = st.one_of(
    NAMES, st.integers(-(10**17), 10**17), st.booleans(), st.floats(allow_nan=False, allow_infinity=False)
)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abc1e3.:-# ", min_size=1), inner, max_size=4),
    max_leaves=20,
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.text("xyzno1e.", min_size=1, max_size=4), TREES, min_size=1, max_size=5), st.lists(NAMES))
def test_a_document_reads_back_as_it_was(document: dict[str, object], comments: list[str]) -> None:
    read = parse(workload_text(document, comments), "w.yaml")
    assert (read.tree, read.problems) == (document, [])


@pytest.mark.parametrize(
    "text",
    ["1e3", "no", "yes", "1:30", "0o17", "017", "null", "~", "", "true", "0x1f", ".inf", "1_000", "2026-11-21", "=",
     "<<", "- a", "a: b", "a #b", "'", '"', "*a", "&a", "!a", "@a", "%a", "| ", " a", "a ", "9" * 30, "θ[0]", "a\nb"],
)  # fmt: skip
def test_a_text_that_looks_like_something_else_stays_text(text: str) -> None:
    assert parse(workload_text({"a": text, "b": [text]}), "w.yaml").tree == {"a": text, "b": [text]}


def test_the_text_is_short_and_in_the_order_of_the_document() -> None:
    document = {
        "qplan": 1,
        "name": "ghz",
        "jobs": [{"name": "ghz", "pubs": [{"circuits": 2, "circuit_duration": "2.016us", "share": Decimal("0.5")}]}],
    }
    assert workload_text(document, ["Made of\nghz\x1b[31m.qasm", ""]) == (
        "# Made of ghz\\x1b[31m.qasm\n#\n"
        "qplan: 1\nname: ghz\njobs:\n- name: ghz\n  pubs:\n"
        "  - {circuits: 2, circuit_duration: 2.016us, share: 0.5}\n"
    )


def test_the_same_mapping_twice_is_written_twice() -> None:
    pub = {"shots": 1}
    assert workload_text({"jobs": [pub, pub]}) == "jobs:\n- {shots: 1}\n- {shots: 1}\n"


def test_long_comments_are_wrapped_into_comments() -> None:
    lines = workload_text({"qplan": 1}, ["word " * 60]).splitlines()
    assert all(line.startswith("# ") and len(line) <= 80 for line in lines[:-1])
    assert len(lines) == 5


def test_checking_gives_the_workload() -> None:
    assert checked("qplan: 1\njobs: [{name: a, circuits: 3}]\n", "w.yaml").name == "w"


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        pytest.param("qplan: 1\njobs: [{name: a, shots: 0}, {nam: b}]\n", ["QP104", "QP101"], id="shape"),
        pytest.param("qplan: 1\njobs: [{name: a, qubits: 500}]\n", ["QP406"], id="what the service would refuse"),
    ],
)
def test_checking_tells_every_error(text: str, codes: list[str]) -> None:
    with pytest.raises(WorkloadError) as error:
        checked(text, "w.yaml")
    assert [problem.code for problem in error.value.problems] == codes
