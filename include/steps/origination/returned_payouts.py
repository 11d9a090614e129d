"""A confirmed payout that comes back: the loan ends as if it had not been paid out, and the application is CANCELLED.

What the borrower paid meanwhile leaves the loan and waits in suspense; the bank's money is a repayment of the whole principal
(source PAYOUT_RETURN); interest, fees and penalty are taken back. Money that comes for such a loan later goes to suspense.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Row, text

from include.database import run_sql
from include.steps.changes.booking import settle
from include.steps.context import StepError
from include.steps.origination.confirmations import Answer
from include.steps.replay import restate

REASON = "the bank returned the payout"


def paid_payout(connection: Connection, reference: str) -> int | None:
    """The confirmed payout with this reference, ``<application_no>-<attempt>``; None where there is none."""
    application_no, _, attempt = reference.rpartition("-")
    if not attempt.isdigit():
        return None
    found = run_sql(connection, "origination/pay_out_paid", {"application_no": application_no, "attempt": int(attempt)})
    assert found is not None
    return found.scalar()


def take_back(connection: Connection, answers: Sequence[Answer], today: date) -> Decimal:
    """End the loans of returned payouts; gives back their sum.

    Raises
    ------
    StepError : money went back to the borrower meanwhile, or the loan was written off: a person has to sort that out first.
    """
    total = Decimal(0)
    for answer in answers:
        payout_id = paid_payout(connection, answer.reference)
        found = run_sql(connection, "origination/pay_out_returned", {"payout_id": payout_id})
        assert found is not None
        total += _end(connection, found.one(), answer, today)
    return total


def _end(connection: Connection, loan: Row[Any], answer: Answer, today: date) -> Decimal:
    if loan.state == "WRITTEN_OFF" or loan.given_back:
        why = "was written off" if loan.state == "WRITTEN_OFF" else f"has given {loan.given_back} back to the borrower"
        raise StepError(
            f"The bank returned payout {answer.reference}, but loan {loan.loan_no} {why}. Take the row out of confirmations.csv,"
            " settle the matter by change requests (reverse the write-off; charge the refund back), then send the row again."
        )
    parameters = {"loan_id": loan.loan_id, "payout_id": loan.payout_id, "reference": answer.reference, "business_date": today}
    connection.execute(text("call prepare_posting()"))
    connection.execute(text("call prepare_replay()"))
    run_sql(connection, "origination/pay_out_return_payments", parameters)
    restate(connection, today)
    said = {"reason": answer.reason or REASON, "bank_ref": answer.bank_ref}
    run_sql(connection, "origination/pay_out_return_money", {**parameters, **said})
    connection.execute(text("call prepare_posting()"))
    connection.execute(text("set @reason = :reason"), {"reason": REASON})
    booked = run_sql(connection, "origination/pay_out_return", parameters)
    assert booked is not None
    amount = Decimal(booked.scalar() or 0)
    if amount != loan.amount:
        raise StepError(f"Payout {answer.reference} of {loan.amount} came back, but loan {loan.loan_no} owes {amount} of principal.")
    connection.execute(text("call flush_posting(:business_date)"), parameters)
    run_sql(connection, "origination/pay_out_return_done", parameters)
    settle(connection, loan.loan_id, today)
    connection.execute(text("set @reason = null"))
    return amount
