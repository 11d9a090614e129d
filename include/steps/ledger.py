"""The ledger of steps: claim, skip if done, work, mark done, all in one commit.

``step_run`` says what is done; ``step_attempt``, in commits of its own, says what is being tried and what
failed. A step locks its row in ``step_run``; where it finds DONE it gives back the recorded counts as a success.
So killing anything at any moment and running it again gives what an undisturbed run would have given.
"""

from __future__ import annotations

import json
import logging
import os
import socket
from dataclasses import replace
from datetime import date
from decimal import Decimal
from importlib import import_module, metadata
from typing import Any

from sqlalchemy import Connection, Row, text

from include import policy
from include.database import run_sql
from include.day import Phase, Step
from include.steps.context import BatchRefusedError, DayOrderError, Shard, StepContext, StepError, StepResult

log = logging.getLogger("millrace.steps")


def run_step(step: Step, context: StepContext) -> StepResult:
    """Run one step (one shard of it) for a date, exactly once.

    Raises
    ------
    DayOrderError : it is not this date's turn; the message names the date to close first.
    StepError : wrong data; the message says what to do.
    sqlalchemy.exc.OperationalError : lost connection, deadlock or lock wait; run it again.
    """
    attempt = _open_attempt(step, context)
    try:
        with context.engine.begin() as connection:
            result = _claim_and_work(connection, step, context)
    except BaseException as error:
        if isinstance(error, BatchRefusedError):
            _reopen(error.reopen, context)
        _close_attempt(attempt, context, "FAILED", f"{type(error).__name__}: {error}")
        raise
    _close_attempt(attempt, context, "DONE", None)
    return result


def _claim_and_work(connection: Connection, step: Step, context: StepContext) -> StepResult:
    row = _claim(connection, step, context)
    if row.state == "DONE" and not step.rebuild:
        log.info("%s %s: done already, %s rows", context.business_date, _title(step, context.shard), row.rows_done)
        return StepResult(int(row.rows_done or 0), row.amount, {**json.loads(row.details or "{}"), "already_done": True})
    check_turn(connection, step, context.business_date)
    connection.execute(text("set @actor = :actor, @reason = null"), {"actor": f"step:{step.name}"})
    result = _work(connection, step, context)
    connection.execute(
        text(
            "update step_run set state = 'DONE', rows_done = :rows, amount = :amount, details = :details, code_version = :code,"
            " policy_version = :policy, run_id = :run_id, done_at = now(6)"
            " where business_date = :business_date and step = :step and shard = :shard"
        ),
        {
            "rows": result.rows,
            "amount": result.amount,
            "details": json.dumps(result.details, default=str, ensure_ascii=False, sort_keys=True),
            "code": os.environ.get("MILLRACE_CODE_VERSION") or metadata.version("millrace"),
            "policy": policy.version(),
            "run_id": context.run_id,
            **_key(step, context),
        },
    )
    amount = "" if result.amount is None else f", {result.amount} CNY"
    log.info("%s %s: %s rows%s%s", context.business_date, _title(step, context.shard), result.rows, amount, _brief(result.details))
    return result


def _work(connection: Connection, step: Step, context: StepContext) -> StepResult:
    if step.python:
        function = getattr(import_module(f"include.steps.{step.group}"), step.task)
        result = function(connection, context)
        if not isinstance(result, StepResult):
            raise TypeError(f"{step.name} must return a StepResult, not {type(result).__name__}")
        return result
    parameters = {
        "business_date": context.business_date,
        "shard": context.shard.number,
        "loan_from": context.shard.loan_from,
        "loan_to": context.shard.loan_to,
    }
    last = run_sql(connection, step.sql, parameters)
    if last is None or not last.returns_rows:
        raise StepError(f"include/sql/{step.sql}.sql must end with a select of rows_done and amount")
    counts = last.mappings().one()
    details = {key: _whole(value) for key, value in counts.items() if key not in ("rows_done", "amount")}
    return StepResult(int(counts["rows_done"] or 0), counts["amount"], details)


def _whole(value: Any) -> Any:
    """A count as an int: a sum of counts comes from the server as a Decimal without a fraction."""
    return int(value) if isinstance(value, Decimal) and value.as_tuple().exponent == 0 else value


def _claim(connection: Connection, step: Step, context: StepContext) -> Row[Any]:
    """Lock the step's row. Rows are listed by check_day and cut_off; check_day itself and rebuilds list their own."""
    if step.rebuild or step.name in ("intake.check_day", "servicing.cut_off"):
        connection.execute(
            text("insert ignore into step_run (business_date, step, shard) values (:business_date, :step, :shard)"), _key(step, context)
        )
    found = connection.execute(
        text(
            "select state, rows_done, amount, details from step_run"
            " where business_date = :business_date and step = :step and shard = :shard for update"
        ),
        _key(step, context),
    ).one_or_none()
    if found is None:
        check_turn(connection, step, context.business_date)
        raise DayOrderError(
            f"{step.name} of {context.business_date} is not listed yet: run intake.check_day"
            f"{' and servicing.cut_off' if step.sharded else ''} of that date first."
        )
    return found


