"""Airflow's stock SQL operators reach the database through our hook, which the installed provider names."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest
from airflow.providers.common.sql.operators.sql import SQLColumnCheckOperator, SQLExecuteQueryOperator
from sqlalchemy import URL, Engine

from include.orchestration.hook import MillraceHook
from tests.conftest import scalar
from tests.databases import create_schema, drop_schema
from tests.orchestration.runs import context, use_connection

COUNT = "select count(*) from calendar_day where calendar_date = '2099-01-01'"


@pytest.fixture(scope="module", params=["mariadb", "mysql"])
def server(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """One schema on each server for all tests of this file: they leave it as they found it."""
    address: URL = request.getfixturevalue(f"{request.param}_server")
    name = f"t_{uuid.uuid4().hex[:12]}"
    yield create_schema(address, name)
    drop_schema(address, name)


@pytest.fixture
def hook(server: Engine, monkeypatch: pytest.MonkeyPatch) -> MillraceHook:
    use_connection(monkeypatch, "millrace_db", server.url)
    return MillraceHook()


def test_it_has_the_session_settings_of_the_house(hook: MillraceHook) -> None:
    zone, mode, actor = hook.get_first("select @@session.time_zone, @@session.sql_mode, @actor")
    assert zone == "+08:00"
    assert "STRICT_ALL_TABLES" in mode
    assert actor == "millrace"


def test_statements_of_one_call_commit_together_or_not_at_all(hook: MillraceHook, server: Engine) -> None:
    good = "insert into calendar_day (calendar_date, is_business_day) values ('2099-01-01', 1)"
    with pytest.raises(Exception, match="nonsense"):
        hook.run([good, "insert into nonsense values (1)"])
    assert scalar(server, COUNT) == 0
    hook.run([good])
    assert scalar(server, COUNT) == 1


def test_autocommit_is_what_was_asked_for(hook: MillraceHook) -> None:
    connection = hook.get_conn()
    assert hook.get_autocommit(connection) is False
    hook.set_autocommit(connection, True)
    assert hook.get_autocommit(connection) is True
    connection.close()


def test_the_stock_operator_finds_it_through_the_provider(hook: MillraceHook) -> None:
    ask = SQLExecuteQueryOperator(task_id="ask", conn_id="millrace_db", sql="select 6 * 7", show_return_value_in_logs=False)
    assert type(ask.get_db_hook()).__name__ == "MillraceHook"
    assert list(ask.execute(context())) == [(42,)]


def test_the_stock_checks_work(hook: MillraceHook) -> None:
    check = SQLColumnCheckOperator(
        task_id="check", conn_id="millrace_db", table="loan_product", column_mapping={"product_code": {"null_check": {"equal_to": 0}}}
    )
    check.execute(context())
