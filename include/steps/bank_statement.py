"""The bank statement against the books, for whoever keeps them: ``python -m include.steps.bank_statement``.

``list`` what is open on either side, ``explain`` what will never find its match (a bank charge, say), ``override`` a statement that
will not come, so that its date can close. Who did it and why is recorded and never changes.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection, RowMapping, text
from sqlalchemy.exc import DBAPIError

from include.database import engine, run_sql
from include.steps.context import StepContext, StepError, StepResult
from include.steps.intake import statement
from include.steps.intake.quarantine import actor

SIDES = ("line", "item")
# errno of SIGNAL: a trigger refused it and says why
REFUSED = 1644


class BankStatementError(Exception):
    """What was asked for cannot be done; the message says why."""


def match_bank_statement(connection: Connection, context: StepContext) -> StepResult:
    """The step ``close.match_bank_statement``: the date's bookings against what the bank stated.

    Raises
    ------
    StepError : policy wants a statement for the date and there is none, nor an override.
    """
    day = {"business_date": context.business_date}
    stated = connection.execute(text("select 1 from bank_statement where business_date = :business_date"), day).first()
    if stated is None and not statement.may_be_missing(connection, context.business_date):
        raise StepError(
            f"There is no bank statement of {context.business_date}: put it into its source folder and clear close.pull_bank_statement."
            f" {statement.HOW_TO_GO_ON.format(date=context.business_date)}"
        )
    result = run_sql(connection, "close/match_bank_statement", day)
    assert result is not None
    counts = result.mappings().one()
    details = {name: int(counts[name]) for name in ("open_lines", "open_items")}
    overridden = statement.is_overridden(connection, context.business_date)
    return StepResult(int(counts["rows_done"]), counts["amount"], {**details, "statement": stated is not None, "overridden": overridden})


def open_items(connection: Connection) -> Sequence[RowMapping]:
    """Lines of statements and items of the books without a match, oldest first, with the days they have been open."""
    result = run_sql(connection, "bank/open")
    assert result is not None
    return result.mappings().all()


def explain(connection: Connection, side: str, number: int, reason: str) -> None:
    """Settle a ``line`` of a statement or an ``item`` of the books by hand.

    Raises
    ------
    BankStatementError : there is no such open line or item.
    """
    done = run_sql(connection, f"bank/explain_{side}", {"number": number, "reason": reason[:500], "actor": actor()[:100]})
    assert done is not None
    if done.rowcount == 0:
        raise BankStatementError(f"There is no open {side} {number}: `list` shows what is open.")


def override(connection: Connection, business_date: date, reason: str) -> None:
    """Record that the date, the one that is open or being closed, closes without a bank statement.

    Raises
    ------
    BankStatementError : it is another date, its statement is loaded, or it has been overridden already.
    """
    if statement.is_overridden(connection, business_date):
        raise BankStatementError(f"{business_date} has been overridden already.")
    row = {"business_date": business_date, "reason": reason[:500], "actor": actor()[:100]}
    sql = "insert into bank_statement_override (business_date, reason, actor) values (:business_date, :reason, :actor)"
    try:
        connection.execute(text(sql), row)
    except DBAPIError as error:
        if error.orig is None or error.orig.args[0] != REFUSED:
            raise
        raise BankStatementError(f"{business_date}: {error.orig.args[1]}.") from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m include.steps.bank_statement", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("list", help="open lines of statements and open items of the books")
    explaining = verbs.add_parser("explain", help="settle a line or an item by hand")
    explaining.add_argument("side", choices=SIDES)
    explaining.add_argument("number", type=int)
    overriding = verbs.add_parser("override", help="let a date close without its statement")
    overriding.add_argument("date", type=date.fromisoformat)
    for verb in (explaining, overriding):
        verb.add_argument("--reason", required=True)
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Command line. Returns the exit status."""
    options = _parser().parse_args(arguments)
    try:
        with engine().begin() as connection:
            print(_answer(connection, options))
    except BankStatementError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _answer(connection: Connection, options: argparse.Namespace) -> str:
    if options.verb == "override":
        override(connection, options.date, options.reason)
        return f"{options.date} closes without a bank statement. Run the date on: `make resume`, or `make day DATE={options.date}`."
    if options.verb == "explain":
        explain(connection, options.side, options.number, options.reason)
        return f"The {options.side} {options.number} is settled."
    rows = open_items(connection)
    lines = [
        f"{row['side']}  {row['number']:>8}  {row['came_on']}  {row['days']:>4} days  {row['kind']:<10}  {row['amount']:>16,.2f}"
        f"  {row['reference']}"
        for row in rows
    ]
    return "\n".join([*lines, f"{len(rows)} open. line: on a statement and not in the books; item: in the books and not on a statement."])


if __name__ == "__main__":
    raise SystemExit(main())
