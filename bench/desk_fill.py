"""A book as large as one likes, for the desk's pages alone: written by plain inserts, without a day ever being run.

Triggers are dropped first, so the schema is for reading: nothing in it has been proven.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, text

from include.database import statements

FILL = Path(__file__).parent / "sql" / "desk_fill.sql"
CHUNK = 50_000  # loans a commit


def fill(engine: Engine, loans: int, days: int = 2) -> None:
    """Write ``loans`` loans, each with a customer, an application with its score and decision, twelve instalments, a ledger, its
    journal lines, and ``days`` dates of the book. One application in two thousand is still referred.
    """
    with engine.begin() as connection:
        triggers = connection.scalars(text("select trigger_name from information_schema.triggers where trigger_schema = database()")).all()
        for trigger in triggers:
            connection.execute(text(f"drop trigger {trigger}"))
        connection.execute(text("insert into business_day (business_date) values ('2026-03-02')"))
    for first in range(1, loans + 1, CHUNK):
        with engine.begin() as connection:
            _write(connection, first, min(first + CHUNK, loans + 1) - 1, days)
    with engine.begin() as connection:
        for table in connection.scalars(text("show tables")).all():
            connection.execute(text(f"analyze table {table}"))


def _write(connection: Connection, first: int, last: int, days: int) -> None:
    connection.execute(text("set unique_checks = 0, foreign_key_checks = 0"))
    values = {"first": first, "last": last, "days": days}
    for statement in statements(FILL.read_text(encoding="utf-8")):
        clause = text(statement)
        connection.execute(clause, {name: values[name] for name in clause.compile().params})
