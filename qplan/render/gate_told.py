"""What the gate's formats for pull requests share: the rows of its table and its sentences. Plain text, not escaped."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from qplan.errors import Problem, Severity
from qplan.model.gate import (
    Amounts,
    Bound,
    Change,
    Check,
    Driver,
    GateReport,
    Guarded,
    Kind,
    Limit,
    Measure,
    Scope,
    Verdict,
    worst,
)
from qplan.render import numbers
from qplan.render.safe import plain

LONGEST_NAME, LONGEST_VALUE, LONGEST_PLACE, LONGEST_SENTENCE = 60, 60, 200, 400
"""Characters shown of what strangers write, so that no single text can fill a page."""
TOTAL = "total"
DRIVERS = "What drove each change (each input alone, so they need not add up)"
_COMMIT_TWICE = re.compile(r"([0-9a-f]{10})[0-9a-f]+ \(\1\)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table: a workload, one that the baseline alone has (no ``mode``), or the total (no ``name``)."""

    name: str
    mode: str = ""
    usage: str = ""
    cost: str = ""
    change: str = ""
    verdict: Verdict | None = None


def clipped(text: str, most: int = LONGEST_SENTENCE) -> str:
    """One line of visible characters, at most so many."""
    shown = plain(text)
    return shown if len(shown) <= most else f"{shown[: most - 1]}…"


def rows(report: GateReport) -> tuple[Row, ...]:
    """Workloads, the worst first and else as they come, and behind them those that were removed."""
    return (*sorted(_workloads(report), key=_badness, reverse=True), *_removed(report))


def total_row(report: GateReport) -> Row:
    """All workloads together, against the limits on the total."""
    return Row(
        name="",
        usage=_usage(report.total.usage_us),
        cost=total_cost(report),
        change=difference(report.was_total, report.total, report.currency),
        verdict=_worst(check.verdict for check in report.checks if not check.subject),
    )


def names(report: GateReport) -> dict[tuple[str, str], str]:
    """What to call each workload, by name and file: its name, and its file where another one is called so too."""
    found = {(each.name, each.file) for each in report.priced} | {(each.name, each.file) for each in report.changes}
    called = Counter(name for name, _ in found)
    return {
        (name, file): f"{clipped(name, LONGEST_NAME)} ({clipped(file, LONGEST_NAME)})"
        if called[name] > 1 or name == TOTAL
        else clipped(name, LONGEST_NAME)
        for name, file in found
    }


def subject(check: Check, called: dict[tuple[str, str], str]) -> str:
    """What a check is on: a workload, or the total."""
    return called.get((check.subject, check.file), clipped(check.subject, LONGEST_NAME)) if check.subject else TOTAL


def limit_name(limit: Limit) -> str:
    """What a limit is called from one run to the next, whatever its value: as its flag, ``max-total-cost``."""
    if limit.measure is Measure.ALLOCATION:
        return f"{limit.measure}, {clipped(limit.source, LONGEST_NAME)}"
    action = "warn" if limit.action is Verdict.WARN else "max"
    scope = "total-" if limit.scope is Scope.TOTAL else ""
    return f"{action}-{scope}{_on(limit)}"


def _on(limit: Limit) -> str:
    """What follows in the name of a flag: an increase is of cost unless it says otherwise."""
    if limit.bound is Bound.MOST:
        return str(limit.measure)
    of = "" if limit.measure is Measure.COST else f"{limit.measure}-"
    return f"{of}{str(limit.bound).replace('_', '-')}"


def headline(report: GateReport) -> str:
    """The verdict, the total with its change, and what it comes of."""
    return f"{report.verdict.upper()}: {_total(report)}; {_because(report)}"


def level(report: GateReport) -> str:
    """The quantile of all figures: ``p90``, ``p99.5``."""
    return f"p{numbers.decimal(report.quantile)}"


def baseline_name(report: GateReport) -> str:
    """What is compared with; a commit that is named by its whole name and its short one, by the short one."""
    named = _COMMIT_TWICE.fullmatch(report.baseline)
    return named[1] if named else clipped(report.baseline, LONGEST_NAME) or "the baseline"


