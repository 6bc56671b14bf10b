"""The modes side by side: which is cheapest, which is fastest, what the others are measured against."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from qplan.model.account import Account
from qplan.model.comparison import Comparison
from qplan.model.workload import Mode

Key = Callable[[Account], tuple[int, ...]]


def compare(accounts: Sequence[Account], reference: Mode = Mode.JOB) -> Comparison:
    """Rank the allowed modes by median usage (which orders cost too) and by median wall-clock.

    Ties go to the other quantity, then to the order job, batch, session. Modes that leave jobs undone
    rank behind those that do not: a cheap run that stops half-way is not cheap.
    """
    allowed = [account for account in accounts if account.allowed]
    return Comparison(
        accounts=tuple(accounts),
        reference=reference,
        cheapest=_first(allowed, lambda a: (a.usage.p50, a.wall.p50)),
        fastest=_first(allowed, lambda a: (a.wall.p50, a.usage.p50)),
    )


def undone(account: Account) -> int:
    """Jobs that did not complete, for whatever reason: the median over the replications."""
    return account.sample.jobs - account.done


def _first(accounts: Sequence[Account], key: Key) -> Mode | None:
    best = min(accounts, key=lambda a: (undone(a), *key(a)), default=None)
    return best.mode if best else None
