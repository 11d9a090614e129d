"""Our own copy of what arrived, and ``landing_file``, the register of it.

``<landing>/<dataset>/<date>/`` holds, for each file that was ever fetched for the date, ``<sha>-<name>`` and
``<sha>-manifest.json`` (sha: the first 12 digits of the file's SHA-256), and ``accepted.parquet``: what passed.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import Connection, Engine
from upath import UPath

from include.database import run_sql
from include.places import place
from include.steps.context import BatchRefusedError, StepContext, StepError
from include.steps.intake.datasets import Dataset
from include.steps.intake.manifest import MANIFEST, Manifest, read_manifest
from include.steps.intake.sources import Delivery

ACCEPTED = "accepted.parquet"


@dataclass(frozen=True)
class LandedFile:
    """A row of ``landing_file``: the file that a date is working with."""

    landing_file_id: int
    file_name: str
    sha256: str
    uri: str
    state: str
    rows_total: int
    rows_accepted: int | None
    amount_accepted: Decimal | None
    reason: str | None
    record_uri: str | None


def folder(context: StepContext, dataset: Dataset) -> UPath:
    """The landing folder of the date."""
    return context.places.landing / dataset.name / context.business_date.isoformat()


def land(context: StepContext, dataset: Dataset, delivery: Delivery) -> UPath:
    """Write our copy of a delivery; the same delivery again writes the same files. Returns where the file is."""
    day = folder(context, dataset)
    day.mkdir(parents=True, exist_ok=True)
    file = day / f"{_short(delivery.sha256)}-{delivery.manifest.file}"
    file.write_bytes(delivery.content)
    (day / f"{_short(delivery.sha256)}-{MANIFEST}").write_bytes(delivery.manifest_content)
    return file


def landed_manifest(context: StepContext, dataset: Dataset, sha256: str) -> bytes | None:
    """The manifest that a file came with when it was fetched last."""
    note = folder(context, dataset) / f"{_short(sha256)}-{MANIFEST}"
    return note.read_bytes() if note.exists() else None


def read_landed(context: StepContext, dataset: Dataset, file: LandedFile) -> tuple[Manifest, bytes]:
    """The copy of a registered file and its manifest.

    Raises
    ------
    StepError : somebody moved or changed the copy.
    """
    copy, note = place(file.uri), landed_manifest(context, dataset, file.sha256)
    content = copy.read_bytes() if copy.exists() else b""
    if note is None or hashlib.sha256(content).hexdigest() != file.sha256:
        raise StepError(
            f"{copy} is not any more what {dataset.step('pull')} put there (SHA-256 {file.sha256}). All workers must see the same landing"
            " place (MILLRACE_LANDING); put the file and its manifest back from where they came and clear this task."
        )
    return read_manifest(note), content


def register(connection: Connection, context: StepContext, dataset: Dataset, delivery: Delivery, uri: UPath) -> None:
    """Make a delivery the one that the date works with."""
    run_sql(connection, "intake/register_file", _row(context, dataset, delivery, uri))


def current(connection: Connection, dataset: Dataset, business_date: date) -> LandedFile | None:
    """The file fetched last for a date, whatever became of it."""
    result = run_sql(connection, "intake/current_file", {"dataset": dataset.name, "business_date": business_date})
    assert result is not None
    found = result.mappings().one_or_none()
    return None if found is None else LandedFile(**found)


def working_file(connection: Connection, context: StepContext, dataset: Dataset) -> LandedFile:
    """The date's file, to go on with.

    Raises
    ------
    StepError : none was fetched.
    BatchRefusedError : it was refused, and no other has come since.
    """
    file = current(connection, dataset, context.business_date)
    if file is None:
        raise StepError(f"No {dataset.name} were fetched for {context.business_date}: clear {dataset.step('pull')}.")
    if file.state == "REFUSED":
        raise refusal(dataset, context, file.file_name, file.reason or "", file.record_uri)
    return file


def refuse_delivery(
    context: StepContext, dataset: Dataset, delivery: Delivery, uri: UPath, reason: str, remark: str = ""
) -> BatchRefusedError:
    """Record in a commit of its own that a delivery is unusable; return the error to raise."""
    with context.engine.begin() as connection:
        run_sql(connection, "intake/refuse_delivery", {**_row(context, dataset, delivery, uri), "reason": reason})
    return refusal(dataset, context, delivery.manifest.file, reason, None, remark)


def refuse_file(engine: Engine, file: LandedFile, reason: str, record_uri: str, rows_refused: int) -> None:
    """Record in a commit of its own that a registered file is unusable."""
    with engine.begin() as connection:
        run_sql(
            connection,
            "intake/refuse_file",
            {"landing_file_id": file.landing_file_id, "reason": reason, "record_uri": record_uri, "rows_refused": rows_refused},
        )


def refusal(
    dataset: Dataset, context: StepContext, file_name: str, reason: str, record_uri: str | None, remark: str = ""
) -> BatchRefusedError:
    """The error that says why a whole file is refused and how to go on."""
    seen = f" What was checked: {record_uri}." if record_uri else ""
    return BatchRefusedError(
        f"{file_name} ({dataset.name} of {context.business_date}) is refused as a whole: {reason}. Nothing of it was loaded.{seen}"
        f" Put a corrected file with its manifest in its place and clear {dataset.step('pull')}.{remark}",
        reopen=(dataset.step("pull"), dataset.step("validate")),
    )


def _short(sha256: str) -> str:
    return sha256[:12]


def _row(context: StepContext, dataset: Dataset, delivery: Delivery, uri: UPath) -> dict[str, object]:
    return {
        "dataset": dataset.name,
        "business_date": context.business_date,
        "file_name": delivery.manifest.file,
        "sha256": delivery.sha256,
        "uri": str(uri),
        "rows_total": delivery.manifest.rows,
    }
