"""Run dates as ``python -m include.day`` does, and die by SIGKILL at one chosen moment of one step.

``python -m tests.faults.killed_day STEP MOMENT COUNT FIRST LAST``; moments: ``claimed`` (its row is locked), ``working``
(after COUNT statements of its work), ``committing`` (DONE is written, not committed), ``committed`` (committed, and
nobody was told).
"""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

from sqlalchemy import Connection, event

from include.day import Step
from include.steps import ledger
from include.steps.context import StepContext
from include.steps.runner import main

MOMENTS = ("claimed", "working", "committing", "committed")


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def arm(name: str, moment: str, count: int) -> None:
    """Wrap the step ledger's functions so that the step called ``name`` dies at ``moment``."""
    claim, work, claim_and_work, run_step = ledger._claim, ledger._work, ledger._claim_and_work, ledger.run_step
    current: list[Step] = []

    def claiming(connection: Connection, step: Step, context: StepContext) -> Any:
        row = claim(connection, step, context)
        if step.name == name and moment == "claimed" and row.state != "DONE":
            die()
        return row

    def working(connection: Connection, step: Step, context: StepContext) -> Any:
        if step.name != name or moment != "working":
            return work(connection, step, context)
        left = [count]

        @event.listens_for(connection, "after_cursor_execute")
        def count_down(*_: Any) -> None:
            left[0] -= 1
            if left[0] <= 0:
                die()

        work(connection, step, context)
        die()

    def before_commit(connection: Connection, step: Step, context: StepContext) -> Any:
        result = claim_and_work(connection, step, context)
        if step.name == name and moment == "committing":
            die()
        return result

    close_attempt = ledger._close_attempt

    def after_commit(*arguments: Any) -> None:
        if current[-1].name == name and moment == "committed":
            die()
        close_attempt(*arguments)

    def remembering(step: Step, context: StepContext) -> Any:
        current.append(step)
        return run_step(step, context)

    ledger._claim, ledger._work, ledger._claim_and_work, ledger._close_attempt = claiming, working, before_commit, after_commit
    from include.steps import runner

    runner.run_step = remembering


if __name__ == "__main__":
    step_name, at, statements, *dates = sys.argv[1:]
    arm(step_name, at, int(statements))
    raise SystemExit(main(dates))
