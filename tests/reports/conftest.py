"""One schema a server for all report tests, emptied between them: making one for each would take most of their time."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import URL, Engine, text

from tests.databases import create_schema, drop_schema


@pytest.fixture(scope="session")
def report_schemas(request: pytest.FixtureRequest) -> Iterator[Callable[[str], tuple[Engine, frozenset[str]]]]:
    """Gives by server the owner's engine and the tables that a new schema leaves empty; made when first asked for."""
    made: dict[str, tuple[Engine, frozenset[str]]] = {}
    roots: dict[str, URL] = {}

    def give(server: str) -> tuple[Engine, frozenset[str]]:
        if server not in made:
            roots[server] = request.getfixturevalue(f"{server}_server")
            owner = create_schema(roots[server], f"t_reports_{uuid.uuid4().hex[:8]}")
            made[server] = (owner, frozenset(_tables(owner)) - frozenset(_filled(owner, _tables(owner))))
        return made[server]

    yield give
    for server, (owner, _) in made.items():
        owner.dispose()
        drop_schema(roots[server], str(owner.url.database))


@pytest.fixture(params=["mariadb", "mysql"])
def any_database(request: pytest.FixtureRequest, report_schemas: Callable[[str], tuple[Engine, frozenset[str]]]) -> Engine:
    """A schema at head with nothing in it but policy, as its owner, on each server in turn."""
    owner, empty_at_first = report_schemas(request.param)
    with owner.connect() as connection:
        # the tables refuse DELETE; their owner may TRUNCATE
        connection.execute(text("set foreign_key_checks = 0"))
        for table in _filled(owner, sorted(empty_at_first)):
            connection.execute(text(f"truncate table {table}"))
    return owner


def _tables(owner: Engine) -> list[str]:
    with owner.connect() as connection:
        return [str(name) for name in connection.scalars(text("show tables"))]


def _filled(owner: Engine, tables: list[str]) -> list[str]:
    with owner.connect() as connection:
        return [table for table in tables if connection.scalar(text(f"select exists (select 1 from {table})"))]
