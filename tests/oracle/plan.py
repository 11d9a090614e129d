"""The schedule of a loan, one period after the other, as docs/lending.md has it. Whole cents out, fractions inside."""

from __future__ import annotations

import calendar
from collections.abc import Container
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

from tests.lending.exact_schedule import level_instalment, month_later, rounded

ONE_DAY = timedelta(days=1)
STEP_DAYS = {"WEEKLY": 7, "FORTNIGHTLY": 14}
STEP_MONTHS = {"MONTHLY": 1, "QUARTERLY": 3}
INSTALMENTS_A_MONTH = {"WEEKLY": Fraction(52, 12), "FORTNIGHTLY": Fraction(26, 12), "MONTHLY": Fraction(1), "QUARTERLY": Fraction(1, 3)}
DAYS_A_YEAR = {"ACTUAL/360": 360, "ACTUAL/364": 364, "ACTUAL/365": 365}


@dataclass(frozen=True)
class Contract:
    """What a loan was made under: cents, months, an annual rate, and its product's settings by the names of loan_product."""

    amount: int
    rate: Fraction
    tenor: int
    start: date
    method: str
    frequency: str
    day_count: str
    half_even: bool
    rolls: bool


@dataclass(frozen=True)
class Period:
    """One instalment as scheduled, cents. Interest is for the days after ``start``, up to and including ``end``."""

    number: int
    start: date
    end: date
    due: date
    principal: int
    interest: int


def schedule(contract: Contract, business_days: Container[date]) -> list[Period]:
    """The instalments of a contract that starts on the day of its payout."""
    starts_and_ends = _periods(contract)
    parts = [contract.rate * part_of_year(contract, start, end) for start, end in starts_and_ends]
    count = len(parts)
    level = rounded(level_instalment(Fraction(contract.amount), parts), contract.half_even)
    share = rounded(Fraction(contract.amount, count), contract.half_even)
    balance, periods = contract.amount, []
    for number, ((start, end), part) in enumerate(zip(starts_and_ends, parts, strict=True), start=1):
        interest = rounded(balance * part, contract.half_even)
        planned = {"EQUAL_INSTALMENT": level - interest, "EQUAL_PRINCIPAL": share}.get(contract.method, 0)
        principal = balance if number == count else min(max(planned, 0), balance)
        periods.append(Period(number, start, end, due_date(end, contract.rolls, business_days), principal, interest))
        balance -= principal
    return periods


def due_date(end: date, rolls: bool, business_days: Container[date]) -> date:
    """The end of a period, or the next business day."""
    while rolls and end not in business_days:
        end += ONE_DAY
    return end


def part_of_year(contract: Contract, start: date, end: date) -> Fraction:
    """Part of a year of one period, day by day where days count."""
    if contract.day_count == "30/360":
        if contract.frequency in STEP_MONTHS or contract.method == "AT_MATURITY":
            return Fraction((end.year - start.year) * 12 + end.month - start.month, 12)
        months = (end.year - start.year) * 12 + end.month - start.month
        return Fraction(30 * months + min(end.day, 30) - min(start.day, 30), 360)
    total, day = Fraction(0), start
    while day < end:
        day += ONE_DAY
        # the year of the day that the interest is for is that of the morning on which it begins
        in_year = 366 if calendar.isleap((day - ONE_DAY).year) else 365
        total += Fraction(1, DAYS_A_YEAR.get(contract.day_count, in_year))
    return total


def _periods(contract: Contract) -> list[tuple[date, date]]:
    if contract.method == "AT_MATURITY":
        return [(contract.start, month_later(contract.start, contract.tenor))]
    count = rounded(contract.tenor * INSTALMENTS_A_MONTH[contract.frequency], half_even=False)
    if contract.frequency in STEP_DAYS:
        ends = [contract.start + k * STEP_DAYS[contract.frequency] * ONE_DAY for k in range(count + 1)]
    else:
        ends = [month_later(contract.start, k * STEP_MONTHS[contract.frequency]) for k in range(count + 1)]
    return list(pairwise(ends))
