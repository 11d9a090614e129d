"""From when the time allowed for closing a date counts."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseDeadlineReference

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


class RunQueued(BaseDeadlineReference):
    """The moment at which the run was first queued.

    Airflow's own DAGRUN_QUEUED_AT says the same, but in 3.3 a run that has such a deadline cannot be cleared any more
    (TypeError, apache/airflow#70368). And here clearing a failed date gives it no new time: the lender is late all the same.
    The plugin registers the class, else the scheduler would not know it.
    """

    required_kwargs = frozenset({"dag_id", "run_id"})

    def _evaluate_with(self, *, session: Session, dag_id: str, run_id: str, **_: Any) -> datetime | None:
        """Airflow's scheduler asks this when it makes the run."""
        from airflow.models import DagRun
        from sqlalchemy import select

        return session.scalar(select(DagRun.queued_at).where(DagRun.dag_id == dag_id, DagRun.run_id == run_id))
