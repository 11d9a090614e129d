"""Make and drop test schemas."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import URL, Engine, text

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
