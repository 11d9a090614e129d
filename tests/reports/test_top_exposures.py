"""The customers with the largest exposure."""

from __future__ import annotations

from sqlalchemy import Engine

from tests.reports.book import Days, assert_report, build, rows_of


def test_a_customer_counts_with_all_loans_on_the_book(any_database: Engine) -> None:
    days = Days(any_database)
    days.write(
        "loan_day",
        """
        loan_id customer_no region   industry state       days_past_due class_code principal_balance exposure arrears
        1       C1          Shanghai retail   ACTIVE      0             1          100.00            110.00   0
        2       C1          Shanghai retail   DEFAULTED   95            3          300.00            340.00   90.00
        3       C2          -        -        OVERDUE     5             2          500.00            500.00   20.00
        4       C3          Beijing  mining   ACTIVE      0             1          50.00             50.00    0
        5       C4          Beijing  mining   WRITTEN_OFF 500           5          0                 900.00   0
        """,
    )
    day = days.close()
    result = build(any_database, "top_exposures", day)
    assert (result.rows, str(result.amount)) == (3, "1000.00")
    assert_report(
        any_database,
        "top_exposures",
        day,
        """
        rank_no customer_no region   industry loans principal exposure exposure_share arrears days_past_due class_code
        1       C2          -        -        1     500.00    500.00   0.500000       20.00   5             2
        2       C1          Shanghai retail   2     400.00    450.00   0.450000       90.00   95            3
        3       C3          Beijing  mining   1     50.00     50.00    0.050000       0.00    0             1
        """,
    )


def test_no_more_than_twenty(any_database: Engine) -> None:
    days = Days(any_database)
    lines = "\n".join(f"{number} C{number} {number}.00" for number in range(2, 31))
    days.write("loan_day", f"loan_id customer_no exposure\n{lines}")
    day = days.close()
    build(any_database, "top_exposures", day)
    rows = rows_of(any_database, "top_exposures", day)
    assert [row["rank_no"] for row in rows] == [str(n) for n in range(1, 21)]
    assert (rows[0]["customer_no"], rows[-1]["customer_no"]) == ("C30", "C11")
    # the share is of the whole book, the small ones too
    assert rows[0]["exposure_share"] == "0.064655"
