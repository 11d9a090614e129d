"""The book by product and state."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import Engine

from include import policy
from tests.reports.book import Days, assert_report, build


def test_sums_by_product_and_state(any_database: Engine) -> None:
    days = Days(any_database)
    days.write(
        "loan_day",
        """
        loan_id product_id state     principal_balance interest_outstanding penalty_outstanding interest_accrued arrears overpayment
        1       1          ACTIVE    1000.00           0                    0                   3.10             0       0
        2       1          ACTIVE    500.50            0                    0                   1.05             0       20.00
        3       1          OVERDUE   200.00            4.00                 0.33                0.40             54.33   0
        4       2          DEFAULTED 299.50            9.00                 1.50                0                90.50   0
        5       2          PAID_OFF  0                 0                    0                   0                0       0
        """,
    )
    day = days.close()
    result = build(any_database, "portfolio", day)
    assert (result.rows, result.amount) == (4, Decimal("2000.00"))
    assert_report(
        any_database,
        "portfolio",
        day,
        """
        product_code  state     loans principal interest_outstanding penalty_outstanding interest_accrued arrears overpayment
        WC-INSTALMENT ACTIVE    2     1500.50   0.00                 0.00                4.15             0.00    20.00
        WC-INSTALMENT OVERDUE   1     200.00    4.00                 0.33                0.40             54.33   0.00
        WC-PRINCIPAL  DEFAULTED 1     299.50    9.00                 1.50                0.00             90.50   0.00
        WC-PRINCIPAL  PAID_OFF  1     0.00      0.00                 0.00                0.00             0.00    0.00
        """,
    )


def test_npl_ratio_of_product_and_book_counts_classes_three_to_five(any_database: Engine) -> None:
    days = Days(any_database)
    days.write(
        "loan_day",
        """
        loan_id product_id state     class_code principal_balance
        1       1          ACTIVE    1          600.00
        2       1          OVERDUE   2          100.00
        3       1          DEFAULTED 3          200.00
        4       1          DEFAULTED 5          100.00
        5       2          ACTIVE    1          1000.00
        6       3          PAID_OFF  1          0
        """,
    )
    day = days.close()
    build(any_database, "portfolio", day)
    assert_report(
        any_database,
        "portfolio",
        day,
        """
        product_code     state     npl_principal npl_ratio_of_product npl_ratio_of_book
        WC-INSTALMENT    ACTIVE    0.00          0.300000             0.150000
        WC-INSTALMENT    DEFAULTED 300.00        0.300000             0.150000
        WC-INSTALMENT    OVERDUE   0.00          0.300000             0.150000
        WC-INTEREST-ONLY PAID_OFF  0.00          -                    0.150000
        WC-PRINCIPAL     ACTIVE    0.00          0.000000             0.150000
        """,
    )


def test_classes_called_non_performing_are_those_of_policy() -> None:
    classes = policy.read("servicing")["asset_classes"]
    assert [item["code"] for item in classes if item["non_performing"]] == [3, 4, 5]


def test_movements_of_the_date_are_net_of_what_was_taken_back(any_database: Engine) -> None:
    days = Days(any_database)
    days.loans("loan state\n1 ACTIVE\n2 ACTIVE\n3 OVERDUE")
    days.write(
        "ledger_entry",
        """
        entry_id loan_id instalment_no entry_type   value_date principal interest overpayment reverses_entry_id
        101      1       0             DISBURSEMENT 2026-03-02 800.00    0        0           -
        102      2       0             DISBURSEMENT 2026-03-02 300.00    0        0           -
        103      2       0             DISBURSEMENT 2026-03-02 -300.00   0        0           102
        104      3       1             REPAYMENT    2026-03-02 90.00     10.00    5.00        -
        105      3       1             HELD_APPLIED 2026-03-02 40.00     0        -40.00      -
        """,
    )
    days.write(
        "loan_day",
        """
        loan_id state   principal_balance received_today
        1       ACTIVE  800.00            0
        2       ACTIVE  0                 0
        3       OVERDUE 870.00            105.00
        """,
    )
    day = days.close()
    build(any_database, "portfolio", day)
    assert_report(
        any_database,
        "portfolio",
        day,
        """
        state   loans new_loans disbursed_today received_today principal_repaid_today
        ACTIVE  2     1         800.00          0.00           0.00
        OVERDUE 1     0         0.00            105.00         130.00
        """,
    )
