"""Find a task at work inside ``servicing.post_repayments`` and kill what runs it, with SIGKILL."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

STEP = "servicing.post_repayments"


def wait_until(what: str, ask: Callable[[], object], within: float = 400) -> object:
    """Poll until ``ask`` answers something true; give that. A database that is not there yet is no answer."""
    deadline = time.monotonic() + within
    while not (answer := _asked(ask)):
        assert time.monotonic() < deadline, f"waited {within:.0f} s for {what}"
        time.sleep(0.1)
    return answer


def _asked(ask: Callable[[], object]) -> object:
    try:
        return ask()
    except DBAPIError:
        return None


@contextmanager
def held_inside_post_repayments(engine: Engine, day: date, demo: subprocess.Popen[bytes]) -> Iterator[int]:
    """Hold the row of a loan in the second shard that is paid on ``day`` until the task waits for it; gives the task's pid.

    The loan is not overdue, so no step before post_repayments touches its row.
    """

    def payable() -> object:
        assert demo.poll() is None, f"the demo ended before {day}"
        with engine.connect() as connection:
            return connection.scalar(
                text(
                    "select max(r.loan_id) from repayment r join loan l using (loan_id) join business_day d on d.is_current = 1"
                    " where d.business_date = :day and r.business_date = :day and r.state = 'RECEIVED' and r.kind = 'PAYMENT'"
                    " and r.value_date = :day and l.next_due_date >= :day"
                ),
                {"day": day},
            )

    loan = wait_until(f"repayments of {day}", payable)
    with engine.connect() as lock:
        lock.execute(text("select loan_id from loan where loan_id = :loan for update"), {"loan": loan})
        pid = wait_until(f"{STEP} of {day} to wait for loan {loan}", lambda: _lock_waits(engine) and task_pid(engine, day))
        assert isinstance(pid, int)
        yield pid
        lock.rollback()


def _lock_waits(engine: Engine) -> object:
    with engine.connect() as connection:
        return connection.scalar(text("select count(*) from information_schema.innodb_trx where trx_state = 'LOCK WAIT'"))


def task_pid(engine: Engine, day: date) -> int | None:
    """Process of the second shard's task, as its attempt recorded it; None while it is not running."""
    with engine.connect() as connection:
        worker = connection.scalar(
            text("select worker from step_attempt where business_date = :day and step = :step and shard = 1 and state = 'RUNNING'"),
            {"day": day, "step": STEP},
        )
    return int(str(worker).rsplit(":", 1)[1]) if worker else None


def parent(pid: int) -> int:
    """The process that started ``pid``: of a task, its supervisor, which is a worker of the LocalExecutor."""
    return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])


def kill_task(pid: int) -> None:
    """The task's own process."""
    os.kill(pid, signal.SIGKILL)


def kill_supervisor(pid: int) -> None:
    """The task's supervisor; the task itself goes on, alone."""
    os.kill(parent(pid), signal.SIGKILL)


def kill_worker_with_its_task(pid: int) -> None:
    """A LocalExecutor worker and what it runs, as when memory runs out."""
    worker = parent(pid)
    assert "LocalExecutor" in Path(f"/proc/{worker}/cmdline").read_text(), "a LocalExecutor worker runs the task"
    os.kill(worker, signal.SIGKILL)
    os.kill(pid, signal.SIGKILL)
