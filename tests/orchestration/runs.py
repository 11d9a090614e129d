"""Stand-ins for what Airflow hands a task."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import URL, Engine, text

from include.day import Step
from include.orchestration.step_operator import StepOperator


@dataclass
class Run:
    """A DAG run as a task sees it."""

    partition_key: str | None = "2026-03-02"
    dag_id: str = "business_day"
    run_id: str = "scheduled__2026-03-02"


@dataclass
class Instance:
    """A task instance as a callback sees it."""

    task_id: str = "servicing.post_repayments"
    dag_id: str = "business_day"
    run_id: str = "scheduled__2026-03-02"
    map_index: int = -1
    log_url: str = "http://127.0.0.1:8080/log"


@dataclass
class Calls:
    """Remembers how it was called."""

    made: list[tuple[tuple[Any, ...], dict[str, Any]]] = field(default_factory=list)

    def __call__(self, *arguments: Any, **named: Any) -> SimpleNamespace:
        self.made.append((arguments, named))
        return SimpleNamespace(raise_for_status=lambda: None)


def context(run: Run | None = None, **more: Any) -> Any:
    """A task's context."""
    return {"dag_run": run or Run(), **more}


def use_database(monkeypatch: pytest.MonkeyPatch, engine: Engine) -> None:
    """Let tasks find ``engine``'s database in the environment."""
    monkeypatch.setenv("MILLRACE_DATABASE_URL", engine.url.render_as_string(hide_password=False))


def use_connection(monkeypatch: pytest.MonkeyPatch, name: str, url: URL) -> None:
    """Define an Airflow connection by the environment."""
    monkeypatch.setenv(f"AIRFLOW_CONN_{name.upper()}", f"mysql://{url.username}:{url.password or ''}@{url.host}:{url.port}/{url.database}")


def open_day(engine: Engine, *listed: Step) -> None:
    """Open 2026-03-02 with ``listed`` steps waiting, unsharded or in two shards."""
    with engine.begin() as connection:
        connection.execute(text("insert into business_day (business_date) values ('2026-03-02')"))
        connection.execute(
            text("insert into shard (business_date, shard, loan_from, loan_to) values ('2026-03-02', 0, 1, 50), ('2026-03-02', 1, 51, 99)")
        )
        for step in listed:
            for shard in (0, 1) if step.sharded else (0,):
                connection.execute(
                    text("insert into step_run (business_date, step, shard) values ('2026-03-02', :step, :shard)"),
                    {"step": step.name, "shard": shard},
                )


def operator(step: Step, shard: int = 0, cls: type[StepOperator] = StepOperator) -> StepOperator:
    """The operator of a step, outside of any DAG."""
    assert "AIRFLOW_HOME" in os.environ
    return cls(task_id=step.task, step=step, shard=shard)
