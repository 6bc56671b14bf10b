"""Reports of the gate built by hand, small enough to check by eye."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from qplan.errors import Mark, Problem, Severity
from qplan.model.gate import (
    Amounts,
    Bound,
    Change,
    Check,
    Driver,
    GateReport,
    Guarded,
    Kind,
    Limit,
    Measure,
    Priced,
    Scope,
    Verdict,
)
from qplan.model.workload import Mode

S = 1_000_000
MAX_COST = Limit(measure=Measure.COST, bound=Bound.MOST, scope=Scope.WORKLOAD, value=Decimal(100), source="qplan.toml")
MAX_USAGE = Limit(
    measure=Measure.USAGE, bound=Bound.MOST, scope=Scope.WORKLOAD, value=Decimal(50), action=Verdict.WARN,
    source="QPLAN_WARN_USAGE",
)  # fmt: skip
MAX_TOTAL = Limit(
    measure=Measure.COST, bound=Bound.MOST, scope=Scope.TOTAL, value=Decimal(500), source="--max-total-cost"
)
MAX_INCREASE = Limit(
    measure=Measure.COST, bound=Bound.INCREASE_PERCENT, scope=Scope.TOTAL, value=Decimal(10),
    source="--max-total-increase-percent",
)  # fmt: skip
ALLOCATION = Limit(
    measure=Measure.ALLOCATION, bound=Bound.MOST, scope=Scope.WORKLOAD, value=Decimal(600), source="plan open"
)
HOSTILE = (
    "\x1b[31m\u202e<!-- qplan-gate -->\n::error file=x::y\r\n##[error]z [l](http://x.y) @team #12 <b> `a` | </details> "
    "]]> <![CDATA[ & \x00 \ufffe \ud800 %0A,:"
)


UP = "up 30 % at p90 (128.00 USD -> 166.40 USD)"
NO_WORSE = "over the 10 s left; it was 12 s before, so it is no worse"


def amounts(cost: str | None, usage_s: int = 40, wall_s: int = 140) -> Amounts:
    return Amounts(usage_us=usage_s * S, wall_us=wall_s * S, cost=None if cost is None else Decimal(cost))


def priced(name: str, cost: str | None = "64.00", *, file: str = "", **others: object) -> Priced:
    told = Priced(
        name=name, file=file or f"workloads/{name}.yaml", mode=Mode.SESSION, backend="ibm_kingston",
        plan="pay-as-you-go", currency="USD", usage_us=(40 * S,), wall_us=(140 * S,),
        costs=None if cost is None else (Decimal(cost),),
    )  # fmt: skip
    return replace(told, **others)  # type: ignore[arg-type]


def check(limit: Limit, verdict: Verdict, text: str, of: Priced | None = None, **others: object) -> Check:
    told = Check(limit=limit, verdict=verdict, text=text, subject=of.name if of else "", file=of.file if of else "")
    return replace(told, **others)  # type: ignore[arg-type]


def report(
    workloads: tuple[Priced, ...], figures: tuple[Amounts, ...], checks: tuple[Check, ...], **others: object
) -> GateReport:
    told = GateReport(
        quantile=Decimal(90), currency="USD", priced=workloads, amounts=figures, total=amounts("128.00", 80),
        checks=checks, seed=7, replications=1000, version="0.1.0", data_date="2026-05-20",
    )  # fmt: skip
    return replace(told, **others)  # type: ignore[arg-type]


VQE, SWEEP, OPEN = (
    priced("vqe", "102.40"),
    priced("sweep", "64.00"),
    priced("trial", None, cost_reason="not billed: free"),
)


def passing() -> GateReport:
    """Two workloads within their limits, no baseline."""
    return report(
        (VQE, SWEEP),
        (amounts("102.40", 64), amounts("64.00")),
        (check(MAX_TOTAL, Verdict.PASS, "total: cost 166.40 USD at p90, within 500.00 USD (--max-total-cost)"),),
        total=amounts("166.40", 104),
    )


def failing() -> GateReport:
    """Three workloads against a baseline: one over its limit, one only warned of, one removed, one not billed."""
    return report(
        (SWEEP, VQE, OPEN),
        (amounts("64.00"), amounts("102.40", 64), amounts(None, 12)),
        (
            check(MAX_COST, Verdict.FAIL, "vqe: cost 102.40 USD at p90, over 100.00 USD (qplan.toml)", VQE),
            check(MAX_COST, Verdict.PASS, "sweep: cost 64.00 USD at p90, within 100.00 USD (qplan.toml)", SWEEP),
            check(MAX_USAGE, Verdict.WARN, "vqe: usage 1 min 4 s at p90, over 50 s (QPLAN_WARN_USAGE)", VQE),
            check(ALLOCATION, Verdict.WARN, f"trial: usage 12 s at p90, {NO_WORSE} (plan open)", OPEN, excused=True),
            check(MAX_INCREASE, Verdict.FAIL, f"total: cost {UP}, over 10 % (--max-total-increase-percent)"),
        ),
        total=amounts("166.40", 116),
        was_total=amounts("128.00", 92),
        baseline="main",
        changes=(
            Change(kind=Kind.UNCHANGED, name="sweep", file=SWEEP.file, was=amounts("64.00"), now=amounts("64.00")),
            Change(
                kind=Kind.CHANGED, name="vqe", file=VQE.file, was=amounts("64.00", 40), now=amounts("102.40", 64),
                drivers=(
                    Driver(path="jobs.energy.shots", before="4096", after="16384", cost=Decimal("38.40")),
                    Driver(path="jobs.energy.think", before="", after="5s", cost=Decimal(0), usage_us=0),
                    Driver(path="mode", before="job", after="", usage_us=-3 * S),
                    Driver(path="jobs", before="a", after="b"),
                ),
            ),
            Change(kind=Kind.ADDED, name="trial", file=OPEN.file, now=amounts(None, 12)),
            Change(kind=Kind.REMOVED, name="old", file="workloads/old.yaml", was=amounts("10.00", 6)),
        ),
        guarded=(
            Guarded(file="qplan.toml", what="max_cost", before="50", after="100"),
            Guarded(file="workloads/vqe.yaml", what="plan.price_per_second", before="", after="1.20", allowed=True),
        ),
        problems=(
            Problem(code="QP101", message="no such key: shotz", hint="shots",
                    mark=Mark(file="bad.yaml", line=3, column=5)),
            Problem(code="QP201", message="a session of one job", mark=Mark(file=VQE.file), severity=Severity.WARNING),
        ),
        unread=(("gone.yaml", "there is no such file"),),
        settings=(("max-cost", "100", "qplan.toml"), ("quantile", "p90", "")),
        status=1,
    )  # fmt: skip


def many(count: int, fails: int, *, name: str = "workload") -> GateReport:
    """So many workloads, of which those in the middle fail; each with three checks and a driver."""
    workloads = tuple(priced(f"{name}-{i:03}", "64.00") for i in range(count))
    first = (count - fails) // 2
    over = {each.name for each in workloads[first : first + fails]}

    def verdict(of: Priced) -> Verdict:
        return Verdict.FAIL if of.name in over else Verdict.PASS

    return report(
        workloads,
        tuple(amounts("64.00") for _ in workloads),
        tuple(
            check(limit, verdict(each) if limit is MAX_COST else Verdict.PASS, f"{each.name}: 64.00 USD at p90", each)
            for limit in (MAX_COST, MAX_USAGE, ALLOCATION)
            for each in workloads
        ),
        baseline="main",
        was_total=amounts("128.00", 80),
        changes=tuple(
            Change(
                kind=Kind.CHANGED, name=each.name, file=each.file, was=amounts("32.00"), now=amounts("64.00"),
                drivers=(Driver(path="jobs.energy.shots", before="1", after="2", cost=Decimal(32)),),
            )
            for each in workloads
        ),
        status=3,
    )  # fmt: skip


def hostile() -> GateReport:
    """Every text that a stranger can choose, chosen badly."""
    bad = priced(HOSTILE, "64.00", file=HOSTILE, cost_reason=HOSTILE, refused="")
    limit = replace(MAX_COST, source=HOSTILE)
    return report(
        (bad, priced("total"), priced("refused", None, refused=HOSTILE)),
        (amounts("64.00"), amounts("64.00"), amounts(None)),
        (
            check(limit, Verdict.FAIL, HOSTILE, bad),
            check(limit, Verdict.WARN, HOSTILE),
            check(limit, Verdict.PASS, HOSTILE),
        ),
        baseline=HOSTILE,
        was_total=amounts("1.00"),
        changes=(
            Change(
                kind=Kind.CHANGED, name=HOSTILE, file=HOSTILE, was=amounts("1.00"), now=amounts("64.00"),
                drivers=(Driver(path=HOSTILE, before=HOSTILE, after=HOSTILE, cost=Decimal(1)),),
            ),
            Change(kind=Kind.REMOVED, name=HOSTILE + "2", file=HOSTILE, was=amounts("1.00")),
        ),
        guarded=(Guarded(file=HOSTILE, what=HOSTILE, before=HOSTILE, after=HOSTILE),),
        problems=(Problem(code="QP101", message=HOSTILE, hint=HOSTILE, path=HOSTILE, mark=Mark(file=HOSTILE, line=2)),),
        unread=((HOSTILE, HOSTILE),),
        settings=((HOSTILE, HOSTILE, HOSTILE),),
        data_date=HOSTILE,
    )  # fmt: skip
