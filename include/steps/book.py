"""Take over the opening book, once: ``python -m include.steps.book [--from FOLDER] [--first-date DATE]``.

One transaction opens the first business date and brings in customers, loans, remaining schedules, accrued interest, the
OPENING entries of the ledger and the history of the old system, then compares the control totals with what the database
holds. The same book again changes nothing; another one is refused.
"""

from __future__ import annotations

import argparse
import json
import sys
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Engine, text
from upath import UPath

from include.database import engine, run_sql
from include.places import Places
from include.steps.context import StepError
from include.steps.opening_book import Manifest, OpeningBook, Totals, read_book, read_manifest
from include.steps.opening_book.stage import stage_book

# The totals of the files seen from the other side of the database.
SAME_TOTAL = {"principal_scheduled": "principal_outstanding", "arrears_of_loans": "arrears", "penalty_of_instalments": "penalty"}


def take_over(target: Engine, folder: UPath, first_date: date | None = None, records: UPath | None = None) -> Totals | None:
    """Load the book in ``folder`` and open ``first_date`` (by default the manifest's).

    Parameters
    ----------
    records : where the report of a refusal goes; by default MILLRACE_RECORDS.

    Returns
    -------
    The control totals as the database has them, or None where this book was taken over before.

    Raises
    ------
    StepError : the book is wrong, its totals do not come out, or another one was taken over; nothing is loaded.
    """
    with target.begin() as connection:
        if connection.scalar(text("select count(*) from business_day")):
            _check_same(connection, folder)
            return None
        manifest = read_manifest(folder)
        opens = first_date or manifest.first_date
        if opens <= manifest.cut_over:
            raise StepError(f"The first business date must lie after the cut-over {manifest.cut_over}, {opens} does not.")
        products = connection.scalars(text("select distinct product_code from loan_product")).all()
        book = read_book(folder, manifest, products, records or Places.from_environment().records)
        connection.execute(text("set @actor = 'book', @reason = 'opening book'"))
        stage_book(connection, book.frames)
        run_sql(connection, "intake/book_take_over", {"cut_over": manifest.cut_over, "first_date": opens})
        totals = _reconcile(connection, book)
        _conclude(connection, manifest, opens, totals)
        return totals


def _check_same(connection: Connection, folder: UPath) -> None:
    taken = connection.execute(text("select cut_over, first_date, manifest_sha256 from book_import")).one_or_none()
    if taken is None:
        if connection.scalar(text("select count(*) from loan where source = 'BOOK'")):
            return  # by a release that kept no record of it
        first = connection.scalar(text("select min(business_date) from business_day"))
        raise StepError(
            f"Business began on {first} without a book: one is taken over before the first business date, into an empty schema."
        )
    if (folder / "manifest.json").exists() and read_manifest(folder).sha256 != taken.manifest_sha256:
        raise StepError(
            f"A book was taken over before (as of {taken.cut_over}, booked on {taken.first_date}), and {folder} holds another one:"
            " a lender takes over one book, nothing changed."
        )


def _reconcile(connection: Connection, book: OpeningBook) -> Totals:
    """What the files hold is in the database to the cent, seen from both sides; returns it.

    Raises
    ------
    StepError : it is not; the transaction rolls back.
    """
    result = run_sql(connection, "intake/book_totals", {"cut_over": book.manifest.cut_over})
    assert result is not None
    loaded: dict[str, Any] = {name: Decimal(value) for name, value in result.mappings().one().items()}
    expected = {**book.totals, **{name: book.totals[other] for name, other in SAME_TOTAL.items()}}
    if wrong := [f"{name}: {loaded[name]} loaded, {value} expected" for name, value in expected.items() if loaded[name] != value]:
        raise StepError(f"The opening book does not come out in the database, nothing was loaded: {'; '.join(wrong)}.")
    return {name: loaded[name] for name in book.totals}


def _conclude(connection: Connection, manifest: Manifest, first_date: date, totals: Totals) -> None:
    run_sql(
        connection,
        "intake/book_taken_over",
        {
            "cut_over": manifest.cut_over,
            "first_date": first_date,
            "manifest_sha256": manifest.sha256,
            "totals": json.dumps({name: str(value) for name, value in totals.items()}),
        },
    )


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
        print("\n".join(f"  {name.replace('_', ' '):<24}{value:>18,}" for name, value in totals.items() if value or " " not in name))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
