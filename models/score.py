"""Score a frame of applications with a coefficient table. Knows no scikit-learn, no registry and no database."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from include import policy
from models.features import BY_NAME, FEATURES, Floats, Kind, feature_frame
from models.scorecard import Scorecard
from models.stored_text import features_text, losses, reasons_text

if TYPE_CHECKING:
    import pyarrow as pa

LOGGED_POINTS = 4  # decimals of points


@dataclass(frozen=True)
class Scores:
    """One entry a row, in the order of the frame that was scored.

    Attributes
    ----------
    log_odds : of being repaid.
    prob_good : P(repaid).
    points : on the scale of the table.
    frame : every feature that the lender collects, as scored.
    codes, lost : reason codes, and the points that each costs against the reference applicant, a column a code.
    """

    log_odds: Floats
    prob_good: Floats
    points: Floats
    frame: pd.DataFrame
    codes: list[str]
    lost: Floats

    @cached_property
    def reasons_json(self) -> pa.Array:
        """Up to ``reasons_shown`` codes a row with the points that they cost, dearest first, as it is stored."""
        return reasons_text(self.codes, self.lost, int(policy.read("score")["reasons_shown"]))

    @cached_property
    def features_json(self) -> pa.Array:
        """The features a row as they are stored; null is missing."""
        return features_text(self.frame)

    @property
    def reasons(self) -> list[list[dict[str, Any]]]:
        """``reasons_json`` read."""
        return [json.loads(row) for row in self.reasons_json.to_pylist()]

    @property
    def features(self) -> list[dict[str, Any]]:
        """``features_json`` read."""
        return [json.loads(row) for row in self.features_json.to_pylist()]


def score(scorecard: Scorecard, applications: pd.DataFrame) -> Scores:
    """Score every row.

    Raises
    ------
    KeyError : a column that a feature of the table is made from is missing, or it names a feature that is not defined.
    """
    if unknown := [name for name in scorecard.features if name not in BY_NAME]:
        raise KeyError(f"{scorecard.name} scores {', '.join(unknown)}, which models/features.py no longer defines")
    collected = [feature for feature in FEATURES if feature.name in scorecard.features or set(feature.sources) <= set(applications.columns)]
    return score_features(scorecard, feature_frame(applications, collected))


def score_features(scorecard: Scorecard, features: pd.DataFrame) -> Scores:
    """Score a frame of features, as stored or as just computed."""
    contributions = scorecard.contributions(features)
    log_odds = scorecard.log_odds(contributions, len(features))
    codes, lost = losses(scorecard, contributions, len(features))
    return Scores(log_odds, probability(log_odds), np.round(scorecard.points(log_odds), LOGGED_POINTS), features, codes, lost)


def rescore(scorecard: Scorecard, features: Mapping[str, Any] | str) -> tuple[float, float]:
    """(log-odds, prob_good) of one stored row of features, equal to the last bit to what was computed on the day."""
    scores = score_features(scorecard, features_frame(features))
    return float(scores.log_odds[0]), float(scores.prob_good[0])


def features_frame(features: Mapping[str, Any] | str) -> pd.DataFrame:
    """One stored row of features as a frame."""
    values = json.loads(features) if isinstance(features, str) else features
    return pd.DataFrame({name: pd.Series([value], dtype=_dtype(name)) for name, value in values.items()})


def probability(log_odds: Floats) -> Floats:
    """1 / (1 + exp(-x)), by the C library one value at a time: NumPy's vector exp differs in the last bit between processors."""
    return np.array(
        [1.0 / (1.0 + math.exp(-value)) if value >= 0 else math.exp(value) / (1.0 + math.exp(value)) for value in log_odds.tolist()]
    )


def _dtype(name: str) -> Any:
    return np.float64 if BY_NAME[name].kind is Kind.NUMBER else object
