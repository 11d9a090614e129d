"""How a stored score came about: the points of each feature, against the reference applicant."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from models.scorecard import Scorecard


@dataclass(frozen=True)
class FeaturePoints:
    """One feature: its value as scored (None: missing), the reference's, and how many points it gave more than that one's."""

    name: str
    value: Any
    reference: Any
    points: float


def points_by_feature(scorecard: Scorecard, features: Mapping[str, Any] | str) -> list[FeaturePoints]:
    """Points of every feature of a stored score, the dearest first.

    They add up: the reference applicant's points plus these are the applicant's points, to the rounding of their display.
    """
    values = json.loads(features) if isinstance(features, str) else features
    found = []
    for term, reference in zip(scorecard.terms, scorecard.reference, strict=True):
        value = values.get(term.name)
        log_odds = float(term.log_odds(pd.Series([value], dtype=object))[0])
        found.append(FeaturePoints(term.name, value, term.reference, scorecard.scale.factor * (log_odds - reference)))
    return sorted(found, key=lambda feature: feature.points)
