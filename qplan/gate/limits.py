"""Limits held against figures. What cannot be told fails; what was over a limit before and is no worse only warns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

from qplan.gate.pairs import Pair, pairs_of
from qplan.gate.plans import allocations, refusals
from qplan.gate.say import amount_text, apart, level_text, measure_word, percent_text
from qplan.gate.subjects import NOTHING, Allow, Subject, reasons_text, subjects
from qplan.model.gate import Baseline, Bound, Check, Limit, Priced, Verdict, worst

NO_BASELINE = "needs a baseline: --compare-to FILE or --compare-to-git REF"


def checks(
    limits: Sequence[Limit],
    priced: Sequence[Priced],
    baseline: Baseline | None,
    quantile: Decimal,
    *,
    strict: bool = False,
    allow: Allow = Allow(),
    allocation: Verdict = Verdict.FAIL,
) -> tuple[Check, ...]:
    """Refused modes, every limit against every workload or the total, and what is left of each plan.

    ``quantile`` is in percent. ``strict``: what the baseline was over already fails like anything else. ``allocation``
    is what comes of passing what is left of a plan.
    """
    pairs = pairs_of(priced, baseline.priced if baseline else ())
    compared = baseline is not None
    return (
        *refusals(priced, allow),
        *held(limits, pairs, quantile, compared=compared, strict=strict, allow=allow),
        *allocations(pairs, quantile, strict=strict, action=allocation),
    )


def held(
    limits: Sequence[Limit],
    pairs: Sequence[Pair],
    quantile: Decimal,
    *,
    compared: bool,
    strict: bool = False,
    allow: Allow = Allow(),
) -> Iterator[Check]:
    """Limits against workloads and what they were; ``compared`` tells that there is a baseline at all."""
    for limit in limits:
        if limit.bound is not Bound.MOST and not compared:
            yield Check(limit=limit, verdict=Verdict.FAIL, text=f"{limit.source} {NO_BASELINE}")
            continue
        for subject in subjects(limit, pairs, quantile, allow):
            yield _check(limit, subject, quantile, strict=strict, allow=allow)


def _check(limit: Limit, subject: Subject, quantile: Decimal, *, strict: bool, allow: Allow) -> Check:
    if limit.bound is Bound.MOST:
        check = _most(limit, subject, quantile, strict=strict)
    elif limit.bound is Bound.INCREASE:
        check = _increase(limit, subject, quantile)
    else:
        check = _percent(limit, subject, quantile, allow=allow)
    return _with_gaps(check, limit, subject) if subject.gaps else check


def _most(limit: Limit, subject: Subject, quantile: Decimal, *, strict: bool) -> Check:
    now, was = subject.now, subject.was
    if now is None:
        return _made(limit, subject, Verdict.FAIL, "")
    over = now > limit.value
    excused = over and not strict and was is not None and was > limit.value and now <= was
    shown, allowed = apart(limit.measure, now, limit.value, subject.currency)
    told = f"{measure_word(limit.measure)} {shown} at {level_text(quantile)}, {'over' if over else 'within'} {allowed}"
    if excused and was is not None:
        told += f"; it was {amount_text(limit.measure, was, subject.currency)} before, so it is no worse"
    verdict = Verdict.WARN if excused else limit.action if over else Verdict.PASS
    return _made(limit, subject, verdict, told, figure=now, was=was, excused=excused)


def _increase(limit: Limit, subject: Subject, quantile: Decimal) -> Check:
    """An increase in money or time; of what is new it is the whole."""
    if subject.now is None:
        return _made(limit, subject, Verdict.FAIL, "")
    was = subject.was or NOTHING
    by = subject.now - was
    over = by > limit.value
    shown, allowed = apart(limit.measure, abs(by), limit.value, subject.currency)
    turned = f"{'up' if by > 0 else 'down'} {shown}" if by else "unchanged"
    told = f"{_changed(limit, subject, turned, quantile)}, {'over' if over else 'within'} {allowed}"
    return _made(limit, subject, limit.action if over else Verdict.PASS, told, figure=by, was=subject.was)


def _percent(limit: Limit, subject: Subject, quantile: Decimal, *, allow: Allow) -> Check:
    """An increase in percent, compared as exact fractions; any increase from nothing is over every percentage."""
    if subject.now is None:
        return _made(limit, subject, Verdict.FAIL, "")
    was, allowed = subject.was or NOTHING, percent_text(limit.value)
    if not was and subject.now > 0:
        let = subject.is_new and allow.new
        flag = "; --allow-new lets it pass" if subject.is_new and not let else ""
        told = f"{_changed(limit, subject, 'up from nothing', quantile)}, over {allowed} whatever it is{flag}"
        return _made(limit, subject, Verdict.WARN if let else limit.action, told, was=subject.was)
    by = Fraction(subject.now - was) / Fraction(was) * 100 if was else Fraction(0)
    over = by > Fraction(limit.value)
    figure = _rounded(by, limit.value, up=over)
    turned = f"{'up' if by > 0 else 'down'} {percent_text(abs(figure))}" if by else "unchanged"
    told = f"{_changed(limit, subject, turned, quantile)}, {'over' if over else 'within'} {allowed}"
    return _made(limit, subject, limit.action if over else Verdict.PASS, told, figure=figure, was=subject.was)


def _rounded(percent: Fraction, limit: Decimal, *, up: bool) -> Decimal:
    """To a tenth, or as fine as the limit; what is over the limit stays over it."""
    exponent = limit.as_tuple().exponent
    digits = max(1, -exponent if isinstance(exponent, int) else 0)
    scaled = percent * 10**digits
    return Decimal(ceil(scaled) if up else floor(scaled + Fraction(1, 2))).scaleb(-digits)


def _changed(limit: Limit, subject: Subject, turned: str, quantile: Decimal) -> str:
    """``cost up 6.40 USD at p90 (80.00 USD -> 86.40 USD)``."""
    assert subject.now is not None
    word, level = measure_word(limit.measure), level_text(quantile)
    now = amount_text(limit.measure, subject.now, subject.currency)
    if subject.is_new:
        return f"{word} {turned} at {level} (new, {now})"
    before = amount_text(limit.measure, subject.was or NOTHING, subject.currency)
    return f"{word} {turned} at {level} ({before if before == now else f'{before} -> {now}'})"


def _made(
    limit: Limit,
    subject: Subject,
    verdict: Verdict,
    told: str,
    *,
    figure: Decimal | None = None,
    was: Decimal | None = None,
    excused: bool = False,
) -> Check:
    return Check(
        limit=limit,
        verdict=verdict,
        text=f"{subject.name or 'total'}: {told} ({limit.source})",
        subject=subject.name,
        file=subject.file,
        figure=figure,
        was=was,
        excused=excused,
    )


def _with_gaps(check: Check, limit: Limit, subject: Subject) -> Check:
    """A figure that cannot be told fails, unless a flag lets it pass; so much of a total as is known is held still."""
    known = worst([check.verdict]) if subject.name == "" and subject.now is not None else Verdict.PASS
    verdict = worst([Verdict.WARN if all(gap.allowed for gap in subject.gaps) else Verdict.FAIL, known])
    part = f"; without that, {check.text.partition(': ')[2].rpartition(' (')[0]}" if known is not Verdict.PASS else ""
    told = f"{measure_word(limit.measure)} cannot be told: {reasons_text(subject.gaps)}{part}"
    return _made(limit, subject, verdict, told, was=check.was)
