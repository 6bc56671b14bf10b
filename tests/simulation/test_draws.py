"""Draws: what is drawn is what was stated, wherever and in whatever order it is drawn."""

from dataclasses import replace
from itertools import pairwise
from math import erf, exp, log, sqrt, ulp
from statistics import NormalDist, fmean, pstdev

import pytest

from qplan.model.duration import Duration, Spread
from qplan.model.workload import Mode
from qplan.simulation import simulate
from qplan.simulation.draws import BEFORE_QPU, EVEN, LOW_32, draw, evenly, key_of, mix
from qplan.simulation.program import text_key
from qplan.simulation.spreads import ONE, SPREADS, UNIFORMS, Shelf, tables
from qplan.units import MAX_US
from tests.scenes import item, submission

S = 1_000_000
MANY = 20_000


def drawn(duration: Duration, count: int = MANY) -> list[int]:
    shelf = Shelf(fixed=False)
    place = shelf.place(duration)
    spreads = shelf.spreads()
    return [draw(spreads, key_of(7, r), 12345, BEFORE_QPU, place) for r in range(count)]


def quantiles(*pairs: tuple[float, int]) -> Duration:
    return Duration(
        spread=Spread.QUANTILES, values_us=tuple(us for _, us in pairs), probabilities=tuple(p for p, _ in pairs)
    )


def share_below(values: list[int], limit: int) -> float:
    return sum(value <= limit for value in values) / len(values)


STATED = [
    ("two quantiles, flat below", quantiles((0.5, 11 * 60 * S), (0.9, 15 * 3600 * S), (1.0, 32 * 3600 * S))),
    ("from zero", quantiles((0.0, 0), (0.5, 3_600_000), (1.0, 17_600_000))),
    (
        "many quantiles",
        quantiles((0.05, 400_000), (0.25, 29 * S), (0.5, 644 * S), (0.9, 55_737 * S), (1.0, 172_800 * S)),
    ),
]


@pytest.mark.parametrize("spread", [row[1] for row in STATED], ids=[row[0] for row in STATED])
def test_stated_quantiles_are_reproduced_and_bounded(spread):
    values = drawn(spread)
    assert min(values) >= spread.values_us[0]
    assert max(values) <= spread.values_us[-1]
    for p, us in zip(spread.probabilities, spread.values_us, strict=True):
        if 0 < p < 1:
            assert abs(share_below(values, us) - p) < 4 * sqrt(p * (1 - p) / MANY)


def test_a_bounded_tail_stays_bounded_where_a_log_normal_would_run_away():
    """A log-normal through p50 11 min and p90 15 h would have a p99 of 544 h; the data say 32 h."""
    values = sorted(drawn(STATED[0][1]))
    assert values[int(0.99 * MANY)] <= 32 * 3600 * S


@pytest.mark.parametrize(("mean", "sd"), [(4, 1), (4, 4), (10, 0.1), (1, 3)])
def test_mean_and_deviation_are_those_of_a_log_normal(mean, sd):
    values = [us / S for us in drawn(Duration(spread=Spread.MEAN_SD, values_us=(int(mean * S), int(sd * S))))]
    assert min(values) >= 0
    assert abs(fmean(values) - mean) < 5 * sd / sqrt(MANY)
    variance = log(1 + (sd / mean) ** 2)
    middle = log(mean) - variance / 2
    for p in (0.01, 0.1, 0.5, 0.9, 0.99):
        at = exp(middle + sqrt(variance) * NormalDist().inv_cdf(p))
        assert abs(sum(value <= at for value in values) / MANY - p) < 4.5 * sqrt(p * (1 - p) / MANY)


def test_exponential_draws_have_their_mean_deviation_and_tail():
    values = [us / S for us in drawn(Duration(spread=Spread.EXPONENTIAL, values_us=(10 * S,)))]
    assert abs(fmean(values) - 10) < 5 * 10 / sqrt(MANY)
    assert abs(pstdev(values) - 10) < 0.5
    assert max(values) > 10 * log(MANY) / 2
    assert abs(sum(value > 30 for value in values) / MANY - exp(-3)) < 4 * sqrt(exp(-3) / MANY)


