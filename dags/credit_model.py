"""
# credit_model: train, judge and promote the credit score

**When.** Sundays at 04:00 (lender's time zone), and by hand whenever the risk team wants. Once by hand before the first
business date: without a champion nothing is scored.

**What.** `build_training_set` checks and hashes the training file; `fit` fits the pipeline and logs it to a new MLflow run
of the experiment `credit_score`; `evaluate` cross-validates and logs figures and curves; `register` makes it the next
version of `credit_score` and records its coefficient table and SHA-256 in `score_model`; `gate` holds its figures against
the limits of include/policy/score.yaml; `approve` asks a person; `promote` moves the alias `champion` and records who and
why. The next `origination.score_applications` scores with it.

**The first model** of an empty registry is promoted as soon as it passes the gates, without `approve`: there is nothing to
compare it with and no day can be scored without it. Every later version waits under the alias `challenger`, scored in
shadow each day, until somebody answers.

**Parameter** `data`: a training file on the workers, with the columns of the applications file and `is_bad`; empty for the
shipped history.

**Who is called.** risk. A failure stops no day: the champion stays.

## Approve

Open the task `approve` of the waiting run (*Required Actions*), compare the version with the champion in MLflow, give a
reason and choose Approve or Reject. No answer within `approval.days` of the policy means Reject. `promote` is then skipped
and the run is green; the version stays challenger until a newer one takes its place.

## When a task fails

- `build_training_set`: the file is missing or not a training file; the message says what is wrong with it.
- `fit`, `evaluate`: the file changed under the run (clear `build_training_set` and what follows), or MLflow is down (start it
  and clear the task: each attempt of `fit` is a run of its own, the last one counts).
- `register`: MLflow is down; or it was set up anew and counts versions from 1 again: restore it from its backup.
- `gate`: a figure missed its limit; the message says which and by how much. The version stays registered and is never
  promoted. Look for the cause in the data; a limit is changed in policy, with a reason, not here.
- `promote`: MLflow is down: clear the task. The artifact's hash is not the recorded one: somebody changed it; find out who,
  and train anew.

Lost connections are tried again three times; everything else fails at once.

## Roll back

    python -m models.promote --version 3 --by NAME --reason "version 4 refuses too many"

or set the alias `champion` of an earlier approved version in the MLflow UI. The next scoring uses it, past scores stay as
they are. A version that nobody approved is refused wherever the alias stands. Without Airflow: `python -m models.train`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.providers.standard.operators.hitl import ApprovalOperator
from airflow.sdk import DAG, CronTriggerTimetable, Param, task

from include import policy
from include.orchestration.defaults import DEFAULT_ARGS, TIME_ZONE, Owner, Tag

APPROVAL = policy.read("score")["approval"]

with DAG(
    dag_id="credit_model",
    description="Train the credit score, hold it against the gates, promote it when a person approves",
    doc_md=__doc__,
    # no start date and a short memory: unpausing it must not train a model for the Sunday that has passed
    schedule=CronTriggerTimetable("0 4 * * 0", timezone=TIME_ZONE.key, run_immediately=timedelta(minutes=5)),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULT_ARGS | {"owner": Owner.RISK.value},
    params={"data": Param(None, type=["null", "string"], description="Training file on the workers; empty for the shipped history")},
    tags=[Tag.CREDIT_MODEL.value, Tag.IMPACT_CAN_WAIT.value],
):

    @task
    def build_training_set(params: dict[str, Any] | None = None) -> dict[str, Any]:
        from models.train import build_training_set

        return build_training_set((params or {}).get("data"))

    @task
    def fit(training: dict[str, Any]) -> str:
        from models.train import fit_model

        return fit_model(training)

    @task
    def evaluate(mlflow_run: str, training: dict[str, Any]) -> dict[str, float]:
        from models.train import evaluate_model

        return evaluate_model(mlflow_run, training)

    @task
    def register(mlflow_run: str) -> str:
        from include.orchestration.step_context import engine
        from models.train import register_model

        return register_model(mlflow_run, engine())

    @task.branch
    def gate(version: str, ti: Any = None) -> str:
        from include.orchestration.step_context import engine
        from models.train import gate_model

        verdict = gate_model(version, engine())
        ti.xcom_push("verdict", verdict)
        return "promote" if verdict["first"] else "approve"

    approve = ApprovalOperator(
        task_id="approve",
        subject="Promote credit_score version {{ ti.xcom_pull(task_ids='register') }} to champion?",
        body="{% for gate in ti.xcom_pull(task_ids='gate', key='verdict')['gates'] %}- {{ gate }}\n{% endfor %}",
        defaults=ApprovalOperator.REJECT,
        params={"reason": Param("", type="string", description="Why: it is recorded with your name")},
        response_timeout=timedelta(days=APPROVAL["days"]),
        assigned_users=[{"id": user, "name": user} for user in APPROVAL["approvers"]] or None,
    )

    @task(trigger_rule="none_failed_min_one_success")
    def promote(version: str, ti: Any = None) -> None:
        from include.orchestration.step_context import engine
        from models.train import approval_of, promote_model

        promote_model(version, engine(), *approval_of(ti.xcom_pull(task_ids="approve")))

    training = build_training_set()
    mlflow_run = fit(training)
    version = register(mlflow_run)
    gated = gate(version)
    evaluate(mlflow_run, training) >> version
    promoted = promote(version)
    gated >> [approve, promoted]
    approve >> promoted
