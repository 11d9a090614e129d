"""Alembic's entry: migrate, then, at head, re-create triggers, routines and roles and load the policy."""

from __future__ import annotations

import os

from alembic import context
from sqlalchemy import make_url

from include.database import database_url, engine_for
from include.sql.schema.rebuild import rebuild


def run() -> None:
    """Migrate at the address given in ``config.attributes``, else at the one of the environment."""
    if "url" in context.config.attributes:
        engine = engine_for(context.config.attributes["url"])
    else:
        owner = os.environ.get("MILLRACE_OWNER_URL")
        engine = engine_for(make_url(owner) if owner else database_url())
    with engine.connect() as connection:
        context.configure(connection=connection, version_table="schema_version")
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
        if context.get_context().get_current_revision() == context.get_head_revision():
            rebuild(connection)
            connection.commit()


run()
