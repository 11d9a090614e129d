"""Which failures are tried again: lost connections, deadlocks, lock waits and time-outs. Wrong data is not.

A process that died (kill -9, a lost worker) never gets here: Airflow itself retries it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from airflow.sdk import RetryDecision, RetryPolicy
from airflow.sdk.exceptions import AirflowRuntimeError, AirflowTaskTimeout, ErrorType

from include.database import is_transient
from include.steps.context import StepError

if TYPE_CHECKING:
    from airflow.sdk import Context

FIRST_DELAY = timedelta(seconds=5)
LONGEST_DELAY = timedelta(minutes=2)


class RetryWhatPasses(RetryPolicy):
    """Retry what passes by itself, with a delay that doubles; fail at once on everything else.

    1205, 1213, 1644 (a trigger's SIGNAL), 3819 (a CHECK) and 1054 all arrive as OperationalError, so rules by
    exception class cannot tell them apart: ``include.database.is_transient`` looks at the error number.
    """

    def evaluate(self, exception: BaseException, try_number: int, max_tries: int, context: Context | None = None) -> RetryDecision:
        """Airflow asks this in the task's own process, with the exception at hand."""
        if isinstance(exception, StepError):
            return RetryDecision.fail("wrong data or wrong moment: running it again will not help, the message says what will")
        if isinstance(exception, AirflowTaskTimeout):
            return RetryDecision.retry(delay_before(try_number), "it took longer than the step may")
        if is_transient(exception) or _connection_failed(exception) or _airflow_was_away(exception):
            return RetryDecision.retry(delay_before(try_number), f"passing trouble, tried again: {type(exception).__name__}")
        return RetryDecision.fail(f"{type(exception).__name__} does not pass by itself")

    def serialize(self) -> dict[str, Any]:
        """Airflow stores only that there is a policy; the worker takes it from the DAG file."""
        return {"__type": f"{type(self).__module__}.{type(self).__qualname__}"}

    @classmethod
    def deserialize(cls, data: dict[str, Any]) -> RetryWhatPasses:
        return cls()


def delay_before(try_number: int) -> timedelta:
    """How long to wait after try ``try_number`` (1-based) failed: 5 s, 10 s, 20 s, at most 2 minutes."""
    return min(FIRST_DELAY * 2 ** min(try_number - 1, 10), LONGEST_DELAY)


def _connection_failed(error: BaseException) -> bool:
    """Whether a network connection (object storage, MLflow) failed somewhere below ``error``."""
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        if isinstance(current, ConnectionError | TimeoutError):
            return True
        seen.add(id(current))
        current = current.__cause__ or current.__context__
    return False


def _airflow_was_away(error: BaseException) -> bool:
    """Whether Airflow's own web server did not answer, as while it restarts; the step's work may well be committed by then."""
    if not isinstance(error, AirflowRuntimeError) or error.error.error is not ErrorType.API_SERVER_ERROR:
        return False
    status = (error.error.detail or {}).get("status_code")
    return status is None or status >= 500
