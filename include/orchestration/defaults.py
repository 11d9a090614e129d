"""What every DAG of the house shares: owners, tags, default arguments, and the calendar read from the environment.

==========================  ==========================================================================
MILLRACE_FIRST_DATE         first business date to run, YYYY-MM-DD; later ones follow by catchup
MILLRACE_LAST_DATE          last one, where a demo or a parallel run ends; without it dates go on for ever
MILLRACE_TIME_ZONE          the lender's time zone, by default Asia/Shanghai
MILLRACE_DAY_SCHEDULE       cron of the close, by default ``0 1 * * *``: 01:00 on the day after the date
MILLRACE_DEADLINE_MINUTES   a date that is not closed so long after its run was queued raises an alert; by default 240
MILLRACE_SHARDS             ranges of loans that servicing works on side by side, by default 2
MILLRACE_MODEL_APPROVERS    who may approve a model (include/orchestration/approvers.py); by default those of policy
==========================  ==========================================================================
"""

from __future__ import annotations

import os
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from include.orchestration.notifiers import notify_failure
from include.orchestration.retry import FIRST_DELAY, LONGEST_DELAY, RetryWhatPasses

TIME_ZONE = ZoneInfo(os.environ.get("MILLRACE_TIME_ZONE", "Asia/Shanghai"))
DAY_SCHEDULE = os.environ.get("MILLRACE_DAY_SCHEDULE", "0 1 * * *")
DEADLINE = timedelta(minutes=int(os.environ.get("MILLRACE_DEADLINE_MINUTES", "240")))
DATE_FORMAT = "%Y-%m-%d"


class Owner(StrEnum):
    """Who is called when a DAG fails."""

    DATA_ENGINEERING = "data-engineering"
    RISK = "risk"


class Tag(StrEnum):
    """Tags for the UI's filter: what a DAG is about, and what a failure costs (every DAG has one IMPACT tag)."""

    BOOK = "book"
    REPORTS = "reports"
    CREDIT_MODEL = "credit-model"
    IMPACT_DAY_STOPS = "impact/tier-1-day-stops"
    IMPACT_FIGURES_LATE = "impact/tier-2-figures-late"
    IMPACT_CAN_WAIT = "impact/tier-3-can-wait"


# retry_policy decides; delay and backoff count where the process died and nobody could ask the policy
DEFAULT_ARGS: dict[str, Any] = {
    "owner": Owner.DATA_ENGINEERING.value,
    "retries": 3,
    "retry_delay": FIRST_DELAY,
    "retry_exponential_backoff": 2.0,
    "max_retry_delay": LONGEST_DELAY,
    "retry_policy": RetryWhatPasses(),
    "execution_timeout": timedelta(minutes=30),
    "on_failure_callback": notify_failure,
    "depends_on_past": False,
}


def shards() -> int:
    """Number of ranges of loans, from MILLRACE_SHARDS."""
    return int(os.environ.get("MILLRACE_SHARDS", "2"))


def first_run() -> datetime:
    """Earliest moment at which the run of MILLRACE_FIRST_DATE may start: the midnight that ends that date.

    Raises
    ------
    RuntimeError : the variable is not set; which date is the first is the lender's to say.
    """
    value = os.environ.get("MILLRACE_FIRST_DATE")
    if not value:
        raise RuntimeError("MILLRACE_FIRST_DATE is not set: give Airflow's environment the first business date to run, such as 2026-03-02.")
    return _midnight_after(date.fromisoformat(value))


def last_run() -> datetime | None:
    """Latest moment at which a run may be due, from MILLRACE_LAST_DATE; None where dates go on for ever."""
    value = os.environ.get("MILLRACE_LAST_DATE")
    return _midnight_after(date.fromisoformat(value)) + timedelta(hours=23, minutes=59) if value else None


def _midnight_after(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), TIME_ZONE)
