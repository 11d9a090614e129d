"""The Python steps of ``reports``: handing the figures on."""

from __future__ import annotations

import csv
import io
import json

from sqlalchemy import Connection, inspect, text

from include.day import REPORTS, Step
from include.steps.context import StepContext, StepError, StepResult


def publish(connection: Connection, context: StepContext) -> StepResult:
    """Write each report table's rows of the date to ``<outbox>/reports/<date>/<report>.csv``.

    UTF-8 with a byte order mark, so that Excel reads Chinese names; rows in primary key order, so that the same
    figures give the same bytes. A repeated run replaces the files.

    Raises
    ------
    StepError : a report of the date is not built yet.
    """
    missing = _not_built(connection, context)
    if missing:
        raise StepError(f"{', '.join(missing)} of {context.business_date} not built yet: run them first, then publish.")
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


def _not_built(connection: Connection, context: StepContext) -> list[str]:
    built = connection.execute(
        text("select step from step_run where business_date = :day and state = 'DONE'"), {"day": context.business_date}
    ).scalars()
    done = set(built)
    return [report.name for report in REPORTS if report.name not in done]


def _csv(connection: Connection, report: Step, context: StepContext) -> tuple[bytes, int]:
    table = f"report_{report.task}"
    order = ", ".join(inspect(connection).get_pk_constraint(table)["constrained_columns"])
    # both names come from our own code and schema, never from outside
    found = connection.execute(
        text(f"select * from {table} where business_date = :day order by {order}"),  # noqa: S608
        {"day": context.business_date},
    )
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(found.keys())
    rows = found.all()
    writer.writerows(rows)
    return out.getvalue().encode("utf-8-sig"), len(rows)
