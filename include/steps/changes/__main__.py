"""Change requests from a shell: ``python -m include.steps.changes ask|approve|reject|withdraw|list|quote``."""

from __future__ import annotations

import argparse
import getpass
import json
import sys
from datetime import date
from decimal import Decimal

from include.database import engine, run_sql
from include.lending.money import from_cents
from include.steps.changes import ChangeError, approve, quote, reject, request, withdraw


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m include.steps.changes", description=__doc__)
    parser.add_argument("--as", dest="person", default=getpass.getuser(), help="who asks or decides; the login name by default")
    commands = parser.add_subparsers(dest="command", required=True)
    ask = commands.add_parser("ask", help="ask for a change")
    ask.add_argument("kind")
    ask.add_argument("reason")
    ask.add_argument("--loan")
    ask.add_argument("--amount", type=Decimal)
    ask.add_argument("--instalment", type=int)
    ask.add_argument("--details", type=json.loads, help='JSON, as {"component": "PENALTY"}')
    for name in ("approve", "reject", "withdraw"):
        command = commands.add_parser(name)
        command.add_argument("number", type=int)
        command.add_argument("note", nargs="?")
    quoting = commands.add_parser("quote", help="what pays a loan off on a date, if nothing else is paid until then")
    quoting.add_argument("loan")
    quoting.add_argument("--date", type=date.fromisoformat, help="the open date by default")
    listing = commands.add_parser("list", help="the latest requests")
    listing.add_argument("state", nargs="?")
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Command line. Returns the exit status: 1 where the change is refused."""
    options = _parser().parse_args(arguments)
    try:
        with engine().begin() as connection:
            if options.command == "ask":
                number = request(
                    connection,
                    options.kind,
                    options.person,
                    options.reason,
                    options.loan,
                    options.amount,
                    options.instalment,
                    options.details,
                )
                print(f"change request {number}: a second person decides it")
            elif options.command == "approve":
                approve(connection, options.number, options.person, options.note)
            elif options.command == "reject":
                reject(connection, options.number, options.person, options.note or "")
            elif options.command == "withdraw":
                withdraw(connection, options.number, options.person)
            elif options.command == "quote":
                found_quote = quote(connection, options.loan, options.date)
                print(f"{found_quote}; {from_cents(found_quote.to_pay)} to pay")
            else:
                found = run_sql(connection, "changes/list", {"state": options.state})
                assert found is not None
                for row in found.mappings():
                    print(", ".join(f"{key} {value}" for key, value in row.items() if value is not None))
    except ChangeError as refusal:
        print(refusal, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
