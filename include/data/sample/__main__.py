"""``python -m include.data.sample [--to FOLDER] [--days 7]``: make the sample lender's files."""

from __future__ import annotations

import argparse
import time
from datetime import timedelta
from pathlib import Path

from include.data.sample.applications import write_applications
from include.data.sample.bank_statement import write_statements
from include.data.sample.book_files import write_book
from include.data.sample.repayments import write_repayments
from include.data.sample.streams import FIRST_DATE
from include.places import home_folder


def main(arguments: list[str] | None = None) -> int:
    """Command line. Returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m include.data.sample", description=__doc__)
    parser.add_argument("--to", type=Path, default=home_folder() / "source", metavar="FOLDER", help="default: MILLRACE_HOME/source")
    parser.add_argument("--days", type=int, default=7, help=f"business dates from {FIRST_DATE} on (default 7)")
    options = parser.parse_args(arguments)
    if options.days < 1:
        parser.error("--days must be 1 or more")
    started = time.monotonic()
    totals = write_book(options.to)
    days = [FIRST_DATE + timedelta(days=n) for n in range(options.days)]
    applications = sum(len(write_applications(options.to, day)) for day in days)
    repaid = write_repayments(options.to, days)
    repayments = sum(len(rows) for rows in repaid.values())
    lines = sum(len(rows) for rows in write_statements(options.to, days, repaid).values())
    print(
        f"{options.to}: a book of {totals['loans']} loans with {totals['principal_outstanding']} CNY outstanding;"
        f" for {days[0]} to {days[-1]} {applications} applications, {repayments} repayments and {lines} rows of bank statements"
        f" ({time.monotonic() - started:.1f} s)"
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
