"""Shares of level and variance against cases that can be worked out by hand."""

import random
from dataclasses import replace
from decimal import Decimal

import pytest

from qplan import runs
from qplan.comparison.drivers import BATCHES, shares, varies
from qplan.errors import UsageError
from qplan.model.duration import Duration, Spread
from qplan.model.sensitivity import Driver, Drivers, Input, Sensitivity, Share, Target
from qplan.model.workload import (
    Background,
    Calibration,
    ForeignStream,
    LayerNoiseLearning,
    MeasureNoiseLearning,
    Mode,
    Options,
    Primitive,
    Pub,
    Workload,
)
from qplan.parse import catalog
from qplan.plan import plan_jobs, submission_for
from qplan.plan.without import without
from qplan.runs import Draws
from qplan.sensitivity import DRAWN, sensitivity
from qplan.simulation import Engine, Runner, engine, kept
from qplan.simulation.draws import QUANTITIES
from tests.comparison.flow import constants, item, job, workload

S = 1_000_000
INTERPRETED = Runner(engine=Engine.INTERPRETED)
DRAWS = Draws(runner=INTERPRETED)


def exponential(mean_s: float) -> Duration:
    return Duration(spread=Spread.EXPONENTIAL, values_us=(int(mean_s * S),))


def uniform(most_s: float) -> Duration:
    """Straight between its quantiles, since the lower is nothing."""
    return Duration(spread=Spread.QUANTILES, values_us=(0, int(most_s * S)), probabilities=(0.0, 1.0))


def one_job() -> Workload:
    """A job that waits an exponential 10 s (variance 100), prepares 0 to 10 s (8.33), runs an exponential 5 s (25)."""
    work = workload(item(replace(job(after=1), classical_before=uniform(10), qpu=exponential(5))))
    return replace(work, queue=replace(work.queue, wait=exponential(10)))


def of(told: Sensitivity, target: Target) -> Drivers:
    [found] = (drivers for drivers in told.targets if drivers.target is target)
    return found


def by_input(drivers: Drivers) -> dict[Input, Driver]:
    return {driver.input: driver for driver in drivers.drivers}


def total(driver: Driver) -> Share:
    assert driver.variance is not None
    return driver.variance.total


def near(share: Share, exact: float) -> bool:
    """Within twice the interval of 95 %, which no seed of these tests leaves."""
    return abs(share.value - exact) <= 2 * share.error


# The statistics alone.


def sample(count: int, seed: int, f):
    """Base, all anew, and each of two inputs anew."""
    draw = random.Random(seed)
    here, there = ([(draw.expovariate(1 / 10), draw.expovariate(1 / 5)) for _ in range(count)] for _ in range(2))

    def values(pairs):
        return [round(1000 * f(x, y)) for x, y in pairs]

    first = values((b[0], a[1]) for a, b in zip(here, there, strict=True))
    second = values((a[0], b[1]) for a, b in zip(here, there, strict=True))
    return values(here), values(there), first, second


def test_a_sum_of_two_shares_its_variance():
    base, other, first, second = sample(4000, 1, lambda x, y: x + y)
    for swapped, exact in ((first, 0.8), (second, 0.2)):
        found = shares(base, other, swapped)
        assert near(found.total, exact)
        assert near(found.alone, exact)
        assert 0 < found.total.error < 0.1


def test_what_two_inputs_make_together_is_in_both_totals_and_in_neither_alone():
    base, other, first, second = sample(4000, 1, lambda x, y: (x - 10) * (y - 5))
    for swapped in (first, second):
        found = shares(base, other, swapped)
        assert near(found.total, 1)
        assert abs(found.alone.value) < 0.35
        assert found.alone.is_nothing
        assert not found.total.is_nothing


def test_all_and_nothing_are_exact():
    base, other, first, second = sample(200, 1, lambda x, y: x)
    assert first == other
    whole, none = shares(base, other, first), shares(base, other, second)
    assert (whole.total, whole.alone) == (Share(value=1, error=0), Share(value=1, error=0))
    assert (none.total, none.alone) == (Share(value=0, error=0), Share(value=0, error=0))
    assert none.total.is_nothing
    assert not whole.total.is_nothing


