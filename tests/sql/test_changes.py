"""Changes by request: two people, what each kind does to the cent, and that every day with one in it reconciles and closes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from include.day import STEPS
from include.steps.changes import ChangeError, approve, reject, request, withdraw
from include.steps.runner import run_day
from tests.lender import Lender

DAY = tuple(step for step in STEPS if step.name == "servicing.apply_changes" or step.group in ("servicing", "close"))


def ask(lender: Lender, kind: str, **more: Any) -> int:
    with lender.engine.begin() as connection:
        return request(connection, kind, "maker", "because", **more)


def agree(lender: Lender, number: int) -> None:
    with lender.engine.begin() as connection:
        approve(connection, number, "checker")


def make(lender: Lender, kind: str, **more: Any) -> int:
    """Ask for a change, approve it, and close the day that puts it into effect."""
    number = ask(lender, kind, **more)
    agree(lender, number)
    lender.close_day()
    return number


def outcome(lender: Lender, number: int) -> dict[str, Any]:
    return lender.one("select state, error, applied_on from change_request where change_request_id = :number", number=number)


def entries(lender: Lender, loan: str, *kinds: str) -> list[tuple[Any, ...]]:
    found = lender.rows(
        "select entry_type, instalment_no, principal, interest, fee, penalty, overpayment from ledger_entry"
        " where loan_id = (select loan_id from loan where loan_no = :no) order by entry_id",
        no=loan,
    )
    return [tuple(row.values()) for row in found if row["entry_type"] in kinds]


def overdue_loan(lender: Lender, days: int = 3) -> None:
    """10,000.00 + 10.00 due on 2 March and 5,000.00 + 30.00 on 2 April, unpaid for so many days at 18% / 360: 5.00 a day."""
    lender.loan("L1", [("2026-03-02", "10000", "10"), ("2026-04-02", "5000", "30")])
    lender.close_day(days + 1)


def defaulted_loan(lender: Lender) -> None:
    """In default since the close of 1 June: more than 90 days past due."""
    overdue_loan(lender, 91)
    assert lender.state_of("L1")["state"] == "DEFAULTED"


def test_nobody_decides_their_own_request(lender: Lender) -> None:
    overdue_loan(lender)
    number = ask(lender, "WAIVER", loan_no="L1", details={"component": "PENALTY"})
    with lender.engine.begin() as connection, pytest.raises(ChangeError, match="second person"):
        approve(connection, number, "maker")
    with pytest.raises(DBAPIError, match="someone other than maker"):
        lender.execute("update change_request set state = 'APPROVED', checker = 'maker' where change_request_id = :n", n=number)
    with pytest.raises(DBAPIError, match="never changes"):
        lender.execute("update change_request set amount = 1 where change_request_id = :n", n=number)
    with pytest.raises(DBAPIError, match="may not go from REQUESTED to APPLIED"):
        lender.execute("update change_request set state = 'APPLIED' where change_request_id = :n", n=number)
    with pytest.raises(DBAPIError, match="never deleted"):
        lender.execute("delete from change_request")


def test_a_decided_request_is_decided_once_and_its_history_says_by_whom(lender: Lender) -> None:
    overdue_loan(lender)
    number, other = (ask(lender, "WAIVER", loan_no="L1", details={"component": "PENALTY"}) for _ in range(2))
    with lender.engine.begin() as connection:
        reject(connection, number, "checker", "no")
        with pytest.raises(ChangeError, match="REJECTED already"):
            approve(connection, number, "other")
        withdraw(connection, other, "maker")
    history = lender.rows("select change_request_id, to_state, actor from change_request_history order by history_id")
    assert [tuple(row.values()) for row in history] == [
        (number, "REQUESTED", "maker"),
        (other, "REQUESTED", "maker"),
        (number, "REJECTED", "checker"),
        (other, "WITHDRAWN", "maker"),
    ]
    lender.close_day()
    assert entries(lender, "L1", "WAIVER") == []


def test_waiver_of_penalty_of_a_part_and_of_the_rest(lender: Lender) -> None:
    overdue_loan(lender)
    make(lender, "WAIVER", loan_no="L1", amount=Decimal("4.00"), details={"component": "PENALTY"})
    make(lender, "WAIVER", loan_no="L1", details={"component": "PENALTY"})
    zero = Decimal(0)
    assert entries(lender, "L1", "WAIVER") == [
        ("WAIVER", 1, zero, zero, zero, Decimal("4.00"), zero),
        # 15.00 by 5 March, 20.00 by 6 March, of which 4.00 were waived
        ("WAIVER", 1, zero, zero, zero, Decimal("16.00"), zero),
    ]
    number = make(lender, "WAIVER", loan_no="L1", amount=Decimal("100"), details={"component": "INTEREST"})
    assert outcome(lender, number)["state"] == "FAILED"
    assert "owes 10.00 of INTEREST" in outcome(lender, number)["error"]


def test_money_valued_before_a_waiver_leaves_it_standing_as_far_as_it_can(lender: Lender) -> None:
    overdue_loan(lender)
    make(lender, "WAIVER", loan_no="L1", amount=Decimal("15.00"), details={"component": "PENALTY"})
    # paid in truth on 3 March: one day's penalty was owed, and paid; nothing was left to waive
    lender.receive("L1", "10015", "back", value_date="2026-03-03")
    lender.close_day()
    loan = lender.state_of("L1")
    assert (loan["penalty_charged"], loan["penalty_paid"]) == (Decimal("5.00"), Decimal("5.00"))
    assert lender.one("select penalty_released from loan")["penalty_released"] == 0


def test_refund_of_held_money(lender: Lender) -> None:
    lender.loan("L1", [("2026-03-12", "1000", "10")])
    lender.receive("L1", "300", "early")
    lender.close_day()
    assert outcome(lender, make(lender, "REFUND", loan_no="L1", amount=Decimal("300.01")))["state"] == "FAILED"
    make(lender, "REFUND", loan_no="L1", amount=Decimal("100"))
    assert lender.state_of("L1")["overpayment"] == Decimal("200.00")
    make(lender, "REFUND", loan_no="L1")
    assert lender.state_of("L1")["overpayment"] == 0


def test_a_one_off_fee_is_paid_with_its_instalment(lender: Lender) -> None:
    lender.loan("L1", [("2026-03-03", "1000", "10"), ("2026-04-03", "1000", "10")])
    make(lender, "CHARGE", loan_no="L1", amount=Decimal("25"))
    lender.receive("L1", "1035", "pay")
    lender.close_day()
    loan = lender.one("select fee_charged, fee_paid, principal_paid, overpayment from loan")
    assert tuple(loan.values()) == (Decimal("25.00"), Decimal("25.00"), Decimal("1000.00"), Decimal("0.00"))


def test_write_off_recovery_and_reversal(lender: Lender) -> None:
    defaulted_loan(lender)
    assert outcome(lender, make(lender, "WRITE_OFF_REVERSAL", loan_no="L1"))["state"] == "FAILED"
    make(lender, "WRITE_OFF", loan_no="L1")
    loan = lender.one("select state, principal_balance, next_due_date, recovered from loan")
    assert tuple(loan.values()) == ("WRITTEN_OFF", Decimal("0.00"), None, Decimal("0.00"))
    lender.close_day(3)

    lender.receive("L1", "1000", "late")
    lender.receive("L1", "50", "teller", channel="COUNTER")
    lender.close_day()
    assert lender.one("select recovered from loan")["recovered"] == Decimal("1050.00")
    assert lender.one("select sum(credit - debit) as held from journal where account_code = '1304'")["held"] == 0

    make(lender, "WRITE_OFF_REVERSAL", loan_no="L1")
    loan = lender.one("select state, recovered, penalty_paid + interest_paid + principal_paid as paid, written_off_on from loan")
    assert tuple(loan.values()) == ("DEFAULTED", Decimal("0.00"), Decimal("1050.00"), None)
    lender.close_day(2)


def test_only_a_loan_in_default_is_written_off(lender: Lender) -> None:
    overdue_loan(lender)
    number = make(lender, "WRITE_OFF", loan_no="L1")
    assert outcome(lender, number) == {
        "state": "FAILED",
        "error": "Loan L1 is OVERDUE: only a loan in default is written off.",
        "applied_on": None,
    }


def test_a_repayment_on_the_wrong_loan_goes_to_the_right_one(lender: Lender) -> None:
    lender.loan("L1", [("2026-03-02", "1000", "10")])
    lender.loan("L2", [("2026-03-02", "1000", "10")])
    lender.receive("L1", "1010", "meant for L2")
    lender.close_day(2)
    assert lender.state_of("L1")["state"] == "PAID_OFF"

    make(lender, "REPAYMENT_REVERSAL", loan_no="L1", details={"source": "BANK", "external_ref": "meant for L2"})
    assert lender.state_of("L1")["state"] == "OVERDUE"
    item = lender.one("select suspense_id, amount from suspense_item where state = 'OPEN'")
    assert item["amount"] == Decimal("1010.00")
    make(lender, "SUSPENSE_MATCH", loan_no="L2", details={"suspense_id": item["suspense_id"]})
    # it counts from the day it came: no penalty is left
    loan = lender.one("select state, penalty_charged from loan where loan_no = 'L2'")
    assert tuple(loan.values()) == ("PAID_OFF", Decimal("0.00"))
    again = make(lender, "SUSPENSE_RETURN", details={"suspense_id": item["suspense_id"]})
    assert outcome(lender, again)["state"] == "FAILED"


def test_money_of_no_known_loan_is_returned(lender: Lender) -> None:
    lender.receive("NOBODY", "77", "lost")
    lender.close_day()
    item = lender.one("select suspense_id from suspense_item")["suspense_id"]
    make(lender, "SUSPENSE_RETURN", details={"suspense_id": item})
    balances = lender.rows("select account_code, sum(debit - credit) as balance from journal group by account_code")
    assert {row["account_code"]: row["balance"] for row in balances} == {"1002": 0, "2241": 0}


def test_a_match_may_come_after_another_change_of_the_same_day(lender: Lender) -> None:
    overdue_loan(lender)
    lender.receive("NOBODY", "77", "lost")
    lender.close_day()
    item = lender.one("select suspense_id from suspense_item")["suspense_id"]
    for kind, more in (
        ("WAIVER", {"component": "PENALTY"}),
        ("SUSPENSE_MATCH", {"suspense_id": item}),
        ("WAIVER", {"component": "INTEREST"}),
    ):
        agree(lender, ask(lender, kind, loan_no="L1", details=more))
    lender.close_day()
    states = lender.rows("select kind, state from change_request order by change_request_id")
    assert [row["state"] for row in states] == ["APPLIED"] * 3


def test_chargeback_raises_the_debt_from_its_day(lender: Lender) -> None:
    lender.loan("L1", [("2026-03-02", "1000", "10"), ("2026-04-02", "1000", "10")])
    lender.receive("L1", "1010", "paid")
    lender.close_day(2)
    lender.receive("L1", "400", "back", kind="CHARGEBACK", original_ref="paid")
    lender.receive("L1", "700", "too much", kind="CHARGEBACK", original_ref="paid")
    lender.close_day()
    rows = lender.rows("select instalment_no, outstanding from instalment order by instalment_no")
    assert [tuple(row.values()) for row in rows] == [(1, Decimal("0.00")), (2, Decimal("1410.00"))]
    assert lender.one("select principal_balance from loan")["principal_balance"] == Decimal("1400.00")
    assert lender.one("select amount from suspense_item")["amount"] == Decimal("-700.00")


def test_requests_say_what_is_missing(lender: Lender) -> None:
    for more, message in [
        ({"kind": "GIFT"}, "not a kind of change"),
        ({"kind": "REFUND"}, "needs a loan"),
        ({"kind": "REFUND", "loan_no": "L9"}, "no loan L9"),
    ]:
        with lender.engine.begin() as connection, pytest.raises(ChangeError, match=message):
            request(connection, maker="maker", reason="because", **more)  # type: ignore[arg-type]


def test_an_approved_request_is_applied_once(lender: Lender) -> None:
    overdue_loan(lender)
    number = ask(lender, "WAIVER", loan_no="L1", amount=Decimal("1.00"), details={"component": "PENALTY"})
    agree(lender, number)
    lender.list_steps()
    run_day(lender.context(), tuple(step for step in DAY if step.name == "servicing.apply_changes"))
    run_day(lender.context(), tuple(step for step in DAY if step.name == "servicing.apply_changes"))
    lender.close_day()
    assert len(entries(lender, "L1", "WAIVER")) == 1
    with lender.owner.connect() as connection:
        assert connection.scalar(text("select count(*) from change_request where state = 'APPLIED'")) == 1