def test_a_sample_is_drawn_with_equal_chances():
    values = drawn(Duration(spread=Spread.RESAMPLED, values_us=(3 * S, 4 * S, 9 * S)))
    for us in (3 * S, 4 * S, 9 * S):
        assert abs(values.count(us) / MANY - 1 / 3) < 4 * sqrt(2 / 9 / MANY)
    assert {*values} == {3 * S, 4 * S, 9 * S}


def test_a_draw_that_leaves_the_clock_is_held_at_its_end():
    wild = Duration(spread=Spread.MEAN_SD, values_us=(MAX_US, MAX_US))
    assert max(drawn(wild, 2_000)) <= MAX_US


def test_the_hash_is_one_to_one_and_its_bits_are_even():
    values = [mix(x) for x in range(1 << 16)]
    assert len({*values}) == 1 << 16
    for bit in range(32):
        ones = sum(value >> bit & 1 for value in values)
        assert abs(ones - (1 << 15)) < 5 * sqrt(1 << 14)


def test_neighbouring_keys_are_unlike():
    """Replications, jobs and quantities are numbered: their draws must not follow one another."""
    uniforms = [mix(mix(key_of(1, r) & LOW_32) ^ (key_of(1, r) >> 32)) / 2**32 for r in range(MANY)]
    middle = fmean(uniforms)
    lagged = fmean((a - middle) * (b - middle) for a, b in pairwise(uniforms))
    assert abs(lagged * 12) < 4 / sqrt(MANY)
    assert len({key_of(base, part) for base in range(200) for part in range(200)}) == 40_000


def test_draws_are_literally_these():
    """The draws of a seed are part of the output: changed ones are told in the changelog."""
    assert [mix(0), mix(1), mix(LOW_32)] == [0, 2261973619, 2578835075]
    assert key_of(1, 2) == 4284252039300922468
    assert text_key("h2o-vqe") == 2441888643165690353
    assert drawn(quantiles((0.1, S), (0.5, 2 * S), (0.9, 8 * S)), 5) == [2573312, 1584619, 2185203, 8000000, 1495276]


def test_no_table_entry_depends_on_the_mathematics_library():
    """Entries lie so far from a rounding boundary that an error of eight units in the last place could not move one."""
    quantile = NormalDist().inv_cdf
    exact = [
        *(quantile(k / 1000) * ONE for k in range(500, 1000)),
        *(-quantile((1000 - k) / 1e6) * ONE for k in range(1000)),
        *(log(1000 / (1000 - k)) * ONE for k in range(1000)),
        *(log(1e6 / (1000 - k)) * ONE for k in range(1000)),
        *(2.0 ** (k / 1024) * 2**30 for k in range(1025)),
    ]
    for value in exact:
        assert abs(value % 1 - 0.5) > 8 * ulp(value)


def test_the_tables_are_right():
    table = tables()
    assert len(table) == SPREADS
    for k in range(500, 1000):
        z = table[k] / ONE
        assert abs((1 + erf(z / sqrt(2))) / 2 - k / 1000) < 1e-7
    assert UNIFORMS == 1 << 31


def _alone(name: str, *, count: int = 3, iterations: int = 2, copies: int = 2):
    random = Duration(spread=Spread.EXPONENTIAL, values_us=(4 * S,))
    kind, stage, part, *_ = item(name=name, count=count)
    return (replace(kind, before=random), stage, part, iterations, copies)


def _befores(trace, jobs: range) -> list[int]:
    return [trace.ready_us[row] - trace.lane_us[row] for row in jobs]


