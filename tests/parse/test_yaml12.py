"""YAML 1.2 as values, marks and refusals."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from qplan.parse import yaml12
from qplan.parse.document import Document
from qplan.parse.yaml12 import parse

VALUES: list[tuple[str, Any, str]] = [
    ("1e3", 1000.0, "an exponent makes a number"),
    ("1e-3", 0.001, "a negative one too"),
    ("1.5e+3", 1500.0, "with a fraction and a sign"),
    (".5", 0.5, "no digit before the point"),
    ("5.", 5.0, "no digit after the point"),
    ("017", 17, "a leading zero is no octal"),
    ("0o17", 15, "octal"),
    ("0x1F", 31, "hexadecimal"),
    ("-7", -7, "negative"),
    ("+7", 7, "positive"),
    ("1_000", "1_000", "no underscores"),
    ("0b11", "0b11", "no binary"),
    ("1:30", "1:30", "no base sixty"),
    ("2026-11-21", "2026-11-21", "no dates"),
    ("no", "no", "a word"),
    ("yes", "yes", "a word"),
    ("on", "on", "a word"),
    ("off", "off", "a word"),
    ("y", "y", "a word"),
    ("true", True, "true"),
    ("False", False, "false"),
    ("tRUE", "tRUE", "a word"),
    ("null", None, "null"),
    ("~", None, "null"),
    ("", None, "nothing"),
    ("'1'", "1", "quoted text"),
    ('"\\t1"', "\t1", "an escape"),
    ("=", "=", "a plain sign"),
    ("-", None, "an entry of a list without a value"),
    ("999999999999999999", 10**18 - 1, "18 digits"),
]


@pytest.mark.parametrize(("text", "value", "word"), VALUES, ids=[word for *_, word in VALUES])
def test_plain_scalars_follow_the_core_schema(text: str, value: object, word: str) -> None:
    if text == "-":
        assert parse("a:\n-\n", "f").tree == {"a": [None]}
        return
    read = parse(f"a: {text}\n", "f")
    assert (read.tree, read.problems) == ({"a": value}, [])
    assert type(read.tree["a"]) is type(value)


def test_keys_are_always_text() -> None:
    assert parse("{no: 1, 2: b, null: c, 1e3: d}", "f").tree == {"no": 1, "2": "b", "null": "c", "1e3": "d"}


def test_an_alias_repeats_its_anchor() -> None:
    read = parse("a: &x {b: [1, 2]}\nc: *x\n", "f")
    assert read.tree == {"a": {"b": [1, 2]}, "c": {"b": [1, 2]}}
    assert read.problems == []


def test_marks_are_of_keys_and_of_values() -> None:
    read = parse("a: 1\njobs:\n  - name: x\n    deep: {k: [1, 22]}\n", "f")
    places = {
        ("jobs", 0): (3, 5, 3, 5),
        ("jobs", 0, "name"): (3, 5, 3, 11),
        ("jobs", 0, "deep", "k"): (4, 12, 4, 15),
        ("jobs", 0, "deep", "k", 1): (4, 19, 4, 19),
    }
    for path, place in places.items():
        key, value = read.mark(path, key=True), read.mark(path)
        assert (key.line, key.column, value.line, value.column) == place


def test_a_path_that_is_not_there_has_the_mark_of_its_nearest_parent() -> None:
    read = parse("a: 1\nb:\n  c: 2\n", "f")
    assert str(read.mark(("b", "zz"))) == "f:3:3"
    assert str(read.mark(("zz",))) == "f:1:1"


def test_columns_count_characters() -> None:
    assert str(parse("{é𝛼: 1, b: 2}", "f").mark(("b",))) == "f:1:12"


def deep(levels: int) -> str:
    return "[" * levels + "]" * levels


REFUSED: list[tuple[str, str, str]] = [
    (
        "a: [1",
        "1:6: QP001: not valid YAML: while parsing a flow sequence that begins at line 1, column 4,"
        " did not find expected ',' or ']'",
        "syntax",
    ),
    ("a: \x01", "1:4: QP001: not valid YAML: control characters are not allowed", "control character"),
    ("", "1:1: QP002: the file is empty", "empty"),
    ("# c\n", "2:1: QP002: the file is empty", "comments only"),
    (
        "a: 1\nb: 2\na: 3\n",
        "3:1: QP003: the key 'a' is repeated (first at line 1, column 1); keep one of the two",
        "twice",
    ),
    ("a: 1\n---\nb: 2\n", "2:1: QP004: a second document begins here; a file holds one", "documents"),
    ("a: !x 1", "1:4: QP005: the tag '!x' is not supported; leave it out", "tag"),
    ("a: &x {b: 1}\nc: {<<: *x}", "2:5: QP006: merge keys (<<) are not part of YAML 1.2; write the keys out", "merge"),
    ("a: *x", "1:4: QP007: the alias *x repeats an anchor that is not defined before it", "undefined alias"),
    ("a: &x [*x]", "1:8: QP007: the alias *x stands inside what it repeats", "recursion"),
    (deep(65), "1:65: QP008: nested deeper than 64 levels", "depth"),
    ("a: .nan", "1:4: QP009: .nan is not a finite number", "nan"),
    ("a: -.INF", "1:4: QP009: -.INF is not a finite number", "infinity"),
    ("a: 1e999", "1:4: QP009: 1e999 is out of range: larger than any floating-point number", "large"),
    (
        "a: " + "9" * 5000,
        "1:4: QP009: 99999999... (5,000 characters) is out of range: a whole number has at most 18 digits",
        "5,000 digits",
    ),
    (
        "[a]: 1",
        "1:1: QP010: a key must be plain text, not a list, a mapping, an alias or a tagged value",
        "list as key",
    ),
    (
        "? {a: 1}\n: 1",
        "1:3: QP010: a key must be plain text, not a list, a mapping, an alias or a tagged value",
        "mapping",
    ),
]


@pytest.mark.parametrize(("text", "line", "word"), REFUSED, ids=[word for *_, word in REFUSED])
def test_what_is_refused_says_where_and_why(text: str, line: str, word: str) -> None:
    assert [told(read) for read in [parse(text, "f")]] == [f"f:{line}"]


def told(read: Document) -> str:
    [problem] = read.problems
    return f"{problem.mark}: {problem.code}: {problem.message}"


def test_reading_goes_on_after_a_repeated_key_and_a_number_out_of_range() -> None:
    read = parse("a: 1\na: .inf\nb: .nan\nb: 2\n", "f")
    assert [problem.code for problem in read.problems] == ["QP009", "QP003", "QP009", "QP003"]
    assert read.tree == {"a": 1, "b": None}


def test_64_levels_are_read() -> None:
    assert parse(deep(64), "f").problems == []


def test_without_libyaml_the_same_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "a: &x {b: [1e3, no], 'c': 017}\nd: *x\ne: !t 1\n"
    quick = parse(text, "f")
    monkeypatch.setattr(yaml12, "_LOADER", yaml.SafeLoader)
    slow = parse(text, "f")
    assert slow.tree == quick.tree
    assert slow.problems == quick.problems
    assert slow.mark(("a", "b", 1)) == quick.mark(("a", "b", 1))


def test_the_pure_parser_also_refuses_with_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml12, "_LOADER", yaml.SafeLoader)
    for text in ("a: [1", 'a: "\\UFFFFFFFF"', "a: \x01", "\ud800"):
        assert [problem.code for problem in parse(text, "f").problems] == ["QP001"], repr(text)
