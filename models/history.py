"""The training set from a file: applications with their outcome, as in the applications file plus ``is_bad``."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import include
from models.features import FEATURES, Kind

SHIPPED = Path(include.__file__).parent / "data" / "training_history.csv"
OUTCOME = "is_bad"


@dataclass(frozen=True)
class TrainingSet:
    """What a model was trained on, without the rows.

    ``sha256`` is over the file's bytes: the same hash means the same training set.
    """

    path: str
    sha256: str
    rows: int
    bad: int

    def as_dict(self) -> dict[str, str | int]:
        return asdict(self)


def describe(path: Path = SHIPPED) -> TrainingSet:
    """Count and hash a training file.

    Raises
    ------
    ValueError : it cannot be trained on; the message says what is wrong.
    """
    applications, repaid = read(path)
    return TrainingSet(str(path), hashlib.sha256(path.read_bytes()).hexdigest(), len(applications), int(len(repaid) - repaid.sum()))


def read(path: str | Path = SHIPPED) -> tuple[pd.DataFrame, NDArray[np.int64]]:
    """Applications and, beside them, 1 where the loan was repaid.

    Raises
    ------
    ValueError : no outcome column, outcomes other than 0 and 1, or only one of them.
    """
    text = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
    if OUTCOME not in text:
        raise ValueError(f"{path} has no column {OUTCOME}: 1 = not repaid, 0 = repaid")
    if set(text[OUTCOME]) != {"0", "1"}:
        raise ValueError(f"{path}: {OUTCOME} must be 0 or 1 in every row, and both must occur; found {sorted(set(text[OUTCOME]))[:5]}")
    repaid = np.array([1 - int(outcome) for outcome in text.pop(OUTCOME)], dtype=np.int64)
    return as_numbers(text), repaid


def as_numbers(text: pd.DataFrame) -> pd.DataFrame:
    """A frame of text as it stands in a file with every number that a feature needs as float64; empty is missing."""
    numbers = {source for feature in FEATURES if feature.kind is Kind.NUMBER for source in feature.sources}
    return text.assign(**{column: pd.to_numeric(text[column].replace("", None)) for column in text.columns if column in numbers})
