"""Where a data set is fetched from: a folder (any place that fsspec knows) or a table in a database.

``MILLRACE_SOURCE_<DATASET>`` chooses; unset, it is the folder ``<source>/<dataset>/<date>/``:

- a folder or URI, ``s3://bucket/incoming/repayments``: there ``<date>/manifest.json`` and the file it names;
- ``table:<schema.table>``, on the pipeline's own server, or ``table:<schema.table>@<connection>`` anywhere else.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Protocol

from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool
from upath import UPath

from include.places import place
from include.steps.context import StepContext, StepError
from include.steps.intake.datasets import Dataset
from include.steps.intake.manifest import MANIFEST, FileFault, Manifest, read_manifest


@dataclass(frozen=True)
class Delivery:
    """A manifest and the file that it is about, as bytes, before anything in the file was believed."""

    manifest: Manifest
    manifest_content: bytes
    content: bytes

    @cached_property
    def sha256(self) -> str:
        """Of the file, in hex."""
        return hashlib.sha256(self.content).hexdigest()


class NotArrivedError(StepError):
    """The delivery of the date is not there yet."""


class Source(Protocol):
    """A place that has one delivery a date."""

    def fetch(self, business_date: date) -> Delivery:
        """The delivery of ``business_date``.

        Raises
        ------
        StepError : it is not there, or its manifest cannot be read; the message says what to put where.
        """
        ...


@dataclass(frozen=True)
class FileSource:
    """Deliveries as files: ``<folder>/<date>/manifest.json`` and beside it the file."""

    dataset: Dataset
    folder: UPath

    def fetch(self, business_date: date) -> Delivery:
        day = self.folder / business_date.isoformat()
        note = day / MANIFEST
        if not note.exists():
            has = "have" if self.dataset.name.endswith("s") else "has"
            raise NotArrivedError(
                f"The {self.dataset.name} of {business_date} {has} not arrived: there is no {note}. {self._what_to_put(day)}"
                f" Then clear {self.dataset.step('pull')}."
            )
        written = note.read_bytes()
        try:
            manifest = read_manifest(written)
        except FileFault as fault:
            raise StepError(f"{note}: {fault}. Correct it and clear {self.dataset.step('pull')}.") from None
        file = day / manifest.file
        if not file.exists():
            raise StepError(
                f"{note} names {manifest.file}, but there is no {file}. Put the file there and clear {self.dataset.step('pull')}."
            )
        return Delivery(manifest, written, file.read_bytes())

    def _what_to_put(self, day: UPath) -> str:
        return (
            f"Put the file (.csv, .jsonl or .parquet) into {day} and with it {MANIFEST}: dataset, business_date, file, rows, total."
            f" {self.dataset.empty_day.format(name=self.dataset.name)}"
        )


_resolve: Callable[[str], str] | None = None


def resolve_connections_with(resolver: Callable[[str], str]) -> None:
    """Say how the name of a connection becomes a SQLAlchemy URL. The orchestration layer passes Airflow's connections in here."""
    global _resolve
    _resolve = resolver


def connection_url(name: str) -> str:
    """Address of the database behind a connection's name: MILLRACE_CONNECTION_<NAME>, else what the resolver says."""
    if address := os.environ.get(f"MILLRACE_CONNECTION_{name.upper()}"):
        return address
    if _resolve is None:
        raise StepError(
            f"Connection {name} is not known: set MILLRACE_CONNECTION_{name.upper()} to its SQLAlchemy URL, or make it in Airflow."
        )
    return _resolve(name)


def source_of(dataset: Dataset, context: StepContext) -> Source:
    """The source that the environment chooses for ``dataset``."""
    setting = os.environ.get(f"MILLRACE_SOURCE_{dataset.name.upper()}", "")
    if setting.startswith("table:"):
        from include.steps.intake.table_source import TableSource

        table, _, name = setting.removeprefix("table:").partition("@")
        return TableSource(dataset, table, create_engine(connection_url(name), poolclass=NullPool) if name else context.engine)
    return FileSource(dataset, place(setting) if setting else context.places.source / dataset.name)
