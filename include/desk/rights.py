"""Who may do what at the desk: roles in the table ``desk_right``, what each may in include/policy/desk.yaml.

``python -m include.desk.rights grant anna OFFICER`` gives the first rights; then an administrator does it on a page.
"""

from __future__ import annotations

import argparse
import getpass
import sys
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from include import policy
from include.database import engine, run_sql
from include.steps.refusal import DeskError


class Right(StrEnum):
    """One thing that somebody may do."""

    READ = "read"
    READ_RISK = "read_risk"
    DECIDE = "decide"
    CONFIRM = "confirm"
    NOTE = "note"
    REQUEST_CHANGE = "request_change"
    CHECK_CHANGE = "check_change"
    UNMASK = "unmask"
    OPERATE = "operate"
    GRANT = "grant"


@dataclass(frozen=True)
class Person:
    """Somebody at the desk: the name that Airflow signed in, and the roles held."""

    name: str
    roles: frozenset[str] = frozenset()

    def may(self, right: Right) -> bool:
        """Whether one of the roles gives ``right``."""
        return any(right in rights_of(role) for role in self.roles)


@cache
def roles() -> dict[str, dict[str, str]]:
    """The names of every role by language."""
    return {code: role["name"] for code, role in policy.read("desk")["roles"].items()}


@cache
def rights_of(role: str) -> frozenset[Right]:
    """What a role may; nothing where policy no longer knows it."""
    return frozenset(Right(name) for name in policy.read("desk")["roles"].get(role, {"may": ()})["may"])


def person(connection: Connection, name: str) -> Person:
    """The roles that ``name`` holds now."""
    found = run_sql(connection, "desk/rights_of", {"user_name": name})
    assert found is not None
    return Person(name, frozenset(found.scalars()))


def grant(connection: Connection, user: str, role: str, actor: str) -> None:
    """Give ``user`` a role. The caller commits.

    Raises
    ------
    DeskError : there is no such role, the name is empty, or the role is held already.
    """
    user = user.strip()
    if role not in roles():
        raise DeskError("no_such_role", f"{role} is not a role: use one of {', '.join(roles())}.", role=role)
    if not 0 < len(user) <= 100:
        raise DeskError("no_user", "Name the user as Airflow knows them, in at most 100 characters.")
    try:
        run_sql(connection, "desk/right_grant", {"user_name": user, "role": role, "actor": actor})
    except IntegrityError as error:
        raise DeskError("role_held", f"{user} holds {role} already.", conflict=True, user=user, role=role) from error


def ensure(connection: Connection, user: str, role: str, actor: str) -> None:
    """Give ``user`` a role unless it is held already."""
    if role not in person(connection, user).roles:
        grant(connection, user, role, actor)


def revoke(connection: Connection, user: str, role: str, actor: str) -> None:
    """Take a role back. The caller commits. Raises DeskError where it is not held, or is the actor's own right to grant."""
    if user == actor and Right.GRANT in rights_of(role):
        raise DeskError("own_right", f"{role} is your own: another administrator takes it back.", role=role)
    done = run_sql(connection, "desk/right_revoke", {"user_name": user, "role": role, "actor": actor})
    if done is None or not done.rowcount:
        raise DeskError("role_not_held", f"{user} does not hold {role}.", conflict=True, user=user, role=role)


def main(arguments: list[str] | None = None) -> int:
    """Command line. Returns the exit status: 1 where it is refused."""
    parser = argparse.ArgumentParser(prog="python -m include.desk.rights", description=__doc__)
    parser.add_argument("--as", dest="actor", default=f"shell:{getpass.getuser()}", help="who gives or takes; the login name by default")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, does in (("grant", "give a role; held already is fine"), ("revoke", "take a role back")):
        command = commands.add_parser(name, help=does)
        command.add_argument("user")
        command.add_argument("role", choices=roles())
    commands.add_parser("list", help="who holds what")
    options = parser.parse_args(arguments)
    try:
        with engine().begin() as connection:
            if options.command == "grant":
                ensure(connection, options.user, options.role, options.actor)
            elif options.command == "revoke":
                revoke(connection, options.user, options.role, options.actor)
            else:
                found = run_sql(connection, "desk/rights_held")
                assert found is not None
                for row in found.mappings():
                    print(f"{row['user_name']}: {row['role']}, given by {row['granted_by']} {row['granted_at']:%Y-%m-%d %H:%M}")
    except DeskError as refusal:
        print(refusal, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
