"""WRITE_OFF and its reversal: a defaulted loan leaves the balance sheet while the claim goes on (账销案存), and comes back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import Connection, RowMapping, text

from include.steps.changes.booking import settle, stage
from include.steps.changes.errors import ChangeError
from include.steps.replay import restate


def write_off(connection: Connection, change: RowMapping, business_date: date) -> Decimal:
    """Release everything that is owed; money that comes later is recovered."""
    if change["loan_state"] != "DEFAULTED":
        raise ChangeError(f"Loan {change['loan_no']} is {change['loan_state']}: only a loan in default is written off.")
    loan = {"loan_id": change["loan_id"], "business_date": business_date}
    amount = stage(connection, "write_off", loan)
    connection.execute(text("call flush_posting(:business_date)"), loan)
    connection.execute(text("update loan set state = 'WRITTEN_OFF', written_off_on = :business_date where loan_id = :loan_id"), loan)
    settle(connection, change["loan_id"], business_date)
    return amount


def reverse(connection: Connection, change: RowMapping, business_date: date) -> Decimal:
    """Everything written off is owed again; what was recovered since then pays it, from the days on which it came."""
    if change["loan_state"] != "WRITTEN_OFF":
        raise ChangeError(f"Loan {change['loan_no']} is {change['loan_state']}, not written off.")
    loan = {"loan_id": change["loan_id"], "business_date": business_date, "since": change["written_off_on"]}
    amount = stage(connection, "write_off_reverse", loan)
    if not amount:
        raise ChangeError(
            f"Loan {change['loan_no']} was written off before it was taken over: its schedule did not come with it."
            " What is paid is booked as a recovery."
        )
    connection.execute(text("call flush_posting(:business_date)"), loan)
    connection.execute(text("update loan set state = 'DEFAULTED', written_off_on = null where loan_id = :loan_id"), loan)
    connection.execute(text("call prepare_replay()"))
    connection.execute(text("insert into replay_loan (loan_id, from_date) values (:loan_id, :since)"), loan)
    restate(connection, business_date)
    return -amount
