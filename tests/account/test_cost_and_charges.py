"""Rounding of charges and exact money."""

from dataclasses import replace
from decimal import Decimal

import pytest

from qplan.account import cost_of
from qplan.model.workload import Rounding
from qplan.units import charge_us, s_from_us, us_from_s
from tests.scenes import BATCH, JOB, PLAN, SESSION, item, play, submission


@pytest.mark.parametrize(
    ("quantum_us", "rounding", "minimum_us", "charged_us"),
    [
        (1_499_999, 0, 0, 1_499_999),  # none
        (1_499_999, 1, 0, 1_000_000),  # nearest, down
        (1_500_000, 1, 0, 2_000_000),  # nearest, halves up
        (2_500_000, 1, 0, 3_000_000),  # halves up, not to even
        (1_000_001, 2, 0, 2_000_000),  # up
        (1_000_000, 2, 0, 1_000_000),  # up, already whole
        (300_000, 1, 0, 0),  # a stated job may round to nothing
        (300_000, 1, 2_000_000, 2_000_000),  # a modelled one never falls below the minimum
        (0, 0, 2_000_000, 2_000_000),  # reaching the QPU is enough for the minimum
    ],
)
def test_charges_are_rounded_job_by_job(quantum_us, rounding, minimum_us, charged_us):
    assert charge_us(quantum_us, rounding, minimum_us) == charged_us


def test_jobs_are_rounded_one_by_one_not_their_sum():
    run = play(submission(JOB, item(0, 1.5, count=3), rounding=Rounding.NEAREST))
    assert (run.usage, run.figures.quantum_us) == (6, 4_500_000)


def test_a_session_is_not_rounded():
    run = play(submission(SESSION, item(0.25, 1.5), rounding=Rounding.UP))
    assert (run.usage, run.figures.charged_us) == (1.75, 2_000_000)


@pytest.mark.parametrize(
    ("usage_us", "price", "included_us", "cost"),
    [
        (40_000_000, "1.60", 0, "64.00"),  # forty seconds
        (1, "1.60", 0, "0.00"),  # one microsecond
        (3_125, "1.60", 0, "0.01"),  # half a cent goes up
        (3_124, "1.60", 0, "0.00"),  # just below
        (100_000_000, "1.60", 60_000_000, "64.00"),  # a minute is included
        (30_000_000, "1.60", 60_000_000, "0.00"),  # all of it is
        (333_333, "0.1", 0, "0.03"),  # exact decimals
        (10**16, "1.6", 0, "16000000000.00"),  # the end of the clock
    ],
)
def test_cost_is_exact_until_its_one_rounding(usage_us, price, included_us, cost):
    plan = replace(PLAN, price_per_second=Decimal(price), included_us=included_us)
    assert str(cost_of(usage_us, plan)) == cost


def test_u_09_an_unknown_price_is_a_state_not_zero():
    assert cost_of(40_000_000, replace(PLAN, price_per_second=None)) is None
    assert cost_of(40_000_000, replace(PLAN, price_per_second=Decimal(0))) == Decimal("0.00")


def test_lane_use_is_the_share_of_lane_time_held():
    run = play(submission(BATCH, item(4, 6), lanes=5))
    assert run.figures.lane_use == 0.2


@pytest.mark.parametrize(
    ("seconds", "us"),
    [
        (0.0000005, 0),  # half to even, down
        (0.0000015, 2),  # half to even, up
        (0.1, 100_000),  # a float counts as the decimal it prints as
        (Decimal("2.0000025"), 2_000_002),  # half to even
    ],
)
def test_durations_are_rounded_to_the_clock_half_to_even(seconds, us):
    assert us_from_s(seconds) == us


def test_whole_seconds_are_written_without_a_point():
    assert [s_from_us(40_000_000), s_from_us(1_500_000)] == [40, 1.5]
