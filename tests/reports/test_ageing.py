"""Ageing buckets."""

from __future__ import annotations

from sqlalchemy import Engine

from tests.reports.book import Days, assert_report, build, rows_of

EDGES = (0, 1, 30, 31, 60, 61, 90, 91, 180, 181, 270, 271, 360, 361, 2000)


def test_a_bucket_holds_both_of_its_edges(any_database: Engine) -> None:
    days = Days(any_database)
    lines = [f"{number} {dpd} 1.00 1.00" for number, dpd in enumerate(EDGES, 1)]
    days.write("loan_day", "loan_id days_past_due principal_balance arrears\n" + "\n".join(lines))
    day = days.close()
    build(any_database, "ageing", day)
    assert_report(
        any_database,
        "ageing",
        day,
        """
        bucket_no bucket  loans arrears
        0         0       1     1.00
        1         1-30    2     2.00
        2         31-60   2     2.00
        3         61-90   2     2.00
        4         91-180  2     2.00
        5         181-270 2     2.00
        6         271-360 2     2.00
        7         >360    2     2.00
        """,
    )


def test_shares_leave_out_what_is_off_the_book(any_database: Engine) -> None:
    days = Days(any_database)
    days.write(
        "loan_day",
        """
        loan_id state       days_past_due principal_balance arrears
        1       ACTIVE      0             600.00            0
        2       OVERDUE     12            300.00            25.00
        3       DEFAULTED   400           100.00            75.00
        4       PAID_OFF    0             0                 0
        5       WRITTEN_OFF 900           0                 50.00
        """,
    )
    day = days.close()
    build(any_database, "ageing", day)
    names = ("bucket", "loan_share", "principal_share", "arrears_share")
    filled = [tuple(row[name] for name in names) for row in rows_of(any_database, "ageing", day) if row["loans"] != "0"]
    assert filled == [
        ("0", "0.333333", "0.600000", "0.000000"),
        ("1-30", "0.333333", "0.300000", "0.250000"),
        (">360", "0.333333", "0.100000", "0.750000"),
    ]


def test_an_empty_book_has_every_bucket_and_no_shares(any_database: Engine) -> None:
    day = Days(any_database).close()
    build(any_database, "ageing", day)
    rows = rows_of(any_database, "ageing", day)
    assert len(rows) == 8
    assert {row[share] for row in rows for share in ("loan_share", "principal_share", "arrears_share")} == {None}
