"""intake.check_day: list the steps of the date, all PENDING. That it is the date's turn the step ledger has checked already."""

from __future__ import annotations

from sqlalchemy import Connection, text

from include.database import read_sql
from include.day import STEPS
from include.steps.context import StepContext, StepResult


def check_day(connection: Connection, context: StepContext) -> StepResult:
    """Insert a row into ``step_run`` for each step that does not run by ranges of loans; those come with servicing.cut_off."""
    names = [step.name for step in STEPS if not step.sharded]
    listed = [{"business_date": context.business_date, "step": name} for name in names]
    connection.execute(text(read_sql("intake/list_step")[0]), listed)
    return StepResult(len(names))
