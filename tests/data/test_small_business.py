"""4,991 real small-business loans: every one is in the book or told to be left out, and the book comes over to the cent."""

from __future__ import annotations

import base64
import csv
import hashlib
import json
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from upath import UPath

from include.data.small_business.__main__ import LAST_CUT_OVER, main
from include.data.small_business.source import SBA_LOANS
from include.day import BY_NAME
from include.steps.book import take_over
from include.steps.ledger import run_step
from tests.conftest import as_role
from tests.lender import Lender

D = Decimal
# within the file's own time: loans that run well, are late, are written off, are repaid, or not paid out yet
EARLIER = date(2008, 12, 31)

Account = tuple[int, Decimal, Decimal]


def source_rows() -> list[dict[str, str]]:
    with SBA_LOANS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def by_outcome() -> dict[str, Account]:
    """Loans, disbursed and charged off by outcome, straight from the source."""
    found: dict[str, list[tuple[Decimal, Decimal]]] = defaultdict(list)
    for row in source_rows():
        found[row["mis_status"]].append((D(row["disbursement_gross"]), D(row["chg_off_prin_gr"])))
    return {outcome: (len(rows), sum(d for d, _ in rows), sum(c for _, c in rows)) for outcome, rows in found.items()}  # type: ignore[misc]


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> dict[date, Path]:
    """The book as of both cut-overs."""
    found = {}
    for cut_over in (LAST_CUT_OVER, EARLIER):
        found[cut_over] = tmp_path_factory.mktemp(f"as-of-{cut_over}")
        assert main([str(found[cut_over]), "--cut-over", cut_over.isoformat()]) == 0
    return found


def manifest_in(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / "manifest.json").read_text()))


