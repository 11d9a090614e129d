"""Dates of a schedule: whole steps from a seed day without drift, and the roll of due dates to business days."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sqlalchemy import Connection, text

from include.lending.money import round_ratio

Dates = NDArray[np.datetime64]
ALL_DAYS = "1111111"


class Frequency(StrEnum):
    """How often an instalment falls due."""

    WEEKLY = "WEEKLY"
    FORTNIGHTLY = "FORTNIGHTLY"
    MONTHLY = "MONTHLY"
    QUARTERLY = "QUARTERLY"


class Unit(StrEnum):
    """What a step of a schedule is counted in."""

    DAY = "DAY"
    MONTH = "MONTH"


class Roll(StrEnum):
    """Where a due date goes that is not a business day: to the next one, or nowhere."""

    FOLLOWING = "FOLLOWING"
    NONE = "NONE"


STEP: dict[Frequency, tuple[int, Unit]] = {
    Frequency.WEEKLY: (7, Unit.DAY),
    Frequency.FORTNIGHTLY: (14, Unit.DAY),
    Frequency.MONTHLY: (1, Unit.MONTH),
    Frequency.QUARTERLY: (3, Unit.MONTH),
}
_A_YEAR = {Frequency.WEEKLY: 52, Frequency.FORTNIGHTLY: 26, Frequency.MONTHLY: 12, Frequency.QUARTERLY: 4}


def instalments_in(tenor_months: int, frequency: str) -> int:
    """Number of instalments of a tenor, at least one: tenor x instalments a year / 12, half up."""
    return max(1, int(round_ratio(tenor_months * _A_YEAR[Frequency(frequency)], 12)))


def dates(values: ArrayLike) -> Dates:
    """Days as numpy dates, from dates, ISO texts or numpy dates; None and NaT are no date."""
    return np.asarray(values, dtype="datetime64[D]")


def add_months(start: ArrayLike, months: ArrayLike, seed_day: ArrayLike | None = None) -> Dates:
    """``start`` moved by whole months to ``seed_day`` (its own day by default), or to the month's last day where that is earlier.

    Counting every date from the seed keeps 31 January, 28 February, 31 March from sliding to the 28th.
    """
    day = dates(start)
    month = day.astype("datetime64[M]") + np.asarray(months).astype("timedelta64[M]")
    last = ((month + 1).astype("datetime64[D]") - np.timedelta64(1, "D") - month.astype("datetime64[D]")).astype(np.int64) + 1
    wanted = day_of_month(day) if seed_day is None else np.asarray(seed_day)
    return month.astype("datetime64[D]") + (np.minimum(wanted, last) - 1).astype("timedelta64[D]")


def add_steps(start: ArrayLike, steps: ArrayLike, every: ArrayLike, in_months: ArrayLike, seed_day: ArrayLike) -> Dates:
    """``start`` moved by ``steps`` x ``every`` days, or months where ``in_months``."""
    moved = np.asarray(steps) * np.asarray(every)
    by_day = dates(start) + moved.astype("timedelta64[D]")
    return np.where(in_months, add_months(start, np.where(in_months, moved, 0), seed_day), by_day)


def day_of_month(values: ArrayLike) -> NDArray[np.int64]:
    """1 to 31."""
    day = dates(values)
    return (day - day.astype("datetime64[M]").astype("datetime64[D]")).astype(np.int64) + 1


def year_of(values: ArrayLike) -> NDArray[np.int64]:
    """Calendar year."""
    return dates(values).astype("datetime64[Y]").astype(np.int64) + 1970


@dataclass(frozen=True)
class BusinessCalendar:
    """The days from ``first`` to ``last`` and which of them are not business days."""

    first: np.datetime64
    last: np.datetime64
    non_business: Dates

    def roll(self, values: ArrayLike, convention: ArrayLike = Roll.FOLLOWING) -> Dates:
        """Due dates rolled by ``convention`` (one for all, or one each).

        Raises
        ------
        ValueError : a date that should roll lies outside the calendar.
        """
        day = dates(values)
        following = np.broadcast_to(np.asarray(convention) == Roll.FOLLOWING, day.shape)
        if not following.any():
            return day
        affected = day[following]
        if affected.min() < self.first or affected.max() > self.last:
            raise ValueError(
                f"Due dates from {affected.min()} to {affected.max()} lie outside the business calendar ({self.first} to {self.last}):"
                " widen `years` in include/policy/calendar.yaml and run `python -m include.policy.seed`."
            )
        rolled = day.copy()
        rolled[following] = np.busday_offset(affected, 0, roll="forward", weekmask=ALL_DAYS, holidays=self.non_business)
        return rolled


def load_calendar(connection: Connection) -> BusinessCalendar:
    """The calendar in ``calendar_day``. Raises ValueError where it is empty."""
    rows: Any = connection.execute(text("select calendar_date, is_business_day from calendar_day order by calendar_date")).all()
    if not rows:
        raise ValueError("calendar_day is empty: run `python -m include.policy.seed`.")
    return BusinessCalendar(
        np.datetime64(rows[0].calendar_date), np.datetime64(rows[-1].calendar_date), dates([day for day, business in rows if not business])
    )
