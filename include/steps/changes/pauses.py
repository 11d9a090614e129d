"""DELINQUENCY_PAUSE, DELINQUENCY_RESUME: days that are agreed not to count as delinquent. Days past due and class go on."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import Connection, RowMapping, text

from include.steps.changes.errors import ChangeError

# resumed: nothing is paused from that day on
OVERLAPPING = (
    "select starts_on, least(ends_on, coalesce(resumed_on, ends_on)) as ends_on from delinquency_pause"
    " where loan_id = :loan_id and starts_on < :end and least(ends_on, coalesce(resumed_on, ends_on)) > :start"
    " order by starts_on limit 1"
)
RUNNING = (
    "select pause_id from delinquency_pause"
    " where loan_id = :loan_id and :on between starts_on and least(ends_on, coalesce(resumed_on, ends_on)) and resumed_on is null"
    " order by starts_on desc limit 1"
)


def pause(connection: Connection, change: RowMapping, business_date: date) -> Decimal:
    """Stand still from ``start`` to ``end``. A start in the past restates the history of the loan's buckets from there on."""
    details = json.loads(change["details"])
    start, end = date.fromisoformat(details["start"]), date.fromisoformat(details["end"])
    if change["loan_state"] in ("PAID_OFF", "WRITTEN_OFF"):
        raise ChangeError(f"Loan {change['loan_no']} is {change['loan_state']}: there is nothing to pause.")
    most = int(connection.scalar(text("select value from policy_setting where name = 'replay_max_days'")) or 0)
    if start < business_date - timedelta(days=most):
        raise ChangeError(f"A pause may begin at most {most} days back, not on {start}.")
    wanted = {
        "loan_id": change["loan_id"],
        "start": start,
        "end": end,
        "on": business_date,
        "change_request_id": change["change_request_id"],
    }
    if other := connection.execute(text(OVERLAPPING), wanted).one_or_none():
        raise ChangeError(f"Loan {change['loan_no']} is paused from {other.starts_on} to {other.ends_on} already: choose other days.")
    connection.execute(
        text(
            "insert into delinquency_pause (loan_id, starts_on, ends_on, made_on, change_request_id)"
            " values (:loan_id, :start, :end, :on, :change_request_id)"
        ),
        wanted,
    )
    return Decimal(0)


def resume(connection: Connection, change: RowMapping, business_date: date) -> Decimal:
    """End the pause that is running today: the days from here on count."""
    running = connection.scalar(text(RUNNING), {"loan_id": change["loan_id"], "on": business_date})
    if running is None:
        raise ChangeError(f"Loan {change['loan_no']} has no pause that is running on {business_date}.")
    connection.execute(
        text("update delinquency_pause set resumed_on = :on where pause_id = :pause"), {"on": business_date, "pause": running}
    )
    return Decimal(0)
