"""An independent oracle: one loan at a time in exact fractions, day by day, written from docs/lending.md."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from math import floor


@dataclass(frozen=True)
class Row:
    start: date
    end: date
    principal: int
    interest: int


def rounded(value: Fraction, half_even: bool, multiple: int = 1) -> int:
    """Nearest multiple of ``multiple`` to a value of 0 or more."""
    units = value / multiple
    whole = floor(units)
    rest = units - whole
    if rest > Fraction(1, 2) or (rest == Fraction(1, 2) and (not half_even or whole % 2)):
        whole += 1
    return whole * multiple


def month_later(start: date, months: int) -> date:
    count = start.year * 12 + start.month - 1 + months
    year, month = divmod(count, 12)
    return date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))


def part_of_year(start: date, end: date, day_count: str, whole_months: int) -> Fraction:
    if day_count == "30/360":
        return Fraction(whole_months, 12)
    days = Fraction(0)
    day = start
    while day < end:
        in_year = {"ACTUAL/360": 360, "ACTUAL/364": 364, "ACTUAL/365": 365, "ACTUAL/ACTUAL": 366 if calendar.isleap(day.year) else 365}
        days += Fraction(1, in_year[day_count])
        day += timedelta(days=1)
    return days


def exact_schedule(
    method: str, amount: int, rate: Fraction, count: int, start: date, months: int, day_count: str, half_even: bool, multiple: int
) -> list[Row]:
    """Cents in, cents out."""
    ends = [month_later(start, months * (k + 1)) for k in range(count)]
    starts = [start, *ends[:-1]]
    factors = [rate * part_of_year(a, b, day_count, months) for a, b in zip(starts, ends, strict=True)]
    level = rounded(level_instalment(Fraction(amount), factors), half_even, multiple)
    share = rounded(Fraction(amount, count), half_even, multiple)
    rows, balance = [], amount
    for k in range(count):
        interest = rounded(balance * factors[k], half_even)
        wanted = {"EQUAL_INSTALMENT": level - interest, "EQUAL_PRINCIPAL": share}.get(method, 0)
        principal = balance if k == count - 1 else min(max(wanted, 0), balance)
        rows.append(Row(starts[k], ends[k], principal, interest))
        balance -= principal
    return rows


def level_instalment(amount: Fraction, factors: list[Fraction]) -> Fraction:
    """The payment whose discounted sum is the amount."""
    discount, total = Fraction(1), Fraction(0)
    for factor in factors:
        discount /= 1 + factor
        total += discount
    return amount / total