def total_cost(report: GateReport) -> str:
    """The total in money; without one, why there is none."""
    reasons = [each.cost_reason for each in report.priced if each.costs is None]
    unpriced = {numbers.unpriced(reason) for reason in reasons}
    reason = reasons[0] if unpriced == {numbers.NOT_BILLED} else None
    return numbers.money(report.total.cost, report.currency, reason)


def difference(was: Amounts | None, now: Amounts | None, currency: str) -> str:
    """What changed, in money if that did, else in usage, else in wall-clock; '' where there is nothing to compare."""
    if was is None or now is None:
        return ""
    told = (
        _money_by(was.cost, now.cost, currency),
        _time_by(was.usage_us, now.usage_us, "usage"),
        _time_by(was.wall_us, now.wall_us, "wall-clock"),
    )
    return next(filter(None, told), "none" if was == now else "cannot be told")


def driver_words(driver: Driver, currency: str) -> str:
    """An input and what its change alone makes: ``shots 4096 -> 16384: +38.40 USD``."""
    path, before, after = (clipped(text, LONGEST_VALUE) for text in (driver.path, driver.before, driver.after))
    turned = f"{path} {before or '(none)'} -> {after or '(none)'}" if before or after else path
    if driver.cost:
        return f"{turned}: {_signed_money(driver.cost, currency)}"
    if driver.usage_us:
        return f"{turned}: {_signed_time(driver.usage_us, 'usage')}"
    told = driver.cost is not None or driver.usage_us is not None
    return f"{turned}: {'no difference' if told else 'its share cannot be told'}"


def guarded_words(change: Guarded) -> str:
    """A change that bears on the limits themselves."""
    before, after = (clipped(text, LONGEST_VALUE) or "(none)" for text in (change.before, change.after))
    allowed = " (allowed by a flag)" if change.allowed else ""
    return f"{clipped(change.file, LONGEST_PLACE)}: {clipped(change.what)}: {before} -> {after}{allowed}"


def problem_words(problem: Problem) -> str:
    """What is wrong with a file and what would be right; an error goes without saying."""
    kind = "" if problem.severity is Severity.ERROR else f"{problem.severity}: "
    hint = f" ({clipped(problem.hint)})" if problem.hint else ""
    return f"{kind}{clipped(problem.message)}{hint} [{problem.code}]"


def left_out_words(report: GateReport) -> str:
    """What lay in folders and says nothing of qplan; '' if nothing did."""
    return f"{numbers.counted(report.left_out, 'YAML file')} without a `qplan` key left out" if report.left_out else ""


def footer(report: GateReport) -> str:
    """One line of humility: what the figures are, how often drawn, how old, by which version."""
    reused = sum(each.reused for each in report.priced)
    runs = f"{numbers.count(report.replications)} replications" if report.replications > 1 else "one run"
    parts = (
        "Pre-run estimate, not a quote",
        f"{level(report)} of {runs}, seed {report.seed}",
        f"{numbers.counted(reused, 'unchanged workload')} not simulated again" if reused else "",
        left_out_words(report),
        f"data of {clipped(report.data_date, LONGEST_VALUE)}" if report.data_date else "",
        f"qplan {report.version}" if report.version else "",
    )
    return "; ".join(part for part in parts if part) + "."


def _badness(row: Row) -> int:
    return list(Verdict).index(row.verdict or Verdict.PASS)


def _workloads(report: GateReport) -> Iterator[Row]:
    called = names(report)
    changes = {(change.name, change.file): change for change in report.changes if change.kind is not Kind.REMOVED}
    broken = {problem.mark.file for problem in report.problems if problem.severity is Severity.ERROR}
    verdicts: dict[tuple[str, str], list[Verdict]] = {}
    for check in report.checks:
        verdicts.setdefault((check.subject, check.file), []).append(check.verdict)
    for priced, amounts in zip(report.priced, report.amounts, strict=True):
        key = (priced.name, priced.file)
        yield Row(
            name=called[key],
            mode=str(priced.mode),
            usage="refused" if priced.refused else _usage(amounts.usage_us),
            cost="" if priced.refused else numbers.money(amounts.cost, priced.currency, priced.cost_reason),
            change=_change(changes.get(key), priced.currency),
            verdict=Verdict.FAIL if priced.file in broken else _worst(verdicts.get(key, ())),
        )


