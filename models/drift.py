"""How far a population has moved: the population stability index (PSI) of the score and of each feature.

PSI = sum over bins of (actual - expected) x ln(actual / expected). Below 0.10 nothing to see, above 0.25 another population.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from models.features import Floats

BINS = 10
SMALLEST = 0.0005  # share that an empty bin is given: its logarithm must exist


def psi(expected: pd.Series[Any] | Floats, actual: pd.Series[Any] | Floats) -> float:
    """PSI of one column. Numbers are cut at the deciles of ``expected``, categories are their own bins; missing is a bin."""
    before, after = pd.Series(expected), pd.Series(actual)
    if pd.api.types.is_numeric_dtype(before):
        edges = np.unique(np.nanquantile(before, np.linspace(0, 1, BINS + 1)[1:-1])) if before.notna().any() else np.zeros(0)
        before, after = _binned(before, edges), _binned(after, edges)
    else:
        before, after = before.fillna("not given"), after.fillna("not given")
    shares = pd.DataFrame({"before": before.value_counts(normalize=True), "after": after.value_counts(normalize=True)})
    held = shares.fillna(0.0).clip(lower=SMALLEST)
    return float(((held["after"] - held["before"]) * np.log(held["after"] / held["before"])).sum())


def psi_by_feature(expected: pd.DataFrame, actual: pd.DataFrame) -> pd.DataFrame:
    """Feature, PSI and the shares missing, the most moved first."""
    rows = [
        {
            "feature": name,
            "psi": psi(expected[name], actual[name]),
            "missing_before": float(expected[name].isna().mean()),
            "missing_after": float(actual[name].isna().mean()),
        }
        for name in expected.columns
    ]
    return pd.DataFrame(rows).sort_values("psi", ascending=False, ignore_index=True)


def _binned(values: pd.Series[Any], edges: Floats) -> pd.Series[Any]:
    """Number of the bin, -1 where the value is missing."""
    numbers = values.to_numpy(dtype=np.float64, na_value=np.nan)
    return pd.Series(np.where(np.isnan(numbers), -1, np.searchsorted(edges, numbers, side="right")))
