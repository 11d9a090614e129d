"""Take over the opening book, once: ``python -m include.steps.book [--from FOLDER] [--first-date DATE]``.

One transaction opens the first business date and brings in customers, loans, remaining schedules, accrued interest and the
OPENING entries of the ledger, then compares the control totals with what the database holds. Run again it changes nothing.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Engine, text
from upath import UPath

from include import policy
from include.database import engine, run_sql
from include.lending.privacy import digest, encrypt
from include.places import Places
from include.steps.context import StepError
from include.steps.opening_book import OpeningBook, Row, read_book

Totals = Mapping[str, Decimal]

# What the database must hold: the manifest's totals, and the same seen from the other side.
SAME_TOTAL = {"principal_scheduled": "principal_outstanding", "arrears_of_loans": "arrears", "penalty_of_instalments": "penalty"}


def take_over(target: Engine, folder: UPath, first_date: date | None = None) -> Totals | None:
    """Load the book in ``folder`` and open ``first_date`` (by default the manifest's).

    Returns
    -------
    The control totals as the database has them, or None where a book was taken over before.

    Raises
    ------
    StepError : the book is wrong or its totals do not come out; nothing is loaded.
    """
    with target.begin() as connection:
        if connection.scalar(text("select count(*) from business_day")):
            return None
        book = read_book(folder)
        opens = first_date or book.first_date
        if opens <= book.cut_over:
            raise StepError(f"The first business date must lie after the cut-over {book.cut_over}, {opens} does not.")
        _check_products(connection, book)
        connection.execute(text("set @actor = 'book', @reason = 'opening book'"))
        _stage(connection, book)
        run_sql(connection, "intake/book_take_over", {"cut_over": book.cut_over, "first_date": opens})
        return _reconcile(connection, book)


def _check_products(connection: Connection, book: OpeningBook) -> None:
    known = set(connection.scalars(text("select product_code from loan_product")))
    if unknown := sorted({loan["product_code"] for loan in book.loans} - known):
        raise StepError(f"The opening book has products that include/policy/products.yaml does not know: {', '.join(unknown)}.")


def _stage(connection: Connection, book: OpeningBook) -> None:
    run_sql(connection, "intake/book_stage")
    for table, rows in (("book_customer", _customers(book)), ("book_loan", _loans(book)), ("book_instalment", book.instalments)):
        if rows:
            columns = ", ".join(rows[0])
            places = ", ".join(f":{column}" for column in rows[0])
            connection.execute(text(f"insert into {table} ({columns}) values ({places})"), rows)  # noqa: S608


def _customers(book: OpeningBook) -> list[Row]:
    """One row a customer, personal data encrypted; a customer since the first loan that is still in the book."""
    limits = policy.read("intake")["default_exposure_limit"]
    found: dict[str, Row] = {}
    for loan in sorted(book.loans, key=lambda loan: loan["disbursed_on"]):
        if loan["customer_no"] not in found:
            found[loan["customer_no"]] = {
                "customer_no": loan["customer_no"],
                "kind": loan["customer_kind"],
                "region": loan["region"],
                "industry": loan["industry"],
                "exposure_limit": Decimal(str(limits[loan["customer_kind"]])),
                "created_on": loan["disbursed_on"],
                "name_cipher": encrypt("name", loan["name"]),
                "id_number_cipher": encrypt("id_number", loan["id_number"]),
                "id_number_digest": digest("id_number", loan["id_number"]),
                "phone_cipher": encrypt("phone", loan["phone"]),
                "email_cipher": encrypt("email", loan["email"]),
            }
    return list(found.values())


def _loans(book: OpeningBook) -> list[Row]:
    elsewhere = ("customer_kind", "name", "id_number", "phone", "email", "region", "industry")
    return [{column: value for column, value in loan.items() if column not in elsewhere} for loan in book.loans]


def _reconcile(connection: Connection, book: OpeningBook) -> dict[str, Decimal]:
    result = run_sql(connection, "intake/book_totals", {"cut_over": book.cut_over})
    assert result is not None
    loaded: dict[str, Any] = {name: Decimal(value) for name, value in result.mappings().one().items()}
    expected = {**book.totals, **{name: book.totals[other] for name, other in SAME_TOTAL.items()}}
    if wrong := [f"{name}: {loaded[name]} loaded, {value} expected" for name, value in expected.items() if loaded[name] != value]:
        raise StepError(f"The opening book does not come out in the database, nothing was loaded: {'; '.join(wrong)}.")
    return {name: loaded[name] for name in book.totals}


def main(arguments: list[str] | None = None) -> int:
    """Command line. Returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m include.steps.book", description="Take over the opening book, once.")
    parser.add_argument("--from", dest="folder", type=UPath, metavar="FOLDER", help="with manifest.json; default: book in MILLRACE_SOURCE")
    parser.add_argument("--first-date", type=date.fromisoformat, metavar="DATE", help="default: what the manifest says")
    options = parser.parse_args(arguments)
    try:
        totals = take_over(engine(), options.folder or Places.from_environment().source / "book", options.first_date)
    except StepError as error:
        print(error, file=sys.stderr)
        return 1
    if totals is None:
        print("The opening book was taken over before; nothing changed.")
    else:
        print("Opening book taken over; in the database:")
        print("\n".join(f"  {name.replace('_', ' '):<22}{value:>18,}" for name, value in totals.items()))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
