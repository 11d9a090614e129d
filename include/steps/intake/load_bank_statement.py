"""close.load_bank_statement: the accepted rows become the date's ``bank_statement`` and its ``bank_line`` rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from include.database import run_sql
from include.lending.privacy import encrypt
from include.steps.context import StepContext, StepResult
from include.steps.intake import landing, load, statement
from include.steps.intake.datasets import BANK_STATEMENT
from include.steps.intake.load import Accepted


def load_bank_statement(connection: Connection, context: StepContext) -> StepResult:
    """Load what passed, where there is a statement; a mended row joins the lines of the statement that it came in."""
    if statement.is_missing(connection, context):
        return StepResult(0, load.ZERO, {"missing": True})
    file = landing.working_file(connection, context, BANK_STATEMENT)
    rows = load.accepted_rows(context, BANK_STATEMENT, file)
    load.stage(connection, "bank_statement", load.staged(rows, (_stored(row) for row in rows.values())))
    run_sql(connection, "intake/match_bank_lines")
    run_sql(connection, "intake/insert_bank_statement", load.dated(context.business_date, file))
    return load.finish(connection, context, BANK_STATEMENT, file, rows)


def _stored(row: Accepted) -> Mapping[str, Any]:
    return {
        "reference": row.values["reference"] or "",
        "counterparty_cipher": encrypt("counterparty", row.values["counterparty"]),
        "quarantine_id": row.quarantine_id,
    }
