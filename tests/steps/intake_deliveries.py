"""Deliveries for the intake tests: good rows to start from, files in all three formats, an open date to take them in."""

from __future__ import annotations

import base64
import csv
import io
import json
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import URL, Engine, text
from upath import UPath

from include.day import BY_NAME
from include.places import Places
from include.steps.context import StepContext, StepResult
from include.steps.intake.datasets import DATASETS
from include.steps.intake.parse import sum_of_amounts
from include.steps.ledger import run_step
from tests.conftest import as_role
from tests.databases import create_schema, drop_schema

DAY = date(2026, 3, 2)
KEY = base64.b64encode(bytes(range(32))).decode()
FORMATS = ("csv", "jsonl", "parquet")

Row = dict[str, str]


def application(number: int, day: date = DAY, **changes: str) -> Row:
    """A good application of customer ``C<number>``."""
    row = {
        "application_no": f"A{day:%Y%m%d}-{number:04d}",
        "application_date": day.isoformat(),
        "customer_no": f"C{number:06d}",
        "customer_kind": "PERSON",
        "name": f"客户 {number:06d}",
        "id_number": f"99{number:015d}X",
        "phone": f"100{number:08d}",
        "email": f"c{number}@example.invalid",
        "region": "江苏",
        "industry": "零售",
        "product_code": "WC-INSTALMENT",
        "amount": f"{10000 + number}.50",
        "tenor": "24",
        "purpose": "进货",
        "price": "150000.00",
        "payee_account": f"9999{number:015d}",
        "age": "41",
        "gender": "male",
        "marital": "married",
        "housing": "owner",
        "occupation": "fixed",
        "seniority": "9",
        "income": "12900.00",
        "expenses": "7300.00",
        "assets": "300000.00",
        "debts": "",
        "adverse_record": "no",
    }
    return {**row, **changes}


def repayment(number: int, day: date = DAY, **changes: str) -> Row:
    """A good payment for loan ``LB<number>``."""
    row = {
        "source": "BANK1",
        "external_ref": f"{day:%Y%m%d}-{number:06d}",
        "channel": "BANK",
        "kind": "PAYMENT",
        "loan_no": f"LB{number:06d}",
        "amount": f"{100 + number}.25",
        "currency": "CNY",
        "value_date": day.isoformat(),
        "booking_date": day.isoformat(),
        "original_ref": "",
    }
    return {**row, **changes}


def rows_of(dataset: str, count: int, day: date = DAY) -> list[Row]:
    """``count`` good rows."""
    make = application if dataset == "applications" else repayment
    return [make(number, day) for number in range(1, count + 1)]


def encoded(rows: Sequence[Mapping[str, str]], format: str, columns: Sequence[str]) -> bytes:
    """The file of ``rows``."""
    if format == "csv":
        text_file = io.StringIO()
        writer = csv.DictWriter(text_file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        return text_file.getvalue().encode()
    if format == "jsonl":
        return "".join(json.dumps({name: row[name] or None for name in columns}, ensure_ascii=False) + "\n" for row in rows).encode()
    table = pa.table({name: pa.array([row[name] or None for row in rows], pa.string()) for name in columns})
    parquet = io.BytesIO()
    pq.write_table(table, parquet)
    return parquet.getvalue()


def total_of(rows: Iterable[Mapping[str, str]]) -> Decimal:
    """Control total of ``rows``."""
    return sum_of_amounts(row["amount"] for row in rows)


@dataclass
class IntakeDay:
    """A database whose one open date is ``day``, and the folders around it. ``engine`` is the pipeline's own account."""

    owner: Engine
    engine: Engine
    home: Path
    day: date = DAY

    @property
    def context(self) -> StepContext:
        return StepContext(self.day, self.engine, Places(*(UPath(self.home / name) for name in ("source", "landing", "records", "outbox"))))

    def folder(self, dataset: str) -> Path:
        return self.home / "source" / dataset / self.day.isoformat()

    def deliver(
        self, dataset: str, rows: Sequence[Mapping[str, str]], format: str = "csv", content: bytes | None = None, /, **manifest: Any
    ) -> None:
        """Put a delivery into the source folder; ``content`` and ``manifest`` override what belongs to ``rows``."""
        note = {
            "dataset": dataset,
            "business_date": self.day.isoformat(),
            "file": f"{dataset}.{format}",
            "rows": len(rows),
            "total": str(total_of(rows)),
            **manifest,
        }
        folder = self.folder(dataset)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / note["file"]).write_bytes(encoded(rows, format, DATASETS[dataset].names) if content is None else content)
        (folder / "manifest.json").write_text(json.dumps(note), encoding="utf-8")

    def run(self, step: str) -> StepResult:
        """Run ``intake.<step>`` of the day."""
        return run_step(BY_NAME[f"intake.{step}"], self.context)

    def take_in(self, dataset: str) -> StepResult:
        """Pull, validate, load; the result of the load."""
        for verb in ("pull", "validate"):
            self.run(f"{verb}_{dataset}")
        return self.run(f"load_{dataset}")

    def next_day(self) -> None:
        """Close the day without its servicing and open the next."""
        with self.owner.begin() as connection:
            for state in ("CLOSING", "CLOSED"):
                connection.execute(
                    text("update business_day set state = :state where business_date = :day"), {"state": state, "day": self.day}
                )
            self.day += timedelta(days=1)
            connection.execute(text("insert into business_day (business_date) values (:day)"), {"day": self.day})
        self.run("check_day")

    def all(self, sql: str, **parameters: Any) -> list[dict[str, Any]]:
        """Rows of a query."""
        with self.engine.connect() as connection:
            return [dict(row) for row in connection.execute(text(sql), parameters).mappings()]

    def one(self, sql: str, **parameters: Any) -> Any:
        """The one value of a query."""
        with self.engine.connect() as connection:
            return connection.execute(text(sql), parameters).scalar()


@contextmanager
def open_day(server: URL, home: Path) -> Iterator[IntakeDay]:
    """A schema of its own on ``server`` with DAY open and its steps listed."""
    name = f"intake_{uuid.uuid4().hex[:10]}"
    owner = create_schema(server, name)
    app = as_role(owner, "millrace_app")
    try:
        with owner.begin() as connection:
            connection.execute(text("insert into business_day (business_date) values (:day)"), {"day": DAY})
        day = IntakeDay(owner, app, home)
        day.run("check_day")
        yield day
    finally:
        app.dispose()
        with owner.begin() as connection:
            connection.execute(text(f"drop user {app.url.username}"))
        owner.dispose()
        drop_schema(server, name)
