"""A refused row for tests: an application with one thing wrong, as intake leaves it."""

from __future__ import annotations

import json

from sqlalchemy import Engine, text

from include.steps.intake.datasets import APPLICATIONS
from include.steps.intake.quarantine_rows import seal

ROW = {
    "application_no": "A1",
    "application_date": "2026-03-02",
    "customer_no": "C1",
    "name": "张伟",
    "phone": "13800138000",
    "amount": "12x0",
    "occupation": "fixed",
}
REASON = {"column": "amount", "rule": "amount.money", "expected": "amount is <money>", "do": "correct amount"}


def refused(engine: Engine, row_no: int = 1, state: str = "NEW", rule: str = "amount.money") -> int:
    """Put a row into quarantine; returns its number."""
    with engine.begin() as connection:
        connection.execute(
            text(
                "insert ignore into landing_file (landing_file_id, dataset, business_date, file_name, sha256, uri, state, rows_total,"
                " rows_accepted, rows_refused, amount_accepted)"
                " values (7, 'applications', '2026-03-02', 'a.csv', 'f00d', 'a.csv', 'LOADED', 120, 118, 2, 98765.40)"
            )
        )
        return int(
            connection.execute(
                text(
                    "insert into quarantine (landing_file_id, dataset, business_date, row_no, source_row, reasons, state)"
                    " values (7, 'applications', '2026-03-02', :row_no, :row, :reasons, :state)"
                ),
                {
                    "row_no": row_no,
                    "row": seal(APPLICATIONS, {name: ROW.get(name) for name in APPLICATIONS.names}),
                    "reasons": json.dumps([REASON | {"rule": rule}]),
                    "state": state,
                },
            ).lastrowid
        )
