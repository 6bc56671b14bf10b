"""Whatever is fed in, the room answers with problems and nothing else."""

from __future__ import annotations

import copy
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from qplan.parse.edits import Edit
from qplan.parse.load import load_text
from qplan.parse.schema_keys import all_keys
from qplan.parse.yaml12 import parse
from tests.parse.test_workload import RICH
from tests.parse.texts import LIMITS

KEYS = sorted({key.name for key in all_keys()} | {"p50", "max", "zz"})
WORDS = st.sampled_from(
    ["a", "b", "5s", "open", "ibm_fez", "auto", "profile", "none", "cancel", "estimator", "\x00", "é"]
)
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(-3, 10**19), st.floats(), WORDS, st.text(max_size=5))
TREES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(KEYS), inner, max_size=4)),
    max_leaves=25,
)
CROWDED = """
qplan: 1
queue:
  fair_share:
    allocation: 10h
    used: 1h
    window: 672h
    warm_up: 24h
    others:
      - {name: a, allocation: 40h, used: 12h, every: {dist: exponential, mean: 4m}, qpu: {p50: 40s, p90: 8m}}
      - {allocation: 5h, every: [5m, 10m], qpu: {mean: 10s, sd: 3s}}
background:
  busy_lanes: [12s, {p50: 40s, p90: 2m}, [1s, 2s]]
  arrivals: {every: {dist: exponential, mean: 60s}, qpu: {p50: 5s, p90: 40s}, classical_before: 4s, classical_after: 0s}
  calibrations: {every: 1h, duration: {p50: 1m, p90: 2m}, first: {min: 0s, max: 1h}}
jobs: [{qpu: 5s}]
"""
FILES = st.fixed_dictionaries(
    {"qplan": st.just(1), "jobs": st.lists(TREES, max_size=3)},
    optional=dict.fromkeys(("queue", "background", "backend", "plan", "batch"), TREES),
)


def answers(text: str, *edits: Edit) -> None:
    """No exception; a workload exactly if there is no error; each problem fit to print."""
    loaded, problems = load_text(text, "f", edits, LIMITS)
    assert (loaded is None) == any(problem.severity == "error" for problem in problems)
    assert all(problem.code and problem.message and "\n" not in problem.message for problem in problems)


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters(), max_size=60))
def test_any_text(text: str) -> None:
    answers(text)


@settings(max_examples=200, deadline=None)
@given(st.text("qplan:1jobs[]{}-&*!|>'\"%@`,?#~<. \n\t0e", max_size=60))
def test_any_text_of_yaml_s_own_letters(text: str) -> None:
    answers(text)


@settings(max_examples=300, deadline=None)
@given(FILES)
def test_any_tree(tree: dict[str, Any]) -> None:
    answers(yaml.safe_dump(tree, allow_unicode=True))


@settings(max_examples=500, deadline=None)
@given(st.data())
def test_a_rich_file_with_one_value_changed(data: st.DataObject) -> None:
    tree = copy.deepcopy(parse(data.draw(st.sampled_from((RICH, CROWDED))), "f").tree)
    node, steps = tree, 0
    while True:
        step = data.draw(st.sampled_from(sorted(node) if isinstance(node, dict) else range(len(node))))
        steps += 1
        if not isinstance(node[step], dict | list) or not node[step] or (steps > 1 and data.draw(st.booleans())):
            break
        node = node[step]
    node[step] = data.draw(TREES)
    answers(yaml.safe_dump(tree, allow_unicode=True))


@settings(max_examples=200, deadline=None)
@given(st.text("jobsqueue.[]0 a\x00", max_size=12), st.text(st.characters(), max_size=12))
def test_any_edit(path: str, value: str) -> None:
    answers(RICH, Edit(path=path, value=value))
