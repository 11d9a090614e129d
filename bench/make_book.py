"""A book of any size, made in the database by set-based SQL and taken over as any opening book is, with every trigger on.

``python -m bench.make_book URL --loans 100000`` fills an empty, migrated schema as its owner; its first date is then open.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, make_url, text

from include.database import engine_for, run_sql, statements

SQL = Path(__file__).parent / "sql"
FIRST_DATE = date(2026, 3, 2)  # takes the book over, which makes it anything but an ordinary date
MEASURED = FIRST_DATE + timedelta(days=1)


def run_file(connection: Connection, name: str, parameters: Mapping[str, Any]) -> None:
    """Run every statement of ``bench/sql/<name>.sql`` with those of ``parameters`` that it names."""
    for statement in statements((SQL / f"{name}.sql").read_text(encoding="utf-8")):
        clause = text(statement)
        connection.execute(clause, {key: value for key, value in parameters.items() if key in clause.compile().params})


def make_book(owner: Engine, loans: int, repayments: int) -> float:
    """Take over ``loans`` loans of twelve instalments each and open FIRST_DATE. Returns the seconds that it took.

    Enough of them have something due on MEASURED that nine in ten of its ``repayments`` find a loan of their own; with few
    loans for many payments some pay twice.
    """
    due_share = min(0.9, max(0.0, 0.95 * repayments / loans - 0.08))
    dates = {"first_date": FIRST_DATE, "cut_over": FIRST_DATE - timedelta(days=1), "measured": MEASURED}
    started = time.monotonic()
    with owner.connect() as connection:
        numbers(connection, max(loans, 12))
        connection.execute(text("set @actor = 'bench', @reason = 'opening book'"))
        run_sql(connection, "intake/book_stage")
        run_file(connection, "book", {**dates, "due_share": due_share})
        run_sql(connection, "intake/book_take_over", dates)
        connection.commit()
        tidy(connection, "bench_number", "bench_draw")
    return time.monotonic() - started


def make_repayments(owner: Engine, repayments: int) -> float:
    """Receive ``repayments`` payments on MEASURED, which must be open. Returns the seconds that it took."""
    started = time.monotonic()
    with owner.connect() as connection:
        numbers(connection, repayments)
        run_file(connection, "repayments", {"business_date": MEASURED, "repayments": repayments})
        connection.commit()
        tidy(connection, "bench_number", "bench_payer")
    return time.monotonic() - started


def tidy(connection: Connection, *tables: str) -> None:
    """Drop what was only needed to make the rows, and tell the optimiser about tables that have just grown."""
    for table in tables:
        connection.execute(text(f"drop table {table}"))
    connection.execute(text("analyze table loan, instalment, repayment, ledger_entry, loan_accrual")).all()


def numbers(connection: Connection, count: int) -> None:
    connection.execute(text("create table bench_number (n int not null primary key)"))
    connection.execute(text("insert into bench_number values (1)"))
    so_far = 1
    while so_far < count:
        run_file(connection, "numbers", {"so_far": so_far, "count": count})
        so_far *= 2


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.make_book", description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("url", type=make_url, help="of an empty schema at head, as its owner")
    parser.add_argument("--loans", type=int, default=100_000)
    parser.add_argument("--repayments", type=int, default=20_000, help=f"that {MEASURED} is to have something due for")
    options = parser.parse_args()
    print(f"{make_book(engine_for(options.url), options.loans, options.repayments):.1f} s")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
