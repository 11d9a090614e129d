"""Day counts: what part of a year a period is, as an exact ratio of integers.

==============  =================================================================================
30/360          30E/360 (Eurobond): every month has 30 days, the 31st counts as the 30th
ACTUAL/360      days / 360
ACTUAL/364      days / 364: a week is exactly 1/52
ACTUAL/365      days / 365, in leap years too
ACTUAL/ACTUAL   ISDA: days in leap years / 366 + other days / 365
PERIOD          a regular period is its part of a year whatever its days (1/12, 1/52); an irregular
                one is as many times that as its days go into those of the regular one
==============  =================================================================================
"""

from __future__ import annotations

from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from include.lending.calendar import Dates, dates, day_of_month, year_of

Ratio = tuple[NDArray[np.int64], NDArray[np.int64]]
LEAP_TIMES_COMMON = 366 * 365


class DayCount(StrEnum):
    """The conventions of the table above."""

    THIRTY_360 = "30/360"
    ACTUAL_360 = "ACTUAL/360"
    ACTUAL_364 = "ACTUAL/364"
    ACTUAL_365 = "ACTUAL/365"
    ACTUAL_ACTUAL = "ACTUAL/ACTUAL"
    PERIOD = "PERIOD"


# denominators: one for all periods of a loan, so that factors of its periods can be added
DENOMINATOR = {
    DayCount.THIRTY_360: 360,
    DayCount.ACTUAL_360: 360,
    DayCount.ACTUAL_364: 364,
    DayCount.ACTUAL_365: 365,
    DayCount.ACTUAL_ACTUAL: LEAP_TIMES_COMMON,
}


def days_30e(start: ArrayLike, end: ArrayLike) -> NDArray[np.int64]:
    """Days between two dates by 30E/360."""
    first, last = dates(start), dates(end)
    months = (last.astype("datetime64[M]") - first.astype("datetime64[M]")).astype(np.int64)
    return months * 30 + np.minimum(day_of_month(last), 30) - np.minimum(day_of_month(first), 30)


def actual_days(start: ArrayLike, end: ArrayLike) -> NDArray[np.int64]:
    """Calendar days between two dates."""
    return (dates(end) - dates(start)).astype(np.int64)


def leap_days(start: ArrayLike, end: ArrayLike) -> NDArray[np.int64]:
    """How many of the days between two dates lie in leap years."""
    return _leap_days_before(dates(end)) - _leap_days_before(dates(start))


def year_fraction(start: ArrayLike, end: ArrayLike, convention: ArrayLike) -> Ratio:
    """Part of a year from ``start`` to ``end``: numerators and denominators, by any convention but PERIOD, which needs a schedule."""
    first, last, names = np.broadcast_arrays(dates(start), dates(end), np.asarray(convention))
    numerator = actual_days(first, last)
    thirty, isda = names == DayCount.THIRTY_360, names == DayCount.ACTUAL_ACTUAL
    if thirty.any():
        numerator = np.where(thirty, days_30e(first, last), numerator)
    if isda.any():
        leap = leap_days(first, last)
        numerator = np.where(isda, leap * 365 + (numerator - leap) * 366, numerator)
    return numerator, denominators(convention)


def denominators(convention: ArrayLike) -> NDArray[np.int64]:
    """The denominator of each convention. Raises ValueError for a name that is none."""
    names = np.asarray(convention)
    found = np.select([names == name for name in DENOMINATOR], [np.int64(days) for days in DENOMINATOR.values()], np.int64(0))
    if not found.all():
        raise ValueError(f"{names[found == 0].flat[0]} is not a day count: use one of {', '.join(DENOMINATOR)}")
    return found


def _leap_days_before(day: Dates) -> NDArray[np.int64]:
    """Days of leap years from year 1 to ``day``, itself not counted."""
    year = year_of(day)
    past = year - 1
    whole = (past // 4 - past // 100 + past // 400) * 366
    is_leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    within = (day - day.astype("datetime64[Y]").astype("datetime64[D]")).astype(np.int64)
    return whole + np.where(is_leap, within, 0)
