"""The Python steps of ``reports``: handing the figures on."""

from __future__ import annotations

import json

from sqlalchemy import Connection, text

from include.day import REPORTS, Step
from include.steps.context import StepContext, StepError, StepResult
from include.steps.figures.export import csv_lines, table_rows
from include.steps.figures.pack import write_pack


def publish(connection: Connection, context: StepContext) -> StepResult:
    """Write each report table's rows of the date to ``<outbox>/reports/<date>/<report>.csv``.

    UTF-8 with a byte order mark, so that Excel reads Chinese names; rows in primary key order, so that the same
    figures give the same bytes. A repeated run replaces the files.

    Raises
    ------
    StepError : a report of the date is not built yet.
    """
    _all_built(connection, context, "publish")
    folder = context.places.outbox / "reports" / context.business_date.isoformat()
    folder.mkdir(parents=True, exist_ok=True)
    files: dict[str, int] = {}
    for report in REPORTS:
        content, rows = _csv(connection, report, context)
        (folder / f"{report.task}.csv").write_bytes(content)
        files[f"{report.task}.csv"] = rows
    contents = {"business_date": context.business_date.isoformat(), "rows": files}
    (folder / "files.json").write_text(json.dumps(contents, indent=2), encoding="utf-8")
    return StepResult(sum(files.values()), details={"files": len(files), "folder": str(folder)})


def pack(connection: Connection, context: StepContext) -> StepResult:
    """Write the pack of the date's month, so far or whole, to ``<outbox>/reports/packs/<YYYY-MM>.<language>.html``.

    Raises
    ------
    StepError : a report of the date is not built yet.
    """
    _all_built(connection, context, "make the pack")
    return write_pack(connection, context)


def _all_built(connection: Connection, context: StepContext, then: str) -> None:
    built = connection.execute(
        text("select step from step_run where business_date = :day and state = 'DONE'"), {"day": context.business_date}
    ).scalars()
    done = set(built)
    if missing := [report.name for report in REPORTS if report.name not in done]:
        raise StepError(f"{', '.join(missing)} of {context.business_date} not built yet: run them first, then {then}.")


def _csv(connection: Connection, report: Step, context: StepContext) -> tuple[bytes, int]:
    names, found = table_rows(connection, report.task, context.business_date, context.business_date)
    rows = list(found)
    return b"".join(csv_lines(names, rows)), len(rows)
