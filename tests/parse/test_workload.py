"""A rich valid file, field by field."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from qplan.model.duration import Duration, Spread
from qplan.model.fact import Status
from qplan.model.pricing import LimitAction
from qplan.model.workload import (
    Calibration,
    Container,
    End,
    Failure,
    FailureKind,
    ForeignJob,
    LayerNoiseLearning,
    MeasureNoiseLearning,
    Mode,
    OnFailure,
    Options,
    Primitive,
    Pub,
    Rounding,
    Twirling,
)
from tests.parse.texts import workload

S = 1_000_000
RICH = """
qplan: 1
name: rich
description: |
  two lines
  of prose
mode: session
backend: {profile: ibm_kingston, lanes: 3, rep_delay: 300us, two_qubit: 84ns}
plan: {profile: flex, price_per_second: 1.20, currency: EUR, remaining: 4m, limit_action: stop}
queue: {wait: {p50: 11m, p90: 4h, max: 32h}, between: 30s, correlation: 2h}
background:
  busy_lanes: [12s, 40s]
  arrivals: [{at: 50s, qpu: 6s}, {at: 20s, classical_before: 4s, qpu: 5s, classical_after: 1s}]
  calibrations: [{at: 2h, duration: 2m}, {at: 1h, duration: 90s}]
session: {max_time: 2h 30m 40s, end: cancel, cancel_after: 7}
batch: {max_time: 1h, end: none, interactive_ttl: 2s, reuse_noise_model: true}
usage: {model: published, rounding: nearest}
jobs:
  - name: calibration
    primitive: sampler
    circuits: 3
    parameter_sets: [5, 4]
    shots: 1e3
    circuit_duration: 18us
    qubits: 40
    count: 2
    classical_before: 500us
    classical_after: {mean: 4s, sd: 1s}
    options: {execution: {rep_delay: 0.0003, init_qubits: false}, max_execution_time: 900}
  - loop: spsa
    iterations: 60
    think: {dist: exponential, mean: 2.5s}
    copies: 2
    after: calibration
    jobs:
      - name: plus
        primitive: estimator
        pubs:
          - {circuits: 2, observable_groups: 3, depth: 120, two_qubit_depth: 60, two_qubit_gates: 1800}
          - {precision: 0.05, circuit_duration: 20us}
        depth: 7
        pec_gamma: 1.6
        noise_layers: 2
        sub_jobs: 2
        qpu: [3s, 4s, 9s]
        failure: {numbers: [5, 2, 5], kind: user, at: 0.5, times: 2, then: retry}
        options:
          default_precision: 0.03
          resilience_level: 2
          environment: {max_execution_time: 600, job_tags: [a]}
          resilience:
            measure_mitigation: true
            measure_noise_learning: {num_randomizations: 16, shots_per_randomization: auto}
            zne_mitigation: false
            zne: {noise_factors: [1, 2.5], amplifier: pea, extrapolator: linear, extrapolated_noise_factors: 0}
            pec_mitigation: true
            pec: {max_overhead: null, noise_gain: auto}
            layer_noise_learning:
              {max_layers_to_learn: 3, shots_per_randomization: 64, num_randomizations: 8, layer_pair_depths: [0, 4]}
            layer_noise_model: true
          twirling:
            {enable_gates: true, enable_measure: false, num_randomizations: auto, shots_per_randomization: 64,
             strategy: all}
          dynamical_decoupling: {enable: true, sequence_type: XY4}
          seed_estimator: 42
      - {name: minus, primitive: estimator, circuits: 1, precision: 0.015625}
