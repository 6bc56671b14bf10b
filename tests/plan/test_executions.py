"""Executions as Qiskit's client counts them: every figure here is a product that can be done by hand."""

from __future__ import annotations

import pytest

from qplan.model.fact import Status
from qplan.model.usage import Executions
from qplan.model.workload import (
    Job,
    LayerNoiseLearning,
    MeasureNoiseLearning,
    Options,
    Primitive,
    Pub,
    Twirling,
)
from qplan.parse.primitive_defaults import primitive_defaults
from qplan.plan.executions import count_executions

MEASURE_TWIRLING = Twirling(enable_measure=True)
BOTH_SIZES = Twirling(enable_measure=True, num_randomizations=32, shots_per_randomization=100)
DEFAULTED = Pub(shots=2_500, by_default=True)


def sampler(*pubs: Pub, **options: object) -> Executions:
    job = Job(name="counts", pubs=pubs, options=Options(**options))  # type: ignore[arg-type]
    return count_executions(job, primitive_defaults())


def estimator(*pubs: Pub, gamma: float | None = None, layers: int | None = None, **options: object) -> Executions:
    job = Job(
        name="energy",
        primitive=Primitive.ESTIMATOR,
        pubs=pubs,
        pec_gamma=gamma,
        noise_layers=layers,
        options=Options(**options),  # type: ignore[arg-type]
    )
    return count_executions(job, primitive_defaults())


@pytest.mark.parametrize(
    ("counted", "circuits", "main"),
    [
        pytest.param(sampler(Pub(circuits=5, parameter_sets=4, shots=100)), 20, 2_000, id="5 circuits x 4 sets x 100"),
        pytest.param(sampler(Pub()), 1, 4_096, id="sampler default"),
        pytest.param(sampler(Pub(shots=10), Pub(shots=10), Pub(shots=7)), 3, 27, id="PUBs add up"),
        pytest.param(sampler(Pub(precision=0.1)), 1, 4_096, id="a sampler has no precision"),
        pytest.param(estimator(Pub(), resilience_level=0), 1, 4_096, id="estimator default: 1 / 0.015625^2"),
        pytest.param(estimator(Pub(precision=0.03), resilience_level=0), 1, 1_112, id="1111.1 rounded up"),
        pytest.param(
            estimator(Pub(parameter_sets=4, observable_groups=6, shots=2_000), resilience_level=0),
            24,
            48_000,
            id="IBM's (1,6) observables x (4,1) parameters",
        ),
        pytest.param(
            estimator(Pub(observable_groups=5, shots=8192), resilience_level=2), 5, 122_880, id="level 2: ZNE x 3"
        ),
        pytest.param(
            estimator(Pub(shots=100), resilience_level=2, zne_mitigation=False), 1, 100, id="explicit wins over level 2"
        ),
        pytest.param(
            estimator(Pub(shots=100), resilience_level=0, zne_mitigation=True, zne_noise_factors=(1, 2)),
            1,
            200,
            id="explicit wins over level 0",
        ),
    ],
)
def test_main_executions(counted: Executions, circuits: int, main: int) -> None:
    assert (counted.circuits, counted.main) == (circuits, main)


@pytest.mark.parametrize(
    ("pub", "twirling", "shots"),
    [
        pytest.param(Pub(), MEASURE_TWIRLING, 4_096, id="4096 = 32 x 128"),
        pytest.param(Pub(precision=0.05), MEASURE_TWIRLING, 448, id="400 becomes 7 x 64, as printed by real jobs"),
        pytest.param(Pub(precision=0.03), MEASURE_TWIRLING, 1_152, id="1112 becomes 18 x 64, as printed by real jobs"),
        pytest.param(Pub(precision=0.01), MEASURE_TWIRLING, 10_016, id="10000 becomes 32 x 313"),
        pytest.param(Pub(), Twirling(num_randomizations=300, shots_per_randomization=100), 30_000, id="product wins"),
        pytest.param(Pub(), Twirling(num_randomizations=100), 4_100, id="the other is ceil(4096 / 100)"),
        pytest.param(Pub(), Twirling(shots_per_randomization=1_000), 5_000, id="ceil(4096 / 1000) randomizations"),
        pytest.param(Pub(shots=1_000), MEASURE_TWIRLING, 1_000, id="own shots are obeyed"),
        pytest.param(DEFAULTED, MEASURE_TWIRLING, 2_528, id="2500 by default_shots become 32 x 79"),
        pytest.param(DEFAULTED, BOTH_SIZES, 3_200, id="default_shots give way to 32 x 100"),
        pytest.param(
            Pub(shots=1_000), Twirling(num_randomizations=3, shots_per_randomization=9), 1_000, id="even over a product"
        ),
    ],
)
def test_twirled_shots(pub: Pub, twirling: Twirling, shots: int) -> None:
    counted = estimator(pub, resilience_level=1, twirling=twirling)
    assert counted.main == shots
    assert counted.shots == shots


