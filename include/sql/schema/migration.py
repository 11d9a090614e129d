"""What every migration does: run the .sql of its own name; on the way down drop the tables that it created."""

from __future__ import annotations

import re
from pathlib import Path

from alembic import op

from include.database import statements

_CREATED = re.compile(r"^create (table|view) (\w+)", re.IGNORECASE | re.MULTILINE)


def apply(migration: str) -> None:
    """Run the .sql file that stands beside ``migration`` (its ``__file__``)."""
    for statement in statements(_sql(migration)):
        op.execute(statement.replace(":", r"\:"))


def drop_tables(migration: str) -> None:
    """Drop what the .sql file created, last first."""
    for kind, name in reversed(_CREATED.findall(_sql(migration))):
        op.execute(f"drop {kind} {name}")


def _sql(migration: str) -> str:
    return Path(migration).with_suffix(".sql").read_text(encoding="utf-8")
