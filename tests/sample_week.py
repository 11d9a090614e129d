"""The sample lender in a test database: its files, a champion, its opening book; and its dates in processes of their own."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import URL, Engine, text

from ops.accounts import create_account
from tests.databases import create_schema, drop_schema

ROOT = Path(__file__).parents[1]
FIRST = date(2026, 3, 2)
KEY = base64.b64encode(bytes(range(32))).decode()


@dataclass
class SampleWeek:
    """One schema with the opening book taken over, ready for FIRST; ``folder`` holds the sample's files and the registry."""

    owner: Engine
    environment: dict[str, str]

    @classmethod
    def prepare(cls, server: URL, name: str, folder: Path) -> SampleWeek:
        """Make the schema and the files (once a folder) and take the book over."""
        owner = create_schema(server, name)
        with owner.connect() as connection:
            create_account(connection, name, "secret", "millrace_app")
        app = owner.url.set(username=name, password="secret")
        environment = os.environ | {
            "MILLRACE_HOME": str(folder / name),
            "MILLRACE_SOURCE": str(folder / "source"),
            "MILLRACE_DATABASE_URL": app.render_as_string(hide_password=False),
            "MILLRACE_KEY": KEY,
            "MLFLOW_TRACKING_URI": f"sqlite:///{folder / 'mlflow.db'}",
            "MLFLOW_ARTIFACT_ROOT": str(folder / "artifacts"),
            "PYTHONPATH": str(ROOT),
        }
        week = cls(owner, environment)
        if not (folder / "source").exists():
            week.command("include.data.sample", "--to", str(folder / "source"))
        week.command("include.steps.book")
        return week

    def train(self) -> None:
        """A champion: from the shell the first model is promoted when it passes the gates."""
        self.command("models.train")

    def take_champion_from(self, other: Engine, registry: str | None = None) -> None:
        """The approved models as the database ``other`` has them, with what they were trained on.

        ``registry`` is the address of its MLflow, if another.
        """
        for table in ("score_model", "score_reference"):
            with other.connect() as source:
                rows = [dict(row) for row in source.execute(text(f"select * from {table}")).mappings()]
            columns = list(rows[0])
            into = f"insert into {table} ({', '.join(columns)}) values ({', '.join(f':{name}' for name in columns)})"
            with self.owner.begin() as connection:
                connection.execute(text(into), rows)
        if registry is not None:
            self.environment["MLFLOW_TRACKING_URI"] = registry

    def run(self, first: date, last: date) -> None:
        """The dates without Airflow, in one process."""
        self.command("include.day", str(first), str(last))

    def command(self, module: str, *arguments: str, killed: bool = False) -> None:
        """Run ``python -m module``; it must succeed, or with ``killed`` die by SIGKILL."""
        done = subprocess.run(
            [sys.executable, "-m", module, *arguments], cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=600
        )
        wanted = -9 if killed else 0
        assert done.returncode == wanted, f"{module} {arguments} ended with {done.returncode}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"

    def drop(self) -> None:
        """Leave nothing on the server."""
        self.owner.dispose()
        assert self.owner.url.database is not None
        drop_schema(self.owner.url.set(database=None), self.owner.url.database)
