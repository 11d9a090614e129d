"""Applications and approvals by points of the score."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import Engine

from tests.reports.book import Days, assert_report, build


@pytest.fixture
def days(any_database: Engine) -> Days:
    """Two dates in March, after one in February: scores at the edges of the bands, one officer's decision a day later."""
    days = Days(any_database, date(2026, 2, 28))
    days.write("application", "application_id application_no amount\n9 A9 1000.00")
    days.write("application_score", "application_id points prob_good\n9 600.0 0.9")
    days.close()
    days.write("application", "application_id application_no amount\n" + "\n".join(f"{n} A{n} 1000.00" for n in range(1, 6)))
    days.write(
        "application_score",
        """
        application_id role       model_version points   prob_good
        1              CHAMPION   3             560.0000 0.7
        1              CHALLENGER 4             620.0000 0.9
        2              CHAMPION   3             579.9999 0.8
        3              CHAMPION   3             580.0000 0.8
        4              CHAMPION   3             455.5000 0.3
        5              CHAMPION   3             -12.5    0.1
        """,
    )
    days.write("application_decision", "application_id outcome\n1 APPROVED\n2 REFERRED\n3 REFERRED\n4 REJECTED")
    days.close()
    days.write("application_decision", "application_id outcome decided_by\n2 APPROVED officer\n3 REJECTED officer")
    days.close()
    return days


def test_a_day_by_bands(days: Days) -> None:
    build(days.engine, "score_bands", date(2026, 3, 1))
    assert_report(
        days.engine,
        "score_bands",
        date(2026, 3, 1),
        """
        span  band_from band    applications application_share average_prob_good approved referred rejected approval_rate
        DAY   -20       -20-0   1            0.200000          0.100000          0        0        0        -
        DAY   440       440-460 1            0.200000          0.300000          0        0        1        0.000000
        DAY   560       560-580 2            0.400000          0.750000          1        1        0        1.000000
        DAY   580       580-600 1            0.200000          0.800000          0        1        0        -
        MONTH -20       -20-0   1            0.200000          0.100000          0        0        0        -
        MONTH 440       440-460 1            0.200000          0.300000          0        0        1        0.000000
        MONTH 560       560-580 2            0.400000          0.750000          1        1        0        1.000000
        MONTH 580       580-600 1            0.200000          0.800000          0        1        0        -
        """,
    )


def test_what_an_officer_decides_later_counts_from_then_on(days: Days) -> None:
    for day in (date(2026, 3, 2), date(2026, 3, 1)):
        build(days.engine, "score_bands", day)
    later = """
        span  band_from approved referred rejected approval_rate
        MONTH -20       0        0        0        -
        MONTH 440       0        0        1        0.000000
        MONTH 560       2        0        0        1.000000
        MONTH 580       0        0        1        0.000000
        """
    assert_report(days.engine, "score_bands", date(2026, 3, 2), later)
