"""close.export_journal: the journal of a closed date as CSV, for whoever keeps the general ledger."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, RowMapping

from include.database import run_sql
from include.steps.context import StepContext, StepResult

COLUMNS = (
    "line_no",
    "business_date",
    "event",
    "component",
    "account_code",
    "account_zh",
    "account_en",
    "debit",
    "credit",
    "product_code",
    "loan_no",
    "instalment_no",
    "value_date",
)


def export_journal(connection: Connection, context: StepContext) -> StepResult:
    """Write ``<outbox>/journal/journal-<date>.csv`` and beside it ``journal-<date>.json`` with its totals and its SHA-256.

    UTF-8 with a byte order mark, so that Excel reads Chinese names. A repeated run replaces both by the same bytes.
    """
    found = run_sql(connection, "close/journal_lines", {"business_date": context.business_date})
    assert found is not None
    content, totals = _csv(found.mappings())
    name = f"journal-{context.business_date.isoformat()}"
    folder = context.places.outbox / "journal"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.csv").write_bytes(content)
    note = {
        "business_date": context.business_date.isoformat(),
        "file": f"{name}.csv",
        "sha256": hashlib.sha256(content).hexdigest(),
        **totals,
    }
    (folder / f"{name}.json").write_text(json.dumps(note, indent=2, ensure_ascii=False, default=str) + "\n", encoding="utf-8")
    return StepResult(totals["lines"], totals["debit"], {"file": str(folder / f"{name}.csv"), "sha256": note["sha256"]})


def _csv(lines: Iterable[RowMapping]) -> tuple[bytes, dict[str, Any]]:
    """The file, and its totals: lines, debit, credit, and both by account."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    accounts: dict[str, list[Decimal]] = {}
    count = 0
    for count, line in enumerate(lines, start=1):
        writer.writerow([count, *(line[name] for name in COLUMNS[1:])])
        moved = accounts.setdefault(line["account_code"], [Decimal(0), Decimal(0)])
        moved[0] += line["debit"]
        moved[1] += line["credit"]
    debit, credit = (sum((moved[side] for moved in accounts.values()), Decimal(0)) for side in (0, 1))
    by_account = {code: {"debit": str(accounts[code][0]), "credit": str(accounts[code][1])} for code in sorted(accounts)}
    return out.getvalue().encode("utf-8-sig"), {"lines": count, "debit": debit, "credit": credit, "accounts": by_account}
