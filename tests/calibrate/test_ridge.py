"""The ridge fit: what charges tell, what they leave to the prior, and what whole seconds and strays do to it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qplan.calibrate import Charges, Prior, fit, held_out, widened

PRIOR = Prior(names=("job", "execution"), mean=np.array([2.0, 5.0]), sd=np.array([1.0, 5.0]), execution=1)


def charges(jobs, executions, charged, *, half=0.5, floor=0.0, trust=1.0, noise=0.3):
    """Charges of so many jobs and millions of executions."""
    n = len(charged)
    return Charges(
        base=np.zeros(n),
        slopes=np.column_stack([np.array(jobs, float), np.array(executions, float)]),
        cross=np.zeros((n, 2)),
        charged=np.array(charged, float),
        half=np.full(n, half),
        noise=np.full(n, noise),
        floor=np.full(n, floor),
        trust=np.full(n, trust),
    )


def test_without_charges_the_prior_stands():
    found = fit(charges([], [], []), PRIOR)
    assert found.values.tolist() == [2.0, 5.0]
    assert found.sd.tolist() == [1.0, 5.0]
    assert found.informed.tolist() == [0.0, 0.0]


def test_exact_charges_are_met():
    found = fit(charges([1, 1, 1, 2], [0, 10, 20, 40], [3, 43, 83, 166], half=0.01, noise=0.001), PRIOR)
    assert found.values == pytest.approx([3, 4], abs=0.05)
    assert (found.informed > 0.9).all()


@pytest.mark.parametrize(
    ("word", "charged", "floor", "expected"),
    [
        ("a charge that the prior rounds to moves nothing", [2], 0.0, 2.0),
        ("the least charge says only not more", [3], 3.0, 2.0),
        ("a larger one pulls as far as the half second", [4], 0.0, 3.1),
    ],
)
def test_a_charge_is_a_whole_second(word, charged, floor, expected):
    found = fit(charges([1], [0], charged, floor=floor), PRIOR)
    assert found.values[0] == pytest.approx(expected, abs=0.2), word


def test_a_stray_pulls_less_the_further_it_strays():
    plain = [3] * 9
    near, far = (fit(charges([1] * 10, [0] * 10, [*plain, stray]), PRIOR).values[0] for stray in (5, 500))
    assert near > far
    assert far == pytest.approx(fit(charges([1] * 9, [0] * 9, plain), PRIOR).values[0], abs=0.05)


def test_what_is_trusted_less_pulls_less():
    sure, unsure = (fit(charges([1], [0], [6], trust=trust), PRIOR) for trust in (1.0, 3.0))
    assert sure.values[0] > unsure.values[0]
    assert sure.sd[0] < unsure.sd[0]


def test_constants_multiply_the_time_per_execution():
    """A calibration counted in executions lasts as long as they do."""
    one = charges([1], [0], [22])
    crossed = Charges(**{**{f: getattr(one, f) for f in one.__slots__}, "cross": np.array([[4.0, 0.0]])})
    assert crossed.times(np.array([2.0, 5.0]), 1).tolist() == [2 + 5 * 4 * 2]


def test_no_constant_is_below_zero():
    found = fit(charges([1] * 4, [10] * 4, [0, 0, 0, 0]), PRIOR)
    assert (found.values >= 0).all()


def test_a_part_is_predicted_without_itself():
    one, other = [3] * 5, [9] * 5
    both = charges([1] * 10, [0] * 10, one + other)
    times = held_out(both, PRIOR, np.array([0] * 5 + [1] * 5))
    assert times[0] == pytest.approx(fit(charges([1] * 5, [0] * 5, other), PRIOR).values[0])
    assert times[9] == pytest.approx(fit(charges([1] * 5, [0] * 5, one), PRIOR).values[0])


def test_widened_multiplies_the_spread():
    found = fit(charges([1] * 3, [0] * 3, [3, 4, 5]), PRIOR)
    assert widened(found, 2.0).sd == pytest.approx(2 * found.sd)


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 300)), max_size=12))
def test_more_charges_never_make_it_less_sure(rows):
    """Law: the interval of a constant is never wider than the prior's, and shrinks as jobs are added."""
    executions, _ = zip(*rows, strict=True) if rows else ((), ())
    charged = [round(2 + 5 * each) for each in executions]
    found = fit(charges([1] * len(rows), executions, charged), PRIOR)
    assert (found.sd <= PRIOR.sd + 1e-9).all()
    more = fit(charges([1] * (len(rows) + 1), [*executions, 10], [*charged, 52]), PRIOR)
    assert (more.sd <= found.sd + 1e-6).all()
