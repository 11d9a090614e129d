"""REPAYMENT_REVERSAL, SUSPENSE_MATCH, SUSPENSE_RETURN: money that went to the wrong place."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

from sqlalchemy import Connection, RowMapping, text

from include.database import run_sql
from include.steps.changes.errors import ChangeError
from include.steps.replay import restate

FIND = (
    "select repayment_id, amount, value_date, state, kind from repayment"
    " where source = :source and external_ref = :external_ref and loan_id = :loan_id"
)
TAKEN_BACK = "select count(*) from repayment where source = :source and original_ref = :external_ref and state in ('POSTED', 'RECEIVED')"


def reverse_repayment(connection: Connection, change: RowMapping, business_date: date) -> Decimal:
    """Take a payment off its loan, which lives its days again without it; the money goes to suspense, to be matched or returned."""
    named = {**json.loads(change["details"]), "loan_id": change["loan_id"]}
    found = connection.execute(text(FIND), named).mappings().one_or_none()
    if found is None or found["state"] != "POSTED" or found["kind"] != "PAYMENT":
        raise ChangeError(f"{named['source']} {named['external_ref']} is not a posted payment of loan {change['loan_no']}.")
    if connection.scalar(text(TAKEN_BACK), named):
        raise ChangeError(f"{named['source']} {named['external_ref']} has bounced or was charged back: it can't be reversed as well.")
    if change["written_off_on"] and found["value_date"] < change["written_off_on"]:
        raise ChangeError(
            f"Loan {change['loan_no']} was written off on {change['written_off_on']}, after that payment: reverse that first."
        )
    rests = run_sql(connection, "changes/rests_on", {"repayment_id": found["repayment_id"]})
    assert rests is not None
    if made_on := rests.scalar():
        raise ChangeError(
            f"{named['source']} {named['external_ref']} was posted before the new schedule of {made_on}, which rests on it:"
            " receive the money taken back as a CHARGEBACK instead."
        )
    connection.execute(text("call prepare_posting()"))
    connection.execute(text("call prepare_replay()"))
    run_sql(
        connection,
        "changes/reverse_repayment",
        {"repayment_id": found["repayment_id"], "business_date": business_date, "change_request_id": change["change_request_id"]},
    )
    restate(connection, business_date)
    return Decimal(found["amount"])


def match_suspense(connection: Connection, change: RowMapping, business_date: date) -> Decimal:
    """Receive money in suspense on the loan named, from the value date on which it came; the day's servicing posts it."""
    item = json.loads(change["details"])["suspense_id"]
    parameters = {"suspense_id": item, "loan_id": change["loan_id"], "business_date": business_date}
    found = run_sql(connection, "changes/match_suspense", parameters)
    if found is None or not found.scalar():
        raise ChangeError(f"{item} is not an open item of suspense with money in it, or money taken back from loan {change['loan_no']}.")
    return _resolve(connection, change, item, "MATCHED", business_date)


def return_suspense(connection: Connection, change: RowMapping, business_date: date) -> Decimal:
    """Send money in suspense back to its payer."""
    return _resolve(connection, change, json.loads(change["details"])["suspense_id"], "RETURNED", business_date)


def _resolve(connection: Connection, change: RowMapping, item: int, state: str, business_date: date) -> Decimal:
    parameters = {
        "suspense_id": item,
        "state": state,
        "business_date": business_date,
        "change_request_id": change["change_request_id"],
    }
    done = run_sql(connection, "changes/resolve_suspense", parameters)
    if done is None or not done.scalar():
        raise ChangeError(f"{item} is not an open item of suspense.")
    return Decimal(connection.scalar(text("select amount from suspense_item where suspense_id = :suspense_id"), parameters) or 0)
