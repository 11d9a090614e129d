"""VAT taken out of income, the trial balance, and the journal as a file: the examples of docs/lending.md."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from include.database import SQL_ROOT, statements
from include.policy.seed import _vat_rates
from include.steps.changes import approve, request
from tests.lender import Lender
from tests.reports.book import build

PENALTY, VAT = "6012", "2221"


def overdue(lender: Lender, days: int) -> None:
    """10,000.00 + 10.00 due on 2 March at 18% / 360: 5.00 of penalty a day from 3 March on, unpaid for so many days."""
    lender.loan("L1", [("2026-03-02", "10000", "10"), ("2026-04-02", "5000", "31")])
    lender.close_day(days + 1)


def vat_of_penalty(lender: Lender) -> list[tuple[str, str, str]]:
    """(date, income, VAT) booked on each date."""
    rows = lender.rows("select business_date, income, vat from vat_day where account_code = '6012' order by business_date, valid_from")
    return [(f"{row['business_date']:%m-%d}", str(row["income"]), str(row["vat"])) for row in rows]


def balance(lender: Lender, account: str, event: str = "%") -> Decimal:
    sql = "select coalesce(sum(credit - debit), 0) as balance from journal where account_code = :account and event like :event"
    found: Decimal = lender.one(sql, account=account, event=event)["balance"]
    return found


def test_vat_is_the_rounded_difference_of_the_income_to_date(lender: Lender) -> None:
    overdue(lender, 3)
    # 5.00 x 6 / 106 = 0.2830: three times 0.28 would be a cent less than 15.00 x 6 / 106 = 0.8491
    assert vat_of_penalty(lender) == [("03-03", "5.00", "0.28"), ("03-04", "5.00", "0.29"), ("03-05", "5.00", "0.28")]
    assert balance(lender, PENALTY) == Decimal("14.15")
    assert balance(lender, VAT, "VAT") == Decimal("0.85") + vat(lender, "6011")
    lines = lender.rows(
        "select event, component, account_code, debit, credit from journal"
        " where event = 'VAT' and component = 'PENALTY' and business_date = '2026-03-04' order by journal_id"
    )
    assert [tuple(map(str, line.values())) for line in lines] == [
        ("VAT", "PENALTY", "6012", "0.29", "0.00"),
        ("VAT", "PENALTY", "2221", "0.00", "0.29"),
    ]


def vat(lender: Lender, account: str) -> Decimal:
    found: Decimal = lender.one("select coalesce(sum(vat), 0) as vat from vat_day where account_code = :account", account=account)["vat"]
    return found


def test_what_is_taken_back_takes_its_vat_back(lender: Lender) -> None:
    overdue(lender, 3)
    # paid in truth on 3 March but for 5.00: penalty 5.01 instead of 15.00
    lender.receive("L1", "10010", "back", value_date="2026-03-03")
    lender.close_day()
    assert vat_of_penalty(lender)[-1] == ("03-06", "-9.99", "-0.57")
    assert vat(lender, PENALTY) == Decimal("0.28")
    with lender.engine.begin() as connection:
        number = request(connection, "WAIVER", "maker", "because", loan_no="L1", details={"component": "PENALTY"})
        approve(connection, number, "checker")
    lender.close_day()
    penalty = lender.one("select penalty_charged - penalty_released as penalty from loan")["penalty"]
    assert vat(lender, PENALTY) == exact(penalty, Fraction(6, 100))


def exact(income: Decimal, rate: Fraction) -> Decimal:
    """VAT in ``income`` by hand."""
    cents = Fraction(income) * 100 * rate / (1 + rate)
    return Decimal(int(cents + Fraction(1, 2))) / 100


@pytest.fixture
def nine_percent(lender: Lender) -> Iterator[None]:
    """A new rate on penalty from 5 March on."""
    lender.execute("insert into vat_rate (account_code, valid_from, rate) values ('6012', '2026-03-05', 0.09)")
    yield
    lender.execute("delete from vat_rate where valid_from = '2026-03-05'")


def test_the_rate_is_that_of_the_value_date_also_of_a_reversal(lender: Lender, nine_percent: None) -> None:
    overdue(lender, 4)
    rows = (
        "select valid_from, sum(income) as income, sum(vat) as vat from vat_day where account_code = '6012' group by valid_from order by 1"
    )
    assert [tuple(map(str, row.values())) for row in lender.rows(rows)] == [
        ("2016-05-01", "10.00", "0.57"),
        # 10.00 x 9 / 109 = 0.8257
        ("2026-03-05", "10.00", "0.83"),
    ]
    # all of it paid on 4 March but the penalty of that day: what was charged for later days goes back at the rate it came with
    lender.receive("L1", "10020", "back", value_date="2026-03-04")
    lender.close_day()
    assert [tuple(map(str, row.values())) for row in lender.rows(rows)] == [
        ("2016-05-01", "10.00", "0.57"),
        ("2026-03-05", "0.00", "0.00"),
    ]


def test_a_rate_needs_the_rule_that_takes_the_tax_out() -> None:
    document = {"posting_rules": {"VAT": {"FEE": ["6021", "2221"]}}, "vat": [{"account": "6021", "from": date(2026, 1, 1), "rate": 0.06}]}
    assert list(_vat_rates(document)) == [{"account_code": "6021", "valid_from": date(2026, 1, 1), "rate": "0.06"}]
    document["vat"] = [{"account": "6011", "from": date(2026, 1, 1), "rate": 0.06}]
    with pytest.raises(ValueError, match="6011 has a VAT rate and no posting rule VAT"):
        list(_vat_rates(document))
    assert list(_vat_rates({"posting_rules": {}})) == []


def test_the_trial_balance_goes_on_where_it_ended_and_cancels_out(lender: Lender) -> None:
    overdue(lender, 2)
    lender.receive("L1", "600", "r1")
    lender.receive("NOBODY", "40", "r2")
    lender.close_day()
    days = [date(2026, 3, n) for n in range(2, 6)]
    for day in days:
        build(lender.engine, "trial_balance", day)
    columns = "opening_debit, opening_credit, debit, credit, closing_debit, closing_credit"
    before: dict[str, tuple[Decimal, Decimal]] = {}
    for day in days:
        rows = lender.rows(f"select account_code, {columns} from report_trial_balance where business_date = :day", day=day)
        assert {row["account_code"] for row in rows} == {row["account_code"] for row in lender.rows("select * from chart_of_accounts")}
        for debit, credit in (("opening_debit", "opening_credit"), ("debit", "credit"), ("closing_debit", "closing_credit")):
            assert sum(row[debit] for row in rows) == sum(row[credit] for row in rows)
        assert all((row["opening_debit"], row["opening_credit"]) == before.get(row["account_code"], (0, 0)) for row in rows)
        before = {row["account_code"]: (row["closing_debit"], row["closing_credit"]) for row in rows}
    shown = lender.rows(
        f"select account_code, {columns} from report_trial_balance"
        " where business_date = '2026-03-05' and account_code in ('1002', '1134', '1303', '2241', '6012') order by account_code"
    )
    assert [tuple(map(str, row.values())) for row in shown] == [
        ("1002", "0.00", "0.00", "640.00", "0.00", "640.00", "0.00"),
        ("1134", "10.00", "0.00", "5.00", "15.00", "0.00", "0.00"),
        ("1303", "15000.00", "0.00", "0.00", "575.00", "14425.00", "0.00"),
        ("2241", "0.00", "0.00", "0.00", "40.00", "0.00", "40.00"),
        ("6012", "0.00", "9.43", "0.28", "5.00", "0.00", "14.15"),
    ]


def test_dates_that_were_closed_before_there_was_a_trial_balance_get_theirs(lender: Lender) -> None:
    overdue(lender, 2)
    kept = lender.rows("select * from account_day order by business_date, account_code")
    lender.execute("truncate table account_day")
    migration = (SQL_ROOT / "schema" / "versions" / "0011_accounting.sql").read_text(encoding="utf-8")
    (backfill,) = (statement for statement in statements(migration) if statement.startswith("insert into account_day"))
    lender.execute(backfill)
    assert lender.rows("select * from account_day order by business_date, account_code") == kept
    lender.close_day()


def test_the_journal_of_a_date_is_a_file_with_its_totals(lender: Lender) -> None:
    lender.with_files = True
    overdue(lender, 1)
    folder = lender.folder / "outbox" / "journal"
    content = (folder / "journal-2026-03-03.csv").read_bytes()
    lines = list(csv.DictReader(content.decode("utf-8-sig").splitlines()))
    note = json.loads((folder / "journal-2026-03-03.json").read_text(encoding="utf-8"))
    booked = lender.one("select count(*) as n, sum(debit) as debit, sum(credit) as credit from journal where business_date = '2026-03-03'")
    assert (note["lines"], note["debit"], note["credit"]) == (booked["n"], str(booked["debit"]), str(booked["credit"]))
    assert note["sha256"] == hashlib.sha256(content).hexdigest()
    assert len(lines) == booked["n"] and sum(Decimal(line["debit"]) for line in lines) == booked["debit"]
    charged = [line for line in lines if line["event"] == "PENALTY_CHARGE"]
    names = ("account_code", "account_zh", "debit", "credit", "loan_no", "instalment_no", "value_date")
    assert [tuple(line[name] for name in names) for line in charged] == [
        ("1134", "应收罚息", "5.00", "0.00", "L1", "1", "2026-03-03"),
        ("6012", "罚息收入", "0.00", "5.00", "L1", "1", "2026-03-03"),
    ]
    assert note["accounts"]["1134"] == {"debit": "5.00", "credit": "0.00"}
