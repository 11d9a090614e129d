"""A table as a source: the rows of the date become a CSV file with a computed manifest, then go the way of every file."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import Connection, Engine, TableClause, column, func, inspect, select, table

from include.steps.intake.datasets import Dataset
from include.steps.intake.formats import text_of
from include.steps.intake.manifest import Manifest
from include.steps.intake.parse import sum_of_amounts
from include.steps.intake.sources import Delivery, NotArrivedError


@dataclass(frozen=True)
class TableSource:
    """Rows of ``name`` (``table`` or ``schema.table``) whose date column is the business date.

    A table cannot say by itself whether a day is empty or not there yet, complete or half written. So a table
    ``<name>_manifest`` (business_date, row_count, total) is asked where there is one; where there is none, a day without
    rows is refused.
    """

    dataset: Dataset
    name: str
    engine: Engine

    def fetch(self, business_date: date) -> Delivery:
        with self.engine.connect() as connection:
            promised = self._promise(connection, business_date)
            rows = self._rows(connection, business_date)
        if not rows and promised is None:
            raise NotArrivedError(
                f"{self.name} has no {self.dataset.name} of {business_date}. If they are still to come, wait and clear"
                f" {self.dataset.step('pull')}; if the day is empty, say so by a row ({business_date}, 0, 0) in {self.name}_manifest."
            )
        amount = self.dataset.names.index("amount")
        rows_and_total = promised or (len(rows), sum_of_amounts(row[amount] for row in rows))
        manifest = Manifest(self.dataset.name, business_date, f"{self.dataset.name}.csv", *rows_and_total)
        return Delivery(manifest, manifest.to_bytes(), self._csv(rows))

    def _table(self, suffix: str, names: Sequence[str]) -> TableClause:
        schema, _, plain = self.name.rpartition(".")
        return table(plain + suffix, *(column(name) for name in names), schema=schema or None)

    def _rows(self, connection: Connection, business_date: date) -> list[list[str]]:
        source = self._table("", self.dataset.names)
        of_the_date = source.c[self.dataset.date_column] == business_date
        query = select(source).where(of_the_date).order_by(*(source.c[name] for name in self.dataset.key))
        return [[text_of(value) or "" for value in row] for row in connection.execute(query)]

    def _promise(self, connection: Connection, business_date: date) -> tuple[int, Decimal] | None:
        note = self._table("_manifest", ("business_date", "row_count", "total"))
        if not inspect(connection).has_table(note.name, schema=note.schema):
            return None
        query = select(func.sum(note.c.row_count), func.sum(note.c.total)).where(note.c.business_date == business_date)
        rows, total = connection.execute(query).one()
        if rows is None:
            raise NotArrivedError(
                f"{self.name}_manifest has no row for {business_date}: its {self.dataset.name} are not complete yet."
                f" When they are, clear {self.dataset.step('pull')}."
            )
        return int(rows), Decimal(str(total)).quantize(Decimal("0.01"))

    def _csv(self, rows: list[list[str]]) -> bytes:
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(self.dataset.names)
        writer.writerows(rows)
        return text.getvalue().encode()
