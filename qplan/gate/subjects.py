"""What a limit is held against: a figure of a workload or of all together, what it was, or why it cannot be told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from qplan.gate.amounts import amounts_of, currency_of, total_of
from qplan.gate.pairs import Pair
from qplan.model.gate import Amounts, Bound, Limit, Measure, Priced, Scope

TOLD = 3
"""Workloads that are named where more of them lack a figure."""
NOTHING = Decimal()


@dataclass(frozen=True, slots=True, kw_only=True)
class Allow:
    """What a flag lets pass with a warning: unknown prices, refused modes, percentages of what is new."""

    unknown_price: bool = False
    refused_mode: bool = False
    new: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Why a figure cannot be told, the flag that lets that pass ('': none does), and whether it is given."""

    reason: str
    flag: str = ""
    allowed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A workload, or all of them (``name`` is ''). ``now`` and ``was`` are in USD or seconds, ``None`` unknown.

    With gaps in a total the figures are those of the workloads without one.
    """

    currency: str
    now: Decimal | None
    was: Decimal | None
    name: str = ""
    file: str = ""
    is_new: bool = False
    gaps: tuple[Gap, ...] = ()


def subjects(limit: Limit, pairs: Sequence[Pair], percent: Decimal, allow: Allow) -> Iterator[Subject]:
    """All that a limit is held against. A refused mode has no figures: that is a finding of its own."""
    if limit.scope is Scope.TOTAL:
        yield _total(limit, pairs, percent, allow)
        return
    for now, was in pairs:
        if now is not None and not now.refused:
            yield _workload(limit, now, was, percent, allow)


def reasons_text(gaps: Sequence[Gap]) -> str:
    """Why something cannot be told, and which flags would let that pass."""
    flags = sorted({gap.flag for gap in gaps if gap.flag and not gap.allowed})
    cure = f"; {' and '.join(flags)} would let it pass" if flags else ""
    return "; ".join(gap.reason for gap in gaps) + cure


def figure_of(measure: Measure, amounts: Amounts) -> Decimal | None:
    """One of the amounts, in USD or seconds, exact."""
    if measure is Measure.COST:
        return amounts.cost
    us = amounts.wall_us if measure is Measure.WALL else amounts.usage_us
    return None if us is None else Decimal(us).scaleb(-6)


def _workload(limit: Limit, now: Priced, was: Priced | None, percent: Decimal, allow: Allow) -> Subject:
    gap = _gap(limit, now, was, allow)
    before = None if was is None or _gap_before(limit, now, was, allow) else was
    return Subject(
        name=now.name,
        file=now.file,
        currency=now.currency,
        now=_single(limit.measure, now, percent),
        was=None if before is None else _single(limit.measure, before, percent),
        is_new=was is None,
        gaps=(gap,) if gap else (),
    )


def _single(measure: Measure, priced: Priced, percent: Decimal) -> Decimal | None:
    return figure_of(measure, amounts_of(priced, percent))


def _total(limit: Limit, pairs: Sequence[Pair], percent: Decimal, allow: Allow) -> Subject:
    """The sums over the workloads whose figures are known; what was removed counts before, if it can be told."""
    gaps, known = _known(limit, pairs, allow)
    now = [now for now, _ in known if now is not None]
    currency = currency_of(now)
    if limit.measure is Measure.COST and now and not currency:
        return Subject(currency="", now=None, was=None, gaps=(Gap(reason="it is in several currencies"),))
    was = [was for now, was in known if was is not None and not _gap_before(limit, now or was, was, allow)]
    if limit.measure is Measure.COST and now:
        was = [each for each in was if each.currency == currency]
    whole = limit.bound is not Bound.MOST or len(was) == sum(was is not None for _, was in pairs)
    return Subject(
        currency=currency or currency_of(was),
        now=figure_of(limit.measure, total_of(now, percent)),
        was=figure_of(limit.measure, total_of(was, percent)) if whole else None,
        is_new=not was,
        gaps=tuple(gaps),
    )


def _known(limit: Limit, pairs: Sequence[Pair], allow: Allow) -> tuple[list[Gap], list[Pair]]:
    gaps: list[tuple[str, Gap]] = []
    known: list[Pair] = []
    for now, was in pairs:
        gap = _gap(limit, now, was, allow) if now is not None else None
        if now is not None and gap:
            gaps.append((now.name, gap))
        elif now is not None or (was is not None and not _gap_before(limit, was, was, allow)):
            known.append((now, was))
    return _named(gaps), known


def _named(gaps: Sequence[tuple[str, Gap]]) -> list[Gap]:
    """The gaps of a total, each with its workload, those that fail first; of many the first few are named."""
    ranked = sorted(gaps, key=lambda named: named[1].allowed)
    told = [Gap(reason=f"{name}: {gap.reason}", flag=gap.flag, allowed=gap.allowed) for name, gap in ranked]
    if len(told) <= TOLD:
        return told
    return [*told[:TOLD], Gap(reason=f"and {len(told) - TOLD} more", allowed=told[-1].allowed and told[TOLD].allowed)]


def _gap(limit: Limit, now: Priced, was: Priced | None, allow: Allow) -> Gap | None:
    """Why the limit cannot be held against a workload."""
    if now.refused:
        return Gap(reason=f"{now.mode} is refused", flag="--allow-refused-mode", allowed=allow.refused_mode)
    if limit.measure is Measure.COST and now.costs is None:
        reason = now.cost_reason or "its price is unknown"
        return Gap(reason=reason, flag="--allow-unknown-price", allowed=allow.unknown_price)
    if limit.bound is Bound.MOST or was is None:
        return None
    return _gap_before(limit, now, was, allow)


def _gap_before(limit: Limit, now: Priced, was: Priced, allow: Allow) -> Gap | None:
    """Why it cannot be told what a workload was."""
    if was.refused:
        return Gap(reason="its mode was refused", flag="--allow-refused-mode", allowed=allow.refused_mode)
    if limit.measure is not Measure.COST:
        return None
    if was.costs is None:
        return Gap(reason="its price was unknown", flag="--allow-unknown-price", allowed=allow.unknown_price)
    if was.currency != now.currency:
        return Gap(reason=f"the baseline is in {was.currency}, this in {now.currency}")
    return None
