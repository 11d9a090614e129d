"""The steps that put approved changes into effect, each on its own: one that cannot be is set aside with its error."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import Connection, RowMapping, text

from include.database import run_sql
from include.steps.changes import corrections, default, early, pauses, payoff, relief, reschedule, write_off
from include.steps.changes.details import takes_effect_on
from include.steps.changes.errors import ChangeError
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

# these make a new schedule version, at the close of the date
SCHEDULE_KINDS: dict[str, Apply] = {
    "EXTENSION": reschedule.extend,
    "RESTRUCTURE": reschedule.restructure,
    "RATE_CHANGE": reschedule.change_rate,
    "EARLY_REPAYMENT": early.repay_early,
    "PAYOFF": payoff.pay_off,
}


def apply_changes(connection: Connection, context: StepContext) -> StepResult:
    """Apply what is APPROVED, in order; each becomes APPLIED, or FAILED with its error while the others go on."""
    changes = [change for change in _approved(connection) if change["kind"] in KINDS]
    applied, failed, total = _put_into_effect(connection, changes, KINDS, context.business_date)
    return StepResult(applied, total, {"failed": failed})


def change_schedules(connection: Connection, context: StepContext) -> StepResult:
    """New schedule versions, after all money of the date is posted: by request, then by early money where the product says so.

    A request that was approved after the cut-off, or names a later date, waits.
    """
    on, shard = context.business_date, context.shard
    cut_off = connection.execute(text("select cut_off_at from business_day where business_date = :on"), {"on": on}).scalar_one()
    changes = [
        change
        for change in _approved(connection)
        if change["kind"] in SCHEDULE_KINDS
        and shard.loan_from <= change["loan_id"] <= shard.loan_to
        and change["decided_at"] <= cut_off
        and (_wanted(change) or on) <= on
    ]
    applied, failed, total = _put_into_effect(connection, changes, SCHEDULE_KINDS, on)
    connection.execute(text("set @actor = 'step:servicing.change_schedules'"))
    repaid = early.use_early_money(connection, on, shard.loan_from, shard.loan_to)
    return StepResult(applied, total, {"failed": failed, "early_money": str(repaid)})


def _wanted(change: RowMapping) -> date | None:
    return takes_effect_on(change["kind"], json.loads(change["details"] or "{}"))


def _approved(connection: Connection) -> Sequence[RowMapping]:
    found = run_sql(connection, "changes/approved", {})
    assert found is not None
    return found.mappings().all()


def _put_into_effect(
    connection: Connection, changes: Sequence[RowMapping], kinds: Mapping[str, Apply], on: date
) -> tuple[int, int, Decimal]:
    """How many were applied and failed, and their amount."""
    states: Counter[str] = Counter()
    total = Decimal(0)
    for change in changes:
        error = None
        connection.execute(text("set @actor = :actor"), {"actor": f"{change['maker']} / {change['checker']}"})
        savepoint = connection.begin_nested()
        try:
            if kinds is SCHEDULE_KINDS and (wanted := _wanted(change)) and wanted < on:
                raise ChangeError(f"{change['kind']} was asked for {wanted}, which is closed: ask again for {on} or later.")
            total += kinds[change["kind"]](connection, change, on)
            savepoint.commit()
        except ChangeError as refusal:
            savepoint.rollback()
            error = str(refusal)
        states["FAILED" if error else "APPLIED"] += 1
        connection.execute(
            text("update change_request set state = :state, applied_on = :applied_on, error = :error where change_request_id = :number"),
            {
                "state": "FAILED" if error else "APPLIED",
                "applied_on": None if error else on,
                "error": error,
                "number": change["change_request_id"],
            },
        )
    return states["APPLIED"], states["FAILED"], total
