"""Executions that learn noise: of two-qubit layers (PEA, PEC) and of readout (TREX)."""

from __future__ import annotations

from fractions import Fraction
from math import ceil

from qplan.model.fact import Fact
from qplan.model.usage import Mitigation, PrimitiveDefaults
from qplan.model.workload import Job
from qplan.plan.count import FILE, Count, assumption, named, term, times


def layer_learning(job: Job, methods: Mitigation, defaults: PrimitiveDefaults) -> Count:
    """Layers x depths x bases x randomizations x shots; nothing without PEA or PEC or with a stored model."""
    if not methods.learns_layers or job.options.layer_noise_model:
        return Count()
    options = job.options.layer_noise_learning
    layers, assumed, lower_bound = _layers(job, defaults)
    depths = len(options.layer_pair_depths or defaults.learning_depths)
    randomizations = options.num_randomizations or defaults.learning_randomizations
    shots = options.shots_per_randomization or defaults.learning_shots
    circuits = layers * depths * defaults.learning_bases * randomizations
    formula = (
        f"{times(layers, 'layer')} x {times(depths, 'depth')} x {defaults.learning_bases} bases"
        f" x {times(randomizations, 'randomization')} x {times(shots, 'shot')}"
    )
    shown = term("noise learning executions", f"{circuits * shots:,}", formula, named(defaults.facts, "learning_bases"))
    return Count(value=circuits * shots, terms=(shown,), assumed=assumed, lower_bound=lower_bound, circuits=circuits)


def _layers(job: Job, defaults: PrimitiveDefaults) -> tuple[int, tuple[Fact, ...], bool]:
    """Layers learned, what was assumed, and whether there may be more."""
    most = job.options.layer_noise_learning.max_layers_to_learn
    limit = defaults.learning_max_layers if most is None else most
    if job.noise_layers is not None:
        return min(job.noise_layers, limit), (), False
    layers = min(defaults.learning_max_layers, limit)
    bound = "there may be more" if layers < limit else "the most that are learned"
    told = assumption("noise layers", f"{layers} ({bound})", "noise_layers is not given")
    return layers, (told,), layers < limit


def trex_by_hand(job: Job, methods: Mitigation, shots: int, defaults: PrimitiveDefaults) -> Count:
    """Readout calibration whose size the user gives; it counts in full. ``shots``: those of the job."""
    options = job.options.measure_noise_learning
    count, per = options.num_randomizations, options.shots_per_randomization
    if not methods.trex or (count is None and per is None):
        return Count()
    count = count or defaults.trex_randomizations
    per = per or ceil(Fraction(shots, count))
    formula = f"{times(count, 'randomization')} x {times(per, 'shot')}"
    shown = term("TREX executions (by hand)", f"{count * per:,}", formula, FILE)
    return Count(value=count * per, terms=(shown,), circuits=count)


def trex_automatic(job: Job, methods: Mitigation, shots: int, defaults: PrimitiveDefaults) -> Count:
    """Readout calibration left to the service: one calibration a job, with the shots of the job."""
    options = job.options.measure_noise_learning
    by_hand = options.num_randomizations is not None or options.shots_per_randomization is not None
    if not methods.trex or by_hand:
        return Count()
    source = named(defaults.facts, "trex_randomizations")
    return Count(value=shots, terms=(term("TREX executions (automatic)", f"{shots:,}", "shots of the job", source),))
