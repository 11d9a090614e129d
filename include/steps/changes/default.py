"""UNLIKELY_TO_PAY and its withdrawal: a loan is in default by judgement, whatever its days past due."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import Connection, RowMapping, text

from include.steps.changes.booking import settle
from include.steps.changes.errors import ChangeError


def judge(connection: Connection, change: RowMapping, business_date: date) -> Decimal:
    """Put the loan in default from today on, for the reason that the request gives."""
    if change["loan_state"] in ("PAID_OFF", "WRITTEN_OFF"):
        raise ChangeError(f"Loan {change['loan_no']} is {change['loan_state']}: nothing is left to be paid.")
    if change["unlikely_to_pay_on"]:
        raise ChangeError(f"Loan {change['loan_no']} is recorded as unlikely to pay since {change['unlikely_to_pay_on']}.")
    return _record(connection, change, business_date, business_date)


def withdraw(connection: Connection, change: RowMapping, business_date: date) -> Decimal:
    """Take the judgement back. The loan stays in default until it has been without arrears for the probation, counted from today."""
    if not change["unlikely_to_pay_on"]:
        raise ChangeError(f"Loan {change['loan_no']} is not recorded as unlikely to pay.")
    return _record(connection, change, None, business_date)


def _record(connection: Connection, change: RowMapping, since: date | None, business_date: date) -> Decimal:
    loan = {"loan_id": change["loan_id"], "since": since, "reason": change["reason"]}
    # the reason stands in the loan's history, where days past due would stand
    connection.execute(text("set @reason = :reason"), loan)
    connection.execute(text("update loan set unlikely_to_pay_on = :since where loan_id = :loan_id"), loan)
    connection.execute(text("call prepare_posting()"))
    settle(connection, change["loan_id"], business_date)
    connection.execute(text("set @reason = null"))
    return Decimal(0)
