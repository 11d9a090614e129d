"""The desk's queries read the rows that they show and not the book: by the server's own count, on both servers."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text

from bench.desk import CASE_PAGE, LISTS, LOAN_PAGE, explained, rows_read, values
from bench.desk_fill import fill
from include.database import read_sql

LOANS = 4000
BIG = {
    "loan",
    "instalment",
    "ledger_entry",
    "journal",
    "loan_day",
    "repayment",
    "application_score",
    "application_decision",
    "application_history",
}
# queries that read more than the rows of one loan, and how many rows they may read here
MAY_READ = {"similar_cases": 3000, "review_queue": 200, "review_counts": 100, "products": 200}
OTHERWISE = 120


@pytest.fixture(scope="module")
def book(own_database: Engine) -> Iterator[Engine]:
    fill(own_database, LOANS)
    yield own_database


@pytest.mark.parametrize("name", [*LOAN_PAGE, *CASE_PAGE, *LISTS])
def test_rows_read(book: Engine, name: str) -> None:
    with book.connect() as connection:
        assert connection.scalar(text("select count(*) from loan")) == LOANS
        assert rows_read(connection, name, values(1234)) <= MAY_READ.get(name, OTHERWISE)


@pytest.mark.parametrize("name", [*LOAN_PAGE, *CASE_PAGE, *LISTS])
def test_no_query_goes_through_a_big_table(book: Engine, name: str) -> None:
    (statement,) = read_sql(f"desk/{name}")
    aliases = {alias: table for table in BIG for alias in (table, *_aliases(statement, table))}
    with book.connect() as connection:
        for table, access, _, _ in explained(connection, name, values(1234)):
            assert not (table in aliases and access in ("ALL", "index")), f"{name} scans {aliases[table]}"


def _aliases(statement: str, table: str) -> list[str]:
    return re.findall(rf"\b(?:from|join) {table} as (\w+)", statement)
