"""What must hold before a date closes: what the close found, and any of it checked now, with the rows that offend."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from fastapi import APIRouter, Request, Response, status
from sqlalchemy import Connection, text

from include.database import SQL_ROOT, run_sql
from include.desk.rights import Right
from include.orchestration import step_context
from include.steps.close import invariants

from .access import needs
from .database import engine, row, rows
from .pages import page
from .refusals import Refusal

router = APIRouter(prefix="/invariants")

MOST_ROWS = 200


@router.get("", dependencies=[needs(Right.READ)])
def listed(request: Request) -> Response:
    """Every invariant, with what the last close found."""
    with engine().connect() as connection:
        span = row(connection, "day_span") or {}
        day = span.get("open_day")
        last = connection.execute(text("select max(business_date) from invariant_check")).scalar()
        checks = {check["invariant"]: check for check in rows(connection, "invariant_checks", business_date=last)} if last else {}
    for check in checks.values():
        check["sample"] = json.loads(check["sample"] or "[]")
    return page(request, "invariants.html", names=invariants(), says=says, checks=checks, last=last, day=day, state=span.get("open_state"))


@router.get("/{name}", dependencies=[needs(Right.OPERATE)])
def checked_now(request: Request, name: str) -> Response:
    """Check one now against the current date; nothing is written."""
    if name not in invariants():
        raise Refusal(status.HTTP_404_NOT_FOUND, "no_such_invariant", name=name)
    # the pipeline's account, as the close has it: the desk's own may make no temporary table and call no function
    with step_context.engine().connect() as connection:
        span = row(connection, "day_span") or {}
        if span.get("open_day") is None:
            raise Refusal(status.HTTP_409_CONFLICT, "no_open_day")
        found = _offending(connection, name, span["open_day"])
    return page(
        request,
        "invariant.html",
        name=name,
        says=says(name),
        sql=(SQL_ROOT / "invariants" / f"{name}.sql").read_text(encoding="utf-8"),
        day=span["open_day"],
        state=span["open_state"],
        columns=list(found[0]) if found else [],
        found=found[:MOST_ROWS],
        more=len(found) > MOST_ROWS,
        most=MOST_ROWS,
    )


@cache
def says(name: str) -> str:
    """What an invariant demands: the comment at the head of its file."""
    lines = (SQL_ROOT / "invariants" / f"{name}.sql").read_text(encoding="utf-8").splitlines()
    comment = []
    for line in lines:
        if not line.startswith("--"):
            break
        comment.append(line.lstrip("- "))
    return " ".join(comment)


def _offending(connection: Connection, name: str, day: object) -> list[dict[str, Any]]:
    """At most MOST_ROWS + 1 of the rows that break it. The sums that it may ask for are made first, as the close does."""
    run_sql(connection, "close/total_instalments", {"business_date": day})
    connection.commit()  # of a temporary table; what follows may write nothing
    connection.execute(text("set transaction read only"))
    result = run_sql(connection, f"invariants/{name}", {"business_date": day})
    assert result is not None
    found = [dict(line) for line in result.mappings().fetchmany(MOST_ROWS + 1)]
    connection.rollback()
    return found
