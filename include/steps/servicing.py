"""Python steps of servicing: changes by request, the cut-off, the replay, new schedule versions. The others are .sql files."""

from __future__ import annotations

import os

from sqlalchemy import Connection, text

from include.database import run_sql
from include.day import STEPS
from include.steps.changes import apply_changes, change_schedules
from include.steps.context import StepContext, StepResult
from include.steps.replay import replay_backdated

__all__ = ["apply_changes", "change_schedules", "cut_off", "replay_backdated", "shard_count"]


def shard_count() -> int:
    """Number of ranges of loans that sharded steps run in: MILLRACE_SHARDS, 2 by default."""
    return int(os.environ.get("MILLRACE_SHARDS", "2"))


def cut_off(connection: Connection, context: StepContext) -> StepResult:
    """OPEN -> CLOSING: what tellers do from here on is booked on the next date. Fix the shards and list their steps.

    The exclusive lock waits for bookings that are under way; every range but the last ends where a loan is, the last is open.
    """
    day = {"business_date": context.business_date}
    connection.execute(text("select state from business_day where business_date = :business_date for update"), day)
    connection.execute(text("update business_day set state = 'CLOSING', cut_off_at = now(6) where business_date = :business_date"), day)
    run_sql(connection, "servicing/freeze_shards", {**day, "shards": shard_count()})
    sharded = [{**day, "step": step.name} for step in STEPS if step.sharded]
    connection.execute(
        text(
            "insert ignore into step_run (business_date, step, shard)"
            " select business_date, :step, shard from shard where business_date = :business_date"
        ),
        sharded,
    )
    loans = connection.scalar(text("select count(*) from loan"))
    return StepResult(int(loans or 0), None, {"shards": shard_count()})
