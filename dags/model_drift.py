"""
# model_drift: the score no longer fits, so train another

**When.** When `reports.watch_model` finds that a figure of the champion has newly gone beyond a limit of
include/policy/model_watch.yaml and raises the asset `model_drifted`; the partition key is the business date.

**What.** `retrain` starts a run of `credit_model` on the training set as of that date. Its new version has to pass the gates
and be approved by a person like any other; until then the champion goes on scoring. The alert that goes with the asset
names the figures.

**Who is called.** risk. Pause this DAG to be alerted without a retraining; events that were raised meanwhile start one run
each once it is unpaused.

## When a task fails

- `retrain`: Airflow could not start the run. Trigger `credit_model` by hand.

Lost connections are tried again three times; everything else fails at once.
"""

from __future__ import annotations

from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sdk import DAG, IdentityMapper, PartitionedAssetTimetable

from include.orchestration.assets import MODEL_DRIFTED
from include.orchestration.defaults import DEFAULT_ARGS, Owner, Tag

with DAG(
    dag_id="model_drift",
    description="Start a retraining when the score has drifted",
    doc_md=__doc__,
    # the asset comes from a partitioned run, and such events reach partitioned DAGs alone: credit_model itself runs weekly
    schedule=PartitionedAssetTimetable(assets=MODEL_DRIFTED, default_partition_mapper=IdentityMapper()),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULT_ARGS | {"owner": Owner.RISK.value},
    tags=[Tag.CREDIT_MODEL.value, Tag.IMPACT_CAN_WAIT.value],
):
    TriggerDagRunOperator(
        task_id="retrain",
        trigger_dag_id="credit_model",
        conf={"as_of": "{{ dag_run.partition_key }}"},
        note="started by model_drift for {{ dag_run.partition_key }}",
    )
