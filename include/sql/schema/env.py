"""Alembic's entry: migrate, then, at head, re-create triggers, routines and roles and load the policy."""

from __future__ import annotations

import os

from alembic import context
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from include.database import database_url, engine_for
from include.sql.schema.rebuild import rebuild


def run() -> None:
    """Migrate over the connection given in ``config.attributes`` (tests) or the address of the environment."""
    given = context.config.attributes.get("connection")
    engine = engine_for(context.config.attributes["url"]) if "url" in context.config.attributes else None
    if given is None and engine is None:
        owner = os.environ.get("MILLRACE_OWNER_URL")
        engine = create_engine(owner, poolclass=NullPool) if owner else engine_for(database_url())
    with engine.connect() as connection:
        context.configure(connection=connection, version_table="schema_version")
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
        head = context.get_context().script.get_current_head()
        if context.get_context().get_current_revision() == head:
            rebuild(connection)
            connection.commit()


run()
