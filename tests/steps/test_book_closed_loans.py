"""Loans that were closed before the cut-over and the history of all come over too, once, and are only read from then on."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import OperationalError
from upath import UPath

from include.database import run_sql
from include.steps.book import main, take_over
from include.steps.changes.requests import ChangeError
from include.steps.context import StepError
from tests.checksums import checksums
from tests.conftest import as_role, scalar
from tests.lender import Lender
from tests.steps.small_book import Book, add_closed_loans, write_book

D = Decimal
FIRST_DATE = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def places(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MILLRACE_KEY", base64.b64encode(b"k" * 32).decode())
    monkeypatch.setenv("MILLRACE_RECORDS", str(tmp_path / "records"))


@pytest.fixture
def lender(any_database: Engine, app_engine: Engine, tmp_path: Path) -> Lender:
    """A lender who has taken over the small book with its closed loans, as the pipeline's account."""
    take_over(app_engine, UPath(write_book(tmp_path / "book", add_closed_loans)))
    return Lender(any_database, app_engine, tmp_path)


def offending(lender: Lender) -> dict[str, int]:
    return {row["invariant"]: row["offending_rows"] for row in lender.rows("select * from invariant_check where offending_rows > 0")}


def test_closed_loans_come_over_in_their_state_and_owe_nothing(lender: Lender) -> None:
    closed = (
        "select loan_no, l.state, principal, principal_disbursed, principal_balance, class_code, stage, written_off_on, o.state as was,"
        " closed_on, charged_off from loan as l join imported_loan as o using (loan_id) where o.state <> 'RUNNING' order by 1"
    )
    assert [tuple(row.values()) for row in lender.rows(closed)] == [
        ("LB000007", "PAID_OFF", D("6000.00"), D(0), D(0), 1, 1, None, "PAID_OFF", date(2025, 12, 15), D("0.00")),
        ("LB000008", "WRITTEN_OFF", D("6000.00"), D(0), D(0), 5, 3, date(2026, 2, 1), "WRITTEN_OFF", date(2026, 2, 1), D("700.00")),
    ]
    per_loan = (
        "select loan_no, count(if(instalment_no = 0, 1, null)) as openings from loan left join ledger_entry using (loan_id)"
        " group by loan_no order by loan_no"
    )
    assert [row["openings"] for row in lender.rows(per_loan)] == [1] * 7 + [0], "one OPENING entry a loan that owes or holds something"
    details = lender.one("select details from imported_loan join loan using (loan_id) where loan_no = 'LB000008'")["details"]
    assert json.loads(details) == {"branch": "杭州"}


def test_history_is_kept_by_loan_and_stays_out_of_the_ledger(lender: Lender) -> None:
    with lender.engine.connect() as connection:
        found = run_sql(connection, "desk/imported_events", {"loan_no": "LB000008"})
        events = [tuple(row) for row in found or ()]
    assert events == [
        (1, date(2025, 6, 15), "DISBURSEMENT", D("6000.00"), D(0), D(0), D(0), None),
        (2, date(2025, 7, 15), "REPAYMENT", D("5300.00"), D("40.00"), D("5.00"), D("1.50"), "P-1"),
        (3, date(2026, 2, 1), "CHARGE_OFF", D("700.00"), D(0), D(0), D(0), "W-1"),
        (4, date(2026, 2, 20), "RECOVERY", D("20.00"), D(0), D(0), D(0), None),
    ]
    assert lender.rows("select distinct entry_type, value_date from ledger_entry") == [
        {"entry_type": "OPENING", "value_date": date(2026, 3, 1)}
    ]
    totals = json.loads(lender.one("select totals from book_import")["totals"])
    assert {name: value for name, value in totals.items() if "history" in name or "_OFF" in name} == {
        "PAID_OFF loans": "1",
        "PAID_OFF principal": "6000.00",
        "PAID_OFF charged_off": "0.00",
        "WRITTEN_OFF loans": "1",
        "WRITTEN_OFF principal": "6000.00",
        "WRITTEN_OFF charged_off": "700.00",
        "history events": "7",
        "history disbursed": "12000.00",
        "history repaid": "11800.00",
        "history charged_off": "700.00",
        "history recovered": "20.00",
    }


