"""IBM's limits of one job, told before anything is sent (U-07, J-05)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from qplan.errors import Mark, Problem, Severity
from qplan.model.backend import Backend
from qplan.model.duration import Duration
from qplan.model.usage import CircuitDefaults, UsageModel
from qplan.model.workload import Job, Options, Primitive, Pub
from qplan.parse.primitive_defaults import job_limits, primitive_defaults
from qplan.plan.job_limits import job_problems
from qplan.plan.quantum_time import quantum_time
from qplan.units import MAX_US
from tests.scenes import backend_of

HERON = backend_of(name="heron", lanes=5, qubits=156, rep_delay_min_s=0.00002, rep_delay_max_s=0.002)
QUICK = UsageModel(
    name="quick",
    per_job_s=dict.fromkeys(("sampler", "estimator_0", "estimator_1", "estimator_2"), Decimal(2)),
    per_circuit_s=Decimal(0),
    per_execution_s=Decimal(0),
    automatic_trex_share=Decimal(0),
    counts_reset=False,
    rounding="up",
    minimum_s=Decimal(2),
    band_low=Decimal(1),
    band_high=Decimal(1),
)


def found(job: Job, backend: Backend = HERON) -> list[tuple[str, Severity]]:
    return [(problem.code, problem.severity) for problem in problems(job, backend)]


def problems(job: Job, backend: Backend = HERON) -> list[Problem]:
    time = quantum_time(job, backend, QUICK, CircuitDefaults(duration_s=Decimal("0.000075")), primitive_defaults())
    return job_problems(job, time, backend, job_limits())


def sampler(*pubs: Pub, **fields: object) -> Job:
    return Job(name="counts", pubs=pubs or (Pub(),), **fields)  # type: ignore[arg-type]


def estimator(*pubs: Pub, **options: object) -> Job:
    return Job(
        name="energy",
        primitive=Primitive.ESTIMATOR,
        pubs=pubs or (Pub(),),
        options=Options(**options),  # type: ignore[arg-type]
    )


def stated(seconds: int, **options: object) -> Job:
    return sampler(qpu=Duration.fixed(seconds * 1_000_000), options=Options(**options))  # type: ignore[arg-type]


def test_long_times_are_told_as_people_say_them() -> None:
    [over, cut] = problems(stated(18_000, max_execution_time_s=3_000))
    assert over.message == "job 'counts': 5 h (18,000 s) of quantum time; the service will cut it at 3 h (10,800 s)"
    assert "max_execution_time is 3,000 s, but its quantum time is 18,000 s: it will be cut" in cut.message


ERROR, WARNING = Severity.ERROR, Severity.WARNING


@pytest.mark.parametrize(
    ("job", "expected"),
    [
        pytest.param(sampler(), [], id="nothing wrong"),
        pytest.param(sampler(Pub(shots=10_000_000)), [], id="as many executions as may be"),
        pytest.param(sampler(Pub(shots=10_000_001)), [("QP401", ERROR)], id="one too many"),
        pytest.param(sampler(*[Pub(shots=5_000_001)] * 2), [("QP401", ERROR)], id="per job, not per PUB"),
        pytest.param(estimator(Pub(shots=10_000_001)), [], id="an Estimator job may have more"),
        # 26,800,000 = 268,000 circuits x (20 other layers x 2 + measurement 10 + init 50)
        pytest.param(sampler(Pub(circuits=268_000, depth=20, two_qubit_depth=0, shots=1)), [], id="instructions fit"),
        pytest.param(
            sampler(Pub(circuits=268_001, depth=20, two_qubit_depth=0, shots=1)),
            [("QP402", WARNING)],
            id="one circuit too many",
        ),
        pytest.param(
            sampler(Pub(circuits=268_001, depth=20, two_qubit_depth=0, shots=1), options=Options(init_qubits=False)),
            [],
            id="no init, fewer instructions",
        ),
        # depth 20 alone: 10 two-qubit layers x 5 + 10 others x 2 + 60 = 130 instructions a circuit
        pytest.param(sampler(Pub(circuits=206_153, depth=20, shots=1)), [], id="half of the layers, 26,799,890"),
        pytest.param(sampler(Pub(circuits=206_154, depth=20, shots=1)), [("QP402", WARNING)], id="26,800,020"),
        # folded by 1, 3 and 5: 10 x 5 x 9 + 3 x (10 x 2 + 60) = 690 instructions a circuit
        pytest.param(
            estimator(Pub(circuits=38_840, depth=20, two_qubit_depth=10, shots=1), resilience_level=2),
            [],
            id="folded, 26,799,600",
        ),
        pytest.param(
            estimator(Pub(circuits=38_841, depth=20, two_qubit_depth=10, shots=1), resilience_level=2),
            [("QP402", WARNING)],
            id="folded, 26,800,290",
        ),
        pytest.param(sampler(Pub(two_qubit_gates=5_000_000)), [], id="as many gates as may be"),
        pytest.param(sampler(Pub(two_qubit_gates=5_000_001)), [("QP403", ERROR)], id="one gate too many"),
        pytest.param(estimator(Pub(two_qubit_gates=600_000), resilience_level=2), [("QP403", ERROR)], id="x (1+3+5)"),
        pytest.param(
            estimator(Pub(two_qubit_gates=600_000), resilience_level=2, zne_amplifier="pea"), [], id="PEA folds nothing"
        ),
        pytest.param(stated(10_800), [], id="three hours"),
        pytest.param(stated(10_801), [("QP404", WARNING)], id="cut by the service"),
        pytest.param(stated(60, max_execution_time_s=60), [], id="just long enough"),
        pytest.param(stated(60, max_execution_time_s=59), [("QP405", WARNING)], id="cut by its own limit"),
        pytest.param(stated(10_801, max_execution_time_s=300), [("QP404", WARNING), ("QP405", WARNING)], id="both"),
        pytest.param(sampler(qubits=156), [], id="as wide as the device"),
        pytest.param(sampler(qubits=157), [("QP406", ERROR)], id="wider"),
        pytest.param(sampler(options=Options(rep_delay_s=0.00002)), [], id="shortest rep_delay"),
        pytest.param(sampler(options=Options(rep_delay_s=0.000019)), [("QP407", ERROR)], id="too short"),
        pytest.param(
            sampler(options=Options(rep_delay_s=250.0, max_execution_time_s=None)),
            [("QP404", WARNING), ("QP407", ERROR)],
            id="microseconds given as seconds",
        ),
        pytest.param(estimator(pec_mitigation=True, resilience_level=1), [], id="PEC alone"),
        pytest.param(
            estimator(pec_mitigation=True, zne_mitigation=True, resilience_level=0),
            [("QP408", ERROR)],
            id="PEC and ZNE",
        ),
        pytest.param(estimator(pec_mitigation=True, resilience_level=2), [("QP408", ERROR)], id="ZNE by level 2"),
        pytest.param(
            sampler(qpu=Duration.fixed(MAX_US + 1)), [("QP404", WARNING), ("QP409", ERROR)], id="beyond the clock"
        ),
    ],
)
def test_u_07_limits(job: Job, expected: list[tuple[str, Severity]]) -> None:
    assert found(job) == expected


def test_j_05_one_large_job_meets_the_limit_that_its_halves_do_not() -> None:
    assert found(sampler(*[Pub(shots=150_000)] * 80)) == [("QP401", ERROR)]
    assert found(sampler(*[Pub(shots=150_000)] * 40)) == []


def test_unknown_ranges_are_not_checked() -> None:
    unknown = backend_of(name="new", lanes=5)
    assert found(sampler(qubits=1_000, options=Options(rep_delay_s=0.0)), unknown) == []


def test_a_problem_says_what_is_wrong_and_what_would_be_right() -> None:
    mark = Mark(file="vqe.yaml", line=7, column=5)
    (problem,) = problems(sampler(options=Options(rep_delay_s=0.005), mark=mark))
    assert problem.mark == mark
    assert problem.message == "job 'counts': rep_delay 5,000 us is outside the range of heron, 20 us to 2,000 us"
    assert problem.hint == "give rep_delay in seconds, inside the range; the default is 250 us"
    (problem,) = problems(stated(60, max_execution_time_s=59))
    assert problem.message == "job 'counts': max_execution_time is 59 s, but its quantum time is 60 s: it will be cut"
    assert problem.hint == "set max_execution_time to at least 60 s, or make the job smaller"
    (problem,) = problems(estimator(pec_mitigation=True, resilience_level=2))
    assert problem.message == "job 'energy': PEC and ZNE cannot be used together (resilience_level 2 turns ZNE on)"
