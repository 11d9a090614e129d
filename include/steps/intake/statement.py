"""What a bank statement is beyond its rows: balances that add up and follow one another, and whether a date may go without one.

A file has one row OPENING, one row a line, one row CLOSING; ``amount`` is positive for money in and negative for money out,
for a balance as it stands. Opening + lines = closing, and the opening balance is the closing one of the last statement loaded.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import Connection, text

from include import policy
from include.lending.money import to_cents
from include.steps.context import StepContext, StepError
from include.steps.intake import landing
from include.steps.intake.datasets import BANK_STATEMENT

if TYPE_CHECKING:
    import pandas as pd

BALANCES = ("OPENING", "CLOSING")
RULES = ("always", "after_first", "never")

HOW_TO_GO_ON = (
    "The date does not close without it. If none will come, record who says so and why:"
    ' python -m include.steps.bank_statement override {date} --reason "..."; then run the date on.'
)


def is_required(connection: Connection, business_date: date) -> bool:
    """Whether policy wants a statement for the date: ``bank_statement.required`` in include/policy/intake.yaml.

    Raises
    ------
    StepError : policy says what we don't know.
    """
    rule = policy.read("intake")["bank_statement"]["required"]
    if rule not in RULES:
        raise StepError(f"bank_statement.required in include/policy/intake.yaml is {rule}: use {', '.join(RULES)}.")
    if rule == "after_first":
        first = text("select 1 from bank_statement where business_date < :business_date limit 1")
        return connection.execute(first, {"business_date": business_date}).first() is not None
    return rule == RULES[0]


def is_overridden(connection: Connection, business_date: date) -> bool:
    """Whether somebody recorded that the date closes without a statement."""
    found = text("select 1 from bank_statement_override where business_date = :business_date")
    return connection.execute(found, {"business_date": business_date}).first() is not None


def may_be_missing(connection: Connection, business_date: date) -> bool:
    """Whether the date may close without a statement."""
    return is_overridden(connection, business_date) or not is_required(connection, business_date)


def is_missing(connection: Connection, context: StepContext) -> bool:
    """Whether the date goes on without a statement: none was fetched, or the one that was is refused and none is needed."""
    file = landing.current(connection, BANK_STATEMENT, context.business_date)
    return file is None or (file.state == "REFUSED" and may_be_missing(connection, context.business_date))


def last_closing(connection: Connection, business_date: date) -> int | None:
    """Closing balance in cents of the last statement before the date; None where there is none."""
    last = text("select closing from bank_statement where business_date < :business_date order by business_date desc limit 1")
    found = connection.execute(last, {"business_date": business_date}).scalar()
    return None if found is None else to_cents(found)


def with_balances(frame: pd.DataFrame, last_closing_cents: int | None) -> pd.DataFrame:
    """``frame`` with what the rules ask of the statement as a whole; mended rows belong to an earlier one and don't count.

    - ``is_opening``, ``is_closing``: 1 for a balance that can be used, else 0;
    - ``line_cents``: the amount of a line, missing for a balance;
    - ``sum_off_by``: in the first row opening + lines - closing, in cents; 0 in the others;
    - ``opening_off_by``: likewise opening - ``last_closing_cents``; 0 where there is no last statement.
    """
    own = frame["quarantine_id"].isna()
    usable = own & (frame["currency"] == "CNY") & frame["amount_cents"].notna() & (frame["booking_date_day"] == frame["expected_day"])
    added = frame.assign(
        is_opening=(usable & (frame["kind"] == "OPENING")).astype("int64"),
        is_closing=(usable & (frame["kind"] == "CLOSING")).astype("int64"),
        line_cents=frame["amount_cents"].mask(frame["kind"].isin(BALANCES)),
        sum_off_by=0,
        opening_off_by=0,
    )
    opening, closing = (int(added.loc[added[name] == 1, "amount_cents"].sum()) for name in ("is_opening", "is_closing"))
    if len(added):
        added.loc[0, "sum_off_by"] = opening + int(added.loc[own, "line_cents"].sum()) - closing
        if last_closing_cents is not None:
            added.loc[0, "opening_off_by"] = opening - last_closing_cents
    return added
