"""WAIVER, REFUND, CHARGE: what a loan owes or holds is changed by an amount."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

from sqlalchemy import Connection, RowMapping, text

from include.steps.changes.booking import book, stage
from include.steps.changes.errors import ChangeError

ALL = Decimal("9999999999999999.99")


def waive(connection: Connection, change: RowMapping, business_date: date) -> Decimal:
    """Release penalty, fees or interest due; all that is owed where the request names no amount."""
    component = json.loads(change["details"])["component"]
    parameters = {
        "loan_id": change["loan_id"],
        "business_date": business_date,
        "component": component,
        "amount": change["amount"] or ALL,
        "instalment_no": change["instalment_no"],
    }
    released = stage(connection, "waive", parameters)
    if not released or (change["amount"] and released != change["amount"]):
        raise ChangeError(f"Loan {change['loan_no']} owes {released} of {component} that can be waived: ask for that much.")
    book(connection, change["loan_id"], business_date)
    return released


def refund(connection: Connection, change: RowMapping, business_date: date) -> Decimal:
    """Pay the customer's money on the loan back; all of it where the request names no amount."""
    amount = change["amount"] or change["overpayment"]
    if not 0 < amount <= change["overpayment"]:
        raise ChangeError(f"Loan {change['loan_no']} holds {change['overpayment']} of the customer's money: no more can be paid back.")
    connection.execute(text("call prepare_posting()"))
    connection.execute(
        text(
            "insert into posting_entry (loan_id, instalment_no, entry_type, value_date, overpayment)"
            " values (:loan_id, 0, 'REFUND', :business_date, :amount)"
        ),
        {"loan_id": change["loan_id"], "business_date": business_date, "amount": -amount},
    )
    book(connection, change["loan_id"], business_date)
    return Decimal(amount)


def charge(connection: Connection, change: RowMapping, business_date: date) -> Decimal:
    """A one-off fee on the instalment that falls due next, or on the one named."""
    if change["loan_state"] == "WRITTEN_OFF":
        raise ChangeError(f"Loan {change['loan_no']} is written off: it takes no fee.")
    parameters = {
        "loan_id": change["loan_id"],
        "business_date": business_date,
        "amount": change["amount"],
        "instalment_no": change["instalment_no"],
    }
    charged = stage(connection, "charge", parameters)
    book(connection, change["loan_id"], business_date)
    return charged
