"""The sample lender's files: the same each time, true to the real rows, and with everything in them that a day can meet."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import subprocess
import sys
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from include.data.sample import applications, repayments, training_history
from include.data.sample.__main__ import main
from include.data.sample.applicants import CREDIT_DATA, all_applicants, arriving, history
from include.data.sample.behaviour import receipts
from include.data.sample.book import borrowers, opening_book
from include.data.sample.book_files import control_totals
from include.data.sample.identity import identity_of
from include.data.sample.streams import CUT_OVER, FIRST_DATE
from include.data.sample.terms import product

DATASETS = ("applications", "repayments", "bank_statement")
DAYS = [FIRST_DATE + timedelta(days=n) for n in range(7)]


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of the demo's seven dates."""
    folder = tmp_path_factory.mktemp("source")
    assert main(["--to", str(folder)]) == 0
    return folder


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def hashes(folder: Path) -> dict[str, str]:
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.rglob("*") if p.is_file()}


def test_another_process_makes_the_same_bytes_and_more_days_only_add(source: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "include.data.sample", "--to", str(tmp_path), "--days", "8"]
    subprocess.run(command, check=True, env={**os.environ, "PYTHONHASHSEED": "7"})
    longer = hashes(tmp_path)
    added = {f"{dataset}/2026-03-09/{name}" for dataset in DATASETS for name in (f"{dataset}.csv", "manifest.json")}
    assert {name: digest for name, digest in longer.items() if name not in added} == hashes(source)
    assert added <= longer.keys()


def test_shipped_history_is_what_the_generator_makes(tmp_path: Path) -> None:
    assert training_history.write_training_history(tmp_path / "history.csv") == 2450
    assert (tmp_path / "history.csv").read_bytes() == training_history.SHIPPED.read_bytes()


def test_shipped_real_data_is_untouched() -> None:
    assert hashlib.sha256(CREDIT_DATA.read_bytes()).hexdigest() == "5d18e98b714dfd89fc9877a4137b3035f40c9c1d3fc90d771c9d77693f5a97c4"


def test_every_real_row_is_either_history_or_arrives() -> None:
    assert sorted(a.number for a in (*history(), *arriving())) == list(range(1, 3304))
    assert 0.25 < sum(a.is_bad for a in arriving()) / len(arriving()) < 0.32


@pytest.mark.parametrize("dataset", DATASETS)
def test_manifests_describe_their_files(source: Path, dataset: str) -> None:
    for day in DAYS:
        place = source / dataset / day.isoformat()
        manifest = json.loads((place / "manifest.json").read_text())
        rows = rows_of(place / manifest["file"])
        assert (manifest["dataset"], manifest["business_date"]) == (dataset, day.isoformat())
        assert manifest["rows"] == len(rows)
        assert Decimal(manifest["total"]) == sum(Decimal(row["amount"] or 0) for row in rows)
        assert manifest["sha256"] == hashlib.sha256((place / manifest["file"]).read_bytes()).hexdigest()


def test_book_manifest_describes_its_files(source: Path) -> None:
    manifest = json.loads((source / "book" / "manifest.json").read_text())
    loans, items = rows_of(source / "book" / "loans.csv"), rows_of(source / "book" / "instalments.csv")
    past_due = [row for row in items if row["due_date"] < manifest["cut_over"]]
    assert manifest["totals"] == {
        "loans": len(loans),
        "instalments": len(items),
        "principal_outstanding": str(sum(Decimal(row["principal_outstanding"]) for row in loans)),
        "arrears": str(sum(Decimal(row[part]) for row in past_due for part in ("principal_due", "interest_due", "penalty"))),
        "penalty": str(sum(Decimal(row["penalty"]) for row in items)),
        "held_money": str(sum(Decimal(row["held_money"]) for row in loans)),
    }
    assert {name: entry["rows"] for name, entry in manifest["files"].items()} == {"loans.csv": len(loans), "instalments.csv": len(items)}


