"""Triggers, routines, roles and seeds: re-created after every migration to head, so that editing their files is enough."""

from __future__ import annotations

import re
from pathlib import Path

from sqlalchemy import Connection, text

from include.database import statements
from include.policy.seed import seed

_ROOT = Path(__file__).parent
_NAMED = re.compile(r"create\s+(trigger|procedure|function|view)\s+(\w+)", re.IGNORECASE)


def rebuild(connection: Connection) -> None:
    """Drop and create all triggers and routines, grant the roles, load the policy. The caller commits."""
    for folder in ("routines", "triggers"):
        for path in sorted((_ROOT / folder).glob("*.sql")):
            for statement in statements(path.read_text(encoding="utf-8")):
                if found := _NAMED.search(statement):
                    _execute(connection, f"drop {found[1]} if exists {found[2]}")
                _execute(connection, statement)
    seed(connection)
    for path in sorted((_ROOT / "roles").glob("*.sql")):
        for statement in statements(path.read_text(encoding="utf-8")):
            _execute(connection, statement)


def _execute(connection: Connection, statement: str) -> None:
    connection.execute(text(statement.replace(":", r"\:")))