"""


def fixed_s(seconds: int) -> Duration:
    return Duration.fixed(seconds * S)


def test_the_surroundings() -> None:
    read = workload(RICH)
    assert (read.name, read.mode, read.file) == ("rich", Mode.SESSION, "f.yaml")
    assert (read.backend.name, read.backend.lanes, read.backend.qubits) == ("ibm_kingston", 3, 156)
    assert (read.backend.rep_delay_s, read.backend.two_qubit_ns) == (0.0003, 84.0)
    assert (read.plan.name, read.plan.price_per_second, read.plan.currency) == ("flex", Decimal("1.2"), "EUR")
    assert (read.plan.remaining_us, read.plan.limit_action) == (240 * S, LimitAction.STOP)
    assert (read.usage.model.name, read.usage.rounding) == ("published", Rounding.NEAREST)


def test_the_queue() -> None:
    queue = workload(RICH).queue
    wait = Duration(
        spread=Spread.QUANTILES, values_us=(660 * S, 14_400 * S, 115_200 * S), probabilities=(0.5, 0.9, 1.0)
    )
    assert (queue.wait, queue.between, queue.correlation_us) == (wait, Duration.fixed(30 * S), 7200 * S)


def test_the_background_is_in_order_of_time() -> None:
    background = workload(RICH).background
    assert background is not None
    assert background.busy_lanes == (fixed_s(12), fixed_s(40))
    assert background.arrivals == (
        ForeignJob(arrival_us=20 * S, before=fixed_s(4), qpu=fixed_s(5), after=fixed_s(1)),
        ForeignJob(arrival_us=50 * S, before=fixed_s(0), qpu=fixed_s(6)),
    )
    assert background.calibrations == (
        Calibration(first=fixed_s(3600), length=fixed_s(90)),
        Calibration(first=fixed_s(7200), length=fixed_s(120)),
    )


def test_batch_and_session() -> None:
    read = workload(RICH)
    assert read.session == Container(
        interactive_ttl_us=60 * S, max_time_us=9040 * S, end=End.CANCEL, cancel_after=7, reuse_noise_model=False
    )
    assert read.batch == Container(interactive_ttl_us=2 * S, max_time_us=3600 * S, end=End.NONE, reuse_noise_model=True)


def test_a_plain_job() -> None:
    item = workload(RICH).items[0]
    [job] = item.jobs
    assert (item.name, item.iterations, item.copies, item.after, item.is_loop) == ("calibration", 1, 1, (), False)
    assert item.think == Duration.fixed(0)
    assert (job.name, job.primitive, job.qubits, job.count) == ("calibration", Primitive.SAMPLER, 40, 2)
    assert job.pubs == (Pub(circuits=3, parameter_sets=20, shots=1000, circuit_duration_s=18e-6),)
    assert job.classical_before == Duration.fixed(500)
    assert job.classical_after == Duration(spread=Spread.MEAN_SD, values_us=(4 * S, S))
    assert job.options == Options(rep_delay_s=0.0003, init_qubits=False, max_execution_time_s=900)
    assert (job.qpu, job.failure) == (None, None)
    assert (str(job.mark), str(item.mark)) == ("f.yaml:19:5", "f.yaml:19:5")


def test_a_loop() -> None:
    item = workload(RICH).items[1]
    assert (item.name, item.iterations, item.copies, item.is_loop) == ("spsa", 60, 2, True)
    assert item.after == ("calibration",)
    assert item.think == Duration(spread=Spread.EXPONENTIAL, values_us=(2_500_000,))
    assert [job.name for job in item.jobs] == ["plus", "minus"]


def test_a_job_inside_a_loop() -> None:
    plus, minus = workload(RICH).items[1].jobs
    assert plus.pubs == (
        Pub(circuits=2, observable_groups=3, depth=120, two_qubit_depth=60, two_qubit_gates=1800, precision=0.03),
        Pub(precision=0.05, circuit_duration_s=20e-6),
    )
    assert (plus.pec_gamma, plus.noise_layers, plus.sub_jobs) == (1.6, 2, 2)
    assert plus.qpu == Duration(spread=Spread.RESAMPLED, values_us=(3 * S, 4 * S, 9 * S))
    assert plus.failure == Failure(numbers=(2, 5), kind=FailureKind.USER, at=0.5, times=2, then=OnFailure.RETRY)
    assert minus.pubs == (Pub(precision=0.015625),)


def test_the_options() -> None:
    options = workload(RICH).items[1].jobs[0].options
    assert options == Options(
        resilience_level=2,
        max_execution_time_s=600,
        measure_mitigation=True,
        measure_noise_learning=MeasureNoiseLearning(num_randomizations=16),
        zne_mitigation=False,
        zne_noise_factors=(1, 2.5),
        zne_amplifier="pea",
        pec_mitigation=True,
        pec_max_overhead=None,
        layer_noise_learning=LayerNoiseLearning(
            max_layers_to_learn=3, shots_per_randomization=64, num_randomizations=8, layer_pair_depths=(0, 4)
        ),
        layer_noise_model=True,
        twirling=Twirling(enable_gates=True, enable_measure=False, shots_per_randomization=64),
    )


JOB = "qplan: 1\njobs: [{%s}]"
SHOTS: list[tuple[str, int | None, float | None, str]] = [
    ("shots: 5", 5, None, "the job's"),
    ("primitive: estimator, precision: 0.1", None, 0.1, "the job's precision"),
    ("shots: 5, options: {default_shots: 6}", 5, None, "the job's before the options'"),
    ("options: {default_shots: 6}", 6, None, "the options'"),
    ("primitive: estimator, options: {default_precision: 0.1}", None, 0.1, "the options' precision"),
    ("primitive: estimator, options: {default_precision: 0.1, default_shots: 6}", 6, None, "shots before precision"),
    ("shots: 5, pubs: [{shots: 4}]", 4, None, "the PUB's"),
    ("shots: 5, pubs: [{circuits: 2}]", 5, None, "the job's for a PUB that says nothing"),
    (
        "primitive: estimator, shots: 5, pubs: [{precision: 0.1}]",
        None,
        0.1,
        "the PUB's precision before the job's shots",
    ),
    ("circuits: 2", None, None, "left to the primitive's default"),
]


@pytest.mark.parametrize(("job", "shots", "precision", "word"), SHOTS, ids=[word for *_, word in SHOTS])
def test_shots_and_precision_come_from_the_nearest_that_says_them(
    job: str, shots: int | None, precision: float | None, word: str
) -> None:
    [pub] = workload(JOB % job).items[0].jobs[0].pubs
    assert (pub.shots, pub.precision) == (shots, precision)
    assert pub.by_default is (shots == 6)


def test_names_by_position() -> None:
    items = workload("qplan: 1\njobs: [{qpu: 1s}, {jobs: [{qpu: 1s}, {qpu: 2s}]}]").items
    assert [(item.name, [job.name for job in item.jobs]) for item in items] == [
        ("job-1", ["job-1"]),
        ("loop-2", ["loop-2-1", "loop-2-2"]),
    ]


THINK: list[tuple[str, Duration | None, str]] = [
    ("qpu: 1s", Duration.fixed(0), "a job that is sent once"),
    ("qpu: 1s, iterations: 2", None, "a loop: the profile's spread"),
    ("qpu: 1s, iterations: 2, think: 3s", Duration.fixed(3 * S), "a loop that says it"),
    ("qpu: 1s, think: 3s", Duration.fixed(3 * S), "a dependency that says it"),
]


@pytest.mark.parametrize(("job", "think", "word"), THINK, ids=[word for *_, word in THINK])
def test_think_where_a_file_says_nothing(job: str, think: Duration | None, word: str) -> None:
    assert workload(JOB % job).items[0].think == think


def test_a_null_limit_on_learned_layers_is_no_limit() -> None:
    options = "primitive: estimator, options: {resilience: {layer_noise_learning: {max_layers_to_learn: null}}}"
    assert workload(JOB % options).items[0].jobs[0].options.layer_noise_learning.max_layers_to_learn == 10**9


QUEUES: list[tuple[str, str, int | None, int, str]] = [
    ("5m", "as given", 300 * S, 0, "a duration"),
    ("90", "as given", 90 * S, 0, "a number of seconds"),
    ("{p50: 5m}", "as given", 300 * S, 0, "quantiles"),
    ("{wait: 5m}", "as given", 300 * S, 0, "a wait"),
    ("{wait: 5m, between: 3s}", "as given", 300 * S, 3 * S, "a wait and others"),
    ("quiet-2026", "quiet-2026", None, 0, "a profile"),
    ("{profile: quiet-2026, wait: 5m}", "quiet-2026", 300 * S, 0, "a profile with its wait replaced"),
    ("{between: 3s}", "busy-2020-21", None, 3 * S, "the default profile with others"),
]


@pytest.mark.parametrize(("queue", "name", "wait_us", "between_us", "word"), QUEUES, ids=[word for *_, word in QUEUES])
def test_the_forms_of_a_queue(queue: str, name: str, wait_us: int | None, between_us: int, word: str) -> None:
    read = workload(f"qplan: 1\nqueue: {queue}\njobs: [{{qpu: 1s}}]").queue
    assert (read.name, read.between) == (name, Duration.fixed(between_us))
    assert wait_us is None or read.wait.median_us == wait_us


def test_a_trace_is_read_beside_the_file(tmp_path: Path) -> None:
    (tmp_path / "waits.csv").write_text("wait,device\n3s,x\n\n4.5,y\n")
    text = "qplan: 1\nqueue: {wait: {trace: waits.csv}}\njobs: [{qpu: 1s}]"
    wait = Duration(spread=Spread.RESAMPLED, values_us=(3 * S, 4_500_000))
    assert workload(text, folder=tmp_path).queue.wait == wait


def test_the_plan_and_backend_of_a_file_that_names_none_are_assumed() -> None:
    facts = {fact.name: fact for fact in workload("qplan: 1\njobs: [{qpu: 1s}]").assumptions}
    assert {name: (facts[name].value, facts[name].status) for name in ("backend", "plan", "queue", "usage_model")} == {
        "backend": ("ibm_kingston", Status.ASSUMED),
        "plan": ("pay-as-you-go", Status.ASSUMED),
        "queue": ("busy-2020-21", Status.ASSUMED),
        "usage_model": ("measured", Status.ASSUMED),
    }
    assert facts["background"].value == "none: no busy lanes, no foreign jobs, no calibrations"
    assert facts["primitive"].value == "sampler (for job-1)"
    assert (facts["batch.interactive_ttl"].value, facts["batch.interactive_ttl"].status) == ("1s", Status.MEASURED)
    assert {"queue.wait", "queue.between", "classical_before", "classical_after", "usage.rounding"} <= facts.keys()
    assert {"session.max_time", "session.interactive_ttl", "batch.max_time", "backend.lanes"} <= facts.keys()
    assert facts.keys().isdisjoint({"think", "circuits"})


def test_a_file_that_says_everything_assumes_nothing_and_owns_what_it_replaces() -> None:
    facts = {fact.name: (fact.value, fact.status) for fact in workload(RICH).assumptions}
    assert facts == {
        "backend.lanes": ("3", Status.USER),
        "backend.rep_delay": ("300us", Status.USER),
        "backend.two_qubit": ("84ns", Status.USER),
        "plan.price_per_second": ("1.2", Status.USER),
        "plan.currency": ("EUR", Status.USER),
        "plan.remaining": ("4m", Status.USER),
        "plan.limit_action": ("stop", Status.USER),
        "batch.interactive_ttl": ("2s", Status.USER),
        "session.interactive_ttl": ("1m", Status.ASSUMED),
        "usage.rounding": ("nearest", Status.USER),
        "classical_before_estimator": (facts["classical_before_estimator"][0], Status.MEASURED),
        "classical_after": ("0s", Status.ASSUMED),
    }


def test_defaults_of_jobs_name_the_jobs() -> None:
    text = "qplan: 1\njobs: [{name: a, count: 2}, {name: b, iterations: 3}, {name: c}, {name: d}, {name: e, qpu: 1s}]"
    facts = {fact.name: fact.value for fact in workload(text).assumptions}
    assert facts["circuits"] == "1 (for a, b, c and 1 more)"
    assert facts["primitive"] == "sampler (for a, b, c and 2 more)"
    assert "think" in facts


def test_the_name_of_a_file_without_one_is_the_file_s() -> None:
    assert workload("qplan: 1\njobs: [{qpu: 1s}]").name == "f"
