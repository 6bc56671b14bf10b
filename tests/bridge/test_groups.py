"""Which parameter sets meet which observables, counted without making the broadcast arrays."""

from __future__ import annotations

from collections import Counter
from time import monotonic
from typing import Any

import pytest

pytest.importorskip("qiskit")

from qplan.bridge.groups import group_counts


@pytest.mark.parametrize(
    ("observables", "sets", "counts"),
    [
        pytest.param("ZZ", (), {1: 1}, id="one observable, no parameters"),
        pytest.param("ZZ", (7,), {1: 7}, id="one observable at each set"),
        pytest.param(["ZZ", "XX"], (), {2: 1}, id="several observables, no parameters"),
        pytest.param(["ZZ", "XX"], (1,), {2: 1}, id="several observables at one set"),
        pytest.param([["ZZ"], ["XX"]], (5,), {2: 5}, id="each observable at each set"),
        pytest.param(["ZZ", {"ZZ": 1, "XX": 1}], (2,), {1: 1, 2: 1}, id="paired: each set has its own"),
        pytest.param(["ZZ", {"ZZ": 1, "XX": 1}], (3, 2), {1: 3, 2: 3}, id="paired on the last axis"),
        pytest.param(["ZZ", "XX"], (3, 1), {2: 3}, id="the last axis is the observables' own"),
        pytest.param([[["ZZ", "XX"]], [["YY", "YY"]]], (2, 4, 2), {1: 16}, id="two shared axes"),
        pytest.param([[["ZZ", "XX"]], [["YY", "YY"]]], (2, 4, 1), {2: 4, 1: 4}, id="one shared axis of three"),
    ],
)
def test_sets_by_their_groups(observables: Any, sets: tuple[int, ...], counts: dict[int, int]) -> None:
    from qiskit.primitives.containers.observables_array import ObservablesArray

    found = group_counts(ObservablesArray.coerce(observables), sets)
    assert (found, list(found)) == (Counter(counts), list(counts))


def test_a_million_sets_of_thousands_of_observables() -> None:
    """20 billion pairs: 149 GiB as an array."""
    from qiskit.primitives.containers.observables_array import ObservablesArray

    started_s = monotonic()
    assert group_counts(ObservablesArray.coerce(["ZX", "XZ"] * 10_000), (1_000_000, 1)) == {2: 1_000_000}
    assert monotonic() - started_s < 10
