"""Does the score work within each part of the book? AUC and calibration by category, and by thirds of amount and tenor."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.evaluate import Outcomes, delong
from models.features import Floats
from models.score import probability

SMALLEST, SMALLEST_OUTCOME = 100, 20  # rows, and of each outcome: below that an AUC says nothing
BY_CATEGORY = ("product_code", "housing", "occupation", "marital", "adverse_record", "gender")
BY_THIRD = ("amount", "tenor")


def segment_table(applications: pd.DataFrame, repaid: Outcomes, scores: Floats, weights: Floats | None = None) -> pd.DataFrame:
    """Segment, rows, bad rate observed and predicted, AUC with its 95% interval (DeLong)."""
    weights = np.ones(len(repaid)) if weights is None else weights
    prob_good = probability(scores)
    rows = []
    for by, name, inside in _segments(applications):
        outcomes = repaid[inside]
        if len(outcomes) < SMALLEST or min(outcomes.sum(), len(outcomes) - outcomes.sum()) < SMALLEST_OUTCOME:
            continue
        auc, low, high = delong(outcomes, scores[inside])
        rows.append(
            {
                "by": by,
                "segment": name,
                "rows": len(outcomes),
                "bad_rate": float(1 - np.average(outcomes, weights=weights[inside])),
                "predicted_bad_rate": float(1 - np.average(prob_good[inside], weights=weights[inside])),
                "auc": auc,
                "auc_low": low,
                "auc_high": high,
            }
        )
    return pd.DataFrame(rows)


def _segments(applications: pd.DataFrame) -> Iterator[tuple[str, str, NDArray[np.bool_]]]:
    for by in BY_CATEGORY:
        if by in applications:
            values: pd.Series[Any] = applications[by].replace("", None)
            for value in sorted(values.dropna().unique()):
                yield by, str(value), (values == value).to_numpy(dtype=bool)
            yield by, "not given", values.isna().to_numpy()
    for by in BY_THIRD:
        if by in applications:
            values = pd.to_numeric(applications[by])
            low, high = values.quantile([1 / 3, 2 / 3])
            yield by, f"up to {low:,.0f}", (values <= low).to_numpy()
            yield by, f"{low:,.0f} to {high:,.0f}", ((values > low) & (values <= high)).to_numpy()
            yield by, f"above {high:,.0f}", (values > high).to_numpy()
