"""Repayment schedules: dates, principal and interest of every instalment, for all loans of a batch at once.

The only implementation: pay-out, imports, quotes and tests all call ``build``. Formulas are in docs/lending.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from include.lending.amortise import Method, Plan, amortise
from include.lending.calendar import STEP, BusinessCalendar, Dates, Frequency, Roll, Unit, add_steps, dates, day_of_month, instalments_in
from include.lending.day_count import DayCount, actual_days, denominators, year_fraction
from include.lending.money import MILLION, Integers, Rounding

__all__ = ["DayCount", "Method", "Schedule", "Terms", "build", "product_steps"]


@dataclass(frozen=True)
class Terms:
    """What a schedule follows from. Every field is one value for all loans, or one a loan.

    Attributes
    ----------
    amount : cents paid out.
    annual_rate : nominal, millionths.
    instalments : how many.
    start : value date of the pay-out: interest counts from here.
    method : Method.
    every, unit : a regular period, as 1 MONTH or 14 DAY.
    day_count : DayCount.
    rounding : Rounding.
    roll : Roll of the due dates; interest periods stay as they are.
    first_period_end : where the first period is shorter or longer than a regular one; later ones count from it.
    seed_day : day of the month that instalments fall due on, by default that of first_period_end, else of start.
    flat, principal_grace, interest_grace, multiple, even_out : as in ``amortise.Plan``.
    down_payment : cents due on the day of the pay-out, as an instalment of its own before the others.
    agreed, carried : as in ``amortise.Plan``; interest carried is no part of the schedule, only of what its first instalment pays.
    """

    amount: ArrayLike
    annual_rate: ArrayLike
    instalments: ArrayLike
    start: ArrayLike
    method: ArrayLike = Method.EQUAL_INSTALMENT
    every: ArrayLike = 1
    unit: ArrayLike = Unit.MONTH
    day_count: ArrayLike = DayCount.THIRTY_360
    rounding: ArrayLike = Rounding.HALF_UP
    roll: ArrayLike = Roll.NONE
    first_period_end: ArrayLike = "NaT"
    seed_day: ArrayLike = 0
    flat: ArrayLike = False
    principal_grace: ArrayLike = 0
    interest_grace: ArrayLike = 0
    multiple: ArrayLike = 1
    even_out: ArrayLike = False
    down_payment: ArrayLike = 0
    agreed: ArrayLike = 0
    carried: ArrayLike = 0


@dataclass(frozen=True)
class Schedule:
    """Instalments of a batch, by loan and number; one entry an instalment.

    Attributes
    ----------
    loan : position of the loan in its Terms.
    number : 1, 2, ...
    period_start, period_end : interest counts for the days after the first, up to and including the last.
    due_date : period_end, rolled.
    principal, interest : cents.
    """

    loan: NDArray[np.int64]
    number: NDArray[np.int64]
    period_start: Dates
    period_end: Dates
    due_date: Dates
    principal: Integers
    interest: Integers


def product_steps(method: str, frequency: str, tenor_months: int) -> tuple[int, int, Unit]:
    """Instalments, and the length and unit of a period, of a product's loan of so many months."""
    if method == Method.AT_MATURITY:
        return 1, tenor_months, Unit.MONTH
    return instalments_in(tenor_months, frequency), *STEP[Frequency(frequency)]


def build(terms: Terms, calendar: BusinessCalendar | None = None, period_ends: ArrayLike | None = None) -> Schedule:
    """The schedules of all loans of ``terms``.

    Parameters
    ----------
    calendar : needed where a loan's due dates roll.
    period_ends : days that the periods end on, shape (loans, periods), where they are agreed instead of counted.

    Raises
    ------
    ValueError : terms that make no schedule; the message names the first such loan.
    """
    loans = Loans(terms)
    starts, ends = periods(loans, period_ends)
    rate, scale = rates(loans, starts, ends)
    principal, interest = amortise(loans.plan(rate, scale))
    exists = np.arange(len(ends))[:, None] < loans.instalments
    if (loans.down_payment > 0).any():
        starts, ends = (np.vstack([loans.start, days]) for days in (starts, ends))
        principal, interest = np.vstack([loans.down_payment, principal]), np.vstack([np.zeros_like(loans.down_payment), interest])
        exists = np.vstack([loans.down_payment > 0, exists])
    return as_schedule(loans, exists, starts, ends, principal, interest, calendar)