def test_a_sampler_is_twirled_only_when_asked() -> None:
    sizes = {"num_randomizations": 10, "shots_per_randomization": 10}
    assert sampler(Pub(), twirling=Twirling(**sizes)).main == 4_096  # type: ignore[arg-type]
    assert sampler(Pub(), twirling=Twirling(enable_gates=True, **sizes)).main == 100  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("gamma", "cap", "main", "lower_bound"),
    [
        pytest.param(1.5, 100.0, 9_216, False, id="64 randomizations x 2.25 = 144, x 64"),
        pytest.param(1.01, 100.0, 4_224, False, id="65.3 randomizations become 66"),
        pytest.param(20.0, 100.0, 409_600, False, id="gamma^2 = 400 capped at 100"),
        pytest.param(20.0, None, 1_638_400, False, id="no cap"),
        pytest.param(None, 10.0, 40_960, False, id="gamma unknown: the cap is the most"),
        pytest.param(None, None, 4_096, True, id="neither known: the least"),
    ],
)
def test_pec_multiplies_randomizations(gamma: float | None, cap: float | None, main: int, lower_bound: bool) -> None:
    counted = estimator(Pub(), gamma=gamma, layers=1, pec_mitigation=True, pec_max_overhead=cap, resilience_level=0)
    assert counted.main == main
    assert counted.shots == 4_096
    assert counted.lower_bound is lower_bound


def test_an_unknown_gamma_is_said_aloud() -> None:
    told = {fact.name: fact.value for fact in estimator(Pub(), pec_mitigation=True).assumed}
    assert told["PEC overhead"] == "100: the cap, an upper bound"
    assert told["noise layers"] == "4 (the most that are learned)"


@pytest.mark.parametrize(
    ("layers", "learning", "executions"),
    [
        pytest.param(1, LayerNoiseLearning(), 221_184, id="one layer: 6 x 9 x 32 x 128"),
        pytest.param(4, LayerNoiseLearning(), 884_736, id="four layers"),
        pytest.param(9, LayerNoiseLearning(), 884_736, id="no more than max_layers_to_learn"),
        pytest.param(None, LayerNoiseLearning(), 884_736, id="unknown: four"),
        pytest.param(None, LayerNoiseLearning(max_layers_to_learn=2), 442_368, id="unknown, but two at most"),
        pytest.param(0, LayerNoiseLearning(), 0, id="no two-qubit layer"),
        pytest.param(
            3,
            LayerNoiseLearning(
                max_layers_to_learn=3,
                layer_pair_depths=(0, 1, 2, 4, 6, 12, 24),
                num_randomizations=40,
                shots_per_randomization=64,
            ),
            483_840,
            id="3 x 7 x 9 x 40 x 64",
        ),
    ],
)
@pytest.mark.parametrize("method", [{"pec_mitigation": True}, {"zne_mitigation": True, "zne_amplifier": "pea"}])
def test_layer_learning(
    layers: int | None, learning: LayerNoiseLearning, executions: int, method: dict[str, object]
) -> None:
    counted = estimator(Pub(), gamma=1.1, layers=layers, layer_noise_learning=learning, **method)
    assert counted.learning_layers == executions


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({"pec_mitigation": True, "layer_noise_model": True}, id="a stored model is passed"),
        pytest.param({"resilience_level": 2}, id="gate folding needs no model"),
        pytest.param({"zne_amplifier": "pea"}, id="PEA without ZNE"),
    ],
)
def test_no_layer_learning(options: dict[str, object]) -> None:
    assert estimator(Pub(), layers=4, **options).learning_layers == 0  # type: ignore[arg-type]


