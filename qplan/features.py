"""How a job's quantum time follows from the constants of a usage model, for a fit of those constants."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np

from qplan.calibrate import Array
from qplan.model.backend import Backend
from qplan.model.usage import Constants, UsageModel
from qplan.model.workload import Job
from qplan.plan.quantum_time import quantum_time
from qplan.units import s_from_us

CLASSES = ("sampler", "estimator_0", "estimator_1", "estimator_2")
NAMES = (
    *(f"per_job.{name}" for name in CLASSES),
    "per_circuit",
    "per_wide_circuit",
    "per_execution",
    "trex_executions",
)
"""The constants that can be fitted, by their keys in a usage model's file; seconds, or counts of executions."""
EXECUTION = NAMES.index("per_execution")
FIELDS = {
    "per_circuit": "per_circuit_s",
    "per_wide_circuit": "per_wide_circuit_s",
    "per_execution": "per_execution_s",
    "trex_executions": "trex_executions",
}
UNITS = np.array([1, 1, 1, 1, 1e-3, 1e-3, 1e-6, 1e4])
"""What one of each is in a fit, so that all are of the size of one: s, ms, us, ten thousand executions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """The time of a job (s) under any constants of a model: base + slopes . c + c[EXECUTION] x (cross . c)."""

    base: float
    slopes: Array
    cross: Array


def features(job: Job, backend: Backend, model: UsageModel, constants: Constants) -> Features:
    """The features of a job, read off ``quantum_time`` itself: what one of each constant alone makes of the job.

    ``model`` gives what is not fitted: the borders of wide jobs, the default circuit duration, the reset, and the share
    of an automatic readout calibration that grows with the shots.
    """

    def time_s(*ones: str) -> float:
        return _time_s(job, backend, _only(ones, model), constants)

    nothing = time_s()
    alone = {name: time_s(name) - nothing for name in NAMES}
    execution = NAMES[EXECUTION]
    both = {name: time_s(name, execution) - nothing - alone[name] - alone[execution] for name in NAMES[EXECUTION + 1 :]}
    return Features(
        base=nothing,
        slopes=np.array([alone[name] for name in NAMES]),
        cross=np.array([both.get(name, 0.0) for name in NAMES]),
    )


def _time_s(job: Job, backend: Backend, model: UsageModel, constants: Constants) -> float:
    time = quantum_time(job, backend, model, constants.circuits, constants.primitives)
    return float(s_from_us(time.main_us + time.learning_us))


def _only(names: Iterable[str], model: UsageModel) -> UsageModel:
    """The model with the constants named at one of their units and all others at nothing."""
    units = {name: float(unit) if name in names else 0.0 for name, unit in zip(NAMES, UNITS, strict=True)}
    return with_values(model, units)


def with_values(model: UsageModel, values: dict[str, float]) -> UsageModel:
    """The model with constants replaced, in seconds or executions, by their keys."""
    exact = {name: Decimal(repr(value)) for name, value in values.items()}
    return replace(
        model,
        name=f"{model.name}-fit",
        per_job_s={name: exact[f"per_job.{name}"] for name in CLASSES},
        per_circuit_s=exact["per_circuit"],
        per_wide_circuit_s=exact["per_wide_circuit"],
        per_execution_s=exact["per_execution"],
        trex_executions=exact["trex_executions"],
    )