def _removed(report: GateReport) -> Iterator[Row]:
    called = names(report)
    for change in report.changes:
        if change.kind is Kind.REMOVED:
            yield Row(name=called[change.name, change.file], change=f"removed{_saved(change.was, report.currency)}")


def _saved(was: Amounts | None, currency: str) -> str:
    """Behind a workload that is gone, what it took: ``, -10.00 USD``."""
    if was is None or not (was.cost or was.usage_us):
        return ""
    return f", {_signed_money(-was.cost, currency) if was.cost else _signed_time(-(was.usage_us or 0), 'usage')}"


def _worst(verdicts: Iterable[Verdict]) -> Verdict | None:
    """The worst of them; ``None`` where nothing was checked."""
    told = list(verdicts)
    return worst(told) if told else None


def _change(change: Change | None, currency: str) -> str:
    if change is None:
        return ""
    return "new" if change.kind is Kind.ADDED else difference(change.was, change.now, currency) or str(change.kind)


def _usage(us: int | None) -> str:
    return numbers.UNKNOWN if us is None else numbers.duration(us)


def _total(report: GateReport) -> str:
    if not report.priced:
        return "nothing could be priced"
    cost = total_cost(report)
    amount = cost if report.total.cost is not None else f"cost {cost}, {_usage(report.total.usage_us)} of usage"
    changed = difference(report.was_total, report.total, report.currency)
    against = f"against {baseline_name(report)}"
    told = {"": "", "none": f", the same {against}"}.get(changed, f", {changed} {against}")
    return f"{amount} at {level(report)}{told}"


def _because(report: GateReport) -> str:
    """What fails and warns, counted."""
    count = Counter(check.verdict for check in report.checks)
    errors = sum(problem.severity is Severity.ERROR for problem in report.problems)
    guarded = sum(not each.allowed for each in report.guarded)
    fails, warns = count[Verdict.FAIL], count[Verdict.WARN]
    told = [
        f"{fails} of {numbers.counted(len(report.checks), 'check')} {'fails' if fails == 1 else 'fail'}",
        f"{numbers.count(warns)} {'warns' if warns == 1 else 'warn'}",
        f"{numbers.counted(guarded, 'change')} to what limits it",
        f"{numbers.counted(errors, 'error')} in files",
        f"{numbers.counted(len(report.unread), 'path')} not read",
    ]
    amounts = (fails, warns, guarded, errors, len(report.unread))
    said = [text for text, amount in zip(told, amounts, strict=True) if amount]
    return numbers.listed(said) if said else _clean(report)


def _clean(report: GateReport) -> str:
    return f"{numbers.counted(len(report.checks), 'check')} passed" if report.checks else "no limit is set"


def _money_by(was: Decimal | None, now: Decimal | None, currency: str) -> str:
    if was is None or now is None or was == now:
        return ""
    return f"{_signed_money(now - was, currency)}{_percent(was, now)}"


def _time_by(was_us: int | None, now_us: int | None, what: str) -> str:
    if was_us is None or now_us is None or was_us == now_us:
        return ""
    return f"{_signed_time(now_us - was_us, what)}{_percent(Decimal(was_us), Decimal(now_us))}"


def _signed_money(by: Decimal, currency: str) -> str:
    return f"{'-' if by < 0 else '+'}{numbers.money(abs(by), currency).rstrip()}"


def _signed_time(by_us: int, what: str) -> str:
    return f"{'-' if by_us < 0 else '+'}{numbers.duration(abs(by_us))} of {what}"


def _percent(was: Decimal, now: Decimal) -> str:
    """Behind an amount: `` (+3.2 %)``; nothing where there was nothing."""
    if not was:
        return ""
    by = (now - was) / abs(was) * 100
    shown = by.quantize(Decimal("0.1"), ROUND_HALF_UP) if abs(by) < Decimal(10) ** 20 else by
    return f" ({shown:+,.1f} %)" if shown else f" ({'+' if by > 0 else '-'}<0.1 %)"
