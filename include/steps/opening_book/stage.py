"""A checked book into the temporary tables of intake/book_stage; its long files by LOAD DATA, personal data encrypted."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, text

from include import policy
from include.database import run_sql
from include.lending.money import from_cents, from_millionths
from include.lending.privacy import digest, encrypt
from include.steps.context import StepError
from include.steps.intake.datasets import Dataset, Kind
from include.steps.opening_book.datasets import HISTORY, INSTALMENTS, LOANS

if TYPE_CHECKING:
    import pandas as pd

Row = dict[str, Any]

OF_CUSTOMER = ("customer_kind", "name", "id_number", "phone", "email", "region", "industry")
# values that a frame keeps as integers beside their texts
SCALED = {Kind.MONEY: ("_cents", from_cents), Kind.RATE: ("_millionths", from_millionths)}
# what LOAD DATA would take for something else than itself
ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def stage_book(connection: Connection, frames: Mapping[str, pd.DataFrame]) -> None:
    """Fill the stage.

    Raises
    ------
    StepError : the server took fewer rows than it was given.
    """
    run_sql(connection, "intake/book_stage")
    loans = list(_rows(frames["loans.csv"], LOANS))
    _insert(connection, "book_customer", _customers(loans))
    _insert(connection, "book_loan", [{name: row[name] for name in row if name not in OF_CUSTOMER} for row in loans])
    _load(connection, "book_instalment", frames["instalments.csv"], INSTALMENTS.names)
    if "history.csv" in frames:
        _load(connection, "book_history", frames["history.csv"], ["line", *HISTORY.names])


def _rows(frame: pd.DataFrame, dataset: Dataset) -> Iterator[Row]:
    """Values of every row: money and rates as Decimal, dates as their ISO texts, None where nothing is given."""
    columns = []
    for column in dataset.columns:
        suffix, read = SCALED.get(column.kind, ("", None))
        values = frame[column.name + suffix].astype(object)
        given = values.where(values.notna(), None).tolist()
        columns.append([None if value is None else read(value) for value in given] if read else given)
    return (dict(zip(dataset.names, values, strict=True)) for values in zip(*columns, strict=True))


def _customers(loans: Sequence[Row]) -> list[Row]:
    """One row a customer, personal data encrypted; a customer since the first loan that is in the book."""
    limits = policy.read("intake")["default_exposure_limit"]
    found: dict[str, Row] = {}
    for loan in sorted(loans, key=lambda loan: str(loan["disbursed_on"])):
        if loan["customer_no"] not in found:
            found[loan["customer_no"]] = {
                "customer_no": loan["customer_no"],
                "kind": loan["customer_kind"],
                "region": loan["region"],
                "industry": loan["industry"],
                "exposure_limit": Decimal(str(limits[loan["customer_kind"]])),
                "created_on": loan["disbursed_on"],
                "name_cipher": encrypt("name", loan["name"]),
                "id_number_cipher": encrypt("id_number", loan["id_number"]),
                "id_number_digest": digest("id_number", loan["id_number"]),
                "phone_cipher": encrypt("phone", loan["phone"]),
                "email_cipher": encrypt("email", loan["email"]),
            }
    return list(found.values())


def _insert(connection: Connection, table: str, rows: Sequence[Row]) -> None:
    if rows:
        places = ", ".join(f":{column}" for column in rows[0])
        connection.execute(text(f"insert into {table} ({', '.join(rows[0])}) values ({places})"), rows)  # noqa: S608


def _load(connection: Connection, table: str, frame: pd.DataFrame, columns: Sequence[str]) -> None:
    """Every checked text is as the database reads it. LOCAL makes warnings of errors, so the rows are counted."""
    if frame.empty:
        return
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", newline="", suffix=".tsv") as file:
        texts = [_escaped(frame[column]) for column in columns]
        file.writelines("\t".join(row) + "\n" for row in zip(*texts, strict=True))
        file.flush()
        statement = f"load data local infile :file into table {table} character set utf8mb4 ({', '.join(columns)})"
        connection.execute(text(statement), {"file": file.name})
    loaded = connection.scalar(text(f"select count(*) from {table}"))  # noqa: S608
    if loaded != len(frame):
        raise StepError(f"{loaded} of {len(frame)} rows came into {table}, nothing is kept: look at the server's log, then run it again.")


def _escaped(column: pd.Series[Any]) -> list[str]:
    known = column.notna().tolist()
    return [str(value).translate(ESCAPED) if given else "\\N" for value, given in zip(column.tolist(), known, strict=True)]