def test_the_interval_holds_the_exact_share_as_often_as_it_says():
    """Of 300 intervals of 95 % about 285 do; a skewed variable takes some off."""
    held = 0
    for seed in range(300):
        base, other, first, _ = sample(400, seed, lambda x, y: x + y)
        found = shares(base, other, first).total
        held += abs(found.value - 0.8) <= found.error
    assert 265 <= held <= 297


def test_varies():
    assert varies([1, 2], [1, 3])
    assert not varies([1, 2], [1, 2])


# Variance of a workload.


def test_the_variance_of_one_job_in_a_session_is_shared_as_worked_out():
    told = sensitivity(one_job(), replace(DRAWS, replications=4000), Mode.SESSION)
    wall, cost = by_input(of(told, Target.WALL)), by_input(of(told, Target.COST))
    parts = {Input.QUEUE_WAIT: 100, Input.BEFORE: 100 / 12, Input.QPU: 25}
    for input, variance in parts.items():
        found = wall[input].variance
        assert found is not None
        assert near(found.total, variance / sum(parts.values())), input
        assert near(found.alone, variance / sum(parts.values())), input
        assert found.total.error < 0.1
    # A session bills from its lane on: preparing and the QPU, not the wait.
    billed = {Input.QUEUE_WAIT: 0, Input.BEFORE: 100 / 12, Input.QPU: 25}
    for input, variance in billed.items():
        found = cost[input].variance
        assert found is not None
        assert near(found.total, variance / sum(billed.values())), input
    assert total(cost[Input.QUEUE_WAIT]) == Share(value=0, error=0)
    assert wall[Input.AFTER].variance is None
    assert not wall[Input.AFTER].is_random


def test_as_a_single_job_only_the_qpu_changes_the_cost():
    told = sensitivity(one_job(), replace(DRAWS, replications=100), Mode.JOB)
    cost = by_input(of(told, Target.COST))
    assert total(cost[Input.QPU]) == Share(value=1, error=0)
    assert total(cost[Input.BEFORE]).value == 0


def test_what_is_included_varies_nothing():
    generous = one_job()
    generous = replace(generous, plan=replace(generous.plan, included_us=10**12))
    cost = of(sensitivity(generous, replace(DRAWS, replications=50), Mode.JOB), Target.COST)
    assert (cost.level_us, cost.varies, cost.amount) == (0, False, Decimal())
    assert all(driver.level is None and driver.variance is None for driver in cost.drivers)


def test_without_a_price_usage_is_told():
    unpriced = one_job()
    unpriced = replace(unpriced, plan=replace(unpriced.plan, price_per_second=None, price_reason="unknown"))
    told = sensitivity(unpriced, replace(DRAWS, replications=50), Mode.JOB)
    assert [drivers.target for drivers in told.targets] == [Target.USAGE, Target.WALL]
    assert of(told, Target.USAGE).amount is None


def test_nothing_random_has_no_variance():
    told = sensitivity(workload(item(job()), wait=10), DRAWS)
    assert (told.replications, told.samples) == (0, 0)
    for drivers in told.targets:
        assert not drivers.varies
        assert all(driver.variance is None and not driver.is_random for driver in drivers.drivers)


def erring(qpu: float | None = None) -> Workload:
    """A modelled job of 15 s that prepares an exponential 10 s, with a model that errs; ``qpu`` states its time."""
    work = workload(item(replace(job(qpu=qpu, shots=40_000), classical_before=exponential(10))))
    model = replace(work.usage.model, band_low=Decimal("0.5"), band_high=Decimal(2))
    return replace(work, usage=replace(work.usage, model=model))