def test_adding_a_job_moves_no_other_jobs_draws():
    base = replace(submission(Mode.BATCH, _alone("a")), name="w")
    more = replace(submission(Mode.BATCH, _alone("z", count=5), _alone("a")), name="w")
    first, second = simulate(base, 3, 11), simulate(more, 3, 11)
    assert _befores(first, range(12)) == _befores(second, range(20, 32))


def test_another_iteration_or_copy_moves_no_draws():
    base = replace(submission(Mode.BATCH, _alone("a")), name="w")
    longer = replace(submission(Mode.BATCH, _alone("a", iterations=3)), name="w")
    first, second = simulate(base, 0, 5), simulate(longer, 0, 5)
    assert _befores(first, range(6)) == _befores(second, range(6))
    assert _befores(first, range(6, 12)) == _befores(second, range(9, 15))


def test_draws_differ_by_seed_replication_and_workload():
    base = replace(submission(Mode.BATCH, _alone("a")), name="w")
    runs = [
        simulate(base, 0, 0), simulate(base, 1, 0), simulate(base, 0, 1), simulate(replace(base, name="v"), 0, 0),
        simulate(base, 1 << 40, 0),
    ]  # fmt: skip
    assert len({tuple(_befores(run, range(12))) for run in runs}) == len(runs)


def test_the_modes_share_their_draws():
    waits = [
        _befores(simulate(replace(submission(mode, _alone("a", iterations=1)), name="w"), 0, 9), range(6))
        for mode in Mode
    ]
    assert waits[0] == waits[1] == waits[2]


def test_a_wait_holds_for_its_correlation_step():
    """Entries of one hour share their wait, those of the next have another."""
    spread = Duration(spread=Spread.EXPONENTIAL, values_us=(60 * S,))
    kind = item(0, 1, name="a", iterations=4, think=1800)
    work = submission(Mode.JOB, kind)
    work = replace(work, queue=replace(work.queue, wait=spread, correlation_us=3600 * S), name="w")
    trace = simulate(work, 0, 0)
    waits = [line - sent for line, sent in zip(trace.next_in_line_us, trace.submitted_us, strict=True)]
    hours = [sent // (3600 * S) for sent in trace.submitted_us]
    assert len({*hours}) > 1
    for (hour, wait), (other_hour, other) in zip(
        zip(hours, waits, strict=True), list(zip(hours, waits, strict=True))[1:], strict=False
    ):
        assert (wait == other) is (hour == other_hour)


def test_a_fixed_run_takes_medians():
    spread = quantiles((0.1, S), (0.5, 4 * S), (0.9, 9 * S))
    kind, stage, part, *_ = item()
    work = submission(Mode.JOB, (replace(kind, before=spread), stage, part, 1, 1))
    assert simulate(work).ready_us[0] == 4 * S


@pytest.mark.parametrize("first", [0, 1024, 7 * 256])
def test_what_is_drawn_once_a_run_lies_evenly(first):
    """Of 256 numbers in a row each falls into a 256th of its own, whatever the key."""
    for seed in range(20):
        key = key_of(key_of(seed, 5), EVEN)
        assert sorted(evenly(key, first + i) >> 23 for i in range(256)) == list(range(256))


def test_even_draws_of_two_keys_know_nothing_of_each_other():
    """Their correlation over a thousand numbers is that of independent draws, and so is that of neighbours."""
    middle = 1 << 30
    for seed in range(20):
        one, other = ([evenly(key_of(key_of(seed, part), EVEN), i) - middle for i in range(1000)] for part in (5, 6))
        assert abs(sum(a * b for a, b in zip(one, other, strict=True))) < 0.2 * 1000 * middle**2 / 3


def test_the_quantiles_of_a_thousand_even_draws_are_those_of_the_spread():
    for seed in range(20):
        key = key_of(key_of(seed, 5), EVEN)
        ranked = sorted(evenly(key, i) / 2**31 for i in range(1000))
        for share in (0.1, 0.5, 0.9):
            assert abs(ranked[round(1000 * share)] - share) < 0.004
