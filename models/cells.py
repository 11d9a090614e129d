"""What the cells of a text file say: nothing, a number, a date or a text.

How a column is read is decided once, where its schema is inferred; every other file of that schema is read the same way.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import numpy as np
import pandas as pd

NUMBERS_SHARE = 0.95  # of the cells that say something: a column with so many numbers, or dates, is one of numbers, or dates
MISSING = frozenset(("", "?", ".", "-", "--", "na", "n/a", "#n/a", "<na>", "nan", "nat", "null"))  # in either case
NONE = "None"  # as Python writes it; in lower case it is a category: no guarantor, no telephone
NO_NUMBERS = frozenset(("none", "unknown", "missing", "not given"))  # missing among numbers, a category among texts
CURRENCY = r"(?:[$€£¥₹元]|\b(?:CNY|RMB|USD|EUR|GBP)\b)"
GROUPED = r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?"
DECIMAL_COMMA = r"[+-]?(\d{1,3}(\.\d{3})+|\d+)(,\d+)?"


class Form(StrEnum):
    """How the cells of a column are read."""

    TEXT = "text"
    NUMBER = "1,234.5"
    COMMA_NUMBER = "1.234,5"
    DATE = "2026-01-31"


def stripped(values: pd.Series[Any]) -> pd.Series[Any]:
    """Text without the blanks around it; the usual ways of giving nothing are missing."""
    text = values.astype("string").str.strip()
    given = text.mask(text.str.lower().isin(MISSING) | (text == NONE))
    return given.astype(object).where(given.notna(), None)


def form_of(values: pd.Series[Any]) -> Form:
    """How a column of stripped text is to be read, by what most of its cells are."""
    given = values.dropna()
    given = given[~given.str.lower().isin(NO_NUMBERS)]
    if given.empty:
        return Form.TEXT
    share = {form: read(given, form).notna().mean() for form in (Form.NUMBER, Form.COMMA_NUMBER, Form.DATE)}
    likeliest = max(share, key=lambda form: share[form])  # the first of equals: 1,234 and 1.234 have a decimal point
    return likeliest if share[likeliest] >= NUMBERS_SHARE else Form.TEXT


def read(values: pd.Series[Any], form: Form) -> pd.Series[Any]:
    """Cells as float64, dates as days since 1970, or as text. What is not of the form is missing."""
    if form is Form.TEXT:
        return values.astype(object).where(values.notna(), None)
    if form is Form.DATE:
        return (_dates(values) - pd.Timestamp("1970-01-01")).dt.days.astype(np.float64)
    numbers = _with_comma(values) if form is Form.COMMA_NUMBER else _with_point(values)
    return numbers.where(np.isfinite(numbers))


def _with_point(values: pd.Series[Any]) -> pd.Series[Any]:
    numbers = pd.to_numeric(values, errors="coerce").astype(np.float64)
    rest = values[numbers.isna() & values.notna()]
    if rest.empty:
        return numbers
    bare = _without_units(rest)
    grouped = bare.str.fullmatch(GROUPED).fillna(False).astype(bool)
    bare = bare.mask(grouped, bare.str.replace(",", "", regex=False))
    return numbers.fillna(pd.to_numeric(bare, errors="coerce").astype(np.float64))


def _with_comma(values: pd.Series[Any]) -> pd.Series[Any]:
    bare = _without_units(values)
    known = bare.where(bare.str.fullmatch(DECIMAL_COMMA).fillna(False).astype(bool))
    point = known.str.replace(".", "", regex=False).str.replace(",", ".", regex=False)
    return pd.to_numeric(point, errors="coerce").astype(np.float64)


def _without_units(values: pd.Series[Any]) -> pd.Series[Any]:
    """Without a currency before or after the number, and without a per cent sign."""
    text = values.astype("string").str.strip()
    text = text.str.replace(rf"^([+-]?)\s*{CURRENCY}\s*", r"\1", regex=True)
    return text.str.replace(rf"\s*(?:{CURRENCY}|%)$", "", regex=True).astype(object)


def _dates(values: pd.Series[Any]) -> pd.Series[Any]:
    text = values.astype("string").str.strip()
    looks_like_one = text.str.fullmatch(r"\d{4}-\d{2}-\d{2}([ T].*)?").fillna(False).astype(bool)
    return pd.to_datetime(text.where(looks_like_one).str.slice(0, 10), format="%Y-%m-%d", errors="coerce")
