"""The training set as a file: applications with their outcome, as in the applications file plus ``is_bad``.

``inferred`` = 1 marks a refused application whose outcome is an assumption: it is fitted on, and counts in no figure.
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import include
from include.places import place
from models.features import FEATURES, Kind

SHIPPED = Path(include.__file__).parent / "data" / "training_history.csv"
OUTCOME, INFERRED = "is_bad", "inferred"


@dataclass(frozen=True)
class TrainingSet:
    """What a model was trained on, without the rows.

    ``sha256`` is over the file's bytes: the same hash means the same training set. ``source`` says where the rows come
    from and why from there. ``applicants`` is a file of everybody who was decided about in the time of the set, for a set
    from the database: its rows were accepted, and a score meets those too who were not.
    """

    path: str
    sha256: str
    rows: int
    bad: int
    source: str = "the shipped file"
    applicants: str | None = None
    applicants_sha256: str | None = None

    def as_dict(self) -> dict[str, str | int | None]:
        return asdict(self)


def describe(path: str | Path = SHIPPED, source: str = "the shipped file", applicants: str | None = None) -> TrainingSet:
    """Count and hash a training file, and hash the file of applicants beside it.

    Raises
    ------
    ValueError : it cannot be trained on; the message says what is wrong.
    """
    applications, repaid = read(path)
    beside = _sha256(applicants) if applicants else None
    return TrainingSet(str(path), _sha256(path), len(applications), int(len(repaid) - repaid.sum()), source, applicants, beside)


def read(path: str | Path = SHIPPED) -> tuple[pd.DataFrame, NDArray[np.int64]]:
    """Applications and, beside them, 1 where the loan was repaid.

    Raises
    ------
    ValueError : no outcome column, outcomes other than 0 and 1, or only one of them.
    """
    text = _text(path)
    if OUTCOME not in text:
        raise ValueError(f"{path} has no column {OUTCOME}: 1 = not repaid, 0 = repaid")
    if set(text[OUTCOME]) != {"0", "1"}:
        raise ValueError(f"{path}: {OUTCOME} must be 0 or 1 in every row, and both must occur; found {sorted(set(text[OUTCOME]))[:5]}")
    repaid = np.array([1 - int(outcome) for outcome in text.pop(OUTCOME)], dtype=np.int64)
    return as_numbers(text), repaid


def read_applicants(path: str | Path) -> pd.DataFrame:
    """Applications without an outcome."""
    return as_numbers(_text(path))


def write(rows: pd.DataFrame, folder: Any, name: str) -> str:
    """Write a training set or its applicants to ``folder`` under a name that ends in its hash; returns its address."""
    content = rows.to_csv(index=False, lineterminator="\n").encode("utf-8")
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{name}_{hashlib.sha256(content).hexdigest()[:12]}.csv"
    file.write_bytes(content)
    return str(file)


def observed(applications: pd.DataFrame, repaid: NDArray[np.int64]) -> tuple[pd.DataFrame, NDArray[np.int64]]:
    """The rows whose outcome was seen: what figures are made of."""
    if INFERRED not in applications:
        return applications, repaid
    seen = (applications[INFERRED] != "1").to_numpy()
    return applications[seen].reset_index(drop=True), repaid[seen]


def as_numbers(text: pd.DataFrame) -> pd.DataFrame:
    """A frame of text as it stands in a file with every number that a feature needs as float64; empty is missing."""
    numbers = {source for feature in FEATURES if feature.kind is Kind.NUMBER for source in feature.sources}
    return text.assign(**{column: pd.to_numeric(text[column].replace("", None)) for column in text.columns if column in numbers})


def _text(path: str | Path) -> pd.DataFrame:
    return pd.read_csv(io.BytesIO(place(str(path)).read_bytes()), dtype=str, keep_default_na=False, encoding="utf-8")


def _sha256(path: str | Path) -> str:
    return hashlib.sha256(place(str(path)).read_bytes()).hexdigest()
