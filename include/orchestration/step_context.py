"""What a step is given when Airflow runs it: the database, the places, the date.

The same steps run without Airflow from the environment alone (``python -m include.day``); here Airflow connections
come on top, so that passwords and cloud credentials can live in its secrets backend.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from sqlalchemy import URL

from include.database import database_url, engine_for
from include.orchestration.business_date import business_date
from include.orchestration.hook import CONNECTION, MillraceHook
from include.places import Places, open_named_places_with
from include.steps.context import StepContext, StepError

if TYPE_CHECKING:
    from airflow.sdk import Context
    from sqlalchemy import Engine
    from upath import UPath

# types of Airflow connections whose driver is in our lock; others need their provider
DRIVERS = {"mysql": "mysql+pymysql", "postgres": "postgresql+psycopg2", "sqlite": "sqlite"}


def step_context(context: Context) -> StepContext:
    """The StepContext of the running task.

    Raises
    ------
    NoBusinessDateError : the run has no business date.
    """
    from include.orchestration.reminder_mail import smtp
    from include.steps.channels import CHANNELS
    from include.steps.intake.sources import resolve_connections_with

    resolve_connections_with(connection_url)
    CHANNELS["smtp"] = smtp
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
    open_named_places_with(_object_storage)
    return Places.from_environment()


def connection_url(name: str) -> str:
    """SQLAlchemy address of an Airflow connection, for a source that is a table in somebody else's database.

    Raises
    ------
    StepError : there is no such connection.
    """
    from airflow.sdk import BaseHook
    from airflow.sdk.exceptions import AirflowNotFoundException

    try:
        connection = BaseHook.get_connection(name)
    except AirflowNotFoundException:
        raise StepError(f"There is no Airflow connection {name}: make it (Admin, Connections), then clear this task.") from None
    if driver := DRIVERS.get(connection.conn_type or ""):
        url = URL.create(driver, connection.login, connection.password or None, connection.host, connection.port, connection.schema)
        return url.render_as_string(hide_password=False)
    return str(connection.get_hook().get_uri())


def _object_storage(address: str) -> UPath:
    from airflow.sdk import ObjectStoragePath

    return cast("UPath", ObjectStoragePath(address))  # the same methods, another class
