"""The operator runs a step through the ledger of steps and hands its counts on."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, make_url

from include.day import BY_NAME
from include.orchestration import step_context
from include.orchestration.business_date import NoBusinessDateError
from include.orchestration.step_operator import ValidateOperator, ValidationRecordLink, task_of
from include.steps import ledger
from include.steps.context import StepContext, StepError, StepResult
from tests.conftest import scalar
from tests.orchestration.runs import Run, context, open_day, operator, use_connection, use_database

VALIDATE = BY_NAME["intake.validate_repayments"]
POST = BY_NAME["servicing.post_repayments"]


@pytest.fixture
def worked(monkeypatch: pytest.MonkeyPatch) -> list[StepContext]:
    """Steps do nothing but tell; the ledger around them is the real one."""
    seen: list[StepContext] = []

    def work(_connection: Connection, _step: Any, day: StepContext) -> StepResult:
        seen.append(day)
        return StepResult(3, Decimal("1234.50"), {"refused": 1, "record_uri": "records/r.html", "rate": Decimal("0.25")})

    monkeypatch.setattr(ledger, "_work", work)
    monkeypatch.setattr(ledger, "check_turn", lambda *_: None)
    return seen


def test_counts_go_to_xcom_as_plain_values(database: Engine, monkeypatch: pytest.MonkeyPatch, worked: list[StepContext]) -> None:
    open_day(database, VALIDATE)
    use_database(monkeypatch, database)
    counts = operator(VALIDATE).execute(context())
    assert counts == {
        "step": "intake.validate_repayments",
        "business_date": "2026-03-02",
        "shard": 0,
        "rows": 3,
        "amount": "1234.50",
        "refused": 1,
        "record_uri": "records/r.html",
        "rate": "0.25",
    }
    assert json.loads(json.dumps(counts)) == counts
    assert worked[0].run_id == "scheduled__2026-03-02"


def test_a_cleared_step_answers_with_what_it_did(database: Engine, monkeypatch: pytest.MonkeyPatch, worked: list[StepContext]) -> None:
    open_day(database, VALIDATE)
    use_database(monkeypatch, database)
    first = operator(VALIDATE).execute(context())
    again = operator(VALIDATE).execute(context())
    assert again == first | {"already_done": True}
    assert len(worked) == 1
    assert scalar(database, "select count(*) from step_attempt where state = 'DONE'") == 2


def test_a_step_that_went_on_without_what_it_needs_alerts_once(
    database: Engine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    open_day(database, VALIDATE)
    use_database(monkeypatch, database)
    told = StepResult(3, None, {"alert": "MLflow did not answer. Scored with version 1"})
    monkeypatch.setattr(ledger, "_work", lambda *_: told)
    monkeypatch.setattr(ledger, "check_turn", lambda *_: None)
    for _ in range(2):
        operator(VALIDATE).execute(context())
    alerts = [record.getMessage() for record in caplog.records if record.getMessage().startswith("ALERT")]
    assert alerts == [
        "ALERT business_day 2026-03-02: intake.validate_repayments went on without what it needs"
        " | MLflow did not answer. Scored with version 1"
    ]


def test_a_shard_gets_its_frozen_range(database: Engine, monkeypatch: pytest.MonkeyPatch, worked: list[StepContext]) -> None:
    open_day(database, POST)
    use_database(monkeypatch, database)
    operator(POST, shard=1).execute(context())
    assert (worked[0].shard.number, worked[0].shard.loan_from, worked[0].shard.loan_to) == (1, 51, 99)
    assert scalar(database, "select group_concat(state order by shard) from step_run") == "PENDING,DONE"


def test_the_connection_wins_over_the_environment(database: Engine, monkeypatch: pytest.MonkeyPatch, worked: list[StepContext]) -> None:
    open_day(database, VALIDATE)
    monkeypatch.setenv("MILLRACE_DATABASE_URL", "mysql+pymysql://nobody@127.0.0.1:9/nowhere")
    use_connection(monkeypatch, "millrace_db", database.url)
    assert operator(VALIDATE).execute(context())["rows"] == 3


def test_a_run_without_a_date_touches_nothing(database: Engine, monkeypatch: pytest.MonkeyPatch, worked: list[StepContext]) -> None:
    open_day(database, VALIDATE)
    use_database(monkeypatch, database)
    with pytest.raises(NoBusinessDateError):
        operator(VALIDATE).execute(context(Run(None)))
    assert worked == []


def test_the_link_to_the_record_is_there_even_when_the_batch_was_refused(
    database: Engine, monkeypatch: pytest.MonkeyPatch, worked: list[StepContext]
) -> None:
    open_day(database)  # not listed: the ledger refuses it
    use_database(monkeypatch, database)
    task = operator(VALIDATE, cls=ValidateOperator)
    link = ValidationRecordLink()
    assert link.get_link(task, ti_key=None) == ""  # type: ignore[arg-type]
    with pytest.raises(StepError):
        task.execute(context())
    assert link.get_link(task, ti_key=None) == "/millrace/records/repayments/2026-03-02"  # type: ignore[arg-type]


def test_sharded_steps_are_mapped_over_the_number_of_shards(monkeypatch: pytest.MonkeyPatch) -> None:
    from airflow.sdk import DAG

    monkeypatch.setenv("MILLRACE_SHARDS", "3")
    with DAG("one", schedule=None):
        task = task_of(POST)
    assert task.expand_input.value == {"shard": [0, 1, 2]}


def test_a_place_may_take_its_credentials_from_a_connection(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    from airflow.sdk import ObjectStoragePath

    (tmp_path / "here").mkdir()
    monkeypatch.setenv("MILLRACE_SOURCE", f"file://lake@{tmp_path}")
    monkeypatch.setenv("AIRFLOW_CONN_LAKE", json.dumps({"conn_type": "fs"}))
    source = step_context.places().source
    assert isinstance(source, ObjectStoragePath)
    assert source.conn_id == "lake"
    assert (source / "here").exists()


def test_a_source_table_takes_its_address_from_a_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_CORE_BANK", "mysql://reader:s%2Fcret@core:3307/bank")
    url = make_url(step_context.connection_url("core_bank"))
    assert (url.drivername, url.username, url.password, url.host, url.port, url.database) == (
        "mysql+pymysql", "reader", "s/cret", "core", 3307, "bank",
    )  # fmt: skip
    with pytest.raises(StepError, match="no Airflow connection elsewhere: make it"):
        step_context.connection_url("elsewhere")
