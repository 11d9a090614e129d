"""Report tables as files: CSV and Excel workbooks. Money is written as a number with two decimals, never as text."""

from __future__ import annotations

import codecs
import csv
import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

from sqlalchemy import Connection, text

from include.steps.figures.dictionary import header, label, unit
from include.steps.figures.overview import key_of
from include.steps.figures.words import Words

BATCH = 2_000  # rows at a time, from the server to the file
FORMATS = {"CNY": "#,##0.00", "fraction": "0.00%", "date": "yyyy-mm-dd", "count": "#,##0"}


def table_rows(connection: Connection, report: str, first: date, last: date) -> tuple[list[str], Iterator[Sequence[Any]]]:
    """Names of the columns of ``report_<report>`` and its rows of the dates ``first`` to ``last`` in key order, read in batches."""
    order = ", ".join(key_of(connection, report))
    # both names come from our own code and schema, never from outside
    select = f"select * from report_{report} where business_date between :first and :last order by {order}"  # noqa: S608
    found = connection.execution_options(stream_results=True, max_row_buffer=BATCH).execute(text(select), {"first": first, "last": last})
    return list(found.keys()), (tuple(row) for row in found)


def csv_lines(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """UTF-8 with a byte order mark, so that Excel reads Chinese; in batches."""
    yield codecs.BOM_UTF8
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(names)
    for number, row in enumerate(rows, 1):
        writer.writerow(row)
        if number % BATCH == 0:
            yield _taken(out)
    if rest := _taken(out):
        yield rest


def workbook(sheets: Iterable[tuple[str, Sequence[str], Iterable[Sequence[Any]]]], words: Words) -> IO[bytes]:
    """An Excel file with a sheet for each (report, names, rows), ready to be read from its beginning.

    Rows go to disk as they come, so a large table needs no memory.
    """
    import xlsxwriter

    file = tempfile.TemporaryFile()  # noqa: SIM115 - the caller reads it and closes it
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    formats = {kind: book.add_format({"num_format": number, "align": "right"}) for kind, number in FORMATS.items()}
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    for report, names, rows in sheets:
        units = [unit(report, name) for name in names]
        sheet = book.add_worksheet(words(report)[:31])
        sheet.freeze_panes(1, 1)
        for column, (name, kind) in enumerate(zip(names, units, strict=True)):
            sheet.set_column(column, column, 16 if kind in ("CNY", "text", "code", "date") else 12)
            sheet.write_string(0, column, label(report, name, words.language), bold)
            sheet.write_comment(0, column, header(report).columns[f"report_{report}"][name][1])
        for number, row in enumerate(rows, 1):
            for column, (value, kind) in enumerate(zip(row, units, strict=True)):
                _write(sheet, number, column, value, formats.get(kind))
    book.close()
    file.seek(0)
    return file


def _write(sheet: Any, row: int, column: int, value: Any, look: Any) -> None:
    if value is None:
        return
    if isinstance(value, date | datetime):
        sheet.write_datetime(row, column, value, look)
    elif isinstance(value, int | float | Decimal):
        # Excel keeps 15 digits: more than any sum of cents here has
        sheet.write_number(row, column, value, look)
    else:
        sheet.write_string(row, column, str(value))


def _taken(out: io.StringIO) -> bytes:
    content = out.getvalue()
    out.seek(0)
    out.truncate()
    return content.encode()
