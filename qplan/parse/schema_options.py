"""Primitive options under Qiskit's own names, nesting and units (qiskit-ibm-runtime, ``EstimatorOptions``)."""

from typing import Annotated, Any

from qplan.parse.holders import Omitted, OneOrMore, Shape, key, nothing
from qplan.parse.kinds import Choice, Flag, Name, Number, Text, Whole

AutoCount = Annotated[int, Whole(auto=True)]
Switch = Annotated[bool, Flag()]
Factor = Annotated[float, Number(least=1, most=1000)]
Share = Annotated[float, Number(most=1e9)]

CLIENT = "as Qiskit's client"
NO_EFFECT = "(no effect on time)"
NOT_MODELLED = "(its effect on time is not modelled)"
ESTIMATOR_ONLY = ("default_precision", "resilience_level", "resilience", "seed_estimator")
EXTRAPOLATORS = (
    "linear",
    "exponential",
    "double_exponential",
    "fallback",
    *(f"polynomial_degree_{degree}" for degree in range(1, 8)),
)


class Execution(Shape):
    """How circuits are executed."""

    rep_delay: Omitted[Annotated[float, Number(most=1, unit="seconds")]] = key(
        "delay between executions, in seconds", example=0.00025, otherwise="the backend's"
    )
    init_qubits: Switch = key("reset qubits before each execution", default=True, example=True)
    meas_type: Annotated[str, Choice(of=("classified", "kerneled", "avg_kerneled"))] = key(
        f"form of the results {NO_EFFECT}", default="classified", example="classified"
    )


class Environment(Shape):
    """The job's environment."""

    max_execution_time: Omitted[Annotated[int, Whole(null=True)]] = key(
        "QPU time after which the job is cut, in seconds", example=900, otherwise="3 h, the service's"
    )
    job_tags: Omitted[list[Annotated[str, Name()]]] = key(f"tags of the job {NO_EFFECT}", example=["vqe"])
    log_level: Annotated[str, Choice(of=("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"))] = key(
        f"log level {NO_EFFECT}", default="WARNING", example="WARNING"
    )
    private: Switch = key(f"whether the results can be read once only {NO_EFFECT}", default=False, example=False)
    image: Omitted[Annotated[str, Text()]] = key(f"runtime image {NO_EFFECT}", example="latest")


class MeasureNoiseLearning(Shape):
    """Readout calibration (TREX)."""

    num_randomizations: Omitted[AutoCount] = key(
        "random circuits of the readout calibration, or auto", example=32, otherwise="auto"
    )
    shots_per_randomization: Omitted[AutoCount] = key("shots of each of them, or auto", example=128, otherwise="auto")


class Zne(Shape):
    """Zero-noise extrapolation."""

    noise_factors: Omitted[OneOrMore[Factor]] = key(
        "noise factors; each multiplies the executions", example=[1, 3, 5], otherwise="[1, 3, 5]"
    )
    amplifier: Omitted[
        Annotated[str, Choice(of=("gate_folding", "gate_folding_front", "gate_folding_back", "pea"))]
    ] = key("how noise is amplified; pea learns the noise of layers", example="pea", otherwise="gate_folding")
    extrapolator: Omitted[OneOrMore[Annotated[str, Choice(of=EXTRAPOLATORS)]]] = key(
        f"extrapolators to try {NO_EFFECT}", example=["exponential", "linear"]
    )
    extrapolated_noise_factors: Omitted[OneOrMore[Share]] = key(
        f"noise factors to evaluate the fit at {NO_EFFECT}", example=[0]
    )


class Pec(Shape):
    """Probabilistic error cancellation."""

    max_overhead: Omitted[Annotated[float, Number(least=1e-9, most=1e12, null=True)]] = key(
        "largest factor on the executions; null: no limit", default=100.0, example=100
    )
    noise_gain: Omitted[Annotated[float, Number(most=1e6, auto=True)]] = key(
        f"share of the noise that is left, or auto {NOT_MODELLED}",
        example="auto",
        otherwise="auto",
    )


class LayerNoiseLearning(Shape):
    """Learning the noise of two-qubit layers (PEA, PEC)."""

    max_layers_to_learn: Omitted[Annotated[int, Whole(least=0, null=True)]] = key(
        "unique layers learned at most; null: no limit", example=4, otherwise="4"
    )
    shots_per_randomization: Omitted[Annotated[int, Whole()]] = key(
        "shots of each learning circuit", example=128, otherwise="128"
    )
    num_randomizations: Omitted[Annotated[int, Whole()]] = key(
        "random circuits of each depth and basis", example=32, otherwise="32"
    )
    layer_pair_depths: Omitted[OneOrMore[Annotated[int, Whole(least=0)]]] = key(
        "depths of the learning circuits, in pairs of layers",
        example=[0, 1, 2, 4, 16, 32],
        otherwise="[0, 1, 2, 4, 16, 32]",
    )


