"""The step that puts approved changes into effect, each on its own: one that cannot be is set aside with its error."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date
from decimal import Decimal

from sqlalchemy import Connection, RowMapping, text

from include.database import run_sql
from include.steps.changes import corrections, default, pauses, relief, write_off
from include.steps.changes.requests import ChangeError
from include.steps.context import StepContext, StepResult

Apply = Callable[[Connection, RowMapping, date], Decimal]

KINDS: dict[str, Apply] = {
    "WAIVER": relief.waive,
    "REFUND": relief.refund,
    "CHARGE": relief.charge,
    "WRITE_OFF": write_off.write_off,
    "WRITE_OFF_REVERSAL": write_off.reverse,
    "REPAYMENT_REVERSAL": corrections.reverse_repayment,
    "SUSPENSE_MATCH": corrections.match_suspense,
    "SUSPENSE_RETURN": corrections.return_suspense,
    "DELINQUENCY_PAUSE": pauses.pause,
    "DELINQUENCY_RESUME": pauses.resume,
    "UNLIKELY_TO_PAY": default.judge,
    "LIKELY_TO_PAY": default.withdraw,
}


def apply_changes(connection: Connection, context: StepContext) -> StepResult:
    """Apply what is APPROVED, in order; each becomes APPLIED, or FAILED with its error while the others go on."""
    found = run_sql(connection, "changes/approved", {})
    assert found is not None
    states: Counter[str] = Counter()
    total = Decimal(0)
    for change in found.mappings().all():
        error = None
        connection.execute(text("set @actor = :actor"), {"actor": f"{change['maker']} / {change['checker']}"})
        savepoint = connection.begin_nested()
        try:
            total += KINDS[change["kind"]](connection, change, context.business_date)
            savepoint.commit()
        except ChangeError as refusal:
            savepoint.rollback()
            error = str(refusal)
        states["FAILED" if error else "APPLIED"] += 1
        connection.execute(
            text("update change_request set state = :state, applied_on = :applied_on, error = :error where change_request_id = :number"),
            {
                "state": "FAILED" if error else "APPLIED",
                "applied_on": None if error else context.business_date,
                "error": error,
                "number": change["change_request_id"],
            },
        )
    return StepResult(states["APPLIED"], total, {"failed": states["FAILED"]})
