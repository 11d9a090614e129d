"""Reading files and values: what each format gives, and what is never guessed."""

from __future__ import annotations

import io
import json
from datetime import date, datetime
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from include.steps.intake.datasets import APPLICATIONS, REPAYMENTS
from include.steps.intake.formats import read_rows, text_of
from include.steps.intake.manifest import FileFault, read_manifest
from include.steps.intake.parse import cents, day, sum_of_amounts, tenths, whole
from tests.steps.intake_deliveries import FORMATS, encoded, rows_of


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("dataset", [APPLICATIONS, REPAYMENTS], ids=lambda dataset: dataset.name)
def test_every_format_gives_the_same_texts(dataset, format):
    rows = rows_of(dataset.name, 3)
    read = read_rows(encoded(rows, format, dataset.names), f".{format}", dataset)
    assert list(read.columns) == dataset.names
    assert read.fillna("").to_dict("records") == rows


@pytest.mark.parametrize("format", FORMATS)
def test_the_order_of_columns_is_the_senders_business(format):
    rows = rows_of("repayments", 2)
    read = read_rows(encoded(rows, format, REPAYMENTS.names[::-1]), f".{format}", REPAYMENTS)
    assert list(read.columns) == REPAYMENTS.names
    assert read["loan_no"].tolist() == ["LB000001", "LB000002"]


@pytest.mark.parametrize("format", FORMATS)
def test_a_day_without_rows(format):
    assert read_rows(encoded([], format, REPAYMENTS.names), f".{format}", REPAYMENTS).shape == (0, len(REPAYMENTS.names))


def test_a_byte_order_mark_is_no_part_of_the_header():
    content = b"\xef\xbb\xbf" + encoded(rows_of("repayments", 1), "csv", REPAYMENTS.names)
    assert read_rows(content, ".csv", REPAYMENTS)["source"].tolist() == ["BANK1"]


def test_json_numbers_keep_their_digits():
    (row,) = rows_of("repayments", 1)
    line = json.dumps(row).replace('"101.25"', "101.10")
    assert read_rows(line.encode() + b"\n", ".jsonl", REPAYMENTS)["amount"].tolist() == ["101.10"]


def test_json_may_leave_out_what_is_not_given_but_no_column_altogether():
    rows = rows_of("repayments", 2)
    lines = [{**rows[0]}, {name: value for name, value in rows[1].items() if name != "original_ref"}]
    assert len(read_rows("".join(json.dumps(line) + "\n" for line in lines).encode(), ".jsonl", REPAYMENTS)) == 2
    with pytest.raises(FileFault, match="lacks original_ref"):
        read_rows((json.dumps(lines[1]) + "\n").encode(), ".jsonl", REPAYMENTS)


def test_parquet_types_become_the_texts_of_a_csv_file():
    (row,) = rows_of("repayments", 1)
    columns = {name: pa.array([value or None]) for name, value in row.items()}
    columns["amount"] = pa.array([Decimal("101.25")], pa.decimal128(18, 2))
    columns["value_date"] = pa.array([date(2026, 3, 2)])
    columns["booking_date"] = pa.array([datetime(2026, 3, 2)])
    columns["source"] = pa.array(["BANK1"]).dictionary_encode()
    content = io.BytesIO()
    pq.write_table(pa.table(columns), content)
    assert read_rows(content.getvalue(), ".parquet", REPAYMENTS).fillna("").to_dict("records") == [row]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, None),
        (float("nan"), None),
        (24.0, "24"),
        (9.5, "9.5"),
        (float("inf"), "inf"),
        (7, "7"),
        (Decimal("1E+3"), "1000"),
        (datetime(2026, 3, 2, 8), "2026-03-02T08:00:00"),
    ],
)
def test_text_of(value, text):
    assert text_of(value) == text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12345.67", 1234567),
        ("0.1", 10),
        ("7", 700),
        ("-3.05", -305),
        ("12.345", None),
        ("1,234.00", None),
        ("1e3", None),
        (" 5.00", None),
        ("5.00\n", None),
        ("NaN", None),
        ("٣.00", None),
        ("12345678901234", None),
    ],
)
def test_money_is_exact_or_nothing(text, value):
    assert cents(text) == value


@pytest.mark.parametrize(
    ("reader", "text", "value"),
    [
        (day, "2026-02-28", date(2026, 2, 28)),
        (day, "2026-02-30", None),
        (day, "20260228", None),
        (day, "2026-2-8", None),
        (whole, "24", 24),
        (whole, "24.0", None),
        (tenths, "2.5", 25),
        (tenths, "9", 90),
        (tenths, "2.55", None),
    ],
)
def test_dates_and_numbers(reader, text, value):
    assert reader(text) == value


def test_the_control_total_leaves_out_what_is_no_number():
    assert sum_of_amounts(["100.10", "0.20", "-0.05", "abc", "1e5", "NaN"]) == Decimal("100.25")


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"rows": "3"}, "rows"),
        ({"rows": -1}, "rows"),
        ({"rows": True}, "rows"),
        ({"total": "1,000"}, "total"),
        ({"business_date": "2.3.2026"}, "business_date"),
        ({"file": "../repayments.csv"}, "without a path"),
        ({"file": "repayments.xlsx"}, "must end in"),
        ({"rows": None}, "rows"),
    ],
)
def test_a_wrong_manifest_says_which_field(changes, says):
    good = {"dataset": "repayments", "business_date": "2026-03-02", "file": "repayments.csv", "rows": 3, "total": "1.00"}
    with pytest.raises(FileFault, match=says):
        read_manifest(json.dumps({**good, **changes}).encode())


def test_a_total_may_be_a_json_number():
    manifest = read_manifest(b'{"dataset": "x", "business_date": "2026-03-02", "file": "x.csv", "rows": 1, "total": 0.10}')
    assert manifest.total == Decimal("0.10")
