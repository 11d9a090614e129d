"""The operator that runs one step of a day; everything it does is in ``include.steps.ledger``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator, BaseOperatorLink

from include.day import Step
from include.orchestration.defaults import shards
from include.orchestration.metrics import measure
from include.orchestration.notifiers import send
from include.orchestration.step_context import engine, step_context

if TYPE_CHECKING:
    from airflow.providers.openlineage.extractors import OperatorLineage
    from airflow.sdk import Context
    from airflow.sdk.types import TaskInstanceKey

    from include.steps.context import StepResult

VALIDATE = "validate_"


class StepOperator(BaseOperator):
    """Run ``step`` for the run's business date, one shard of it if it is sharded.

    The counts go to XCom as a plain dict: step, business_date, shard, rows, amount (a string with two decimals, or
    None) and whatever else the step reports, such as ``record_uri``. A step that was done already succeeds with the
    recorded counts.
    """

    ui_color = "#e6f0ec"
    template_fields: Sequence[str] = ()

    def __init__(self, *, step: Step, shard: int = 0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.step = step
        self.shard = shard
        self.business_date: date | None = None

    def execute(self, context: Context) -> dict[str, Any]:
        from include.steps.ledger import run_step, with_shard

        day = step_context(context)
        self.business_date = day.business_date
        with measure(self.step, day.business_date, self.shard) as measured:
            result = run_step(self.step, with_shard(day, self.shard) if self.step.sharded else day)
            measured.result = result
        if "alert" in result.details and "already_done" not in result.details:
            send(f"business_day {day.business_date}: {self.step.name} went on without what it needs", str(result.details["alert"]))
        return counts(self.step, day.business_date, self.shard, result)

    def get_openlineage_facets_on_complete(self, task_instance: Any) -> OperatorLineage:
        """Asked by Airflow's OpenLineage provider where it is switched on: the tables that the step read and wrote."""
        from include.orchestration.lineage import lineage

        return lineage(self.step, engine().url)


class ValidationRecordLink(BaseOperatorLink):
    """Button on a validation task: the record of what was accepted and refused."""

    name = "Validation record"

    def get_link(self, operator: BaseOperator, *, ti_key: TaskInstanceKey) -> str:
        """Address of the record in the desk; empty where the task ended before it knew its date."""
        if not isinstance(operator, StepOperator) or operator.business_date is None:
            return ""
        return record_address(operator.step.task.removeprefix(VALIDATE), operator.business_date)


class ValidateOperator(StepOperator):
    """A step that checks a file, with the link to its record."""

    operator_extra_links = (ValidationRecordLink(),)


def record_address(dataset: str, business_date: date) -> str:
    """Where the desk shows the validation record of a data set and date."""
    return f"/millrace/records/{dataset}/{business_date}"


def counts(step: Step, business_date: date, shard: int, result: StepResult) -> dict[str, Any]:
    """``result`` as a dict of plain JSON values; money as text, so that nobody reads it as a float."""
    details = json.loads(json.dumps(result.details, default=str))
    amount = None if result.amount is None else str(result.amount)
    return {
        **details,
        "step": step.name,
        "business_date": business_date.isoformat(),
        "shard": shard,
        "rows": result.rows,
        "amount": amount,
    }


def task_of(step: Step, **kwargs: Any) -> Any:
    """The Airflow task of ``step`` in the current DAG and task group: mapped over the shards if it is sharded."""
    arguments: dict[str, Any] = {
        "task_id": step.task,
        "step": step,
        "doc_md": documentation(step),
        "execution_timeout": timedelta(minutes=step.timeout_minutes),
        **kwargs,
    }
    if step.sharded:
        return StepOperator.partial(**arguments, map_index_template="shard {{ task.shard }}").expand(shard=list(range(shards())))
    return (ValidateOperator if step.task.startswith(VALIDATE) else StepOperator)(**arguments)


def documentation(step: Step) -> str:
    """What the UI shows beside a task."""
    source = f"`include/steps/{step.group}`, function `{step.task}`" if step.python else f"`include/sql/{step.sql}.sql`"
    repeat = "rebuilt whenever it runs" if step.rebuild else "done once per date; clearing it changes nothing"
    return f"{step.does}.\n\n{source}; needs the day {step.phase}; {repeat}."
