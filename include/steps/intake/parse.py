"""Text to values: money to integer cents, dates, numbers. What cannot be read becomes empty, and the rules then say so.

Everything arrives as text and stays beside the value that was read from it: ``amount`` and ``amount_cents``,
``value_date`` and ``value_date_day``, ``tenor`` and ``tenor_number``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from include.lending.money import to_cents, to_millionths
from include.steps.intake.datasets import Dataset, Kind

if TYPE_CHECKING:
    import pandas as pd

_MONEY = re.compile(r"-?\d{1,13}(\.\d{1,2})?", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,16}(\.\d{1,16})?", re.ASCII)
_WHOLE = re.compile(r"-?\d{1,9}", re.ASCII)
_TENTHS = re.compile(r"-?\d{1,9}(\.\d)?", re.ASCII)
_RATE = re.compile(r"-?\d{1,9}(\.\d{1,6})?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)

SUFFIX = {Kind.MONEY: "_cents", Kind.DATE: "_day", Kind.WHOLE: "_number", Kind.DECIMAL: "_tenths", Kind.RATE: "_millionths"}


def cents(text: str) -> int | None:
    """Integer cents of ``12345.67``; None where it is anything else: more digits, a thousands separator, an exponent."""
    return to_cents(text) if _MONEY.fullmatch(text) else None


def whole(text: str) -> int | None:
    """A whole number."""
    return int(text) if _WHOLE.fullmatch(text) else None


def tenths(text: str) -> int | None:
    """A number with at most one digit after the point, in tenths."""
    return int(Decimal(text) * 10) if _TENTHS.fullmatch(text) else None


def millionths(text: str) -> int | None:
    """A rate with at most six digits after the point, in millionths."""
    return to_millionths(text) if _RATE.fullmatch(text) else None


def day(text: str) -> date | None:
    """A date of the calendar, written 2026-03-02."""
    if not _DATE.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def sum_of_amounts(texts: Iterable[str]) -> Decimal:
    """Control total: the sum of the texts that are plain numbers, to the cent."""
    return sum((Decimal(text) for text in texts if _NUMBER.fullmatch(text)), Decimal(0)).quantize(Decimal("0.01"))


_READERS: dict[Kind, tuple[Callable[[str], Any], str]] = {
    Kind.MONEY: (cents, "Int64"),
    Kind.WHOLE: (whole, "Int64"),
    Kind.DECIMAL: (tenths, "Int64"),
    Kind.RATE: (millionths, "Int64"),
    Kind.DATE: (day, "datetime64[s]"),
}


def add_values(frame: pd.DataFrame, dataset: Dataset) -> pd.DataFrame:
    """``frame`` of texts, with a column of values beside each column that is not text."""
    read = frame.copy()
    for column in dataset.columns:
        if column.kind is not Kind.TEXT:
            read[column.name + SUFFIX[column.kind]] = _values(frame[column.name], *_READERS[column.kind])
    return read


def _values(texts: pd.Series[Any], reader: Callable[[str], Any], dtype: str) -> pd.Series[Any]:
    import pandas as pd

    known = {text: reader(text) for text in texts.dropna().unique()}
    return pd.Series([known.get(text) for text in texts.tolist()], index=texts.index, dtype=dtype)
