"""What is said and promised while a loan is collected. Nothing written here is ever changed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import Connection, text

from include import policy
from include.database import run_sql
from include.steps.refusal import DeskError

LONGEST_NOTE = 2000
FARTHEST = 366  # days ahead that a promise may be


def note_kinds() -> tuple[str, ...]:
    """The kinds of a note."""
    return tuple(policy.read("desk")["notes"])


def add_note(connection: Connection, loan_id: int, kind: str, body: str, actor: str) -> None:
    """Write a note on a loan. The caller commits. Raises DeskError for an unknown kind, an empty or overlong text."""
    body = body.strip()
    if kind not in note_kinds():
        raise DeskError("no_note_kind", f"{kind} is not a kind of note: use one of {', '.join(note_kinds())}.", kind=kind)
    if not 1 <= len(body) <= LONGEST_NOTE:
        raise DeskError("note_empty", f"Write what was said or done, in at most {LONGEST_NOTE} characters.", length=LONGEST_NOTE)
    run_sql(connection, "desk/note_insert", {"loan_id": loan_id, "kind": kind, "body": body, "actor": actor})


def add_promise(connection: Connection, loan_id: int, promised_on: date, amount: Decimal, actor: str) -> None:
    """Write down that so much is promised by that day.

    Raises
    ------
    DeskError : the day lies before the current business date, or too far ahead.
    """
    today = connection.scalar(text("select max(business_date) from business_day"))
    if today is None:
        raise DeskError("no_day", "No business date is open.")
    if not 0 <= (promised_on - today).days <= FARTHEST:
        raise DeskError("promise_day", f"A promise is for a day from {today} on, within a year.", today=today)
    run_sql(connection, "desk/promise_insert", {"loan_id": loan_id, "promised_on": promised_on, "amount": amount, "actor": actor})
