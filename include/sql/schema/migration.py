"""What every migration does: run the .sql of its own name; on the way down run its .down.sql and drop the tables that it created."""

from __future__ import annotations

import re
from pathlib import Path

from alembic import op

from include.database import statements

_CREATED = re.compile(r"^create (table|view) (\w+)", re.IGNORECASE | re.MULTILINE)


def apply(migration: str) -> None:
    """Run the .sql file that stands beside ``migration`` (its ``__file__``)."""
    _run(Path(migration).with_suffix(".sql"))


def take_back(migration: str) -> None:
    """Undo ``apply``: first the .down.sql beside ``migration``, if there is one, then drop the tables that it created, last first."""
    down = Path(migration).with_suffix(".down.sql")
    if down.exists():
        _run(down)
    drop_tables(migration)


def drop_tables(migration: str) -> None:
    """Drop what the .sql file created, last first."""
    for kind, name in reversed(_CREATED.findall(Path(migration).with_suffix(".sql").read_text(encoding="utf-8"))):
        op.execute(f"drop {kind} {name}")


def _run(path: Path) -> None:
    for statement in statements(path.read_text(encoding="utf-8")):
        op.execute(statement.replace(":", r"\:"))
