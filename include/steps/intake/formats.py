"""CSV, JSON Lines and Parquet into one shape: a frame of texts in the data set's own order of columns, empty = not given.

Nothing is guessed: a number keeps its digits, a line that does not fit its header refuses the file.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from include.steps.intake.datasets import Dataset, Kind
from include.steps.intake.manifest import FileFault

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

# a field longer than this is a quote that was never closed, not an address
FIELD_LIMIT = 10_000


def read_rows(content: bytes, extension: str, dataset: Dataset) -> pd.DataFrame:
    """Every row of a file as text, numbered from 0; what was not given is missing.

    Raises
    ------
    FileFault : empty, wrong encoding, wrong header, cut off, or broken.
    """
    if not content and extension != ".jsonl":
        raise FileFault("the file is empty, it has not even a header: it was not written, or not copied to its end")
    if extension == ".parquet":
        return _from_parquet(content, dataset)
    text = _decoded(content)
    if text and not text.endswith("\n"):
        raise FileFault("the last line has no line end: the file was cut off while it was written or copied")
    return _from_csv(text, dataset) if extension == ".csv" else _from_json_lines(text, dataset)


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FileFault("the file is UTF-16: write it in UTF-8")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise FileFault(f"line {line} is not UTF-8{_likely_encoding(content)}: write the file in UTF-8") from None
    if "\0" in text:
        raise FileFault("the file holds zero bytes: it is not text, or it was damaged on its way")
    return text


def _likely_encoding(content: bytes) -> str:
    try:
        content.decode("gb18030")
    except UnicodeDecodeError:
        return ""
    return " (it reads as GBK / GB18030)"


def _from_csv(text: str, dataset: Dataset) -> pd.DataFrame:
    csv.field_size_limit(FIELD_LIMIT)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = next(reader, [])
        _check_header(header, dataset)
        rows = []
        for row in reader:
            if len(row) != len(header):
                raise FileFault(f"line {reader.line_num} has {len(row)} fields, the header has {len(header)}")
            rows.append(row)
    except csv.Error as error:
        raise FileFault(f"line {reader.line_num} is broken CSV ({error}): look for a quote that is not closed") from None
    return _frame(zip(*rows, strict=True) if rows else [[] for _ in header], header, dataset)


def _from_json_lines(text: str, dataset: Dataset) -> pd.DataFrame:
    rows = [_json_row(number, line) for number, line in enumerate(text.split("\n")[:-1], start=1)]
    if rows:
        _check_header(list(dict.fromkeys(name for row in rows for name in row)), dataset)
    return _frame([[_json_text(row.get(name)) for row in rows] for name in dataset.names], dataset.names, dataset)


def _json_row(number: int, line: str) -> dict[str, Any]:
    try:
        row = json.loads(line, parse_float=str, parse_int=str, parse_constant=str, object_pairs_hook=_once)
    except ValueError as error:
        raise FileFault(f"line {number} is not a JSON object{'' if isinstance(error, json.JSONDecodeError) else f': {error}'}") from None
    if not isinstance(row, dict):
        raise FileFault(f"line {number} is not a JSON object")
    return row


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    row = dict(pairs)
    if len(row) < len(pairs):
        raise ValueError("a name stands in it twice")
    return row


def _json_text(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _from_parquet(content: bytes, dataset: Dataset) -> pd.DataFrame:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(io.BytesIO(content))
    except (pa.ArrowException, OSError):
        raise FileFault("the file is not whole Parquet: it was cut off or damaged, or is something else") from None
    _check_header(table.column_names, dataset)
    floating = [name for name in dataset.of_kind(Kind.MONEY) if pa.types.is_floating(table.schema.field(name).type)]
    if floating:
        raise FileFault(f"{', '.join(floating)} must be decimal or text: a floating-point number cannot hold cents exactly")
    return _frame([_parquet_texts(table.column(name), name) for name in table.column_names], table.column_names, dataset)


def _parquet_texts(column: pa.ChunkedArray[Any], name: str) -> list[str | None]:
    try:
        return [text_of(value) for value in column.to_pylist()]
    except UnicodeDecodeError:
        raise FileFault(f"column {name} is not UTF-8: write it as text in UTF-8") from None


def text_of(value: Any) -> str | None:
    """A value of Parquet or of a database as the text that a CSV file would have for it."""
    if value is None or value != value:
        return None
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, float):  # whole numbers with gaps are written so by pandas
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)


def _check_header(found: list[str], dataset: Dataset) -> None:
    missing = [name for name in dataset.names if name not in found]
    unknown = len([name for name in found if name not in dataset.names])
    twice = [name for name in dataset.names if found.count(name) > 1]
    faults = [f"{what} {', '.join(names)}" for what, names in (("lacks", missing), ("has twice", twice)) if names]
    if unknown:
        # the unknown names are not quoted: in a file without a header they are somebody's data
        faults.append(f"has {unknown} unknown")
    if faults:
        raise FileFault(f"wrong header: it {'; it '.join(faults)}. {dataset.name} have the columns {', '.join(dataset.names)}")


def _frame(columns: Iterable[Iterable[str | None]], names: list[str], dataset: Dataset) -> pd.DataFrame:
    import pandas as pd

    texts = {name: pd.Series([value or None for value in values], dtype="str") for name, values in zip(names, columns, strict=True)}
    return pd.DataFrame(texts, columns=dataset.names)
