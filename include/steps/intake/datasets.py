"""The data sets that arrive: their columns, what each holds, and which of them say who somebody is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a column's text must be read as."""

    TEXT = "text"
    MONEY = "money"
    DATE = "date"
    WHOLE = "whole number"
    DECIMAL = "number"
    RATE = "rate"


@dataclass(frozen=True)
class Column:
    """One column. ``personal`` ones are encrypted wherever they are stored outside the landing place."""

    name: str
    kind: Kind = Kind.TEXT
    personal: bool = False


@dataclass(frozen=True)
class Dataset:
    """One data set, delivered once a date.

    Attributes
    ----------
    date_column : must be the business date of the delivery.
    key : the columns by which its source knows a row.
    group : task group of its steps.
    empty_day : what comes on a day on which nothing happened.
    """

    name: str
    date_column: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    group: str = "intake"
    empty_day: str = 'A day without {name} has them too, with "rows": 0, "total": "0.00" and a file without rows.'

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]

    @property
    def personal(self) -> frozenset[str]:
        return frozenset(column.name for column in self.columns if column.personal)

    def of_kind(self, kind: Kind) -> list[str]:
        return [column.name for column in self.columns if column.kind is kind]

    def step(self, verb: str) -> str:
        """Name of one of its steps, as ``intake.pull_applications``."""
        return f"{self.group}.{verb}_{self.name}"


APPLICATIONS = Dataset(
    name="applications",
    date_column="application_date",
    key=("application_no",),
    columns=(
        Column("application_no"),
        Column("application_date", Kind.DATE),
        Column("customer_no"),
        Column("customer_kind"),
        Column("name", personal=True),
        Column("id_number", personal=True),
        Column("phone", personal=True),
        Column("email", personal=True),
        Column("region"),
        Column("industry"),
        Column("product_code"),
        Column("amount", Kind.MONEY),
        Column("tenor", Kind.WHOLE),
        Column("purpose"),
        Column("price", Kind.MONEY),
        Column("payee_account", personal=True),
        Column("age", Kind.WHOLE),
        Column("gender"),
        Column("marital"),
        Column("housing"),
        Column("occupation"),
        Column("seniority", Kind.DECIMAL),
        Column("income", Kind.MONEY),
        Column("expenses", Kind.MONEY),
        Column("assets", Kind.MONEY),
        Column("debts", Kind.MONEY),
        Column("adverse_record"),
    ),
)

REPAYMENTS = Dataset(
    name="repayments",
    date_column="booking_date",
    key=("source", "external_ref"),
    columns=(
        Column("source"),
        Column("external_ref"),
        Column("channel"),
        Column("kind"),
        Column("loan_no"),
        Column("amount", Kind.MONEY),
        Column("currency"),
        Column("value_date", Kind.DATE),
        Column("booking_date", Kind.DATE),
        Column("original_ref"),
    ),
)

# the bank's statement of a date: its opening balance, every movement, its closing balance, one a row
BANK_STATEMENT = Dataset(
    name="bank_statement",
    date_column="booking_date",
    key=("booking_date", "line_no"),
    columns=(
        Column("booking_date", Kind.DATE),
        Column("line_no", Kind.WHOLE),
        Column("kind"),
        Column("value_date", Kind.DATE),
        Column("amount", Kind.MONEY),
        Column("currency"),
        Column("reference"),
        Column("counterparty", personal=True),
    ),
    # what the bank did on a date is known when the date is over
    group="close",
    empty_day="A day without a movement has one too, with its two balances alone.",
)

DATASETS: dict[str, Dataset] = {dataset.name: dataset for dataset in (APPLICATIONS, REPAYMENTS, BANK_STATEMENT)}
