"""The one way to the database: connection settings, engine, and running the .sql files of the house.

The Airflow hook, the steps, the tests and the command-line tools all connect through here, so that time
zone, SQL mode, actor and keep-alive are the same everywhere.
"""

from __future__ import annotations

import os
import re
import ssl
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.engine import CursorResult
from sqlalchemy.pool import NullPool

SQL_ROOT = Path(__file__).parent / "sql"

# Strict: a value that does not fit is an error, never cut to size. READ COMMITTED: a step sees what others
# committed before each statement and does not hold gap locks on ranges of loans.
SESSION_SETUP = (
    "set time_zone = '+08:00', innodb_lock_wait_timeout = 50, wait_timeout = 600, @actor = 'millrace',"
    " sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO,ONLY_FULL_GROUP_BY'",
    "set session transaction isolation level read committed",
)

# deadlock, lock wait, server gone, connection lost (also during a handshake or restart): the work is sound, try again
TRANSIENT_ERRORS = frozenset({1205, 1213, 2003, 2006, 2013, 1053, 1927, 4031})


def database_url() -> URL:
    """Where the pipeline's database is, from MILLRACE_DATABASE_URL (``mysql+pymysql://user:password@host:port/schema``)."""
    value = os.environ.get("MILLRACE_DATABASE_URL")
    if not value:
        raise RuntimeError(
            "MILLRACE_DATABASE_URL is not set. `make demo` prints it; it looks like mysql+pymysql://user:password@host:3306/millrace"
        )
    return make_url(value)


def connect_args(host: str | None = None) -> dict[str, Any]:
    """PyMySQL arguments shared by SQLAlchemy and the Airflow hook.

    TLS: with MILLRACE_DATABASE_CA (a CA file) the server must present a certificate that it signed; without it, other
    machines are reached by TLS where they offer it, and this machine without.
    """
    arguments: dict[str, Any] = {
        "charset": "utf8mb4",
        "autocommit": False,
        "local_infile": True,
        "connect_timeout": 10,
        "read_timeout": 1800,
        "write_timeout": 600,
    }
    if authority := os.environ.get("MILLRACE_DATABASE_CA"):
        arguments["ssl"] = _tls(authority)
    elif host in ("127.0.0.1", "localhost", "::1"):
        arguments["ssl_disabled"] = True  # a TLS context costs 30 ms a connection
    return arguments


@cache
def _tls(authority: str) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=authority)


def prepare_session(dbapi_connection: Any) -> None:
    """Give a fresh PyMySQL connection the house's session settings and TCP keep-alive."""
    import socket

    with dbapi_connection.cursor() as cursor:
        for statement in SESSION_SETUP:
            cursor.execute(statement)
    if (raw := getattr(dbapi_connection, "_sock", None)) is not None:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)


@cache
def engine_for(url: URL) -> Engine:
    """One engine per address and process; no pool, so a forked task never shares a socket with its parent."""
    # the values of a failed statement may be a customer's: they do not go into logs, alerts or step_attempt
    engine = create_engine(url, poolclass=NullPool, connect_args=connect_args(url.host), hide_parameters=True)

    @event.listens_for(engine, "connect")
    def _prepare(dbapi_connection: Any, _record: Any) -> None:
        prepare_session(dbapi_connection)

    return engine


def engine() -> Engine:
    """The engine of MILLRACE_DATABASE_URL."""
    return engine_for(database_url())


def is_transient(error: BaseException) -> bool:
    """Whether ``error``, or what caused it, is a lost connection, a deadlock or a lock wait."""
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        origin = getattr(current, "orig", None) or current
        if origin.args and origin.args[0] in TRANSIENT_ERRORS and "pymysql" in type(origin).__module__:
            return True
        current = current.__cause__ or current.__context__
    return False


_DELIMITER = re.compile(r"^delimiter\s+(\S+)\s*$", re.IGNORECASE)


def statements(sql: str) -> Iterator[str]:
    """Split a .sql file at its delimiter (``;`` at a line's end, or as a ``delimiter`` line says), as the mysql shell does."""
    delimiter = ";"
    lines: list[str] = []
    for line in sql.splitlines():
        if match := _DELIMITER.match(line):
            delimiter = match[1]
            continue
        code = line.split("-- ")[0].rstrip() if line.lstrip().startswith("-- ") else line.rstrip()
        if not code.strip() and not lines:
            continue
        if code.endswith(delimiter):
            lines.append(code[: -len(delimiter)])
            yield "\n".join(lines).strip()
            lines = []
        elif code.strip():
            lines.append(line.rstrip())
    if rest := "\n".join(lines).strip():
        yield rest


@cache
def read_sql(name: str) -> tuple[str, ...]:
    """The statements of ``include/sql/<name>.sql``."""
    return tuple(statements((SQL_ROOT / f"{name}.sql").read_text(encoding="utf-8")))


def run_sql(connection: Connection, name: str, parameters: Mapping[str, Any] | None = None) -> CursorResult[Any] | None:
    """Run every statement of ``include/sql/<name>.sql`` with the ``:named`` parameters; return the last result.

    Nothing is committed here: the caller owns the transaction.
    """
    result: CursorResult[Any] | None = None
    for statement in read_sql(name):
        clause = text(statement)
        wanted = {key: value for key, value in (parameters or {}).items() if key in clause.compile().params}
        result = connection.execute(clause, wanted)
    return result


def run_sql_many(connection: Connection, name: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Run the one statement of ``include/sql/<name>.sql`` for every row, in bulk; without rows nothing runs."""
    (statement,) = read_sql(name)
    if rows:
        connection.execute(text(statement), list(rows))
