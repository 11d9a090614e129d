"""credit_model: who waits for whom, and that nobody but a person, or the first model's rule, promotes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from airflow.dag_processing.dagbag import DagBag
from airflow.providers.standard.operators.hitl import ApprovalOperator
from airflow.sdk import DAG, TriggerRule

from include import policy
from models.train import FIRST_MODEL, approval_of
from tests.airflow_home import ROOT, SETTINGS

AFTER = {
    "build_training_set": {"fit", "evaluate"},
    "fit": {"evaluate", "register"},
    "evaluate": {"register"},
    "register": {"gate", "promote"},
    "gate": {"approve", "promote"},
    "approve": {"promote"},
    "promote": set(),
}


@pytest.fixture(scope="module")
def dag() -> DAG:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in SETTINGS.items():
            patch.setenv(name, value)
        bag = DagBag(ROOT / "dags" / "credit_model.py")
    assert not bag.import_errors
    return bag.dags["credit_model"]


def test_the_order(dag: DAG) -> None:
    assert {task.task_id: task.downstream_task_ids for task in dag.tasks} == AFTER


def test_no_answer_means_no(dag: DAG) -> None:
    approve = dag.get_task("approve")
    assert isinstance(approve, ApprovalOperator)
    assert approve.defaults == [ApprovalOperator.REJECT]
    assert approve.response_timeout == timedelta(days=policy.read("score")["approval"]["days"])


def test_promote_runs_after_a_yes_or_straight_after_the_gate_and_never_after_a_failure(dag: DAG) -> None:
    assert dag.get_task("promote").trigger_rule == TriggerRule.NONE_FAILED_MIN_ONE_SUCCESS


def test_every_task_has_its_paragraph_in_the_manual(dag: DAG) -> None:
    assert not [task for task in AFTER if f"`{task}`" not in (dag.doc_md or "")]


def test_it_runs_weekly_and_one_at_a_time(dag: DAG) -> None:
    assert (dag.max_active_runs, dag.catchup) == (1, False)
    assert dag.get_task("fit").owner == "risk"


@pytest.mark.parametrize(
    ("answer", "by", "why"),
    [
        (None, "credit_model", FIRST_MODEL),
        (
            {"responded_by_user": {"id": "1", "name": "ada"}, "params_input": {"reason": "better on new business"}},
            "ada",
            "better on new business",
        ),
        ({"responded_by_user": {"id": "7", "name": ""}, "params_input": {}}, "7", "approved in Airflow"),
    ],
)
def test_who_approved_and_why_is_recorded(answer: dict[str, object] | None, by: str, why: str) -> None:
    assert approval_of(answer) == (by, why)
