"""Limits held against figures: what passes, warns and fails, in which words, with which status."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qplan.errors import Problem, Severity
from qplan.gate import Allow, checks, status_of
from qplan.model.gate import Baseline, Bound, Check, Guarded, Limit, Priced, Verdict, worst
from tests.gate.priced import P90, S, baseline, limit, priced, refused, unpriced, warning


def only(limits: list[Limit], now: list[Priced], was: Baseline | None, **others: Any) -> Check:
    [found] = checks(limits, now, was, P90, **others)
    return found


MOST = [
    ("under", limit("16.01"), "pass", "a: cost 16.00 USD at p90, within 16.01 USD (--x)"),
    ("at it", limit("16"), "pass", "a: cost 16.00 USD at p90, within 16.00 USD (--x)"),
    ("over", limit("15.99"), "fail", "a: cost 16.00 USD at p90, over 15.99 USD (--x)"),
    ("over by less than a cent", limit("15.999"), "fail", "a: cost 16.00 USD at p90, over 15.999 USD (--x)"),
    ("over one that warns", warning("15.99"), "warn", "a: cost 16.00 USD at p90, over 15.99 USD (--x)"),
    ("usage", limit("9", "usage"), "fail", "a: usage 10 s at p90, over 9 s (--x)"),
    ("usage by a hair", limit("9.999999", "usage"), "fail", "a: usage 10 s at p90, over 9.999999 s (--x)"),
    ("wall-clock", limit("70", "wall"), "pass", "a: wall-clock 1 min 10 s at p90, within 1 min 10 s (--x)"),
    ("nothing allowed", limit("0"), "fail", "a: cost 16.00 USD at p90, over 0.00 USD (--x)"),
    ("the total", limit("15", scope="total"), "fail", "total: cost 16.00 USD at p90, over 15.00 USD (--x)"),
    ("total usage", limit("10", "usage", scope="total"), "pass", "total: usage 10 s at p90, within 10 s (--x)"),
]


@pytest.mark.parametrize(("why", "its", "verdict", "text"), MOST, ids=[row[0] for row in MOST])
def test_a_figure_against_what_it_may_be_at_most(why: str, its: Limit, verdict: str, text: str) -> None:
    found = only([its], [priced("a")], None)
    assert (found.verdict, found.text) == (verdict, text)
    assert (found.subject, found.file) == (("", "") if its.scope == "total" else ("a", "a.yaml"))


INCREASES = [
    (
        "no more than allowed",
        11,
        10,
        "1.60",
        "pass",
        "a: cost up 1.60 USD at p90 (16.00 USD -> 17.60 USD), within 1.60 USD (--x)",
    ),
    ("more", 11, 10, "1.59", "fail", "a: cost up 1.60 USD at p90 (16.00 USD -> 17.60 USD), over 1.59 USD (--x)"),
    ("less", 9, 10, "0", "pass", "a: cost down 1.60 USD at p90 (16.00 USD -> 14.40 USD), within 0.00 USD (--x)"),
    ("the same", 10, 10, "0", "pass", "a: cost unchanged at p90 (16.00 USD), within 0.00 USD (--x)"),
]


@pytest.mark.parametrize(("why", "now", "was", "value", "verdict", "text"), INCREASES, ids=[r[0] for r in INCREASES])
def test_an_increase(why: str, now: int, was: int, value: str, verdict: str, text: str) -> None:
    found = only([limit(value, bound="increase")], [priced("a", [now])], baseline(priced("a", [was])))
    assert (found.verdict, found.text) == (verdict, text)
    assert (found.figure, found.was) == ((now - was) * Decimal("1.60"), was * Decimal("1.60"))


PERCENTS = [
    ("at it", 11, 10, "10", "pass", "10", "cost up 10 % at p90 (16.00 USD -> 17.60 USD), within 10 %"),
    (
        "a hair over looks over",
        1_000_100,
        1_000_000,
        "0.0099",
        "fail",
        "0.0100",
        "cost up 0.01 % at p90 (1,600,000.00 USD -> 1,600,160.00 USD), over 0.0099 %",
    ),
    (
        "rounding never hides a breach",
        3_000_001,
        3_000_000,
        "0",
        "fail",
        "0.1",
        "cost up 0.1 % at p90 (4,800,000.00 USD -> 4,800,001.60 USD), over 0 %",
    ),
    ("a third", 4, 3, "33.3", "fail", "33.4", "cost up 33.4 % at p90 (4.80 USD -> 6.40 USD), over 33.3 %"),
    ("less", 5, 10, "0", "pass", "-50", "cost down 50 % at p90 (16.00 USD -> 8.00 USD), within 0 %"),
    ("nothing from nothing", 0, 0, "0", "pass", "0", "cost unchanged at p90 (0.00 USD), within 0 %"),
    (
        "something from nothing",
        1,
        0,
        "1000000",
        "fail",
        None,
        "cost up from nothing at p90 (0.00 USD -> 1.60 USD), over 1,000,000 % whatever it is",
    ),
]


@pytest.mark.parametrize(
    ("why", "now", "was", "value", "verdict", "figure", "text"), PERCENTS, ids=[row[0] for row in PERCENTS]
)
def test_an_increase_in_percent(
    why: str, now: int, was: int, value: str, verdict: str, figure: str | None, text: str
) -> None:
    its = limit(value, bound="increase_percent")
    found = only([its], [priced("a", [now])], baseline(priced("a", [was])))
    assert (found.verdict, found.text) == (verdict, f"a: {text} (--x)")
    assert found.figure == (None if figure is None else Decimal(figure))


NEW = [
    (
        "an amount is the whole",
        limit("15", bound="increase"),
        Allow(),
        "fail",
        "a: cost up 16.00 USD at p90 (new, 16.00 USD), over 15.00 USD (--x)",
    ),
    (
        "a percentage has nothing to be of",
        limit("900", bound="increase_percent"),
        Allow(),
        "fail",
        "a: cost up from nothing at p90 (new, 16.00 USD), over 900 % whatever it is; --allow-new lets it pass (--x)",
    ),
    (
        "unless a flag says so",
        limit("900", bound="increase_percent"),
        Allow(new=True),
        "warn",
        "a: cost up from nothing at p90 (new, 16.00 USD), over 900 % whatever it is (--x)",
    ),
    (
        "which is none for amounts",
        limit("15", bound="increase"),
        Allow(new=True),
        "fail",
        "a: cost up 16.00 USD at p90 (new, 16.00 USD), over 15.00 USD (--x)",
    ),
]


@pytest.mark.parametrize(("why", "its", "allow", "verdict", "text"), NEW, ids=[row[0] for row in NEW])
def test_a_new_workload(why: str, its: Limit, allow: Allow, verdict: str, text: str) -> None:
    found = only([its], [priced("a")], baseline(), allow=allow)
    assert (found.verdict, found.text) == (verdict, text)


def test_what_is_gone_counts_in_the_total_before_alone() -> None:
    its = [limit("0", bound="increase", scope="total"), limit("0", bound="increase")]
    total, own = checks(its, [priced("a")], baseline(priced("a"), priced("gone", [5])), P90)
    assert total.text == "total: cost down 8.00 USD at p90 (24.00 USD -> 16.00 USD), within 0.00 USD (--x)"
    assert (own.subject, own.verdict) == ("a", "pass")


EXCUSED = [
    ("was over as much", 10, 10, False, "warn", True),
    ("was over by more", 10, 12, False, "warn", True),
    ("got worse", 10, 9, False, "fail", False),
    ("was over as much, and strict", 10, 10, True, "fail", False),
    ("was within", 10, 5, False, "fail", False),
    ("is within now", 4, 10, False, "pass", False),
]


@pytest.mark.parametrize(("why", "now", "was", "strict", "verdict", "excused"), EXCUSED, ids=[r[0] for r in EXCUSED])
@pytest.mark.parametrize("scope", ["workload", "total"])
def test_what_the_baseline_was_over_already(
    scope: str, why: str, now: int, was: int, strict: bool, verdict: str, excused: bool
) -> None:
    its = limit("8", scope=scope)
    found = only([its], [priced("a", [now])], baseline(priced("a", [was])), strict=strict)
    assert (found.verdict, found.excused) == (verdict, excused)
    assert ("so it is no worse" in found.text) is excused


UNKNOWN = [
    (
        "a price",
        [unpriced("a")],
        None,
        limit("99"),
        "a: cost cannot be told: its price is unknown; --allow-unknown-price would let it pass (--x)",
    ),
    (
        "a price before",
        [priced("a")],
        [unpriced("a")],
        limit("99", bound="increase"),
        "a: cost cannot be told: its price was unknown; --allow-unknown-price would let it pass (--x)",
    ),
    (
        "a price in a total",
        [priced("a"), unpriced("b")],
        None,
        limit("99", scope="total"),
        "total: cost cannot be told: b: its price is unknown; --allow-unknown-price would let it pass (--x)",
    ),
]


@pytest.mark.parametrize(("why", "now", "was", "its", "text"), UNKNOWN, ids=[row[0] for row in UNKNOWN])
@pytest.mark.parametrize("action", [Verdict.FAIL, Verdict.WARN])
def test_what_cannot_be_told_fails_unless_a_flag_says_so(
    action: Verdict, why: str, now: list[Priced], was: list[Priced] | None, its: Limit, text: str
) -> None:
    """Also against a limit that only warns: nobody asked for it to let pass what it cannot see."""
    before = None if was is None else baseline(*was)
    its = replace(its, action=action)
    found = only([its], now, before)
    assert (found.verdict, found.figure, found.text) == ("fail", None, text)
    let = only([its], now, before, allow=Allow(unknown_price=True))
    assert let.verdict == "warn"
    assert "--allow" not in let.text


def test_another_currency_is_let_pass_by_no_flag() -> None:
    allow = Allow(unknown_price=True, refused_mode=True, new=True)
    before = baseline(priced("a", currency="EUR"))
    found = only([limit("99", bound="increase")], [priced("a")], before, allow=allow)
    assert found.verdict == "fail"
    assert found.text == "a: cost cannot be told: the baseline is in EUR, this in USD (--x)"
    both = [priced("a"), priced("b", currency="EUR")]
    assert only([limit("99", scope="total")], both, None, allow=allow).text == (
        "total: cost cannot be told: it is in several currencies (--x)"
    )


def test_a_baseline_in_another_currency_excuses_nothing_and_hinders_no_plain_limit() -> None:
    before = baseline(priced("a", [99], currency="EUR"))
    assert only([limit("8")], [priced("a")], before).verdict == "fail"
    assert only([limit("99")], [priced("a")], before).verdict == "pass"
    assert only([limit("99", scope="total")], [priced("a")], before).verdict == "pass"


def test_so_much_of_a_total_as_is_known_is_held_still() -> None:
    found = only([limit("15", scope="total")], [priced("a"), unpriced("b")], None, allow=Allow(unknown_price=True))
    assert found.verdict == "fail"
    assert found.text == (
        "total: cost cannot be told: b: its price is unknown; without that, cost 16.00 USD at p90, over 15.00 USD (--x)"
    )
    rise = limit("1", bound="increase", scope="total")
    before = baseline(priced("a", [9]), priced("b"))
    assert only([rise], [priced("a"), unpriced("b")], before, allow=Allow(unknown_price=True)).verdict == "fail"


def test_usage_is_known_without_a_price() -> None:
    assert only([limit("10", "usage")], [unpriced("a")], None).verdict == "pass"


def test_a_refused_mode_fails_without_any_limit() -> None:
    found = only([], [refused("a")], None)
    told = "a: batch is refused: the plan has no sessions; --allow-refused-mode would let it pass (plan pay-as-you-go)"
    assert (found.verdict, found.text) == ("fail", told)
    assert only([], [refused("a")], None, allow=Allow(refused_mode=True)).verdict == "warn"


def test_a_refused_mode_is_told_once_and_leaves_a_total_unknown() -> None:
    its = [limit("99"), limit("99", scope="total")]
    own, total, *more = sorted(checks(its, [refused("a")], None, P90), key=lambda check: not check.subject)
    assert (own.verdict, total.verdict, more) == ("fail", "fail", [])
    assert total.text == (
        "total: cost cannot be told: a: batch is refused; --allow-refused-mode would let it pass (--x)"
    )


def test_of_many_unknown_ones_a_few_are_named() -> None:
    found = only([limit("99", scope="total")], [unpriced(name) for name in "abcdef"], None)
    assert "a: its price is unknown; b: its price is unknown; c: its price is unknown; and 3 more" in found.text
    assert found.verdict == "fail"


def test_an_increase_without_a_baseline_fails() -> None:
    found = only([limit("99", bound="increase")], [priced("a")], None)
    assert (found.verdict, found.text) == (
        "fail", "--x needs a baseline: --compare-to FILE or --compare-to-git REF"
    )  # fmt: skip


def left(name: str, usage_s: int, remaining_s: int = 10, **others: Any) -> Priced:
    return priced(name, [usage_s], plan="open", remaining_us=remaining_s * S, **others)


ALLOCATIONS = [
    ("within", [left("a", 10)], None, ["pass"], "a: usage 10 s at p90, within the 10 s left (plan open)"),
    ("over", [left("a", 11)], None, ["fail"], "a: usage 11 s at p90, over the 10 s left (plan open)"),
    ("nothing left", [left("a", 1, 0)], None, ["fail"], "a: usage 1 s at p90, over the 0 s left (plan open)"),
    (
        "was over before",
        [left("a", 11)],
        [left("a", 12)],
        ["warn"],
        "a: usage 11 s at p90, over the 10 s left; it was 12 s before, so it is no worse (plan open)",
    ),
    (
        "held back",
        [left("a", 10, limited_share=0.2)],
        None,
        ["fail"],
        "a: usage 10 s at p90, over the 10 s left; in 20 % of runs the plan's limit holds jobs back (plan open)",
    ),
    (
        "held back in a few",
        [left("a", 9, limited_share=0.05)],
        None,
        ["pass"],
        "a: usage 9 s at p90, within the 10 s left; in 5.0 % of runs the plan's limit holds jobs back (plan open)",
    ),
    (
        "two together",
        [left("a", 6), left("b", 6)],
        None,
        ["pass", "pass", "fail"],
        "total: usage 12 s at p90, over the 10 s left by 2 workloads (plan open)",
    ),
    (
        "the least that is left",
        [left("a", 6), left("b", 3, 8)],
        None,
        ["pass", "pass", "fail"],
        "total: usage 9 s at p90, over the 8 s left by 2 workloads (plan open)",
    ),
    ("no limit", [priced("a"), priced("b")], None, [], ""),
]


@pytest.mark.parametrize(("why", "now", "was", "verdicts", "text"), ALLOCATIONS, ids=[row[0] for row in ALLOCATIONS])
def test_what_is_left_of_a_plan(
    why: str, now: list[Priced], was: list[Priced] | None, verdicts: list[str], text: str
) -> None:
    found = checks([], now, None if was is None else baseline(*was), P90)
    assert [check.verdict for check in found] == verdicts
    assert not text or found[-1].text == text
    mild = checks([], now, None if was is None else baseline(*was), P90, allocation=Verdict.WARN)
    assert "fail" not in [check.verdict for check in mild]


FAILED = {bound: Check(limit=limit("1", bound=bound), verdict=Verdict.FAIL, text="") for bound in Bound}
WARNED = Check(limit=limit("1"), verdict=Verdict.WARN, text="")
ERROR = Problem(code="QP101", message="")
GUARDED = Guarded(file="a", what="b", before="", after="")
STATUSES: list[tuple[str, list[Check], dict[str, Any], int]] = [
    ("nothing", [], {}, 0),
    ("a warning", [WARNED], {"problems": [replace(ERROR, severity=Severity.WARNING)]}, 0),
    ("over a limit", [FAILED[Bound.MOST]], {}, 3),
    ("an increase", [FAILED[Bound.INCREASE]], {}, 4),
    ("an increase in percent", [FAILED[Bound.INCREASE_PERCENT]], {}, 4),
    ("both", [FAILED[Bound.INCREASE], FAILED[Bound.MOST]], {}, 3),
    ("limits moved", [], {"guarded": [GUARDED]}, 4),
    ("as allowed", [], {"guarded": [replace(GUARDED, allowed=True)]}, 0),
    ("invalid", [FAILED[Bound.MOST]], {"problems": [ERROR]}, 2),
    ("unread", [FAILED[Bound.MOST]], {"problems": [ERROR], "unread": [("a", "b")]}, 1),
]


@pytest.mark.parametrize(("why", "found", "others", "status"), STATUSES, ids=[row[0] for row in STATUSES])
def test_the_status(why: str, found: list[Check], others: dict[str, Any], status: int) -> None:
    assert status_of(found, **others) == status


def made(usages_s: list[tuple[int, bool]]) -> list[Priced]:
    """Workloads of these usages, some of unknown price."""
    return [(priced if known else unpriced)(str(i), usage_s=[s]) for i, (s, known) in enumerate(usages_s)]


workloads = st.lists(st.tuples(st.integers(0, 30), st.booleans()), max_size=4).map(made)


@given(
    now=workloads,
    was=st.none() | workloads.map(lambda those: baseline(*those)),
    value=st.integers(0, 60),
    more=st.integers(0, 60),
    bound=st.sampled_from(Bound),
    scope=st.sampled_from(["workload", "total"]),
    measure=st.sampled_from(["cost", "usage"]),
    strict=st.booleans(),
    let=st.booleans(),
)
def test_raising_a_limit_never_worsens_the_verdict(
    now: list[Priced], was: Baseline | None, value: int, more: int, bound: str, scope: str, measure: str,
    strict: bool, let: bool,
) -> None:  # fmt: skip
    def verdict(allowed: int) -> int:
        its = limit(str(allowed), measure, bound, scope)
        allow = Allow(unknown_price=let, new=let)
        return [*Verdict].index(worst([c.verdict for c in checks([its], now, was, P90, strict=strict, allow=allow)]))

    assert verdict(value + more) <= verdict(value)
