"""Bring a database to this version: ``python -m ops.migrate``. Safe to repeat; a server runs it at every start.

MILLRACE_OWNER_URL is the account that owns the schema; the account of MILLRACE_DATABASE_URL is made, or given its
password anew, with the role millrace_app, and the one of MILLRACE_DESK_URL, where it is set, with the role millrace_desk.
"""

from __future__ import annotations

import os
import time

from alembic import command
from alembic.config import Config
from sqlalchemy import URL, make_url, text
from sqlalchemy.exc import OperationalError

from include.database import database_url, engine_for
from ops.accounts import create_account
from ops.environment import ROOT


def main() -> int:
    """Command line."""
    owner = make_url(os.environ["MILLRACE_OWNER_URL"])
    migrate(owner, database_url())
    if desk := os.environ.get("MILLRACE_DESK_URL"):
        make_desk_account(owner, make_url(desk))
    print(f"Schema {owner.database} on {owner.host} is up to date.")
    return 0


def migrate(owner: URL, app: URL, wait: float = 60) -> None:
    """Create the schema if it is missing, migrate it to head, make the pipeline's account.

    Raises
    ------
    ValueError : the two addresses name different schemas, or the account has no name or password.
    """
    if app.database != owner.database or not owner.database or not app.username or not app.password:
        raise ValueError("MILLRACE_OWNER_URL and MILLRACE_DATABASE_URL must name the same schema, the latter with a user and a password.")
    server = engine_for(owner.set(database=""))
    deadline = time.monotonic() + wait
    while True:
        try:
            with server.connect() as connection:
                connection.execute(text(f"create database if not exists {owner.database} character set utf8mb4 collate utf8mb4_bin"))
            break
        except OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(1)
    config = Config(str(ROOT / "alembic.ini"))
    config.attributes["url"] = owner
    command.upgrade(config, "head")
    with engine_for(owner).connect() as connection:
        create_account(connection, app.username, app.password, "millrace_app")


def make_desk_account(owner: URL, desk: URL) -> None:
    """The account of the desk's web pages. Raises ValueError where its address names another schema, no user or no password."""
    if desk.database != owner.database or not desk.username or not desk.password:
        raise ValueError("MILLRACE_DESK_URL must name the schema of MILLRACE_OWNER_URL, with a user and a password of its own.")
    with engine_for(owner).connect() as connection:
        create_account(connection, desk.username, desk.password, "millrace_desk")


if __name__ == "__main__":
    raise SystemExit(main())