class Resilience(Shape):
    """Error mitigation of the estimator."""

    measure_mitigation: Omitted[Switch] = key(
        "readout mitigation (TREX)", example=True, otherwise="by resilience_level"
    )
    measure_noise_learning: MeasureNoiseLearning = key(
        "size of the readout calibration", default=nothing(MeasureNoiseLearning), example={"num_randomizations": 32}
    )
    zne_mitigation: Omitted[Switch] = key("zero-noise extrapolation", example=True, otherwise="by resilience_level")
    zne: Zne = key("how it extrapolates", default=nothing(Zne), example={"noise_factors": [1, 3]})
    pec_mitigation: Omitted[Switch] = key("probabilistic error cancellation", example=True, otherwise="false")
    pec: Pec = key("how it cancels", default=nothing(Pec), example={"max_overhead": 50})
    layer_noise_learning: LayerNoiseLearning = key(
        "how the noise of layers is learned", default=nothing(LayerNoiseLearning), example={"max_layers_to_learn": 2}
    )
    layer_noise_model: Switch = key(
        "whether a stored noise model is passed, so none is learned", default=False, example=True
    )


class Twirling(Shape):
    """Twirling: shots are cut into randomizations."""

    enable_gates: Omitted[Switch] = key("gate twirling", example=True, otherwise="by resilience_level")
    enable_measure: Omitted[Switch] = key("measurement twirling", example=True, otherwise="by resilience_level")
    num_randomizations: Omitted[AutoCount] = key(
        "random circuits for each circuit, or auto", example=32, otherwise="auto"
    )
    shots_per_randomization: Omitted[AutoCount] = key("shots of each of them, or auto", example=64, otherwise="auto")
    strategy: Omitted[Annotated[str, Choice(of=("active", "active-accum", "active-circuit", "all"))]] = key(
        f"which qubits are twirled {NO_EFFECT}", example="active-accum"
    )


class DynamicalDecoupling(Shape):
    """Dynamical decoupling: more gates, not more executions."""

    enable: Switch = key(f"whether it is on {NO_EFFECT}", default=False, example=True)
    sequence_type: Omitted[Annotated[str, Choice(of=("XX", "XpXm", "XY4"))]] = key(
        f"which sequence {NO_EFFECT}", example="XY4"
    )
    extra_slack_distribution: Omitted[Annotated[str, Choice(of=("middle", "edges"))]] = key(
        f"where slack goes {NO_EFFECT}", example="middle"
    )
    scheduling_method: Omitted[Annotated[str, Choice(of=("alap", "asap"))]] = key(
        f"how gates are scheduled {NO_EFFECT}", example="alap"
    )
    skip_reset_qubits: Omitted[Switch] = key(f"leave fresh qubits alone {NO_EFFECT}", example=False)


class Options(Shape):
    """Options of a primitive. Those marked so change neither time nor executions, and are checked only."""

    default_shots: Omitted[Annotated[int, Whole()]] = key(
        "shots of PUBs that state none", example=4096, otherwise="4096 (sampler)"
    )
    default_precision: Omitted[Annotated[float, Number(least=1e-6, most=1)]] = key(
        "precision of estimator PUBs that state none; default_shots goes before it",
        example=0.015625,
        otherwise="0.015625",
    )
    resilience_level: Omitted[Annotated[int, Whole(least=0, most=2)]] = key(
        "how much mitigation (estimator)", example=1, otherwise="1"
    )
    max_execution_time: Omitted[Annotated[int, Whole(null=True)]] = key(
        "QPU time after which the job is cut, in seconds", example=900, otherwise="3 h, the service's"
    )
    seed_estimator: Omitted[Annotated[int, Whole(least=0, most=10**18)]] = key(
        f"seed of the service {NO_EFFECT}", example=42
    )
    execution: Execution = key("how circuits are executed", default=nothing(Execution), example={"rep_delay": 0.00025})
    environment: Environment = key("the job's environment", default=nothing(Environment), example={"job_tags": ["vqe"]})
    resilience: Resilience = key(
        "mitigation in detail (estimator)", default=nothing(Resilience), example={"zne_mitigation": True}
    )
    twirling: Twirling = key("twirling", default=nothing(Twirling), example={"enable_gates": True})
    dynamical_decoupling: DynamicalDecoupling = key(
        "dynamical decoupling", default=nothing(DynamicalDecoupling), example={"enable": True}
    )
    experimental: dict[str, Any] = key("ignored, with a warning", default={}, example={})
    simulator: dict[str, Any] = key("ignored, with a warning", default={}, example={})
