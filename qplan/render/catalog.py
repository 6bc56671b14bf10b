"""Leaves of the catalogue: profiles and their facts, rules, and how a figure came about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from qplan.model.backend import Backend
from qplan.model.fact import Diagnostic, Fact, Rule
from qplan.model.pricing import PricingPlan
from qplan.model.usage import Explained, UsageModel
from qplan.model.workload import QueueModel
from qplan.render import numbers
from qplan.render.base import Page
from qplan.render.json import fact_object

_FACT_COLUMNS = ("name", "value", "status", "source", "date")
_TERM_COLUMNS = ("name", "value", "formula", "source", "status")


def profiles(
    backends: Sequence[Backend],
    plans: Sequence[PricingPlan] = (),
    models: Sequence[UsageModel] = (),
    queues: Sequence[QueueModel] = (),
) -> Page:
    """All profiles by kind: QPUs, plans, usage models, queues."""
    rows = [
        *(("backend", backend.name, _backend(backend)) for backend in backends),
        *(("plan", plan.name, _plan(plan)) for plan in plans),
        *(("usage_model", model.name, _model(model)) for model in models),
        *(("queue", queue.name, _queue(queue)) for queue in queues),
    ]
    return Page(
        title=numbers.counted(len(rows), "profile"),
        headers=("kind", "name", "what"),
        rows=tuple(rows),
        data={"profiles": [{"kind": kind, "name": name, "what": what} for kind, name, what in rows]},
    )


def profile(name: str, facts: Sequence[Fact]) -> Page:
    """The figures of one profile with status, source and date."""
    return Page(
        title=name,
        headers=_FACT_COLUMNS,
        rows=tuple((fact.name, fact.value, fact.status.value, fact.source, fact.date) for fact in facts),
        data={"name": name, "facts": [fact_object(fact) for fact in facts]},
    )


def rule(rule: Rule) -> Page:
    """One rule: what it says, how qplan shows it, where it comes from."""
    fields = (("seen as", rule.seen_as), ("source", rule.source), ("date", rule.date))
    return Page(
        title=f"{rule.id} (a note; no figure depends on it)" if rule.note else rule.id,
        text=(rule.statement,),
        headers=("field", "value"),
        rows=tuple((name, value) for name, value in fields if value),
        record=True,
        data={"rule": asdict(rule)},
    )


def code(entry: Diagnostic) -> Page:
    """One diagnostic: what it means, what cures it, and a file that has it."""
    example = entry.example.rstrip().splitlines()
    fields = [("severity", entry.severity.value), ("cure", entry.cure)]
    fields += [("" if number else "example", line) for number, line in enumerate(example)]
    return Page(
        title=f"{entry.code}: {entry.title}",
        text=(entry.why,),
        headers=("field", "value"),
        rows=tuple(fields),
        record=True,
        data={"diagnostic": asdict(entry)},
    )


def rules(all_rules: Sequence[Rule]) -> Page:
    """The list of rules."""
    return Page(
        title=numbers.counted(len(all_rules), "rule"),
        headers=("id", "statement"),
        rows=tuple((rule.id, rule.statement) for rule in all_rules),
        data={"rules": [asdict(rule) for rule in all_rules]},
    )


def figures(subject: str, explained: Sequence[Explained]) -> Page:
    """How figures came about, term by term; with several each row names its figure."""
    several = len(explained) > 1
    rows = [
        (*((one.figure,) if several else ()), term.name, term.value, term.formula, term.source, term.status)
        for one in explained
        for term in one.terms
    ]
    return Page(
        title=subject,
        text=tuple(f"{one.figure} = {one.value}" for one in explained),
        headers=(("figure",) if several else ()) + _TERM_COLUMNS,
        rows=tuple(rows),
        derivation=True,
        data={
            "subject": subject,
            "figures": [
                {"figure": one.figure, "value": one.value, "terms": [asdict(term) for term in one.terms]}
                for one in explained
            ],
        },
    )


def _backend(backend: Backend) -> str:
    parts = [
        backend.processor,
        "simulator" if backend.simulator else "",
        numbers.counted(backend.qubits, "qubit") if backend.qubits else "",
        numbers.counted(backend.lanes, "lane"),
        f"retired {backend.retired}" if backend.retired else "",
    ]
    return ", ".join(part for part in parts if part)


def _plan(plan: PricingPlan) -> str:
    if plan.price_per_second is None:
        price = plan.price_reason or numbers.UNKNOWN
    else:
        price = f"{plan.price_per_second} {plan.currency} per second"
    return f"{price}, {'sessions' if plan.sessions_allowed else 'no sessions'}"


def _queue(queue: QueueModel) -> str:
    most_us = queue.wait.values_us[-1]
    return f"median wait {numbers.duration(queue.wait.median_us)}, at most {numbers.duration(most_us)}"


def _model(model: UsageModel) -> str:
    return f"rounding {model.rounding}, error band {model.band_low:f} to {model.band_high:f}"
