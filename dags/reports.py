"""
# reports: the figures of a closed business date

**When.** Once for each business date that `business_day` closes; the partition key is the date. Several dates queue up
and run one after the other. A broken report holds up no other report and never the next day.

**What.** One task for each report table (`report_portfolio`, `report_ageing`, ...; docs/reports.md says what each column
means), then `publish` writes them as CSV files to `<outbox>/reports/<date>/` for Excel and the BI tool, and `pack` writes the
pack of the month, so far or whole, as one HTML file in English and one in Chinese to `<outbox>/reports/packs/`. `watch_model`
looks at the figures of `reports.model_health`: where one of the champion has newly gone beyond its limit it sends an alert
and raises the asset `model_drifted`, on which `model_drift` starts a retraining; on every other date it is skipped, which is
well. Reports read the dated book (`loan_day`) and the journal, never the live balances, so a late report is still the
report of its date.

**Who is called.** data-engineering; impact: figures are late, the book is not touched.

## When a task fails

- a report: its SQL met data that it does not expect, or the date is not closed. Mend the `.sql` under include/sql/reports
  and clear the task.
- `watch_model`: the report of the date is not there. Build it and clear the task; it alerts again for the same breach.
- `reports.publish`, `reports.pack`: the outbox cannot be written. Mend the access to MILLRACE_OUTBOX (the pack also keeps its
  charts in MILLRACE_RECORDS) and clear the task. They hand on nothing unless every report of the date is there.

Lost connections, deadlocks and lock waits are tried again three times; everything else fails at once.

## Build a date again

Reports replace their date: clear them as often as you like, for any closed date.

    airflow dags clear reports --partition-key 2026-03-04 --yes

A date that was never built: trigger `reports` by hand with the date as its *Partition key*. Without Airflow:
`make day DATE=2026-03-04` builds them after the close.
"""

from __future__ import annotations

from typing import Any

from airflow.sdk import DAG, IdentityMapper, PartitionedAssetTimetable, TaskGroup, task

from include.day import HAND_ON, REPORTS
from include.orchestration.assets import DAY_CLOSED, MODEL_DRIFTED
from include.orchestration.defaults import DEFAULT_ARGS, Owner, Tag
from include.orchestration.step_operator import task_of

with DAG(
    dag_id="reports",
    description="The report tables of a closed business date, and their CSV files",
    doc_md=__doc__,
    # one run per date; a plain asset schedule would merge dates that close while reports are running
    schedule=PartitionedAssetTimetable(assets=DAY_CLOSED, default_partition_mapper=IdentityMapper()),
    catchup=False,
    max_active_runs=1,
    max_active_tasks=2,
    default_args=DEFAULT_ARGS,
    tags=[Tag.REPORTS.value, Tag.IMPACT_FIGURES_LATE.value],
):

    @task(outlets=[MODEL_DRIFTED], owner=Owner.RISK.value)
    def watch_model(**context: Any) -> None:
        from airflow.sdk.exceptions import AirflowSkipException

        from include.orchestration.business_date import business_date
        from include.orchestration.notifiers import send
        from include.orchestration.step_context import engine
        from include.steps.model_watch import new_breaches

        day = business_date(context)
        breaches = new_breaches(engine(), day)
        if not breaches:
            raise AirflowSkipException(f"{day}: no figure of the champion has newly gone beyond its limit")  # no event is raised
        send(f"credit score {day}: {len(breaches)} new breaches", "\n".join([*breaches, "model_drift starts a retraining."]))

    with TaskGroup("reports"):
        handed_on = [task_of(step) for step in HAND_ON]
        tasks = {report.name: task_of(report) for report in REPORTS}
        for report in REPORTS:
            tasks[report.name] >> handed_on
            for earlier in report.after:
                tasks[earlier] >> tasks[report.name]
    tasks["reports.model_health"] >> watch_model()
