"""Figures in a sentence read as they do in a table."""

from __future__ import annotations

from decimal import Decimal

import pytest

from qplan.render import numbers
from qplan.units import say_money, say_ratio, say_us

TIMES_US = [0, 1, 999, 1000, 99_499, 99_500, 800_000, 59_949_999, 59_950_000, 740_000_000, 3_599_500_000,
            5_700_000_000, 86_399_999_999, 273_600_000_000, -40_000_000]  # fmt: skip


@pytest.mark.parametrize(
    ("us", "said"),
    [(18, "18 us"), (20_000, "20 ms"), (800_000, "0.8 s"), (40_000_000, "40 s"), (740_000_000, "12 min 20 s")],
)
def test_lengths_of_time(us: int, said: str) -> None:
    assert say_us(us) == said


def test_sentences_and_tables_agree() -> None:
    assert [say_us(us) for us in TIMES_US] == [numbers.duration(us) for us in TIMES_US]
    amounts = [Decimal(text) for text in ("0", "0.004", "0.005", "48", "1184.005", "1184.015")]
    assert [say_money(a, "USD") for a in amounts] == [numbers.money(a, "USD") for a in amounts]
    pairs = [(0, 0), (1, 0), (1, 1000), (9, 100), (13, 10), (994, 100), (995, 100), (12_345, 1)]
    assert [say_ratio(*pair) for pair in pairs] == [numbers.ratio(*pair) for pair in pairs]