def test_the_usage_model_error_is_an_input():
    """It alone spreads what single jobs cost; set to nothing it changes no fixed run."""
    told = sensitivity(erring(), replace(DRAWS, replications=200), Mode.JOB)
    cost, wall = by_input(of(told, Target.COST)), by_input(of(told, Target.WALL))
    error = cost[Input.MODEL_ERROR]
    assert (error.now, error.level, error.is_random) == ("x 0.5 to x 2", 0, True)
    assert total(error) == Share(value=1, error=0)
    assert total(cost[Input.BEFORE]).value == 0
    shared = [total(wall[input]).value for input in (Input.MODEL_ERROR, Input.BEFORE)]
    assert all(0.2 < share < 0.9 for share in shared)
    assert 0.8 < sum(shared) < 1.2
    assert told.samples == 2 + 2


def test_a_stated_time_knows_no_model_error():
    told = sensitivity(erring(qpu=15), replace(DRAWS, replications=40), Mode.JOB)
    assert Input.MODEL_ERROR not in by_input(of(told, Target.COST))
    assert not of(told, Target.COST).varies


@pytest.mark.parametrize("qubits", [pytest.param(4, id="narrow"), pytest.param(500, id="wide")])
@pytest.mark.parametrize("model", catalog.usage_model_names())
def test_without_its_error_no_shipped_model_is_random(model: str, qubits: int):
    work = workload(item(replace(job(qpu=None), qubits=qubits)))
    work = replace(work, usage=replace(work.usage, model=catalog.usage_model(model)))
    for changed, varies_so in ((work, True), (without(work, Input.MODEL_ERROR), False)):
        assert submission_for(changed, Mode.JOB, plan_jobs(changed, constants()).jobs).is_random is varies_so


def test_what_others_do_takes_part():
    work = workload(item(job(), iterations=3, think=2), wait=10)
    stream = ForeignStream(every=exponential(9), before=exponential(3), qpu=exponential(4))
    often = Calibration(first=uniform(20), length=exponential(9), every_us=60 * S)
    background = Background(busy_lanes=(exponential(20),) * 5, stream=stream, calibrations=(often,))
    told = sensitivity(replace(work, background=background), replace(DRAWS, replications=200), Mode.JOB)
    wall = by_input(of(told, Target.WALL))
    for input in (Input.ARRIVALS, Input.BUSY_LANES, Input.CALIBRATIONS):
        assert total(wall[input]).value > 0, input
    assert told.samples == 2 + 3


def test_each_quantity_belongs_to_one_input():
    drawn = [quantity for group in DRAWN.values() for quantity in group]
    assert sorted(drawn) == list(range(1, QUANTITIES))


def test_the_base_are_the_replications_that_are_shown():
    """Ten jobs of a kind: their draws are independent, and one input."""
    work = workload(item(replace(job(count=10), classical_before=exponential(5))))
    first = sensitivity(work, replace(DRAWS, replications=60), Mode.SESSION)
    other = sensitivity(work, replace(DRAWS, replications=60, seed=1), Mode.SESSION)
    assert first != other
    assert total(of(first, Target.WALL).drivers[0]) == Share(value=1, error=0)


# Level of a workload.


def levels(drivers: Drivers) -> dict[Input, float | None]:
    return {driver.input: driver.level for driver in drivers.drivers}


def test_the_level_is_what_goes_from_a_fixed_run():
    """In a session that waits 60 s: three steps of 4 + 6 + 2 s, and 5 s of thinking between them, so 46 s of usage."""
    told = sensitivity(workload(item(job(after=2), iterations=3, think=5), wait=60), DRAWS, Mode.SESSION)
    cost, wall = of(told, Target.COST), of(told, Target.WALL)
    assert (cost.level_us, wall.level_us, cost.amount) == (46 * S, 106 * S, Decimal("73.60"))
    parts = {Input.QUEUE_WAIT: 0, Input.BEFORE: 12, Input.QPU: 18, Input.AFTER: 6, Input.THINK: 10}
    assert levels(cost) == pytest.approx({input: seconds / 46 for input, seconds in parts.items()})
    parts[Input.QUEUE_WAIT] = 60
    assert levels(wall) == pytest.approx({input: seconds / 106 for input, seconds in parts.items()})
    assert [driver.input for driver in wall.drivers] == [
        Input.QUEUE_WAIT, Input.QPU, Input.BEFORE, Input.THINK, Input.AFTER,
    ]  # fmt: skip


