"""The same workload on several QPUs: which one, and in which mode."""

from __future__ import annotations

from collections.abc import Sequence

from qplan.comparison.choice import choose, measure
from qplan.comparison.phrases import against
from qplan.model.comparison import DeviceChoice
from qplan.model.variant import Goal, Outcome


def compare_devices(outcomes: Sequence[Outcome], goal: Goal) -> tuple[DeviceChoice, ...]:
    """Each device in its best mode, the one to choose first; ``outcomes`` differ in their backend.

    Devices that run everything come first, then those that leave jobs undone, then those on which no mode will do;
    among equals the order given holds. Where none will do, nothing is to be chosen: the first has a ``why_not``.
    """
    ranked = sorted(outcomes, key=lambda outcome: _rank(outcome, goal))
    best = _device(ranked[0], goal) if ranked else None
    rest = (_device(outcome, goal, best) for outcome in ranked[1:])
    return (best, *rest) if best else ()


def _rank(outcome: Outcome, goal: Goal) -> tuple[int, ...]:
    choice = choose(outcome, goal)
    if choice.shown is None:
        return (3,)
    standing = 2 if choice.mode is None else 1 if choice.mode in choice.obstacles else 0
    return (standing, *measure(outcome.of(choice.shown), goal.objective))


def _device(outcome: Outcome, goal: Goal, best: DeviceChoice | None = None) -> DeviceChoice:
    choice = choose(outcome, goal)
    account = outcome.of(choice.shown) if choice.shown else None
    why_not = choice.obstacles.get(choice.shown, "") if choice.shown else "; ".join(choice.obstacles.values())
    if not why_not and account and best and best.account:
        why_not = against(account, best.account)
    return DeviceChoice(backend=outcome.workload.backend.name, mode=choice.mode, account=account, why_not=why_not)
