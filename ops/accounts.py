"""Accounts of the database: the owner makes them, a role decides what they may do.

``python -m ops.accounts USER ROLE`` (password from MILLRACE_NEW_PASSWORD) for people.
"""

from __future__ import annotations

import argparse
import os
import re

from sqlalchemy import Connection, text

ROLES = ("millrace_app", "millrace_desk", "millrace_reader", "millrace_risk")


def create_account(connection: Connection, user: str, password: str, role: str, host: str = "%") -> None:
    """Create or update ``user`` with ``role`` as its default role.

    Raises
    ------
    ValueError : the role is not one of ours, the name is that of a role, or it has a character that needs quoting.
    """
    if role not in ROLES:
        raise ValueError(f"{role} is not one of {', '.join(ROLES)}")
    if user in ROLES:
        raise ValueError(f"{user} is a role, which MySQL takes for an account of that name: give the account another one")
    if not re.fullmatch(r"\w+", user):
        raise ValueError(f"{user!r}: an account's name may have letters, digits and underscores")
    mariadb = "MariaDB" in str(connection.scalar(text("select version()")))
    account = {"user": user, "host": host}
    connection.execute(text("create user if not exists :user@:host identified by :password"), {**account, "password": password})
    connection.execute(text("alter user :user@:host identified by :password"), {**account, "password": password})
    connection.execute(text(f"grant {role} to :user@:host"), account)
    preposition = "for" if mariadb else "to"
    connection.execute(text(f"set default role {role} {preposition} :user@:host"), account)
    connection.commit()


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m ops.accounts")
    parser.add_argument("user")
    parser.add_argument("role", choices=ROLES)
    options = parser.parse_args()
    from sqlalchemy import create_engine

    password = os.environ.get("MILLRACE_NEW_PASSWORD")
    if not password:
        raise SystemExit("Set MILLRACE_NEW_PASSWORD to the password of the new account.")
    with create_engine(os.environ["MILLRACE_OWNER_URL"]).connect() as connection:
        create_account(connection, options.user, password, options.role)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
