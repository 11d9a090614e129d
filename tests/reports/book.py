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
        "customer_no": "C1",
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
    "application_score": {
        "model_name": "credit_score",
        "model_version": "1",
        "role": "CHAMPION",
        "reason_codes": "[]",
        "features": "{}",
    },
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


def one_day(days: Days, number: int) -> None:
    """Something for every report: loans that move, money, applications, a decision, the dated book."""
    loan = number * 10
    days.loans(f"loan state application_id\n{loan} ACTIVE {loan}\n{loan + 1} OVERDUE -")
    days.write("application", f"application_id application_no amount\n{loan} A{loan} 1000.00\n{loan + 1} A{loan + 1} 2000.00")
    days.score(f"application_id points prob_good\n{loan} 600.5 0.9\n{loan + 1} 441 0.2")
    days.write(
        "application_decision",
        f"application_id outcome offer_amount model_name model_version points\n{loan} APPROVED 900.00 credit_score 1 600.5\n"
        f"{loan + 1} REJECTED - credit_score 1 441",
    )
    days.move("application", f"id to\n{loan} UNDER_REVIEW>APPROVED\n{loan + 1} UNDER_REVIEW>REJECTED")
    days.write("repayment", f"repayment_id external_ref loan_no loan_id amount value_date\n{loan} r{loan} {loan} {loan} 70.00 {days.day}")
    days.write(
        "ledger_entry",
        f"""
        loan_id instalment_no entry_type   value_date principal interest repayment_id
        {loan}  0             DISBURSEMENT {days.day} 5000.00   0        -
        {loan}  1             REPAYMENT    {days.day} 60.00     10.00    {loan}
        """,
    )
    days.move("loan", f"id to\n{loan} OVERDUE\n{loan + 1} ACTIVE")
    days.write(
        "loan_day",
        f"""
        loan_id    state   days_past_due class_code principal_balance principal_disbursed exposure provision due_today received_today
        {loan}     OVERDUE {30 + number} 2          940.00            1000.00             950.00   28.50     80.00     70.00
        {loan + 1} ACTIVE  0             1          500.00            1000.00             500.00   5.00      0         0
        """,
    )
    days.write("account_day", "account_code opening debit credit\n1002 0 70.00 5000.00\n1303 0 5000.00 60.00")
    days.write("expected_cash_day", f"due_date product_id instalments principal interest\n2026-04-01 1 2 {100 + number}.00 9.00")


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
