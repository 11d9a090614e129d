"""From the fitted scikit-learn pipeline to the coefficient table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
from sklearn.pipeline import Pipeline

from include import policy
from models.features import Feature, Kind
from models.pipeline import NOT_GIVEN
from models.scorecard import CategoryTerm, NumberTerm, Scale, Scorecard, Term


def scorecard_of(pipeline: Pipeline, frame: pd.DataFrame, features: Sequence[Feature]) -> Scorecard:
    """The table of ``pipeline``; ``frame`` is its training frame, from which the reference applicant is taken."""
    encode, regression = pipeline.named_steps["encode"], pipeline.named_steps["regression"]
    coefficients = [float(value) for value in regression.coef_[0]]
    numbers = [feature for feature in features if feature.kind is Kind.NUMBER]
    categories = [feature for feature in features if feature.kind is Kind.CATEGORY]
    terms: dict[str, Term] = {}
    at = 0
    for feature, knots in zip(numbers, encode.named_transformers_["numbers"].knots_, strict=True):
        stretches = max(len(knots) - 1, 0)
        terms[feature.name] = NumberTerm(
            name=feature.name,
            reason=feature.reason,
            knots=tuple(float(knot) for knot in knots),
            steps=tuple(coefficients[at : at + stretches]),
            missing=coefficients[at + stretches],
            reference=float(frame[feature.name].median()),
        )
        at += stretches + 1
    levels = encode.named_transformers_["categories"].named_steps["one_hot"].categories_ if categories else []
    for feature, values in zip(categories, levels, strict=True):
        by_level = dict(zip(map(str, values), coefficients[at : at + len(values)], strict=True))
        terms[feature.name] = CategoryTerm(
            name=feature.name,
            reason=feature.reason,
            missing=by_level.pop(NOT_GIVEN, 0.0),
            coefficients=by_level,
            reference=_most_frequent(frame[feature.name]),
        )
        at += len(values)
    if at != len(coefficients):
        raise AssertionError(f"{len(coefficients)} coefficients were fitted, {at} were understood")
    document = policy.read("score")
    return Scorecard(
        document["model"], Scale(**document["scorecard"]), float(regression.intercept_[0]), tuple(terms[f.name] for f in features)
    )


def _most_frequent(values: pd.Series[Any]) -> str:
    counts = values.dropna().value_counts()
    return str(min(counts[counts == counts.max()].index))
