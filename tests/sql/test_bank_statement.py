"""The bank's statement against the books: what matches, what stays open and ages, what a date without a statement needs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from include.lending.privacy import decrypt
from include.steps.bank_statement import BankStatementError, explain, main, open_items, override
from include.steps.changes import approve, request
from include.steps.context import BatchRefusedError, StepError
from include.steps.intake.quarantine import fix
from tests.lender import Lender
from tests.reports.book import build
from tests.statements import deliver, statement_rows
from tests.steps.intake_deliveries import KEY

DUE = [("2026-03-12", "1000", "10")]


@pytest.fixture(autouse=True)
def with_files(lender: Lender) -> None:
    lender.with_files = True


def state(lender: Lender, opening: str, *lines: tuple[str, str, str], **faults: Any) -> None:
    """The bank states today's movements."""
    deliver(lender.folder, lender.today, statement_rows(str(lender.today), opening, lines, **faults))


def still_open(lender: Lender) -> list[tuple[str, str, str]]:
    with lender.engine.connect() as connection:
        return [(row["side"], row["reference"], str(row["amount"])) for row in open_items(connection)]


def change(lender: Lender, kind: str, **more: Any) -> None:
    with lender.engine.begin() as connection:
        number = request(connection, kind, "maker", "because", **more)
        approve(connection, number, "checker")


def details(lender: Lender, day: str) -> dict[str, Any]:
    row = lender.one("select details from step_run where step = 'close.match_bank_statement' and business_date = :day", day=day)
    found: dict[str, Any] = json.loads(row["details"])
    return found


def test_money_is_matched_by_reference_and_amount_and_what_is_left_ages(lender: Lender) -> None:
    lender.loan("L1", DUE)
    lender.receive("L1", "300", "r1")
    lender.receive("L1", "200", "r2")
    lender.receive("NOBODY", "77", "r3")
    lender.receive("L1", "5", "web", channel="ONLINE")
    # r2 is on its way; r3 came as 70 by the bank's account; the fee is the bank's own
    state(lender, "1000.00", ("RECEIPT", "300.00", "r1"), ("RECEIPT", "70.00", "r3"), ("CHARGE", "-2.50", ""))
    lender.close_day()
    assert details(lender, "2026-03-02") == {"open_lines": 2, "open_items": 2, "statement": True, "overridden": False}
    assert still_open(lender) == [("line", "r3", "70.00"), ("line", "", "-2.50"), ("item", "r2", "200.00"), ("item", "r3", "77.00")]

    lender.receive("L1", "300", "b1", kind="BOUNCE", original_ref="r1")
    state(lender, "1367.50", ("RECEIPT", "200.00", "r2"), ("BOUNCE", "-300.00", "b1"))
    lender.close_day()
    assert still_open(lender) == [("line", "r3", "70.00"), ("line", "", "-2.50"), ("item", "r3", "77.00")]

    build(lender.engine, "suspense_ageing", lender.context().business_date.replace(day=3))
    filled = lender.rows("select kind, bucket, items, received, paid, amount, oldest_days from report_suspense_ageing where items > 0")
    assert [tuple(map(str, row.values())) for row in filled] == [
        ("BANK", "1-3", "2", "70.00", "2.50", "67.50", "1"),
        ("BOOKS", "1-3", "1", "77.00", "0.00", "77.00", "1"),
        ("SUSPENSE", "1-3", "1", "77.00", "0.00", "77.00", "1"),
    ]


def test_refunds_and_returned_money_are_on_the_statement_too(lender: Lender) -> None:
    lender.loan("L1", DUE)
    lender.receive("L1", "300", "early")
    lender.receive("NOBODY", "77", "lost")
    state(lender, "0.00", ("RECEIPT", "300.00", "early"), ("RECEIPT", "77.00", "lost"))
    lender.close_day()
    change(lender, "REFUND", loan_no="L1", amount=Decimal("100"))
    change(lender, "SUSPENSE_RETURN", details={"suspense_id": lender.one("select suspense_id from suspense_item")["suspense_id"]})
    state(lender, "377.00", ("REFUND", "-100.00", "RF-L1"), ("RETURN", "-77.00", "SR-lost"))
    lender.close_day()
    assert still_open(lender) == []


def test_equal_lines_are_matched_as_often_as_they_were_booked(lender: Lender) -> None:
    lender.loan("L1", DUE)
    state(lender, "0.00", *[("RECEIPT", "50.00", "x")] * 3)
    # one reference from two banks: channel BANK, sources BANK and OTHER
    lender.receive("L1", "50", "x")
    with lender.engine.begin() as connection:
        connection.execute(
            text(
                "insert into repayment (source, external_ref, channel, loan_no, loan_id, amount, value_date, business_date)"
                " select 'OTHER', external_ref, channel, loan_no, loan_id, amount, value_date, business_date from repayment"
            )
        )
    lender.close_day()
    assert still_open(lender) == [("line", "x", "50.00")]


