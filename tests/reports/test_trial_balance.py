"""The trial balance; that it goes on where it ended is shown in tests/sql/test_accounting.py."""

from __future__ import annotations

from sqlalchemy import Engine

from tests.reports.book import Days, assert_report, build


def test_an_account_is_a_debit_or_a_credit(any_database: Engine) -> None:
    days = Days(any_database)
    days.write("account_day", "account_code opening debit credit\n1002 100.00 0 150.00\n2241 -20.00 30.00 0\n6011 0 0 0")
    day = days.close()
    build(any_database, "trial_balance", day)
    assert_report(
        any_database,
        "trial_balance",
        day,
        """
        account_code kind      opening_debit opening_credit debit credit closing_debit closing_credit
        1002         ASSET     100.00        0.00           0.00  150.00 0.00          50.00
        2241         LIABILITY 0.00          20.00          30.00 0.00   10.00         0.00
        6011         INCOME    0.00          0.00           0.00  0.00   0.00          0.00
        """,
    )
