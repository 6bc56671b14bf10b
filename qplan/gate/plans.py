"""What the plan itself limits: the modes that it allows, and the usage that is left of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction

from qplan.gate.amounts import amounts_of, total_of
from qplan.gate.pairs import Pair
from qplan.gate.say import amount_text, apart, level_text
from qplan.gate.subjects import NOTHING, Allow, Gap, figure_of, reasons_text
from qplan.model.gate import Bound, Check, Limit, Measure, Priced, Scope, Verdict
from qplan.say import say_share

USAGE = Measure.ALLOCATION


def refusals(priced: Sequence[Priced], allow: Allow = Allow()) -> Iterator[Check]:
    """A mode that the plan does not allow is over a limit of the plan's, whatever else is limited."""
    for each in priced:
        if each.refused:
            limit = _limit(each.plan, NOTHING, Scope.WORKLOAD, Verdict.FAIL)
            gap = Gap(reason=each.refused, flag="--allow-refused-mode", allowed=allow.refused_mode)
            told = f"{each.name}: {each.mode} is refused: {reasons_text([gap])} ({limit.source})"
            verdict = Verdict.WARN if gap.allowed else Verdict.FAIL
            yield Check(limit=limit, verdict=verdict, text=told, subject=each.name, file=each.file)


def allocations(
    pairs: Sequence[Pair], quantile: Decimal, *, strict: bool = False, action: Verdict = Verdict.FAIL
) -> Iterator[Check]:
    """Usage against what is left of the plan: of each workload, and of all on one plan together."""
    now = [now for now, _ in pairs if now is not None and now.remaining_us is not None and not now.refused]
    before = [was for _, was in pairs if was is not None and was.remaining_us is not None and not was.refused]
    for each, was in pairs:
        if any(each is other for other in now) and each is not None:
            yield _alone(each, was, quantile, strict=strict, action=action)
    for plan in dict.fromkeys(each.plan for each in now):
        own, owned = ([each for each in part if each.plan == plan] for part in (now, before))
        if len(own) > 1:
            yield _shared(plan, own, owned, quantile, strict=strict, action=action)


def _alone(now: Priced, was: Priced | None, quantile: Decimal, *, strict: bool, action: Verdict) -> Check:
    """Where the service would hold jobs back, what is used stays near what is left: so that counts as over it."""
    left = Decimal(now.remaining_us or 0).scaleb(-6)
    limit = _limit(now.plan, left, Scope.WORKLOAD, action)
    figure, before = _usage(now, quantile), _usage(was, quantile)
    over = _is_over(figure, now, left, quantile)
    excused = (
        over and not strict and was is not None and before is not None
        and _is_over(before, was, left, quantile) and figure <= before and now.limited_share <= was.limited_share
    )  # fmt: skip
    told = _told(figure, left, over, quantile)
    if now.limited_share:
        told += f"; in {say_share(now.limited_share)} of runs the plan's limit holds jobs back"
    return _made(limit, told, over, excused, figure, before, now.name, now.file)


def _shared(
    plan: str, now: Sequence[Priced], was: Sequence[Priced], quantile: Decimal, *, strict: bool, action: Verdict
) -> Check:
    left = Decimal(min(each.remaining_us or 0 for each in now)).scaleb(-6)
    figure, before = (figure_of(USAGE, total_of(part, quantile)) or NOTHING for part in (now, was))
    over = figure > left
    excused = over and not strict and before > left and figure <= before
    told = f"{_told(figure, left, over, quantile)} by {len(now):,} workloads"
    limit = _limit(plan, left, Scope.TOTAL, action)
    return _made(limit, told, over, excused, figure, before if was else None)


def _limit(plan: str, value: Decimal, scope: Scope, action: Verdict) -> Limit:
    return Limit(measure=USAGE, bound=Bound.MOST, scope=scope, value=value, action=action, source=f"plan {plan}")


def _usage(priced: Priced | None, quantile: Decimal) -> Decimal:
    return NOTHING if priced is None else figure_of(USAGE, amounts_of(priced, quantile)) or NOTHING


def _is_over(usage: Decimal, priced: Priced, left: Decimal, quantile: Decimal) -> bool:
    """Whether more is used at the quantile than is left, or more runs are held back than lie above the quantile."""
    return usage > left or Fraction(priced.limited_share) > 1 - Fraction(quantile) / 100


def _told(figure: Decimal, left: Decimal, over: bool, quantile: Decimal) -> str:
    shown, rest = apart(USAGE, figure, left, "")
    return f"usage {shown} at {level_text(quantile)}, {'over' if over else 'within'} the {rest} left"


def _made(
    limit: Limit,
    told: str,
    over: bool,
    excused: bool,
    figure: Decimal,
    was: Decimal | None,
    name: str = "",
    file: str = "",
) -> Check:
    if excused and was is not None:
        told += f"; it was {amount_text(USAGE, was, '')} before, so it is no worse"
    return Check(
        limit=limit,
        verdict=Verdict.WARN if excused else limit.action if over else Verdict.PASS,
        text=f"{name or 'total'}: {told} ({limit.source})",
        subject=name,
        file=file,
        figure=figure,
        was=was,
        excused=excused,
    )
