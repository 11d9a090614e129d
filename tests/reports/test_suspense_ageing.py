"""What hangs open, by age, as it was at the close of the date."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Engine, text

from tests.reports.book import Days, build, rows_of

AGES = (0, 1, 3, 4, 7, 8, 30, 31, 90, 91, 400)


def test_a_bucket_holds_both_of_its_edges_and_says_how_old_its_oldest_is(any_database: Engine) -> None:
    days = Days(any_database)
    lines = [f"{number} {days.day - timedelta(days=age)} 1.00" for number, age in enumerate(AGES, 1)]
    with any_database.begin() as connection:
        for line in lines:
            number, came, amount = line.split()
            connection.execute(
                text("insert into suspense_item (repayment_id, business_date, amount, reason) values (:n, :came, :amount, 'x')"),
                {"n": number, "came": came, "amount": amount},
            )
    day = days.close()
    build(any_database, "suspense_ageing", day)
    found = [row for row in rows_of(any_database, "suspense_ageing", day) if row["kind"] == "SUSPENSE"]
    assert [(row["bucket"], row["items"], row["amount"], row["oldest_days"]) for row in found] == [
        ("0", "1", "1.00", "0"),
        ("1-3", "2", "2.00", "3"),
        ("4-7", "2", "2.00", "7"),
        ("8-30", "2", "2.00", "30"),
        ("31-90", "2", "2.00", "90"),
        (">90", "2", "2.00", "400"),
    ]
    assert found[-1]["oldest_on"] == str(day - timedelta(days=400))


def test_each_side_has_its_own_rows_and_money_in_and_out_are_apart(any_database: Engine) -> None:
    days = Days(any_database)
    lines = f"statement_date line_no amount\n{days.day} 1 70.00\n{days.day} 2 -2.50"
    days.write("bank_line", lines, kind="OTHER", value_date=days.day, reference="")
    days.write("bank_item", "kind source_id amount reference\nREPAYMENT 1 200.00 r1\nREFUND 2 -30.00 RF-1")
    days.write("suspense_item", "repayment_id amount\n1 40.00\n2 -15.00")
    day = days.close()
    build(any_database, "suspense_ageing", day)
    filled = [row for row in rows_of(any_database, "suspense_ageing", day) if row["items"] != "0"]
    assert [tuple(row[name] for name in ("kind", "items", "received", "paid", "amount")) for row in filled] == [
        ("BANK", "2", "70.00", "2.50", "67.50"),
        ("BOOKS", "2", "200.00", "30.00", "170.00"),
        ("SUSPENSE", "2", "40.00", "15.00", "25.00"),
    ]
    assert len(rows_of(any_database, "suspense_ageing", day)) == 18


def test_a_late_report_still_has_what_was_settled_later(any_database: Engine) -> None:
    days = Days(any_database)
    days.write("suspense_item", "repayment_id amount\n1 40.00")
    first = days.close()
    with any_database.begin() as connection:
        connection.execute(text("update suspense_item set state = 'RETURNED', resolved_on = :day"), {"day": days.day})
    second = days.close()
    for day in (first, second):
        build(any_database, "suspense_ageing", day)
    assert [sum(int(row["items"] or 0) for row in rows_of(any_database, "suspense_ageing", day)) for day in (first, second)] == [1, 0]