def test_loans_have_the_real_amount_tenor_and_outcome() -> None:
    real = {applicant.number: applicant for applicant in history()}
    book = opening_book()
    assert len(book) == len(set(borrowers())) == 1200
    for loan in book:
        terms = product(loan.product_code)
        assert loan.applicant == real[loan.number]
        assert terms["amount"][0] * 100 <= loan.applicant.amount <= terms["amount"][1] * 100
        assert sum(item.principal for item in loan.owed) <= loan.applicant.amount
        assert loan.owed[-1].number == len(loan.owed) + loan.owed[0].number - 1
    assert {loan.product_code for loan in book} == {"WC-INSTALMENT", "WC-PRINCIPAL", "WC-INTEREST-ONLY", "WC-BULLET"}


def test_only_loans_with_a_bad_outcome_are_in_default() -> None:
    days_past_due = {loan.number: (CUT_OVER - overdue[0].due_date).days for loan in opening_book() if (overdue := loan.past_due(CUT_OVER))}
    bad = {loan.number for loan in opening_book() if loan.applicant.is_bad}
    assert {number for number, days in days_past_due.items() if days > 62} <= bad
    for low, high in ((1, 30), (31, 90), (91, 270), (271, 360), (361, 999)):
        assert any(low <= days <= high for days in days_past_due.values()), f"no loan {low} to {high} days past due"


def test_control_totals_are_of_the_schedules() -> None:
    totals = control_totals(opening_book())
    assert Decimal(totals["principal_outstanding"]) == Decimal(sum(i.principal for loan in opening_book() for i in loan.owed)) / 100
    assert Decimal(totals["penalty"]) > 0 and Decimal(totals["held_money"]) > 0


def test_every_behaviour_occurs_in_the_first_three_dates() -> None:
    booked = receipts(DAYS[2], repayments.cast())
    wanted = {"on time", "early", "late", "partial", "overpaid", "back-dated", "bounced", "bounce"}
    wanted |= {"cured", "part of arrears", "one instalment"}
    assert wanted <= {receipt.behaviour for receipt in booked}
    missed = [key for key, role in repayments.cast().items() if role == "missed"]
    assert missed and not any(receipt.loan_no == f"LB{number:06d}" for number, _ in missed for receipt in booked)


def test_every_oddity_of_a_file_occurs_on_each_of_the_first_three_dates(source: Path) -> None:
    seen: set[tuple[str, str]] = set()
    known = {f"LB{number:06d}" for number in borrowers()}
    for day in DAYS[:3]:
        rows = rows_of(source / "repayments" / day.isoformat() / "repayments.csv")
        assert 40 <= len(rows) <= 130
        assert any(row["loan_no"] not in known for row in rows)
        assert sum(Decimal(row["amount"]) < 0 for row in rows) == 1
        assert sum(row["currency"] != "CNY" for row in rows) == 1
        assert sum(row["value_date"] > row["booking_date"] for row in rows) == 1
        assert all(row["booking_date"] == day.isoformat() for row in rows)
        keys = {(row["source"], row["external_ref"]) for row in rows}
        assert len(keys) == len(rows)
        assert day == FIRST_DATE or len(keys & seen) == 1, "one payment of the day before is sent again"
        seen |= keys


def test_a_bounce_names_the_payment_that_bounced(source: Path) -> None:
    rows = [row for day in DAYS for row in rows_of(source / "repayments" / day.isoformat() / "repayments.csv")]
    paid = {(row["source"], row["external_ref"]): row for row in rows if row["kind"] == "PAYMENT"}
    bounces = [row for row in rows if row["kind"] == "BOUNCE"]
    assert bounces
    for bounce in bounces:
        original = paid[bounce["source"], bounce["original_ref"]]
        assert (original["loan_no"], original["amount"]) == (bounce["loan_no"], bounce["amount"])
        assert original["booking_date"] < bounce["booking_date"]


def test_bank_statements_add_up_and_follow_one_another(source: Path) -> None:
    closing, stated, unmatched = None, set(), Counter[str]()
    for day in DAYS:
        opening, *lines, last = rows_of(source / "bank_statement" / day.isoformat() / "bank_statement.csv")
        assert (opening["kind"], last["kind"]) == ("OPENING", "CLOSING")
        assert closing in (None, opening["amount"])
        assert Decimal(opening["amount"]) + sum(Decimal(row["amount"]) for row in lines) == Decimal(last["amount"])
        closing = last["amount"]
        stated |= {(row["reference"], Decimal(row["amount"])) for row in lines}
        booked = rows_of(source / "repayments" / day.isoformat() / "repayments.csv")
        own = {(row["external_ref"], Decimal(row["amount"]) * (-1 if row["kind"] == "BOUNCE" else 1)) for row in booked}
        # the account fee, what was on its way the day before, and the payment whose value date is wrong in our file
        unmatched.update(row["kind"] for row in lines if (row["reference"], Decimal(row["amount"])) not in own)
        on_its_way = {item for item in own - stated if item[0].startswith(f"{day:%Y%m%d}") and "-X" not in item[0]}
        by_bank = {row["external_ref"] for row in booked if row["channel"] == "BANK"}
        assert len([item for item in on_its_way if item[0] in by_bank]) == 1
    assert unmatched == {"CHARGE": 1, "RECEIPT": 6}


