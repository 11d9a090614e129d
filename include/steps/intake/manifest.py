"""The note that comes with a file and says what must be in it: date, rows, total.

``{"dataset": "repayments", "business_date": "2026-03-02", "file": "repayments.csv", "rows": 123, "total": "12345.67"}``,
optionally with ``"sha256"``. ``total`` is the sum of ``amount`` over the rows whose amount is a number.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from include.steps.intake.datasets import Dataset

MANIFEST = "manifest.json"
FORMATS = (".csv", ".jsonl", ".parquet")

_TOTAL = re.compile(r"-?\d{1,16}(\.\d{1,2})?")


class FileFault(Exception):
    """A delivery is wrong as a whole. The message says what is wrong and what to put right, without any value of a row."""


@dataclass(frozen=True)
class Manifest:
    """What a delivery must hold. ``total`` is in currency units."""

    dataset: str
    business_date: date
    file: str
    rows: int
    total: Decimal
    sha256: str | None = None

    @property
    def format(self) -> str:
        """The file's extension, one of FORMATS."""
        return extension(self.file)

    def to_bytes(self) -> bytes:
        """As the JSON that ``read_manifest`` reads."""
        content = {
            "dataset": self.dataset,
            "business_date": self.business_date.isoformat(),
            "file": self.file,
            "rows": self.rows,
            "total": str(self.total),
        }
        return (json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode()


def extension(file_name: str) -> str:
    """``.csv`` of ``repayments.csv``."""
    return "." + file_name.rpartition(".")[2].lower()


def read_manifest(content: bytes) -> Manifest:
    """Parse a manifest.

    Raises
    ------
    FileFault : not JSON, or a field is missing or not what it must be.
    """
    try:
        fields = json.loads(content.decode("utf-8-sig"), parse_float=str)
    except ValueError:
        raise FileFault(f"{MANIFEST} is not JSON in UTF-8") from None
    if not isinstance(fields, dict):
        raise FileFault(f"{MANIFEST} must be one JSON object")
    if missing := [name for name in ("dataset", "business_date", "file", "rows", "total") if name not in fields]:
        raise FileFault(f"{MANIFEST} lacks {', '.join(missing)}")
    digest = fields.get("sha256")
    return Manifest(
        dataset=str(fields["dataset"]),
        business_date=_date(fields["business_date"]),
        file=_file(fields["file"]),
        rows=_rows(fields["rows"]),
        total=_total(fields["total"]),
        sha256=None if digest is None else str(digest).lower(),
    )


def check_belongs(manifest: Manifest, dataset: Dataset, business_date: date) -> None:
    """Refuse a delivery of another data set or another day."""
    if manifest.dataset != dataset.name:
        raise FileFault(f"the manifest is of {manifest.dataset}, not of {dataset.name}: the delivery lies in the wrong folder")
    if manifest.business_date != business_date:
        raise FileFault(f"the manifest is of {manifest.business_date}, not of {business_date}: it is the file of another day")


def _date(value: object) -> date:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise FileFault(f"business_date in {MANIFEST} must be a date like 2026-03-02") from None


def _file(value: object) -> str:
    name = str(value)
    if not name or "/" in name or "\\" in name or name.startswith("."):
        raise FileFault(f"file in {MANIFEST} must be the name of a file beside it, without a path")
    if extension(name) not in FORMATS:
        raise FileFault(f"file in {MANIFEST} must end in {', '.join(FORMATS)}")
    return name


def _rows(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise FileFault(f"rows in {MANIFEST} must be a whole number, 0 or more")
    return value


def _total(value: object) -> Decimal:
    if not _TOTAL.fullmatch(str(value)):
        raise FileFault(f'total in {MANIFEST} must be an amount like "12345.67"')
    return Decimal(str(value)).quantize(Decimal("0.01"))
