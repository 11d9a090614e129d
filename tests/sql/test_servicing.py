"""The day's servicing on both servers: allocation, penalty, states, replay. Given a schedule, when money comes, then."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.lender import Lender
from tests.sql.histories import make_product

D = Decimal
SCHEDULE = [("2026-03-03", "100.00", "10.00"), ("2026-04-03", "100.00", "9.00"), ("2026-05-03", "100.00", "8.00")]


def test_paid_on_the_due_date(lender: Lender) -> None:
    lender.loan("L1", SCHEDULE)
    lender.close_day()
    lender.receive("L1", "110.00", "r1")
    lender.close_day()
    loan = lender.state_of("L1")
    assert (loan["state"], loan["days_past_due"], loan["principal_balance"]) == ("ACTIVE", 0, D("200.00"))
    assert loan["penalty_charged"] == 0
    assert str(loan["next_due_date"]) == "2026-04-03"


def test_a_day_late_owes_a_day_of_penalty_on_overdue_principal(lender: Lender) -> None:
    lender.loan("L1", [("2026-03-03", "10000.00", "10.00")], penalty_rate="0.18")
    lender.close_day(2)
    assert lender.state_of("L1")["state"] == "ACTIVE"
    lender.receive("L1", "10015.00", "r1")
    lender.close_day()
    loan = lender.state_of("L1")
    # 10,000.00 x 0.18 / 360 x 1 day
    assert loan["penalty_charged"] == loan["penalty_paid"] == D("5.00")
    assert (loan["state"], loan["overpayment"]) == ("PAID_OFF", 0)


def test_unpaid_becomes_overdue_the_day_after_and_cures(lender: Lender) -> None:
    lender.loan("L1", SCHEDULE)
    lender.close_day(3)
    loan = lender.state_of("L1")
    assert (loan["state"], loan["days_past_due"], loan["arrears"]) == ("OVERDUE", 1, D("110.05"))
    lender.receive("L1", "110.10", "r1")
    lender.close_day()
    assert lender.state_of("L1")["state"] == "ACTIVE"
    moves = lender.rows("select from_state, to_state, business_date from loan_history where from_state is not null order by history_id")
    assert [(m["from_state"], m["to_state"], str(m["business_date"])) for m in moves] == [
        ("ACTIVE", "OVERDUE", "2026-03-04"),
        ("OVERDUE", "ACTIVE", "2026-03-05"),
    ]


def test_oldest_instalment_first_then_penalty_interest_principal(lender: Lender) -> None:
    lender.loan("L1", [("2026-03-02", "1000.00", "10.00"), ("2026-03-04", "1000.00", "9.00")], penalty_rate="0.36")
    lender.close_day(2)
    lender.receive("L1", "500.00", "r1")
    lender.receive("L1", "600.00", "r2")
    lender.close_day()
    entries = lender.rows(
        "select external_ref, instalment_no, penalty, interest, principal from ledger_entry join repayment using (repayment_id)"
        " order by entry_id"
    )
    assert [tuple(str(v) for v in e.values()) for e in entries] == [
        ("r1", "1", "2.00", "10.00", "488.00"),
        ("r2", "1", "0.00", "0.00", "512.00"),
        ("r2", "2", "0.00", "9.00", "79.00"),
    ]


def test_early_money_is_held_until_due(lender: Lender) -> None:
    lender.loan("L1", SCHEDULE)
    lender.receive("L1", "110.00", "early")
    lender.close_day()
    assert lender.state_of("L1")["overpayment"] == D("110.00")
    lender.close_day()
    loan = lender.state_of("L1")
    assert (loan["overpayment"], loan["principal_balance"]) == (0, D("200.00"))


def test_money_for_no_known_loan_is_suspense(lender: Lender) -> None:
    lender.loan("L1", SCHEDULE)
    lender.receive("L9", "50.00", "lost")
    lender.close_day()
    assert lender.one("select amount, reason from suspense_item")["amount"] == D("50.00")


def test_a_backdated_payment_takes_back_penalty_and_reallocates(lender: Lender) -> None:
    lender.loan("L1", [("2026-03-02", "10000.00", "10.00"), ("2026-04-02", "10000.00", "10.00")])
    lender.close_day(4)
    assert lender.state_of("L1")["penalty_charged"] == D("15.00")
    lender.receive("L1", "10010.00", "late", value_date="2026-03-03")
    lender.close_day()
    loan = lender.state_of("L1")
    # valued 3 March: one day of penalty first, so 5.00 of principal stays overdue, three days at 0.0025
    assert loan["penalty_charged"] == D("5.01")
    assert loan["penalty_paid"] == D("5.00")
    assert loan["principal_balance"] == D("10005.00")


def test_a_bounce_restores_what_was_owed(lender: Lender) -> None:
    lender.loan("L1", [("2026-03-03", "1000.00", "10.00")], penalty_rate="0.36")
    lender.close_day()
    lender.receive("L1", "1010.00", "r1")
    lender.close_day()
    assert lender.state_of("L1")["state"] == "PAID_OFF"
    lender.close_day()
    lender.receive("L1", "1010.00", "b1", kind="BOUNCE", original_ref="r1")
    lender.close_day()
    loan = lender.state_of("L1")
    assert (loan["state"], loan["days_past_due"], loan["principal_balance"]) == ("OVERDUE", 2, D("1000.00"))
    assert loan["penalty_charged"] == D("2.00")
    assert lender.one("select state from repayment where external_ref = 'r1'")["state"] == "BOUNCED"


@pytest.mark.parametrize("late", [False, True])
def test_the_tellers_door_is_the_batchs_door(lender: Lender, late: bool) -> None:
    due = [("2026-03-03", "1000.00", "10.00"), ("2026-04-03", "1000.00", "9.00")]
    lender.loan("BATCH", due)
    lender.loan("COUNTER", due)
    lender.close_day(3 if late else 1)
    lender.receive("BATCH", "1200.00", "r1")
    lender.receive("COUNTER", "1200.00", "r1", channel="COUNTER")
    assert lender.state_of("COUNTER")["principal_balance"] == D("1000.00") if late else D("2000.00")
    lender.close_day(2)
    assert lender.state_of("BATCH") == lender.state_of("COUNTER")
    ledger = (
        "select instalment_no, entry_type, business_date, value_date, e.principal, interest, penalty, e.overpayment"
        " from ledger_entry e join loan l using (loan_id) where loan_no = :no order by entry_id"
    )
    assert lender.rows(ledger, no="BATCH") == lender.rows(ledger, no="COUNTER")


def test_a_tellers_money_during_the_close_is_booked_on_the_next_date(lender: Lender) -> None:
    lender.loan("L1", [("2026-03-02", "1000.00", "10.00"), ("2026-04-03", "1000.00", "9.00")])
    lender.list_steps()
    lender.run("servicing.apply_changes")
    lender.run("servicing.cut_off")
    lender.receive("L1", "1010.00", "c1", channel="COUNTER")
    row = lender.one("select state, business_date, value_date from repayment")
    assert (row["state"], str(row["business_date"]), str(row["value_date"])) == ("RECEIVED", "2026-03-03", "2026-03-02")
    lender.close_day(2)
    assert lender.state_of("L1")["principal_balance"] == D("1000.00")
    assert lender.state_of("L1")["penalty_charged"] == 0


def test_a_late_fee_comes_once_though_older_money_comes_for_its_day(lender: Lender) -> None:
    make_product(lender, "RANDOM-LATE-FEE", (("late_fee", "10"), ("late_fee_after_days", 2)))
    lender.loan("L1", [("2026-03-02", "1000.00", "10.00"), ("2026-04-02", "1000.00", "10.00")], product="RANDOM-LATE-FEE")
    lender.close_day(3)
    lender.receive("L1", "50.00", "for the day of the fee", value_date="2026-03-04")
    lender.close_day()
    loan = lender.one("select fee_charged, fee_paid from loan")
    assert (loan["fee_charged"], loan["fee_paid"]) == (D("10.00"), D("10.00"))
