"""A usage model's error: one draw a replication, for all that is modelled and for nothing else."""

from dataclasses import replace
from math import sqrt

import pytest

from qplan.model.duration import Duration, Spread
from qplan.model.trace import State
from qplan.model.workload import Failure, FailureKind, Mode, Rounding
from qplan.simulation import Engine, Runner, kept, replicate, simulate
from qplan.simulation.draws import MODEL_ERROR, between_quantiles
from qplan.simulation.kernel import _erring
from qplan.simulation.spreads import UNIFORMS, Shelf
from qplan.units import MAX_US, PPM, charge_us
from tests.reference.simpy_model import reference_trace
from tests.scenes import item, submission

S = 1_000_000
MANY = 4_000
PROBABILITIES = (0.0, 0.1, 0.5, 0.9, 1.0)
INTERPRETED, COMPILED = Runner(engine=Engine.INTERPRETED), Runner(engine=Engine.COMPILED)
needs_numba = pytest.mark.skipif(not kept.can_compile(), reason="Numba is not installed")


def error(low: float, high: float) -> Duration:
    factors = (low**2, low, 1.0, high, high**2)
    return Duration(
        spread=Spread.QUANTILES, values_us=tuple(round(f * PPM) for f in factors), probabilities=PROBABILITIES
    )


BAND = error(0.67, 3.67)


def modelled(err: Duration | None = BAND, *, random_before: bool = False, **fields):
    """An item whose quantum time errs; nothing is prepared unless it is to be random."""
    kind, *rest = item(0, fields.pop("qpu", 10), **fields)
    before = Duration(spread=Spread.EXPONENTIAL, values_us=(4 * S,)) if random_before else kind.before
    return (replace(kind, error=err, before=before), *rest)


def work(*items, mode: Mode = Mode.JOB, name: str = "w", **fields):
    return replace(submission(mode, *items, **fields), name=name)


def spans(trace) -> list[int]:
    return [end - start for start, end in zip(trace.qpu_start_us, trace.qpu_end_us, strict=True)]


def usages(*items, count: int = 50, **fields) -> list[int]:
    return list(replicate([work(*items, **fields)], 0, 0, count, INTERPRETED)[0].usage_us)


# The distribution.


BANDS = [
    pytest.param(0.67, 3.67, id="wide"),
    pytest.param(0.85, 1.5, id="usual"),
    pytest.param(1.0, 2.1, id="from-one-up"),
    pytest.param(0.98, 1.02, id="narrow"),
]


@pytest.mark.parametrize(("low", "high"), BANDS)
def test_the_band_is_that_of_the_time(low, high):
    """At the quantiles themselves, whatever is drawn: to a part in a thousand, the median to the microsecond."""
    shelf = Shelf(fixed=False)
    place = shelf.place(error(low, high))
    table = shelf.spreads()

    def at(share: float) -> int:
        return _erring(10 * S, between_quantiles(table, place, min(UNIFORMS - 1, round(share * UNIFORMS))))

    for share, factor in ((0, low**2), (0.1, low), (0.9, high), (1, high**2)):
        assert at(share) == pytest.approx(10 * S * factor, rel=1e-3)
    assert at(0.5) == 10 * S
    assert at(0.3) == pytest.approx(10 * S * sqrt(low), rel=1e-3), "straight on a logarithmic scale"


@pytest.mark.parametrize(("low", "high"), BANDS)
def test_a_tenth_of_the_usages_lies_on_either_side_of_the_band(low, high):
    found = usages(modelled(error(low, high)), count=MANY)
    off = 4 * sqrt(0.1 * 0.9 / MANY)
    assert abs(sum(us > 10 * S * high for us in found) / MANY - 0.1) < off
    if low < 1:
        assert abs(sum(us < 10 * S * low for us in found) / MANY - 0.1) < off
    assert 10 * S * low**2 <= min(found)
    assert max(found) <= 10 * S * high**2


ROUNDED = [
    pytest.param(1, 500_000, 0, id="half-to-even-down"),
    pytest.param(3, 500_000, 2, id="half-to-even-up"),
    pytest.param(7, 1_100_000, 8, id="up"),
    pytest.param(7, 1_000_000, 7, id="exact"),
    pytest.param(0, 3_670_000, 0, id="nothing"),
    pytest.param(MAX_US, 999_999, MAX_US - 10**10, id="a-millionth-less-than-the-longest"),
    pytest.param(MAX_US, 100 * PPM, MAX_US, id="held-at-the-end-of-the-clock"),
]


@pytest.mark.parametrize(("us", "ppm", "wanted"), ROUNDED)
def test_the_product_is_rounded_once(us, ppm, wanted):
    assert _erring(us, ppm) == wanted


# One draw for all.


def test_all_jobs_err_alike():
    """Two kinds, three iterations, two copies: in a replication all take the same, in another something else."""
    sent = work(modelled(name="a", iterations=3, copies=2), modelled(name="b", count=2))
    runs = [spans(simulate(sent, 0, r)) for r in range(20)]
    assert {len({*run}) for run in runs} == {1}
    assert len({run[0] for run in runs}) == 20


