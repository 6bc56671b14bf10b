"""An error band as a spread: what it says is kept, and what it does not say is bounded."""

from dataclasses import replace
from decimal import Decimal

import pytest

from qplan.model.usage import QuantumTime
from qplan.model.workload import Mode
from qplan.plan import plan_jobs, submission_for
from qplan.plan.inputs import model_errors
from qplan.plan.model_error import PROBABILITIES, ends, model_error
from tests.comparison.flow import constants, item, job, workload

MODELLED = QuantumTime(
    main_us=10_000_000,
    learning_us=0,
    minimum_us=0,
    circuits=1,
    executions_main=1,
    executions_learning=0,
    modelled=True,
    lower_bound=False,
    band_low=Decimal("0.5"),
    band_high=Decimal(2),
)


def banded(low: str, high: str) -> QuantumTime:
    return replace(MODELLED, band_low=Decimal(low), band_high=Decimal(high))


BANDS = [
    pytest.param("0.5", "2", [250_000, 500_000, 1_000_000, 1_000_000, 2_000_000, 4_000_000], id="around-one"),
    pytest.param("0.67", "3.67", [448_900, 670_000, 1_000_000, 1_000_000, 3_670_000, 13_468_900], id="lopsided"),
    pytest.param("1", "2.1", [1_000_000, 1_000_000, 1_000_000, 1_000_000, 2_100_000, 4_410_000], id="from-one-up"),
    pytest.param("0.8", "1", [640_000, 800_000, 1_000_000, 1_000_000, 1_000_000, 1_000_000], id="up-to-one"),
    pytest.param("1.2", "3", [1_000_000, 1_000_000, 1_000_000, 1_000_000, 3_000_000, 9_000_000], id="above-one"),
    pytest.param("0.4", "0.9", [160_000, 400_000, 1_000_000, 1_000_000, 1_000_000, 1_000_000], id="below-one"),
    pytest.param("0", "1.5", [0, 0, 1_000_000, 1_000_000, 1_500_000, 2_250_000], id="from-nothing"),
    pytest.param(
        "0.9", "1000", [810_000, 900_000, 1_000_000, 1_000_000, 100_000_000, 100_000_000], id="beyond-the-largest"
    ),
]


@pytest.mark.parametrize(("low", "high", "ppm"), BANDS)
def test_the_spread_of_a_band(low, high, ppm):
    error = model_error(banded(low, high))
    assert error is not None
    assert (list(error.values_us), error.probabilities) == (ppm, PROBABILITIES)
    assert error.median_us == 1_000_000
    assert list(error.values_us) == sorted(error.values_us)


@pytest.mark.parametrize(
    "quantum",
    [
        pytest.param(banded("1", "1"), id="exact"),
        pytest.param(banded("1.2", "0.9"), id="crossed"),
        pytest.param(replace(MODELLED, modelled=False), id="stated"),
        pytest.param(replace(MODELLED, main_us=0), id="no-time"),
    ],
)
def test_nothing_to_err(quantum):
    assert model_error(quantum) is None
    assert ends(quantum) is None


def test_learning_alone_errs_too():
    assert model_error(replace(MODELLED, main_us=0, learning_us=1)) is not None


def mixed():
    """A modelled job and a stated one, with a model of an error band."""
    work = workload(item(job("modelled", qpu=None)), item(job("stated", qpu=3)))
    model = replace(work.usage.model, band_low=Decimal("0.8"), band_high=Decimal("1.3"))
    return replace(work, usage=replace(work.usage, model=model))


def test_modelled_jobs_err_and_stated_ones_do_not():
    work = mixed()
    planned = plan_jobs(work, constants())
    sent = submission_for(work, Mode.JOB, planned.jobs)
    modelled, stated = sent.kinds
    assert modelled.error is not None
    assert modelled.error.values_us == (640_000, 800_000, 1_000_000, 1_000_000, 1_300_000, 1_690_000)
    assert stated.error is None
    assert sent.is_random


def test_an_exact_model_leaves_nothing_random():
    work = workload(item(job(qpu=None)))
    sent = submission_for(work, Mode.JOB, plan_jobs(work, constants()).jobs)
    assert sent.kinds[0].error is None
    assert not sent.is_random


def test_what_is_told_of_it():
    work = mixed()
    [told] = model_errors(work, plan_jobs(work, constants()))
    assert (told.name, told.value) == ("usage model error", "x 0.8 to x 1.3")
