"""What both loads share: take what passed, stage it, sort out what is known already, prove the totals."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, text

from include.database import read_sql, run_sql
from include.lending.money import from_cents
from include.steps.context import StepContext, StepError, StepResult
from include.steps.intake import landing
from include.steps.intake.conflicts import CONFLICTS, KNOWN
from include.steps.intake.datasets import Dataset, Kind
from include.steps.intake.landing import LandedFile
from include.steps.intake.parse import SUFFIX
from include.steps.intake.quarantine_rows import Refused, refuse_rows

# rows an INSERT; more brings nothing, fewer costs round trips
CHUNK = 1000
ZERO = Decimal("0.00")


@dataclass(frozen=True)
class Accepted:
    """A row that passed: its values, and its texts in case it has to go to quarantine after all."""

    row_no: int
    quarantine_id: int | None
    values: dict[str, Any]
    texts: dict[str, str | None]


def accepted_rows(context: StepContext, dataset: Dataset, file: LandedFile) -> dict[int, Accepted]:
    """What passed validation, by position, in the order of the file; money as Decimal, dates as date.

    Raises
    ------
    StepError : ``accepted.parquet`` is not what validation wrote.
    """
    import pyarrow.parquet as pq

    place = landing.folder(context, dataset) / landing.ACCEPTED
    content = pq.read_table(io.BytesIO(place.read_bytes())).to_pylist() if place.exists() else []
    rows = {number: _accepted(dataset, row) for number, row in enumerate(content)}
    total = sum((row.values["amount"] for row in rows.values()), ZERO)
    if (len(rows), total) != (file.rows_accepted, file.amount_accepted):
        raise StepError(
            f"{place} holds {len(rows)} rows of {total}, {dataset.step('validate')} wrote {file.rows_accepted} of {file.amount_accepted}."
            " All workers must see the same landing place (MILLRACE_LANDING); put the file back and clear this task."
        )
    return rows


def _accepted(dataset: Dataset, row: Mapping[str, Any]) -> Accepted:
    texts = {name: row[name] for name in dataset.names}
    values = {column.name: _value(row, column.name, column.kind) for column in dataset.columns}
    return Accepted(row["row_no"], row["quarantine_id"], values, texts)


def _value(row: Mapping[str, Any], name: str, kind: Kind) -> Any:
    value = row[name + SUFFIX.get(kind, "")]
    if value is None or kind in (Kind.TEXT, Kind.WHOLE):
        return value
    if kind is Kind.MONEY:
        return from_cents(value)
    return value.date() if kind is Kind.DATE else Decimal(value).scaleb(-1)


def stage(connection: Connection, name: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Fill the staging table of ``include/sql/intake/stage_<name>.sql``: its last statement inserts one row."""
    *make, insert = read_sql(f"intake/stage_{name}")
    for statement in make:
        connection.execute(text(statement))
    for start in range(0, len(rows), CHUNK):
        connection.execute(text(insert), list(rows[start : start + CHUNK]))


def finish(connection: Connection, context: StepContext, dataset: Dataset, file: LandedFile, rows: Mapping[int, Accepted]) -> StepResult:
    """Send what contradicts the books to quarantine, prove that all else is in its table to the cent, close the file's account.

    Raises
    ------
    StepError : rows are missing or too many; the step rolls back.
    """
    verdicts = _verdicts(connection, dataset)
    refused = [_refused(dataset, rows[number], verdict) for number, verdict in sorted(verdicts.items()) if verdict != KNOWN]
    refuse_rows(connection, dataset, file.landing_file_id, context.business_date, refused)
    amounts = [row.values["amount"] for number, row in rows.items() if number not in verdicts]
    result = StepResult(len(amounts), sum(amounts, ZERO), {"known": len(verdicts) - len(refused), "refused": len(refused)})
    _prove(connection, dataset, file, result)
    closing = {
        "landing_file_id": file.landing_file_id,
        "rows_accepted": result.rows,
        "rows_refused": sum(row.quarantine_id is None for row in refused),
        "amount_accepted": result.amount,
    }
    run_sql(connection, "intake/file_loaded", closing)
    return result


def _verdicts(connection: Connection, dataset: Dataset) -> dict[int, str]:
    result = run_sql(connection, f"intake/verdicts_{dataset.name}")
    assert result is not None
    return {row.position: row.verdict for row in result}


def _refused(dataset: Dataset, row: Accepted, verdict: str) -> Refused:
    return Refused(row.row_no, row.texts, [CONFLICTS[verdict].reason(dataset)], row.quarantine_id)


def _prove(connection: Connection, dataset: Dataset, file: LandedFile, expected: StepResult) -> None:
    result = run_sql(connection, f"intake/loaded_{dataset.name}")
    assert result is not None
    found = result.one()
    if (found.rows_loaded, found.amount) != (expected.rows, expected.amount):
        raise StepError(
            f"{found.rows_loaded} {dataset.name} of {found.amount} are in the table, {expected.rows} of {expected.amount} were to be loaded"
            f" from {file.file_name}: nothing is kept. Look at the warnings of the database server, then clear this task."
        )


def dated(business_date: date, file: LandedFile) -> dict[str, Any]:
    """The parameters that every load has."""
    return {"business_date": business_date, "landing_file_id": file.landing_file_id}


def staged(rows: Mapping[int, Accepted], more: Iterable[Mapping[str, Any]] | None = None) -> list[dict[str, Any]]:
    """Rows for ``stage``: position, values, and what ``more`` has for each."""
    extras = more if more is not None else ({} for _ in rows)
    return [{"position": number, **row.values, **extra} for (number, row), extra in zip(rows.items(), extras, strict=True)]
