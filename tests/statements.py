"""Bank statements for the tests: a balance, lines of text, and the file that a bank would send."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from include.steps.intake.datasets import BANK_STATEMENT

Row = dict[str, str]


def statement_rows(day: str, opening: str, lines: Iterable[tuple[str, str, str]], **faults: Any) -> list[Row]:
    """Rows of the statement of ``day``; a line is (kind, amount, reference). ``faults``: changes by line number, as ``line_2={...}``."""
    moved = [
        {"kind": kind, "amount": amount, "reference": reference, "line_no": str(number)}
        for number, (kind, amount, reference) in enumerate(lines, start=1)
    ]
    closing = Decimal(opening) + sum((Decimal(line["amount"]) for line in moved), Decimal(0))
    rows = [
        {"kind": "OPENING", "amount": opening, "line_no": "0"},
        *moved,
        {"kind": "CLOSING", "amount": str(closing), "line_no": str(len(moved) + 1)},
    ]
    plain = {**dict.fromkeys(BANK_STATEMENT.names, ""), "booking_date": day, "value_date": day, "currency": "CNY"}
    return [{**plain, **row, **faults.get(f"line_{row['line_no']}", {})} for row in rows]


def deliver(folder: Path, day: date | str, rows: list[Row]) -> None:
    """Put the file of ``rows`` and its manifest into the source folder of ``day``."""
    place = folder / "source" / "bank_statement" / str(day)
    place.mkdir(parents=True, exist_ok=True)
    text = io.StringIO()
    writer = csv.DictWriter(text, BANK_STATEMENT.names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    (place / "bank_statement.csv").write_text(text.getvalue(), encoding="utf-8")
    manifest = {
        "dataset": "bank_statement",
        "business_date": str(day),
        "file": "bank_statement.csv",
        "rows": len(rows),
        "total": str(sum((Decimal(row["amount"] or 0) for row in rows), Decimal("0.00"))),
    }
    (place / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
