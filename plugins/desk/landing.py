"""The files that came: what was accepted and refused of each, and its validation record."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response

from include.desk.rights import Right
from include.steps.intake.datasets import DATASETS

from .access import needs
from .asked import OptionalDay
from .database import engine, rows
from .pages import Paging, page

router = APIRouter(prefix="/files", dependencies=[needs(Right.READ)])

FIRST, LAST = date(1970, 1, 1), date(2999, 12, 31)


@router.get("")
def listed(
    request: Request,
    dataset: Literal["applications", "repayments", ""] = "",
    first: Annotated[OptionalDay, Query(alias="from")] = None,
    last: Annotated[OptionalDay, Query(alias="to")] = None,
    number: Annotated[int, Query(alias="page", ge=1, le=10_000)] = 1,
) -> Response:
    """The files of the dates between, latest first."""
    paging = Paging(number)
    with engine().connect() as connection:
        found = rows(
            connection,
            "landing_files",
            dataset=dataset or None,
            first_date=first or FIRST,
            last_date=last or LAST,
            size=paging.rows,
            offset=paging.offset,
        )
    return page(
        request,
        "files.html",
        files=paging.cut(found),
        more=paging.more(found),
        paging=paging,
        parameters={"dataset": dataset, "from": first, "to": last},
        datasets=sorted(DATASETS),
    )
