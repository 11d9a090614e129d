"""Dates of schedules, business days and day counts."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.lending.calendar import BusinessCalendar, add_months, dates, instalments_in
from include.lending.day_count import DayCount, days_30e, year_fraction
from include.lending.schedule import Terms, build
from tests.lending.exact_schedule import part_of_year

# Saturdays and Sundays of March 2026 and a holiday on Monday the 16th
MARCH = BusinessCalendar(
    np.datetime64("2026-03-01"),
    np.datetime64("2026-03-31"),
    dates([f"2026-03-{day:02}" for day in (1, 7, 8, 14, 15, 16, 21, 22, 28, 29)]),
)


def test_month_ends_are_counted_from_the_seed_and_never_drift() -> None:
    ends = add_months("2026-01-31", np.arange(1, 14))
    assert [str(day)[5:] for day in ends] == [
        "02-28", "03-31", "04-30", "05-31", "06-30", "07-31", "08-31", "09-30", "10-31", "11-30", "12-31", "01-31", "02-28",
    ]  # fmt: skip
    assert str(add_months("2028-01-31", 1)) == "2028-02-29"
    assert str(add_months("2026-03-31", -1)) == "2026-02-28"


@pytest.mark.parametrize(
    ("day", "convention", "rolled"),
    [
        ("2026-03-13", "FOLLOWING", "2026-03-13"),
        ("2026-03-14", "FOLLOWING", "2026-03-17"),
        ("2026-03-14", "NONE", "2026-03-14"),
        ("2026-03-07", "FOLLOWING", "2026-03-09"),
    ],
)
def test_due_dates_roll_over_weekends_and_holidays(day: str, convention: str, rolled: str) -> None:
    assert str(MARCH.roll(day, convention)) == rolled


def test_a_date_outside_the_calendar_is_refused_unless_it_does_not_roll() -> None:
    with pytest.raises(ValueError, match=r"2026-04-01.*widen `years`"):
        MARCH.roll(["2026-03-02", "2026-04-01"])
    assert MARCH.roll(["2026-04-01"], "NONE").tolist() == [date(2026, 4, 1)]


@pytest.mark.parametrize(
    ("every", "unit", "ends"),
    [
        (7, "DAY", ["2026-03-09", "2026-03-16", "2026-03-23"]),
        (14, "DAY", ["2026-03-16", "2026-03-30", "2026-04-13"]),
        (1, "MONTH", ["2026-04-02", "2026-05-02", "2026-06-02"]),
        (3, "MONTH", ["2026-06-02", "2026-09-02", "2026-12-02"]),
        (10, "DAY", ["2026-03-12", "2026-03-22", "2026-04-01"]),
    ],
)
def test_frequencies(every: int, unit: str, ends: list[str]) -> None:
    schedule = build(Terms(100_00, 0, 3, "2026-03-02", every=every, unit=unit))
    assert [str(day) for day in schedule.period_end] == ends


@pytest.mark.parametrize(("frequency", "count"), [("WEEKLY", 52), ("FORTNIGHTLY", 26), ("MONTHLY", 12), ("QUARTERLY", 4)])
def test_instalments_of_a_year(frequency: str, count: int) -> None:
    assert instalments_in(12, frequency) == count


# 30E/360 as published with ISDA 2006, 4.16(g)
@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        ("2007-01-15", "2007-01-30", 15),
        ("2007-01-15", "2007-02-15", 30),
        ("2007-09-30", "2008-03-31", 180),
        ("2007-09-30", "2007-10-31", 30),
        ("2007-09-30", "2008-09-30", 360),
        ("2007-01-15", "2007-01-31", 15),
        ("2007-01-31", "2007-02-28", 28),
        ("2007-02-28", "2007-03-31", 32),
        ("2006-08-31", "2007-02-28", 178),
        ("2007-02-14", "2007-02-28", 14),
        ("2008-02-29", "2008-08-31", 181),
    ],
)
def test_30e_360(start: str, end: str, days: int) -> None:
    assert days_30e(start, end) == days


@given(
    st.dates(date(1999, 1, 1), date(2040, 1, 1)),
    st.integers(0, 1500),
    st.sampled_from([c for c in DayCount if c not in ("30/360", "PERIOD")]),
)
def test_actual_day_counts_are_what_counting_days_gives(start: date, days: int, convention: DayCount) -> None:
    numerator, denominator = year_fraction(start, start + timedelta(days=days), convention)
    assert Fraction(int(numerator), int(denominator)) == part_of_year(start, start + timedelta(days=days), convention, 0)


def test_an_unknown_day_count_is_named() -> None:
    with pytest.raises(ValueError, match="30U/360 is not a day count"):
        year_fraction("2026-01-01", "2026-02-01", "30U/360")
