"""Python steps of the close: proving the day, closing it, sending its reminders."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, RowMapping, text

from include.database import SQL_ROOT, run_sql
from include.steps.channels import CHANNELS, Message
from include.steps.context import StepContext, StepError, StepResult
from include.steps.origination.review_effect import take_effect_of_waiting

SHOWN = 20


def invariants() -> list[str]:
    """Names of the invariants: one .sql each under include/sql/invariants, which returns the offending rows."""
    return sorted(path.stem for path in (SQL_ROOT / "invariants").glob("*.sql"))


def check_invariants(connection: Connection, context: StepContext) -> dict[str, list[dict[str, Any]]]:
    """Run every invariant; return the offending rows of those that do not hold, at most SHOWN each."""
    broken: dict[str, list[dict[str, Any]]] = {}
    run_sql(connection, "close/total_instalments", {"business_date": context.business_date})
    for name in invariants():
        result = run_sql(connection, f"invariants/{name}", {"business_date": context.business_date})
        assert result is not None
        if rows := [dict(row) for row in result.mappings().fetchmany(SHOWN)]:
            broken[name] = rows
    return broken


def reconcile_and_close(connection: Connection, context: StepContext) -> StepResult:
    """Hold the day's row, prove every invariant, close the date and open the next, in one commit.

    Raises
    ------
    StepError : an invariant does not hold; names the loans and what is wrong. Nothing is closed.
    """
    day = {"business_date": context.business_date}
    connection.execute(text("select state from business_day where business_date = :business_date for update"), day)
    broken = check_invariants(connection, context)
    _record(context, broken)
    if broken:
        raise StepError(
            f"{context.business_date} does not reconcile and stays open. "
            + " ".join(f"{name}: {_named(rows)}." for name, rows in broken.items())
            + " Nothing was closed. Find what wrote these rows, correct it by a reversing entry, then clear this task."
        )
    connection.execute(text("update business_day set state = 'CLOSED', closed_at = now(6) where business_date = :business_date"), day)
    connection.execute(text("insert into business_day (business_date) values (:next)"), {"next": context.business_date + timedelta(days=1)})
    waited = take_effect_of_waiting(connection, context.business_date + timedelta(days=1))
    totals = connection.execute(
        text("select count(*) as loans, sum(principal_balance) as balance from loan_day where business_date = :business_date"), day
    ).one()
    return StepResult(int(totals.loans), Decimal(totals.balance or 0), {"invariants": len(invariants()), "reviews": waited})


def _named(rows: list[dict[str, Any]]) -> str:
    shown = "; ".join(", ".join(f"{key} {value}" for key, value in row.items()) for row in rows[:5])
    return shown + (" and more" if len(rows) > 5 else "")


def _record(context: StepContext, broken: dict[str, list[dict[str, Any]]]) -> None:
    """Keep what was found, in a commit of its own, so that it is there to read when the close failed."""
    rows = [
        {
            "business_date": context.business_date,
            "invariant": name,
            "offending": len(broken.get(name, [])),
            "sample": json.dumps(broken.get(name, []), default=str, ensure_ascii=False),
        }
        for name in invariants()
    ]
    with context.engine.begin() as connection:
        connection.execute(
            text(
                "insert into invariant_check (business_date, invariant, offending_rows, sample)"
                " values (:business_date, :invariant, :offending, :sample)"
                " on duplicate key update offending_rows = values(offending_rows), sample = values(sample), checked_at = now(6)"
            ),
            rows,
        )


def send_reminders(connection: Connection, context: StepContext) -> StepResult:
    """Send what is queued and still true; withdraw what was paid meanwhile.

    Raises
    ------
    StepError : a rule names a channel that nobody registered.
    """
    result = run_sql(connection, "close/reminders_to_send", {"business_date": context.business_date})
    assert result is not None
    queued = result.mappings().all()
    by_channel: dict[str, dict[int, Message]] = defaultdict(dict)
    for row in queued:
        if row["amount"] > 0:
            by_channel[row["channel"]][row["reminder_id"]] = _message(row)
    fates: dict[int, tuple[str, str | None]] = {row["reminder_id"]: ("WITHDRAWN", "paid before it was sent") for row in queued}
    for channel, messages in by_channel.items():
        fates |= _send(channel, messages, context)
    if fates:
        connection.execute(
            text("update reminder set state = :state, note = :note, sent_at = now(6) where reminder_id = :reminder_id"),
            [{"state": state, "note": note, "reminder_id": number} for number, (state, note) in fates.items()],
        )
    sent = [row["amount"] for row in queued if fates[row["reminder_id"]][0] == "SENT"]
    states = Counter(state for state, _ in fates.values())
    return StepResult(len(sent), sum(sent, Decimal(0)), {"withdrawn": states["WITHDRAWN"], "failed": states["FAILED"]})


def _send(channel: str, messages: dict[int, Message], context: StepContext) -> dict[int, tuple[str, str | None]]:
    if channel not in CHANNELS:
        known = ", ".join(sorted(CHANNELS))
        raise StepError(f"Reminders ask for channel {channel!r}; known are {known}. Mend include/policy/servicing.yaml.")
    without_address = CHANNELS[channel](context.business_date, list(messages.values()), context.places)
    return {number: ("FAILED", "no address") if message in without_address else ("SENT", None) for number, message in messages.items()}


def _message(row: RowMapping) -> Message:
    words = {"loan_no": row["loan_no"], "amount": f"{row['amount']:,.2f}", "due_date": row["due_date"], "days": row["days"]}
    return Message(
        loan_no=row["loan_no"],
        instalment_no=row["instalment_no"],
        rule_code=row["rule_code"],
        due_date=row["due_date"],
        amount=row["amount"],
        customer_no=row["customer_no"],
        subject=row["subject"].format(**words),
        body=row["body"].format(**words),
        email_cipher=row["email_cipher"],
    )
