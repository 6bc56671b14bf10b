"""What tables cannot hold: undone jobs, limits met, unknown prices, retries. Plain text, a line each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from qplan.model.account import Account, Figures, Odds
from qplan.model.report import Report, Sampling
from qplan.model.workload import Mode
from qplan.render import numbers
from qplan.render.odds import limit, odds_of
from qplan.render.spread import is_spread
from qplan.render.undone import asks_for_less
from qplan.render.words import jobs_of, shown


def notes(report: Report) -> Iterator[str]:
    """All notes on a report; diagnostics come apart.

    Of many replications shares are told, for what befell the run that is kept need not befall the others.
    """
    allowed = [account for account in shown(report) if account.allowed]
    yield from _by_mode((account, text) for account in allowed for text in _notes_on(report, account))
    reasons = {account.cost_reason for account in shown(report) if account.cost_reason and account.cost is None}
    yield from (f"Cost: {reason}" for reason in sorted(reasons))
    if report.sampling and not report.sampling.is_met:
        yield _not_precise(report, report.sampling)


def refusals(report: Report) -> Iterator[str]:
    """The modes that the report shows and the plan or workload does not admit, with the reason."""
    refused = (account for account in shown(report) if not account.allowed)
    return (f"{account.mode} is refused: {account.reason}" for account in refused)


def _by_mode(texts: Iterable[tuple[Account, str]]) -> Iterator[str]:
    """Notes in the order found; what is said of several modes is said once."""
    told: dict[str, list[str]] = {}
    for account, text in texts:
        told.setdefault(text, []).append(account.mode)
    return (f"{numbers.listed(modes)}: {text}" for text, modes in told.items())


def _notes_on(report: Report, account: Account) -> Iterator[str]:
    if is_spread(account):
        yield from _notes_on_many(report, account)
        return
    run = account.sample
    if left := _unfinished(run):
        yield f"{jobs_of(account)} done; {left}."
    if run.retries:
        yield f"{numbers.counted(run.retries, 'attempt')} repeated after a failure."
    if account.need:
        yield f"{_limit(report, account, account.need)}."


def _notes_on_many(report: Report, account: Account) -> Iterator[str]:
    odds = odds_of(report, account)
    if odds and (shares := list(_shares(report, account, odds))):
        first, *rest = shares
        yield f"{'; '.join([f'{first} of the replications', *rest])}."
    if account.sample.retries:
        attempts = numbers.counted(account.sample.retries, "attempt")
        yield f"{attempts} repeated after a failure, in the replication of median wall-clock."


def _shares(report: Report, account: Account, odds: Odds) -> Iterator[str]:
    """How often something keeps it from being done, or how often it is done if neither TTL nor limit is to blame."""
    if odds.complete < 1 and not odds.ttl_cut and not asks_for_less(report.workload, account.mode):
        yield f"all jobs done in {numbers.percent(odds.complete)}"
    if odds.ttl_cut:
        yield f"the maximum TTL of {_max_time(report, account)} cuts it in {numbers.percent(odds.ttl_cut)}"
    if odds.over_allocation:
        left_us = report.workload.plan.remaining_us
        left = "" if left_us is None else f" ({numbers.duration(left_us)} left)"
        yield f"the {limit(report)}{left} is not enough in {numbers.percent(odds.over_allocation)}"


def _max_time(report: Report, account: Account) -> str:
    box = report.workload.session if account.mode is Mode.SESSION else report.workload.batch
    return numbers.duration(box.max_time_us)


def _not_precise(report: Report, sampling: Sampling) -> str:
    """What was reached of the precision asked for, and after how much."""
    reached, wanted = numbers.margin(sampling.error), numbers.margin(sampling.wanted or 0)
    often = numbers.counted(report.replications, "replication")
    return f"Precision: {wanted} was asked for; {often}, the most that are run, reach {reached} ({sampling.figure})."


def _unfinished(run: Figures) -> str:
    """The jobs that did not complete, by what became of them; empty when all did."""
    left = {
        "failed": run.failed,
        "cancelled": run.cancelled,
        "not submitted": run.not_submitted,
        "left in the queue": run.queued,
    }
    return numbers.listed([f"{numbers.count(n)} {state}" for state, n in left.items() if n])


def _limit(report: Report, account: Account, need: Figures) -> str:
    """Whether the usage limit cuts the run or the run outlasts it, and by how much (rule U-10)."""
    plan, left = report.workload.plan, need.completed - account.sample.completed
    what = limit(report)
    said = f"the {what} cuts it" if left > 0 else f"finishes, but overdraws the {what}"
    needs = f"needs {numbers.duration(need.usage_us)} of usage"
    if need.cost is not None:
        needs += f" ({numbers.money(need.cost, account.currency)})"
    parts: Sequence[str] = [needs]
    if plan.remaining_us is not None:
        short_us = need.usage_us - plan.remaining_us
        if left <= 0 and short_us <= 0:
            return f"finishes, and uses up the {what}: {numbers.duration(plan.remaining_us)} left, {needs}"
        short = [f"{numbers.duration(short_us)} short"] if short_us > 0 else []
        parts = [f"{numbers.duration(plan.remaining_us)} left", needs, *short]
    undone = [f"{numbers.counted(left, 'job')} undone"] if left > 0 else []
    return f"{said}: {', '.join([*parts, *undone])}"
