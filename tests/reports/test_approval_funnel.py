"""The approval funnel: of the date and of its month so far."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import Engine

from tests.reports.book import Days, build, rows_of, table

LATE_FEBRUARY = date(2026, 2, 27)  # a Friday; Saturday 28 February is a make-up working day, Sunday 1 March is not


@pytest.fixture
def days(any_database: Engine) -> Days:
    """Six applications over Friday to Monday:

    1 approved and paid out on the Friday; 2 referred on the Friday, approved by an officer on the Monday, paid out;
    3 rejected on the Sunday; 4 approved on the Sunday, withdrawn on the Monday; 5 and 6 of the Monday.
    """
    days = Days(any_database, LATE_FEBRUARY)
    days.write("application", "application_id application_no amount\n1 A1 1000\n2 A2 2000")
    days.write("application_decision", "application_id outcome offer_amount\n1 APPROVED 900\n2 REFERRED -")
    days.move("application", "id to\n1 UNDER_REVIEW>APPROVED>ACCEPTED>PAYOUT_PENDING>DISBURSED\n2 UNDER_REVIEW>REFERRED")
    days.close()
    days.close()
    days.write("application", "application_id application_no amount\n3 A3 3000\n4 A4 4000")
    days.write("application_decision", "application_id outcome offer_amount\n3 REJECTED -\n4 APPROVED 4000")
    days.move("application", "id to\n3 UNDER_REVIEW>REJECTED\n4 UNDER_REVIEW>APPROVED")
    days.close()
    days.write("application", "application_id application_no amount\n5 A5 5000\n6 A6 6000")
    days.write("application_decision", "application_id outcome offer_amount\n2 APPROVED 1500\n5 REJECTED -")
    days.move(
        "application",
        """
        id to
        2  APPROVED>ACCEPTED>PAYOUT_PENDING>PAYOUT_FAILED>PAYOUT_PENDING>DISBURSED
        4  WITHDRAWN
        5  UNDER_REVIEW>REJECTED
        6  UNDER_REVIEW
        """,
    )
    days.close()
    return days


def _assert_stages(days: Days, day: date, span: str, expected: str) -> None:
    wanted = table(expected)
    rows = [row for row in rows_of(days.engine, "approval_funnel", day) if row["span"] == span]
    assert [row["stage_no"] for row in rows] == [str(number) for number in range(1, 10)]
    assert [{name: row[name] for name in wanted[0]} for row in rows if row["applications"] != "0"] == wanted


def test_a_date_counts_what_reached_each_stage_on_it(days: Days) -> None:
    build(days.engine, "approval_funnel", date(2026, 3, 2))
    _assert_stages(
        days,
        date(2026, 3, 2),
        "DAY",
        """
        stage     applications amount_asked amount_granted share_of_received share_of_decided average_days average_business_days
        RECEIVED  2            11000.00     -              1.000000          -                0.00         0.00
        SCORED    2            11000.00     -              1.000000          -                0.00         0.00
        APPROVED  1            2000.00      1500.00        0.500000          0.500000         3.00         2.00
        REJECTED  1            5000.00      -              0.500000          0.500000         0.00         0.00
        WITHDRAWN 1            4000.00      -              0.500000          -                1.00         1.00
        DISBURSED 1            2000.00      1500.00        0.500000          -                3.00         2.00
        """,
    )


def test_month_to_date_starts_with_its_month(days: Days) -> None:
    build(days.engine, "approval_funnel", date(2026, 3, 2))
    _assert_stages(
        days,
        date(2026, 3, 2),
        "MONTH",
        """
        stage     applications amount_asked amount_granted share_of_received share_of_decided average_days
        RECEIVED  4            18000.00     -              1.000000          -                0.00
        SCORED    4            18000.00     -              1.000000          -                0.00
        APPROVED  2            6000.00      5500.00        0.500000          0.500000         1.50
        REJECTED  2            8000.00      -              0.500000          0.500000         0.00
        WITHDRAWN 1            4000.00      -              0.250000          -                1.00
        DISBURSED 1            2000.00      1500.00        0.250000          -                3.00
        """,
    )


def test_a_late_report_does_not_see_what_came_later(days: Days) -> None:
    build(days.engine, "approval_funnel", LATE_FEBRUARY)
    _assert_stages(
        days,
        LATE_FEBRUARY,
        "MONTH",
        """
        stage     applications amount_granted share_of_received share_of_decided
        RECEIVED  2            -              1.000000          -
        SCORED    2            -              1.000000          -
        APPROVED  1            900.00         0.500000          1.000000
        REFERRED  1            -              0.500000          -
        DISBURSED 1            900.00         0.500000          -
        """,
    )


def test_a_date_without_applications_has_every_stage_empty(days: Days) -> None:
    build(days.engine, "approval_funnel", date(2026, 2, 28))
    rows = [row for row in rows_of(days.engine, "approval_funnel", date(2026, 2, 28)) if row["span"] == "DAY"]
    assert len(rows) == 9
    assert {tuple(row[name] for name in ("applications", "amount_asked", "share_of_received", "average_days")) for row in rows} == {
        ("0", "0.00", None, None)
    }
