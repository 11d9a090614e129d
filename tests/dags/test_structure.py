"""The DAGs say what include/day.py says, and every one of them carries what an operator needs."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from airflow.dag_processing.dagbag import DagBag
from airflow.sdk import DAG

from include.day import HAND_ON, REPORTS, STEPS, Step
from include.orchestration.assets import DAY_CLOSED, MODEL_DRIFTED
from include.orchestration.deadline import RunQueued
from include.orchestration.defaults import TIME_ZONE, Owner, Tag
from include.orchestration.notifiers import notify_failure
from include.orchestration.retry import RetryWhatPasses
from tests.airflow_home import ROOT, SETTINGS
from tests.dags.test_parsing import DAGS

JOIN = "servicing.origination_pay_out_ended"


@pytest.fixture(scope="module")
def dags() -> dict[str, DAG]:
    """All DAGs by id."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in SETTINGS.items():
            patch.setenv(name, value)
        bag = DagBag(ROOT / "dags")
    assert not bag.import_errors
    return dict(bag.dags)


@pytest.fixture
def day(dags: dict[str, DAG]) -> DAG:
    return dags["business_day"]


def test_a_task_for_every_step(day: DAG) -> None:
    assert set(day.task_ids) - {JOIN} == {step.name for step in STEPS}


def test_a_task_for_every_report(dags: dict[str, DAG]) -> None:
    reports = dags["reports"]
    assert set(reports.task_ids) == {step.name for step in (*REPORTS, *HAND_ON)} | {"watch_model"}
    for step in REPORTS:
        assert reports.get_task(step.name).upstream_task_ids == set(step.after)


def test_only_the_watch_over_the_score_raises_its_asset(dags: dict[str, DAG]) -> None:
    watch = dags["reports"].get_task("watch_model")
    assert (watch.outlets, watch.upstream_task_ids) == ([MODEL_DRIFTED], {"reports.model_health"})
    assert {task.task_id for task in dags["reports"].tasks if task.outlets} == {"watch_model"}


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
def test_a_task_is_its_step(day: DAG, step: Step) -> None:
    task = day.get_task(step.name)
    joined = {JOIN} if step.after_whatever else set()
    assert task.upstream_task_ids - joined == set(step.after)
    assert bool(task.is_mapped) == step.sharded
    assert task.execution_timeout == timedelta(minutes=step.timeout_minutes)
    assert task.trigger_rule == "all_success"
    assert step.does in task.doc_md


def test_servicing_waits_for_origination_in_whatever_state(day: DAG) -> None:
    join = day.get_task(JOIN)
    assert join.trigger_rule == "all_done"
    assert join.upstream_task_ids == {"origination.pay_out"}
    assert join.downstream_task_ids == {"servicing.cut_off"}


def test_only_the_close_tells_the_reports(day: DAG) -> None:
    assert {task.task_id for task in day.tasks if task.outlets} == {"close.reconcile_and_close"}
    assert day.get_task("close.reconcile_and_close").outlets == [DAY_CLOSED]


def test_dates_run_one_at_a_time_and_stop_at_a_failure(day: DAG) -> None:
    assert (day.catchup, day.max_active_runs, day.max_consecutive_failed_dag_runs) == (True, 1, 1)
    assert not any(task.depends_on_past for task in day.tasks)
    assert day.deadline


def test_a_run_with_a_deadline_can_still_be_cleared(day: DAG) -> None:
    """Airflow 3.3 fails to clear a run that has a DAGRUN_QUEUED_AT deadline; ours is another, which the plugin registers."""
    from airflow.serialization.decoders import decode_deadline_alert
    from airflow.serialization.encoders import encode_deadline_alert

    (alert,) = day.deadline
    stored = encode_deadline_alert(alert)
    assert stored["reference"]["reference_type"] != "DagRunQueuedAtDeadline"
    assert isinstance(decode_deadline_alert(stored).reference.inner_ref, RunQueued)


def test_the_partition_is_the_date_before_the_run(day: DAG) -> None:
    """At 01:00 on D+1, lender's time, the run of D starts; first and last date are those of the environment."""
    from airflow.serialization.serialized_objects import DagSerialization
    from airflow.timetables.base import TimeRestriction
    from pendulum import instance

    timetable = DagSerialization.from_dict(DagSerialization.to_dict(day)).timetable
    restriction = TimeRestriction(instance(day.start_date), instance(day.end_date), catchup=True)
    runs: list[Any] = []
    while (following := timetable.next_dagrun_info_v2(last_dagrun_info=runs[-1] if runs else None, restriction=restriction)) is not None:
        runs.append(following)
    assert [run.partition_key for run in runs] == [f"2026-03-0{number}" for number in range(2, 9)]
    assert runs[0].run_after == datetime(2026, 3, 3, 1, tzinfo=TIME_ZONE)


@pytest.mark.parametrize("name", sorted(DAGS))
def test_every_dag_carries_its_manual_tags_and_owner(dags: dict[str, DAG], name: str) -> None:
    dag = dags[name]
    assert dag.doc_md is not None
    assert dag.doc_md.lstrip().startswith(f"# {name}")
    for heading in ("**When.**", "**What.**", "When a task fails"):
        assert heading in dag.doc_md
    assert {str(tag) for tag in dag.tags} <= {tag.value for tag in Tag}
    assert sum(str(tag).startswith("impact/") for tag in dag.tags) == 1
    assert {task.owner for task in dag.tasks} <= {owner.value for owner in Owner}


@pytest.mark.parametrize("name", sorted(DAGS))
def test_every_task_retries_by_the_house_rule_and_reports_its_failure(dags: dict[str, DAG], name: str) -> None:
    for task in dags[name].tasks:
        assert task.retries == 3, task.task_id
        assert isinstance(task.retry_policy, RetryWhatPasses), task.task_id
        assert task.execution_timeout is not None, task.task_id
        assert notify_failure in task.on_failure_callback, task.task_id
