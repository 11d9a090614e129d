"""From the fitted scikit-learn pipeline to the coefficient table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder

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
    curves = encode.named_transformers_["numbers"].knots_ if numbers else []
    for feature, knots in zip(numbers, curves, strict=True):
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
    groups = _columns_of_levels(encode.named_transformers_["categories"].named_steps["one_hot"]) if categories else []
    for feature, columns in zip(categories, groups, strict=True):
        by_level = {level: coefficients[at + column] for level, column in columns.items()}
        terms[feature.name] = CategoryTerm(
            name=feature.name,
            reason=feature.reason,
            missing=by_level.pop(NOT_GIVEN, 0.0),
            coefficients=by_level,
            reference=_most_frequent(frame[feature.name]),
        )
        at += len(set(columns.values()))
    if at != len(coefficients):
        raise AssertionError(f"{len(coefficients)} coefficients were fitted, {at} were understood")
    document = policy.read("score")
    return Scorecard(
        document["model"], Scale(**document["scorecard"]), float(regression.intercept_[0]), tuple(terms[f.name] for f in features)
    )


def _columns_of_levels(one_hot: OneHotEncoder) -> list[dict[str, int]]:
    """For each category its levels and the column that each is encoded in: rare ones share the last."""
    found = []
    rare_levels = one_hot.infrequent_categories_
    for levels, rare in zip(one_hot.categories_, rare_levels, strict=True):
        rare = set() if rare is None else set(rare)
        own = [level for level in levels if level not in rare]
        found.append({str(level): own.index(level) if level in own else len(own) for level in levels})
    return found


def _most_frequent(values: pd.Series[Any]) -> str:
    counts = values.dropna().value_counts()
    return str(min(counts[counts == counts.max()].index))
