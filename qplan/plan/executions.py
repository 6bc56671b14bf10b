"""How often a job runs circuits: its PUBs, their mitigation, and the learning around them."""

from __future__ import annotations

from itertools import chain

from qplan.model.usage import Executions, Mitigation, PrimitiveDefaults, PubExecutions, Term
from qplan.model.workload import Job, Pub
from qplan.plan.count import FILE, Count, plain, term, times
from qplan.plan.learning import layer_learning, trex_automatic, trex_by_hand
from qplan.plan.mitigation import settle
from qplan.plan.twirling import Shots, executed_shots


def count_executions(job: Job, defaults: PrimitiveDefaults) -> Executions:
    """The executions of one ``job``, counted as the primitives' client counts them.

    Source: qiskit-ibm-runtime's option defaults, which ``defaults`` carries; docs/quantum-time.md.
    """
    methods = settle(job, defaults)
    pubs, shots = [], []
    for first, copies, pub in _distinct(job.pubs):
        each = executed_shots(pub, job, methods, defaults)
        shots.append(each)
        pubs.append(_pub_executions(first, copies, pub, each, methods))
    shots_of_job = max(each.base for each in shots)
    learnings = (
        layer_learning(job, methods, defaults),
        trex_by_hand(job, methods, shots_of_job, defaults),
        trex_automatic(job, methods, shots_of_job, defaults),
    )
    layers, by_hand, automatic = (count.value for count in learnings)
    parts: tuple[Shots | Count, ...] = (*shots, *learnings)
    return Executions(
        pubs=tuple(pubs),
        shots=shots_of_job,
        learning_layers=layers,
        learning_trex_manual=by_hand,
        trex_automatic=automatic,
        factors=tuple(chain(_terms(job, pubs, shots), *(count.terms for count in learnings))),
        assumed=tuple(dict.fromkeys(chain(methods.assumed, *(part.assumed for part in parts)))),
        lower_bound=any(part.lower_bound for part in parts),
        methods=methods,
        learning_circuits=sum(count.circuits for count in learnings),
    )


def label(pub: PubExecutions) -> str:
    """The words for one or several equal PUBs."""
    return f"PUB {pub.first}" if pub.copies == 1 else f"{pub.copies} PUBs like PUB {pub.first}"


def _distinct(pubs: tuple[Pub, ...]) -> list[tuple[int, int, Pub]]:
    """Each different PUB with the number of its first appearance, from 1, and how many are equal to it."""
    first: dict[Pub, int] = {}
    copies: dict[Pub, int] = {}
    for number, pub in enumerate(pubs, start=1):
        first.setdefault(pub, number)
        copies[pub] = copies.get(pub, 0) + 1
    return [(first[pub], copies[pub], pub) for pub in first]


def _pub_executions(first: int, copies: int, pub: Pub, shots: Shots, methods: Mitigation) -> PubExecutions:
    return PubExecutions(
        first=first,
        copies=copies,
        circuits=pub.executed_circuits,
        shots=shots.executed,
        noise_factors=methods.noise_factors,
        randomizations=shots.randomizations,
    )


def _terms(job: Job, pubs: list[PubExecutions], shots: list[Shots]) -> list[Term]:
    lines: list[Term] = []
    for pub, each in zip(pubs, shots, strict=True):
        lines += [
            Term(
                name=f"{line.name}, {label(pub)}",
                value=line.value,
                formula=line.formula,
                source=line.source,
                status=line.status,
            )
            for line in each.terms
        ]
        formula = _formula(job.pubs[pub.first - 1], pub)
        lines.append(term(f"executions, {label(pub)}", f"{pub.executions:,}", formula, FILE))
    return lines


def _formula(pub: Pub, counted: PubExecutions) -> str:
    factors = [
        times(counted.copies, "PUB") if counted.copies > 1 else "",
        times(pub.circuits, "circuit"),
        times(pub.parameter_sets, "parameter set") if pub.parameter_sets > 1 else "",
        times(pub.observable_groups, "observable group") if pub.observable_groups > 1 else "",
        times(counted.shots, "shot"),
        _noise_factors(counted.noise_factors),
    ]
    return " x ".join(factor for factor in factors if factor)


def _noise_factors(factors: tuple[float, ...]) -> str:
    listed = ", ".join(plain(factor) for factor in factors)
    return "" if factors == (1,) else f"{times(len(factors), 'noise factor')} ({listed})"
