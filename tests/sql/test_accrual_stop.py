"""Loans over 90 days past due: interest and penalty leave income for memorandum, are income when received, and come back with a cure.

Every date's close proves accounts_equal_book, so balances here are those that the loans say; these tests are about income.
"""

from __future__ import annotations

from decimal import Decimal

from include.steps.changes import approve, reject
from tests.lender import Lender
from tests.sql.policy import settings
from tests.sql.test_changes import make

D = Decimal
# 90 days past due on the first date, 2 March 2026, and over the limit on the second; 18% / 360 on 10,000.00 is 5.00 a day. 31.00 of
# interest fall due on 10 March for the 31 days since 7 February: 1.00 a day
DUE = [("2025-12-02", "10000", "100"), ("2026-02-07", "0", "0"), ("2026-03-10", "5000", "31")]


def balances(lender: Lender, *accounts: str) -> tuple[Decimal, ...]:
    """Of accounts, on their normal side."""
    found = {
        row["account_code"]: row["balance"]
        for row in lender.rows(
            "select account_code, sum(if(normal_side = 'DEBIT', debit - credit, credit - debit)) as balance"
            " from journal inner join chart_of_accounts using (account_code) group by account_code"
        )
    }
    return tuple(found.get(account, D(0)) for account in accounts)


def income(lender: Lender, day: str) -> tuple[Decimal, Decimal]:
    """Interest and penalty income of a date, before VAT is taken out of it."""
    found = {
        row["account_code"]: row["income"]
        for row in lender.rows(
            "select account_code, sum(credit - debit) as income from journal where business_date = :day and event <> 'VAT'"
            " group by account_code",
            day=day,
        )
    }
    return found.get("6011", D(0)), found.get("6012", D(0))


def owed(lender: Lender) -> tuple[Decimal, ...]:
    """What the customer owes by component, and of it what is in memorandum."""
    row = lender.one(
        "select interest_outstanding, interest_accrued, penalty_outstanding, interest_suspended, accrued_suspended, penalty_suspended"
        " from loan_day where business_date = (select max(business_date) from loan_day)"
    )
    return tuple(row.values())


def test_over_the_limit_income_stops_and_what_is_unpaid_goes_to_memorandum(lender: Lender) -> None:
    lender.loan("L1", DUE)
    lender.close_day()
    assert owed(lender) == (D("100.00"), D("23.00"), D("5.00"), 0, 0, 0)
    assert income(lender, "2026-03-02") == (D("1.00"), D("5.00"))
    lender.close_day()
    # what the customer owes goes on as ever
    assert owed(lender) == (D("100.00"), D("24.00"), D("10.00"), D("100.00"), D("24.00"), D("10.00"))
    # what had been income of ours, a day each, is taken back; what the book brought in goes against its take-over
    assert income(lender, "2026-03-03") == (D("-123.00"), D("-5.00"))
    assert balances(lender, "1132", "1133", "1134", "9132", "9133", "9134", "9999") == (
        0,
        0,
        0,
        D("100.00"),
        D("24.00"),
        D("10.00"),
        D("134.00"),
    )
    lender.close_day()
    assert income(lender, "2026-03-04") == (0, 0)
    row = lender.one("select exposure, principal_balance from loan_day where business_date = '2026-03-04'")
    assert row["exposure"] == row["principal_balance"] == D("15000.00")


def test_becoming_due_moves_within_memorandum(lender: Lender) -> None:
    lender.loan("L1", DUE)
    lender.close_day(9)
    assert owed(lender)[3:] == (D("131.00"), 0, D("45.00"))
    assert income(lender, "2026-03-10") == (0, 0)
    assert balances(lender, "9132", "9133", "9134") == (D("131.00"), 0, D("45.00"))


