"""What a step is given when Airflow runs it: the database, the places, the date.

The same steps run without Airflow from the environment alone (``python -m include.day``); here Airflow connections
come on top, so that passwords and cloud credentials can live in its secrets backend.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, cast

from include.database import database_url, engine_for
from include.orchestration.business_date import business_date
from include.orchestration.hook import CONNECTION, MillraceHook
from include.places import Places, home_folder
from include.steps.context import StepContext

if TYPE_CHECKING:
    from airflow.sdk import Context
    from sqlalchemy import Engine
    from upath import UPath


def step_context(context: Context) -> StepContext:
    """The StepContext of the running task.

    Raises
    ------
    NoBusinessDateError : the run has no business date.
    """
    return StepContext(business_date(context), engine(), places(), run_id=context["dag_run"].run_id)


def engine() -> Engine:
    """The database of the Airflow connection ``millrace_db``, or of MILLRACE_DATABASE_URL where there is none."""
    from airflow.sdk.exceptions import AirflowNotFoundException

    try:
        return engine_for(MillraceHook(millrace_conn_id=CONNECTION).sqlalchemy_url)
    except AirflowNotFoundException:
        return engine_for(database_url())


def places() -> Places:
    """The places of the environment; ``s3://lake@bucket/in`` takes its credentials from the Airflow connection ``lake``."""
    return Places(*(_place(name) for name in ("source", "landing", "records", "outbox")))


def _place(name: str) -> UPath:
    from upath import UPath

    address = os.environ.get(f"MILLRACE_{name.upper()}", str(home_folder() / name))
    host = address.partition("://")[2].partition("/")[0]
    if "@" not in host:
        return UPath(address)
    from airflow.sdk import ObjectStoragePath

    return cast("UPath", ObjectStoragePath(address))  # the same methods, another class