@pytest.mark.parametrize("table", ["imported_event", "imported_loan", "book_import"])
def test_what_was_taken_over_is_read_only_for_everybody(lender: Lender, table: str) -> None:
    column = {"imported_event": "reference", "imported_loan": "charged_off", "book_import": "actor"}[table]
    insert = {
        "imported_event": "insert into imported_event (loan_id, event_no, event_date, kind) values (1, 99, '2026-01-01', 'RECOVERY')",
        "imported_loan": "insert into imported_loan (loan_id, state, principal_outstanding) select 999, 'RUNNING', 1",
        "book_import": "insert into book_import select * from book_import",
    }[table]
    before = scalar(lender.owner, f"select count(*) from {table}")
    for change in (f"update {table} set {column} = '1'", f"delete from {table}"):
        with pytest.raises(OperationalError, match="1142"):  # no right to
            with lender.engine.begin() as connection:
                connection.execute(text(change))
        with pytest.raises(OperationalError, match=r"read-only|never changes"):  # not even its owner
            lender.execute(change)
    with pytest.raises(Exception, match=r"has been taken over|Duplicate entry"):
        lender.execute(insert)
    assert scalar(lender.owner, f"select count(*) from {table}") == before


def test_days_close_over_closed_loans_and_money_for_them_finds_its_place(lender: Lender) -> None:
    lender.receive("LB000008", "150.00", "BY-FILE")
    lender.receive("LB000008", "50.00", "BY-TELLER", channel="COUNTER")
    lender.receive("LB000007", "10.00", "OVERPAID")
    lender.close_day()
    assert not offending(lender)
    written_off = lender.one("select state, recovered, principal_balance, overpayment from loan where loan_no = 'LB000008'")
    assert written_off == {"state": "WRITTEN_OFF", "recovered": D("200.00"), "principal_balance": D(0), "overpayment": D(0)}
    assert lender.one("select state, overpayment from loan where loan_no = 'LB000007'") == {"state": "PAID_OFF", "overpayment": D("13.00")}
    booked = "select account_code, sum(debit) as debit, sum(credit) as credit from journal where event = 'RECOVERY' group by 1 order by 1"
    assert lender.rows(booked) == [
        {"account_code": "1002", "debit": D("200.00"), "credit": D("0.00")},
        {"account_code": "1304", "debit": D("0.00"), "credit": D("200.00")},
    ]

    # the next day one of them bounces, and money comes for a day before the write-off
    lender.receive("LB000008", "150.00", "BOUNCE", kind="BOUNCE", original_ref="BY-FILE")
    lender.receive("LB000008", "30.00", "TOO-OLD", value_date="2026-01-31")
    lender.receive("LB000008", "7.00", "TOLD-LATE", value_date="2026-03-02")
    lender.receive("LB000007", "8.00", "TOLD-LATE-TOO", value_date="2026-03-02")
    lender.close_day()
    assert not offending(lender)
    assert lender.one("select recovered from loan where loan_no = 'LB000008'") == {"recovered": D("57.00")}
    assert lender.one("select state, overpayment from loan where loan_no = 'LB000007'") == {"state": "PAID_OFF", "overpayment": D("21.00")}
    suspense = lender.one("select reason from suspense_item")["reason"]
    assert suspense == "value date 2026-01-31 is before the write-off of 2026-02-01"


def test_a_write_off_of_the_old_system_cannot_be_reversed_here(lender: Lender) -> None:
    from include.steps.changes.write_off import reverse

    loan = lender.one("select loan_id, loan_no, state as loan_state, written_off_on from loan where loan_no = 'LB000008'")
    with lender.engine.connect() as connection, pytest.raises(ChangeError, match="written off before it was taken over"):
        reverse(connection, {"change_request_id": 1, **loan}, FIRST_DATE)  # type: ignore[arg-type]


