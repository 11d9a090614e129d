"""credit_model: who waits for whom, and that nobody but a named person promotes; model_drift starts it."""

from __future__ import annotations

import copy
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.dag_processing.dagbag import DagBag
from airflow.providers.standard.operators.hitl import ApprovalOperator
from airflow.sdk import DAG, TriggerRule
from airflow.sdk.exceptions import TaskAwaitingInput

from include import policy
from include.orchestration.approvers import approvers
from include.orchestration.assets import MODEL_DRIFTED
from models.train import approval_of
from tests.airflow_home import ROOT, SETTINGS

AFTER = {
    "build_training_set": {"fit", "evaluate"},
    "fit": {"evaluate", "register"},
    "evaluate": {"register"},
    "register": {"gate"},
    "gate": {"approve"},
    "approve": {"promote"},
    "promote": set(),
}


@pytest.fixture(scope="module")
def dag() -> DAG:
    return _parsed("credit_model")


def _parsed(name: str) -> DAG:
    with pytest.MonkeyPatch.context() as patch:
        for variable, value in SETTINGS.items():
            patch.setenv(variable, value)
        bag = DagBag(ROOT / "dags" / f"{name}.py")
    assert not bag.import_errors
    return bag.dags[name]


def test_the_order(dag: DAG) -> None:
    assert {task.task_id: task.downstream_task_ids for task in dag.tasks} == AFTER


def test_no_answer_means_no(dag: DAG) -> None:
    approve = dag.get_task("approve")
    assert isinstance(approve, ApprovalOperator)
    assert approve.defaults == [ApprovalOperator.REJECT]
    assert approve.response_timeout == timedelta(days=policy.read("score")["approval"]["days"])


def test_the_question_is_what_the_gate_wrote(dag: DAG) -> None:
    assert dag.get_task("approve").body == "{{ ti.xcom_pull(task_ids='gate')['question'] }}"


def test_every_version_the_first_too_waits_for_a_yes(dag: DAG) -> None:
    promote = dag.get_task("promote")
    assert promote.trigger_rule == TriggerRule.ALL_SUCCESS
    assert "approve" in promote.upstream_task_ids


def test_only_named_approvers_may_answer(dag: DAG, monkeypatch: pytest.MonkeyPatch) -> None:
    named = policy.read("score")["approval"]["approvers"]
    assert [user["id"] for user in dag.get_task("approve").assigned_users] == named
    monkeypatch.setenv("MILLRACE_MODEL_APPROVERS", "1:ann, 7")
    assert approvers() == [{"id": "1", "name": "ann"}, {"id": "7", "name": "7"}]
    monkeypatch.delenv("MILLRACE_MODEL_APPROVERS")
    monkeypatch.setitem(policy.read("score"), "approval", {"approvers": []})
    with pytest.raises(ValueError, match="Nobody may approve a model"):
        approvers()


def test_a_drift_starts_it_for_the_date_on_which_it_was_seen() -> None:
    drift = _parsed("model_drift")
    (retrain,) = drift.tasks
    assert retrain.trigger_dag_id == "credit_model"
    assert retrain.conf == {"as_of": "{{ dag_run.partition_key }}"}
    assert drift.timetable.asset_condition == MODEL_DRIFTED


def test_every_task_has_its_paragraph_in_the_manual(dag: DAG) -> None:
    assert not [task for task in AFTER if f"`{task}`" not in (dag.doc_md or "")]


def test_it_runs_weekly_and_one_at_a_time(dag: DAG) -> None:
    assert (dag.max_active_runs, dag.catchup) == (1, False)
    assert dag.get_task("fit").owner == "risk"


@pytest.mark.parametrize(
    ("answer", "by", "why"),
    [
        (
            {"responded_by_user": {"id": "1", "name": "ada"}, "params_input": {"version": "3", "reason": "better on new business"}},
            "ada",
            "better on new business",
        ),
        ({"responded_by_user": {"id": "7", "name": ""}, "params_input": {"version": "3"}}, "7", "approved in Airflow"),
    ],
)
def test_who_approved_and_why_is_recorded(answer: dict[str, object], by: str, why: str) -> None:
    assert approval_of(answer) == ("3", by, why)


def test_an_answer_of_nobody_promotes_nothing() -> None:
    with pytest.raises(ValueError, match="does not say who gave it"):
        approval_of({"responded_by_user": None, "params_input": {"version": "3"}})


def test_an_answer_that_names_no_version_promotes_nothing() -> None:
    with pytest.raises(ValueError, match="does not name the version"):
        approval_of({"responded_by_user": {"id": "1", "name": "ada"}, "params_input": {}})


def test_the_version_in_the_question_comes_back_with_the_answer(dag: DAG, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, Any] = {}
    monkeypatch.setattr("airflow.providers.standard.operators.hitl.upsert_hitl_detail", lambda **request: asked.update(request))
    approve = copy.copy(dag.get_task("approve"))
    approve.params = copy.deepcopy(approve.params)
    approve.version = "3"
    with pytest.raises(TaskAwaitingInput):
        approve.execute({"task_instance": SimpleNamespace(id="7")})
    assert (asked["params"]["version"]["value"], asked["params"]["version"]["schema"]["enum"]) == ("3", ["3"])

    # a worker that takes the answer up parses the DAG anew; an earlier question's version is taken as well
    answer = {"chosen_options": ["Approve"], "params_input": {"version": "2", "reason": "better"}, "responded_at": datetime.now(UTC)}
    resumed = copy.copy(dag.get_task("approve"))
    resumed.params = copy.deepcopy(resumed.params)
    result = resumed.execute_complete({}, answer | {"responded_by_user": {"id": "risk", "name": "risk"}})
    assert approval_of(result)[0] == "2"