def check_turn(connection: Connection, step: Step, business_date: date) -> None:
    """Refuse a step whose date is not the current one, or is in another phase than the step needs."""
    current = connection.execute(
        text("select business_date, state from business_day where is_current = 1 lock in share mode")
    ).one_or_none()
    if current is None:
        raise DayOrderError("No business date is open: load the opening book first (`make book`).")
    if business_date > current.business_date:
        raise DayOrderError(
            f"{business_date} cannot run yet: {current.business_date} is not closed. Close it first: in Airflow clear the failed task of"
            f" business_day for partition {current.business_date}, or run `make day DATE={current.business_date}`."
        )
    state = Phase(current.state) if business_date == current.business_date else Phase.CLOSED
    if state is not step.phase:
        raise DayOrderError(_wrong_phase(step, business_date, state, current.business_date))


def _wrong_phase(step: Step, business_date: date, state: Phase, current: date) -> str:
    if state is Phase.CLOSED:
        return f"{business_date} is closed and takes no booking: {step.name} can no longer run for it. Book a correction on {current}."
    if state is Phase.CLOSING:
        return (
            f"{business_date} is being closed: {step.name} had to run before servicing.cut_off."
            " Its applications stay where they are and are taken up by the next date."
        )
    return f"{business_date} is still {state}: {step.name} needs it {step.phase}. Run the steps before it first."


def _key(step: Step, context: StepContext) -> dict[str, Any]:
    return {"business_date": context.business_date, "step": step.name, "shard": context.shard.number}


def _title(step: Step, shard: Shard) -> str:
    return f"{step.name}[{shard.number}]" if step.sharded else step.name


def _brief(details: dict[str, Any]) -> str:
    plain = {key: value for key, value in details.items() if not isinstance(value, dict | list) and value is not None}
    return "".join(f", {key} {value}" for key, value in plain.items())


def _open_attempt(step: Step, context: StepContext) -> int:
    with context.engine.begin() as connection:
        connection.execute(
            text(
                "update step_attempt set state = 'LOST', ended_at = now(6)"
                " where business_date = :business_date and step = :step and shard = :shard and state = 'RUNNING'"
            ),
            _key(step, context),
        )
        return int(
            connection.execute(
                text(
                    "insert into step_attempt (business_date, step, shard, run_id, worker)"
                    " values (:business_date, :step, :shard, :run_id, :worker)"
                ),
                {**_key(step, context), "run_id": context.run_id, "worker": f"{socket.gethostname()}:{os.getpid()}"},
            ).lastrowid
        )


def _close_attempt(attempt: int, context: StepContext, state: str, error: str | None) -> None:
    """Best effort: where the database itself went away, the attempt stays RUNNING and the next one marks it LOST."""
    try:
        with context.engine.begin() as connection:
            connection.execute(
                text("update step_attempt set state = :state, ended_at = now(6), error = :error where attempt_id = :attempt"),
                {"state": state, "error": error and error[:4000], "attempt": attempt},
            )
    except Exception:
        log.warning("could not record the end of attempt %s (%s)", attempt, state, exc_info=True)


def _reopen(names: tuple[str, ...], context: StepContext) -> None:
    with context.engine.begin() as connection:
        for name in names:
            connection.execute(
                text("update step_run set state = 'PENDING', done_at = null where business_date = :business_date and step = :step"),
                {"business_date": context.business_date, "step": name},
            )


def shards_of(connection: Connection, step: Step, business_date: date) -> list[Shard]:
    """The shards that a step of a date runs in: the frozen ranges of a sharded step, else one over everything."""
    if not step.sharded:
        return [Shard()]
    rows = connection.execute(
        text("select shard, loan_from, loan_to from shard where business_date = :business_date order by shard"),
        {"business_date": business_date},
    )
    return [Shard(row.shard, row.loan_from, row.loan_to) for row in rows]


def with_shard(context: StepContext, number: int) -> StepContext:
    """``context`` for the ``number``-th frozen shard of its date.

    Raises
    ------
    DayOrderError : the shards of that date are not frozen yet.
    """
    with context.engine.connect() as connection:
        row = connection.execute(
            text("select loan_from, loan_to from shard where business_date = :business_date and shard = :shard"),
            {"business_date": context.business_date, "shard": number},
        ).one_or_none()
    if row is None:
        raise DayOrderError(f"Shard {number} of {context.business_date} is not fixed yet: run servicing.cut_off of that date first.")
    return replace(context, shard=Shard(number, row.loan_from, row.loan_to))
