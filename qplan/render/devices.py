"""One workload on several backends: which of them to choose, from what their reports recommend."""

from __future__ import annotations

from collections.abc import Sequence

from qplan.model.account import Account
from qplan.model.comparison import DeviceChoice, Objective
from qplan.model.report import Report
from qplan.render import numbers
from qplan.render.spread import at_median
from qplan.render.undone import undone
from qplan.render.words import price, time_range


def ranked(reports: Sequence[Report]) -> list[DeviceChoice]:
    """Each backend in its recommended mode, the one to choose first.

    Backends that finish the workload come first, then those that leave jobs undone, then those where no mode will do.
    """
    choices = sorted(((_rank(report), i, report) for i, report in enumerate(reports)), key=lambda entry: entry[:2])
    best = choices[0][2]
    return [_choice(report, best) for _, _, report in choices]


def headline(devices: Sequence[DeviceChoice]) -> str:
    """Which backend, in which mode."""
    best = devices[0]
    if best.mode is None or best.account is None:
        return f"No mode will do on any of {numbers.counted(len(devices), 'backend')}."
    told = f"{price(best.account)}{time_range(best.account)}"
    said = f"{best.backend} as {best.mode.said(best.account.sample.jobs)}: {told}"
    return f"Nothing finishes on any backend; most is done on {said}." if best.why_not else f"Choose {said}."


def figures(device: DeviceChoice) -> tuple[str, str, str, str, str]:
    """Mode, usage, cost, wall-clock and what speaks against the backend."""
    account = device.account
    if account is None:
        return ("-", "-", "-", "-", device.why_not)
    usage, wall = numbers.duration(account.usage.p50), numbers.duration(account.wall.p50)
    amount = account.cost.p50 if account.cost else None
    return (account.mode, usage, numbers.money(amount, account.currency, account.cost_reason), wall, device.why_not)


HEADERS = ("backend", "mode", "usage", "cost", "wall-clock", "why not")


def _recommended(report: Report) -> Account | None:
    mode = report.recommendation.mode
    return next((a for a in report.comparison.accounts if a.mode is mode and a.allowed), None)


def _rank(report: Report) -> tuple[int, ...]:
    account = _recommended(report)
    if account is None:
        return (2,)
    usage_us, wall_us = account.usage.p50, account.wall.p50
    by = {
        Objective.COST: (usage_us, wall_us),
        Objective.TIME: (wall_us, usage_us),
        Objective.BALANCED: (max(usage_us, 1) * max(wall_us, 1),),
    }[report.recommendation.objective]
    left = undone(report, account)
    return (1, left, *by) if left else (0, *by)


def _choice(report: Report, best: Report) -> DeviceChoice:
    account = _recommended(report)
    return DeviceChoice(
        backend=report.workload.backend.name,
        mode=report.recommendation.mode,
        account=account,
        why_not=_why_not(report, account, best),
    )


def _why_not(report: Report, account: Account | None, best: Report) -> str:
    if account is None:
        return report.recommendation.headline or "no mode will do"
    if left := undone(report, account):
        return f"{numbers.counted(left, 'job')} left undone{at_median(account)}"
    first = _recommended(best)
    if report is best or first is None:
        return ""
    pairs = ((account.usage.p50, first.usage.p50, "usage"), (account.wall.p50, first.wall.p50, "time"))
    told = [_beside(us, best_us, what) for us, best_us, what in pairs]
    return "the same usage and time" if account.usage == first.usage and account.wall == first.wall else ", ".join(told)


def _beside(us: int, best_us: int, what: str) -> str:
    """A multiple where one decimal tells them apart, else the difference."""
    ratio = numbers.ratio(us, best_us)
    if us == best_us:
        return f"the same {what}"
    if ratio in ("1.0x", "-"):
        return f"{numbers.duration(abs(us - best_us))} {'more' if us > best_us else 'less'} {what}"
    return f"{ratio} the {what}"
