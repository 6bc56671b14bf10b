"""The verdict on a report: what to do, and what the other modes would be against it. Work left undone comes first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from qplan.model.account import Account
from qplan.model.report import Report
from qplan.render import numbers, odds, words
from qplan.render.spread import at_median
from qplan.render.undone import comparable, undone


def verdict(report: Report) -> tuple[str, ...]:
    """What to do in one line; then what the other modes would be against it, and how often that holds."""
    best = words.chosen(report)
    if best is None:
        return (_no_verdict(report),)
    others = [account for account in words.shown(report) if account.allowed and account is not best]
    if undone(report, best):
        first = _unfinished_verdict(report, best, others)
    elif words.recommended(report):
        first = f"Run it as {_said(best)}: {words.price(best)}{words.time_range(best)}."
    else:
        first = f"As {_said(best)}: {words.price(best)}{words.time_range(best)}."
    how_often = odds.sentence(report, best)
    told = (first, *_beside_others(report, others, best), how_often)
    return tuple(line for line in told if line)


def _beside_others(report: Report, others: Sequence[Account], best: Account) -> Iterator[str]:
    if others:
        yield f"Against that: {'; '.join(_against(report, others, best))}."
    else:
        yield from _recommended_instead(report, best)


def _no_verdict(report: Report) -> str:
    accounts = words.shown(report)
    if report.recommendation.mode is None and len(accounts) > 1:
        return report.recommendation.headline or "No mode can run this workload as it stands."
    refused = [account for account in accounts if not account.allowed]
    return "; ".join(f"{a.mode.said().capitalize()} is refused: {a.reason}" for a in refused) or "No verdict."


def _said(account: Account) -> str:
    return account.mode.said(account.sample.jobs)


def _stopped(account: Account) -> bool:
    return account.done < account.sample.jobs


def _unfinished_verdict(report: Report, best: Account, others: Sequence[Account]) -> str:
    """That work stays undone, before any figure."""
    left = f"{numbers.counted(undone(report, best), 'job stays', 'jobs stay')} undone{at_median(best)}"
    if not best.done:
        who = "No mode does" if others else f"As {_said(best)} it does not do"
        return f"{who} any of its {numbers.counted(best.sample.jobs, 'job')}: {left}."
    if others and all(undone(report, other) for other in others):
        return f"No mode finishes it: {left} as {_said(best)} ({words.price(best)})."
    return f"As {_said(best)} it is not finished: {left} ({words.price(best)})."


def _recommended_instead(report: Report, best: Account) -> Iterator[str]:
    """Of a single mode shown: the one that is recommended, if that is another."""
    mode = report.recommendation.mode
    if mode not in (None, best.mode):
        other = next(account for account in report.comparison.accounts if account.mode is mode)
        yield f"Recommended instead: {_said(other)}, {words.price(other)}."


def _against(report: Report, others: Sequence[Account], best: Account) -> Iterator[str]:
    """Each other mode's ratios; modes of the same ratios together."""
    told: dict[str, list[str]] = {}
    for other in others:
        told.setdefault(_beside(report, other, best), []).append(_said(other))
    return (f"{numbers.listed(modes)} {beside}" for beside, modes in told.items())


def _beside(report: Report, other: Account, best: Account) -> str:
    """Multiples where both do the same work, else how much of it."""
    if left := undone(report, other):
        of_all = f"{numbers.count(left)} of {numbers.counted(other.sample.jobs, 'job')}"
        return f"with {of_all} left undone{at_median(other)}"
    if not comparable(report, other, best):
        return f"with {words.price(other)}" if _stopped(other) else f"with all jobs: {words.price(other)}"
    if other.cost and best.cost and best.cost.p50:
        amount = f"{numbers.ratio(other.cost.p50, best.cost.p50)} the cost"
    else:
        amount = _times(other.usage.p50, best.usage.p50, "usage")
    return f"{amount}, {_times(other.wall.p50, best.wall.p50, 'time')}"


def _times(us: int, best_us: int, what: str) -> str:
    """A multiple; of nothing there is none, so the amount itself."""
    return f"{numbers.ratio(us, best_us)} the {what}" if best_us or not us else f"{numbers.duration(us)} of {what}"