def test_money_received_is_income_then_and_the_cure_brings_the_rest_back(lender: Lender) -> None:
    lender.loan("L1", DUE)
    lender.close_day(2)
    lender.receive("L1", "65", "part")
    lender.close_day()
    # 15.00 of penalty and 50.00 of interest were paid
    assert income(lender, "2026-03-04") == (D("50.00"), D("15.00"))
    assert owed(lender)[3:] == (D("50.00"), D("25.00"), 0)
    with settings(lender, probation_days=1):
        lender.receive("L1", "10055", "arrears")
        lender.close_day()
        assert income(lender, "2026-03-05") == (D("50.00"), D("5.00"))
        # in default for the probation, so interest still accrues to memorandum
        assert owed(lender)[3:] == (0, D("26.00"), 0)
        lender.close_day()
    assert lender.state_of("L1")["state"] == "ACTIVE"
    assert owed(lender)[1:] == (D("27.00"), 0, 0, 0, 0)
    assert income(lender, "2026-03-06") == (D("27.00"), 0)
    assert balances(lender, "1133", "9132", "9133", "9134") == (D("27.00"), 0, 0, 0)


def test_a_book_taken_over_late_costs_no_income(lender: Lender) -> None:
    lender.loan("L1", [("2025-11-02", "10000", "100"), ("2026-02-07", "0", "0"), ("2026-03-10", "5000", "31")])
    lender.close_day()
    # 22.00 had accrued by the cut-over and 100.00 were due; 1.00 and 5.00 came on the first date
    assert owed(lender)[3:] == (D("100.00"), D("23.00"), D("5.00"))
    assert income(lender, "2026-03-02") == (0, 0)
    assert balances(lender, "4999") == (D("15000.00"),)


def test_a_write_off_uses_the_allowance_for_what_was_income_alone(lender: Lender) -> None:
    lender.loan("L1", DUE)
    lender.close_day(2)
    make(lender, "WRITE_OFF", loan_no="L1")
    # 15,000.00 + 100.00 + 10.00 of penalty are claimed on; only principal was ever on the balance sheet
    assert income(lender, "2026-03-04") == (0, 0)
    assert balances(lender, "1303", "1304", "9132", "9133", "9134", "9150", "9999") == (0, 0, 0, 0, 0, D("15110.00"), D("15110.00"))
    impairment = lender.one("select sum(debit - credit) as loss from journal where account_code = '6701'")
    assert impairment["loss"] == D("15000.00")

    lender.receive("L1", "600", "late")
    lender.close_day()
    assert balances(lender, "9150") == (D("14510.00"),)
    assert lender.one("select sum(debit - credit) as loss from journal where account_code = '6701'")["loss"] == D("14400.00")

    make(lender, "WRITE_OFF_REVERSAL", loan_no="L1")
    # the 600.00 paid penalty and interest from the day on which they came: 20.00 and 100.00 are income now
    assert lender.state_of("L1")["state"] == "DEFAULTED"
    assert balances(lender, "9150") == (0,)
    assert income(lender, "2026-03-06") == (D("100.00"), D("20.00"))
    lender.close_day()


def test_write_offs_are_proposed_by_policy_and_decided_by_a_person(lender: Lender) -> None:
    for loan in ("L1", "L2"):
        lender.loan(loan, [("2024-08-01", "1000", "10"), ("2026-03-25", "1000", "10")])
    lender.loan("L3", [("2025-08-01", "1000", "10"), ("2026-03-25", "1000", "10")])
    lender.close_day()
    asked = lender.rows(
        "select change_request_id, loan_no, kind, c.state, maker, reason from change_request as c inner join loan using (loan_id)"
        " order by loan_no"
    )
    assert [(row["loan_no"], row["kind"], row["state"], row["maker"]) for row in asked] == [
        ("L1", "WRITE_OFF", "REQUESTED", "step:servicing.propose_write_offs"),
        ("L2", "WRITE_OFF", "REQUESTED", "step:servicing.propose_write_offs"),
    ]
    assert asked[0]["reason"] == "578 days past due: policy proposes a write-off above 540"
    with lender.engine.begin() as connection:
        approve(connection, asked[0]["change_request_id"], "officer")
        reject(connection, asked[1]["change_request_id"], "officer", "pays again from April")
    lender.close_day(2)
    assert [lender.state_of(loan)["state"] for loan in ("L1", "L2")] == ["WRITTEN_OFF", "DEFAULTED"]
    assert lender.one("select count(*) as n from change_request")["n"] == 2
    with settings(lender, write_off_proposed_again_days=3):
        lender.close_day()
    assert [row["state"] for row in lender.rows("select state from change_request order by change_request_id")] == [
        "APPLIED",
        "REJECTED",
        "REQUESTED",
    ]
