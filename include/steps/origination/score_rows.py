"""Applications out of the database and scores into it, in chunks of many: what scoring a million rows spends its time on."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from include.database import run_sql, run_sql_many
from include.steps.context import StepError

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from models.score import Scores

CHUNK = 50_000
FEW = 2_000  # so many rows and fewer are inserted: a file brings nothing
LOADING_REFUSED = (1148, 3948, 4166)  # the server, or its policy, takes no files from clients

TEXTS = ("gender", "marital", "housing", "occupation", "adverse_record")
COLUMNS = (
    "application_id", "age", "gender", "marital", "housing", "occupation", "seniority", "income", "expenses", "assets", "debts",
    "adverse_record", "amount", "price", "tenor", "open_loans", "open_principal", "days_past_due",
)  # fmt: skip
SEPARATOR = "\x1f"


@dataclass(frozen=True)
class Marks:
    """What every score of a model on a date carries."""

    model_name: str
    model_version: str
    role: str
    business_date: date
    model_source: str


def waiting_applications(connection: Connection) -> Iterator[pd.DataFrame]:
    """What is to be scored, up to ``CHUNK`` applications at a time, by id: numbers as float64, None where nothing was given."""
    run_sql(connection, "credit_model/score_existing")
    after = 0
    while True:
        found = run_sql(connection, "credit_model/score_select", {"after": after, "chunk": CHUNK})
        lines = [row[0] for row in found] if found is not None else []
        if not lines:
            return
        frame = _parsed(lines)
        yield frame
        if len(lines) < CHUNK:
            return
        after = int(frame["application_id"].iloc[-1])


def _parsed(lines: list[str]) -> pd.DataFrame:
    import pyarrow as pa
    from pyarrow import csv

    table = csv.read_csv(
        pa.py_buffer("\n".join(lines).encode("utf-8")),
        csv.ReadOptions(column_names=list(COLUMNS), use_threads=False),
        csv.ParseOptions(delimiter=SEPARATOR, quote_char=False, double_quote=False, ignore_empty_lines=False),
        csv.ConvertOptions(
            column_types={name: pa.string() if name in TEXTS else pa.float64() for name in COLUMNS} | {"application_id": pa.int64()},
            null_values=[""],
            strings_can_be_null=True,
        ),
    )
    if table.num_rows != len(lines):
        raise StepError(f"{table.num_rows} rows were read of {len(lines)} applications: a text of one of them holds a line break.")
    frame: pd.DataFrame = table.to_pandas()
    return frame.astype(dict.fromkeys(TEXTS, object))


def as_lines(application_ids: Any, scores: Scores) -> pa.Array:
    """A tab-separated line a score: id, prob_good, points, reason codes, features."""
    import pyarrow as pa
    import pyarrow.compute as pc

    columns = [pa.array(application_ids), pa.array(scores.prob_good), pa.array(scores.points)]
    return pc.binary_join_element_wise(
        *(pc.cast(column, pa.string()) for column in columns), scores.reasons_json, scores.features_json, "\t"
    )


def write_scores(connection: Connection, lines: pa.Array, marks: Marks) -> None:
    """Write the lines of ``as_lines`` to application_score.

    Raises
    ------
    StepError : the server did not take every line as it was.
    """
    if len(lines) > FEW and _load(connection, lines, marks):
        return
    names = ("application_id", "prob_good", "points", "reason_codes", "features")
    rows = [dict(zip(names, line.split("\t"), strict=True)) | vars(marks) for line in lines.to_pylist()]
    run_sql_many(connection, "credit_model/score_insert", rows)


def _load(connection: Connection, lines: pa.Array, marks: Marks) -> bool:
    """By LOAD DATA LOCAL; False where the server takes no files."""
    import pyarrow as pa
    import pyarrow.compute as pc

    whole = pc.binary_join(pa.ListArray.from_arrays([0, len(lines)], lines), "\n")
    with tempfile.NamedTemporaryFile(prefix="millrace_scores_") as file:
        file.write(whole[0].as_buffer())
        file.write(b"\n")
        file.flush()
        try:
            loaded = run_sql(connection, "credit_model/score_load", {"file": file.name, **vars(marks)})
        except OperationalError as error:
            if getattr(error.orig, "args", (0,))[0] in LOADING_REFUSED:
                return False
            raise
    if loaded is None or loaded.rowcount != len(lines):
        raise StepError(f"The database took {loaded.rowcount if loaded else 0} of {len(lines)} scores: nothing is kept. See its log.")
    return True