def test_once_a_statement_has_come_every_date_needs_one(lender: Lender) -> None:
    lender.close_day()
    state(lender, "10.00")
    lender.close_day()
    with pytest.raises(StepError, match=r"bank_statement of 2026-03-04 has not arrived[\s\S]*override 2026-03-04 --reason"):
        lender.close_day()
    assert str(lender.today) == "2026-03-04"

    with lender.engine.begin() as connection:
        with pytest.raises(BankStatementError, match="only the date that is open"):
            override(connection, lender.today.replace(day=5), "too early")
    with lender.engine.begin() as connection:
        override(connection, lender.today, "the bank's system is down, their letter of today")
    with lender.engine.begin() as connection, pytest.raises(BankStatementError, match="overridden already"):
        override(connection, lender.today, "again")
    lender.close_day()
    assert details(lender, "2026-03-04") == {"open_lines": 0, "open_items": 0, "statement": False, "overridden": True}
    with pytest.raises(DBAPIError, match="never changes"):
        lender.execute("update bank_statement_override set reason = 'other'")

    # it has to go on where the last one ended
    state(lender, "11.00", ("RECEIPT", "1.00", "x"))
    with pytest.raises(BatchRefusedError, match=r"closing balance of the last statement[\s\S]*found: 100"):
        lender.close_day()
    state(lender, "10.00", ("RECEIPT", "1.00", "of the 4th"), ("RECEIPT", "1.00", "x"))
    lender.close_day()
    assert lender.one("select closing from bank_statement where business_date = '2026-03-05'")["closing"] == Decimal("12.00")


def test_matching_itself_refuses_a_date_without_its_statement(lender: Lender) -> None:
    state(lender, "10.00")
    lender.close_day()
    lender.list_steps()
    lender.execute("update business_day set state = 'CLOSING' where is_current = 1")
    with pytest.raises(StepError, match=r"no bank statement of 2026-03-03[\s\S]*override 2026-03-03"):
        lender.run("close.match_bank_statement")


@pytest.mark.parametrize(
    ("faults", "message"),
    [
        ({"line_2": {"amount": "99.00"}}, r"opening balance \+ lines = closing balance[\s\S]*found: 100"),
        ({"line_0": {"currency": "USD"}}, "one OPENING balance"),
        ({"line_2": {"kind": "RECEIPT"}}, "one CLOSING balance"),
    ],
)
def test_a_statement_that_is_wrong_as_a_whole_is_refused_as_a_whole(lender: Lender, faults: dict[str, Any], message: str) -> None:
    state(lender, "90.00", ("RECEIPT", "10.00", "x"), **faults)
    with pytest.raises(BatchRefusedError, match=message):
        lender.close_day()
    assert lender.rows("select 1 from bank_line") + lender.rows("select 1 from bank_statement") == []
    state(lender, "90.00", ("RECEIPT", "10.00", "x"))
    lender.close_day()
    assert still_open(lender) == [("line", "x", "10.00")]


@pytest.fixture
def key(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("MILLRACE_KEY", KEY)
    yield


def test_a_bad_line_waits_in_quarantine_and_joins_its_statement_when_it_is_mended(lender: Lender, key: None) -> None:
    lender.receive("NOBODY", "20", "r1")
    bad = {"line_1": {"kind": "GIFT", "counterparty": "客户 000001"}, "line_2": {"counterparty": "客户 000002"}}
    state(lender, "100.00", ("RECEIPT", "20.00", "r1"), ("RECEIPT", "30.00", "r2"), **bad)
    lender.close_day()
    assert still_open(lender) == [("line", "r2", "30.00"), ("item", "r1", "20.00")]
    assert decrypt("counterparty", lender.one("select counterparty_cipher as c from bank_line")["c"]) == "客户 000002"
    row = lender.one("select quarantine_id, source_row, reasons from quarantine")
    assert "000001" not in row["source_row"] and json.loads(row["reasons"])[0]["rule"] == "kind.set"

    # mended with another amount it would no longer add up
    with lender.engine.begin() as connection:
        fix(connection, row["quarantine_id"], {"kind": "RECEIPT", "amount": "21.00"})
    state(lender, "150.00")
    lender.close_day()
    mended = lender.one("select state, reasons from quarantine")
    assert (mended["state"], json.loads(mended["reasons"])[0]["rule"]) == ("NEW", "amount.as_on_statement")

    with lender.engine.begin() as connection:
        fix(connection, row["quarantine_id"], {"amount": "20.00"})
    state(lender, "150.00")
    lender.close_day()
    assert still_open(lender) == [("line", "r2", "30.00")]
    assert lender.one("select state from quarantine")["state"] == "REINJECTED"


def test_what_will_never_match_is_explained_once_and_by_name(
    lender: Lender, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MILLRACE_DATABASE_URL", lender.engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("MILLRACE_ACTOR", "anna")
    state(lender, "10.00", ("CHARGE", "-2.50", ""))
    lender.close_day()
    assert main(["list"]) == 0
    assert "1 open" in capsys.readouterr().out
    number = lender.one("select bank_line_id as number from bank_line")["number"]
    assert main(["explain", "line", str(number), "--reason", "account fee, voucher 17"]) == 0
    line = lender.one("select settled_on, note, actor from bank_line")
    assert tuple(map(str, line.values())) == ("2026-03-03", "account fee, voucher 17", "anna")
    assert main(["explain", "line", str(number), "--reason", "again"]) == 1
    assert "no open line" in capsys.readouterr().err
    with lender.engine.begin() as connection, pytest.raises(BankStatementError, match="no open item"):
        explain(connection, "item", 1, "there is none")
    with pytest.raises(DBAPIError, match="settled already"):
        lender.execute("update bank_line set note = 'other'")
    state(lender, "7.50")
    lender.close_day()
    assert main(["override", "2026-03-02", "--reason", "late"]) == 1
    assert still_open(lender) == []