class Loans:
    """Terms as arrays of one length, in falling order of instalments (see ``amortise``); ``order`` is where each came from."""

    amount: Integers
    annual_rate: NDArray[np.int64]
    instalments: NDArray[np.int64]
    every: NDArray[np.int64]
    seed_day: NDArray[np.int64]
    principal_grace: NDArray[np.int64]
    interest_grace: NDArray[np.int64]
    multiple: NDArray[np.int64]
    down_payment: NDArray[np.int64]
    agreed: NDArray[np.int64]
    carried: NDArray[np.int64]
    flat: NDArray[np.bool_]
    even_out: NDArray[np.bool_]
    method: NDArray[Any]
    unit: NDArray[Any]
    day_count: NDArray[Any]
    rounding: NDArray[Any]
    roll: NDArray[Any]
    start: Dates
    first_period_end: Dates

    def __init__(self, terms: Terms) -> None:
        values = [np.atleast_1d(value) for value in vars(terms).values()]
        columns = dict(zip(vars(terms), np.broadcast_arrays(*values), strict=True))
        self.order = np.argsort(-columns["instalments"].astype(np.int64), kind="stable")
        for name, column in columns.items():
            kind = type(self).__annotations__[name]
            ordered = column[self.order]
            if kind == "Dates":
                ordered = dates(ordered)
            elif kind == "NDArray[np.bool_]":
                ordered = ordered.astype(bool)
            elif kind == "NDArray[np.int64]":
                ordered = ordered.astype(np.int64)
            setattr(self, name, ordered)
        self.in_months = self.unit == Unit.MONTH
        self._check()

    def plan(self, rate: Integers, scale: Integers) -> Plan:
        """What ``amortise`` needs, at these rates."""
        return Plan(
            amount=self.amount - self.down_payment,
            periods=self.instalments,
            rate=rate,
            scale=scale,
            method=self.method,
            flat=self.flat,
            principal_grace=self.principal_grace,
            interest_grace=self.interest_grace,
            multiple=self.multiple,
            half_even=self.rounding == Rounding.HALF_EVEN,
            even_out=self.even_out,
            agreed=self.agreed,
            carried=self.carried,
        )

    def _check(self) -> None:
        rules = {
            "an amount above its down payment": self.amount > self.down_payment,
            "a down payment of 0 or more": self.down_payment >= 0,
            "a rate of 0 or more": self.annual_rate >= 0,
            "at least one instalment after its grace": (self.instalments > self.principal_grace) & (self.principal_grace >= 0),
            "an interest grace of 0 or more": self.interest_grace >= 0,
            "a period of a day or more": self.every > 0,
            "a multiple of a cent or more": self.multiple > 0,
            "a first period that ends after its start": np.isnat(self.first_period_end) | (self.first_period_end > self.start),
            "a known method": np.isin(self.method, list(Method)),
            "a known rounding": np.isin(self.rounding, list(Rounding)),
        }
        for rule, kept in rules.items():
            if not kept.all():
                raise ValueError(f"A schedule needs {rule}: loan {self.order[np.argmin(kept)]} of the batch has none.")


def periods(loans: Loans, agreed: ArrayLike | None = None) -> tuple[Dates, Dates]:
    """First and last day of every period, shape (periods, loans); ``agreed`` last days as ``build`` takes them."""
    given = ~np.isnat(loans.first_period_end)
    own_day = day_of_month(np.where(given, loans.first_period_end, loans.start))
    loans.seed_day = np.where(loans.seed_day > 0, loans.seed_day, own_day)
    regular = add_steps(loans.start, 1, loans.every, loans.in_months, loans.seed_day)
    first = np.where(given, loans.first_period_end, regular)
    if agreed is not None:
        ends = dates(agreed)[loans.order].T
        return np.vstack([loans.start, ends[:-1]]), ends
    ends = add_steps(first, np.arange(int(loans.instalments.max()))[:, None], loans.every, loans.in_months, loans.seed_day)
    return np.vstack([loans.start, ends[:-1]]), ends


def rates(loans: Loans, starts: Dates, ends: Dates) -> tuple[Integers, Integers]:
    """Interest of period k on a balance is balance x rate[k] / scale: shapes (periods, loans) and (loans,)."""
    by_period = loans.day_count == DayCount.PERIOD
    counted = np.where(by_period, DayCount.ACTUAL_360, loans.day_count)
    numerator, _ = year_fraction(starts, ends, counted)
    denominator = denominators(counted)
    # by 30/360 a regular month is 1/12, also from 31 January to 28 February
    irregular = np.zeros(ends.shape, dtype=bool)
    irregular[0] = ~_is_regular(loans, ends[0])
    thirty = (loans.day_count == DayCount.THIRTY_360) & loans.in_months
    numerator = np.where(thirty & ~irregular, 30 * loans.every, numerator)
    if by_period.any():
        part, whole = loans.every, np.where(loans.in_months, 12, np.where(loans.every % 7 == 0, 364, 365))
        usual = actual_days(add_steps(ends[0], -1, loans.every, loans.in_months, loans.seed_day), ends[0])
        numerator = np.where(by_period, part * np.where(irregular, actual_days(starts, ends), usual), numerator)
        denominator = np.where(by_period, whole * usual, denominator)
    divisor = np.gcd(loans.annual_rate, MILLION)
    numerator = np.where(np.arange(len(ends))[:, None] < loans.instalments, numerator, 0)
    return numerator * (loans.annual_rate // divisor), denominator * (MILLION // divisor)


def _is_regular(loans: Loans, first_end: Dates) -> NDArray[np.bool_]:
    """Whether the first period is a whole step from the start, by the start's own day or, where it begins on it, by the seed day."""
    by_own_day = add_steps(loans.start, 1, loans.every, loans.in_months, day_of_month(loans.start))
    by_seed_day = add_steps(loans.start, 1, loans.every, loans.in_months, loans.seed_day)
    on_seed_day = loans.start == add_steps(loans.start, 0, loans.every, loans.in_months, loans.seed_day)
    return (first_end == by_own_day) | (on_seed_day & (first_end == by_seed_day))


def as_schedule(
    loans: Loans,
    exists: NDArray[np.bool_],
    starts: Dates,
    ends: Dates,
    principal: Integers,
    interest: Integers,
    calendar: BusinessCalendar | None,
) -> Schedule:
    """From (periods, loans) to one entry an instalment, loans in the order they were given in."""
    back = np.argsort(loans.order, kind="stable")
    there = exists[:, back].T
    loan, row = np.nonzero(there)
    number = np.cumsum(there.astype(np.int64), axis=1)[loan, row]
    start, end, repaid, earned = (values[:, back].T[loan, row] for values in (starts, ends, principal, interest))
    roll = loans.roll[back][loan]
    if calendar is None and (roll != Roll.NONE).any():
        raise ValueError("Due dates roll to business days: give build() the business calendar.")
    return Schedule(loan, number, start, end, end if calendar is None else calendar.roll(end, roll), repaid, earned)
