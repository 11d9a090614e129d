"""Collections: one row a date."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import Engine, text

from tests.reports.book import Days, assert_report, build, rows_of


def test_due_and_overdue_come_from_the_dated_book(any_database: Engine) -> None:
    days = Days(any_database)
    days.write(
        "loan_day",
        """
        loan_id state       days_past_due principal_balance arrears due_today due_open
        1       ACTIVE      0             900.00            0       100.00    0
        2       ACTIVE      0             800.00            0       60.00     40.00
        3       OVERDUE     5             700.00            33.00   0         0
        4       DEFAULTED   120           600.00            166.00  40.00     40.00
        5       PAID_OFF    0             0                 0       0         0
        6       WRITTEN_OFF 500           0                 77.00   0         0
        """,
    )
    day = days.close()
    build(any_database, "collections", day)
    assert_report(
        any_database,
        "collections",
        day,
        """
        due_loans due_today collected_of_due due_open collection_rate overdue_loans overdue_principal arrears
        3         200.00    120.00           80.00    0.600000        2             1300.00           199.00
        """,
    )


def test_money_received_is_split_by_what_it_paid(any_database: Engine) -> None:
    days = Days(any_database)
    days.loans("loan state\n1 ACTIVE\n2 OVERDUE")
    days.write("repayment", "repayment_id external_ref loan_no loan_id amount value_date\n1 r1 1 1 100.00 2026-03-02")
    days.write("ledger_entry", "entry_id loan_id entry_type value_date principal interest repayment_id\n11 1 REPAYMENT 2026-03-02 90 10 1")
    first = days.close()
    # on the next date: a payment with fee, penalty and too much; one of an unknown loan; held money used; the first one
    # bounces, and so does one that nobody knows
    days.write(
        "repayment",
        """
        repayment_id external_ref kind    loan_no loan_id amount value_date original_ref
        2            r2           PAYMENT 2       2       80.00  2026-03-02 -
        3            r3           PAYMENT X9      -       70.00  2026-03-03 -
        4            r4           BOUNCE  1       1       100.00 2026-03-03 r1
        5            r5           BOUNCE  2       2       9.00   2026-03-03 r9
        """,
    )
    days.write("suspense_item", "repayment_id amount\n3 70.00\n5 -9.00")
    days.write("ledger_entry", "loan_id entry_type value_date penalty\n2 PENALTY_CHARGE 2026-03-03 3.00")
    days.write(
        "ledger_entry",
        """
        loan_id instalment_no entry_type   value_date principal interest fee penalty overpayment repayment_id reverses_entry_id
        1       1             REPAYMENT    2026-03-03 -90       -10      0   0       0           1            11
        2       1             REPAYMENT    2026-03-03 50        20       2   3       0           2            -
        2       0             REPAYMENT    2026-03-03 0         0        0   0       5           2            -
        2       1             HELD_APPLIED 2026-03-03 11        0        0   0       -11         -            -
        """,
    )
    day = days.close()
    result = build(any_database, "collections", day)
    assert (result.rows, result.amount) == (2, Decimal("150.00"))
    money = "payments payments_amount bounced to_suspense held_applied\n2 150.00 109.00 61.00 11.00"
    posted = "received_principal received_interest received_fee received_penalty received_overpayment\n-40.00 10.00 2.00 3.00 5.00"
    assert_report(any_database, "collections", day, money)
    assert_report(any_database, "collections", day, posted)

    # a suspense item that is matched later and a repayment that is marked bounced change nothing in the report of the date
    with any_database.begin() as connection:
        connection.execute(text("update suspense_item set state = 'MATCHED'"))
        connection.execute(text("update repayment set state = 'BOUNCED' where repayment_id = 2"))
    build(any_database, "collections", day)
    assert_report(any_database, "collections", day, money)
    assert_report(any_database, "collections", day, posted)
    build(any_database, "collections", first)
    assert_report(any_database, "collections", first, "payments bounced received_principal received_interest\n1 0.00 90.00 10.00")


def test_changes_of_state_are_those_of_the_day_as_a_whole(any_database: Engine) -> None:
    days = Days(any_database)
    days.loans("loan state\n1 ACTIVE\n2 OVERDUE\n3 OVERDUE\n4 ACTIVE\n5 OVERDUE\n6 DEFAULTED\n7 PAID_OFF")
    taken_over = days.close()
    days.move(
        "loan",
        """
        id to
        1  OVERDUE
        2  ACTIVE
        3  DEFAULTED
        4  PAID_OFF
        5  ACTIVE>OVERDUE
        6  ACTIVE
        7  OVERDUE
        """,
    )
    days.write("loan_day", "loan_id principal_balance\n1 10\n2 20\n3 40\n4 0\n5 80\n6 160\n7 320")
    day = days.close()
    build(any_database, "collections", day)
    assert_report(
        any_database,
        "collections",
        day,
        """
        newly_overdue_loans cured_loans defaulted_loans paid_off_loans newly_overdue_principal cured_principal defaulted_principal
        2                   2           1               1              330.00                  180.00          40.00
        """,
    )
    build(any_database, "collections", taken_over)
    assert_report(any_database, "collections", taken_over, "newly_overdue_loans cured_loans defaulted_loans paid_off_loans\n0 0 0 0")


def test_a_quiet_date_has_a_row_of_nothing(any_database: Engine) -> None:
    day = Days(any_database).close()
    build(any_database, "collections", day)
    (row,) = rows_of(any_database, "collections", day)
    assert row.pop("business_date") == str(day)
    assert row.pop("collection_rate") is None
    assert set(row.values()) == {"0", "0.00"}
