"""The desk's own account of the database: it may decide and note, and book nothing."""

from __future__ import annotations

import os
from typing import Any

from sqlalchemy import Connection, Engine, make_url

from include.database import engine_for, run_sql
from include.orchestration import step_context
from include.orchestration.hook import MillraceHook

CONNECTION = "millrace_desk"


def engine() -> Engine:
    """The account of Airflow's connection ``millrace_desk``, else of MILLRACE_DESK_URL; where there is neither, the pipeline's."""
    from airflow.sdk.exceptions import AirflowNotFoundException

    try:
        return engine_for(MillraceHook(millrace_conn_id=CONNECTION).sqlalchemy_url)
    except AirflowNotFoundException:
        given = os.environ.get("MILLRACE_DESK_URL")
        return engine_for(make_url(given)) if given else step_context.engine()


def rows(connection: Connection, name: str, **parameters: Any) -> list[dict[str, Any]]:
    """The rows of include/sql/desk/``name``.sql."""
    result = run_sql(connection, f"desk/{name}", parameters)
    assert result is not None, f"include/sql/desk/{name}.sql is empty"
    return [dict(row) for row in result.mappings()]


def row(connection: Connection, name: str, **parameters: Any) -> dict[str, Any] | None:
    """The one row of include/sql/desk/``name``.sql, or None."""
    found = rows(connection, name, **parameters)
    assert len(found) < 2, f"include/sql/desk/{name}.sql gave {len(found)} rows"
    return found[0] if found else None
