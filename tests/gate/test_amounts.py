"""Figures at a quantile, and of all together; which workload was which."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qplan.gate import amounts_of, currency_of, pairs_of, total_of
from qplan.model.gate import Amounts, Priced
from tests.gate.priced import P90, S, priced, refused, unpriced

TEN = tuple(range(1, 11))


@pytest.mark.parametrize(
    ("percent", "usage_s"),
    [("90", 9), ("90.1", 10), ("100", 10), ("50", 5), ("10", 1), ("1", 1)],
)
def test_a_quantile_is_the_least_value_with_so_many_at_or_below_it(percent: str, usage_s: int) -> None:
    found = amounts_of(priced("a", TEN), Decimal(percent))
    assert found == Amounts(usage_us=usage_s * S, wall_us=(usage_s + 60) * S, cost=usage_s * Decimal("1.60"))


def test_what_is_unknown_stays_unknown() -> None:
    assert amounts_of(unpriced("a"), P90) == Amounts(usage_us=10 * S, wall_us=70 * S, cost=None)
    assert amounts_of(refused("a"), P90) == Amounts(usage_us=None, wall_us=None, cost=None)


def test_quantiles_do_not_add_up() -> None:
    """One is long when the other is short: the p90 of each is 9 s, that of the sum 11 s and not 18."""
    up, down = priced("up", TEN), priced("down", TEN[::-1])
    assert total_of([up, down], P90) == Amounts(usage_us=11 * S, wall_us=None, cost=Decimal("17.60"))


TOTALS = [
    ("a fixed run counts the same in each", [priced("a", (1, 2, 3, 4)), priced("b", (10,))], 14, "22.40"),
    ("fewer replications begin again", [priced("a", (1, 2, 3, 4)), priced("b", (0, 100))], 104, "166.40"),
    ("nothing at all", [], 0, "0"),
    ("an unknown price", [priced("a"), unpriced("b")], 20, None),
    ("a refused mode", [priced("a"), refused("b")], None, None),
    ("two currencies", [priced("a"), priced("b", currency="EUR")], 20, None),
]


@pytest.mark.parametrize(("why", "those", "usage_s", "cost"), TOTALS, ids=[row[0] for row in TOTALS])
def test_totals(why: str, those: list[Priced], usage_s: int | None, cost: str | None) -> None:
    found = total_of(those, P90)
    assert found.usage_us == (None if usage_s is None else usage_s * S)
    assert found.cost == (None if cost is None else Decimal(cost))
    assert found.wall_us is None


columns = st.lists(st.lists(st.integers(0, 10**9), min_size=12, max_size=12), min_size=1, max_size=5)


@given(columns, st.integers(1, 100))
def test_the_total_is_the_quantile_of_the_sums(those: list[list[int]], percent: int) -> None:
    """Brute force: the least sum such that at least that share of the sums is no larger."""
    workloads = [priced(str(i), column) for i, column in enumerate(those)]
    sums = [sum(column[r] for column in those) for r in range(12)]
    share = Fraction(percent, 100)
    [wanted, *_] = [s for s in sorted(sums) if Fraction(sum(other <= s for other in sums), 12) >= share]
    assert total_of(workloads, Decimal(percent)).usage_us == wanted * S
    assert total_of(workloads, Decimal(percent)).cost == wanted * Decimal("1.60")


def test_the_currency_of_all() -> None:
    assert currency_of([priced("a"), priced("b")]) == "USD"
    assert currency_of([priced("a"), priced("b", currency="EUR")]) == ""


def named(name: str, file: str) -> Priced:
    return priced(name, file=file)


PAIRS = [
    ("the same", [named("a", "a")], [named("a", "a")], [("a:a", "a:a")]),
    ("called otherwise", [named("b", "a")], [named("a", "a")], [("b:a", "a:a")]),
    ("moved", [named("a", "new")], [named("a", "old")], [("a:new", "a:old")]),
    ("new and gone", [named("a", "a")], [named("b", "b")], [("a:a", ""), ("", "b:b")]),
    (
        "two moved ones of a name",
        [named("a", "1")],
        [named("a", "2"), named("a", "3")],
        [("a:1", ""), ("", "a:2"), ("", "a:3")],
    ),
    ("a copy is new", [named("a", "1"), named("a", "2")], [named("a", "1")], [("a:1", "a:1"), ("a:2", "")]),
    (
        "names swapped",
        [named("b", "1"), named("a", "2")],
        [named("a", "1"), named("b", "2")],
        [("b:1", "a:1"), ("a:2", "b:2")],
    ),
]


@pytest.mark.parametrize(("why", "now", "was", "wanted"), PAIRS, ids=[row[0] for row in PAIRS])
def test_which_is_which(why: str, now: list[Priced], was: list[Priced], wanted: list[tuple[str, str]]) -> None:
    def told(one: Priced | None) -> str:
        return f"{one.name}:{one.file}" if one else ""

    assert [(told(a), told(b)) for a, b in pairs_of(now, was)] == wanted
