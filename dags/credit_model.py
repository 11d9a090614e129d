"""
# credit_model: train, judge and promote the credit score

**When.** Sundays at 04:00 (lender's time zone), when `model_drift` says that the score no longer fits, and by hand whenever
the risk team wants. Once by hand before the first business date: without a champion nothing is scored.

**What.** `build_training_set` takes the loans whose performance window has passed out of the database, or the shipped file
where they are too few (its log and the run's parameter `training_source` say which and why), and stops where a feature
knows what could not be known at decision time; `fit` fits the pipeline and logs it to a new MLflow run of the experiment
`credit_score`; `evaluate` cross-validates and logs figures and curves; `register` makes it the next version of
`credit_score` and records its coefficient table and SHA-256 in `score_model`; `gate` holds its figures against the limits
of include/policy/score.yaml; `approve` asks a person; `promote` moves the alias `champion` and records who and why. The
next `origination.score_applications` scores with it.

**The first model** of an empty registry has no champion to be compared with: only the absolute gates count. It needs a
person's approval like every other, and until it has that nothing is scored. Every later version waits under the alias
`challenger`, scored in shadow each day, until somebody answers.

**Parameter** `data`: a training file on the workers, with the columns of the applications file and `is_bad`; empty for the
database. `as_of`: the closed date to build the set for; empty for the last one.

**Who is called.** risk. A failure stops no day: the champion stays.

## Approve

Open the task `approve` of the waiting run (*Required Actions*), compare the version with the champion in MLflow (the link is
there), give a reason and choose Approve or Reject. Only the approvers may answer: those of `approval` in include/policy/score.yaml, or of
`MILLRACE_MODEL_APPROVERS`. No answer within `approval.days` of the policy means Reject. `promote` is then skipped and the
run is green; the version stays challenger until a newer one takes its place. What is promoted is the version that stood in
the question: where tasks before it are cleared while it is open, Airflow goes on showing the first question. Reject it, and
trigger a run for the newer version.

## When a task fails

- `build_training_set`: the file is missing or not a training file; or a feature leaks: the message names it. Take its
  values as they were at decision time (`application_score.features`), or switch it off.
- `fit`, `evaluate`: the file changed under the run (clear `build_training_set` and what follows), or MLflow is down (start it
  and clear the task: each attempt of `fit` is a run of its own, the last one counts). Or the champion's table or its
  `held_out.csv` in MLflow is not the recorded one: find out who changed it, restore it, and clear `evaluate`.
- `register`: MLflow is down; or it was set up anew and counts versions from 1 again: restore it from its backup.
- `gate`: a figure missed its limit; the message says which and by how much. The version stays registered and is never
  promoted. Look for the cause in the data; a limit is changed in policy, with a reason, not here. Where only
  `auc_against_champion` is *not measured*, the log of `evaluate` says why. If the champion was recorded without its held-out
  scores, no new run mends that: `python -m models.promote --version N --by NAME --reason WHY --uncompared` promotes without
  the comparison and records so.
- `promote`: another version was promoted while the question was open, or this one was replaced since: nothing is promoted.
  Trigger a new run to compare it with the present champion. Or the answer names no version or nobody gave it: clear `approve`
  and answer on its page. MLflow is down: clear the task. The artifact's hash is not the recorded one: somebody changed it; find out who,
  and train anew.

Lost connections are tried again three times; everything else fails at once.

## Roll back

    make rollback BY=ann REASON="version 4 refuses too many"

makes the version that was champion before champion again (`VERSION=3` names another). So does setting the alias `champion`
of an earlier approved version in the MLflow UI. The next scoring uses it, past scores stay as they are. A version that
nobody approved is refused wherever the alias stands. To train without Airflow: `python -m models.train`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import DAG, CronTriggerTimetable, Param, task

from include import policy
from include.orchestration.approval import VersionApproval
from include.orchestration.approvers import approvers
from include.orchestration.defaults import DEFAULT_ARGS, TIME_ZONE, Owner, Tag

with DAG(
    dag_id="credit_model",
    description="Train the credit score, hold it against the gates, promote it when a person approves",
    doc_md=__doc__,
    # no start date and a short memory: unpausing it must not train a model for the Sunday that has passed
    schedule=CronTriggerTimetable("0 4 * * 0", timezone=TIME_ZONE.key, run_immediately=timedelta(minutes=5)),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULT_ARGS | {"owner": Owner.RISK.value},
    params={
        "data": Param(None, type=["null", "string"], description="Training file on the workers; empty for the database"),
        "as_of": Param(None, type=["null", "string"], format="date", description="Closed date to build the training set for"),
    },
    tags=[Tag.CREDIT_MODEL.value, Tag.IMPACT_CAN_WAIT.value],
):

    @task
    def build_training_set(params: dict[str, Any] | None = None) -> dict[str, Any]:
        from datetime import date

        from include.orchestration.step_context import engine, places
        from models.train import build_training_set

        given = params or {}
        as_of = date.fromisoformat(given["as_of"]) if given.get("as_of") else None
        return build_training_set(given.get("data"), engine(), places().landing / "training", as_of)

    @task
    def fit(training: dict[str, Any]) -> str:
        from include.orchestration.step_context import places
        from models.train import fit_model

        places()  # the training set may lie in a place that a connection of Airflow opens
        return fit_model(training)

    @task
    def evaluate(mlflow_run: str, training: dict[str, Any]) -> dict[str, float]:
        from include.orchestration.step_context import engine, places
        from models.train import evaluate_model

        places()
        return evaluate_model(mlflow_run, training, engine())

    @task
    def register(mlflow_run: str) -> str:
        from include.orchestration.step_context import engine
        from models.train import register_model

        return register_model(mlflow_run, engine())

    @task
    def gate(version: str) -> dict[str, Any]:
        from include.orchestration.step_context import engine
        from models.train import gate_model

        return gate_model(version, engine())

    approve = VersionApproval(
        task_id="approve",
        version="{{ ti.xcom_pull(task_ids='gate')['version'] }}",
        subject="Promote credit_score version {{ ti.xcom_pull(task_ids='gate')['version'] }} to champion?",
        body="{{ ti.xcom_pull(task_ids='gate')['question'] }}",
        defaults=VersionApproval.REJECT,
        response_timeout=timedelta(days=policy.read("score")["approval"]["days"]),
        assigned_users=approvers(),
    )

    @task
    def promote(answer: dict[str, Any]) -> None:
        from include.orchestration.step_context import engine
        from models.train import approval_of, promote_model

        promote_model(engine(), *approval_of(answer))

    training = build_training_set()
    mlflow_run = fit(training)
    version = register(mlflow_run)
    evaluate(mlflow_run, training) >> version
    gate(version) >> approve >> promote(approve.output)
