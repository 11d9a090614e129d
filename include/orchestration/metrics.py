"""Figures of each step for whoever watches: sent through Airflow's own metrics, to StatsD or OpenTelemetry as they are switched on.

=================================  ========  ==================================================
``millrace.step.<step>``           timer     how long it took, done or failed
``millrace.step.<step>.rows``      gauge     rows of its last run (of one shard, if it is sharded)
``millrace.step.<step>.amount``    gauge     its amount in whole CNY
``millrace.step.<step>.done``      counter
``millrace.step.<step>.failed``    counter
=================================  ========  ==================================================

``<step>`` is the step's name, as ``servicing.post_repayments``; Airflow puts its own prefix in front (``airflow``, unless configured
otherwise). Where tags are sent, each carries ``step``, ``shard`` and ``business_date``. Nothing here can fail a step.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING

from include.day import Step

if TYPE_CHECKING:
    from include.steps.context import StepResult

log = logging.getLogger("millrace.metrics")

PREFIX = "millrace.step"


class Measured:
    """What a step did, said within ``measure``."""

    result: StepResult | None = None


@contextmanager
def measure(step: Step, business_date: date, shard: int) -> Iterator[Measured]:
    """Send the duration of what runs inside, and of its ``result`` the rows and the amount."""
    measured, started = Measured(), time.monotonic()
    try:
        yield measured
    except BaseException:
        _send(step, business_date, shard, time.monotonic() - started, None)
        raise
    _send(step, business_date, shard, time.monotonic() - started, measured.result)


def _send(step: Step, business_date: date, shard: int, seconds: float, result: StepResult | None) -> None:
    try:
        from airflow.sdk.observability import stats

        name = f"{PREFIX}.{step.name}"
        tags = {"step": step.name, "shard": str(shard), "business_date": business_date.isoformat()}
        stats.timing(name, seconds * 1000, tags=tags)
        stats.incr(f"{name}.{'failed' if result is None else 'done'}", tags=tags)
        if result is not None:
            stats.gauge(f"{name}.rows", result.rows, tags=tags)
            if result.amount is not None:
                stats.gauge(f"{name}.amount", int(result.amount), tags=tags)
    except Exception:
        log.warning("the metrics of %s could not be sent", step.name, exc_info=True)