def test_each_job_takes_the_same_probability_through_its_own_band():
    sent = work(modelled(error(0.5, 2), name="narrow"), modelled(error(0.25, 4), name="wide"))
    for r in range(50):
        narrow, wide = (us / (10 * S) for us in spans(simulate(sent, 0, r)))
        assert wide == pytest.approx(narrow**2, rel=1e-4)


def test_a_stated_job_is_left_alone():
    runs = [spans(simulate(work(modelled(name="a"), modelled(None, name="b")), 0, r)) for r in range(20)]
    assert {run[1] for run in runs} == {10 * S}
    assert len({run[0] for run in runs}) == 20


def test_other_draws_stay_where_they_are():
    here, there = (
        [simulate(work(modelled(err, random_before=True, count=3)), 0, r).ready_us for r in range(20)]
        for err in (None, BAND)
    )
    assert here == there


def test_the_draw_is_the_workloads():
    def drawn(name: str = "w", seed: int = 0, mode: Mode = Mode.JOB, *more) -> list[int]:
        return [spans(simulate(work(modelled(name="a"), *more, mode=mode, name=name), seed, r))[0] for r in range(8)]

    assert drawn() == drawn(mode=Mode.SESSION) == drawn("w", 0, Mode.BATCH, modelled(name="z", count=4))
    assert drawn() != drawn("v")
    assert drawn() != drawn(seed=1)


def test_it_is_drawn_apart_by_its_own_quantity():
    sent = [work(modelled(), wait=5)]
    usual, again, apart = (replicate(sent, 0, 0, 20, INTERPRETED, own)[0] for own in ((), (), (MODEL_ERROR,)))
    assert usual == again
    assert usual.usage_us != apart.usage_us
    assert usual.queue_us == apart.queue_us


# What is multiplied, and what comes after it.


def test_noise_learning_errs_with_the_rest():
    """In a session the first job learns: 4 s beside the 10 s, both by one factor."""
    trace_of = work(modelled(count=2, learning=4), mode=Mode.SESSION, lanes=1)
    for r in range(20):
        first, second = spans(simulate(trace_of, 0, r))
        assert 10 * first == pytest.approx(14 * second, rel=1e-6)
        assert second != 10 * S


def test_learning_paid_by_every_job():
    plain, learning = (usages(modelled(learning=seconds, count=2)) for seconds in (0, 10))
    assert learning == [2 * us for us in plain]


@pytest.mark.parametrize(
    "rounding",
    [
        pytest.param(Rounding.NEAREST, id="nearest"),
        pytest.param(Rounding.UP, id="up"),
        pytest.param(Rounding.NONE, id="none"),
    ],
)
def test_rounding_and_minimum_come_after(rounding):
    code = [Rounding.NONE, Rounding.NEAREST, Rounding.UP].index(rounding)
    exact = usages(modelled(qpu=3))
    charged = usages(modelled(qpu=3, minimum=4), rounding=rounding)
    assert charged == [charge_us(us, code, 4 * S) for us in exact]
    assert min(charged) == 4 * S < max(charged)


def test_a_job_that_errs_beyond_its_limit_is_cut_there():
    sent = work(modelled(limit=12))
    for r in range(40):
        free, cut = spans(simulate(work(modelled()), 0, r))[0], simulate(sent, 0, r)
        assert spans(cut)[0] == min(free, 12 * S)
        assert cut.state[0] == (State.CANCELLED if free > 12 * S else State.COMPLETED)


def test_a_failing_share_is_of_the_time_as_it_turns_out():
    half = Failure(numbers=(1,), at=0.5, kind=FailureKind.USER)
    whole, failed = (usages(modelled(failure=failure)) for failure in (None, half))
    assert failed == pytest.approx([us / 2 for us in whole], abs=1)


# Without it nothing changes.


def test_a_fixed_run_takes_the_estimate():
    assert spans(simulate(work(modelled(learning=4)))) == [14 * S]


def test_a_band_of_nothing_is_no_error():
    exact = Duration(spread=Spread.QUANTILES, values_us=(PPM,) * 5, probabilities=PROBABILITIES)
    here, there = (
        replicate([work(modelled(err, random_before=True, count=3))], 0, 0, 40, INTERPRETED) for err in (None, exact)
    )
    assert here == there
    assert not work(modelled(exact)).is_random
    assert work(modelled()).is_random


# Whoever runs it.


def everything(mode: Mode):
    """Modelled and stated kinds, learning, a limit, a minimum."""
    return work(
        modelled(name="a", learning=3, iterations=3, random_before=True, minimum=2),
        modelled(error(0.5, 2), name="b", count=3, limit=15),
        modelled(None, name="c", count=2),
        mode=mode,
        rounding=Rounding.UP,
    )


@needs_numba
def test_the_compiled_kernel_errs_alike():
    sent = [everything(mode) for mode in Mode]
    assert replicate(sent, 1, 0, 200, INTERPRETED) == replicate(sent, 1, 0, 200, replace(COMPILED, workers=2))


@pytest.mark.parametrize("mode", [pytest.param(mode, id=mode.value) for mode in Mode])
def test_the_reference_errs_alike(mode):
    for r in range(20):
        run, expected = simulate(everything(mode), 2, r), reference_trace(everything(mode), 2, r)
        assert spans(run) == spans(expected)
        assert run.measures.usage_us == expected.measures.usage_us
