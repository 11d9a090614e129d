"""The validation records that intake keeps: what was accepted and refused of a file, and why."""

from __future__ import annotations

from datetime import date
from typing import Literal

from fastapi import APIRouter, Response, status
from fastapi.responses import HTMLResponse

from include.database import run_sql
from include.orchestration.step_context import places

from .database import engine
from .refusals import Refusal

router = APIRouter()

# A record is a page of its own with its style inside; it is shown without any right to run, load or send anything.
RECORD_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"


@router.get("/records/{dataset}/{day}")
def record(dataset: Literal["applications", "repayments", "bank_statement"], day: date) -> Response:
    """The latest validation record of a data set and date."""
    with engine().connect() as connection:
        result = run_sql(connection, "desk/record", {"dataset": dataset, "business_date": day})
        address = result.scalar() if result is not None else None
    missing = Refusal(status.HTTP_404_NOT_FOUND, "no_record", dataset=dataset, day=day)
    if address is None:
        raise missing
    # only what lies under the place of records is ever served, whatever the table says
    folder = places().records
    file = folder / str(address).removeprefix(str(folder)).lstrip("/")
    if ".." in file.parts or not file.exists():
        raise missing
    return HTMLResponse(file.read_text(encoding="utf-8"), headers={"Content-Security-Policy": RECORD_POLICY})
