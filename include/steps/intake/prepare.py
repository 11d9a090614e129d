"""The batch as the rules see it: the day's rows, after them the mended rows from quarantine, and what the rules compare with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from include.steps.intake.datasets import APPLICATIONS, REPAYMENTS, Dataset
from include.steps.intake.parse import add_values

if TYPE_CHECKING:
    import pandas as pd

    from include.steps.intake.quarantine_rows import Mended


def batch(dataset: Dataset, rows: pd.DataFrame, mended: Sequence[Mended], business_date: date) -> pd.DataFrame:
    """One frame, numbered from 0, of texts and values and these columns besides:

    - ``row_no``: number of the row in its file, from 1; ``quarantine_id``: of a mended row, else missing;
    - ``expected_day``: the business date of the delivery that the row came in first;
    - ``repeats_row``: row number of an earlier identical row, or for a mended row of an earlier one with its key;
    - of applications ``id_numbers_of_customer`` and ``customers_of_id_number``, of repayments ``value_date_age`` in days.
    """
    import pandas as pd

    texts = pd.concat([rows, pd.DataFrame([row.fields for row in mended], columns=dataset.names, dtype="str")], ignore_index=True)
    texts = texts.astype("str")
    frame = add_values(texts, dataset)
    is_mended = pd.Series([False] * len(rows) + [True] * len(mended), dtype=bool)
    frame["row_no"] = [*range(1, len(rows) + 1), *(row.row_no for row in mended)]
    frame["quarantine_id"] = pd.array([None] * len(rows) + [row.quarantine_id for row in mended], dtype="Int64")
    frame["expected_day"] = pd.Series([business_date] * len(rows) + [row.business_date for row in mended], dtype="datetime64[s]")
    frame["repeats_row"] = _repeats(texts, dataset, is_mended, frame["row_no"])
    if dataset is APPLICATIONS:
        frame["id_numbers_of_customer"] = _distinct(texts, "id_number", "customer_no", is_mended)
        frame["customers_of_id_number"] = _distinct(texts, "customer_no", "id_number", is_mended)
    if dataset is REPAYMENTS:
        frame["value_date_age"] = (frame["booking_date_day"] - frame["value_date_day"]).dt.days.astype("Int64")
    return frame


def optional_ids(frame: pd.DataFrame) -> list[int | None]:
    """``quarantine_id`` of each row; None of a row of the file."""
    return [int(value) if known else None for value, known in zip(frame["quarantine_id"], frame["quarantine_id"].notna(), strict=True)]


def _repeats(texts: pd.DataFrame, dataset: Dataset, is_mended: pd.Series[Any], row_no: pd.Series[Any]) -> pd.Series[Any]:
    filled = texts.fillna("")
    whole = row_no.groupby([filled[name] for name in dataset.names]).transform("first")
    same_key = row_no.groupby([filled[name] for name in dataset.key]).transform("first")
    repeated = filled.duplicated(keep="first")
    taken = is_mended & filled.duplicated(subset=list(dataset.key), keep="first")
    return whole.where(repeated, same_key).where(repeated | taken).astype("Int64")


def _distinct(texts: pd.DataFrame, counted: str, per: str, is_mended: pd.Series[Any]) -> pd.Series[Any]:
    """How many different ``counted`` a row's ``per`` has. A mended row never makes one of the day's rows look wrong."""
    import pandas as pd

    over_all = texts.groupby(per)[counted].transform("nunique")
    over_day = texts[~is_mended].groupby(per)[counted].transform("nunique").reindex(texts.index)
    return pd.Series(over_day.where(~is_mended, over_all), dtype="Int64")
