"""The benchmark's small sister: its book is one that closes to the cent, and its comparisons do the work that they claim."""

from __future__ import annotations

import argparse
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sqlalchemy import Engine, text

from bench.close_day import close_day, result
from bench.compare import keep_copies, orm_posting, raw_update
from bench.make_book import FIRST_DATE, MEASURED, make_book, make_repayments
from tests.conftest import as_role, scalar

LOANS, REPAYMENTS = 150, 40
BENCH_TABLES = ("bench_loan", "bench_instalment", "bench_entry", "bench_key")


def test_a_small_book_closes_and_is_compared(any_database: Engine, tmp_path: Path) -> None:
    app = as_role(any_database, "millrace_app").url
    make_book(any_database, LOANS, REPAYMENTS)
    try:
        with ThreadPoolExecutor(2) as pool:
            close_day(app, str(tmp_path), FIRST_DATE, pool, show=False)
            make_repayments(any_database, REPAYMENTS)
            keep_copies(any_database)
            steps = close_day(app, str(tmp_path), MEASURED, pool, show=False)
            raw = raw_update(any_database, MEASURED, [(0, 10**9)], pool)
        orm = orm_posting(any_database, MEASURED, REPAYMENTS)
        assert scalar(any_database, "select count(*) from business_day where state = 'CLOSED'") == 2
        assert scalar(any_database, "select count(*) from repayment where state = 'RECEIVED'") == 0
        assert scalar(any_database, "select count(*) from loan") == LOANS
        assert scalar(any_database, "select count(*) from instalment") == 12 * LOANS
        assert raw.loans > REPAYMENTS / 2
        # the plain way gives every yuan a place too
        allocated = scalar(any_database, "select sum(principal + interest + penalty + overpayment) from bench_entry")
        received = scalar(any_database, "select sum(amount) from repayment where loan_id is not null")
        assert allocated == received
        figures = result(argparse.Namespace(loans=LOANS, repayments=REPAYMENTS, shards=2), {"server": "x"}, steps, {**raw.__dict__}, orm)
        assert figures["repayments_per_second"] > 0
        assert set(figures["step_seconds"]) == set(steps)
    finally:
        with any_database.begin() as connection:
            for table in BENCH_TABLES:
                connection.execute(text(f"drop table if exists {table}"))
