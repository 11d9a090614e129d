"""Make, empty and drop test schemas."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import URL, Connection, Engine, text

from include.database import engine_for

ROOT = Path(__file__).parents[1]


def create_schema(server: URL, name: str) -> Engine:
    """Create schema ``name`` on ``server`` and migrate it to head; return its owner's engine."""
    with engine_for(server).connect() as connection:
        connection.execute(text(f"create database {name} character set utf8mb4 collate utf8mb4_bin"))
    url = server.set(database=name)
    config = Config(str(ROOT / "alembic.ini"))
    config.attributes["url"] = url
    command.upgrade(config, "head")
    return engine_for(url)


def drop_schema(server: URL, name: str) -> None:
    """Drop schema ``name``."""
    with engine_for(server).connect() as connection:
        connection.execute(text(f"drop database if exists {name}"))


class SharedSchema:
    """A schema that tests share, one after the other.

    Parameters
    ----------
    owner : its owner's engine, as ``create_schema`` gave it.
    """

    def __init__(self, owner: Engine) -> None:
        self.owner = owner
        with owner.connect() as connection:
            self.tables = [str(name) for name in connection.scalars(text("show full tables where table_type = 'BASE TABLE'"))]
            self.filled_when_new = set(self._filled(connection, self.tables))

    def empty(self) -> None:
        """Take everything out but policy. The tables refuse DELETE; their owner may TRUNCATE."""
        with self.owner.connect() as connection:
            connection.execute(text("set foreign_key_checks = 0"))
            for table in self._filled(connection, [name for name in self.tables if name not in self.filled_when_new]):
                connection.execute(text(f"truncate table {table}"))

    @staticmethod
    def _filled(connection: Connection, tables: list[str]) -> list[str]:
        probe = " union all ".join(f"select '{table}' from (select 1 from {table} limit 1) as `{table}_probe`" for table in tables)
        return [str(name) for name in connection.scalars(text(probe))] if tables else []
