"""A late report is still the report of its date, and building it again changes nothing."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from include.day import REPORTS
from include.steps.headline import as_text, headline
from tests.conftest import as_role
from tests.reports.book import FIRST, Days, Row, build, rows_of


def _one_day(days: Days, number: int) -> None:
    """Something for every report: loans that move, money, applications, a decision, the dated book."""
    loan = number * 10
    days.loans(f"loan state application_id\n{loan} ACTIVE {loan}\n{loan + 1} OVERDUE -")
    days.write("application", f"application_id application_no amount\n{loan} A{loan} 1000.00\n{loan + 1} A{loan + 1} 2000.00")
    days.score(f"application_id points prob_good\n{loan} 550 0.9\n{loan + 1} 470 0.4")
    days.write(
        "application_decision",
        f"application_id outcome offer_amount model_name model_version points\n{loan} APPROVED 900.00 credit_score 1 550\n"
        f"{loan + 1} REJECTED - credit_score 1 470",
    )
    days.move("application", f"id to\n{loan} UNDER_REVIEW>APPROVED\n{loan + 1} UNDER_REVIEW>REJECTED")
    days.write("repayment", f"repayment_id external_ref loan_no loan_id amount value_date\n{loan} r{loan} {loan} {loan} 70.00 {days.day}")
    days.write(
        "ledger_entry",
        f"""
        loan_id instalment_no entry_type   value_date principal interest repayment_id
        {loan}  0             DISBURSEMENT {days.day} 5000.00   0        -
        {loan}  1             REPAYMENT    {days.day} 60.00     10.00    {loan}
        """,
    )
    days.move("loan", f"id to\n{loan} OVERDUE\n{loan + 1} ACTIVE")
    days.write(
        "loan_day",
        f"""
        loan_id    state   days_past_due class_code principal_balance principal_disbursed exposure provision due_today received_today
        {loan}     OVERDUE {30 + number} 2          940.00            1000.00             950.00   28.50     80.00     70.00
        {loan + 1} ACTIVE  0             1          500.00            1000.00             500.00   5.00      0         0
        """,
    )
    days.write("expected_cash_day", f"due_date product_id instalments principal interest\n2026-04-01 1 2 {100 + number}.00 9.00")


def _reports(engine: Engine) -> dict[str, list[Row]]:
    return {step.task: rows_of(engine, step.task, FIRST) for step in REPORTS}


def test_reports_made_again_after_later_days_are_the_same(any_database: Engine) -> None:
    days = Days(any_database)
    as_app = as_role(any_database, "millrace_app")
    _one_day(days, 1)
    day = days.close()
    results = {step.task: build(as_app, step.task, day) for step in REPORTS}
    on_time = _reports(any_database)
    assert all(on_time.values())

    # later: new days, the same loans paid off, the applications withdrawn
    days.move("loan", "id to\n10 PAID_OFF\n11 PAID_OFF")
    days.move("application", "id to\n10 WITHDRAWN")
    _one_day(days, 2)
    later = days.close()
    for step in REPORTS:
        build(as_app, step.task, later)
        assert build(as_app, step.task, day) == results[step.task]
    assert _reports(any_database) == on_time

    with any_database.connect() as connection:
        attempts = connection.execute(text("select distinct state from step_attempt")).scalars().all()
    assert attempts == ["DONE"]


def test_the_headline_says_what_the_reports_say(any_database: Engine) -> None:
    days = Days(any_database)
    _one_day(days, 1)
    day = days.close()
    with any_database.connect() as connection:
        with pytest.raises(LookupError, match="make day DATE=2026-03-02"):
            headline(connection, day)
    for step in REPORTS:
        build(any_database, step.task, day)
    with any_database.connect() as connection:
        figures = headline(connection, day)
    assert as_text(figures).splitlines() == [
        "At the close of 2026-03-02",
        "  Book              1,440.00 CNY in 2 loans",
        "  New               5,000.00 CNY in 1 loans",
        "  Repaid            70.00 CNY",
        "  Collected of due  100.00%",
        "  Overdue           0.00 CNY on 1 loans that owe 940.00 CNY",
        "  NPL ratio         0.00%",
        "  Provisions        33.50 CNY",
        "  Applications      2 received",
        "  Approval rate     50.00% (month to date 50.00%)",
    ]


def test_management_reads_reports_and_changes_nothing(any_database: Engine) -> None:
    reader = as_role(any_database, "millrace_reader")
    with any_database.connect() as connection:
        tables = connection.execute(text("show tables like 'report%'")).scalars().all()
    assert len(tables) == 10
    with reader.connect() as connection:
        for name in tables:
            connection.execute(text(f"select * from {name}"))
            with pytest.raises(DBAPIError, match="denied"):
                connection.execute(text(f"delete from {name}"))
