"""Business days and where each of their steps stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from fastapi import APIRouter, Request, Response, status

from include.day import BY_NAME, PUBLISH, REPORTS, STEPS, Phase, Step
from include.orchestration.step_operator import VALIDATE

from .database import engine, rows
from .pages import page
from .refusals import Refusal

router = APIRouter()

LATEST = 60  # days in the list
UNFINISHED = {"RUNNING": "running", "FAILED": "failed", "LOST": "lost"}  # by the state of the latest attempt


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

    @property
    def dataset(self) -> str | None:
        """The data set whose validation record the line links to."""
        return self.step.task.removeprefix(VALIDATE) if self.step.task.startswith(VALIDATE) and self.attempts else None


@router.get("/days")
def latest(request: Request) -> Response:
    """The latest days, and the steps of the current one."""
    return _days(request, None)


@router.get("/days/{day}")
def one(request: Request, day: date) -> Response:
    """The latest days, and the steps of the chosen one."""
    return _days(request, day)


def _days(request: Request, chosen: date | None) -> Response:
    with engine().connect() as connection:
        days = rows(connection, "days", latest=LATEST)
        if chosen is None and days:
            chosen = days[0]["business_date"]
        if chosen is not None and chosen not in {day["business_date"] for day in days}:
            raise Refusal(status.HTTP_404_NOT_FOUND, "no_such_day", day=chosen, latest=LATEST)
        closed = any(day["business_date"] == chosen and day["state"] == "CLOSED" for day in days)
        lines = step_lines(rows(connection, "steps", business_date=chosen), closed) if chosen else {}
    return page(request, "days.html", days=days, chosen=chosen, groups=lines)


def step_lines(listed_rows: list[dict[str, Any]], closed: bool) -> dict[str, list[StepLine]]:
    """All steps of a day by group, in the day's order.

    Those that nobody tried yet are ``waiting``, or ``not run`` where the day closed without them.
    """
    found: dict[str, list[dict[str, Any]]] = {}
    for row in listed_rows:
        found.setdefault(row["step"], []).append(row)
    groups: dict[str, list[StepLine]] = {}
    for step in (*STEPS, *REPORTS, PUBLISH):
        untried = "not run" if closed and step.phase is not Phase.CLOSED else "waiting"
        listed = [_line(row, untried) for row in found.get(step.name, [])] or [StepLine(step, "", untried, None, None, 0, None, None)]
        groups.setdefault(step.group, []).extend(listed)
    return groups


def _line(row: dict[str, Any], untried: str) -> StepLine:
    step = BY_NAME[row["step"]]
    state = "done" if row["state"] == "DONE" else UNFINISHED.get(row["last_state"], untried)
    return StepLine(
        step,
        str(row["shard"]) if step.sharded else "",
        state,
        row["rows_done"],
        row["amount"],
        int(row["attempts"] or 0),
        row["seconds"],
        None if state == "done" else row["error"],
    )
