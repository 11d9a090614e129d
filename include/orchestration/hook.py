"""Airflow's door to the database: PyMySQL under the stock SQL operators.

``include.orchestration.provider`` registers it for connections of type ``mysql``, so SQLExecuteQueryOperator,
SQLColumnCheckOperator and the like work with ``conn_id="millrace_db"``. Session settings are those of
``include.database``.
"""

from __future__ import annotations

from typing import Any

from airflow.providers.common.sql.hooks.sql import DbApiHook
from sqlalchemy import URL

from include.database import connect_args, prepare_session

CONNECTION = "millrace_db"


class MillraceHook(DbApiHook):
    """MySQL and MariaDB through PyMySQL, one transaction per call unless autocommit is asked for."""

    conn_name_attr = "millrace_conn_id"
    default_conn_name = CONNECTION
    conn_type = "mysql"
    hook_name = "MySQL (PyMySQL)"
    supports_autocommit = True
    placeholder = "%s"

    def __init__(self, *args: Any, schema: str | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.schema = schema

    def get_conn(self) -> Any:
        """A fresh PyMySQL connection with the house's session settings."""
        import pymysql

        url = self.sqlalchemy_url
        connection = pymysql.connect(
            host=url.host,
            port=url.port or 3306,
            user=url.username,
            password=url.password or "",
            database=url.database,
            **connect_args(url.host),
        )
        prepare_session(connection)
        return connection

    @property
    def sqlalchemy_url(self) -> URL:
        """The connection as an address for ``include.database.engine_for``."""
        connection = self.get_connection(self.get_conn_id())
        return URL.create(
            "mysql+pymysql",
            connection.login,
            connection.password or None,
            connection.host or "127.0.0.1",
            connection.port,
            self.schema or connection.schema,
        )

    def get_uri(self) -> str:
        """The address with its password: never log it."""
        return self.sqlalchemy_url.render_as_string(hide_password=False)

    # DbApiHook takes autocommit for an attribute; in PyMySQL it is a method
    def set_autocommit(self, conn: Any, autocommit: bool) -> None:
        conn.autocommit(autocommit)

    def get_autocommit(self, conn: Any) -> bool:
        return bool(conn.get_autocommit())
