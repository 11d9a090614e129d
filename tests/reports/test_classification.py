"""Five classes, stages, provisions and how they moved."""

from __future__ import annotations

from sqlalchemy import Engine

from tests.reports.book import Days, assert_report, build


def test_movement_against_the_date_before(any_database: Engine) -> None:
    days = Days(any_database)
    days.write(
        "loan_day",
        """
        loan_id state     class_code stage exposure provision
        1       ACTIVE    1          1     1000.00  10.00
        2       ACTIVE    1          1     500.00   5.00
        3       OVERDUE   2          1     300.00   9.00
        """,
    )
    first = days.close()
    days.write(
        "loan_day",
        """
        loan_id state     class_code stage exposure provision
        1       ACTIVE    1          1     900.00   9.00
        2       OVERDUE   2          2     500.00   15.00
        3       PAID_OFF  1          1     0        0
        """,
    )
    second = days.close()
    for day in (second, first):
        build(any_database, "classification", day)
    assert_report(
        any_database,
        "classification",
        first,
        """
        class_code stage loans exposure coverage provision loans_movement exposure_movement provision_movement
        1          1     2     1500.00  0.010000 15.00     2              1500.00           15.00
        2          1     1     300.00   0.030000 9.00      1              300.00            9.00
        """,
    )
    assert_report(
        any_database,
        "classification",
        second,
        """
        class_code stage loans exposure coverage provision loans_movement exposure_movement provision_movement
        1          1     1     900.00   0.010000 9.00      -1             -600.00           -6.00
        2          1     0     0.00     -        0.00      -1             -300.00           -9.00
        2          2     1     500.00   0.030000 15.00     1              500.00            15.00
        """,
    )
