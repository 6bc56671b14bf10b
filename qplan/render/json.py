"""JSON: the contract's keys in a fixed order, times in seconds, money as decimal strings, unknown as null.

Minor versions add keys, never change or remove one; ``data/output.schema.json`` types them all.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from decimal import ROUND_HALF_UP, Decimal
from math import isfinite

from qplan.errors import Problem, Severity
from qplan.model.account import Account, CostQuantity, Figures, Odds, Quantity
from qplan.model.comparison import Comparison, Recommendation
from qplan.model.fact import Fact
from qplan.model.report import SCHEMA_VERSION, Report, Sampling
from qplan.model.trace import Span
from qplan.render.base import Options, Page
from qplan.render.odds import odds_of
from qplan.render.priced import priced_object
from qplan.render.spread import done
from qplan.render.summary import distinct, several_backends, totals
from qplan.render.words import chosen, shown
from qplan.units import s_from_us

Json = dict[str, object]


def estimate(reports: Sequence[Report], options: Options) -> str:
    """One object for one report; several under ``workloads`` with a ``summary``. ``priced`` makes it a baseline."""
    reports = distinct(reports)
    objects = [report_object(report, timeline=options.timeline) for report in reports]
    stored = [{"priced": priced_object(report.priced)} if report.priced else {} for report in reports]
    return _document(reports, [{**told, **more} for told, more in zip(objects, stored, strict=True)])


def compare(reports: Sequence[Report], options: Options) -> str:
    """The same object as ``estimate``, with the modes that the report shows, and not to be compared with later."""
    reports = distinct(reports)
    return _document(reports, [report_object(report, timeline=options.timeline) for report in reports])


def recommend(reports: Sequence[Report], options: Options) -> str:
    """The same object again: its ``recommendation`` is the answer."""
    return compare(reports, options)


def _document(reports: Sequence[Report], objects: Sequence[Json]) -> str:
    if len(objects) == 1:
        return dumps(objects[0])
    return dumps({"schema_version": SCHEMA_VERSION, "workloads": objects, "summary": _summary(reports)})


def problems(problems: Sequence[Problem], files: Sequence[str], options: Options) -> str:
    """Findings, and how many of each kind in which files."""
    counts = {f"{kind}s": sum(problem.severity is kind for problem in problems) for kind in Severity}
    return dumps(
        {
            "schema_version": SCHEMA_VERSION,
            "files": list(files),
            "problems": [problem_object(problem) for problem in problems],
            "summary": {"valid": counts["errors"] == 0, **counts},
        }
    )


def page(page: Page, options: Options) -> str:
    """The data of a leaf of the catalogue."""
    return dumps({"schema_version": SCHEMA_VERSION, **page.data})


def dumps(data: Mapping[str, object]) -> str:
    """ASCII, indented, no NaN; ends with a newline."""
    return json.dumps(data, indent=2, allow_nan=False).replace("\x7f", "\\u007f") + "\n"


def report_object(report: Report, *, timeline: bool = False) -> Json:
    """The object of one workload on one backend and plan."""
    workload = report.workload
    return {
        "schema_version": SCHEMA_VERSION,
        "version": report.version,
        "data_date": report.data_date or None,
        "workload": {"name": workload.name, "file": workload.file},
        "backend": workload.backend.name,
        "plan": workload.plan.name,
        "seed": report.seed,
        "replications": report.replications,
        "sampling": _sampling(report.sampling),
        "modes": {account.mode.value: _mode(report, account, timeline) for account in shown(report)},
        "comparison": _comparison(report.comparison),
        "recommendation": _recommendation(report.recommendation),
        "assumptions": [fact_object(fact) for fact in report.assumptions],
        "diagnostics": [problem_object(problem) for problem in report.diagnostics],
    }


def problem_object(problem: Problem) -> Json:
    """A finding and its place; 0 for an unknown line or column becomes null."""
    mark = problem.mark
    return {
        "severity": problem.severity.value,
        "code": problem.code,
        "message": problem.message,
        "hint": problem.hint,
        "path": problem.path,
        "file": mark.file,
        "line": mark.line or None,
        "column": mark.column or None,
    }


def fact_object(fact: Fact) -> Json:
    """A figure with its source."""
    return {
        "name": fact.name,
        "value": fact.value,
        "source": fact.source,
        "status": fact.status.value,
        "date": fact.date or None,
    }


def _mode(report: Report, account: Account, timeline: bool) -> Json:
    run = account.sample if account.allowed else None
    told: Json = {
        "allowed": account.allowed,
        "reason": account.reason,
        "usage_s": _quantity(account.usage) if run else None,
        "wall_s": _quantity(account.wall) if run else None,
        "queue_s": _quantity(account.queue) if run else None,
        "qpu_busy_s": _quantity(account.qpu_busy) if run else None,
        "drift_s": _quantity(account.drift) if run else None,
        "cost": _cost(account.cost, account.currency),
        "cost_reason": account.cost_reason,
        "jobs": _jobs(run) if run else None,
        "retries": run.retries if run else None,
        "lane_use": round(run.lane_use, 6) if run else None,
        "activations": run.activations if run else None,
        "windows": [_window(*window) for window in run.windows_us] if run else None,
        "need": _need(account.need),
        "completed_jobs": _counts(account) if run else None,
        "odds": _odds(odds_of(report, account)),
    }
    if timeline:
        told["timeline"] = [_span(span) for span in account.timeline if span.end_us > span.start_us] if run else None
    return told


def _quantity(quantity: Quantity) -> Json:
    return {
        "p10": s_from_us(quantity.p10),
        "p50": s_from_us(quantity.p50),
        "p90": s_from_us(quantity.p90),
        "mean": s_from_us(quantity.mean),
        **{label: s_from_us(us) for label, us in quantity.others},
    }


def _counts(account: Account) -> Json:
    """Completed jobs; unlike times they have a mean between whole numbers."""
    jobs, counts = done(account), account.completed
    mean = round(sum(counts) / len(counts), 6)
    return {"p10": jobs.p10, "p50": jobs.p50, "p90": jobs.p90, "mean": mean, **dict(jobs.others)}


def _odds(odds: Odds | None) -> Json | None:
    if odds is None:
        return None
    return {name: None if share is None else round(share, 6) for name, share in asdict(odds).items()}


def _sampling(sampling: Sampling | None) -> Json | None:
    if sampling is None:
        return None
    return {
        "error": round(sampling.error, 6) if isfinite(sampling.error) else None,
        "confidence": 0.95,
        "figure": sampling.figure,
        "wanted": sampling.wanted,
        "met": sampling.is_met,
        "says": "sampling error only",
    }


def _cost(cost: CostQuantity | None, currency: str) -> Json | None:
    if cost is None:
        return None
    return {
        "p10": _money(cost.p10),
        "p50": _money(cost.p50),
        "p90": _money(cost.p90),
        "mean": _money(cost.mean),
        **{label: _money(amount) for label, amount in cost.others},
        "currency": currency,
    }


def _money(amount: Decimal | None) -> str | None:
    if amount is None:
        return None
    cents = amount.quantize(Decimal("0.01"), ROUND_HALF_UP)
    return f"{cents if cents else abs(cents):f}"


def _jobs(run: Figures) -> Json:
    return {
        "total": run.jobs,
        "completed": run.completed,
        "failed": run.failed,
        "cancelled": run.cancelled,
        "not_submitted": run.not_submitted,
        "queued": run.queued,
    }


def _window(start_us: int, end_us: int) -> Json:
    return {"start_s": s_from_us(start_us), "end_s": s_from_us(end_us)}


def _need(need: Figures | None) -> Json | None:
    if need is None:
        return None
    return {"usage_s": s_from_us(need.usage_us), "wall_s": s_from_us(need.wall_us), "cost": _money(need.cost)}


def _span(span: Span) -> Json:
    return {
        "job": span.job,
        "phase": span.phase.name.lower(),
        "lane": span.lane,
        "start_s": s_from_us(span.start_us),
        "end_s": s_from_us(span.end_us),
    }


def _comparison(comparison: Comparison) -> Json:
    return {"reference": comparison.reference, "cheapest": comparison.cheapest, "fastest": comparison.fastest}


def _recommendation(recommendation: Recommendation) -> Json:
    return {
        "mode": recommendation.mode,
        "objective": recommendation.objective.value,
        "headline": recommendation.headline,
        "reasons": [
            {"rule": reason.rule, "text": reason.text, "speaks_for": reason.speaks_for}
            for reason in recommendation.reasons
        ],
        "actions": [
            {
                "kind": action.kind,
                "rule": action.rule,
                "text": action.text,
                "saves_usage_s": s_from_us(action.saves_usage_us),
                "saves_wall_s": s_from_us(action.saves_wall_us),
                "saves_cost": _money(action.saves_cost),
            }
            for action in recommendation.actions
        ],
        "alternatives": [
            {
                "name": other.name,
                "mode": other.mode.value,
                "usage_s": s_from_us(other.usage_us),
                "wall_s": s_from_us(other.wall_us),
                "cost": _money(other.cost),
                "why_not": other.why_not,
            }
            for other in recommendation.alternatives
        ],
        "break_evens": [
            {
                "name": point.name,
                "current": f"{point.current:f}",
                "value": f"{point.value:f}",
                "unit": point.unit,
                "flips_to": point.flips_to.value,
                "text": point.text,
            }
            for point in recommendation.break_evens
        ],
        "max_time_s": None if recommendation.max_time_us is None else s_from_us(recommendation.max_time_us),
        "snippet": recommendation.snippet or None,
    }


def _summary(reports: Sequence[Report]) -> Json:
    summed = totals(reports)
    return {
        "reports": len(reports),
        "backends": list(dict.fromkeys(report.workload.backend.name for report in reports)),
        "comparable": several_backends(reports),
        "chosen": [_chosen(report, chosen(report)) for report in reports],
        "mean_usage_s": None if summed.usage_us is None else s_from_us(summed.usage_us),
        "mean_cost": _money(summed.cost),
        "currency": summed.currency,
    }


def _chosen(report: Report, account: Account | None) -> Json:
    return {
        "workload": report.workload.name,
        "file": report.workload.file,
        "backend": report.workload.backend.name,
        "mode": account.mode.value if account else None,
        "usage_s": s_from_us(account.usage.p50) if account else None,
        "wall_s": s_from_us(account.wall.p50) if account else None,
        "cost": _money(account.cost.p50) if account and account.cost else None,
    }