def test_as_single_jobs_every_step_waits_and_only_the_qpu_costs():
    told = sensitivity(workload(item(job(after=2), iterations=3, think=5), wait=60), DRAWS, Mode.JOB)
    cost, wall = of(told, Target.COST), of(told, Target.WALL)
    assert (cost.level_us, wall.level_us) == (18 * S, 226 * S)
    assert levels(cost) == {
        Input.QPU: 1, Input.QUEUE_WAIT: 0, Input.BEFORE: 0, Input.AFTER: 0, Input.THINK: 0,
    }  # fmt: skip
    assert levels(wall)[Input.QUEUE_WAIT] == pytest.approx(180 / 226)


def test_the_parts_of_a_modelled_quantum_time():
    """2 s a job and 40,000 executions of 250 + 75 us: 2 + 10 + 3 s."""
    told = sensitivity(workload(item(job(qpu=None, before=0, shots=40_000))), DRAWS, Mode.JOB)
    cost = of(told, Target.COST)
    assert cost.level_us == 15 * S
    assert levels(cost) == pytest.approx({Input.REP_DELAY: 10 / 15, Input.CIRCUIT: 3 / 15, Input.PER_JOB: 2 / 15})
    assert [driver.now for driver in cost.drivers] == ["250 us", "75 us", "2 s"]


def parts_of(options: Options, **constants: Decimal | bool) -> dict[Input, int]:
    """Quantum time without each part, in microseconds: one Estimator job of 1,000 shots, 10 us a circuit."""
    pub = Pub(shots=1000, circuit_duration_s=1e-5)
    work = workload(item(replace(job(qpu=None, before=0), pubs=(pub,), primitive=Primitive.ESTIMATOR, options=options)))
    classes = {"sampler": Decimal(2), "estimator_0": Decimal(2), "estimator_1": Decimal(5), "estimator_2": Decimal(7)}
    model = replace(work.usage.model, per_job_s=classes, **constants)  # type: ignore[arg-type]
    work = replace(work, usage=replace(work.usage, model=model), backend=replace(work.backend, reset_ns=1000.0))
    told = of(sensitivity(work, DRAWS, Mode.JOB), Target.COST)
    return {driver.input: driver.without_us for driver in told.drivers}


def test_each_constant_of_the_usage_model_is_a_part():
    """5 s, 16 random circuits of 0.1 s, 1,000 executions and 500 of readout calibration of 250 + 10 + 1 + 4 us."""
    constants: dict[str, Decimal | bool] = {
        "per_circuit_s": Decimal("0.1"),
        "per_execution_s": Decimal("4e-6"),
        "automatic_trex_share": Decimal("0.5"),
        "counts_reset": True,
    }
    options = Options(resilience_level=1)
    assert parts_of(options, **constants) == {
        Input.REP_DELAY: 6_600_000 + 1500 * 15,
        Input.CIRCUIT: 6_600_000 + 1500 * 255,
        Input.RESET: 6_600_000 + 1500 * 264,
        Input.PER_EXECUTION: 6_600_000 + 1500 * 261,
        Input.PER_CIRCUIT: 5_000_000 + 1500 * 265,
        Input.PER_JOB: 1_600_000 + 1500 * 265,
        Input.READOUT_CALIBRATION: 6_600_000 + 1000 * 265,
        Input.MITIGATION: 2_100_000 + 1000 * 265,
    }