def test_unknown_layers_are_a_lower_bound_only_where_more_may_be_learned() -> None:
    ten = LayerNoiseLearning(max_layers_to_learn=10)
    assert not estimator(Pub(), gamma=1.1, pec_mitigation=True).lower_bound
    assert estimator(Pub(), gamma=1.1, pec_mitigation=True, layer_noise_learning=ten).lower_bound


@pytest.mark.parametrize(
    ("options", "automatic", "by_hand"),
    [
        pytest.param({"resilience_level": 0}, 0, 0, id="level 0: none"),
        pytest.param({"resilience_level": 1}, 4_096, 0, id="level 1: shots of the job"),
        pytest.param({}, 4_096, 0, id="the default level is 1"),
        pytest.param({"measure_mitigation": False}, 0, 0, id="turned off"),
        pytest.param({"resilience_level": 0, "measure_mitigation": True}, 4_096, 0, id="turned on"),
        pytest.param(
            {"measure_noise_learning": MeasureNoiseLearning(num_randomizations=512, shots_per_randomization=512)},
            0,
            262_144,
            id="by hand, in full",
        ),
        pytest.param(
            {"measure_noise_learning": MeasureNoiseLearning(shots_per_randomization=100)},
            0,
            3_200,
            id="32 randomizations",
        ),
        pytest.param(
            {"measure_noise_learning": MeasureNoiseLearning(num_randomizations=10)}, 0, 4_100, id="ceil(4096 / 10) each"
        ),
    ],
)
def test_readout_calibration(options: dict[str, object], automatic: int, by_hand: int) -> None:
    counted = estimator(Pub(), Pub(circuits=2), **options)  # type: ignore[arg-type]
    assert (counted.trex_automatic, counted.learning_trex_manual) == (automatic, by_hand)


def test_readout_calibration_has_the_shots_of_the_largest_pub() -> None:
    counted = estimator(Pub(shots=100), Pub(shots=700), Pub(shots=300))
    assert (counted.shots, counted.trex_automatic) == (700, 700)


def test_published_pea_tutorial_counts() -> None:
    """Twelve angles at three noise factors, 700 x 64 shots: 1,612,800 and 483,840 + 40,960 (case pea-r3)."""
    counted = estimator(
        Pub(parameter_sets=12),
        layers=3,
        zne_mitigation=True,
        zne_amplifier="pea",
        zne_noise_factors=(1, 1.3, 1.6),
        twirling=Twirling(num_randomizations=700, shots_per_randomization=64),
        measure_noise_learning=MeasureNoiseLearning(num_randomizations=40, shots_per_randomization=1024),
        layer_noise_learning=LayerNoiseLearning(
            max_layers_to_learn=3,
            layer_pair_depths=(0, 1, 2, 4, 6, 12, 24),
            num_randomizations=40,
            shots_per_randomization=64,
        ),
    )
    assert (counted.main, counted.learning_layers, counted.learning_trex_manual) == (1_612_800, 483_840, 40_960)


def test_factors_tell_the_products() -> None:
    equal = Pub(circuits=2, parameter_sets=3)
    lines = [(line.name, line.value, line.formula) for line in estimator(equal, equal, resilience_level=2).factors]
    assert lines == [
        ("shots, 2 PUBs like PUB 1", "4,096", "ceil(1 / 0.015625^2)"),
        ("twirled shots, 2 PUBs like PUB 1", "4,096", "32 randomizations x 128 shots"),
        (
            "executions, 2 PUBs like PUB 1",
            "147,456",
            "2 PUBs x 2 circuits x 3 parameter sets x 4,096 shots x 3 noise factors (1, 3, 5)",
        ),
        ("TREX executions (automatic)", "4,096", "shots of the job"),
    ]


def test_defaults_are_said_aloud_with_their_source() -> None:
    told = {fact.name: fact for fact in estimator(Pub()).assumed}
    assert {name: fact.value for name, fact in told.items()} == {
        "resilience level (estimator)": "1",
        "precision (estimator)": "0.015625",
    }
    assert all(fact.status is Status.PUBLISHED and "qiskit-ibm-runtime" in fact.source for fact in told.values())
    assert estimator(Pub(shots=10), resilience_level=1).assumed == ()