def test_the_same_book_again_changes_nothing_and_another_one_is_refused(
    lender: Lender, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = checksums(lender.owner)
    monkeypatch.setenv("MILLRACE_DATABASE_URL", lender.engine.url.render_as_string(hide_password=False))
    assert main(["--from", str(tmp_path / "book")]) == 0
    assert "taken over before; nothing changed" in capsys.readouterr().out
    write_book(tmp_path / "other")
    assert main(["--from", str(tmp_path / "other")]) == 1
    assert "A book was taken over before (as of 2026-03-01, booked on 2026-03-02)" in capsys.readouterr().err
    assert checksums(lender.owner) == before


def test_a_lender_who_is_in_business_takes_over_no_book(database: Engine, tmp_path: Path) -> None:
    with database.begin() as connection:
        connection.execute(text("insert into business_day (business_date) values ('2026-03-02')"))
    with pytest.raises(StepError, match="Business began on 2026-03-02 without a book"):
        take_over(database, UPath(write_book(tmp_path / "book")))


class Stopped(BaseException):
    """What a test raises in the middle of the take-over, as a killed process would stop there."""


def stopped_at(nth: int, engine: Engine, work: Callable[[], Any]) -> bool:
    """Do ``work``, stopped before its ``nth`` statement; whether it came so far."""
    begun = [0]

    def count(*_: Any) -> None:
        begun[0] += 1
        if begun[0] == nth:
            raise Stopped

    event.listen(engine, "before_cursor_execute", count)
    try:
        work()
    except Stopped:
        return True
    finally:
        event.remove(engine, "before_cursor_execute", count)
    return False


def test_stopped_at_every_statement_it_leaves_nothing_and_comes_out_whole(
    any_database: Engine, app_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = UPath(write_book(tmp_path / "book", add_closed_loans))
    # judged once: what is stopped are the statements
    import include.steps.opening_book as opening_book

    monkeypatch.setattr(opening_book, "_judge", lambda *_: [])
    untouched = checksums(any_database)
    nth = 1
    while stopped_at(nth, app_engine, lambda: take_over(app_engine, folder)):
        assert checksums(any_database) == untouched, f"stopped at statement {nth}"
        nth += 1
    assert nth > 25, f"{nth} statements only"
    whole = checksums(any_database)
    assert whole["imported_event"].startswith("7 ") and whole["loan"].startswith("8 ") and whole["book_import"].startswith("1 ")
    assert scalar(any_database, "select state from business_day") == "OPEN"


def test_a_book_that_does_not_come_out_in_the_database_is_rolled_back(
    database: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cent lost on the way into the tables is found by the totals."""
    import include.steps.book as book

    app = as_role(database, "millrace_app")
    stage = book.stage_book

    def lose_a_cent(connection: Any, frames: Any) -> None:
        stage(connection, frames)
        connection.execute(text("update book_loan set charged_off = charged_off - 0.01 where loan_no = 'LB000008'"))

    monkeypatch.setattr(book, "stage_book", lose_a_cent)
    with pytest.raises(StepError, match=r"WRITTEN_OFF charged_off: 699\.99 loaded, 700\.00 expected"):
        take_over(app, UPath(write_book(tmp_path / "book", add_closed_loans)))
    assert scalar(database, "select count(*) from business_day") == 0 == scalar(database, "select count(*) from loan")


def test_texts_that_mean_something_to_the_loader_come_over_as_they_are(database: Engine, tmp_path: Path) -> None:
    odd = "a\\b\tc\\N ¥…"

    def write_odd(book: Book) -> None:
        add_closed_loans(book)
        book["history"][0]["reference"] = odd

    take_over(as_role(database, "millrace_app"), UPath(write_book(tmp_path / "book", write_odd)))
    assert scalar(database, "select reference from imported_event where kind = 'CHARGE_OFF'") == odd
