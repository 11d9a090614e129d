"""Score a frame of applications with a coefficient table. Knows no scikit-learn, no registry and no database."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from include import policy
from models.features import BY_NAME, FEATURES, Floats, Kind, feature_frame
from models.scorecard import Scorecard

LOGGED_POINTS = 4  # decimals of points


@dataclass(frozen=True)
class Scores:
    """One entry a row, in the order of the frame that was scored.

    Attributes
    ----------
    log_odds : of being repaid.
    prob_good : P(repaid).
    points : on the scale of the table.
    reasons : up to ``reasons_shown`` codes with the points that they cost, dearest first.
    features : values of every feature that the lender collects, as scored; None is missing.
    """

    log_odds: Floats
    prob_good: Floats
    points: Floats
    reasons: list[list[dict[str, Any]]]
    features: list[dict[str, Any]]


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
    return Scores(
        log_odds=log_odds,
        prob_good=probability(log_odds),
        points=np.round(scorecard.points(log_odds), LOGGED_POINTS),
        reasons=reason_codes(scorecard, contributions, len(features)),
        features=_records(features),
    )


def rescore(scorecard: Scorecard, features: Mapping[str, Any] | str) -> tuple[float, float]:
    """(log-odds, prob_good) of one stored row of features, equal to the last bit to what was computed on the day."""
    values = json.loads(features) if isinstance(features, str) else features
    scores = score_features(scorecard, pd.DataFrame({name: pd.Series([value], dtype=_dtype(name)) for name, value in values.items()}))
    return float(scores.log_odds[0]), float(scores.prob_good[0])


def probability(log_odds: Floats) -> Floats:
    """1 / (1 + exp(-x)), by the C library one value at a time: NumPy's vector exp differs in the last bit between processors."""
    return np.array(
        [1.0 / (1.0 + math.exp(-value)) if value >= 0 else math.exp(value) / (1.0 + math.exp(value)) for value in log_odds.tolist()]
    )


def reason_codes(scorecard: Scorecard, contributions: list[Floats], rows: int) -> list[list[dict[str, Any]]]:
    """What costs each applicant most points against the reference applicant, by reason code."""
    codes = sorted({term.reason for term in scorecard.terms})
    lost = np.zeros((rows, len(codes)))
    for term, reference, contribution in zip(scorecard.terms, scorecard.reference, contributions, strict=True):
        lost[:, codes.index(term.reason)] += scorecard.scale.factor * (reference - contribution)
    lost = np.round(lost, 2)
    shown = int(policy.read("score")["reasons_shown"])
    dearest = np.argsort(-lost, axis=1, kind="stable")[:, :shown]
    points = np.take_along_axis(lost, dearest, axis=1)
    return [
        [{"code": codes[code], "points": -cost} for code, cost in zip(row_codes, row_points, strict=True) if cost > 0]
        for row_codes, row_points in zip(dearest.tolist(), points.tolist(), strict=True)
    ]


def _dtype(name: str) -> Any:
    return np.float64 if BY_NAME[name].kind is Kind.NUMBER else object


def _records(features: pd.DataFrame) -> list[dict[str, Any]]:
    columns = [features[name].astype(object).where(features[name].notna(), None).tolist() for name in features.columns]
    return [dict(zip(features.columns, row, strict=True)) for row in zip(*columns, strict=True)]
