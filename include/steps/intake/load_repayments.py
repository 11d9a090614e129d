"""intake.load_repayments: the accepted rows become ``repayment`` rows in state RECEIVED, once by (source, external_ref)."""

from __future__ import annotations

from sqlalchemy import Connection

from include.database import run_sql
from include.steps.context import StepContext, StepResult
from include.steps.intake import landing, load
from include.steps.intake.datasets import REPAYMENTS


def load_repayments(connection: Connection, context: StepContext) -> StepResult:
    """Load what passed.

    A reference that is known with the same content is skipped and counted, with other content it goes to quarantine.
    Payments come before bounces, so that a bounce finds a payment of its own file.
    """
    file = landing.working_file(connection, context, REPAYMENTS)
    rows = load.accepted_rows(context, REPAYMENTS, file)
    load.stage(connection, "repayments", load.staged(rows))
    parameters = load.dated(context.business_date, file)
    run_sql(connection, "intake/match_repayments")
    run_sql(connection, "intake/insert_repayments", {**parameters, "kind": "PAYMENT"})
    run_sql(connection, "intake/match_bounces")
    run_sql(connection, "intake/insert_repayments", {**parameters, "kind": "BOUNCE"})
    return load.finish(connection, context, REPAYMENTS, file, rows)
