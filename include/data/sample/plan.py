"""Schedules of the book's loans, by the lender's own rules (include/lending/schedule.py)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from include.data.sample.loans import BookLoan, Owed
from include.data.sample.terms import product
from include.lending import calendar, schedule
from include.lending.money import to_millionths
from include.policy.seed import calendar_days


def add_months(day: date, months: int) -> date:
    """``day`` some months later, or earlier where negative; the month's last day where it is shorter."""
    return date.fromisoformat(str(calendar.add_months(day.isoformat(), months)))


def plans(loans: Sequence[BookLoan]) -> list[list[Owed]]:
    """The whole contractual schedule of each loan, nothing paid yet."""
    terms = [product(loan.product_code) for loan in loans]
    steps = [
        schedule.product_steps(p["method"].upper(), p["frequency"].upper(), loan.applicant.tenor)
        for p, loan in zip(terms, loans, strict=True)
    ]
    built = schedule.build(
        schedule.Terms(
            amount=[loan.applicant.amount for loan in loans],
            annual_rate=[to_millionths(loan.annual_rate) for loan in loans],
            instalments=[instalments for instalments, _, _ in steps],
            start=[loan.disbursed_on.isoformat() for loan in loans],
            method=[p["method"].upper() for p in terms],
            every=[every for _, every, _ in steps],
            unit=[unit for _, _, unit in steps],
            day_count=[p["day_count"].upper() for p in terms],
            rounding=[p["rounding"].upper() for p in terms],
            roll=[p["due_date_roll"].upper() for p in terms],
        ),
        _business_calendar(),
    )
    found: list[list[Owed]] = [[] for _ in loans]
    columns = (built.number, built.period_start, built.period_end, built.due_date, built.principal, built.interest)
    for place, *item in zip(built.loan.tolist(), *(column.tolist() for column in columns), strict=True):
        found[place].append(Owed(*item))
    return found


def _business_calendar() -> calendar.BusinessCalendar:
    days = list(calendar_days())
    closed = [row["calendar_date"] for row in days if not row["is_business_day"]]
    first, last = calendar.dates([days[0]["calendar_date"], days[-1]["calendar_date"]])
    return calendar.BusinessCalendar(first, last, calendar.dates(closed))
