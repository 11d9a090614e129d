"""What is left of a loan, spread anew: against numbers by hand, and as properties of any loan and day."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from include.lending.calendar import BusinessCalendar
from include.lending.reschedule import Remainder, earned, period_ends, spread
from include.lending.schedule import Terms, build

NO_HOLIDAYS = BusinessCalendar(np.datetime64("2026-01-01"), np.datetime64("2040-12-31"), np.array([], dtype="datetime64[D]"))
START = date(2026, 1, 31)
METHODS = ("EQUAL_INSTALMENT", "EQUAL_PRINCIPAL", "INTEREST_ONLY")


def left(amount: int, start: date, ends: tuple[date, ...], rate: int, method: str = "EQUAL_INSTALMENT", **more: int) -> Remainder:
    return Remainder(amount, start, ends, rate, method, "30/360", 1, "MONTH", 31, **more)


@settings(max_examples=60, deadline=None)
@given(
    amount=st.integers(100_00, 10_000_000_00),
    rate=st.integers(0, 240_000),
    count=st.integers(3, 36),
    method=st.sampled_from(METHODS),
    gone=st.integers(1, 30),
    period=st.integers(0, 1),
)
def test_a_change_to_the_same_terms_changes_no_payment(amount: int, rate: int, count: int, method: str, gone: int, period: int) -> None:
    schedule = build(Terms(amount, rate, count, START, method))
    start, end = schedule.period_start[period].tolist(), schedule.period_end[period].tolist()
    on = min(start + timedelta(days=gone), end - timedelta(days=1))
    carried = earned(int(schedule.interest[period]), start, end, on, "HALF_UP")
    balance = int(amount - schedule.principal[:period].sum())
    (lines,) = spread([left(balance, on, tuple(schedule.period_end[period:].tolist()), rate, method, carried=carried)], NO_HOLIDAYS)
    before = (schedule.principal + schedule.interest)[period:].tolist()
    after = [line.principal + line.interest for line in lines]
    after[0] += carried
    # a cent from the broken period; what rounding leaves in the last instalment can be a cent an instalment
    assert all(abs(a - b) <= 1 for a, b in zip(after[:-1], before[:-1], strict=True))
    assert abs(after[-1] - before[-1]) <= len(before) + 1
    assert sum(line.principal for line in lines) == balance


@settings(max_examples=60, deadline=None)
@given(
    amount=st.integers(10_000_00, 1_000_000_00),
    rate=st.integers(0, 240_000),
    count=st.integers(2, 36),
    share=st.integers(1, 99),
    method=st.sampled_from(METHODS[:2]),
)
def test_an_instalment_that_is_kept_ends_the_loan_sooner(amount: int, rate: int, count: int, share: int, method: str) -> None:
    schedule = build(Terms(amount, rate, count, START, method))
    ends = tuple(schedule.period_end.tolist())
    level = int(schedule.principal[0] + (schedule.interest[0] if method == "EQUAL_INSTALMENT" else 0))
    rest = amount * share // 100
    (lines,) = spread([left(rest, START, ends, rate, method, agreed=level)], NO_HOLIDAYS)
    parts = [line.principal + (line.interest if method == "EQUAL_INSTALMENT" else 0) for line in lines]
    assert sum(line.principal for line in lines) == rest
    assert set(parts[:-1]) <= {level}
    assert 0 < parts[-1] <= level
    assert len(lines) <= count


def test_many_remainders_are_spread_as_each_alone() -> None:
    many = [
        left(1_000_00 * k, START + timedelta(days=k), period_ends(date(2026, 3, 31), k, 1, "MONTH", 31), 60_000 + k, METHODS[k % 3])
        for k in range(1, 9)
    ]
    assert spread(many, NO_HOLIDAYS) == [spread([one], NO_HOLIDAYS)[0] for one in many]
    assert spread([], NO_HOLIDAYS) == []


def test_the_carried_interest_is_paid_by_the_first_instalment() -> None:
    # 10,049.42 at 1% a period, 29 of 31 days of the first one to come, 6.48 carried
    ends = period_ends(date(2026, 4, 2), 5, 1, "MONTH", 2)
    one = Remainder(10049_42, date(2026, 3, 4), ends, 120_000, "EQUAL_INSTALMENT", "30/360", 1, "MONTH", 2, carried=6_48)
    (lines,) = spread([one], NO_HOLIDAYS)
    assert (lines[0].principal, lines[0].interest) == (1970_09, 94_01)
    assert lines[0].principal + lines[0].interest + 6_48 == lines[1].principal + lines[1].interest == 2070_58
    exactly = Fraction(10049_42) * Fraction(29, 3100)
    assert abs(lines[0].interest - exactly) <= Fraction(1, 2)


def test_interest_is_earned_evenly_and_rounded_as_the_product_says() -> None:
    start, end = date(2026, 3, 2), date(2026, 4, 1)
    assert [earned(15, start, end, start + timedelta(days=days), "HALF_UP") for days in (0, 1, 15, 30, 31)] == [0, 1, 8, 15, 15]
    assert earned(15, start, end, start + timedelta(days=1), "HALF_EVEN") == 0
    assert period_ends(date(2026, 1, 31), 3, 1, "MONTH", 31) == (date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31))
