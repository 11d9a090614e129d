"""Business days as a calendar, and where each step of one stands."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request, Response, status

from include.day import BY_NAME, HAND_ON, REPORTS, STEPS, Phase, Step
from include.orchestration.step_operator import VALIDATE

from .database import engine, row, rows
from .pages import page
from .refusals import Refusal

router = APIRouter()

USUAL_DAYS = 30  # earlier dates that the usual duration is the median of
SLOW = 2  # times the usual duration, and a second more
UNFINISHED = {"RUNNING": "running", "FAILED": "failed", "LOST": "lost"}  # by the state of the latest attempt
BY_HAND = ("shell__", "test")  # runs that Airflow does not know


@dataclass(frozen=True)
class StepLine:
    """One line of the table: a step, or one shard of it."""

    step: Step
    shard: str
    state: str
    rows: int | None
    amount: Any
    attempts: int
    seconds: float | None
    error: str | None
    usual_seconds: Decimal | None = None
    run_id: str | None = None

    @property
    def dataset(self) -> str | None:
        """The data set whose validation record the line links to."""
        return self.step.task.removeprefix(VALIDATE) if self.step.task.startswith(VALIDATE) and self.attempts else None

    @property
    def is_slow(self) -> bool:
        """Whether it took much longer than usual."""
        if self.seconds is None or self.usual_seconds is None:
            return False
        return Decimal(self.seconds) > SLOW * self.usual_seconds + 1

    @property
    def run_address(self) -> str | None:
        """The DAG run in Airflow's own pages."""
        if not self.run_id or self.run_id.startswith(BY_HAND):
            return None
        dag = "reports" if self.step.group == "reports" else "business_day"
        return f"/dags/{dag}/runs/{quote(self.run_id, safe='')}"


@router.get("/days")
def latest(request: Request) -> Response:
    """The month of the current day, and its steps."""
    return _days(request, None)


@router.get("/days/{day}")
def one(request: Request, day: date) -> Response:
    """The month of the chosen day, and its steps."""
    return _days(request, day)


def _days(request: Request, chosen: date | None) -> Response:
    with engine().connect() as connection:
        span = row(connection, "day_span") or {}
        first, last = span.get("first_day"), span.get("last_day")
        if first is None or last is None:
            return page(request, "days.html", chosen=None)
        chosen = chosen or span["open_day"] or last
        if not first <= chosen <= last:
            raise Refusal(status.HTTP_404_NOT_FOUND, "no_such_day", day=chosen, first=first, last=last)
        month_end = chosen.replace(day=calendar.monthrange(chosen.year, chosen.month)[1])
        found = rows(connection, "days_between", first_date=chosen.replace(day=1), last_date=month_end)
        days = {day["business_date"]: day for day in found}
        closed = days[chosen]["state"] == "CLOSED"
        since = chosen - timedelta(days=USUAL_DAYS)
        lines = step_lines(rows(connection, "steps", business_date=chosen, since=since), closed)
        checks = rows(connection, "invariant_checks", business_date=chosen)
    weeks = calendar.Calendar().monthdatescalendar(chosen.year, chosen.month)
    before, after = chosen.replace(day=1) - timedelta(days=1), month_end + timedelta(days=1)
    return page(
        request,
        "days.html",
        chosen=chosen,
        day=days[chosen],
        days=days,
        weeks=weeks,
        groups=lines,
        runs=_runs(lines),
        broken=[check for check in checks if check["offending_rows"]],
        checked=len(checks),
        earlier=before if before >= first else None,
        later=min(after, last) if after <= last else None,
        open_day=span["open_day"],
    )


def _runs(groups: dict[str, list[StepLine]]) -> dict[str, str]:
    """The latest run of each DAG that worked on the day: its address in Airflow."""
    found: dict[str, str] = {}
    for lines in groups.values():
        for line in lines:
            if line.run_address:
                found[line.run_address.split("/")[2]] = line.run_address
    return found


def step_lines(listed_rows: list[dict[str, Any]], closed: bool) -> dict[str, list[StepLine]]:
    """All steps of a day by group, in the day's order.

    Those that nobody tried yet are ``waiting``, or ``not run`` where the day closed without them.
    """
    found: dict[str, list[dict[str, Any]]] = {}
    for listed in listed_rows:
        found.setdefault(listed["step"], []).append(listed)
    groups: dict[str, list[StepLine]] = {}
    for step in (*STEPS, *REPORTS, *HAND_ON):
        untried = "not run" if closed and step.phase is not Phase.CLOSED else "waiting"
        lines = [_line(one, untried) for one in found.get(step.name, [])] or [StepLine(step, "", untried, None, None, 0, None, None)]
        groups.setdefault(step.group, []).extend(lines)
    return groups


def _line(found: dict[str, Any], untried: str) -> StepLine:
    step = BY_NAME[found["step"]]
    state = "done" if found["state"] == "DONE" else UNFINISHED.get(found["last_state"], untried)
    return StepLine(
        step,
        str(found["shard"]) if step.sharded else "",
        state,
        found["rows_done"],
        found["amount"],
        int(found["attempts"] or 0),
        found["seconds"],
        None if state == "done" else found["error"],
        found["usual_seconds"],
        found["run_id"] or found["last_run_id"],
    )
