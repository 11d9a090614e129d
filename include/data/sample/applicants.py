"""The real rows of credit_data.csv in our units, and their split into history and applicants to come."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from include.data.sample.streams import stream

CREDIT_DATA = Path(__file__).parents[1] / "credit_data.csv"
HISTORY_ROWS = 2450

# The source names no currency; one of its units is taken as 100 CNY, which gives amounts of a small business.
CENTS_PER_UNIT = 10_000

# "ignore" is an answer of the source; its "priv" is spelt out
HOUSING = {name: name for name in ("owner", "rent", "parents", "ignore", "other", "")} | {"priv": "private", "NA": ""}


@dataclass(frozen=True)
class Applicant:
    """One real row. Money in cents, ``None`` where the source has no value.

    ``number`` is the row's place in credit_data.csv, from 1, and becomes the customer number.
    """

    number: int
    amount: int
    tenor: int
    price: int
    age: int
    marital: str
    housing: str
    occupation: str
    seniority: int
    income: int | None
    expenses: int
    assets: int | None
    debts: int | None
    adverse_record: str
    is_bad: int


@cache
def all_applicants() -> tuple[Applicant, ...]:
    """Every row of credit_data.csv, in its order."""
    with CREDIT_DATA.open(encoding="utf-8", newline="") as file:
        return tuple(_applicant(number, row) for number, row in enumerate(csv.DictReader(file), start=1))


def _applicant(number: int, row: dict[str, str]) -> Applicant:
    return Applicant(
        number=number,
        amount=int(row["amount"]) * CENTS_PER_UNIT,
        tenor=int(row["time"]),
        price=int(row["price"]) * CENTS_PER_UNIT,
        age=int(row["age"]),
        marital=_given(row["marital"]),
        housing=HOUSING[row["home"]],
        occupation=_given(row["job"]),
        seniority=int(row["seniority"]),
        income=_cents(row["income"]),
        expenses=int(row["expenses"]) * CENTS_PER_UNIT,
        assets=_cents(row["assets"]),
        debts=_cents(row["debt"]),
        adverse_record=row["records"],
        is_bad=int(row["default"]),
    )


def _given(value: str) -> str:
    return "" if value == "NA" else value


def _cents(value: str) -> int | None:
    return int(value) * CENTS_PER_UNIT if _given(value) else None


@cache
def history() -> tuple[Applicant, ...]:
    """The 2,450 rows whose outcome is known: what the score learns from and what the opening book is made of."""
    return _in_order(sorted(_shuffled()[:HISTORY_ROWS]))


@cache
def arriving() -> tuple[Applicant, ...]:
    """The other rows, in the order in which they come to the counter."""
    return _in_order(_shuffled()[HISTORY_ROWS:])


def _shuffled() -> list[int]:
    return [int(place) for place in stream("split").permutation(len(all_applicants()))]


def _in_order(places: Iterable[int]) -> tuple[Applicant, ...]:
    return tuple(all_applicants()[place] for place in places)
