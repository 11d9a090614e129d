"""Reading an opening book: ``manifest.json``, ``loans.csv`` and ``instalments.csv``, refused as a whole where anything is wrong.

The book holds, as of the end of the cut-over date, every running loan with its remaining schedule: what is still owed of each
instalment. The columns are in include/data/README.md.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from upath import UPath

from include.steps.context import StepError
from include.steps.opening_book_rules import faults

LARGEST = Decimal(10) ** 15
MOST_FAULTS_SHOWN = 10

Row = dict[str, Any]


@dataclass(frozen=True)
class OpeningBook:
    """A book that is whole and agrees with itself and its control totals. Amounts are Decimals in currency units."""

    cut_over: date
    first_date: date
    totals: Mapping[str, Decimal]
    loans: list[Row]
    instalments: list[Row]


def _text(value: str) -> str:
    if not value:
        raise ValueError("is empty")
    return value


def _optional(value: str) -> str | None:
    return value or None


def _date(value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError("must be a date like 2026-03-01") from None


def _number(value: str, digits: int) -> Decimal:
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise ValueError("must be a number") from None
    if not (number.is_finite() and 0 <= number < LARGEST):
        raise ValueError("must be 0 or more")
    if number != number.quantize(Decimal(1).scaleb(-digits)):
        raise ValueError(f"has more than {digits} digits after the point")
    return number


def _money(value: str) -> Decimal:
    return _number(value, 2)


def _rate(value: str) -> Decimal:
    return _number(value, 6)


def _whole(value: str) -> int:
    return int(_number(value, 0))


LOANS = {
    "loan_no": _text, "customer_no": _text, "customer_kind": _text, "name": _text, "id_number": _text,
    "phone": _optional, "email": _optional, "region": _optional, "industry": _optional,
    "product_code": _text, "currency": _text, "annual_rate": _rate, "penalty_rate": _rate, "principal": _money, "tenor": _whole,
    "disbursed_on": _date, "matures_on": _date, "principal_outstanding": _money, "held_money": _money,
}  # fmt: skip
INSTALMENTS = {
    "loan_no": _text, "instalment_no": _whole, "period_start": _date, "period_end": _date, "due_date": _date,
    "principal_due": _money, "interest_due": _money, "penalty": _money,
}  # fmt: skip
TOTALS = ("loans", "instalments", "principal_outstanding", "arrears", "penalty", "held_money")


def read_book(folder: UPath) -> OpeningBook:
    """Read and check the book in ``folder``.

    Raises
    ------
    StepError : something is missing, malformed or does not add up; the message says where, without personal data.
    """
    manifest = _manifest(folder)
    loans = _rows(folder, "loans.csv", manifest, LOANS)
    instalments = _rows(folder, "instalments.csv", manifest, INSTALMENTS)
    try:
        cut_over, first_date = _date(str(manifest["cut_over"])), _date(str(manifest["first_date"]))
        totals = {name: _money(str(manifest["totals"][name])) for name in TOTALS}
    except (KeyError, TypeError, ValueError) as error:
        raise StepError(f"{folder}/manifest.json: cut_over, first_date and totals of {', '.join(TOTALS)} are needed ({error})") from None
    _refuse(str(folder), faults(loans, instalments, cut_over, totals))
    return OpeningBook(cut_over, first_date, totals, loans, instalments)


def _manifest(folder: UPath) -> dict[str, Any]:
    try:
        manifest = json.loads((folder / "manifest.json").read_bytes())
    except FileNotFoundError:
        raise StepError(
            f"No opening book in {folder}: put loans.csv, instalments.csv and manifest.json there, or name it with --from"
        ) from None
    except ValueError:
        raise StepError(f"{folder}/manifest.json is not JSON in UTF-8") from None
    if not isinstance(manifest, dict) or manifest.get("dataset") != "book" or not isinstance(manifest.get("files"), dict):
        raise StepError(f'{folder}/manifest.json is not that of an opening book: it needs "dataset": "book" and "files"')
    return manifest


def _rows(folder: UPath, name: str, manifest: Mapping[str, Any], columns: Mapping[str, Any]) -> list[Row]:
    expected = manifest["files"].get(name)
    if not isinstance(expected, dict):
        raise StepError(f"{folder}/manifest.json does not list {name}")
    try:
        content = (folder / name).read_bytes()
        text = content.decode("utf-8-sig")
    except FileNotFoundError:
        raise StepError(f"{folder}/{name} is missing") from None
    except UnicodeDecodeError:
        raise StepError(f"{folder}/{name} is not UTF-8") from None
    if expected.get("sha256") not in (None, hashlib.sha256(content).hexdigest()):
        raise StepError(f"{folder}/{name} is not the file that the manifest describes (its SHA-256 differs): fetch both again")
    reader = csv.DictReader(io.StringIO(text, newline=""))
    if tuple(reader.fieldnames or ()) != tuple(columns):
        raise StepError(f"{folder}/{name} must have the columns {', '.join(columns)}")
    rows: list[Row] = []
    _refuse(f"{folder}/{name}", _parse(reader, columns, rows))
    if len(rows) != expected.get("rows"):
        raise StepError(f"{folder}/{name} has {len(rows)} rows, the manifest says {expected.get('rows')}")
    return rows


def _parse(reader: Iterable[dict[str, str]], columns: Mapping[str, Any], rows: list[Row]) -> Iterator[str]:
    """Fill ``rows``; yield what is wrong."""
    for line, raw in enumerate(reader, start=2):
        row: Row = {}
        for column, parse in columns.items():
            try:
                row[column] = parse(raw[column] or "")
            except ValueError as error:
                yield f"line {line}: {column} {error}"
        if None in raw:
            yield f"line {line}: more fields than columns"
        rows.append(row)


def _refuse(where: str, found: Iterable[str]) -> None:
    if problems := list(found):
        more = f"; and {len(problems) - MOST_FAULTS_SHOWN} more" if len(problems) > MOST_FAULTS_SHOWN else ""
        raise StepError(f"The opening book is refused, nothing was loaded. {where}: {'; '.join(problems[:MOST_FAULTS_SHOWN])}{more}")
