"""The runners-up: the other modes, and the other ways to run the workload that were no better."""

from __future__ import annotations

from collections.abc import Iterator

from qplan.comparison.case import Case
from qplan.comparison.phrases import against, cost_of
from qplan.comparison.variants import best_of, improves
from qplan.model.account import Account
from qplan.model.comparison import Alternative
from qplan.model.workload import Mode

AS_WRITTEN = "as written"


def alternatives(case: Case) -> tuple[Alternative, ...]:
    """In the order of the objective, the modes before the rearrangements; refused modes are told by a reason."""
    if case.best is None:
        return ()
    medians = case.at_medians
    others = _other_modes(case, case.best)
    if medians.best is None or not case.medians_agree:  # at medians another mode is the best: beside it they mislead
        return tuple(others)
    return (*others, *_rearranged(medians, medians.best), *_reused_noise(medians, medians.best))


def _other_modes(case: Case, best: Account) -> Iterator[Alternative]:
    for mode in case.choice.ranked:
        if mode is not case.choice.mode:
            account = case.outcome.of(mode)
            yield _alternative(AS_WRITTEN, account, case.choice.obstacles.get(mode) or against(account, best))


def _rearranged(case: Case, best: Account) -> Iterator[Alternative]:
    for kind in ("merge", "split"):
        tried = best_of(case, kind)
        if tried and not improves(case, tried):
            yield _alternative(tried.variant.candidate.text, tried.account, against(tried.account, best))


def _reused_noise(case: Case, best: Account) -> Iterator[Alternative]:
    """Never advised: a noise model may be stale when the batch comes back from the queue (rule S-11)."""
    for variant in case.of_kind("reuse-noise"):
        account = variant.outcome.of(Mode.BATCH)
        if account.allowed:
            why_not = f"{against(account, best)}, and the model may be stale"
            yield _alternative(variant.candidate.text, account, why_not)


def _alternative(name: str, account: Account, why_not: str) -> Alternative:
    return Alternative(
        name=name,
        mode=account.mode,
        usage_us=account.usage.p50,
        wall_us=account.wall.p50,
        cost=cost_of(account),
        why_not=why_not,
    )
