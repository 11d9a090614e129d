"""A CSV file that nobody described, as text."""

from __future__ import annotations

import csv
import io
from collections import Counter
from pathlib import Path

import pandas as pd

from models.cells import stripped

SEPARATORS = ",;\t|"


def read_text(path: str | Path) -> pd.DataFrame:
    """A column a name of the header, cells as text, missing where they give nothing.

    The separator is the one that cuts the header into most names. What is not UTF-8 is read as Windows-1252.

    Raises
    ------
    ValueError : it is not a table with a header, or two columns have the same name.
    """
    text = _decoded(Path(path).read_bytes())
    separator, names = _header(text)
    if repeated := [name for name, times in Counter(names).items() if name and times > 1]:
        raise ValueError(f"{path} has more than one column {', '.join(repeated)}: rename the columns or remove the copies")
    try:
        table = pd.read_csv(io.StringIO(text), sep=separator, dtype=str, keep_default_na=False)
    except ValueError as error:
        raise ValueError(f"{path} cannot be read as CSV with a header, correct the file: {error}") from error
    return pd.DataFrame({str(name).strip(): stripped(table[name]) for name in table.columns}, index=table.index)


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _header(text: str) -> tuple[str, list[str]]:
    """The separator and the names."""
    first = next((line for line in io.StringIO(text) if line.strip()), "")
    names = {separator: next(csv.reader([first], delimiter=separator), []) for separator in SEPARATORS}
    separator = max(SEPARATORS, key=lambda each: len(names[each]))
    return separator, [name.strip() for name in names[separator]]