def rows_in(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_source_is_untouched_and_what_it_is_known_for() -> None:
    assert hashlib.sha256(SBA_LOANS.read_bytes()).hexdigest() == "64d9f4ab26bfe1f8b2efdfbf7a9a28df63defc521fcc7e822822796084cf5114"
    assert by_outcome() == {
        "P I F": (4089, D("895465503"), D("382871")),
        "CHGOFF": (902, D("118204484"), D("67278406")),
    }


def test_the_same_cut_over_makes_the_same_bytes(books: dict[date, Path], tmp_path: Path) -> None:
    assert main([str(tmp_path), "--cut-over", EARLIER.isoformat()]) == 0
    for file in books[EARLIER].iterdir():
        assert (tmp_path / file.name).read_bytes() == file.read_bytes(), file.name


@pytest.mark.parametrize("cut_over", [LAST_CUT_OVER, EARLIER], ids=str)
def test_every_loan_and_every_cent_of_the_source_is_accounted_for(books: dict[date, Path], cut_over: date) -> None:
    told = manifest_in(books[cut_over])["source"]["by_outcome"]
    for outcome, (loans, disbursed, charged_off) in by_outcome().items():
        book, left_out, later = told[outcome]["in_book"], told[outcome]["left_out"], told[outcome]["charged_off_later"]
        assert book["loans"] + left_out["loans"] == loans
        assert D(book["disbursed"]) + D(left_out["disbursed"]) == disbursed
        assert D(book["charged_off"]) + D(left_out["charged_off"]) + D(later) == charged_off
    if cut_over == LAST_CUT_OVER:
        assert {outcome: account["left_out"]["loans"] for outcome, account in told.items()} == {"P I F": 0, "CHGOFF": 0}


def test_real_columns_arrive_as_they_are(books: dict[date, Path]) -> None:
    ours = {row["loan_no"]: row for row in rows_in(books[LAST_CUT_OVER], "loans.csv")}
    filed = {(row["loan_no"], row["kind"]): row for row in rows_in(books[LAST_CUT_OVER], "history.csv") if row["reference"] == "filed"}
    assert len(ours) == 4991
    for row in source_rows():
        number = f"SB{row['loan_nr_chk_dgt']}"
        loan, details = ours[number], json.loads(ours[number]["details"])
        assert D(loan["principal"]) == D(row["disbursement_gross"])
        assert D(loan["charged_off"]) == D(row["chg_off_prin_gr"])
        assert loan["region"] == row["state"]
        assert loan["disbursed_on"] == (row["disbursement_date"] or row["approval_date"])
        assert D(loan["tenor"]) == D(row["term"])
        assert details["approval_date"] == row["approval_date"] and details["no_emp"] == row["no_emp"]
        if row["chg_off_date"] and D(row["chg_off_prin_gr"]):
            assert filed[number, "CHARGE_OFF"]["event_date"] == row["chg_off_date"]
    told = manifest_in(books[LAST_CUT_OVER])["source"]["date_of_approval_stands_in"]
    assert sorted(told) == sorted(row["loan_nr_chk_dgt"] for row in source_rows() if not row["disbursement_date"])


def test_as_of_an_earlier_date_nobody_knows_what_comes(books: dict[date, Path]) -> None:
    loans, cut_over = rows_in(books[EARLIER], "loans.csv"), EARLIER.isoformat()
    source = {f"SB{row['loan_nr_chk_dgt']}": row for row in source_rows()}
    assert not [loan for loan in loans if max(loan["closed_on"], loan["disbursed_on"]) > cut_over]
    assert not [event for event in rows_in(books[EARLIER], "history.csv") if event["event_date"] > cut_over]
    later = [loan for loan in loans if source[loan["loan_no"]]["chg_off_date"] > cut_over]
    assert {loan["state"] for loan in later} == {"RUNNING"}
    # it can lose what it will lose: what is left covers the principal charged off later, as far as so much was lent
    covered = {number: min(D(row["disbursement_gross"]), D(row["chg_off_prin_gr"])) for number, row in source.items()}
    short = [loan["loan_no"] for loan in later if D(loan["principal_outstanding"]) < covered[loan["loan_no"]]]
    assert not short
    past_due = {row["loan_no"] for row in rows_in(books[EARLIER], "instalments.csv") if row["due_date"] < cut_over}
    assert past_due < {loan["loan_no"] for loan in later}, "only loans that end badly are late"
    assert len(past_due) > 200


@pytest.fixture(scope="module")
def lender(own_database: Engine, books: dict[date, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lender]:
    """A lender who has just taken over all 4,991, on each server in turn."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MILLRACE_KEY", base64.b64encode(b"k" * 32).decode())
        home = tmp_path_factory.mktemp("lender")
        app = as_role(own_database, "millrace_app")
        started, cpu = time.monotonic(), time.process_time()
        totals = take_over(app, UPath(books[LAST_CUT_OVER]), records=UPath(home))
        print(f"taken over in {time.monotonic() - started:.1f} s, {time.process_time() - cpu:.1f} s of it this process")
        assert totals is not None and totals["loans"] == 4991
        yield Lender(own_database, app, home)


def test_count_disbursed_and_charged_off_by_outcome_are_those_of_the_source(lender: Lender) -> None:
    found = lender.rows(
        "select loan_no, l.principal, o.charged_off, l.state, coalesce(h.disbursed, 0) as disbursed,"
        " coalesce(h.charged_off, 0) as history_charged_off from loan as l join imported_loan as o using (loan_id)"
        " left join (select loan_id, sum(if(kind = 'DISBURSEMENT', principal, 0)) as disbursed,"
        " sum(if(kind = 'CHARGE_OFF', principal, 0)) as charged_off from imported_event group by loan_id) as h using (loan_id)"
    )
    outcome = {f"SB{row['loan_nr_chk_dgt']}": row["mis_status"] for row in source_rows()}
    sums: dict[str, Account] = defaultdict(lambda: (0, D(0), D(0)))
    for loan in found:
        loans, disbursed, charged_off = sums[outcome[loan["loan_no"]]]
        sums[outcome[loan["loan_no"]]] = (loans + 1, disbursed + loan["principal"], charged_off + loan["charged_off"])
        assert (loan["disbursed"], loan["history_charged_off"]) == (loan["principal"], loan["charged_off"]), loan["loan_no"]
        assert (loan["state"] == "WRITTEN_OFF") == (outcome[loan["loan_no"]] == "CHGOFF"), loan["loan_no"]
    assert sums == by_outcome()


def test_the_lender_closes_days_and_recovers_money_of_a_loan_charged_off_long_ago(lender: Lender) -> None:
    oldest = "select loan_no from loan join imported_loan as o using (loan_id) where o.state = 'WRITTEN_OFF' order by closed_on limit 1"
    charged_off = lender.one(oldest)
    next_due = (
        "select loan_no, i.outstanding from loan join instalment as i using (loan_id) where i.due_date >= :day"
        " order by i.due_date, loan_id limit 1"
    )
    running = lender.one(next_due, day=lender.today)
    lender.receive(charged_off["loan_no"], "1234.56", "RECOVERED")
    lender.receive(running["loan_no"], str(running["outstanding"]), "PAID")
    closed = lender.today
    lender.close_day()
    assert lender.today == closed + timedelta(days=1)

    checks = lender.rows("select invariant, offending_rows from invariant_check where business_date = :day", day=closed)
    assert len(checks) > 10 and not [check for check in checks if check["offending_rows"]]
    assert lender.one("select state from business_day where business_date = :day", day=closed) == {"state": "CLOSED"}
    entries = (
        "select entry_type, e.principal, repayment_id is not null as received"
        " from ledger_entry as e join loan using (loan_id) where loan_no = :no"
    )
    assert lender.rows(entries, no=charged_off["loan_no"]) == [{"entry_type": "RECOVERY", "principal": D("1234.56"), "received": 1}]
    assert lender.one("select state, recovered from loan where loan_no = :no", no=charged_off["loan_no"]) == {
        "state": "WRITTEN_OFF",
        "recovered": D("1234.56"),
    }
    allowance = "select sum(credit - debit) as amount from journal where event = 'RECOVERY' and account_code = '1304'"
    assert lender.one(allowance)["amount"] == D("1234.56")
    dated = lender.one("select count(*) as loans, sum(principal_balance) as owed from loan_day where business_date = :day", day=closed)
    assert dated["loans"] == 4991
    assert dated["owed"] == lender.one("select sum(principal_balance) as owed from loan")["owed"]


def test_reports_of_its_first_date_are_built(lender: Lender) -> None:
    day = lender.one("select min(business_date) as day from business_day")["day"]
    for report in ("portfolio", "ageing", "collections", "classification", "expected_cash", "vintage"):
        run_step(BY_NAME[f"reports.{report}"], replace(lender.context(), business_date=day))
    states = lender.rows("select state, loans from report_portfolio where business_date = :day order by state", day=day)
    assert {row["state"]: row["loans"] for row in states}["WRITTEN_OFF"] == 902
    assert lender.one("select sum(loans) as loans from report_vintage where business_date = :day", day=day)["loans"] == 4991


def test_as_of_an_earlier_date_the_lender_closes_days_with_loans_in_arrears(
    database: Engine, books: dict[date, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MILLRACE_KEY", base64.b64encode(b"k" * 32).decode())
    app = as_role(database, "millrace_app")
    totals = take_over(app, UPath(books[EARLIER]), records=UPath(tmp_path))
    assert totals is not None and totals["arrears"] > 0
    lender = Lender(database, app, tmp_path)
    lender.close_day()
    assert not lender.rows("select * from invariant_check where offending_rows > 0")
    states = {row["state"]: row["loans"] for row in lender.rows("select state, count(*) as loans from loan group by state")}
    assert set(states) == {"ACTIVE", "OVERDUE", "DEFAULTED", "PAID_OFF", "WRITTEN_OFF"}
    assert states["WRITTEN_OFF"] == totals["WRITTEN_OFF loans"]
    assert lender.one("select sum(penalty) as charged from ledger_entry where entry_type = 'PENALTY_CHARGE'")["charged"] > 0
