"""Expected cash of the next 90 days."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import Engine

from tests.reports.book import FIRST, Days, build, rows_of, table


def test_ninety_days_a_product_and_one_row_of_what_is_overdue(any_database: Engine) -> None:
    days = Days(any_database)
    last, beyond = FIRST + timedelta(days=90), FIRST + timedelta(days=91)
    days.write(
        "expected_cash_day",
        f"""
        due_date   product_id instalments principal interest fee
        2026-03-02 1          2           30.00     9.00     3.00
        2026-03-03 1          3           100.00    7.00     1.00
        2026-03-03 2          1           50.00     2.00     0
        {last}     2          1           10.00     0.50     0
        {beyond}   2          1           99.00     9.00     0
        """,
    )
    day = days.close()
    build(any_database, "expected_cash", day)
    rows = rows_of(any_database, "expected_cash", day)
    assert len(rows) == 2 * (1 + 90)
    money = [row for row in rows if row["total"] != "0.00" or row["kind"] == "OVERDUE"]
    wanted = table(
        f"""
        expected_on product_code  kind    instalments principal interest fee  total
        2026-03-02  WC-INSTALMENT OVERDUE 2           30.00     9.00     3.00 42.00
        2026-03-02  WC-PRINCIPAL  OVERDUE 0           0.00      0.00     0.00 0.00
        2026-03-03  WC-INSTALMENT DUE     3           100.00    7.00     1.00 108.00
        2026-03-03  WC-PRINCIPAL  DUE     1           50.00     2.00     0.00 52.00
        {last}      WC-PRINCIPAL  DUE     1           10.00     0.50     0.00 10.50
        """
    )
    assert [{name: row[name] for name in wanted[0]} for row in money] == wanted
    assert {date.fromisoformat(str(row["expected_on"])) for row in rows} == {FIRST + timedelta(days=n) for n in range(91)}
