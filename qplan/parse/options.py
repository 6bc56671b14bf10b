"""Qiskit's primitive options to the noun, and which of them a primitive does not have."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qplan.model.workload import LayerNoiseLearning, MeasureNoiseLearning, Options, Primitive, Twirling
from qplan.parse import schema_options
from qplan.parse.document import Path
from qplan.parse.findings import Findings
from qplan.parse.holders import Shape
from qplan.parse.kinds import MANY

EXCLUSIVE, OTHER_PRIMITIVE, IGNORED = "QP204", "QP213", "QP304"
UNCOUNTED = (schema_options.NO_EFFECT, schema_options.NOT_MODELLED)
"""How the descriptions end of options that change no figure here."""
OF_TIME = ("default_shots", "default_precision", "resilience_level", "resilience", "twirling")


def options_of(shape: schema_options.Options) -> Options:
    """The options that change time or executions."""
    mitigation, twirling = shape.resilience, shape.twirling
    return Options(
        resilience_level=shape.resilience_level,
        max_execution_time_s=shape.max_execution_time or shape.environment.max_execution_time,
        rep_delay_s=shape.execution.rep_delay,
        init_qubits=shape.execution.init_qubits,
        measure_mitigation=mitigation.measure_mitigation,
        measure_noise_learning=MeasureNoiseLearning(**_same(mitigation.measure_noise_learning)),
        zne_mitigation=mitigation.zne_mitigation,
        zne_noise_factors=_frozen(mitigation.zne.noise_factors),
        zne_amplifier=mitigation.zne.amplifier,
        pec_mitigation=mitigation.pec_mitigation,
        pec_max_overhead=mitigation.pec.max_overhead,
        layer_noise_learning=_learning(mitigation.layer_noise_learning),
        layer_noise_model=mitigation.layer_noise_model,
        twirling=Twirling(**{key: value for key, value in _same(twirling).items() if key != "strategy"}),
        beside=tuple(_beside(shape, "")),
    )


def check_options(shape: schema_options.Options, primitive: Primitive, path: Path, found: Findings) -> None:
    """What Qiskit refuses of them, and what qplan leaves out of account."""
    if shape.max_execution_time and shape.environment.max_execution_time:
        told = "max_execution_time is given twice, here and in environment; keep one"
        found.error(EXCLUSIVE, told, (*path, "max_execution_time"))
    if shape.resilience.zne_mitigation and shape.resilience.pec_mitigation:
        told = "ZNE and PEC cannot be combined; set one of them to false"
        found.error(EXCLUSIVE, told, (*path, "resilience", "pec_mitigation"))
    if primitive is Primitive.SAMPLER:
        for key in schema_options.ESTIMATOR_ONLY:
            if key in shape.model_fields_set:
                found.error(
                    OTHER_PRIMITIVE, f"{key} is an option of the estimator, and this is a sampler", (*path, key)
                )
    elif "meas_type" in shape.execution.model_fields_set:
        told = "meas_type is an option of the sampler, and this is an estimator"
        found.error(OTHER_PRIMITIVE, told, (*path, "execution", "meas_type"))
    for key in ("experimental", "simulator"):
        if getattr(shape, key):
            found.warn(IGNORED, f"options.{key} is ignored: what it does to time is not known", (*path, key))


def options_of_time(shape: schema_options.Options) -> list[str]:
    """The options given that make a modelled quantum time longer or shorter."""
    given = [key for key in OF_TIME if key in shape.model_fields_set]
    return given + [key for key in ("rep_delay", "init_qubits") if key in shape.execution.model_fields_set]


def _beside(shape: Shape, prefix: str) -> Iterator[tuple[str, object]]:
    """The options given that the schema says no figure follows from, by their dotted names."""
    for name, known in type(shape).model_fields.items():
        value = getattr(shape, name) if name in shape.model_fields_set else None
        if isinstance(value, Shape):
            yield from _beside(value, f"{prefix}{name}.")
        elif value is not None and str(known.description).endswith(UNCOUNTED):
            yield f"{prefix}{name}", _frozen(value)


def _learning(shape: schema_options.LayerNoiseLearning) -> LayerNoiseLearning:
    """The noun's ``None`` is the client's default; a file's null is no limit."""
    fields = _same(shape)
    if "max_layers_to_learn" in shape.model_fields_set and shape.max_layers_to_learn is None:
        fields["max_layers_to_learn"] = MANY
    return LayerNoiseLearning(**fields)


def _same(shape: Shape) -> dict[str, Any]:
    """The fields of a shape whose noun has fields of the same names."""
    return {key: _frozen(getattr(shape, key)) for key in type(shape).model_fields}


def _frozen(value: Any) -> Any:  # noqa: ANN401 - lists become tuples
    return tuple(value) if isinstance(value, list) else value
