"""How many shots each circuit of a PUB gets: requested, cut into randomizations, multiplied by PEC."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil

from qplan.model.fact import Fact
from qplan.model.usage import Mitigation, PrimitiveDefaults, Term
from qplan.model.workload import Job, Primitive, Pub, Twirling
from qplan.plan.count import FILE, Count, assumption, exact, named, plain, renamed, term, times


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """How twirling cuts the shots of a circuit."""

    randomizations: int
    shots_per_randomization: int

    @property
    def shots(self) -> int:
        """Shots executed; rounding up can make them more than were asked for."""
        return self.randomizations * self.shots_per_randomization


@dataclass(frozen=True, slots=True, kw_only=True)
class Shots:
    """Shots of one circuit: ``base`` before, ``executed`` after PEC's sampling overhead, in ``randomizations``."""

    base: int
    executed: int
    randomizations: int = 1
    terms: tuple[Term, ...] = ()
    assumed: tuple[Fact, ...] = ()
    lower_bound: bool = False


def requested_shots(pub: Pub, primitive: Primitive, defaults: PrimitiveDefaults) -> Count:
    """Shots as stated, else those of the precision (estimator), else the primitive's default."""
    if pub.shots is not None:
        return Count(value=pub.shots)
    if primitive is Primitive.SAMPLER:
        taken = renamed(named(defaults.facts, "sampler_shots"), "shots (sampler)", f"{defaults.sampler_shots:,}")
        shown = term("shots", f"{defaults.sampler_shots:,}", "default_shots", taken)
        return Count(value=defaults.sampler_shots, terms=(shown,), assumed=(taken,))
    if pub.precision is not None:
        return _from_precision(pub.precision, FILE, ())
    text = plain(defaults.estimator_precision)
    taken = renamed(named(defaults.facts, "estimator_precision"), "precision (estimator)", text)
    return _from_precision(defaults.estimator_precision, taken, (taken,))


def _from_precision(precision: float, fact: Fact, assumed: tuple[Fact, ...]) -> Count:
    shots = ceil(1 / Fraction(repr(precision)) ** 2)
    shown = term("shots", f"{shots:,}", f"ceil(1 / {plain(precision)}^2)", fact)
    return Count(value=shots, terms=(shown,), assumed=assumed)


def twirling_sizes(shots: int, twirling: Twirling, defaults: PrimitiveDefaults, *, pec: bool = False) -> Sizes:
    """The client's rule: what is given holds, the other is ``ceil(shots / given)``; both automatic otherwise."""
    count, per = twirling.num_randomizations, twirling.shots_per_randomization
    if per is None:
        per = _automatic(shots, defaults, pec=pec) if count is None else ceil(Fraction(shots, count))
    if count is None:
        count = ceil(Fraction(shots, per))
    return Sizes(randomizations=count, shots_per_randomization=per)


def _automatic(shots: int, defaults: PrimitiveDefaults, *, pec: bool) -> int:
    if pec:
        return defaults.pec_shots_per_randomization
    return max(defaults.twirling_minimum_shots, ceil(Fraction(shots, defaults.twirling_randomizations)))


def executed_shots(pub: Pub, job: Job, methods: Mitigation, defaults: PrimitiveDefaults) -> Shots:
    """Shots of each circuit of ``pub``.

    With twirling they are randomizations x shots per randomization, but a PUB's own ``shots`` are
    always obeyed; PEC multiplies the randomizations, so it keeps the cut.
    """
    requested = requested_shots(pub, job.primitive, defaults)
    if not methods.twirled:
        return _shots(requested, requested.value)
    sizes = twirling_sizes(requested.value, _obeying(pub, job.options.twirling), defaults, pec=methods.pec)
    if methods.pec:
        return _pec(requested, sizes, job, defaults)
    if pub.obeyed_shots is not None:
        return replace(_shots(requested, requested.value), randomizations=sizes.randomizations)
    twirled = _shots(requested, sizes.shots, _twirling_term(sizes, defaults))
    return replace(twirled, randomizations=sizes.randomizations)


def _obeying(pub: Pub, twirling: Twirling) -> Twirling:
    """Drop the number of randomizations where both sizes and the PUB's own shots are given."""
    if pub.obeyed_shots is None or twirling.shots_per_randomization is None:
        return twirling
    return Twirling(shots_per_randomization=twirling.shots_per_randomization)


def _shots(requested: Count, executed: int, *terms: Term) -> Shots:
    return Shots(base=executed, executed=executed, terms=(*requested.terms, *terms), assumed=requested.assumed)


def _twirling_term(sizes: Sizes, defaults: PrimitiveDefaults) -> Term:
    formula = f"{times(sizes.randomizations, 'randomization')} x {times(sizes.shots_per_randomization, 'shot')}"
    return term("twirled shots", f"{sizes.shots:,}", formula, named(defaults.facts, "twirling_randomizations"))


def _pec(requested: Count, sizes: Sizes, job: Job, defaults: PrimitiveDefaults) -> Shots:
    overhead, words, assumed, lower_bound = _pec_overhead(job)
    randomizations = ceil(sizes.randomizations * overhead)
    executed = randomizations * sizes.shots_per_randomization
    formula = (
        f"ceil({sizes.randomizations:,} randomizations x {words}) x {times(sizes.shots_per_randomization, 'shot')}"
    )
    shown = term("PEC shots", f"{executed:,}", formula, named(defaults.facts, "pec_shots_per_randomization"))
    return Shots(
        base=sizes.shots,
        executed=executed,
        randomizations=randomizations,
        terms=(*requested.terms, shown),
        assumed=(*requested.assumed, *assumed),
        lower_bound=lower_bound,
    )


def _pec_overhead(job: Job) -> tuple[Fraction, str, tuple[Fact, ...], bool]:
    """PEC's sampling overhead gamma^2 under its cap: the factor, its words, what was assumed, lower bound or not."""
    gamma, cap = job.pec_gamma, job.options.pec_max_overhead
    if gamma is None:
        return _unknown_overhead(cap)
    square = Fraction(repr(gamma)) ** 2
    if cap is not None and square > Fraction(repr(cap)):
        return Fraction(repr(cap)), f"{plain(cap)} (the cap; gamma^2 is more)", (), False
    return square, f"{plain(exact(gamma) ** 2)} (gamma^2)", (), False


def _unknown_overhead(cap: float | None) -> tuple[Fraction, str, tuple[Fact, ...], bool]:
    source = "pec_gamma is not given"
    if cap is None:
        told = assumption("PEC overhead", "1: the least there is; neither gamma nor a cap is given", source)
        return Fraction(1), "1", (told,), True
    told = assumption("PEC overhead", f"{plain(cap)}: the cap, an upper bound", source)
    return Fraction(repr(cap)), f"{plain(cap)} (the cap)", (told,), False
