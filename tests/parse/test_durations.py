"""Durations as people write them."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qplan.parse.durations import duration_text, parse_duration


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        pytest.param("500us", "0.0005", id="microseconds"),
        pytest.param("500µs", "0.0005", id="micro sign"),
        pytest.param("84ns", "0.000000084", id="nanoseconds"),
        pytest.param("20ms", "0.02", id="milliseconds"),
        pytest.param("5s", "5", id="seconds"),
        pytest.param("10m", "600", id="minutes"),
        pytest.param("2h", "7200", id="hours"),
        pytest.param("1.5h", "5400", id="fraction"),
        pytest.param("1h30m", "5400", id="compound"),
        pytest.param("2h 30m 40s", "9040", id="compound with spaces"),
        pytest.param(" 5 s ", "5", id="space before the unit"),
        pytest.param("5", "5", id="number as text"),
        pytest.param("1e3", "1000", id="exponent"),
        pytest.param(5, "5", id="whole number"),
        pytest.param(0.00025, "0.00025", id="float as it prints"),
        pytest.param(Decimal("1.60"), "1.6", id="decimal"),
        pytest.param(0, "0", id="nothing"),
    ],
)
def test_duration_is_read(written: Any, seconds: Any) -> None:
    assert parse_duration(written) == Decimal(seconds)


@pytest.mark.parametrize(
    ("written", "words"),
    [
        pytest.param("", "give a value", id="empty"),
        pytest.param("5 min", "the units are h, m, s, ms and us", id="long unit"),
        pytest.param("3d", "1 day is 24h", id="days"),
        pytest.param("-3s", "cannot be negative", id="negative text"),
        pytest.param(-3, "cannot be negative", id="negative number"),
        pytest.param("30m 2h", "the larger before the smaller", id="order"),
        pytest.param("5s 5s", "each unit may stand once", id="twice"),
        pytest.param("2h, 3m", "is not a duration", id="comma"),
        pytest.param("1 2s", "is not a duration", id="number without unit"),
        pytest.param("soon", "'soon' is not a duration", id="word"),
        pytest.param(float("nan"), "not a finite", id="nan"),
        pytest.param(float("inf"), "not a finite", id="infinite"),
        pytest.param("1e999", "clock's range", id="huge text"),
        pytest.param(10**5000, "clock's range", id="huge number"),
        pytest.param("9" * 100, "100 characters", id="long text"),
        pytest.param(True, "true or false is not", id="truth value"),
        pytest.param(None, "nothing is not", id="nothing"),
        pytest.param(["5s"], "a list is not", id="list"),
    ],
)
def test_what_is_no_duration_is_refused_in_words(written: Any, words: Any) -> None:
    with pytest.raises(ValueError, match=words):
        parse_duration(written)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        ("0", "0s"),
        ("0.000000084", "84ns"),
        ("0.00025", "250us"),
        ("0.004", "4ms"),
        ("1.97", "1.97s"),
        ("60", "1m"),
        ("644.5", "10m 44.5s"),
        ("28800", "8h"),
    ],
)
def test_duration_as_text(seconds: Any, text: Any) -> None:
    assert duration_text(Decimal(seconds)) == text


@given(st.decimals(min_value=0, max_value=10**8, places=9))
def test_text_is_read_back_exactly(seconds: Any) -> None:
    assert parse_duration(duration_text(seconds)) == seconds
