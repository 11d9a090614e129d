"""close.export_journal: the journal of a closed date as CSV, for whoever keeps the general ledger."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, RowMapping, text

from include.database import read_sql
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


# lines held in memory at a time: a date of a large book has millions
CHUNK = 10_000


@dataclass
class Totals:
    """What the file holds so far."""

    lines: int = 0
    digest: Any = field(default_factory=hashlib.sha256)
    accounts: dict[str, list[Decimal]] = field(default_factory=dict)

    def add(self, line: RowMapping) -> int:
        """Count a line; gives back its number."""
        moved = self.accounts.setdefault(line["account_code"], [Decimal(0), Decimal(0)])
        moved[0] += line["debit"]
        moved[1] += line["credit"]
        self.lines += 1
        return self.lines

    def sum(self, side: int) -> Decimal:
        """Debits (0) or credits (1) of all accounts."""
        return sum((moved[side] for moved in self.accounts.values()), Decimal(0))


def export_journal(connection: Connection, context: StepContext) -> StepResult:
    """Write ``<outbox>/journal/journal-<date>.csv`` and beside it ``journal-<date>.json`` with its totals and its SHA-256.

    UTF-8 with a byte order mark, so that Excel reads Chinese names. A repeated run replaces both by the same bytes; the note
    is written last, so a file that was cut off has none that fits.
    """
    day = context.business_date.isoformat()
    folder = context.places.outbox / "journal"
    folder.mkdir(parents=True, exist_ok=True)
    streamed = {"stream_results": True, "max_row_buffer": CHUNK}
    found = connection.execute(text(read_sql("close/journal_lines")[0]), {"business_date": day}, execution_options=streamed)
    totals = Totals()
    with (folder / f"journal-{day}.csv").open("wb") as file:
        for content in _chunks(found.mappings().partitions(CHUNK), totals):
            totals.digest.update(content)
            file.write(content)
    note = {
        "business_date": day,
        "file": f"journal-{day}.csv",
        "sha256": totals.digest.hexdigest(),
        "lines": totals.lines,
        "debit": str(totals.sum(0)),
        "credit": str(totals.sum(1)),
        "accounts": {code: {"debit": str(debit), "credit": str(credit)} for code, (debit, credit) in sorted(totals.accounts.items())},
    }
    (folder / f"journal-{day}.json").write_text(json.dumps(note, indent=2) + "\n", encoding="utf-8")
    return StepResult(totals.lines, totals.sum(0), {"file": str(folder / f"journal-{day}.csv"), "sha256": note["sha256"]})


def _chunks(parts: Iterable[Sequence[RowMapping]], totals: Totals) -> Iterator[bytes]:
    """The file piece by piece."""
    yield _encoded([COLUMNS], bom=True)
    for part in parts:
        yield _encoded([totals.add(line), *(line[name] for name in COLUMNS[1:])] for line in part)


def _encoded(rows: Iterable[Sequence[Any]], bom: bool = False) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode("utf-8-sig" if bom else "utf-8")
