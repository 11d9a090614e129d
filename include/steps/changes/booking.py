"""Booking what a change stages: entries to the ledger, then the loan's state."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, text

from include.database import run_sql


def stage(connection: Connection, name: str, parameters: Mapping[str, Any]) -> Decimal:
    """Run include/sql/changes/``name``.sql over empty staging tables; return the amount that its last statement selects."""
    connection.execute(text("call prepare_posting()"))
    result = run_sql(connection, f"changes/{name}", dict(parameters))
    assert result is not None
    return Decimal(result.mappings().one()["amount"] or 0)


def book(connection: Connection, loan_id: int, business_date: date) -> None:
    """Write what is staged to the ledger and settle the loan."""
    connection.execute(text("call flush_posting(:business_date)"), {"business_date": business_date})
    settle(connection, loan_id, business_date)


def settle(connection: Connection, loan_id: int, business_date: date) -> None:
    """Days past due, arrears and state of one loan."""
    connection.execute(text("delete from posting_loan"))
    connection.execute(text("insert into posting_loan (loan_id) values (:loan_id)"), {"loan_id": loan_id})
    connection.execute(text("call settle_loans(:business_date)"), {"business_date": business_date})
