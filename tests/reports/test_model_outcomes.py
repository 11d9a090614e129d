"""Bad rates of scored loans against what was predicted, by vintage and, once their window has passed, by points."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import Engine

from tests.reports.book import Days, assert_report, build

HEADER = "model_version cut slice loans matured_loans predicted_bad observed_bad observed_to_predicted"


@pytest.fixture
def days(any_database: Engine) -> Days:
    """Four scored loans and one of an earlier book. Loan 1 and 2 are of March 2025: 2 is over 90 days late on the first date alone."""
    days = Days(any_database)
    days.loans("loan state application_id\n1 ACTIVE 1\n2 ACTIVE 2\n3 ACTIVE 3\n4 ACTIVE 4\n5 ACTIVE -")
    days.write("application", "application_id application_no amount\n1 A1 1\n2 A2 1\n3 A3 1\n4 A4 1")
    days.score("application_id points prob_good\n1 551 0.9\n2 559.5 0.8\n3 500 0.6\n4 500 0.5")
    decided = "application_id outcome model_name model_version points\n"
    days.write("application_decision", decided + "\n".join(f"{n} APPROVED credit_score 1 500" for n in (1, 2, 3, 4)))
    for second, third in ((91, 0), (0, 90), (0, 91)):
        days.write(
            "loan_day",
            f"""
            loan_id disbursed_on days_past_due
            1       2025-03-03   0
            2       2025-03-02   {second}
            3       2026-01-05   {third}
            4       2026-01-06   0
            5       2026-01-06   400
            """,
        )
        days.close()
    return days


def test_a_loan_once_bad_stays_bad_and_one_without_a_score_does_not_count(days: Days) -> None:
    first, second, third = date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 4)
    for day in (first, second, third):
        build(days.engine, "model_outcomes", day)
    young = "1 VINTAGE 2026-01 2 0 0.450000 0.000000 0.000000"
    assert_report(
        days.engine,
        "model_outcomes",
        first,
        f"{HEADER}\n1 MATURED 540 1 1 0.200000 1.000000 5.000000\n1 VINTAGE 2025-03 2 1 0.150000 0.500000 3.333333\n{young}",
    )
    matured = "1 MATURED 540 2 2 0.150000 0.500000 3.333333\n1 VINTAGE 2025-03 2 2 0.150000 0.500000 3.333333"
    assert_report(days.engine, "model_outcomes", second, f"{HEADER}\n{matured}\n{young}")
    turned = "1 VINTAGE 2026-01 2 0 0.450000 0.500000 1.111111"
    assert_report(days.engine, "model_outcomes", third, f"{HEADER}\n{matured}\n{turned}")


def test_what_turns_bad_after_its_window_is_not_held_against_the_score(any_database: Engine) -> None:
    days = Days(any_database)
    days.loans("loan state application_id\n1 ACTIVE 1")
    days.write("application", "application_id application_no amount\n1 A1 1")
    days.score("application_id points prob_good\n1 551 0.9")
    days.write("application_decision", "application_id outcome model_name model_version\n1 APPROVED credit_score 1")
    days.write("loan_day", "loan_id disbursed_on days_past_due\n1 2025-03-01 120")
    build(any_database, "model_outcomes", days.close())
    assert_report(any_database, "model_outcomes", date(2026, 3, 2), "cut loans observed_bad\nMATURED 1 0.000000\nVINTAGE 1 0.000000")


def test_a_date_that_was_never_reported_counts_when_a_later_one_is(days: Days) -> None:
    build(days.engine, "model_outcomes", date(2026, 3, 4))
    vintages = "cut slice observed_bad\nMATURED 540 0.500000\nVINTAGE 2025-03 0.500000\nVINTAGE 2026-01 0.500000"
    assert_report(days.engine, "model_outcomes", date(2026, 3, 4), vintages)
    build(days.engine, "model_outcomes", date(2026, 3, 2))
    assert_report(days.engine, "model_outcomes", date(2026, 3, 4), vintages)