def test_readout_calibration_by_hand_and_noise_learning_are_parts():
    """TREX of 10 x 100 shots counts in full; PEC learns one layer of 9 bases x 2 depths x 3 x 10 shots."""
    learning = LayerNoiseLearning(
        max_layers_to_learn=1, shots_per_randomization=10, num_randomizations=3, layer_pair_depths=(0, 1)
    )
    options = Options(
        resilience_level=1,
        pec_mitigation=True,
        pec_max_overhead=1.0,
        measure_noise_learning=MeasureNoiseLearning(num_randomizations=10, shots_per_randomization=100),
        layer_noise_learning=learning,
    )
    parts = parts_of(options)
    whole = 5_000_000 + (1024 + 1000 + 540) * 260
    assert parts[Input.READOUT_CALIBRATION] == whole - 1000 * 260
    assert parts[Input.NOISE_LEARNING] == whole - 540 * 260
    assert parts[Input.MITIGATION] == 2_000_000 + 1000 * 260


def test_an_input_may_hold_the_figures_down():
    """The client thinks past the maximum TTL of 10 s; were it quicker, the second step would run and cost as much."""
    cut = workload(item(job(qpu=4, before=0), iterations=2, think=8), batch_max=10, batch_ttl=60)
    told = sensitivity(cut, DRAWS, Mode.BATCH)
    assert told.jobs_done == 1
    assert levels(of(told, Target.COST)) == {Input.QPU: 1, Input.THINK: -1}


def test_the_median_stands_for_a_random_input():
    told = sensitivity(one_job(), replace(DRAWS, replications=20), Mode.SESSION)
    wait = by_input(of(told, Target.WALL))[Input.QUEUE_WAIT]
    assert wait.now == "median 6.9 s"  # 10 s x ln 2
    assert of(told, Target.WALL).level_us - wait.without_us == 6_931_472


# The mode, and limits.


def test_the_mode_asked_for_then_the_files_then_the_recommended():
    loop = workload(item(job(), iterations=10, think=2), wait=600)
    assert sensitivity(loop, DRAWS).mode is Mode.SESSION
    assert sensitivity(replace(loop, mode=Mode.BATCH), DRAWS).mode is Mode.BATCH
    assert sensitivity(replace(loop, mode=Mode.BATCH), DRAWS, Mode.JOB).mode is Mode.JOB


def test_a_mode_that_the_plan_refuses():
    closed = workload(item(job()))
    closed = replace(closed, plan=replace(closed.plan, sessions_allowed=False, sessions_reason="no sessions"))
    with pytest.raises(UsageError, match="test as a session: no sessions"):
        sensitivity(closed, DRAWS, Mode.SESSION)


def test_few_replications_are_refused():
    with pytest.raises(UsageError, match=f"at least {BATCHES} replications, not 19"):
        sensitivity(one_job(), replace(DRAWS, replications=19), Mode.JOB)


def test_too_much_work_is_refused_and_a_large_workload_is_run_less_often(monkeypatch):
    large = workload(item(replace(job(count=30_000), classical_before=exponential(1))))
    with pytest.raises(UsageError, match="--max-work lifts this"):
        sensitivity(large, replace(DRAWS, replications=40, most_work=3_599_999), Mode.BATCH)
    monkeypatch.setattr(runs, "DEFAULT_WORK", 20_000)
    medium = workload(item(replace(job(count=100), qpu=exponential(1))))
    told = sensitivity(medium, DRAWS, Mode.BATCH)
    assert (told.samples, told.replications) == (3, 66)
    assert [problem.code for problem in told.diagnostics] == ["QP503"]


# The same figures, whoever runs them.


def test_workers_change_nothing(monkeypatch):
    monkeypatch.setattr(engine, "WORTH_PROCESSES_S", 0)
    draws = replace(DRAWS, replications=80)
    two = replace(draws, runner=replace(INTERPRETED, workers=2))
    assert sensitivity(one_job(), draws) == sensitivity(one_job(), two)


@pytest.mark.skipif(not kept.can_compile(), reason="Numba is not installed")
def test_the_compiled_kernel_gives_the_same():
    draws = replace(DRAWS, replications=80)
    compiled = replace(draws, runner=Runner(engine=Engine.COMPILED, workers=2))
    assert sensitivity(one_job(), draws) == sensitivity(one_job(), compiled)
