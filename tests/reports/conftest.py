"""One schema a server for all report tests, emptied between them: making one for each would take most of their time."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest
from sqlalchemy import URL, Engine, text

from tests.databases import create_schema, drop_schema

Schema = tuple[Engine, frozenset[str]]  # as its owner, with the tables that it leaves empty when new


@pytest.fixture(scope="session")
def mariadb_schema(mariadb_server: URL) -> Iterator[Schema]:
    """The schema on MariaDB."""
    yield from _schema(mariadb_server)


@pytest.fixture(scope="session")
def mysql_schema(mysql_server: URL) -> Iterator[Schema]:
    """The schema on a real MySQL."""
    yield from _schema(mysql_server)


@pytest.fixture(params=["mariadb", "mysql"])
def any_database(request: pytest.FixtureRequest) -> Engine:
    """A schema at head with nothing in it but policy, as its owner, on each server in turn."""
    owner, empty_at_first = request.getfixturevalue(f"{request.param}_schema")
    with owner.connect() as connection:
        # the tables refuse DELETE; their owner may TRUNCATE
        connection.execute(text("set foreign_key_checks = 0"))
        for table in _filled(owner, sorted(empty_at_first)):
            connection.execute(text(f"truncate table {table}"))
    return owner


def _schema(server: URL) -> Iterator[Schema]:
    name = f"t_reports_{uuid.uuid4().hex[:8]}"
    owner = create_schema(server, name)
    try:
        yield owner, frozenset(_tables(owner)) - frozenset(_filled(owner, _tables(owner)))
    finally:
        owner.dispose()
        drop_schema(server, name)


def _tables(owner: Engine) -> list[str]:
    with owner.connect() as connection:
        return [str(name) for name in connection.scalars(text("show tables"))]


def _filled(owner: Engine, tables: list[str]) -> list[str]:
    with owner.connect() as connection:
        return [table for table in tables if connection.scalar(text(f"select exists (select 1 from {table})"))]
