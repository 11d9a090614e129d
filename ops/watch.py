"""Follow Airflow while it works, from its REST API and from our own ledger of steps."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import date
from typing import TypeVar

from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from include.database import is_transient
from include.day import STEPS
from ops.airflow_api import AirflowApi, base_url
from ops.progress import Progress
from ops.services import ServiceError

Answer = TypeVar("Answer")

POLL_SECONDS = 1.0
DATE_WITHIN = 900.0


def wait_for_run(api: AirflowApi, dag: str, run: str, progress: Progress, within: float = DATE_WITHIN) -> None:
    """Wait until one run has ended well.

    Raises
    ------
    ServiceError : it failed, or did not end in time.
    """
    deadline = time.monotonic() + within
    while (state := api.run(dag, run)["state"]) != "success":
        if state == "failed":
            raise ServiceError(what_failed(api, dag, run))
        if time.monotonic() > deadline:
            raise ServiceError(f"{dag} {run} is still {state} after {within:.0f} s: see {base_url()}/dags/{dag}")
        tasks = api.tasks(dag, run)
        ended = sum(task["state"] in ("success", "skipped") for task in tasks)
        going = ", ".join(task["task_id"] for task in tasks if task["state"] == "running")
        progress.show(f"{ended}/{len(tasks)} tasks  {going or state}")
        time.sleep(POLL_SECONDS)


def wait_for_question(api: AirflowApi, dag: str, run: str, task: str, progress: Progress, within: float = DATE_WITHIN) -> bool:
    """Wait until a task asks a person; False where its run ended, or it was answered, without that.

    Raises
    ------
    ServiceError : the run failed, or did not come so far in time.
    """
    deadline = time.monotonic() + within
    while True:
        states = {item["task_id"]: item["state"] for item in api.tasks(dag, run)}
        if states.get(task) in ("awaiting_input", "deferred"):
            return True
        state = api.run(dag, run)["state"]
        if state == "failed":
            raise ServiceError(what_failed(api, dag, run))
        if state == "success" or states.get(task) in ("success", "skipped"):
            return False
        if time.monotonic() > deadline:
            raise ServiceError(f"{dag} {run} did not come to {task} within {within:.0f} s: see {base_url()}/dags/{dag}")
        progress.show(", ".join(name for name, where in states.items() if where == "running") or state)
        time.sleep(POLL_SECONDS)


def wait_for_dates(api: AirflowApi, engine: Engine, dates: Sequence[date], progress: Progress) -> None:
    """Wait until the scheduler has closed every date, with a line for each.

    Raises
    ------
    ServiceError : a run failed, or a date was not closed in time.
    """
    for day in dates:
        deadline = time.monotonic() + DATE_WITHIN
        while not _patiently(_ended, engine, day):
            for run in api.runs("business_day", state="failed"):
                raise ServiceError(what_failed(api, "business_day", run["dag_run_id"]))
            if time.monotonic() > deadline:
                raise ServiceError(f"{day} was not closed within {DATE_WITHIN:.0f} s: see {base_url()}/dags/business_day")
            progress.show(f"{day}  {_patiently(_where, engine, day) or 'the database does not answer'}")
            time.sleep(POLL_SECONDS)
        progress.say(f"{day}  closed, {_took(engine, day)}")


def wait_for_reports(api: AirflowApi, count: int, progress: Progress) -> None:
    """Wait until ``count`` runs of ``reports`` have succeeded, one a date.

    Raises
    ------
    ServiceError : a run failed, or they did not end in time.
    """
    deadline = time.monotonic() + DATE_WITHIN
    while (done := len(api.runs("reports", state="success"))) < count:
        for run in api.runs("reports", state="failed"):
            raise ServiceError(what_failed(api, "reports", run["dag_run_id"]))
        if time.monotonic() > deadline:
            raise ServiceError(f"only {done} of {count} report runs ended: see {base_url()}/dags/reports")
        progress.show(f"{done}/{count} dates")
        time.sleep(POLL_SECONDS)
    for run in api.runs("business_day", state="running"):
        wait_for_run(api, "business_day", run["dag_run_id"], progress)


def what_failed(api: AirflowApi, dag: str, run: str) -> str:
    """Which task of a run failed and where its log is."""
    failed = ", ".join(task["task_id"] for task in api.tasks(dag, run, "failed"))
    return f"{dag} {run} failed in {failed or 'no task'}: its log is at {base_url()}/dags/{dag}/runs/{run}"


def _patiently(ask: Callable[[Engine, date], Answer], engine: Engine, day: date) -> Answer | None:
    """What ``ask`` answers; None while the database is away: it may come back, and Airflow retries its tasks meanwhile."""
    try:
        return ask(engine, day)
    except DBAPIError as error:
        if not is_transient(error):
            raise
        return None


def _ended(engine: Engine, day: date) -> bool:
    with engine.connect() as connection:
        return bool(
            connection.scalar(text("select count(*) from business_day where business_date = :day and state = 'CLOSED'"), {"day": day})
        )


def _where(engine: Engine, day: date) -> str:
    """How far a date is: steps done and the ones being worked on."""
    with engine.connect() as connection:
        done = connection.scalar(
            text("select count(distinct step) from step_run where business_date = :day and state = 'DONE' and step not like 'reports.%'"),
            {"day": day},
        )
        going = connection.scalars(
            text("select distinct step from step_attempt where business_date = :day and state = 'RUNNING'"), {"day": day}
        )
        return f"{done or 0}/{len(STEPS)} steps  {', '.join(going) or 'waiting for the scheduler'}"


def _took(engine: Engine, day: date) -> str:
    with engine.connect() as connection:
        row = connection.execute(
            text(
                "select timestampdiff(second, min(a.started_at), max(b.closed_at)) as seconds from step_attempt a"
                " join business_day b using (business_date) where b.business_date = :day and a.step not like 'reports.%'"
            ),
            {"day": day},
        ).one()
    return f"{row.seconds} s from its first step to the close"
