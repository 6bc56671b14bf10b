"""Numbers as people read them."""

from decimal import Decimal

import pytest

from qplan.render import numbers


@pytest.mark.parametrize(
    ("us", "text"),
    [
        pytest.param(0, "0 s", id="nothing"),
        pytest.param(18, "18 us", id="microseconds"),
        pytest.param(20_000, "20 ms", id="milliseconds"),
        pytest.param(99_499, "99.5 ms", id="just under a tenth"),
        pytest.param(99_500, "0.1 s", id="a tenth, rounded"),
        pytest.param(800_000, "0.8 s", id="under a second"),
        pytest.param(40_000_000, "40 s", id="no needless decimal"),
        pytest.param(42_450_000, "42.5 s", id="halves up"),
        pytest.param(59_949_999, "59.9 s", id="just under a minute"),
        pytest.param(59_950_000, "1 min", id="rounded before the unit is chosen"),
        pytest.param(740_000_000, "12 min 20 s", id="minutes and seconds"),
        pytest.param(3_599_600_000, "1 h", id="rounds up to an hour"),
        pytest.param(5_700_000_000, "1 h 35 min", id="hours and minutes"),
        pytest.param(86_399_999_999, "1 d", id="rounds up to a day"),
        pytest.param(273_600_000_000, "3 d 4 h", id="days and hours"),
        pytest.param(10**16, "115,740 d 18 h", id="the end of the clock"),
        pytest.param(-5_000_000, "-5 s", id="negative"),
    ],
)
def test_duration(us: int, text: str) -> None:
    assert numbers.duration(us) == text


@pytest.mark.parametrize(
    ("amount", "reason", "text"),
    [
        pytest.param("64", None, "64.00 USD", id="two decimals"),
        pytest.param("1184.005", None, "1,184.01 USD", id="grouped, halves up"),
        pytest.param("0", None, "0.00 USD", id="free"),
        pytest.param("0.004", None, "<0.01 USD", id="less than half a cent is not nothing"),
        pytest.param("-0.001", None, "0.00 USD", id="no negative zero"),
        pytest.param(None, None, "unknown", id="unknown"),
        pytest.param(None, "agreed by contract", "unknown", id="unknown with a reason"),
        pytest.param(None, "Not billed per second: a subscription", "not billed", id="not billed"),
    ],
)
def test_money(amount: str | None, reason: str | None, text: str) -> None:
    assert numbers.money(None if amount is None else Decimal(amount), "USD", reason) == text


@pytest.mark.parametrize(
    ("value", "reference", "text"),
    [
        pytest.param(5, 5, "1.0x", id="equal"),
        pytest.param(34, 10, "3.4x", id="one decimal"),
        pytest.param(124, 10, "12x", id="none above ten"),
        pytest.param(995, 100, "10x", id="rounds up to ten"),
        pytest.param(5, 100, "0.05x", id="two when small"),
        pytest.param(1, 10_000, "<0.01x", id="tiny"),
        pytest.param(0, 0, "1.0x", id="nothing over nothing"),
        pytest.param(1, 0, "-", id="something over nothing"),
        pytest.param(0, 7, "0.0x", id="nothing over something"),
    ],
)
def test_ratio(value: int, reference: int, text: str) -> None:
    assert numbers.ratio(value, reference) == text


def test_percent_count_and_lists() -> None:
    shares = (0.0, 0.0004, 0.004, 0.424, 0.973, 0.999, 0.9999, 1.0)
    assert [numbers.percent(share) for share in shares] == [
        "0 %", "<0.1 %", "0.4 %", "42 %", "97.3 %", "99.9 %", ">99.9 %", "100 %",
    ]  # fmt: skip
    assert [numbers.counted(n, "job") for n in (0, 1, 100_000)] == ["0 jobs", "1 job", "100,000 jobs"]
    assert [numbers.listed(words) for words in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "", "a", "a and b", "a, b and c",
    ]  # fmt: skip
    assert [numbers.decimal(Decimal(text)) for text in ("31.50", "1000", "1E+3")] == ["31.5", "1,000", "1,000"]


def test_a_margin_is_never_told_smaller_than_it_is() -> None:
    shares = (0.0, 0.00012, 0.02, 0.0421, 0.381, 2.345, 1e9)
    assert [numbers.margin(share) for share in shares] == [
        "0 %", "0.012 %", "2 %", "4.3 %", "39 %", "240 %", "more than 1,000 %",
    ]  # fmt: skip


def test_a_number_stays_with_its_unit() -> None:
    assert numbers.tied("in 12 % (10 to 90 %: 1 s to 4 h)", "_") == "in 12_% (10_to_90_%: 1_s to 4_h)"
    assert numbers.tied("in 12 min 20 s for 64.00 USD or 3 d 4 h", "_") == "in 12_min_20_s for 64.00_USD or 3_d_4_h"
