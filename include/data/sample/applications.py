"""The applications of a date: real rows that are not in the history, a few from customers of the book, a few bad rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from include.data.sample.applicants import Applicant, all_applicants, arriving
from include.data.sample.book import borrowers
from include.data.sample.files import write_day
from include.data.sample.identity import identity_of
from include.data.sample.streams import FIRST_DATE, any_of, between, stream
from include.data.sample.terms import choose_product
from include.data.sample.training_history import declared

COLUMNS = (
    "application_no", "application_date", "customer_no", "customer_kind", "name", "id_number", "phone", "email", "region", "industry",
    "product_code", "amount", "tenor", "purpose", "price", "payee_account", "age", "gender", "marital", "housing", "occupation",
    "seniority", "income", "expenses", "assets", "debts", "adverse_record",
)  # fmt: skip

PURPOSES = ("进货", "备料", "设备购置", "店面装修", "支付租金", "发放工资")
WEEKDAY_ROWS = (108, 128)
WEEKEND_ROWS = (52, 66)
KNOWN_CUSTOMERS = 3  # a day, of the book
FIRST_RESAMPLED = 100_001  # customer number of the first applicant beyond the real rows

Row = dict[str, str]


def write_applications(folder: Path, day: date) -> list[Row]:
    """Write the file and manifest of ``day`` and return its rows."""
    rows = applications_of(day)
    write_day(folder, "applications", day, COLUMNS, rows, sum(_cents(row["amount"]) for row in rows))
    return rows


def applications_of(day: date) -> list[Row]:
    """All rows of ``day`` as they stand in its file."""
    rng = stream("applications", day)
    known = stream("known customers", day).choice(borrowers(), KNOWN_CUSTOMERS, replace=False)
    applicants = _new_applicants(day) + [(int(number), all_applicants()[int(number) - 1]) for number in known]
    order = rng.permutation(len(applicants))
    rows = [_row(day, place, *applicants[chosen]) for place, chosen in enumerate(order, start=1)]
    return _with_bad_rows(rng, day, rows)


def new_rows(day: date) -> int:
    """How many new customers apply on ``day``."""
    return between(stream("arrivals", day), *(WEEKEND_ROWS if day.weekday() >= 5 else WEEKDAY_ROWS))


def _new_applicants(day: date) -> list[tuple[int, Applicant]]:
    """Customer numbers and data of the day's new customers; once the real rows are used up they are drawn again, as other people."""
    start = sum(new_rows(FIRST_DATE + timedelta(days=n)) for n in range((day - FIRST_DATE).days))
    real = arriving()
    return [
        (real[place].number, real[place])
        if place < len(real)
        else (FIRST_RESAMPLED + place - len(real), any_of(stream("resampled", place), real))
        for place in range(start, start + new_rows(day))
    ]


def _row(day: date, place: int, number: int, applicant: Applicant) -> Row:
    rng = stream("application", day, number)
    customer = identity_of(number, applicant)
    return {
        "application_no": f"A{day:%Y%m%d}-{place:04d}",
        "application_date": day.isoformat(),
        "customer_no": customer.customer_no,
        "customer_kind": customer.kind,
        "name": customer.name,
        "id_number": customer.id_number,
        "phone": customer.phone,
        "email": customer.email,
        "region": customer.region,
        "industry": customer.industry,
        "product_code": choose_product(rng, applicant.amount, applicant.tenor),
        "purpose": any_of(rng, PURPOSES),
        "payee_account": customer.payee_account,
        "gender": customer.gender,
        **declared(applicant),
    }


def _negative_age(row: Row, _day: date) -> None:
    row["age"] = f"-{row['age']}"


def _no_amount(row: Row, _day: date) -> None:
    row["amount"] = ""


def _unknown_occupation(row: Row, _day: date) -> None:
    row["occupation"] = "astronaut"


def _wrong_date(row: Row, day: date) -> None:
    row["application_date"] = (day - timedelta(days=30)).isoformat()


DAMAGES: tuple[Callable[[Row, date], None], ...] = (_negative_age, _no_amount, _unknown_occupation, _wrong_date)


def _with_bad_rows(rng: np.random.Generator, day: date, rows: list[Row]) -> list[Row]:
    """Damage one row in each way, and send one more twice: the same number on two rows."""
    places = [int(place) for place in rng.choice(len(rows), len(DAMAGES) + 1, replace=False)]
    for damage, place in zip(DAMAGES, places[:-1], strict=True):
        damage(rows[place], day)
    return [*rows, dict(rows[places[-1]])]


def _cents(amount: str) -> int:
    return int(amount.replace(".", "")) if amount else 0
