"""Roll rates: where the loans of each bucket went in a month."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Engine

from tests.reports.book import Days, assert_report, build, rows_of

BEFORE = """
loan_id state       days_past_due principal_balance
1       ACTIVE      0             100.00
2       ACTIVE      0             300.00
3       OVERDUE     30            50.00
4       OVERDUE     31            60.00
5       DEFAULTED   95            70.00
6       PAID_OFF    0             0
"""
NOW = """
loan_id state       days_past_due principal_balance
1       ACTIVE      0             90.00
2       OVERDUE     12            300.00
3       OVERDUE     61            50.00
4       PAID_OFF    0             0
5       WRITTEN_OFF 125           0
6       OVERDUE     1             10.00
7       ACTIVE      0             500.00
"""
ROLLED = """
from_bucket to_bucket   loans principal_before principal_now loan_share principal_share
0           0           1     100.00           90.00         0.500000   0.250000
0           1-30        1     300.00           300.00        0.500000   0.750000
1-30        61-90       1     50.00            50.00         1.000000   1.000000
31-60       PAID_OFF    1     60.00            0.00          1.000000   1.000000
91-180      WRITTEN_OFF 1     70.00            0.00          1.000000   1.000000
"""


def test_loans_of_a_month_ago_by_where_they_are_now(any_database: Engine) -> None:
    """A loan that was off the book then, or that came since, has no bucket to roll from."""
    days = Days(any_database, date(2026, 3, 1))
    days.write("loan_day", BEFORE)
    first = days.close()
    days.write("loan_day", BEFORE.replace("100.00", "99.00"))
    days.close()
    while days.day < date(2026, 4, 1):
        days.close()
    days.write("loan_day", NOW)
    last = days.close()
    build(any_database, "roll_rates", last)
    assert_report(any_database, "roll_rates", last, ROLLED)
    assert {row["since"] for row in rows_of(any_database, "roll_rates", last)} == {str(first)}


def test_a_month_ago_without_a_book_is_the_last_book_before_it(any_database: Engine) -> None:
    days = Days(any_database, date(2026, 1, 30))
    days.write("loan_day", BEFORE)
    first = days.close()
    while days.day < date(2026, 3, 31):
        days.close()
    days.write("loan_day", NOW)
    last = days.close()
    build(any_database, "roll_rates", last)
    assert {row["since"] for row in rows_of(any_database, "roll_rates", last)} == {str(first)}


def test_a_young_book_is_compared_with_its_first_date(any_database: Engine) -> None:
    days = Days(any_database)
    days.write("loan_day", BEFORE)
    first = days.close()
    days.write("loan_day", NOW)
    second = days.close()
    for day in (first, second):
        build(any_database, "roll_rates", day)
    assert {row["since"] for row in rows_of(any_database, "roll_rates", second)} == {str(first)}
    assert_report(any_database, "roll_rates", second, ROLLED)
    on_the_diagonal = rows_of(any_database, "roll_rates", first)
    assert {(row["from_no"], row["loan_share"]) for row in on_the_diagonal} == {(n, "1.000000") for n in "0124"}
    assert all(row["from_no"] == row["to_no"] and row["since"] == str(first) for row in on_the_diagonal)


def test_an_empty_book_rolls_nowhere(any_database: Engine) -> None:
    days = Days(any_database)
    days.close()
    day = days.close()
    assert build(any_database, "roll_rates", day).rows == 0
    assert rows_of(any_database, "roll_rates", day) == []
