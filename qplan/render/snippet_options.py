"""A job's options under Qiskit's own names and nesting: what the workload sets, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from qplan.model.workload import Job, Options, Primitive

Tree = dict[str, object]

PEA = "pea"
TAGS = "environment.job_tags"


def options_of(job: Job, *, learned_apart: bool = False) -> Tree:
    """The dictionary that the primitive takes as ``options``; ``learned_apart``: its noise model is handed to it."""
    options = job.options
    tree = _set(
        **_shots(job),
        max_execution_time=options.max_execution_time_s,
        execution=_set(init_qubits=None if options.init_qubits else False, rep_delay=options.rep_delay_s),
        twirling=_set(
            enable_gates=options.twirling.enable_gates,
            enable_measure=options.twirling.enable_measure,
            num_randomizations=options.twirling.num_randomizations,
            shots_per_randomization=options.twirling.shots_per_randomization,
        ),
    )
    if job.primitive is Primitive.ESTIMATOR:
        learning = {} if learned_apart else layer_learning_of(job)
        tree = _set(resilience_level=options.resilience_level, **tree, resilience=_resilience(options, learning))
    for path, value in options.beside:
        _put(tree, path.split("."), list(value) if isinstance(value, tuple) else value)
    return tree


def tags_of(job: Job) -> list[str]:
    """The tags that the workload gives its job."""
    return [str(tag) for path, tags in job.options.beside if path == TAGS for tag in cast("Sequence[object]", tags)]


def shots_in_pubs(job: Job) -> bool:
    """Whether shots or precisions must stand in the PUBs themselves: they differ, or twirling would outrank them."""
    estimates = job.primitive is Primitive.ESTIMATOR
    given = any(pub.shots is not None or (estimates and pub.precision is not None) for pub in job.pubs)
    return given and not _shots(job)


def learns_layers(job: Job) -> bool:
    """Whether each job would learn the noise of its layers anew: PEC or PEA, and no stored model."""
    options = job.options
    if job.primitive is Primitive.SAMPLER or options.layer_noise_model:
        return False
    zne = options.resilience_level == 2 if options.zne_mitigation is None else options.zne_mitigation
    return bool(options.pec_mitigation) or (zne and options.zne_amplifier == PEA)


def layer_learning_of(job: Job) -> Tree:
    """How the noise of layers is learned: the estimator's options for it, and those of a noise learner."""
    learning = job.options.layer_noise_learning
    return _set(
        max_layers_to_learn=learning.max_layers_to_learn,
        shots_per_randomization=learning.shots_per_randomization,
        num_randomizations=learning.num_randomizations,
        layer_pair_depths=None if learning.layer_pair_depths is None else list(learning.layer_pair_depths),
    )


def _shots(job: Job) -> Tree:
    """``default_shots`` or ``default_precision`` where one value holds for every PUB."""
    shots = {pub.shots for pub in job.pubs}
    precisions = {pub.precision for pub in job.pubs}
    twirling = job.options.twirling
    # The product of both sizes outranks default_shots; only shots in a PUB are always obeyed.
    outranked = twirling.num_randomizations is not None and twirling.shots_per_randomization is not None
    if len(shots) == 1 and None not in shots:
        must = any(pub.obeyed_shots for pub in job.pubs) and job.primitive is Primitive.SAMPLER
        return {} if outranked and must else {"default_shots": shots.pop()}
    if shots == {None} and len(precisions) == 1 and job.primitive is Primitive.ESTIMATOR:
        return _set(default_precision=precisions.pop())
    return {}


def _resilience(options: Options, learning: Tree) -> Tree:
    readout = _set(
        num_randomizations=options.measure_noise_learning.num_randomizations,
        shots_per_randomization=options.measure_noise_learning.shots_per_randomization,
    )
    mitigates = options.resilience_level != 0 if options.measure_mitigation is None else options.measure_mitigation
    factors = options.zne_noise_factors
    overhead = options.pec_max_overhead
    tree = _set(
        # The client takes measure_noise_learning only where measure_mitigation itself says True.
        measure_mitigation=True if readout and mitigates else options.measure_mitigation,
        measure_noise_learning=readout if mitigates else None,
        zne_mitigation=options.zne_mitigation,
        zne=_set(amplifier=options.zne_amplifier, noise_factors=factors and [_number(f) for f in factors]),
        pec_mitigation=options.pec_mitigation,
        layer_noise_learning=learning,
    )
    if overhead != Options().pec_max_overhead:
        tree["pec"] = {"max_overhead": None if overhead is None else _number(overhead)}
    return tree


def _put(tree: Tree, names: Sequence[str], value: object) -> None:
    """Set an option by its names from the outside in."""
    for name in names[:-1]:
        tree = cast("Tree", tree.setdefault(name, {}))
    tree[names[-1]] = value


def _set(**options: object) -> Tree:
    """What is given: neither ``None`` nor an empty branch."""
    return {name: value for name, value in options.items() if value is not None and value != {}}


def _number(value: float) -> float | int:
    return int(value) if float(value).is_integer() else value
