"""The opening book is taken over once, whole, with balances that come out, or not at all."""

from __future__ import annotations

import base64
import csv
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text
from upath import UPath

from include.data.sample.book_files import write_book as write_sample_book
from include.lending.privacy import decrypt, digest
from include.steps.book import main, take_over
from include.steps.context import StepError
from tests.conftest import as_role, scalar
from tests.steps.small_book import Book, write_book

D = Decimal


@pytest.fixture(autouse=True)
def places(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MILLRACE_KEY", base64.b64encode(b"k" * 32).decode())
    monkeypatch.setenv("MILLRACE_RECORDS", str(tmp_path / "records"))


@pytest.fixture
def app(any_database: Engine, app_engine: Engine, tmp_path: Path) -> Engine:
    """The small book, taken over by the pipeline's account."""
    take_over(app_engine, UPath(write_book(tmp_path / "book")))
    return app_engine


def rows(engine: Engine, sql: str, **parameters: object) -> list[tuple[Any, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(sql), parameters)]


def test_book_arrives_whole_and_only_once(app: Engine, tmp_path: Path) -> None:
    assert rows(app, "select business_date, state from business_day") == [(date(2026, 3, 2), "OPEN")]

    # loans start in the state they are in, by the rules that age them every day
    derived = "select loan_no, state, days_past_due, arrears, class_code, stage, next_due_date, defaulted_on from loan order by 1"
    assert rows(app, derived) == [
        ("LB000001", "ACTIVE", 0, D("0.00"), 1, 1, date(2026, 3, 16), None),
        ("LB000002", "OVERDUE", 5, D("533.50"), 2, 1, date(2026, 2, 24), None),
        ("LB000003", "DEFAULTED", 93, D("1020.00"), 3, 3, date(2025, 11, 28), date(2026, 2, 27)),
        ("LB000004", "ACTIVE", 0, D("0.00"), 1, 1, date(2026, 3, 2), None),
        ("LB000005", "ACTIVE", 0, D("0.40"), 1, 1, date(2026, 2, 24), None),  # within the tolerance
        ("LB000006", "OVERDUE", 3, D("531.00"), 2, 1, date(2026, 2, 26), None),
    ]
    # balances are moved by opening entries of the first date with the value of the cut-over
    entries = (
        "select loan_no, instalment_no, e.principal, penalty, e.overpayment from ledger_entry as e join loan using (loan_id)"
        " where entry_type = 'OPENING' and business_date = '2026-03-02' and value_date = '2026-03-01' order by 1, 2"
    )
    assert rows(app, entries) == [
        ("LB000001", 0, D("500.00"), D("0.00"), D("0.00")),
        ("LB000002", 0, D("1000.00"), D("0.00"), D("0.00")),
        ("LB000002", 2, D("0.00"), D("2.50"), D("0.00")),
        ("LB000003", 0, D("900.00"), D("0.00"), D("0.00")),
        ("LB000003", 2, D("0.00"), D("40.00"), D("0.00")),
        ("LB000003", 3, D("0.00"), D("20.00"), D("0.00")),
        ("LB000004", 0, D("500.00"), D("0.00"), D("100.00")),
        ("LB000005", 0, D("500.40"), D("0.00"), D("0.00")),
        ("LB000006", 0, D("1000.00"), D("0.00"), D("0.00")),
    ]
    assert rows(app, "select principal, principal_balance, penalty_charged from loan where loan_no = 'LB000003'") == [
        (D("6000.00"), D("900.00"), D("60.00"))
    ]
    # what the book brings is counted up to the cut-over; days of grace that still run are not cut short
    assert rows(app, "select loan_no, instalment_no, penalty_from from instalment join loan using (loan_id) order by 1, 2") == [
        ("LB000001", 3, date(2026, 3, 16)),
        ("LB000002", 2, date(2026, 3, 1)),
        ("LB000002", 3, date(2026, 3, 16)),
        ("LB000003", 2, date(2026, 3, 1)),
        ("LB000003", 3, date(2026, 3, 1)),
        ("LB000004", 3, date(2026, 3, 2)),
        ("LB000005", 2, date(2026, 3, 1)),
        ("LB000005", 3, date(2026, 3, 16)),
        ("LB000006", 2, date(2026, 2, 26)),
        ("LB000006", 3, date(2026, 3, 26)),
    ]
    # interest: periods before the running one in full, of that one 14 of 28 days (27 of 28, 3 of 28)
    accrual = "select loan_no, instalment_no, completed, posted, posted_before, accrued_to from loan_accrual join loan using (loan_id)"
    assert rows(app, accrual) == [
        ("LB000001", 3, D("0.00"), D("14.00"), D("14.00"), date(2026, 3, 1)),
        ("LB000002", 3, D("31.00"), D("45.00"), D("45.00"), date(2026, 3, 1)),
        ("LB000003", 3, D("30.00"), D("60.00"), D("60.00"), date(2026, 3, 1)),
        ("LB000004", 3, D("0.00"), D("27.00"), D("27.00"), date(2026, 3, 1)),
        ("LB000005", 3, D("0.00"), D("14.00"), D("14.00"), date(2026, 3, 1)),
        ("LB000006", 3, D("31.00"), D("34.00"), D("34.00"), date(2026, 3, 1)),
    ]
    assert rows(app, "select version, instalments, principal, interest, fee, made_on from schedule_version order by loan_id")[1] == (
        1, 2, D("1000.00"), D("59.00"), D("0.00"), date(2026, 3, 1)
    )  # fmt: skip
    assert scalar(app, "select count(*) from loan_history where from_state is null and actor = 'book'") == 6

    # personal data is encrypted, and found by its digest
    person = "select name_cipher, phone_cipher, email_cipher from customer_identity where id_number_digest = :digest"
    [(name, phone, email)] = rows(app, person, digest=digest("id_number", "990000198001010003"))
    assert (decrypt("name", name), decrypt("phone", phone), email) == ("客户 000003", "10000000001", None)

    # again: nothing
    before = rows(app, "select count(*), max(entry_id) from ledger_entry")
    assert take_over(app, UPath(tmp_path / "book")) is None
    assert rows(app, "select count(*), max(entry_id) from ledger_entry") == before


def in_loan(column: str, value: str) -> Callable[[Book], None]:
    return lambda book: book["loans"][0].update({column: value})


def in_instalment(column: str, value: str) -> Callable[[Book], None]:
    return lambda book: book["instalments"][0].update({column: value})


def in_totals(**totals: str | int) -> Callable[[Book], None]:
    return lambda book: book["totals"].update(totals)


REFUSED = [
    pytest.param(in_totals(loans=7), "control total loans: 6 in the files, 7 in the manifest", id="count"),
    pytest.param(in_totals(arrears="0.01"), "control total arrears", id="arrears"),
    pytest.param(in_totals(held_money="99.99"), "control total held_money: 100.00 in the files, 99.99", id="held money"),
    pytest.param(in_totals(penalty="-1"), "penalty", id="negative total"),
    pytest.param(in_totals(penalty="much"), "manifest.json: totals needs penalty: numbers like 6", id="no total"),
    pytest.param(in_loan("held_money", "-5.00"), "loans.csv line 2 (LB000001): expected: held_money is from 0.00 to", id="negative"),
    pytest.param(in_loan("principal_outstanding", "499.99"), "the instalments repay just principal_outstanding", id="schedule"),
    pytest.param(in_loan("principal", "100.00"), "principal_outstanding is not more than principal", id="more than lent"),
    pytest.param(in_loan("disbursed_on", "2026-03-02"), "disbursed_on is not after the cut-over", id="future loan"),
    pytest.param(in_loan("currency", "USD"), "currency is CNY", id="currency"),
    pytest.param(in_loan("product_code", "WC-GIFT"), "product_code is a product of include/policy/products.yaml", id="product"),
    pytest.param(in_loan("loan_no", "LB000002"), "line 3 (LB000002): expected: loan_no comes once", id="loan twice"),
    pytest.param(in_loan("id_number", "990000198001010002"), "an id_number has one customer_no", id="identity twice"),
    pytest.param(in_loan("loan_no", ""), "loans.csv line 2 (no loan_no): expected: loan_no is given", id="empty"),
    pytest.param(in_instalment("principal_due", "1e2.5"), "line 2 (LB000001): expected: principal_due is an amount", id="not a number"),
    pytest.param(in_instalment("interest_due", "28.005"), "at most two decimals", id="fraction of a cent"),
    pytest.param(in_instalment("due_date", "2026-3-16"), "due_date is a date of the calendar", id="date"),
    pytest.param(
        in_instalment("loan_no", "LB000099"), "line 2 (LB000099): expected: loan_no is a loan of loans.csv", id="stray instalment"
    ),
    pytest.param(in_instalment("penalty", "1.00"), "only an instalment due before the cut-over bears penalty", id="penalty too early"),
    pytest.param(in_instalment("due_date", "2026-03-14"), "due_date is not before period_end", id="due too early"),
    pytest.param(
        lambda book: book["instalments"].pop(2), "loans.csv line 3 (LB000002): expected: the instalments repay", id="instalment lost"
    ),
]


def test_a_wrong_book_is_refused_with_the_reason_and_leaves_nothing(database: Engine, tmp_path: Path) -> None:
    for case in REFUSED:
        change, message = case.values
        folder = write_book(tmp_path / str(case.id), change)  # type: ignore[arg-type]
        with pytest.raises(StepError) as refused:
            take_over(database, UPath(folder))
        assert str(message) in str(refused.value), case.id
    for table in ("business_day", "customer", "loan", "instalment", "ledger_entry", "loan_accrual", "imported_loan", "book_import"):
        assert scalar(database, f"select count(*) from {table}") == 0, table


def test_a_refusal_writes_every_reason_of_every_row_to_a_file(database: Engine, tmp_path: Path) -> None:
    def spoil(book: Book) -> None:
        for loan in book["loans"]:
            loan.update(currency="USD", tenor="x", phone="secret")
        for item in book["instalments"]:
            item["penalty"] = "-1.00"

    folder = write_book(tmp_path / "book", spoil)
    with pytest.raises(StepError, match=r"16 rows are wrong in \d+ ways; every row and reason is in .*refused-.*\.csv") as refused:
        take_over(database, UPath(folder), records=UPath(tmp_path / "records"))
    assert "and 23 more" in str(refused.value)  # ten are shown
    [report] = (tmp_path / "records" / "book").glob("refused-*.csv")
    with report.open(encoding="utf-8-sig", newline="") as file:
        found = list(csv.DictReader(file))
    assert "secret" not in report.read_text(), "a report shows no value of a row"
    assert {(row["file"], row["line"]) for row in found} == {
        *(("loans.csv", str(line)) for line in range(2, 8)),
        *(("instalments.csv", str(line)) for line in range(2, 12)),
    }
    assert {row["rule"] for row in found if row["file"] == "loans.csv"} == {"currency.set", "tenor.number", "phone.form"}
    assert found[0] == {
        "file": "loans.csv",
        "line": "2",
        "loan_no": "LB000001",
        "column": "phone",
        "rule": "phone.form",
        "expected": "phone has 5 to 20 digits, blanks and dashes",
        "do": "correct phone, or leave it empty",
    }


def test_altered_or_missing_files_are_refused(database: Engine, tmp_path: Path) -> None:
    with pytest.raises(StepError, match="No opening book in"):
        take_over(database, UPath(tmp_path))
    folder = write_book(tmp_path / "book")
    with (folder / "instalments.csv").open("a") as file:
        file.write("LB000001,9,2026-03-15,2026-04-15,2026-04-15,0.00,1.00,0.00\n")
    with pytest.raises(StepError, match="SHA-256 differs"):
        take_over(database, UPath(folder))
    (folder / "instalments.csv").unlink()
    with pytest.raises(StepError, match=r"instalments\.csv is missing"):
        take_over(database, UPath(folder))


def test_first_date_must_follow_the_cut_over(database: Engine, tmp_path: Path) -> None:
    with pytest.raises(StepError, match="must lie after the cut-over 2026-03-01"):
        take_over(database, UPath(write_book(tmp_path / "book")), date(2026, 3, 1))


def test_sample_book_comes_out_and_ageing_it_again_changes_nothing(
    database: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    totals = write_sample_book(tmp_path)
    app = as_role(database, "millrace_app")
    monkeypatch.setenv("MILLRACE_DATABASE_URL", app.url.render_as_string(hide_password=False))
    arguments = ["--from", str(tmp_path / "book")]
    assert main(arguments) == 0
    assert f"{Decimal(totals['principal_outstanding']):,}" in capsys.readouterr().out
    assert main(arguments) == 0
    assert "nothing changed" in capsys.readouterr().out

    derived = "select loan_no, state, next_due_date, days_past_due, arrears, defaulted_on, arrears_cleared_on from loan order by loan_no"
    before = rows(database, derived)
    with database.begin() as connection:
        connection.execute(text("call prepare_posting()"))
        connection.execute(text("insert into posting_loan (loan_id) select loan_id from loan"))
        connection.execute(text("call settle_loans('2026-03-01')"))
    assert rows(database, derived) == before
    assert {state for _, state, *_ in before} == {"ACTIVE", "OVERDUE", "DEFAULTED"}
