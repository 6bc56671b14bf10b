"""How usage, cost and wall-clock of a run come about, line by line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from qplan.account.usage import attempt_charges
from qplan.model.account import Figures
from qplan.model.pricing import PricingPlan
from qplan.model.submission import Submission
from qplan.model.trace import Trace
from qplan.model.usage import Term
from qplan.model.workload import Mode
from qplan.units import US_PER_S

SHOWN_WINDOWS = 8


def usage_terms(trace: Trace, submission: Submission, figures: Figures) -> tuple[Term, ...]:
    """The jobs' charges or the session's windows, and their sum."""
    if submission.mode is Mode.SESSION:
        lines = [*_windows(trace)]
        formula, rule = "sum of the active windows", "S-02"
    else:
        lines = [*_charges(trace, submission)]
        formula, rule = "sum over jobs of charged quantum time", "B-05" if submission.mode is Mode.BATCH else "J-02"
    total = _term("usage", figures.usage_us, formula, rule)
    return (*lines, total)


def wall_terms(trace: Trace, submission: Submission, figures: Figures) -> tuple[Term, ...]:
    """The last final state, and what of the way there was queue."""
    last = max(range(len(trace.job)), key=lambda row: (trace.finished_us[row], -row))
    label = submission.labels()[trace.job[last]]
    return (
        _term("queue", figures.queue_us, "sum over entries from submission to the lane", "Q-01"),
        _term("QPU busy", figures.quantum_us, "own time on the QPU", "L-02"),
        _term("wall-clock", figures.wall_us, f"{label} is the last to become final"),
    )


def cost_terms(figures: Figures, plan: PricingPlan) -> tuple[Term, ...]:
    """Usage, what is included, the price, and their product."""
    usage = f"{_s(max(0, figures.usage_us - plan.included_us))} s"
    price = next((fact for fact in plan.facts if fact.name == "price_per_second"), None)
    source, status = (price.source, price.status) if price else ("workload file", "user")
    if figures.cost is None or plan.price_per_second is None:
        return (Term(name="cost", value="unknown", formula=plan.price_reason, source=source, status=status),)
    formula = f"{usage} x {plan.price_per_second} {plan.currency}/s"
    if plan.included_us:
        formula = f"({usage} after {_s(plan.included_us)} s included) x {plan.price_per_second}"
    value = f"{figures.cost:,f} {plan.currency}"
    return (Term(name="cost", value=value, formula=formula, source=source, status=status),)


def _charges(trace: Trace, submission: Submission) -> Iterator[Term]:
    """One line for all attempts of a kind that spent and were charged the same."""
    kinds = list(submission.kind_of_jobs())
    groups: Counter[tuple[int, int, int]] = Counter()
    for row, charge in attempt_charges(trace, submission):
        spent = trace.qpu_end_us[row] - trace.qpu_start_us[row]
        groups[kinds[trace.job[row]], spent, charge] += 1
    for (kind, spent, charge), count in sorted(groups.items()):
        formula = f"{count:,} x {_s(charge)} s charged ({_s(spent)} s on the QPU, rounding: {submission.rounding})"
        yield _term(submission.kinds[kind].name, count * charge, formula, "J-02")


def _windows(trace: Trace) -> Iterator[Term]:
    for number, (start, end) in enumerate(trace.windows_us[:SHOWN_WINDOWS], 1):
        yield _term(f"window {number}", end - start, f"active from {_s(start)} s to {_s(end)} s", "S-02")
    rest = trace.windows_us[SHOWN_WINDOWS:]
    if rest:
        yield _term(f"{len(rest):,} more windows", sum(e - s for s, e in rest), "likewise", "S-02")


def _term(name: str, us: int, formula: str, rule: str = "") -> Term:
    source = f"rule {rule}" if rule else "docs/model.md"
    return Term(name=name, value=f"{_s(us)} s", formula=formula, source=source, status="derived")


def _s(us: int) -> str:
    """Seconds in full, grouped by thousands."""
    return f"{Decimal(us) / US_PER_S:,f}"
