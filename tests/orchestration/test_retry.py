"""What passes by itself is tried again; everything else fails at once."""

from __future__ import annotations

from datetime import timedelta

import pymysql
import pytest
from airflow.sdk import RetryAction
from airflow.sdk.exceptions import AirflowRuntimeError, AirflowTaskTimeout, ErrorType
from airflow.sdk.execution_time.comms import ErrorResponse
from sqlalchemy.exc import OperationalError

from include.orchestration.retry import RetryWhatPasses, delay_before
from include.steps.context import BatchRefusedError, DayOrderError, StepError


def database_error(number: int) -> OperationalError:
    return OperationalError("update loan", {}, pymysql.err.OperationalError(number, "as the server says"))


def airflow_error(status: int | None) -> AirflowRuntimeError:
    return AirflowRuntimeError(ErrorResponse(error=ErrorType.API_SERVER_ERROR, detail={"status_code": status}))


def caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "action"),
    [
        (database_error(1205), RetryAction.RETRY),  # lock wait
        (database_error(1213), RetryAction.RETRY),  # deadlock
        (database_error(2006), RetryAction.RETRY),  # server has gone away
        (database_error(2013), RetryAction.RETRY),  # lost connection during a query
        (pymysql.err.OperationalError(2003, "cannot connect"), RetryAction.RETRY),
        (caused(RuntimeError("bulk load"), database_error(1213)), RetryAction.RETRY),
        (AirflowTaskTimeout("30 minutes"), RetryAction.RETRY),
        (ConnectionResetError("object storage"), RetryAction.RETRY),
        (airflow_error(None), RetryAction.RETRY),  # its web server restarts
        (airflow_error(503), RetryAction.RETRY),
        (airflow_error(409), RetryAction.FAIL),
        (database_error(1644), RetryAction.FAIL),  # a trigger refused
        (database_error(3819), RetryAction.FAIL),  # a check refused, MySQL
        (database_error(4025), RetryAction.FAIL),  # a check refused, MariaDB
        (database_error(1054), RetryAction.FAIL),  # unknown column
        (StepError("the total differs from the manifest"), RetryAction.FAIL),
        (DayOrderError("2026-03-02 is not closed"), RetryAction.FAIL),
        (BatchRefusedError("wrong header"), RetryAction.FAIL),
        (caused(StepError("it says what to do"), database_error(1213)), RetryAction.FAIL),
        (KeyError("amount"), RetryAction.FAIL),
    ],
    ids=lambda value: str(value)[:45],
)
def test_decisions(error: BaseException, action: RetryAction) -> None:
    decision = RetryWhatPasses().evaluate(error, try_number=1, max_tries=3)
    assert decision.action is action
    assert decision.reason


def test_the_delay_doubles_up_to_two_minutes() -> None:
    assert [delay_before(number) for number in (1, 2, 3)] == [timedelta(seconds=seconds) for seconds in (5, 10, 20)]
    assert delay_before(40) == timedelta(minutes=2)


def test_the_policy_survives_being_stored() -> None:
    policy = RetryWhatPasses.deserialize(RetryWhatPasses().serialize())
    assert policy.evaluate(database_error(1205), 1, 3).action is RetryAction.RETRY
