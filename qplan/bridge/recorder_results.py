"""Results that were never measured, in the shape of those that would have been: for scripts that are not executed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil
from typing import TYPE_CHECKING, Any

from qplan.parse.primitive_defaults import primitive_defaults

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from qiskit.primitives import BitArray, PrimitiveJob, PrimitiveResult, PubResult
    from qiskit.primitives.containers.estimator_pub import EstimatorPub
    from qiskit.primitives.containers.sampler_pub import SamplerPub
    from qiskit.providers import BackendV2

TOLD = {"made_up_by": "qplan"}
"""Stands in the metadata of every made-up result."""


def made_up(
    primitive: str, pubs: Sequence[Any], options: Mapping[str, object], random: np.random.Generator
) -> PrimitiveResult[PubResult]:
    """Results of coerced PUBs: bits and expectation values drawn evenly from all that are possible.

    Sampler: a ``BitArray`` for each classical register. Estimator: ``evs`` between plus and minus the sum of the
    coefficients' magnitudes, ``stds`` and ``ensemble_standard_error`` of the size that the precision asks for.
    """
    from qiskit.primitives import PrimitiveResult

    make = _sampled if primitive == "sampler" else _estimated
    return PrimitiveResult([make(pub, options, random) for pub in pubs], metadata={"version": 2, **TOLD})


def made_up_job(
    primitive: str, pubs: Sequence[Any], result: object, backend: BackendV2 | None
) -> PrimitiveJob[Any, Any]:
    """A job that has finished with ``result``: of the kind that local testing mode gives, where there is a backend."""
    from qiskit.primitives import PrimitiveJob

    if backend is None:
        job = PrimitiveJob(lambda: result)
    else:
        from qiskit_ibm_runtime.fake_provider.local_runtime_job import LocalRuntimeJob

        job = LocalRuntimeJob(lambda: result, backend, primitive, {"pubs": pubs})
    job._submit()
    job.result()  # so that it never looks as though it had not begun
    return job


def _sampled(pub: SamplerPub, options: Mapping[str, object], random: np.random.Generator) -> PubResult:
    from qiskit.primitives import DataBin, SamplerPubResult

    shots = pub.shots or _number(options, "default_shots") or primitive_defaults().sampler_shots
    bits = {register.name: _bits(pub.shape, int(shots), register.size, random) for register in pub.circuit.cregs}
    metadata = {"shots": int(shots), "circuit_metadata": pub.circuit.metadata, **TOLD}
    return SamplerPubResult(DataBin(**bits, shape=pub.shape), metadata=metadata)


def _bits(shape: tuple[int, ...], shots: int, size: int, random: np.random.Generator) -> BitArray:
    import numpy as np
    from qiskit.primitives import BitArray

    packed = random.integers(0, 256, size=(*shape, shots, ceil(size / 8)), dtype=np.uint8)
    if size % 8:  # bits beyond the register are zero
        packed[..., 0] &= (1 << size % 8) - 1
    return BitArray(packed, size)


def _estimated(pub: EstimatorPub, options: Mapping[str, object], random: np.random.Generator) -> PubResult:
    import numpy as np
    from qiskit.primitives import DataBin, PubResult

    precision = pub.precision or _precision(options)
    reach = np.broadcast_to(_reach(pub), pub.shape)
    values = np.asarray(random.uniform(-1.0, 1.0, size=pub.shape) * reach)
    spread = np.asarray(precision * reach)
    data = DataBin(evs=values, stds=spread, ensemble_standard_error=spread.copy(), shape=pub.shape)
    metadata = {"target_precision": precision, "circuit_metadata": pub.circuit.metadata, **TOLD}
    return PubResult(data, metadata=metadata)


def _reach(pub: EstimatorPub) -> NDArray[np.float64]:
    """The most that each observable's value can be away from zero."""
    import numpy as np

    terms = pub.observables.ravel()
    sums = [sum(abs(factor) for factor in terms[place].values()) for place in range(terms.size)]
    return np.array(sums, dtype=float).reshape(pub.observables.shape)


def _precision(options: Mapping[str, object]) -> float:
    shots = _number(options, "default_shots")
    return float(
        1 / shots**0.5 if shots else _number(options, "default_precision") or primitive_defaults().estimator_precision
    )


def _number(options: Mapping[str, object], name: str) -> float | None:
    value = options.get(name)
    return value if isinstance(value, int | float) and value > 0 else None