def test_back_dated_money_never_counts_from_before_the_take_over() -> None:
    booked = receipts(DAYS[-1], repayments.cast())
    assert min(receipt.value_date for receipt in booked) >= FIRST_DATE
    assert any(receipt.value_date < receipt.booking_date for receipt in booked)


def test_some_loans_run_out_and_some_cross_90_days_in_the_week() -> None:
    week = receipts(DAYS[-1], repayments.cast())
    payers = {receipt.loan_no for receipt in week if receipt.behaviour in ("on time", "early", "overpaid")}
    assert [loan for loan in opening_book() if loan.owed[-1].due_date in DAYS and len(loan.owed) == 1 and loan.loan_no in payers]
    silent = {loan.loan_no for loan in opening_book()} - {receipt.loan_no for receipt in week}
    overdue = {loan.loan_no: loan.past_due(CUT_OVER) for loan in opening_book() if loan.loan_no in silent}
    crossing = {day - timedelta(days=91) for day in DAYS}
    assert [loan_no for loan_no, items in overdue.items() if items and items[0].due_date in crossing]


def test_applications_have_the_real_features_and_a_few_bad_rows() -> None:
    for day in DAYS:
        rows = applications.applications_of(day)
        assert 50 <= len(rows) <= 140 and (day.weekday() < 5) == (len(rows) > 100)
        faults = Counter(
            fault
            for row in rows
            for fault, found in (
                ("age", row["age"].startswith("-")),
                ("amount", not row["amount"]),
                ("occupation", row["occupation"] == "astronaut"),
                ("date", row["application_date"] != day.isoformat()),
            )
            if found
        )
        assert faults == {"age": 1, "amount": 1, "occupation": 1, "date": 1}
        assert max(Counter(row["application_no"] for row in rows).values()) == 2
        for row in rows:
            real = all_applicants()[int(row["customer_no"][1:]) - 1]
            assert (int(row["tenor"]), Decimal(row["price"]) * 100, row["marital"]) == (real.tenor, real.price, real.marital)
            assert row["income"] == ("" if real.income is None else f"{Decimal(real.income) / 100:.2f}")


def test_some_applicants_are_customers_of_the_book_and_no_other_was_learnt_from() -> None:
    learnt = {identity_of(applicant.number, applicant).customer_no for applicant in history()}
    in_book = {f"C{number:06d}" for number in borrowers()}
    for day in DAYS:
        applicants = {row["customer_no"] for row in applications.applications_of(day)}
        assert len(applicants & in_book) == 3
        assert applicants & learnt <= in_book


def test_beyond_the_real_rows_applicants_are_resampled_as_other_people() -> None:
    later = applications.applications_of(FIRST_DATE + timedelta(days=30))
    newcomers = [row for row in later if int(row["customer_no"][1:]) >= applications.FIRST_RESAMPLED]
    assert len(newcomers) >= len(later) - 4
    assert len({row["id_number"] for row in newcomers}) >= len(newcomers) - 1


def test_nobody_can_be_a_real_person() -> None:
    identities = [identity_of(applicant.number, applicant) for applicant in all_applicants()]
    assert len({identity.id_number for identity in identities}) == len(identities)
    for identity in identities:
        assert identity.id_number.startswith("99") and len(identity.id_number) == 18
        assert identity.phone.startswith("100")
        assert identity.name[:2] in ("客户", "企业")
        assert identity.email.endswith("@example.invalid") or not identity.email


def test_dates_are_those_of_the_demo() -> None:
    assert (CUT_OVER, DAYS[0], DAYS[-1]) == (date(2026, 3, 1), date(2026, 3, 2), date(2026, 3, 8))
