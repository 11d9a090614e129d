"""The model: scikit-learn pipeline of piecewise linear numbers, one-hot categories and a logistic regression.

Missing values are handled inside: a missing number adds its own coefficient in place of the curve, a missing
category is a category. A number that the training set hardly ever lacks cannot teach what its absence means: it counts as the
lowest point of its curve, so that nobody gains by leaving it out. Knots stand at quantiles, so units and scale (CNY or
thousands) do not matter. Curves that policy wants monotone never turn (``models.monotone``). The features may be the lender's or any
others (``models.schema``).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.metrics import log_loss
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder
from threadpoolctl import threadpool_limits

from include import policy
from models.features import Feature, Floats, Kind
from models.monotone import MonotoneLogisticRegression

NOT_GIVEN = "not given"

# Coefficients and knots are cut to so many decimals after the fit: the last bits differ between processors and thread
# counts, and the same training set should give the same table everywhere.
DECIMALS = 8


@dataclass(frozen=True)
class FitSettings:
    """How to fit; see ``fit`` in include/policy/score.yaml for what each means."""

    knots: tuple[int, ...]
    tails: float
    rare: int
    penalties: tuple[float, ...]
    inner_folds: int
    outer_folds: int
    seed: int
    population_bad_rate: float | None = None
    directions: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def from_policy(cls) -> FitSettings:
        document = policy.read("score")
        settings = {**document["fit"], "directions": monotone_directions(document["directions"])}
        return cls(**{**settings, "knots": tuple(settings["knots"]), "penalties": tuple(settings["penalties"])})


def monotone_directions(directions: Mapping[str, Mapping[str, Any]]) -> dict[str, int]:
    """+1 or -1 of the numbers whose curve policy holds to its direction."""
    return {name: 1 if rule["better"] == "more" else -1 for name, rule in directions.items() if rule.get("monotone")}


class PiecewiseLinear(TransformerMixin, BaseEstimator):
    """Numbers as the share of each stretch between two knots that they have covered.

    With knots k0 < k1 < ... column j is ``clip((x - k[j]) / (k[j+1] - k[j]), 0, 1)``: its coefficient is what the
    log-odds gain over that stretch, and a ridge penalty on it prefers flat curves. Below the first and above the last
    knot a number counts no more. Each number has one more column, 1 where it is missing.

    Parameters
    ----------
    knots : at most so many knots a number; equal quantiles share one. A number with no more values than that has one at each.
    tails : the outermost knots stand at this quantile and its mirror.
    """

    def __init__(self, knots: int = 5, tails: float = 0.02) -> None:
        self.knots = knots
        self.tails = tails

    def fit(self, X: pd.DataFrame, y: object = None) -> Self:
        """Place the knots; a number without values gets none."""
        values = np.asarray(X, dtype=np.float64)
        self.knots_ = [self._place(column[~np.isnan(column)]) for column in values.T]
        self.n_features_in_ = values.shape[1]
        return self

    def _place(self, known: Floats) -> Floats:
        different = np.unique(np.round(known, DECIMALS))
        if len(different) <= self.knots:
            return different
        return np.unique(np.round(np.quantile(known, np.linspace(self.tails, 1 - self.tails, self.knots)), DECIMALS))

    def transform(self, X: pd.DataFrame) -> Floats:
        """(rows, stretches of all numbers + one column a number for missing)."""
        values = np.asarray(X, dtype=np.float64)
        columns: list[NDArray[np.float64]] = []
        for column, knots in zip(values.T, self.knots_, strict=True):
            missing = np.isnan(column)
            known = np.where(missing, -np.inf, column)
            columns += [np.clip((known - a) / (b - a), 0.0, 1.0) for a, b in itertools.pairwise(knots)]
            columns.append(missing.astype(np.float64))
        return np.column_stack(columns)


def build_encoder(features: Sequence[Feature], settings: FitSettings, knots: int) -> ColumnTransformer:
    """An unfitted encoder of a frame of ``models.features.feature_frame``: all numbers first, then all categories."""
    numbers = [feature.name for feature in features if feature.kind is Kind.NUMBER]
    categories = [feature.name for feature in features if feature.kind is Kind.CATEGORY]
    levels = Pipeline(
        [
            ("missing", SimpleImputer(missing_values=None, strategy="constant", fill_value=NOT_GIVEN)),
            ("one_hot", OneHotEncoder(handle_unknown="ignore", min_frequency=settings.rare, sparse_output=False)),
        ]
    )
    parts = [("numbers", PiecewiseLinear(knots, settings.tails), numbers), ("categories", levels, categories)]
    return ColumnTransformer([part for part in parts if part[2]])


def column_directions(encode: ColumnTransformer, features: Sequence[Feature], directions: Mapping[str, int]) -> tuple[int, ...]:
    """+1, -1 or 0 for each column of a fitted encoder: the sign to which a monotone curve holds its steps."""
    numbers = [feature.name for feature in features if feature.kind is Kind.NUMBER]
    signs: list[int] = []
    if numbers:
        for name, knots in zip(numbers, encode.named_transformers_["numbers"].knots_, strict=True):
            signs += [directions.get(name, 0)] * max(len(knots) - 1, 0) + [0]
    return tuple(signs)


def fit(frame: pd.DataFrame, repaid: NDArray[np.int64], features: Sequence[Feature], settings: FitSettings) -> Pipeline:
    """Choose knots and penalty by inner cross-validation, fit on all rows, cut the coefficients to DECIMALS; class 1 is repaid."""
    with threadpool_limits(1):  # BLAS on several threads sums in another order, and is no faster on matrices this narrow
        knots, penalty = choose(frame, repaid, features, settings)
        encode = build_encoder(features, settings, knots)
        matrix = encode.fit_transform(frame)
        regression = MonotoneLogisticRegression(column_directions(encode, features, settings.directions), penalty).fit(matrix, repaid)
    if settings.population_bad_rate is not None:
        regression.intercept_ = regression.intercept_ + prior_offset(1 - float(repaid.mean()), settings.population_bad_rate)
    regression.coef_ = np.round(regression.coef_, DECIMALS)
    _untaught_absence_is_worst(regression.coef_[0], encode, frame, features, settings.rare)
    regression.intercept_ = np.round(regression.intercept_, DECIMALS)
    return Pipeline([("encode", encode), ("regression", regression)])


def _untaught_absence_is_worst(
    coefficients: Floats, encode: ColumnTransformer, frame: pd.DataFrame, features: Sequence[Feature], rare: int
) -> None:
    """Set the coefficient of missing to the lowest level of the curve where fewer than ``rare`` rows lack the number."""
    numbers = [feature.name for feature in features if feature.kind is Kind.NUMBER]
    at = 0
    for name, knots in zip(numbers, encode.named_transformers_["numbers"].knots_ if numbers else [], strict=True):
        missing = at + max(len(knots) - 1, 0)
        if frame[name].isna().sum() < rare:
            coefficients[missing] = np.round(np.cumsum(coefficients[at:missing]).min(initial=0.0), DECIMALS)
        at = missing + 1


def choose(frame: pd.DataFrame, repaid: NDArray[np.int64], features: Sequence[Feature], settings: FitSettings) -> tuple[int, float]:
    """(knots, penalty) with the smallest log loss over the inner folds; the plainest and strongest of equals.

    All inner folds share one encoding: knots and categories do not look at the outcome.
    """
    losses: dict[tuple[int, float], float] = {}
    for knots in sorted(settings.knots):
        encode = build_encoder(features, settings, knots)
        matrix = encode.fit_transform(frame)
        directions = column_directions(encode, features, settings.directions)
        for penalty in sorted(settings.penalties):
            losses[knots, penalty] = 0.0
            for learn, check in StratifiedKFold(settings.inner_folds, shuffle=True, random_state=settings.seed).split(matrix, repaid):
                regression = MonotoneLogisticRegression(directions, penalty).fit(matrix[learn], repaid[learn])
                losses[knots, penalty] += float(log_loss(repaid[check], regression.predict_proba(matrix[check])[:, 1], labels=[0, 1]))
    return min(losses, key=lambda choice: losses[choice])


def prior_offset(sample_bad_rate: float, population_bad_rate: float) -> float:
    """What the log-odds of being repaid gain when the model goes from a sample with one bad rate to a population with another.

    Sampling by outcome moves the intercept of a logistic regression and nothing else (Prentice and Pyke 1979; King and Zeng 2001).
    """
    return math.log((1 - population_bad_rate) / population_bad_rate) - math.log((1 - sample_bad_rate) / sample_bad_rate)


def log_odds(pipeline: Pipeline, frame: pd.DataFrame) -> Floats:
    """Log-odds of being repaid by scikit-learn's own arithmetic."""
    result: Any = pipeline.decision_function(frame)
    return np.asarray(result, dtype=np.float64)
