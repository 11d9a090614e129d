"""The distribution of those whom the training set comes from, kept with each version: against it the applicants of every day are
compared. For a set from the database it is that of all who were decided about in its time, accepted or not; for a file, the file's.

Each feature, and the points themselves, are cut into bins: numbers at the deciles, categories by value, with a bin for what is
missing. Shares of the bins are the reference; ``count`` sorts scored applications into the same bins.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from models.features import BY_NAME, Floats, Kind

REFERENCE_FILE = "reference.json"
POINTS = "points"
SOURCE = "model_source"  # counted beside the features: bin 0 from the registry, 1 from the cache
BINS = 10  # of equal size, of a number


@dataclass(frozen=True)
class Bin:
    """One bin of a feature and its share of the reference, as a row of score_reference.

    Attributes
    ----------
    bin_no : 0 is missing.
    upper_bound : of a number, included; None has no end.
    category : of a category; None in the last bin takes what training never saw.
    """

    feature: str
    bin_no: int
    upper_bound: float | None
    category: str | None
    share: float


def reference(features: pd.DataFrame, points: Floats, weights: Floats | None = None) -> list[Bin]:
    """Bins of every column of a frame of features and of the points of its rows, their shares by ``weights``."""
    weights = np.ones(len(points)) if weights is None else weights
    found = _number_bins(POINTS, points, weights)
    for name in features.columns:
        if BY_NAME[name].kind is Kind.NUMBER:
            found += _number_bins(name, features[name].to_numpy(dtype=np.float64), weights)
        else:
            found += _category_bins(name, features[name], weights)
    return found


def count(bins: Iterable[Bin], features: pd.DataFrame, points: Floats) -> dict[tuple[str, int], int]:
    """Rows by (feature, bin); bins of features that ``features`` has no column for are left out."""
    by_feature: dict[str, list[Bin]] = {}
    for item in bins:
        by_feature.setdefault(item.feature, []).append(item)
    counted: dict[tuple[str, int], int] = {}
    for name, its in by_feature.items():
        if name != POINTS and name not in features:
            continue
        numbers = np.bincount(_sorted_into(its, points if name == POINTS else features[name]), minlength=len(its))
        counted |= {(name, number): int(rows) for number, rows in enumerate(numbers) if rows}
    return counted


def to_json(bins: Sequence[Bin]) -> str:
    """The artifact."""
    return json.dumps([asdict(item) for item in bins], indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def from_json(text: str) -> list[Bin]:
    """Read an artifact."""
    return [Bin(**item) for item in json.loads(text)]


def from_rows(rows: Iterable[Mapping[str, Any]]) -> list[Bin]:
    """Bins from rows of score_reference."""
    return [Bin(**{name: row[name] for name in Bin.__dataclass_fields__}) for row in rows]


def _number_bins(name: str, values: Floats, weights: Floats) -> list[Bin]:
    given = values[~np.isnan(values)]
    edges = [float(edge) for edge in np.unique(np.quantile(given, np.linspace(0, 1, BINS + 1)[1:-1]))] if len(given) else []
    bounds: list[float | None] = [*edges, None]
    into = np.where(np.isnan(values), 0, 1 + np.searchsorted(np.array(edges), values, side="left"))
    shares = np.bincount(into, weights, minlength=len(bounds) + 1) / max(weights.sum(), 1)
    return [Bin(name, 0, None, None, float(shares[0]))] + [
        Bin(name, number, bound, None, float(shares[number])) for number, bound in enumerate(bounds, start=1)
    ]


def _category_bins(name: str, values: pd.Series[Any], weights: Floats) -> list[Bin]:
    categories = sorted(map(str, values.dropna().unique()))
    total = max(weights.sum(), 1)
    shares = [float(weights[(values == value).to_numpy(dtype=bool, na_value=False)].sum() / total) for value in categories]
    known = [Bin(name, number, None, *pair) for number, pair in enumerate(zip(categories, shares, strict=True), start=1)]
    missing = float(weights[values.isna().to_numpy()].sum() / total)
    return [Bin(name, 0, None, None, missing), *known, Bin(name, len(categories) + 1, None, None, 0.0)]


def _sorted_into(bins: Sequence[Bin], values: Any) -> np.ndarray[Any, np.dtype[np.int64]]:
    """The number of the bin of each value."""
    categories = {item.category: item.bin_no for item in bins if item.category is not None}
    if categories or (bins[-1].feature in BY_NAME and BY_NAME[bins[-1].feature].kind is Kind.CATEGORY):
        series = pd.Series(values)
        found = series.map(categories).fillna(len(bins) - 1).to_numpy(dtype=np.int64)
        return np.where(series.isna().to_numpy(), 0, found)
    numbers = np.asarray(values, dtype=np.float64)
    edges = np.array([item.upper_bound for item in bins if item.upper_bound is not None])
    return np.where(np.isnan(numbers), 0, 1 + np.searchsorted(edges, numbers, side="left")).astype(np.int64)
