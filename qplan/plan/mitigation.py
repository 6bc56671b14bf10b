"""Which mitigation methods a job runs with, once its level and its explicit options are settled."""

from __future__ import annotations

from qplan.model.fact import Fact
from qplan.model.usage import Mitigation, PrimitiveDefaults
from qplan.model.workload import Job, Options, Primitive
from qplan.plan.count import named, plain, renamed

PEA = "pea"


def settle(job: Job, defaults: PrimitiveDefaults) -> Mitigation:
    """The methods in force for ``job``; explicit options win over the resilience level.

    Measure mitigation forces measure twirling, PEA and PEC both twirlings, as the client does.
    The sampler knows twirling only.
    """
    options = job.options
    asked = bool(options.twirling.enable_gates or options.twirling.enable_measure)
    if job.primitive is Primitive.SAMPLER:
        return Mitigation(twirled=asked)
    level = defaults.resilience_level if options.resilience_level is None else options.resilience_level
    trex = _explicit(options.measure_mitigation, level >= 1)
    zne = _explicit(options.zne_mitigation, level >= 2)
    pea = zne and (options.zne_amplifier or defaults.zne_amplifier) == PEA
    pec = bool(options.pec_mitigation)
    return Mitigation(
        level=level,
        twirled=trex or pea or pec or _twirls(options, level),
        trex=trex,
        zne=zne,
        pea=pea,
        pec=pec,
        noise_factors=(options.zne_noise_factors or defaults.zne_noise_factors) if zne else (1,),
        assumed=_defaults_taken(options, defaults, zne=zne),
    )


def _explicit(option: bool | None, by_level: bool) -> bool:
    return by_level if option is None else option


def _twirls(options: Options, level: int) -> bool:
    measure = _explicit(options.twirling.enable_measure, level >= 1)
    gates = _explicit(options.twirling.enable_gates, level >= 2)
    return measure or gates


def _defaults_taken(options: Options, defaults: PrimitiveDefaults, *, zne: bool) -> tuple[Fact, ...]:
    taken = []
    if options.resilience_level is None:
        fact = named(defaults.facts, "resilience_level")
        taken.append(renamed(fact, "resilience level (estimator)", str(defaults.resilience_level)))
    if zne and not options.zne_noise_factors:
        factors = ", ".join(plain(factor) for factor in defaults.zne_noise_factors)
        taken.append(renamed(named(defaults.facts, "zne_noise_factors"), "ZNE noise factors", factors))
    return tuple(taken)
