"""Extension, restructure, rate change: new schedule versions by worked numbers, in one scene; every day with one in it, and the month
after it, reconciles and closes."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from include.steps.changes import ChangeError, approve, request
from include.steps.runner import run_day
from tests.checksums import checksums
from tests.conftest import as_role
from tests.lender import SERVICING, Lender
from tests.sql.changing import approve_all, ask, by_hand, cents, monthly_loan, outcome, rows, version_rows
from tests.sql.policy import settings as policy
from tests.sql.test_as_of import check_known_then

# 12,000.00 at 12% in 6 instalments of 2,070.58; the first is due on 2 March, the second on 2 April. At the close of 4 March 2 of the
# second period's 31 days are gone, and 6.48 of its 100.49 are earned.
INSTALMENT, LEFT, EARNED, GONE, WHOLE = 2070_58, 10049_42, 6_48, 2, 31
PAGE = (Path(__file__).parents[2] / "docs" / "lending.md").read_text(encoding="utf-8")


PERCENT = Fraction(1, 100)
REFUSED = [
    ("GONE", "EXTENSION", {"months": 1}, "is PAID_OFF: its schedule changes no more"),
    ("MUCH", "EXTENSION", {"months": 7}, "may be extended by 6 months in all, not by 7"),
    ("OLD", "EXTENSION", {"months": 1}, "is 43 days past due: beyond 30 it is restructured"),
    ("MUCH", "RESTRUCTURE", {"instalments": 2, "arrears": "KEEP", "method": "AT_MATURITY"}, "AT_MATURITY is one instalment"),
    ("MUCH", "RESTRUCTURE", {"instalments": 2, "arrears": "KEEP", "first_due": "2026-12-31"}, "within 180 days of 2026-03-04"),
    ("ENDED", "RATE_CHANGE", {"annual_rate": "0.1"}, "no principal to come: what is past due is restructured by DEFER or CAPITALISE"),
]


@pytest.fixture(scope="module")
def scene(own_database: Engine, tmp_path_factory: pytest.TempPathFactory) -> Lender:
    """Changed at the close of 4 March; money from before on 5 March; matched on 6 March; the month lived to 3 April."""
    lender = Lender(own_database, as_role(own_database, "millrace_app"), tmp_path_factory.mktemp("places"))
    lender.open("2026-03-02")
    for number in ("SAME", "EXTENDED", "RATE", "LATER", "KEPT", "DEFERRED", "CAPITALISED", "MUCH", "TWICE"):
        monthly_loan(lender, number)
        if number not in ("KEPT", "DEFERRED", "CAPITALISED"):
            lender.receive(number, "2070.58", f"first of {number}")
    monthly_loan(lender, "BULLET", product="WC-BULLET", months=2)
    monthly_loan(lender, "BULLET-2", product="WC-BULLET", months=2)
    lender.execute("update loan set tenor = 2 where loan_no = 'BULLET-2'")
    lender.loan("GONE", [("2026-03-02", "100", "1")])
    lender.receive("GONE", "101", "all of GONE")
    lender.loan("OLD", [("2026-01-20", "1000", "10"), ("2026-04-20", "1000", "10")])
    lender.loan("ENDED", [("2026-03-02", "1000", "10")], disbursed_on="2026-02-02")
    lender.close_day(2)

    refused = {ask(lender, kind, loan, details=details): message for loan, kind, details, message in REFUSED}
    ask(lender, "RATE_CHANGE", "SAME", details={"annual_rate": "0.12"})
    ask(lender, "EXTENSION", "EXTENDED", details={"months": 3})
    ask(lender, "RATE_CHANGE", "RATE", details={"annual_rate": "0.06"})
    ask(lender, "RATE_CHANGE", "LATER", details={"annual_rate": "0.06", "from": "2026-03-06"})
    ask(lender, "RESTRUCTURE", "KEPT", details={"instalments": 10, "arrears": "KEEP", "annual_rate": "0.09"})
    ask(lender, "RESTRUCTURE", "DEFERRED", details={"instalments": 12, "arrears": "DEFER", "first_due": "2026-04-15"})
    ask(lender, "RESTRUCTURE", "CAPITALISED", details={"instalments": 12, "arrears": "CAPITALISE"})
    ask(lender, "RESTRUCTURE", "ENDED", details={"instalments": 3, "arrears": "CAPITALISE"})
    ask(lender, "EXTENSION", "BULLET", details={"months": 1})
    ask(lender, "RESTRUCTURE", "BULLET-2", details={"instalments": 3, "arrears": "KEEP", "method": "EQUAL_PRINCIPAL"})
    for _ in range(3):
        ask(lender, "EXTENSION", "TWICE", details={"months": 1})
    context = lender.context()
    lender.close_day()
    once = checksums(own_database)
    run_day(context, SERVICING)
    assert checksums(own_database) == once
    lender.refused = {number: (message, *outcome(lender, number)) for number, message in refused.items()}  # type: ignore[attr-defined]

    lender.receive("EXTENDED", "500", "old money", value_date="2026-03-03")
    lender.receive("RATE", "2070.58", "bounced", kind="BOUNCE", original_ref="first of RATE")
    lender.receive("KEPT", "100", "of the day", value_date="2026-03-04")
    lender.close_day()
    for item in lender.rows("select s.suspense_id, r.loan_no from suspense_item as s inner join repayment as r using (repayment_id)"):
        ask(lender, "SUSPENSE_MATCH", item["loan_no"], details={"suspense_id": item["suspense_id"]})
    lender.close_day()
    while str(lender.today) < "2026-04-02":
        lender.close_day()
    lender.receive("SAME", "2070.58", "second of SAME")
    lender.close_day(2)
    return lender


def test_a_change_to_the_same_rate_changes_no_payment(scene: Lender) -> None:
    expected = by_hand(LEFT, 5, PERCENT, PERCENT * (WHOLE - GONE) / WHOLE, EARNED)
    assert version_rows(scene, "SAME") == [("CARRIED", 0, EARNED), *(("REGULAR", *row) for row in expected)]
    assert expected[0][0] + expected[0][1] + EARNED == INSTALMENT
    # and 2,070.58 on 2 April paid just what was due
    loan = scene.state_of("SAME")
    assert (loan["state"], loan["arrears"], loan["overpayment"], str(loan["next_due_date"])) == ("ACTIVE", 0, 0, "2026-05-06")


def test_the_old_version_stays_as_it_was_made(scene: Lender) -> None:
    old = [(kind, due, principal) for kind, due, principal, _ in rows(scene, "EXTENDED", version=1)]
    assert old[:3] == [("REGULAR", "2026-03-02", "1950.58"), ("REGULAR", "2026-04-02", "1970.09"), ("REGULAR", "2026-05-02", "1989.79")]
    moved = scene.rows(
        "select i.instalment_no, i.moved_on, i.outstanding from instalment as i inner join loan as l on i.loan_id = l.loan_id"
        " where l.loan_no = 'EXTENDED' and i.version = 1 order by i.instalment_no"
    )
    assert [str(row["moved_on"]) for row in moved] == ["None", *["2026-03-04"] * 5]
    assert {row["outstanding"] for row in moved} == {Decimal(0)}
    with pytest.raises(DBAPIError, match="a schedule version never changes"):
        scene.execute("update schedule_version set principal = 0")
    with pytest.raises(DBAPIError, match="a schedule never changes"):
        scene.execute("update instalment set kind = 'EARLY'")


def test_the_remainder_moves_by_a_pair_of_entries(scene: Lender) -> None:
    moved = scene.one(
        "select sum(if(entry_type = 'MOVED_OUT', e.principal, 0)) as gone, sum(if(entry_type = 'MOVED_IN', e.principal, 0)) as come,"
        " sum(if(entry_type = 'MOVED_OUT', e.interest, 0)) as earned, sum(if(entry_type = 'INTEREST_CUT', e.interest, 0)) as cut"
        " from ledger_entry as e inner join loan as l on e.loan_id = l.loan_id where l.loan_no = 'EXTENDED'"
    )
    # 100.49 + 80.79 + 60.90 + 40.80 + 20.50 were to come
    assert [cents(value) for value in moved.values()] == [LEFT, -LEFT, EARNED, 303_48 - EARNED]


def test_extension_spreads_what_is_not_due_over_more_months(scene: Lender) -> None:
    expected = by_hand(LEFT, 8, PERCENT, PERCENT * (WHOLE - GONE) / WHOLE, EARNED)
    assert version_rows(scene, "EXTENDED") == [("CARRIED", 0, EARNED), *(("REGULAR", *row) for row in expected)]
    assert str(scene.one("select matures_on from loan where loan_no = 'EXTENDED'")["matures_on"]) == "2026-11-02"


def test_extension_of_a_loan_repaid_at_maturity_makes_its_period_longer(scene: Lender) -> None:
    # 12,000.00 at 12% by days / 360: 30 of 59 days are earned, 120.00 of 236.00; from 4 March to 2 May it is 59 days again
    assert version_rows(scene, "BULLET") == [("CARRIED", 0, 120_00), ("REGULAR", 12000_00, 236_00)]


def test_extension_is_limited_in_number(scene: Lender) -> None:
    states = scene.rows(
        "select c.state, c.error from change_request as c inner join loan as l on c.loan_id = l.loan_id"
        " where l.loan_no = 'TWICE' order by c.change_request_id"
    )
    assert [row["state"] for row in states] == ["APPLIED", "APPLIED", "FAILED"]
    assert "extended 2 times already" in states[2]["error"]
    # two versions of one day: the second moved what the first had made, and interest goes on from where it was
    expected = by_hand(LEFT, 7, PERCENT, PERCENT * (WHOLE - GONE) / WHOLE, 0)
    assert [row[1:] for row in version_rows(scene, "TWICE")] == expected


def test_a_new_rate_counts_from_the_date_after(scene: Lender) -> None:
    half = PERCENT / 2
    expected = by_hand(LEFT, 5, half, half * (WHOLE - GONE) / WHOLE, EARNED)
    assert version_rows(scene, "RATE", version=2) == [("CARRIED", 0, EARNED), *(("REGULAR", *row) for row in expected)]
    # a change from 6 March on: 4 of 31 days at the old rate, 100.49 x 4 / 31
    expected = by_hand(LEFT, 5, half, half * (WHOLE - 4) / WHOLE, 12_97)
    assert version_rows(scene, "LATER") == [("CARRIED", 0, 12_97), *(("REGULAR", *row) for row in expected)]
    # penalty follows the rate, x 1.5
    rates = scene.rows(
        "select distinct i.penalty_rate from instalment as i inner join loan as l on i.loan_id = l.loan_id"
        " where l.loan_no = 'LATER' and i.version = 2"
    )
    assert [row["penalty_rate"] for row in rates] == [Decimal("0.09")]


def test_restructure_that_keeps_arrears(scene: Lender) -> None:
    three_quarters = PERCENT * 3 / 4
    expected = by_hand(LEFT, 10, three_quarters, three_quarters * (WHOLE - GONE) / WHOLE, EARNED)
    assert version_rows(scene, "KEPT") == [("CARRIED", 0, EARNED), *(("REGULAR", *row) for row in expected)]
    loan = scene.one("select restructured_on, observed_until, next_due_date, state from loan where loan_no = 'KEPT'")
    assert [str(value) for value in loan.values()] == ["2026-03-04", "2027-03-04", "2026-03-02", "OVERDUE"]
    # 100.00 came on 5 March, valued 4 March: 1.95 of penalty, 98.05 of interest
    paid = scene.one("select penalty_paid, interest_paid from loan where loan_no = 'KEPT'")
    assert [str(value) for value in paid.values()] == ["1.95", "98.05"]


def test_restructure_that_defers_arrears(scene: Lender) -> None:
    # 42 days to 15 April, by the 31 of the regular period before it
    expected = by_hand(12000_00, 12, PERCENT, PERCENT * 42 / 31, EARNED)
    assert version_rows(scene, "DEFERRED") == [("CARRIED", 0, 120_00), ("CARRIED", 0, EARNED), *(("REGULAR", *row) for row in expected)]
    last = scene.one(
        "select i.due_date, i.outstanding, i.penalty_released from instalment as i inner join loan as l on i.loan_id = l.loan_id"
        " where l.loan_no = 'DEFERRED' and i.kind = 'CARRIED' and i.interest_due = 120"
    )
    assert [str(value) for value in last.values()] == ["2027-03-15", "121.95", "-1.95"]
    loan = scene.one("select state, days_past_due, penalty_charged, next_due_date from loan where loan_no = 'DEFERRED'")
    assert [str(value) for value in loan.values()] == ["ACTIVE", "0", "1.95", "2026-04-15"]


def test_restructure_that_makes_interest_principal(scene: Lender) -> None:
    expected = by_hand(12120_00, 12, PERCENT, PERCENT * (WHOLE - GONE) / WHOLE, EARNED)
    assert version_rows(scene, "CAPITALISED")[-12:] == [("REGULAR", *row) for row in expected]
    loan = scene.one("select principal_balance, principal_disbursed, principal_released from loan where loan_no = 'CAPITALISED'")
    assert [str(value) for value in loan.values()] == ["12120.00", "12000.00", "-120.00"]
    lines = scene.rows(
        "select j.account_code, sum(j.debit - j.credit) as moved from journal as j inner join loan as l on j.loan_id = l.loan_id"
        " where l.loan_no = 'CAPITALISED' and j.event = 'CAPITALISED' group by j.account_code order by j.account_code"
    )
    assert [tuple(row.values()) for row in lines] == [("1132", Decimal("-120.00")), ("1303", Decimal("120.00"))]


def test_restructure_into_another_method(scene: Lender) -> None:
    # by days / 360: 12,000.00 for 29 days, 8,000.00 for 30, 4,000.00 for 31; 2 May is a holiday
    assert rows(scene, "BULLET-2") == [
        ("CARRIED", "2026-04-02", "0.00", "120.00"),
        ("REGULAR", "2026-04-02", "4000.00", "116.00"),
        ("REGULAR", "2026-05-06", "4000.00", "80.00"),
        ("REGULAR", "2026-06-02", "4000.00", "41.33"),
    ]


def test_a_loan_past_its_end_is_restructured_whole(scene: Lender) -> None:
    loan = scene.one(
        "select state, days_past_due, principal_balance from loan_day where loan_no = 'ENDED' and business_date = '2026-03-04'"
    )
    assert tuple(loan.values()) == ("ACTIVE", 0, Decimal("1010.00"))
    # a step from 4 March on, on the day of the month that its periods ended on; 2 May is a holiday
    assert [row[1] for row in rows(scene, "ENDED") if row[0] == "REGULAR"] == ["2026-04-02", "2026-05-06", "2026-06-02"]


def test_refused_changes_say_why(scene: Lender) -> None:
    for message, state, error in scene.refused.values():  # type: ignore[attr-defined]
        assert state == "FAILED" and error is not None and message in error


def test_money_from_before_a_version_waits_and_then_counts_from_its_day(scene: Lender) -> None:
    items = scene.rows(
        "select s.amount, s.reason, s.state from suspense_item as s inner join repayment as r using (repayment_id) order by 1"
    )
    assert [(str(row["amount"]), row["state"]) for row in items] == [("-2070.58", "MATCHED"), ("500.00", "MATCHED")]
    assert "before the new schedule of 2026-03-04" in items[0]["reason"] and "before the new schedule of 2026-03-04" in items[1]["reason"]
    entry = scene.one(
        "select e.value_date, e.overpayment from ledger_entry as e inner join repayment as r using (repayment_id)"
        " where r.source = 'SUSPENSE' and r.kind = 'PAYMENT'"
    )
    assert [str(value) for value in entry.values()] == ["2026-03-04", "500.00"]
    # the bounced instalment is owed again from the day of the match, with the instalment that falls due next
    owed = scene.one(
        "select sum(i.outstanding) as owed from instalment as i inner join loan as l on i.loan_id = l.loan_id"
        " where l.loan_no = 'RATE' and i.due_date = '2026-04-02'"
    )["owed"]
    second = sum(by_hand(LEFT, 5, PERCENT / 2, PERCENT / 2 * (WHOLE - GONE) / WHOLE, EARNED)[0]) + EARNED
    penalty = scene.one("select penalty_charged from loan where loan_no = 'RATE'")["penalty_charged"]
    assert cents(owed) == second + INSTALMENT + cents(penalty)


def test_the_example_of_the_page_is_the_scene(scene: Lender) -> None:
    shown = re.search(r"\| row 期次 \|.*\n\|[-|]+\n((?:\|.*\n)+)", PAGE)
    assert shown is not None
    table = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in shown[1].splitlines()]
    assert [line[1:] for line in table] == rows(scene, "RATE")[:6]
    assert [int(line[0]) for line in table] == list(range(7, 13))


def test_nobody_checks_a_change_of_their_own(lender: Lender) -> None:
    monthly_loan(lender)
    with lender.engine.begin() as connection:
        number = request(connection, "EXTENSION", "maker", "because", "L1", details={"months": 1})
        with pytest.raises(ChangeError, match="second person"):
            approve(connection, number, "maker")


@pytest.mark.parametrize(
    ("kind", "details", "message"),
    [
        ("EXTENSION", {}, "EXTENSION needs months"),
        ("EXTENSION", {"months": 0}, "whole number above 0, not 0"),
        ("RESTRUCTURE", {"instalments": 3, "arrears": "FORGIVE"}, "knows arrears KEEP, DEFER, CAPITALISE, not 'FORGIVE'"),
        ("RESTRUCTURE", {"instalments": 361, "arrears": "KEEP"}, "at most 360 instalments"),
        ("RATE_CHANGE", {"annual_rate": "0.25"}, "annual_rate from 0 to 0.24"),
        ("RATE_CHANGE", {"annual_rate": "much"}, "annual_rate from 0 to 0.24"),
        ("RATE_CHANGE", {"annual_rate": "0.1", "from": "tomorrow"}, "date like 2026-03-31"),
        ("RATE_CHANGE", {"annual_rate": "0.1", "from": "2026-03-01"}, "2026-03-01 is closed"),
        ("EARLY_REPAYMENT", {"effect": "VANISH"}, "knows effect REDUCE, SHORTEN"),
    ],
)
def test_requests_that_cannot_be_meant_are_refused_at_once(any_database: Engine, kind: str, details: dict[str, Any], message: str) -> None:
    lender = Lender(any_database, any_database, Path())
    lender.open("2026-03-02")
    lender.loan("L1", [("2026-04-02", "100", "1")])
    with any_database.begin() as connection, pytest.raises(ChangeError, match=message):
        request(connection, kind, "maker", "because", "L1", details=details)


def test_a_change_approved_after_the_cut_off_waits(lender: Lender) -> None:
    monthly_loan(lender)
    with lender.engine.begin() as connection:
        number = request(connection, "EXTENSION", "maker", "because", "L1", details={"months": 1})
    lender.list_steps()
    names = [step.name for step in SERVICING]
    run_day(lender.context(), SERVICING[: names.index("servicing.post_repayments")])
    approve_all(lender)
    lender.close_day()
    assert outcome(lender, number)[0] == "APPROVED"
    lender.close_day()
    assert outcome(lender, number)[0] == "APPLIED"


def test_write_off_and_its_reversal_after_a_change(lender: Lender) -> None:
    monthly_loan(lender)
    with policy(lender, default_after_days=1):
        ask(lender, "RESTRUCTURE", details={"instalments": 9, "arrears": "KEEP"})
        lender.close_day(3)
        assert lender.state_of("L1")["state"] == "DEFAULTED"
        ask(lender, "WRITE_OFF")
        lender.close_day()
        assert lender.state_of("L1")["state"] == "WRITTEN_OFF"
        refused = ask(lender, "RATE_CHANGE", details={"annual_rate": "0.1"})
        lender.close_day()
        assert outcome(lender, refused) == ("FAILED", "Loan L1 is WRITTEN_OFF: its schedule changes no more.")
        ask(lender, "WRITE_OFF_REVERSAL")
        lender.close_day(2)
    loan = lender.state_of("L1")
    assert (loan["state"], loan["principal_balance"]) == ("DEFAULTED", Decimal("12000.00"))
    # the rows that the restructure replaced owe nothing again
    moved = lender.one("select sum(outstanding) as owed, count(*) as moved from instalment where moved_on is not null")
    assert tuple(moved.values()) == (Decimal(0), 5)


def test_changes_of_loans_whose_accrual_has_stopped(lender: Lender) -> None:
    for number in ("DEFERRED", "CAPITALISED", "KEPT", "RATE", "PAID"):
        monthly_loan(lender, number)
    with policy(lender, default_after_days=1, accrual_stops_after_days=1):
        lender.close_day(4)
        assert {row["accrual_stopped_on"] is None for row in lender.rows("select accrual_stopped_on from loan")} == {False}
        changes = [
            ask(lender, "RESTRUCTURE", "DEFERRED", details={"instalments": 9, "arrears": "DEFER"}),
            ask(lender, "RESTRUCTURE", "CAPITALISED", details={"instalments": 9, "arrears": "CAPITALISE"}),
            ask(lender, "RESTRUCTURE", "KEPT", details={"instalments": 9, "arrears": "KEEP"}),
            ask(lender, "RATE_CHANGE", "RATE", details={"annual_rate": "0.05"}),
            ask(lender, "PAYOFF", "PAID"),
        ]
        lender.receive("PAID", "12500", "all of PAID")
        lender.close_day(4)
        assert [outcome(lender, number) for number in changes] == [("APPLIED", None)] * 5
        assert check_known_then(lender) == 5 * 8
    assert lender.state_of("PAID")["state"] == "PAID_OFF"
    assert lender.state_of("DEFERRED")["days_past_due"] == 0


def test_every_past_date_is_known_as_it_was(scene: Lender) -> None:
    assert check_known_then(scene) > 400
