"""intake.pull_*: fetch the delivery of the date into the landing place and prove that it is the right one and whole."""

from __future__ import annotations

from sqlalchemy import Connection

from include.database import run_sql
from include.steps.context import StepContext, StepError, StepResult
from include.steps.intake import landing, statement
from include.steps.intake.datasets import APPLICATIONS, BANK_STATEMENT, REPAYMENTS, Dataset
from include.steps.intake.formats import read_rows
from include.steps.intake.manifest import FileFault, check_belongs
from include.steps.intake.parse import sum_of_amounts
from include.steps.intake.sources import Delivery, NotArrivedError, source_of

AGAIN = (
    " This very file was refused before. To have it judged once more, because policy was changed, say, add a line"
    ' "again": "<why>" to its manifest.'
)


def pull_applications(connection: Connection, context: StepContext) -> StepResult:
    """Fetch the applications of the date."""
    return pull(connection, context, APPLICATIONS)


def pull_repayments(connection: Connection, context: StepContext) -> StepResult:
    """Fetch the repayments of the date."""
    return pull(connection, context, REPAYMENTS)


def pull_bank_statement(connection: Connection, context: StepContext) -> StepResult:
    """Fetch the bank statement of the date; a date that may close without one goes on without."""
    try:
        return pull(connection, context, BANK_STATEMENT)
    except NotArrivedError as missing:
        if statement.may_be_missing(connection, context.business_date):
            return StepResult(0, details={"missing": True})
        raise StepError(f"{missing} {statement.HOW_TO_GO_ON.format(date=context.business_date)}") from None


def pull(connection: Connection, context: StepContext, dataset: Dataset) -> StepResult:
    """Fetch, land and examine; register what is right.

    Raises
    ------
    StepError : manifest or file is not there.
    BatchRefusedError : the file is wrong as a whole; recorded in ``landing_file`` with the reason.
    """
    delivery = source_of(dataset, context).fetch(context.business_date)
    same_as_refused = _same_as_refused(connection, context, dataset, delivery)
    file = landing.land(context, dataset, delivery)
    if same_as_refused:
        raise landing.refuse_delivery(context, dataset, delivery, file, same_as_refused, AGAIN)
    try:
        examine(connection, context, dataset, delivery)
    except FileFault as fault:
        raise landing.refuse_delivery(context, dataset, delivery, file, str(fault)) from None
    landing.register(connection, context, dataset, delivery, file)
    manifest = delivery.manifest
    return StepResult(manifest.rows, manifest.total, {"file": manifest.file, "sha256": delivery.sha256})


def examine(connection: Connection, context: StepContext, dataset: Dataset, delivery: Delivery) -> None:
    """Check everything about a delivery that can be checked without judging single rows.

    Raises
    ------
    FileFault : wrong data set or day, taken before, another file than the manifest's, broken, cut off, wrong total.
    """
    manifest = delivery.manifest
    check_belongs(manifest, dataset, context.business_date)
    if manifest.sha256 and manifest.sha256 != delivery.sha256:
        raise FileFault("its SHA-256 is not that of the manifest: the file was changed or cut off after the manifest was written")
    _check_not_taken(connection, context, dataset, delivery)
    rows = read_rows(delivery.content, manifest.format, dataset)
    if len(rows) != manifest.rows:
        cut = "the file was cut off" if len(rows) < manifest.rows else "the manifest is of another file"
        raise FileFault(f"it has {len(rows)} rows, the manifest says {manifest.rows}: {cut}")
    total = sum_of_amounts(rows["amount"].dropna())
    if total != manifest.total:
        raise FileFault(f"its amounts add up to {total}, the manifest says {manifest.total}")


def _seen_before(connection: Connection, dataset: Dataset, delivery: Delivery) -> list[dict[str, object]]:
    result = run_sql(connection, "intake/seen_before", {"dataset": dataset.name, "sha256": delivery.sha256})
    assert result is not None
    return [dict(row) for row in result.mappings()]


def _check_not_taken(connection: Connection, context: StepContext, dataset: Dataset, delivery: Delivery) -> None:
    """Refuse a file that another date has taken already. Files without rows are all alike and may come every day."""
    for row in _seen_before(connection, dataset, delivery):
        if row["business_date"] != context.business_date and row["state"] != "REFUSED" and row["rows_total"]:
            raise FileFault(f"it is the file of {row['business_date']} again, byte for byte")


def _same_as_refused(connection: Connection, context: StepContext, dataset: Dataset, delivery: Delivery) -> str | None:
    """The reason of a file that was refused on this date before and has come again with the very same manifest."""
    if landing.landed_manifest(context, dataset, delivery.sha256) != delivery.manifest_content:
        return None
    seen = _seen_before(connection, dataset, delivery)
    return next((str(row["reason"]) for row in seen if row["business_date"] == context.business_date and row["state"] == "REFUSED"), None)
