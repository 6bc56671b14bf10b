"""What the gate found as JSON: a summary computed in advance, then all of it; a later run can be compared with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

from qplan.errors import Severity
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
    Verdict,
    worst,
)
from qplan.model.report import SCHEMA_VERSION
from qplan.render.gate_table import by_limit
from qplan.render.gate_told import level, limit_name
from qplan.render.json import dumps, problem_object
from qplan.render.priced import workload_object
from qplan.units import s_from_us, us_from_s

Json = dict[str, object]
CENT = Decimal("0.01")


def gate_json(report: GateReport) -> str:
    """The document; ``workloads`` is what `--compare-to`, `diff` and `report` read."""
    return dumps(
        {
            "schema_version": SCHEMA_VERSION,
            "version": report.version,
            "data_date": report.data_date or None,
            "verdict": report.verdict.value,
            "status": report.status,
            "quantile": level(report),
            "seed": report.seed,
            "replications": report.replications,
            "baseline": report.baseline or None,
            "summary": _summary(report),
            "limits": [_limit_of_all(limit, checks) for limit, checks in by_limit(report.checks).items()],
            "checks": [_check(check) for check in report.checks],
            "workloads": _workloads(report),
            "changes": [_change(change) for change in report.changes],
            "guarded": [_guarded(change) for change in report.guarded],
            "settings": [{"name": name, "value": value, "source": source} for name, value, source in report.settings],
            "problems": [problem_object(problem) for problem in report.problems],
            "unread": [{"file": file, "reason": reason} for file, reason in report.unread],
        }
    )


def _summary(report: GateReport) -> Json:
    verdicts = Counter(check.verdict for check in report.checks)
    kinds = Counter(change.kind for change in report.changes)
    severities = Counter(problem.severity for problem in report.problems)
    return {
        "verdict": report.verdict.value,
        "status": report.status,
        "currency": report.currency or None,
        "workloads": len(report.priced),
        "reused": sum(each.reused for each in report.priced),
        "checks": {verdict.value: verdicts[verdict] for verdict in Verdict},
        "excused": sum(check.excused for check in report.checks),
        "total": _amounts(report.total),
        "was_total": None if report.was_total is None else _amounts(report.was_total),
        "increase": _difference(report.was_total, report.total),
        "largest_increase": _largest(report),
        "changes": {kind.value: kinds[kind] for kind in Kind},
        "guarded": len(report.guarded),
        "errors": severities[Severity.ERROR],
        "warnings": severities[Severity.WARNING],
        "unread": len(report.unread),
        "left_out": report.left_out,
    }


def _amounts(amounts: Amounts) -> Json:
    return {"cost": _money(amounts.cost), "usage_s": _seconds(amounts.usage_us), "wall_s": _seconds(amounts.wall_us)}


def _difference(was: Amounts | None, now: Amounts | None) -> Json | None:
    """By how much amounts differ; the percentage is of the cost, ``null`` from nothing."""
    if was is None or now is None:
        return None
    cost = None if was.cost is None or now.cost is None else now.cost - was.cost
    usage_us = None if was.usage_us is None or now.usage_us is None else now.usage_us - was.usage_us
    percent = None if cost is None or not was.cost else (cost / was.cost * 100).quantize(CENT, ROUND_HALF_UP)
    return {
        "cost": _money(cost),
        "percent": None if percent is None else f"{percent:f}",
        "usage_s": _seconds(usage_us),
    }


def _largest(report: GateReport) -> Json | None:
    """The workload whose cost rose most, or where none is known, its usage; ``null`` if none rose."""
    grown = [(_growth(change), change) for change in report.changes if change.now is not None]
    rising = [(by, change) for by, change in grown if by[0] > 0 or by[1] > 0]
    if not rising:
        return None
    _, change = max(rising, key=lambda one: one[0])
    nothing = Amounts(usage_us=0, wall_us=0, cost=Decimal(0))
    return {"name": change.name, "file": change.file, **(_difference(change.was or nothing, change.now) or {})}


def _growth(change: Change) -> tuple[Decimal, int]:
    now, was = change.now, change.was
    assert now is not None
    cost = Decimal(0) if now.cost is None else now.cost - (was.cost or 0 if was else 0)
    usage_us = 0 if now.usage_us is None else now.usage_us - (was.usage_us or 0 if was else 0)
    return cost, usage_us


def _limit_of_all(limit: Limit, checks: list[Check]) -> Json:
    return {
        **_limit(limit),
        "verdict": worst([check.verdict for check in checks]).value,
        "checks": len(checks),
        "over": sum(check.verdict is not Verdict.PASS for check in checks),
    }


def _limit(limit: Limit) -> Json:
    return {
        "name": limit_name(limit),
        "measure": limit.measure.value,
        "bound": limit.bound.value,
        "scope": limit.scope.value,
        "action": limit.action.value,
        "source": limit.source,
        **_figure("value", limit, limit.value),
    }


def _check(check: Check) -> Json:
    """A limit by its name, and its figures: in percent where the limit is, what it was never."""
    return {
        "limit": limit_name(check.limit),
        "verdict": check.verdict.value,
        "workload": check.subject or None,
        "file": check.file or None,
        "text": check.text,
        **_figure("figure", check.limit, check.figure),
        **_figure("was", check.limit, check.was, of_measure=True),
        "excused": check.excused,
    }


def _figure(name: str, limit: Limit, value: Decimal | None, *, of_measure: bool = False) -> Json:
    """Money and percent as decimal strings, time as seconds; the other key is not there."""
    is_time = limit.measure is not Measure.COST and (of_measure or limit.bound is not Bound.INCREASE_PERCENT)
    if is_time:
        return {f"{name}_s": None if value is None else s_from_us(us_from_s(value))}
    return {name: None if value is None else f"{value:f}"}


def _workloads(report: GateReport) -> list[Json]:
    kinds = {(change.name, change.file): change.kind for change in report.changes if change.kind is not Kind.REMOVED}
    verdicts: dict[tuple[str, str], list[Verdict]] = {}
    for check in report.checks:
        verdicts.setdefault((check.subject, check.file), []).append(check.verdict)
    return [
        {
            **workload_object(priced),
            "mode": priced.mode.value,
            **_amounts(amounts),
            "currency": priced.currency,
            "verdict": worst(found).value if (found := verdicts.get((priced.name, priced.file))) else None,
            "change": kinds.get((priced.name, priced.file)),
            "reused": priced.reused,
        }
        for priced, amounts in zip(report.priced, report.amounts, strict=True)
    ]


def _change(change: Change) -> Json:
    return {
        "kind": change.kind.value,
        "name": change.name,
        "file": change.file,
        "was": None if change.was is None else _amounts(change.was),
        "now": None if change.now is None else _amounts(change.now),
        "increase": _difference(change.was, change.now),
        "drivers": [_driver(driver) for driver in change.drivers],
    }


def _driver(driver: Driver) -> Json:
    told: Mapping[str, object] = {"path": driver.path, "before": driver.before, "after": driver.after}
    return {**told, "cost": _money(driver.cost), "usage_s": _seconds(driver.usage_us)}


def _guarded(change: Guarded) -> Json:
    return {
        "file": change.file,
        "what": change.what,
        "before": change.before,
        "after": change.after,
        "allowed": change.allowed,
    }


def _seconds(us: int | None) -> float | None:
    return None if us is None else s_from_us(us)


def _money(amount: Decimal | None) -> str | None:
    if amount is None:
        return None
    cents = amount.quantize(CENT, ROUND_HALF_UP)
    return f"{cents if cents else abs(cents):f}"
