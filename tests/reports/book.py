"""Dated books for the report tests: small tables of text in, report rows as tables of text out.

A table is a header line and one line a row, columns split at blanks, ``-`` for null. Columns that a case does not
name have the plain value of ``PLAIN``.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, text

from include.day import BY_NAME
from include.places import Places
from include.steps.context import StepContext, StepResult
from include.steps.ledger import run_step

Row = dict[str, str | None]

FIRST = date(2026, 3, 2)

PLAIN: dict[str, dict[str, Any]] = {
    "loan_day": {
        "product_id": 1,
        "customer_id": 1,
        "disbursed_on": "2026-01-15",
        "state": "ACTIVE",
        "class_code": 1,
        "stage": 1,
        **dict.fromkeys(("days_past_due", "principal_disbursed", "principal_balance", "interest_outstanding", "fee_outstanding"), 0),
        **dict.fromkeys(("penalty_outstanding", "interest_accrued", "arrears", "overpayment", "exposure", "provision"), 0),
        **dict.fromkeys(("due_today", "due_open", "received_today"), 0),
    },
    "ledger_entry": {"instalment_no": 1, "actor": "test", **dict.fromkeys(("principal", "interest", "fee", "penalty", "overpayment"), 0)},
    "repayment": {"source": "test", "channel": "BANK", "kind": "PAYMENT"},
    "suspense_item": {"reason": "no such loan"},
    "application": {"customer_id": 1, "product_code": "WC-INSTALMENT", "tenor": 12},
    "application_decision": {"policy_version": "test", "rules_fired": "[]", "decided_by": "policy"},
    "expected_cash_day": {"fee": 0},
    "loan": {
        "customer_id": 1,
        "product_id": 1,
        "annual_rate": "0.1",
        "penalty_rate": "0.15",
        "principal": 100000,
        "tenor": 1,
        "disbursed_on": "2026-01-15",
        "matures_on": "2026-04-15",
        "source": "BOOK",
    },
    "instalment": {
        "instalment_no": 1,
        "period_start": "2026-01-15",
        **dict.fromkeys(("period_end", "due_date", "penalty_from"), "2026-04-15"),
        "principal_due": 100000,
        "interest_due": 9999,
        "fee_due": 99,
    },
}


def table(lines: str) -> list[Row]:
    """Rows of a table of text."""
    header, *rows = (line.split() for line in lines.strip().splitlines())
    return [{name: None if value == "-" else value for name, value in zip(header, row, strict=True)} for row in rows]


class Days:
    """Business dates one after the other: write what happened while a date is open, then close it."""

    def __init__(self, engine: Engine, first: date = FIRST) -> None:
        self.engine, self.day = engine, first
        with engine.begin() as connection:
            connection.execute(text("insert into business_day (business_date) values (:day)"), {"day": first})
            connection.execute(
                text(
                    "insert into customer (customer_id, customer_no, kind, exposure_limit, created_on)"
                    " values (1, 'C1', 'PERSON', 1000000, '2026-01-01')"
                )
            )

    def loans(self, lines: str) -> None:
        """Loans with one big instalment, taken over in their state: what ledger entries and moves of state need."""
        with self.engine.begin() as connection:
            for row in table(lines):
                loan = {"loan_id": row["loan"]}
                lent = {"loan_no": row["loan"], "state": row["state"], "application_id": row.get("application_id")}
                insert(connection, "loan", [{**loan, **lent}])
                insert(connection, "instalment", [loan])
                opening = {"instalment_no": "0", "entry_type": "OPENING", "principal": "100000", "overpayment": "500"}
                insert(connection, "ledger_entry", [{**loan, **opening}], business_date=self.day, value_date=self.day)

    def write(self, name: str, lines: str, **common: Any) -> None:
        """Insert the rows of ``lines`` into table ``name`` on the open date."""
        rows = table(lines)
        if name == "loan_day":
            rows = [{"loan_no": row["loan_id"], **row} for row in rows]
        with self.engine.begin() as connection:
            insert(connection, name, rows, business_date=self.day, **common)

    def score(self, lines: str, version: str = "1", bins: str = "") -> None:
        """Scores of the open date by ``version``, and applications by bin of the training set: ``feature bin_no applications``."""
        by = {"model_name": "credit_score", "model_version": version}
        self.write("application_score", lines, role="CHAMPION", reason_codes="[]", features="{}", **by)
        if bins:
            self.write("score_bin_day", bins, role="CHAMPION", **by)

    def move(self, name: str, lines: str) -> None:
        """Move the ``id``-th loan or application through the states of each line, as the state machine allows."""
        with self.engine.begin() as connection:
            for row in table(lines):
                for state in (row["to"] or "").split(">"):
                    update = text(f"update {name} set state = :state where {name}_id = :id")
                    connection.execute(update, {"state": state, "id": row["id"]})

    def close(self) -> date:
        """Close the open date and open the next; returns the closed one."""
        closed, self.day = self.day, self.day + timedelta(days=1)
        with self.engine.begin() as connection:
            for state in ("CLOSING", "CLOSED"):
                update = text("update business_day set state = :state where business_date = :day")
                connection.execute(update, {"state": state, "day": closed})
            connection.execute(text("insert into business_day (business_date) values (:day)"), {"day": self.day})
        return closed


def insert(connection: Connection, name: str, rows: Iterable[Row], **common: Any) -> None:
    """Insert ``rows`` into table ``name``, each with the plain values and ``common`` for what it does not name."""
    for row in rows:
        values = {**PLAIN.get(name, {}), **common, **row}
        columns = ", ".join(values)
        connection.execute(text(f"insert into {name} ({columns}) values ({', '.join(f':{column}' for column in values)})"), values)


def build(engine: Engine, report: str, day: date) -> StepResult:
    """Run ``reports.<report>`` of ``day`` as the pipeline does."""
    return run_step(BY_NAME[f"reports.{report}"], StepContext(day, engine, Places.from_environment(), run_id="test"))


def rows_of(engine: Engine, name: str, day: date, columns: Iterable[str] | None = None) -> list[Row]:
    """Rows of ``report_<name>`` of ``day`` as text, in key order."""
    with engine.connect() as connection:
        found = connection.execute(text(f"select * from report_{name} where business_date = :day"), {"day": day}).mappings().all()
    return [{c: None if row[c] is None else str(row[c]) for c in (columns or row.keys())} for row in found]


def assert_report(engine: Engine, name: str, day: date, expected: str) -> None:
    """The columns that ``expected`` names hold exactly its rows, in key order."""
    wanted = table(expected)
    assert rows_of(engine, name, day, wanted[0]) == wanted
