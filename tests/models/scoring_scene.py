"""Applications to be scored, and the step that scores them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Engine, Row, text

from include.places import Places
from include.steps.context import StepContext, StepResult
from include.steps.origination.score import score_applications

DAY = date(2026, 3, 2)
APPLICANT = {
    "product_code": "WC-INSTALMENT", "amount": "84600.00", "tenor": 60, "price": "100000.00", "age": 30, "gender": "male",
    "marital": "married",
    "housing": "rent", "occupation": "freelance", "seniority": "9.5", "income": "12900.33", "expenses": "7300.00", "assets": "0.00",
    "debts": None, "adverse_record": "no",
}  # fmt: skip


def apply(database: Engine, number: int, **changes: object) -> None:
    row = {**APPLICANT, **changes, "application_no": f"A{number}", "customer_id": number}
    columns = ", ".join(row)
    with database.begin() as connection:
        connection.execute(
            text("insert into customer (customer_id, customer_no, kind, exposure_limit, created_on) values (:n, :c, 'PERSON', 500000, :d)"),
            {"n": number, "c": f"C{number}", "d": DAY},
        )
        statement = f"insert into application ({columns}, business_date) values ({', '.join(f':{name}' for name in row)}, :day)"
        connection.execute(text(statement), {**row, "day": DAY})


def score(database: Engine) -> StepResult:
    with database.begin() as connection:
        return score_applications(connection, StepContext(DAY, database, Places.from_environment()))


def scores(database: Engine, number: int | None = None) -> Sequence[Row[Any]]:
    with database.connect() as connection:
        found = connection.execute(text("select * from application_score join application using (application_id) order by application_id"))
        return [row for row in found if number is None or row.application_no == f"A{number}"]
