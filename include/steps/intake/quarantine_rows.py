"""The rows of ``quarantine``: written with their reasons, read back when mended. Personal fields are encrypted in both forms.

In JSON a personal field is ``{"encrypted": "<base64>"}``, every other one its text; what was not given is null.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, text

from include.database import read_sql, run_sql
from include.lending.privacy import decrypt, encrypt
from include.steps.intake.datasets import Dataset

Fields = Mapping[str, str | None]


@dataclass(frozen=True)
class Mended:
    """A row that somebody has fixed: it comes in with the next day's load of its data set."""

    quarantine_id: int
    row_no: int
    business_date: date
    fields: Fields


@dataclass(frozen=True)
class Refused:
    """A row for quarantine: its number in the file, the row as it came, and why. ``quarantine_id`` where it is back again."""

    row_no: int
    fields: Fields
    reasons: Sequence[Mapping[str, str]]
    quarantine_id: int | None = None


def seal(dataset: Dataset, fields: Fields) -> str:
    """A row as JSON with its personal fields encrypted."""
    sealed: dict[str, Any] = dict(fields)
    for name in dataset.personal & set(fields):
        if (plain := fields[name]) is not None:
            sealed[name] = {"encrypted": base64.b64encode(encrypt(name, plain)).decode()}
    return json.dumps(sealed, ensure_ascii=False)


def unseal(stored: str) -> dict[str, str | None]:
    """The row behind its stored JSON."""
    fields = json.loads(stored)
    return {
        name: decrypt(name, base64.b64decode(value["encrypted"])) if isinstance(value, dict) else value for name, value in fields.items()
    }


def mended_rows(connection: Connection, dataset: Dataset, business_date: date) -> list[Mended]:
    """The FIXED rows, locked until the step commits, so that nobody mends them a second time meanwhile.

    Rows that this very date has taken in already belong to it still, for the case that its validation is done anew.
    """
    result = run_sql(connection, "intake/mended_rows", {"dataset": dataset.name, "business_date": business_date})
    assert result is not None
    found = sorted(result, key=lambda row: row.quarantine_id)
    return [Mended(row.quarantine_id, row.row_no, row.business_date, unseal(row.fixed_row)) for row in found]


def refuse_rows(connection: Connection, dataset: Dataset, landing_file_id: int, business_date: date, rows: Iterable[Refused]) -> None:
    """Put rows into quarantine; a mended row that is still wrong goes back to NEW with its new reasons."""
    fresh, again = [], []
    for row in rows:
        reasons = json.dumps(list(row.reasons), ensure_ascii=False)
        if row.quarantine_id is None:
            fresh.append(
                {
                    "landing_file_id": landing_file_id,
                    "dataset": dataset.name,
                    "business_date": business_date,
                    "row_no": row.row_no,
                    "source_row": seal(dataset, row.fields),
                    "reasons": reasons,
                }
            )
        else:
            again.append({"quarantine_id": row.quarantine_id, "reasons": reasons})
    if fresh:
        connection.execute(text(read_sql("intake/quarantine_row")[0]), fresh)
    if again:
        connection.execute(text(read_sql("intake/quarantine_again")[0]), again)


def take_in(connection: Connection, business_date: date, quarantine_ids: Sequence[int]) -> None:
    """Mark mended rows as come in with ``business_date``."""
    if quarantine_ids:
        rows = [{"quarantine_id": number, "business_date": business_date} for number in quarantine_ids]
        connection.execute(text(read_sql("intake/reinject")[0]), rows)
