"""The one place where a run's business date comes from."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from include.steps.context import StepError

if TYPE_CHECKING:
    from airflow.sdk import Context


class NoBusinessDateError(StepError):
    """A run that does not say which date it is for."""


def business_date(context: Context) -> date:
    """The business date of the running task: its run's partition key.

    Logical date and data interval are not used: partitioned runs have none, and manual ones get the wrong one.

    Raises
    ------
    NoBusinessDateError : the run has no partition key, or one that is not a date.
    """
    run = context["dag_run"]
    key = run.partition_key
    if not key:
        raise NoBusinessDateError(
            f"Run {run.run_id} of {run.dag_id} has no partition key, so it has no business date. Scheduled runs have one;"
            " to start one by hand, put the date (such as 2026-03-02) into the field Partition key of the Trigger dialog."
        )
    try:
        return date.fromisoformat(key)
    except ValueError:
        raise NoBusinessDateError(f"Partition key {key!r} of run {run.run_id} is not a business date such as 2026-03-02.") from None
