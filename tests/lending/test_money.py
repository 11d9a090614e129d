"""Rounding and conversion of money."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.lending.money import from_cents, from_millionths, round_digits, round_money, round_ratio, to_cents, to_millionths

HALVES = [
    # numerator, denominator, half up, half even
    (1, 2, 1, 0),
    (3, 2, 2, 2),
    (5, 2, 3, 2),
    (-1, 2, -1, 0),
    (-3, 2, -2, -2),
    (7, 3, 2, 2),
    (-7, 3, -2, -2),
    (0, 5, 0, 0),
]


@pytest.mark.parametrize(("numerator", "denominator", "half_up", "half_even"), HALVES)
def test_ties_go_away_from_zero_or_to_the_even_cent(numerator: int, denominator: int, half_up: int, half_even: int) -> None:
    assert round_ratio(numerator, denominator) == half_up
    assert round_ratio(numerator, denominator, half_even=True) == half_even


def test_a_batch_may_mix_modes_and_multiples() -> None:
    assert round_ratio([25, 25, 150, 250], [10, 10, 1, 1], [False, True, False, True], [1, 1, 100, 100]).tolist() == [3, 2, 200, 200]


@given(st.integers(-(10**30), 10**30), st.integers(1, 10**12), st.booleans())
def test_rounding_is_decimals_rounding_at_any_size(numerator: int, denominator: int, half_even: bool) -> None:
    rounded = round_ratio(np.array(numerator, dtype=object), np.array(denominator, dtype=object), half_even)
    twice = 2 * numerator - 2 * int(rounded) * denominator
    assert abs(twice) <= denominator
    if abs(twice) == denominator:
        assert int(rounded) % 2 == 0 if half_even else abs(int(rounded)) * denominator > abs(numerator)


@given(st.decimals(-(10**12), 10**12, places=5), st.sampled_from(["HALF_UP", "HALF_EVEN"]))
def test_decimals_and_integers_round_alike(amount: Decimal, rounding: str) -> None:
    as_integers = round_ratio(int(amount * 100_000), 1000, rounding == "HALF_EVEN")
    assert to_cents(round_money(amount, rounding)) == as_integers


def test_conversions_are_exact_and_refuse_what_does_not_fit() -> None:
    assert to_cents("1234.50") == 123450 and from_cents(123450) == Decimal("1234.50") and str(from_cents(-5)) == "-0.05"
    assert to_millionths(Decimal("0.085")) == 85000 and str(from_millionths(85000)) == "0.085000"
    assert round_digits(Decimal("0.1275005"), 6) == Decimal("0.127501")
    with pytest.raises(ValueError, match=r"1\.005 is not a whole number of cents"):
        to_cents("1.005")
