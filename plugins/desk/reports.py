"""The reports page: the figures of a closed date for management, its tables as files, the monthly packs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response, status
from fastapi.responses import HTMLResponse, StreamingResponse
from sqlalchemy import Connection

from include.day import REPORTS
from include.orchestration.step_context import places
from include.steps.figures import gallery
from include.steps.figures.export import csv_lines, table_rows, workbook
from include.steps.figures.overview import Reported, month_ago, overview, reported_dates
from include.steps.figures.pack import pack_file
from include.steps.figures.render import body, stylesheet
from include.steps.figures.words import Words

from .access import Right, needs
from .asked import OptionalDay
from .database import engine
from .language import of_request
from .pages import address, page
from .records import RECORD_POLICY
from .refusals import Refusal

router = APIRouter(prefix="/reports", dependencies=[needs(Right.READ)])

PATH = "/millrace/reports"
NAMES = {report.task for report in REPORTS}
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_DAYS = 366  # of a table in one file


@router.get("")
def shown(request: Request, day: Annotated[OptionalDay, Query(alias="date")] = None, against: OptionalDay = None) -> Response:
    """The figures of a date, by default of the latest; compared with a month before, or with ``against``."""
    with engine().connect() as connection:
        reported = reported_dates(connection)
        if not reported:
            return page(request, "reports.html", chosen=None, oldest=None, newest=None, asked=None)
        chosen = _at_or_before(reported, day)
        dates = [one.business_date for one in reported]
        before = [one for one in dates if one < chosen.business_date]
        since = max((one for one in before if against and one <= against), default=None) or month_ago(dates, chosen.business_date)
        figures = overview(connection, chosen.business_date, since)
    words = Words(of_request(request).code)
    link = _links(chosen.business_date)
    charts = gallery.charts_of(figures, words, chosen.built_at, places().records)
    return page(
        request,
        "reports.html",
        chosen=chosen.business_date,
        built_at=chosen.built_at,
        since=since,
        asked=day,
        earlier=max(before, default=None),
        later=min((one for one in dates if one > chosen.business_date), default=None),
        oldest=dates[-1],
        newest=dates[0],
        pack=address(f"{PATH}/packs/{chosen.business_date:%Y-%m}", {"language": words.language}),
        has_pack=pack_file(places().outbox, chosen.business_date, words.language).exists(),
        workbook=address(f"{PATH}/workbook", {"date": chosen.business_date}),
        figures=body(figures, words, link, charts=charts),
    )


@router.get("/figures.css")
def figures_stylesheet() -> Response:
    """What the figures look like."""
    return Response(stylesheet(), media_type="text/css", headers={"Cache-Control": "private, max-age=300"})


@router.get("/files/{report}.{kind}")
def one_table(
    request: Request,
    report: str,
    kind: Literal["csv", "xlsx"],
    day: Annotated[date, Query(alias="date")],
    last: Annotated[date | None, Query(alias="to")] = None,
) -> Response:
    """The rows of one report table of a date, or of the dates up to ``to``, as CSV or Excel."""
    last = last or day
    if report not in NAMES:
        raise Refusal(status.HTTP_404_NOT_FOUND, "no_such_report", report=report, reports=", ".join(sorted(NAMES)))
    if not 0 <= (last - day).days <= MOST_DAYS:
        raise Refusal(status.HTTP_422_UNPROCESSABLE_CONTENT, "too_many_days", days=MOST_DAYS)
    name = f"{report}_{day}{'' if last == day else f'_{last}'}.{kind}"
    if kind == "xlsx":
        return _workbook(request, name, [report], day, last)
    return StreamingResponse(_csv(report, day, last), media_type="text/csv; charset=utf-8", headers=_attached(name))


@router.get("/workbook")
def all_tables(request: Request, day: Annotated[date, Query(alias="date")]) -> Response:
    """Every report table of a date as one Excel file, a sheet each."""
    return _workbook(request, f"millrace_{day}.xlsx", [report.task for report in REPORTS], day, day)


@router.get("/packs/{month}")
def monthly_pack(month: str, language: Literal["en", "zh"] = "en", download: bool = False) -> Response:
    """The pack of a month (``2026-03``) as the reports of its latest date wrote it."""
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError:
        raise Refusal(status.HTTP_404_NOT_FOUND, "no_pack", month=month) from None
    file = pack_file(places().outbox, first, language)
    if not file.exists():
        raise Refusal(status.HTTP_404_NOT_FOUND, "no_pack", month=f"{first:%Y-%m}")
    headers = {"Content-Security-Policy": RECORD_POLICY} | (_attached(file.name) if download else {})
    return HTMLResponse(file.read_text(encoding="utf-8"), headers=headers)


def _at_or_before(reported: list[Reported], day: date | None) -> Reported:
    if day is None:
        return reported[0]
    found = next((one for one in reported if one.business_date <= day), None)
    if found is None:
        raise Refusal(status.HTTP_404_NOT_FOUND, "no_reports", day=day, oldest=reported[-1].business_date)
    return found


def _links(day: date) -> object:
    return lambda report, kind: address(f"{PATH}/files/{report}.{kind}", {"date": day})


def _csv(report: str, first: date, last: date) -> Iterator[bytes]:
    with engine().connect() as connection:
        yield from csv_lines(*table_rows(connection, report, first, last))


def _workbook(request: Request, name: str, reports: list[str], first: date, last: date) -> Response:
    words = Words(of_request(request).code)
    with engine().connect() as connection:
        file = workbook(_sheets(connection, reports, first, last), words)
    return StreamingResponse(iter(lambda: file.read(64 * 1024), b""), media_type=EXCEL, headers=_attached(name))


def _sheets(connection: Connection, reports: list[str], first: date, last: date) -> Iterator[tuple[str, list[str], Iterator[object]]]:
    for report in reports:
        names, rows = table_rows(connection, report, first, last)
        yield report, names, rows


def _attached(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}
