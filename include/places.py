"""Where files come from and go to. Every place is a URI that fsspec knows (local folder, s3://, gs://)."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from upath import UPath


@dataclass(frozen=True)
class Places:
    """The four places of a day.

    Attributes
    ----------
    source : where the day's files are put by the systems before us, ``<source>/<dataset>/<YYYY-MM-DD>/``.
    landing : our own copy of what was pulled, and what passed validation; shared by all workers.
    records : readable records of validations, without personal data.
    outbox : what we hand on: payout files, reminders.
    """

    source: UPath
    landing: UPath
    records: UPath
    outbox: UPath

    @classmethod
    def from_environment(cls) -> Places:
        """MILLRACE_SOURCE, MILLRACE_LANDING, MILLRACE_RECORDS, MILLRACE_OUTBOX; each defaults to a folder of MILLRACE_HOME."""
        home = home_folder()
        return cls(
            *(place(os.environ.get(f"MILLRACE_{name.upper()}", str(home / name))) for name in ("source", "landing", "records", "outbox"))
        )


def home_folder() -> Path:
    """MILLRACE_HOME, by default ``var`` beside this package: everything that a local run writes."""
    return Path(os.environ.get("MILLRACE_HOME", Path(__file__).parents[1] / "var"))


_open_named: Callable[[str], UPath] | None = None


def open_named_places_with(opener: Callable[[str], UPath]) -> None:
    """Say how ``s3://name@bucket/folder`` is opened with the credentials of connection ``name``; Airflow's come in here."""
    global _open_named
    _open_named = opener


def place(address: str) -> UPath:
    """The place at ``address``: a folder or a URI that fsspec knows.

    Raises
    ------
    ValueError : it names a connection, and nobody here knows connections.
    """
    if "@" not in address.partition("://")[2].partition("/")[0]:
        return UPath(address)
    if _open_named is None:
        raise ValueError(f"{address} takes its credentials from a connection of Airflow: outside of Airflow give the address without it.")
    return _open_named(address)
