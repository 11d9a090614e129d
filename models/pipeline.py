"""The model: scikit-learn pipeline of piecewise linear numbers, one-hot categories and a logistic regression.

Missing values are handled inside: a missing number adds its own coefficient in place of the curve, a missing
category is a category. Knots stand at quantiles, so units and scale (CNY or thousands) do not matter.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin, clone
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder
from threadpoolctl import threadpool_limits

from include import policy
from models.features import Feature, Floats, Kind

NOT_GIVEN = "not given"

# Coefficients and knots are cut to so many decimals after the fit: the last bits differ between processors and thread
# counts, and the same training set should give the same table everywhere.
DECIMALS = 8


@dataclass(frozen=True)
class FitSettings:
    """How to fit; see ``fit`` in include/policy/score.yaml for what each means."""

    knots: int
    tails: float
    penalties: tuple[float, ...]
    inner_folds: int
    outer_folds: int
    seed: int

    @classmethod
    def from_policy(cls) -> FitSettings:
        settings = policy.read("score")["fit"]
        return cls(**{**settings, "penalties": tuple(settings["penalties"])})


class PiecewiseLinear(TransformerMixin, BaseEstimator):
    """Numbers as the share of each stretch between two knots that they have covered.

    With knots k0 < k1 < ... column j is ``clip((x - k[j]) / (k[j+1] - k[j]), 0, 1)``: its coefficient is what the
    log-odds gain over that stretch, and a ridge penalty on it prefers flat curves. Below the first and above the last
    knot a number counts no more. Each number has one more column, 1 where it is missing.

    Parameters
    ----------
    knots : at most so many knots a number; equal quantiles share one.
    tails : the outermost knots stand at this quantile and its mirror.
    """

    def __init__(self, knots: int = 5, tails: float = 0.02) -> None:
        self.knots = knots
        self.tails = tails

    def fit(self, X: pd.DataFrame, y: object = None) -> Self:
        """Place the knots; a number without values gets none."""
        values = np.asarray(X, dtype=np.float64)
        quantiles = np.linspace(self.tails, 1 - self.tails, self.knots)
        self.knots_ = [
            np.unique(np.round(np.quantile(known, quantiles), DECIMALS)) if (known := column[~np.isnan(column)]).size else np.zeros(0)
            for column in values.T
        ]
        self.n_features_in_ = values.shape[1]
        return self

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


def build_pipeline(features: Sequence[Feature], settings: FitSettings, penalty: float) -> Pipeline:
    """An unfitted pipeline over a frame of ``models.features.feature_frame``; class 1 is repaid."""
    numbers = [feature.name for feature in features if feature.kind is Kind.NUMBER]
    categories = [feature.name for feature in features if feature.kind is Kind.CATEGORY]
    encode = Pipeline(
        [
            ("missing", SimpleImputer(missing_values=None, strategy="constant", fill_value=NOT_GIVEN)),
            ("one_hot", OneHotEncoder(handle_unknown="ignore", sparse_output=False)),
        ]
    )
    return Pipeline(
        [
            (
                "encode",
                ColumnTransformer(
                    [("numbers", PiecewiseLinear(settings.knots, settings.tails), numbers), ("categories", encode, categories)]
                ),
            ),
            ("regression", LogisticRegression(C=penalty, solver="newton-cholesky", tol=1e-8, max_iter=200)),
        ]
    )


def fit(frame: pd.DataFrame, repaid: NDArray[np.int64], features: Sequence[Feature], settings: FitSettings) -> Pipeline:
    """Choose the penalty by inner cross-validation, fit on all rows, cut the coefficients to DECIMALS."""
    with threadpool_limits(1):  # BLAS on several threads sums in another order, and is no faster on matrices this narrow
        pipeline = build_pipeline(features, settings, choose_penalty(frame, repaid, features, settings)).fit(frame, repaid)
    regression = pipeline.named_steps["regression"]
    regression.coef_ = np.round(regression.coef_, DECIMALS)
    regression.intercept_ = np.round(regression.intercept_, DECIMALS)
    return pipeline


def choose_penalty(frame: pd.DataFrame, repaid: NDArray[np.int64], features: Sequence[Feature], settings: FitSettings) -> float:
    """The penalty with the smallest log loss over the inner folds; the strongest of equals.

    All inner folds share one encoding: knots and categories do not look at the outcome.
    """
    losses: dict[float, float] = dict.fromkeys(sorted(settings.penalties), 0.0)
    unfitted = build_pipeline(features, settings, 1.0)
    matrix = unfitted.named_steps["encode"].fit_transform(frame)
    for learn, check in StratifiedKFold(settings.inner_folds, shuffle=True, random_state=settings.seed).split(matrix, repaid):
        for penalty in losses:
            regression = clone(unfitted.named_steps["regression"]).set_params(C=penalty).fit(matrix[learn], repaid[learn])
            losses[penalty] += float(log_loss(repaid[check], regression.predict_proba(matrix[check])[:, 1], labels=[0, 1]))
    return min(losses, key=lambda penalty: losses[penalty])


def log_odds(pipeline: Pipeline, frame: pd.DataFrame) -> Floats:
    """Log-odds of being repaid by scikit-learn's own arithmetic."""
    result: Any = pipeline.decision_function(frame)
    return np.asarray(result, dtype=np.float64)
