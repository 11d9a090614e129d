"""Fees that time charges: with each instalment, and once an instalment that is overdue; what a replay makes of them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.lender import Lender
from tests.sql.histories import make_product

FEES = (("instalment_fee", "7.50"), ("late_fee", "25.00"), ("late_fee_after_days", 3), ("penalty_grace_days", 0))


@pytest.fixture
def loan(lender: Lender) -> Lender:
    """10,000.00 + 10.00 due on 2 March at 18% / 360: 5.00 of penalty a day."""
    lender.execute("delete from loan_product where product_code = 'FEES'")
    make_product(lender, "FEES", FEES)
    lender.loan("L1", [("2026-03-02", "10000", "10")], product="FEES")
    return lender


def fees(lender: Lender) -> list[tuple[str, str, Decimal]]:
    found = lender.rows("select entry_type, value_date, sum(fee) as fee from ledger_entry where fee <> 0 group by entry_type, value_date")
    return sorted((row["entry_type"], str(row["value_date"]), row["fee"]) for row in found)


DUE = ("DUE_FEE", "2026-03-02", Decimal("7.50"))


def test_each_is_charged_once_on_its_day(loan: Lender) -> None:
    loan.close_day(3)
    assert fees(loan) == [DUE]
    loan.close_day(4)
    assert fees(loan) == [DUE, ("LATE_FEE", "2026-03-05", Decimal("25.00"))]
    assert loan.one("select fee_charged from loan")["fee_charged"] == Decimal("32.50")


def test_the_example_of_the_docs(loan: Lender) -> None:
    loan.close_day(4)
    loan.receive("L1", "10000.00", "a")
    loan.close_day()
    paid = loan.one("select penalty_paid, fee_paid, interest_paid, principal_paid from loan")
    assert list(paid.values()) == [Decimal("20.00"), Decimal("32.50"), Decimal("10.00"), Decimal("9937.50")]
    assert loan.state_of("L1")["principal_balance"] == Decimal("62.50")
    loan.receive("L1", "10017.50", "b", value_date="2026-03-02")
    loan.close_day()
    after = loan.state_of("L1")
    assert (after["state"], after["overpayment"], after["penalty_charged"]) == ("PAID_OFF", Decimal("10000.00"), Decimal("0.00"))
    assert fees(loan)[1:] == [
        ("LATE_FEE", "2026-03-05", Decimal("0.00")),
        ("REPAYMENT", "2026-03-02", Decimal("7.50")),
        ("REPAYMENT", "2026-03-06", Decimal("0.00")),
    ]


@pytest.mark.parametrize("channel", ["COUNTER", "BANK"])
def test_money_of_the_due_date_pays_its_fee_through_either_door(loan: Lender, channel: str) -> None:
    loan.receive("L1", "17.50", "a", channel=channel)
    loan.close_day()
    assert list(loan.one("select fee_paid, interest_paid, principal_paid from loan").values()) == [
        Decimal("7.50"),
        Decimal("10.00"),
        Decimal("0.00"),
    ]
    assert loan.one("select count(*) as n from ledger_entry where entry_type = 'DUE_FEE'")["n"] == 1


def test_a_loan_that_is_paid_off_before_its_due_date_owes_no_fee(lender: Lender) -> None:
    lender.execute("delete from loan_product where product_code = 'FEES'")
    make_product(lender, "FEES", (*FEES, ("early_money", "ADVANCE")))
    lender.loan("L1", [("2026-03-04", "1000", "10")], product="FEES")
    lender.receive("L1", "1010", "a")
    lender.close_day(3)
    assert lender.state_of("L1")["state"] == "PAID_OFF"
    assert [line for line in fees(lender) if line[0] == "DUE_FEE"] == []
