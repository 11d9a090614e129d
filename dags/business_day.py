"""
# business_day: one business date, from the files that arrive to the closed book

**When.** One run a business date, at 01:00 on the day after it (lender's time zone). The date is the run's *partition
key*. Missed dates run by themselves, oldest first, one at a time.

**What.** `intake` takes the day's applications and repayments, checks them and loads them; `origination` scores, decides
and pays out; `servicing` replays, accrues, posts, ages and classifies the loans, in shards; `close` writes the dated book
and the journal, holds the books against the bank's statement, proves the day to the cent, closes it, sends the reminders and
exports the journal. Servicing needs both loads, but only waits for origination to end: what isn't scored in time stays under
review for the next date.

**Who is called.** data-engineering. A failed task writes one `ALERT` line and, where the Airflow connection
`millrace_alerts` exists, sends a message; so does a date that is not closed in time (`MILLRACE_DEADLINE_MINUTES`).

## When a task fails

The date stays open, the DAG pauses itself and no later date starts. Nothing is half done: each step commits its work
together with its row in `step_run`, or nothing at all. Read the last lines of the task's log (or `step_attempt.error`),
mend the cause, then run the date again (below): what is done is skipped, what is not goes on.

- `intake.check_day`: an earlier date is not closed, or the opening book is missing. Close the date that the message
  names; load the book once with `make book`.
- `intake.pull_*`: the file or its manifest is missing, truncated or of another day. Ask the sender for it and put both
  files into the source folder of the date.
- `intake.validate_*`: the batch as a whole is wrong: header, encoding, total against the manifest. Ask for a correct file
  and put it in place of the old one. A single bad row never fails the task: it waits in `quarantine`. The button
  *Validation record* shows what was accepted and refused.
- `origination.score_applications`: there is no champion model. Run `credit_model` and approve it; start MLflow if it is
  down. The date closes without it; the applications are scored on the next one. While MLflow is down and a champion was
  approved before, that one scores and an alert says so.
- `origination.*` after it: policy and data disagree. Mend include/policy; the applications keep their state until the
  next date.
- `servicing.*`: a rule of the database refused a booking, and the message names the rule. Correct the data by a
  reversing entry, never by an update.
- `close.pull_bank_statement`: the bank's statement of the date is missing. Ask for it, or record why the date closes
  without one: `python -m include.steps.bank_statement override DATE --reason "..."`.
- `close.validate_bank_statement`: it does not add up, or does not begin where the last one ended. Ask the bank.
- `close.reconcile_and_close`: an invariant does not hold; its rows are in `invariant_check` and in the log. Correct the
  loans named there by reversing entries and run it again. Nothing closes by force.
- `close.export_journal`: the outbox is away. The date is closed already; clear this task when it is back.
- `close.send_reminders`: the channel is down. The date is closed already; clear this task when the channel is back.

**Retries.** Lost connections, deadlocks, lock waits, time-outs and killed processes are tried again three times, after
5, 10 and 20 seconds. Wrong data is not: it fails at once.

## Run a date again

`make resume` clears what failed in the oldest failed date and unpauses the DAG. By hand:

    airflow dags clear business_day --partition-key 2026-03-04 --only-failed --yes
    airflow dags unpause business_day

The dates after it follow in order. If the next date had been queued already, it has failed too, at `intake.check_day`,
naming this one: clear it as well (`make resume` does). Clearing a date that is done changes nothing: its steps answer
with what they did.
A closed date takes no booking any more; a correction is booked on the open date with its old value date.
A run by hand needs a partition key (field *Partition key* of the Trigger dialog); without one it is refused.
Without Airflow: `make day DATE=2026-03-04`. Never use `airflow backfill`: it runs dates side by side.
"""

from __future__ import annotations

from typing import Any

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, CronPartitionTimetable, DeadlineAlert, SyncCallback, TaskGroup, TriggerRule

from include.day import groups
from include.orchestration.assets import DAY_CLOSED
from include.orchestration.deadline import RunQueued
from include.orchestration.defaults import (
    DATE_FORMAT,
    DAY_SCHEDULE,
    DEADLINE,
    DEFAULT_ARGS,
    TIME_ZONE,
    Tag,
    first_run,
    last_run,
)
from include.orchestration.notifiers import notify_late
from include.orchestration.step_operator import task_of

with DAG(
    dag_id="business_day",
    description="One business date: intake, origination, servicing, close",
    doc_md=__doc__,
    # at 01:00 on D+1 the run of D: the tick before is the partition
    schedule=CronPartitionTimetable(DAY_SCHEDULE, timezone=TIME_ZONE.key, run_offset=-1, key_format=DATE_FORMAT),
    start_date=first_run(),
    end_date=last_run(),
    catchup=True,
    max_active_runs=1,
    max_consecutive_failed_dag_runs=1,
    default_args=DEFAULT_ARGS | {"priority_weight": 10},
    deadline=DeadlineAlert(
        reference=RunQueued(),
        interval=DEADLINE,
        callback=SyncCallback(notify_late, kwargs={"minutes": int(DEADLINE.total_seconds() // 60)}),
        name="day not closed in time",
    ),
    tags=[Tag.BOOK.value, Tag.IMPACT_DAY_STOPS.value],
):
    tasks: dict[str, Any] = {}
    ended: dict[str, EmptyOperator] = {}
    for name, steps in groups().items():
        with TaskGroup(name):
            for step in steps:
                closes = {"outlets": [DAY_CLOSED]} if step.name == "close.reconcile_and_close" else {}
                tasks[step.name] = task_of(step, **closes)
                for earlier in step.after:
                    tasks[earlier] >> tasks[step.name]
                for earlier in step.after_whatever:
                    if earlier not in ended:
                        ended[earlier] = EmptyOperator(
                            task_id=f"{earlier.replace('.', '_')}_ended",
                            trigger_rule=TriggerRule.ALL_DONE,
                            doc_md=f"Waits for `{earlier}` to end, in whatever state.",
                        )
                    tasks[earlier] >> ended[earlier] >> tasks[step.name]
