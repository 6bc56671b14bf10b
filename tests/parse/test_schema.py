"""The JSON Schema says what the checks say, for both come from the same models."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator
from pydantic import TypeAdapter

from qplan.parse import json_schema
from qplan.parse.schema_keys import Key, all_keys
from qplan.parse.yaml12 import parse
from tests.parse.test_problems import SHAPE
from tests.parse.test_workload import RICH

VALIDATOR = Draft7Validator(json_schema())
WORKLOADS = sorted((Path(__file__).parents[2] / "workloads").glob("*.yaml"))
BEYOND_A_SCHEMA = ("bidirectional", "no duration")


def test_the_schema_is_one() -> None:
    Draft7Validator.check_schema(json_schema())
    assert json_schema()["$schema"] == "http://json-schema.org/draft-07/schema#"


@pytest.mark.parametrize("path", WORKLOADS, ids=lambda path: path.stem)
def test_the_examples_conform(path: Path) -> None:
    assert not list(VALIDATOR.iter_errors(tree(path.read_text(encoding="utf-8"))))


def test_the_rich_file_conforms() -> None:
    assert not list(VALIDATOR.iter_errors(tree(RICH)))


FAULTY = [(text, word) for text, _, word in SHAPE if word not in BEYOND_A_SCHEMA]


@pytest.mark.parametrize(("text", "word"), FAULTY, ids=[word for _, word in FAULTY])
def test_what_the_checks_refuse_the_schema_refuses(text: str, word: str) -> None:
    assert list(VALIDATOR.iter_errors(tree(text)))


@pytest.mark.parametrize("key", all_keys(), ids=lambda key: f"{key.path} {key.shape.__name__}")
def test_every_key_is_described_and_its_example_is_valid(key: Key) -> None:
    assert key.field.description
    [example] = key.field.examples or []
    annotated: Any = key.field.rebuild_annotation()
    TypeAdapter(annotated).validate_python(example)


def tree(text: str) -> object:
    return parse(text, "f").tree
