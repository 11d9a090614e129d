"""A new version against the champion, on the same rows, each by scores of rows that it was not fitted to (DeLong, paired).

Each evaluation keeps its held-out scores beside the run, with the columns by which their rows are known again. A row that
the champion was fitted to counts with the score that its own cross-validation gave it; any other is scored with its
coefficient table. Where its rows cannot be known again there is no comparison.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from models.evaluate import Outcomes, delong, delong_difference
from models.features import FEATURES, Floats
from models.gates import COMPARED_WITH, DIFFERENCE_LOW
from models.score import score
from models.scorecard import Scorecard

HELD_OUT_FILE = "held_out.csv"


class NotComparableError(Exception):
    """A version cannot be held against the champion; the message says why."""


def key_columns(applications: pd.DataFrame) -> list[str]:
    """The columns by which rows are known again: all that features are made from."""
    return sorted({source for feature in FEATURES for source in feature.sources} & set(applications.columns))


def row_keys(applications: pd.DataFrame, columns: Sequence[str]) -> list[str]:
    """A row's identity between training sets: a hash of what was declared in ``columns``. No name, number or outcome enters it.

    Raises
    ------
    NotComparableError : a column is not there.
    """
    if missing := [column for column in columns if column not in applications]:
        raise NotComparableError(f"its rows are known by {', '.join(missing)}, which this training set does not have")
    rows = zip(*(_declared(applications[column]) for column in columns), strict=True)
    return [hashlib.sha256(repr(row).encode()).hexdigest()[:16] for row in rows]


def _declared(values: pd.Series[Any]) -> list[float | str | None]:
    """Numbers as float, whole or not: one missing value turns a column of integers into floats. Not given is None."""
    if pd.api.types.is_numeric_dtype(values):
        return [None if number != number else number for number in values.to_numpy(dtype=np.float64, na_value=np.nan).tolist()]
    return [None if missing or value == "" else str(value) for value, missing in zip(values, values.isna(), strict=True)]


def held_out_text(keys: list[str], scores: Floats) -> str:
    """The file of held-out scores."""
    return pd.DataFrame({"row": keys, "log_odds": scores}).to_csv(index=False, lineterminator="\n")


def champion_scores(champion: Scorecard, held_out: str, applications: pd.DataFrame, keys: list[str]) -> tuple[Floats, int]:
    """The champion's score of each row, and of how many it is held out: where it was fitted to the row. The others are by its table.

    Raises
    ------
    NotComparableError : it scores a column that is not there.
    """
    try:
        scores = score(champion, applications).log_odds
    except KeyError as error:
        raise NotComparableError(str(error.args[0])) from error
    # read as text: pandas' own parser may be off in the last bit
    table = pd.read_csv(io.StringIO(held_out), dtype=str).drop_duplicates("row")
    kept = pd.Series([float(value) for value in table["log_odds"]], index=table["row"], dtype=np.float64)
    own = kept.reindex(keys).to_numpy(dtype=np.float64)
    known = ~np.isnan(own)
    return np.where(known, own, scores), int(known.sum())


def compare(repaid: Outcomes, scores: Floats, champions: Floats, version: str) -> dict[str, float]:
    """The metrics that the gate of non-inferiority reads."""
    difference, low, high = delong_difference(repaid, scores, champions)
    return {
        COMPARED_WITH: float(version),
        "champion_auc": delong(repaid, champions)[0],
        "auc_less_champion": difference,
        DIFFERENCE_LOW: low,
        "auc_less_champion_high": high,
    }
