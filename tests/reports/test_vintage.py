"""Vintages: what of each month's lending has ever been late."""

from __future__ import annotations

from datetime import date
from itertools import permutations

import pytest
from sqlalchemy import Engine, text

from tests.reports.book import Days, Row, assert_report, build, rows_of

# loan 1 is over 30 days late on the first date alone; loan 2 grows over 90 on the last; loan 3 never; loan 4 came in March
LATENESS = ((31, 30), (91, 89), (30, 90), (0, 91))


@pytest.fixture
def days(any_database: Engine) -> Days:
    """Four closed dates."""
    days = Days(any_database)
    for first, second in LATENESS:
        days.write(
            "loan_day",
            f"""
            loan_id disbursed_on days_past_due principal_disbursed principal_balance
            1       2025-12-30   {first if first == 31 else 0} 1000.00 250.00
            2       2025-12-01   {second}      1000.00             750.00
            3       2026-01-31   30            500.00              500.00
            4       2026-03-02   0             200.00              200.00
            """,
        )
        days.close()
    return days


def _dates(days: Days) -> list[date]:
    with days.engine.connect() as connection:
        return list(connection.scalars(text("select business_date from business_day where state = 'CLOSED' order by 1")))


def test_months_on_book_balance_and_ever_late(days: Days) -> None:
    first, second, third, last = _dates(days)
    for day in (first, second, third, last):
        build(days.engine, "vintage", day)
    header = "vintage_month loans disbursed balance balance_share late_30_balance ever_30_loans ever_30_share ever_90_loans ever_90_share"
    young = """
        2026-01-01 1 500.00 500.00 1.000000 0.00 0 0.000000 0 0.000000
        2026-03-01 1 200.00 200.00 1.000000 0.00 0 0.000000 0 0.000000"""
    december = {
        first: "2025-12-01 2 2000.00 1000.00 0.500000 250.00 1 0.500000 0 0.000000",
        second: "2025-12-01 2 2000.00 1000.00 0.500000 750.00 2 1.000000 0 0.000000",
        third: "2025-12-01 2 2000.00 1000.00 0.500000 750.00 2 1.000000 0 0.000000",
        last: "2025-12-01 2 2000.00 1000.00 0.500000 750.00 2 1.000000 1 0.500000",
    }
    for day, line in december.items():
        assert_report(days.engine, "vintage", day, f"{header}\n{line}{young}")
        assert_report(days.engine, "vintage", day, "vintage_month months_on_book\n2025-12-01 3\n2026-01-01 2\n2026-03-01 0")


def test_any_order_of_building_gives_the_same(days: Days) -> None:
    dates = _dates(days)

    def built() -> list[list[Row]]:
        return [rows_of(days.engine, name, day) for name in ("vintage", "vintage_late") for day in dates]

    for day in dates:
        build(days.engine, "vintage", day)
    in_order = built()
    for order in permutations(dates):
        with days.engine.begin() as connection:
            connection.execute(text("delete from report_vintage"))
            connection.execute(text("delete from report_vintage_late"))
        for day in order:
            build(days.engine, "vintage", day)
        assert built() == in_order, order
