"""The files of an opening book: their columns and what each holds. include/data/README.md has the meaning of each column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from include.steps.intake.datasets import Column, Dataset, Kind

LOANS = Dataset(
    name="book_loans",
    date_column="disbursed_on",
    key=("loan_no",),
    columns=(
        Column("loan_no"),
        Column("customer_no"),
        Column("customer_kind"),
        Column("name", personal=True),
        Column("id_number", personal=True),
        Column("phone", personal=True),
        Column("email", personal=True),
        Column("region"),
        Column("industry"),
        Column("product_code"),
        Column("currency"),
        Column("annual_rate", Kind.RATE),
        Column("penalty_rate", Kind.RATE),
        Column("principal", Kind.MONEY),
        Column("tenor", Kind.WHOLE),
        Column("disbursed_on", Kind.DATE),
        Column("matures_on", Kind.DATE),
        Column("principal_outstanding", Kind.MONEY),
        Column("held_money", Kind.MONEY),
        Column("state"),
        Column("closed_on", Kind.DATE),
        Column("charged_off", Kind.MONEY),
        Column("details"),
    ),
)

INSTALMENTS = Dataset(
    name="book_instalments",
    date_column="due_date",
    key=("loan_no", "instalment_no"),
    columns=(
        Column("loan_no"),
        Column("instalment_no", Kind.WHOLE),
        Column("period_start", Kind.DATE),
        Column("period_end", Kind.DATE),
        Column("due_date", Kind.DATE),
        Column("principal_due", Kind.MONEY),
        Column("interest_due", Kind.MONEY),
        Column("penalty", Kind.MONEY),
    ),
)

HISTORY = Dataset(
    name="book_history",
    date_column="event_date",
    key=("loan_no", "event_date", "kind", "reference"),
    columns=(
        Column("loan_no"),
        Column("event_date", Kind.DATE),
        Column("kind"),
        Column("principal", Kind.MONEY),
        Column("interest", Kind.MONEY),
        Column("fee", Kind.MONEY),
        Column("penalty", Kind.MONEY),
        Column("reference"),
    ),
)

FILES: dict[str, Dataset] = {"loans.csv": LOANS, "instalments.csv": INSTALMENTS, "history.csv": HISTORY}

# what may be missing as a column or empty in a row, and what it then is
OPTIONAL: dict[str, Mapping[str, str | None]] = {
    "book_loans": {"state": "RUNNING", "closed_on": None, "charged_off": "0.00", "details": None},
    "book_instalments": {},
    "book_history": {"interest": "0.00", "fee": "0.00", "penalty": "0.00", "principal": "0.00", "reference": None},
}


def as_given(dataset: Dataset, header: Sequence[str]) -> Dataset:
    """``dataset`` without the optional columns that ``header`` does not have."""
    left_out = set(OPTIONAL[dataset.name]) - set(header)
    return replace(dataset, columns=tuple(column for column in dataset.columns if column.name not in left_out))
