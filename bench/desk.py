"""How long the desk's queries take on a large book, and how many rows they read: ``python -m bench.desk --loans 1000000``.

Needs MILLRACE_OWNER_URL, a server's owner; makes the schema ``millrace_desk_bench``, fills it unless it is there, and leaves it.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import time
from collections.abc import Iterator
from datetime import date
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, make_url, text

from bench.desk_fill import fill
from include.database import engine_for, read_sql, run_sql
from ops.environment import ROOT

SCHEMA = "millrace_desk_bench"
TODAY = date(2026, 3, 2)
READS = ("Handler_read_first", "Handler_read_key", "Handler_read_next", "Handler_read_prev", "Handler_read_rnd", "Handler_read_rnd_next")

LOAN_PAGE = (
    "loan", "loan_schedule", "loan_sums", "loan_as_of", "loan_state_as_of", "loan_ledger", "loan_journal", "loan_history",
    "loan_repayments", "loan_reminders", "loan_notes", "loan_promises", "loan_changes", "loan_versions", "statement", "shown",
)  # fmt: skip
CASE_PAGE = (
    "application", "application_decisions", "application_reviews", "application_history", "customer_loans", "customer_applications",
    "similar_cases",
)  # fmt: skip
LISTS = (
    "review_queue",
    "review_counts",
    "search",
    "customer",
    "promises_due",
    "changes",
    "change_counts",
    "rights_of",
    "today",
    "products",
)


def values(number: int) -> dict[str, Any]:
    """What the queries ask for, about loan, application and customer ``number``."""
    return {
        "loan_no": f"LB{number:08d}",
        "loan_id": number,
        "application_no": f"A{number:08d}",
        "application_id": number,
        "customer_id": number,
        "customer_no": f"C{number:08d}",
        "typed": f"LB{number:08d}"[:8],
        "as_of": TODAY,
        "today": TODAY,
        "since": date(2025, 1, 1),
        "until": TODAY,
        "rows": 26,
        "offset": 0,
        "points": 520 + number % 60,
        "width": 10,
        "product_code": "WC-INSTALMENT",
        "sort": "expires",
        "user_name": "officer",
        **dict.fromkeys(("step", "product", "least", "state", "kind")),
    }


def rows_read(connection: Connection, name: str, parameters: dict[str, Any]) -> int:
    """Rows that the server read for include/sql/desk/``name``.sql, by its own count."""
    connection.execute(text("flush status"))
    result = run_sql(connection, f"desk/{name}", parameters)
    assert result is not None
    result.all()
    status = connection.execute(text("show session status like 'Handler_read%'")).all()
    return sum(int(value) for counter, value in status if counter in READS)


def explained(connection: Connection, name: str, parameters: dict[str, Any]) -> list[tuple[str, str, str, int]]:
    """EXPLAIN of a query: table, access, key, rows estimated, a line each."""
    (statement,) = read_sql(f"desk/{name}")
    clause = text(f"explain format = traditional {statement}")
    wanted = {key: value for key, value in parameters.items() if key in clause.compile().params}
    plan = connection.execute(clause, wanted).mappings()
    return [(str(line["table"]), str(line["type"]), str(line["key"]), int(str(line["rows"] or 0).split()[0])) for line in plan]


def seconds(connection: Connection, names: tuple[str, ...], numbers: list[int]) -> list[float]:
    """How long all queries of a page take, for each of ``numbers``."""
    taken = []
    for number in numbers:
        began = time.perf_counter()
        for name in names:
            result = run_sql(connection, f"desk/{name}", values(number))
            assert result is not None
            result.all()
        taken.append(time.perf_counter() - began)
    return taken


def _report(engine: Engine, loans: int, sample: int) -> Iterator[str]:
    # seeded, so that two runs look at the same loans
    numbers = random.Random(20260302).sample(range(1, loans + 1), sample)  # noqa: S311
    with engine.connect() as connection:
        for name in (*LOAN_PAGE, *CASE_PAGE, *LISTS):
            plan = explained(connection, name, values(numbers[0]))
            used = ", ".join(f"{table} {access} {key} {estimate}" for table, access, key, estimate in plan if table != "None")
            yield f"{name:<24} {rows_read(connection, name, values(numbers[0])):>7,} rows read   {used}"
        pages = {"loan page": LOAN_PAGE, "case page": CASE_PAGE, "queue": LISTS[:2]}
        for page, names in pages.items():
            for state in ("cold", "warm"):
                taken = sorted(seconds(connection, names, numbers))
                p95 = statistics.quantiles(taken, n=20)[-1]
                yield f"{page}, {state}: median {statistics.median(taken) * 1000:.0f} ms, p95 {p95 * 1000:.0f} ms over {sample}"


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.desk")
    parser.add_argument("--loans", type=int, default=100_000)
    parser.add_argument("--sample", type=int, default=200)
    options = parser.parse_args()
    owner = make_url(os.environ["MILLRACE_OWNER_URL"])
    with engine_for(owner.set(database="")).connect() as connection:
        connection.execute(text(f"create database if not exists {SCHEMA} character set utf8mb4 collate utf8mb4_bin"))
    url = owner.set(database=SCHEMA)
    config = Config(str(ROOT / "alembic.ini"))
    config.attributes["url"] = url
    command.upgrade(config, "head")
    engine = engine_for(url)
    with engine.connect() as connection:
        there = int(connection.scalar(text("select count(*) from loan")) or 0)
    if there < options.loans:
        if there:
            raise SystemExit(f"{SCHEMA} holds {there} loans: drop it first.")
        began = time.perf_counter()
        fill(engine, options.loans)
        print(f"filled with {options.loans:,} loans in {time.perf_counter() - began:.0f} s")
    for line in _report(engine, options.loans, options.sample):
        print(line, flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
