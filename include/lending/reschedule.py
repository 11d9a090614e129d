"""What is left of running loans, spread anew from a day on: extension, restructure, rate change, early repayment.

The schedules themselves come from ``schedule.build``; here is what they follow from. Formulas are in docs/lending.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from include.lending.calendar import BusinessCalendar, Unit, add_months, add_steps
from include.lending.day_count import DayCount
from include.lending.money import Rounding, round_ratio
from include.lending.schedule import Terms, build


@dataclass(frozen=True)
class Remainder:
    """What is left of a loan on a day.

    Attributes
    ----------
    amount : cents of principal to repay.
    start : the day: interest counts for the days after it.
    ends : the last days of the periods to come.
    annual_rate : millionths.
    method, day_count, rounding, roll : as in ``schedule.Terms``.
    every, unit : a regular period.
    seed_day : day of the month that periods end on.
    carried : cents of interest earned before ``start`` and not due, which the first instalment pays too.
    agreed : cents of an instalment that stays as it was, so that the loan ends sooner; 0 where it follows from the rest.
    """

    amount: int
    start: date
    ends: tuple[date, ...]
    annual_rate: int
    method: str
    day_count: str
    every: int
    unit: str
    seed_day: int
    rounding: str = Rounding.HALF_UP
    roll: str = "NONE"
    carried: int = 0
    agreed: int = 0


@dataclass(frozen=True)
class Line:
    """An instalment to come: its period, due date, and cents."""

    start: date
    end: date
    due_date: date
    principal: int
    interest: int


def spread(remainders: Sequence[Remainder], calendar: BusinessCalendar) -> list[list[Line]]:
    """The instalments of each remainder; those that an agreed instalment leaves nothing for are dropped.

    Raises
    ------
    ValueError : terms that make no schedule.
    """
    if not remainders:
        return []
    most = max(len(one.ends) for one in remainders)
    terms = Terms(
        amount=[one.amount for one in remainders],
        annual_rate=[one.annual_rate for one in remainders],
        instalments=[len(one.ends) for one in remainders],
        start=np.array([one.start for one in remainders], dtype="datetime64[D]"),
        method=[one.method for one in remainders],
        every=[one.every for one in remainders],
        unit=[one.unit for one in remainders],
        day_count=[_day_count(one) for one in remainders],
        rounding=[one.rounding for one in remainders],
        roll=[one.roll for one in remainders],
        seed_day=[one.seed_day for one in remainders],
        agreed=[one.agreed for one in remainders],
        carried=[one.carried for one in remainders],
    )
    ends = np.array([[*one.ends, *[one.ends[-1]] * (most - len(one.ends))] for one in remainders], dtype="datetime64[D]")
    schedule = build(terms, calendar, ends)
    lines: list[list[Line]] = [[] for _ in remainders]
    columns = (schedule.period_start, schedule.period_end, schedule.due_date, schedule.principal, schedule.interest)
    for loan, start, end, due_date, principal, interest in zip(
        schedule.loan.tolist(), *(column.tolist() for column in columns), strict=True
    ):
        lines[loan].append(Line(start, end, due_date, int(principal), int(interest)))
    return [_without_empty_end(found) if one.agreed else found for one, found in zip(remainders, lines, strict=True)]


def _day_count(one: Remainder) -> str:
    """A broken month by 30/360 bears the share that its days have in the whole, as interest accrues: no day is lost or counted twice."""
    by_month = one.day_count == DayCount.THIRTY_360 and one.unit == Unit.MONTH
    return DayCount.PERIOD if by_month else one.day_count


def _without_empty_end(lines: list[Line]) -> list[Line]:
    while len(lines) > 1 and not lines[-1].principal and not lines[-1].interest:
        lines = lines[:-1]
    return lines


def period_ends(first: date, count: int, every: int, unit: str, seed_day: int) -> tuple[date, ...]:
    """``first`` and the ends of the ``count - 1`` regular periods after it."""
    ends = add_steps(np.datetime64(first), np.arange(count), every, unit == Unit.MONTH, seed_day)
    return tuple(ends.tolist())


def months_after(day: date, months: int, seed_day: int | None = None) -> date:
    """The day so many months later, as due dates are counted."""
    moved: date = add_months(np.datetime64(day), months, seed_day).tolist()
    return moved


def earned(interest: int, start: date, end: date, on: date, rounding: str) -> int:
    """Cents of a period's ``interest`` that are earned by ``on``, evenly over its days."""
    days = min(max((on - start).days, 0), (end - start).days)
    return int(round_ratio(interest * days, (end - start).days, rounding == Rounding.HALF_EVEN).item())
